-- Times are UTC milliseconds, days are "2026-11-23", identifiers lower-case text.
CREATE TABLE tt_schema (
	version INTEGER PRIMARY KEY,
	applied_at INTEGER NOT NULL,
	tool TEXT NOT NULL
) STRICT;

CREATE TABLE repositories (
	repository_id TEXT PRIMARY KEY,
	name TEXT NOT NULL
) STRICT;

-- One row per run that was committed.
CREATE TABLE imports (
	import_id INTEGER PRIMARY KEY,
	repository_id TEXT NOT NULL,
	imported_at INTEGER NOT NULL,
	run_id TEXT,
	commit_id TEXT,
	files INTEGER NOT NULL,
	inserted INTEGER NOT NULL,
	updated INTEGER NOT NULL,
	unchanged INTEGER NOT NULL
) STRICT;

-- Which import brought a file's content first.
CREATE TABLE import_files (
	repository_id TEXT NOT NULL,
	sha256 TEXT NOT NULL,
	name TEXT NOT NULL,
	entries INTEGER NOT NULL,
	import_id INTEGER NOT NULL,
	PRIMARY KEY (repository_id, sha256)
) STRICT;

CREATE TABLE entries (
	repository_id TEXT NOT NULL,
	entry_id TEXT NOT NULL,
	branch TEXT NOT NULL,
	revision INTEGER NOT NULL,
	kind TEXT NOT NULL,
	source TEXT,
	started_at INTEGER NOT NULL,
	day TEXT NOT NULL,
	input_tokens INTEGER NOT NULL,
	output_tokens INTEGER NOT NULL,
	cache_read_tokens INTEGER NOT NULL,
	cache_write_5m_tokens INTEGER NOT NULL,
	cache_write_1h_tokens INTEGER NOT NULL,
	unsplit_tokens INTEGER NOT NULL,
	requests INTEGER NOT NULL,
	web_searches INTEGER NOT NULL,
	model TEXT,
	price_class TEXT NOT NULL,
	session_id TEXT,
	last_activity INTEGER,
	cost_nano_usd INTEGER,
	notes TEXT NOT NULL,
	commit_id TEXT,
	author TEXT,
	host TEXT,
	is_void INTEGER NOT NULL,
	unknown_members TEXT,
	content_hash INTEGER NOT NULL,
	first_import_id INTEGER NOT NULL,
	import_id INTEGER NOT NULL,
	PRIMARY KEY (repository_id, entry_id)
) STRICT;

-- Every run asks for one branch before it imports, and so do dashboards.
CREATE INDEX entries_by_branch ON entries (repository_id, branch, started_at);

CREATE VIEW v1_entries AS
SELECT r.name AS repository, e.repository_id, e.entry_id, e.branch, e.revision, e.kind, e.source,
	strftime('%Y-%m-%dT%H:%M:%SZ', e.started_at / 1000, 'unixepoch') AS started_at, e.day,
	e.input_tokens, e.output_tokens, e.cache_read_tokens, e.cache_write_5m_tokens,
	e.cache_write_1h_tokens, e.unsplit_tokens,
	e.input_tokens + e.output_tokens + e.cache_read_tokens + e.cache_write_5m_tokens
		+ e.cache_write_1h_tokens + e.unsplit_tokens AS tokens,
	e.requests, e.web_searches, e.model, e.price_class, e.session_id,
	strftime('%Y-%m-%dT%H:%M:%SZ', e.last_activity / 1000, 'unixepoch') AS last_activity,
	e.cost_nano_usd, e.notes, e.commit_id, e.author, e.host, e.is_void
FROM entries e JOIN repositories r USING (repository_id);
