-- The usage index, version 2: what the plan's windows are reckoned from.  Quarter hours,
-- since the zones of the world differ by whole ones.
CREATE TABLE quarters(
	time INTEGER NOT NULL, -- when it begins
	kind INTEGER NOT NULL,
	responses INTEGER NOT NULL, requests INTEGER NOT NULL, messages INTEGER NOT NULL,
	input INTEGER NOT NULL, output INTEGER NOT NULL, cache_read INTEGER NOT NULL,
	cache_write_5m INTEGER NOT NULL, cache_write_1h INTEGER NOT NULL,
	PRIMARY KEY(time, kind)
) STRICT, WITHOUT ROWID;

-- What is no response: adds by hand, and what earlier trackers knew.
CREATE TABLE events(
	id TEXT PRIMARY KEY,
	time INTEGER NOT NULL, kind INTEGER NOT NULL,
	input INTEGER NOT NULL, output INTEGER NOT NULL, cache_read INTEGER NOT NULL,
	cache_write_5m INTEGER NOT NULL, cache_write_1h INTEGER NOT NULL,
	unsplit INTEGER NOT NULL, requests INTEGER NOT NULL, messages INTEGER NOT NULL,
	repository INTEGER NOT NULL, branch INTEGER NOT NULL, model INTEGER NOT NULL,
	source TEXT NOT NULL, notes TEXT NOT NULL, void INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX events_time ON events(time);

-- The user began a window anew: 0 the one of five hours, 1 the week.
CREATE TABLE resets(
	kind INTEGER NOT NULL, time INTEGER NOT NULL,
	PRIMARY KEY(kind, time)
) STRICT, WITHOUT ROWID;

CREATE VIEW quarter_sums AS
SELECT time - time % 900000 AS quarter, kind, count(*) AS responses,
	sum(kind <> 4 AND NOT flags & 32) AS requests,
	sum(kind = 0 AND flags & 64 <> 0 AND NOT flags & 2) AS messages,
	sum(CASE WHEN flags & 16 THEN 0 ELSE input END) AS input,
	sum(CASE WHEN flags & 16 THEN 0 ELSE output END) AS output,
	sum(CASE WHEN flags & 16 THEN 0 ELSE cache_read END) AS cache_read,
	sum(CASE WHEN flags & 16 THEN 0 ELSE cache_write_5m END) AS cache_write_5m,
	sum(CASE WHEN flags & 16 THEN 0 ELSE cache_write_1h END) AS cache_write_1h
FROM responses GROUP BY 1, 2;
INSERT INTO quarters SELECT * FROM quarter_sums;

PRAGMA user_version = 2;
