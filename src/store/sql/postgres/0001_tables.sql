-- No sequences, enums, foreign keys or triggers: the key is enough, and the
-- tables can be distributed by repository_id as they are.
CREATE TABLE tt_schema (
	version integer PRIMARY KEY,
	applied_at timestamptz NOT NULL,
	tool text NOT NULL
);

CREATE TABLE repositories (
	repository_id uuid PRIMARY KEY,
	name text NOT NULL
);

-- One row per run that was committed.
CREATE TABLE imports (
	repository_id uuid NOT NULL,
	import_id uuid NOT NULL,
	imported_at timestamptz NOT NULL,
	run_id text,
	commit_id text,
	files bigint NOT NULL,
	inserted bigint NOT NULL,
	updated bigint NOT NULL,
	unchanged bigint NOT NULL,
	PRIMARY KEY (repository_id, import_id)
);

-- Which import brought a file's content first.
CREATE TABLE import_files (
	repository_id uuid NOT NULL,
	sha256 text NOT NULL,
	name text NOT NULL,
	entries bigint NOT NULL,
	import_id uuid NOT NULL,
	PRIMARY KEY (repository_id, sha256)
);

CREATE TABLE entries (
	repository_id uuid NOT NULL,
	entry_id uuid NOT NULL,
	branch text NOT NULL,
	revision bigint NOT NULL,
	kind text NOT NULL,
	source text,
	started_at timestamptz NOT NULL,
	day date NOT NULL,
	input_tokens bigint NOT NULL,
	output_tokens bigint NOT NULL,
	cache_read_tokens bigint NOT NULL,
	cache_write_5m_tokens bigint NOT NULL,
	cache_write_1h_tokens bigint NOT NULL,
	unsplit_tokens bigint NOT NULL,
	requests bigint NOT NULL,
	web_searches bigint NOT NULL,
	model text,
	price_class text NOT NULL,
	session_id text,
	last_activity timestamptz,
	cost_nano_usd bigint,
	notes text NOT NULL,
	commit_id text,
	author text,
	host text,
	is_void boolean NOT NULL,
	unknown_members text,
	content_hash bigint NOT NULL,
	first_import_id uuid NOT NULL,
	import_id uuid NOT NULL,
	PRIMARY KEY (repository_id, entry_id)
);

-- All that a job summary adds up, so that it reads the index alone, in its order; every
-- run asks for one branch of it before it imports.
CREATE INDEX entries_cells ON entries (repository_id, branch, day, model, price_class, kind)
	INCLUDE (is_void, input_tokens, output_tokens, cache_read_tokens, cache_write_5m_tokens,
		cache_write_1h_tokens, unsplit_tokens, requests, web_searches, started_at,
		last_activity);
-- The newest ones, and dashboards.
CREATE INDEX entries_by_time ON entries (repository_id, started_at, entry_id);

CREATE VIEW v1_entries AS
SELECT r.name AS repository, e.repository_id, e.entry_id, e.branch, e.revision, e.kind, e.source,
	e.started_at, e.day,
	e.input_tokens, e.output_tokens, e.cache_read_tokens, e.cache_write_5m_tokens,
	e.cache_write_1h_tokens, e.unsplit_tokens,
	e.input_tokens + e.output_tokens + e.cache_read_tokens + e.cache_write_5m_tokens
		+ e.cache_write_1h_tokens + e.unsplit_tokens AS tokens,
	e.requests, e.web_searches, e.model, e.price_class, e.session_id, e.last_activity,
	e.cost_nano_usd, e.notes, e.commit_id, e.author, e.host, e.is_void
FROM entries e JOIN repositories r USING (repository_id);
