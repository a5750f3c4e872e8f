-- The usage index, version 1.  Times are UTC milliseconds, days are counted from
-- 1970-01-01, texts that many rows share stand once in `texts` (0: not known).
CREATE TABLE texts(
	id INTEGER PRIMARY KEY,
	text TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE transcripts(
	path TEXT PRIMARY KEY,
	device INTEGER NOT NULL, inode INTEGER NOT NULL,
	size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
	offset INTEGER NOT NULL, tail_hash INTEGER NOT NULL, last_time INTEGER NOT NULL,
	bytes INTEGER NOT NULL, lines INTEGER NOT NULL, usages INTEGER NOT NULL,
	invalid_json INTEGER NOT NULL, too_long INTEGER NOT NULL, no_key INTEGER NOT NULL,
	bad_count INTEGER NOT NULL, no_time INTEGER NOT NULL, synthetic INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE repositories(
	id INTEGER PRIMARY KEY,
	common_dir TEXT NOT NULL,
	device INTEGER NOT NULL, inode INTEGER NOT NULL,
	name TEXT, ledger_root TEXT, ledger_relative TEXT, ledger_shared INTEGER NOT NULL,
	author TEXT, host TEXT, config_stamp INTEGER NOT NULL
) STRICT;

CREATE TABLE places(
	cwd TEXT PRIMARY KEY,
	repository INTEGER NOT NULL,
	git_dir TEXT, branch TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE sightings(
	session INTEGER NOT NULL, time INTEGER NOT NULL,
	repository INTEGER NOT NULL, branch INTEGER NOT NULL,
	PRIMARY KEY(session, time)
) STRICT, WITHOUT ROWID;

CREATE TABLE responses(
	key TEXT PRIMARY KEY,
	session INTEGER NOT NULL, repository INTEGER NOT NULL, branch INTEGER NOT NULL,
	reason INTEGER NOT NULL, cwd INTEGER NOT NULL, git_branch INTEGER NOT NULL,
	model INTEGER NOT NULL, class INTEGER NOT NULL, kind INTEGER NOT NULL,
	day INTEGER NOT NULL, time INTEGER NOT NULL, last_time INTEGER NOT NULL,
	input INTEGER NOT NULL, output INTEGER NOT NULL, cache_read INTEGER NOT NULL,
	cache_write_5m INTEGER NOT NULL, cache_write_1h INTEGER NOT NULL,
	web_searches INTEGER NOT NULL, flags INTEGER NOT NULL, cost INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE copies(
	session INTEGER NOT NULL, key TEXT NOT NULL,
	PRIMARY KEY(session, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE cost_states(
	session INTEGER NOT NULL, time INTEGER NOT NULL,
	model INTEGER NOT NULL, -- 0: the sum over all, and what is said of it
	input INTEGER NOT NULL, output INTEGER NOT NULL, cache_read INTEGER NOT NULL,
	cache_write_5m INTEGER NOT NULL, cache_write_1h INTEGER NOT NULL,
	web_searches INTEGER NOT NULL, cost INTEGER NOT NULL, has_unknown_cost INTEGER NOT NULL,
	PRIMARY KEY(session, time, model)
) STRICT, WITHOUT ROWID;

-- The sums of responses, kept equal to them.
CREATE TABLE entries(
	id INTEGER PRIMARY KEY,
	session INTEGER NOT NULL, repository INTEGER NOT NULL, branch INTEGER NOT NULL,
	day INTEGER NOT NULL, model INTEGER NOT NULL, class INTEGER NOT NULL,
	kind INTEGER NOT NULL,
	responses INTEGER NOT NULL, requests INTEGER NOT NULL,
	input INTEGER NOT NULL, output INTEGER NOT NULL, cache_read INTEGER NOT NULL,
	cache_write_5m INTEGER NOT NULL, cache_write_1h INTEGER NOT NULL,
	web_searches INTEGER NOT NULL, cost INTEGER NOT NULL,
	first INTEGER NOT NULL, last INTEGER NOT NULL,
	recorded_revision INTEGER NOT NULL, changed INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX entries_key ON entries(session, repository, branch, day, model, class, kind);
CREATE INDEX entries_branch ON entries(repository, branch);
CREATE INDEX entries_changed ON entries(repository) WHERE changed = 1;

-- For people.  A response whose iterations are billed one by one (flag 16) adds
-- nothing itself.
CREATE VIEW counted AS
SELECT key, session, repository, branch, reason, cwd, model, class, kind, day, time, last_time,
	CASE WHEN flags & 16 THEN 0 ELSE input END AS input,
	CASE WHEN flags & 16 THEN 0 ELSE output END AS output,
	CASE WHEN flags & 16 THEN 0 ELSE cache_read END AS cache_read,
	CASE WHEN flags & 16 THEN 0 ELSE cache_write_5m END AS cache_write_5m,
	CASE WHEN flags & 16 THEN 0 ELSE cache_write_1h END AS cache_write_1h,
	web_searches, cost,
	CASE WHEN kind = 4 OR flags & 32 THEN 0 ELSE 1 END AS requests
FROM responses;

CREATE VIEW usage AS
SELECT r.key, s.text AS session, coalesce(p.name, p.common_dir) AS repository,
	d.text AS directory, b.text AS branch,
	CASE r.reason WHEN 1 THEN 'reflog' WHEN 2 THEN 'record' WHEN 3 THEN 'hook'
		WHEN 4 THEN 'head' ELSE 'unknown' END AS branch_reason,
	date(r.day * 86400, 'unixepoch') AS day,
	strftime('%Y-%m-%dT%H:%M:%S', r.time / 1000, 'unixepoch')
		|| iif(r.time % 1000, printf('.%03d', r.time % 1000), '') || 'Z' AS time,
	m.text AS model, c.text AS price_class,
	CASE r.kind WHEN 4 THEN 'auxiliary' ELSE 'measured' END AS kind,
	r.input, r.output, r.cache_read, r.cache_write_5m, r.cache_write_1h, r.web_searches
FROM counted r
LEFT JOIN texts s ON s.id = r.session LEFT JOIN repositories p ON p.id = r.repository
LEFT JOIN texts d ON d.id = r.cwd LEFT JOIN texts b ON b.id = r.branch
LEFT JOIN texts m ON m.id = r.model LEFT JOIN texts c ON c.id = r.class;

CREATE VIEW usage_entries AS
SELECT s.text AS session, coalesce(p.name, p.common_dir) AS repository, p.common_dir,
	b.text AS branch, date(e.day * 86400, 'unixepoch') AS day, m.text AS model,
	c.text AS price_class, CASE e.kind WHEN 4 THEN 'auxiliary' ELSE 'measured' END AS kind,
	e.requests, e.input, e.output, e.cache_read, e.cache_write_5m, e.cache_write_1h,
	e.web_searches, CASE e.kind WHEN 4 THEN e.cost END AS reported_cost_nano_usd
FROM entries e
LEFT JOIN texts s ON s.id = e.session LEFT JOIN repositories p ON p.id = e.repository
LEFT JOIN texts b ON b.id = e.branch LEFT JOIN texts m ON m.id = e.model
LEFT JOIN texts c ON c.id = e.class
WHERE e.responses > 0;

-- For those who queried the database of an earlier tracker: its three tables, with
-- its columns.  A conversation is one answer; costs are the client's own.
CREATE VIEW sessions AS
SELECT s.text AS id,
	coalesce((SELECT t.text FROM responses r JOIN texts t ON t.id = r.cwd
		WHERE r.session = e.session ORDER BY r.time LIMIT 1), '') AS project_path,
	datetime(min(e.first) / 1000, 'unixepoch') AS started_at,
	datetime(max(e.last) / 1000, 'unixepoch') AS ended_at,
	sum(e.input) AS total_input_tokens, sum(e.output) AS total_output_tokens,
	sum(e.cache_write_5m + e.cache_write_1h) AS total_cache_creation_tokens,
	sum(e.cache_read) AS total_cache_read_tokens,
	(SELECT c.cost / 1e9 FROM cost_states c WHERE c.session = e.session AND c.model = 0
		ORDER BY c.time DESC LIMIT 1) AS total_cost_usd,
	0 AS api_duration_ms, max(e.last) - min(e.first) AS total_duration_ms,
	0 AS lines_added, 0 AS lines_removed, sum(e.web_searches) AS web_search_requests
FROM entries e JOIN texts s ON s.id = e.session
WHERE e.responses > 0
GROUP BY e.session;

CREATE VIEW conversations AS
SELECT row_number() OVER (ORDER BY r.time, r.key) AS id, s.text AS session_id,
	row_number() OVER (PARTITION BY r.session ORDER BY r.time, r.key) AS conversation_index,
	datetime(r.time / 1000, 'unixepoch') AS started_at,
	datetime(r.last_time / 1000, 'unixepoch') AS ended_at,
	r.input AS input_tokens, r.output AS output_tokens,
	r.cache_write_5m + r.cache_write_1h AS cache_creation_tokens,
	r.cache_read AS cache_read_tokens, r.cost / 1e9 AS cost_usd
FROM counted r JOIN texts s ON s.id = r.session;

CREATE VIEW session_snapshots AS
SELECT row_number() OVER (ORDER BY c.time, c.session) AS id, s.text AS session_id,
	coalesce((SELECT t.text FROM responses r JOIN texts t ON t.id = r.cwd
		WHERE r.session = c.session ORDER BY r.time LIMIT 1), '') AS project_path,
	datetime(c.time / 1000, 'unixepoch') AS timestamp,
	json_object('totalCostUSD', c.cost / 1e9, 'modelUsage', (
		SELECT json_group_object(t.text, json_object('inputTokens', m.input,
			'outputTokens', m.output, 'cacheReadInputTokens', m.cache_read,
			'cacheCreationInputTokens', m.cache_write_5m + m.cache_write_1h,
			'webSearchRequests', m.web_searches, 'costUSD', m.cost / 1e9))
		FROM cost_states m JOIN texts t ON t.id = m.model
		WHERE m.session = c.session AND m.time = c.time)) AS raw_data,
	c.input AS input_tokens, c.output AS output_tokens,
	c.cache_write_5m + c.cache_write_1h AS cache_creation_tokens,
	c.cache_read AS cache_read_tokens, c.cost / 1e9 AS cost_usd
FROM cost_states c JOIN texts s ON s.id = c.session WHERE c.model = 0;

PRAGMA user_version = 1;
