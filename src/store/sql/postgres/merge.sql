-- Follows "WITH", or "WITH tt_stage (...) AS (VALUES ...),".  The join leaves out
-- what is known, which is most of it when files are imported again; what other
-- importers bring meanwhile is left to ON CONFLICT.  The order by key keeps
-- importers that run at once from waiting for one another in a circle.
merged AS (
	INSERT INTO entries AS e
	SELECT DISTINCT ON (s.entry_id) $1::uuid,
		s.entry_id, s.branch, s.revision, s.kind, s.source, s.started_at, s.day,
		s.input_tokens, s.output_tokens, s.cache_read_tokens, s.cache_write_5m_tokens,
		s.cache_write_1h_tokens, s.unsplit_tokens, s.requests, s.web_searches, s.model,
		s.price_class, s.session_id, s.last_activity, s.cost_nano_usd, s.notes,
		s.commit_id, s.author, s.host, s.is_void, s.unknown_members, s.content_hash,
		$2::uuid, $2::uuid
	FROM tt_stage s
	LEFT JOIN entries k ON k.repository_id = $1::uuid AND k.entry_id = s.entry_id
	WHERE k.entry_id IS NULL
		OR (s.revision, s.content_hash) > (k.revision, k.content_hash)
	ORDER BY s.entry_id, s.revision DESC, s.content_hash DESC
	ON CONFLICT (repository_id, entry_id) DO UPDATE SET
		branch = excluded.branch,
		revision = excluded.revision,
		kind = excluded.kind,
		source = excluded.source,
		started_at = excluded.started_at,
		day = excluded.day,
		input_tokens = excluded.input_tokens,
		output_tokens = excluded.output_tokens,
		cache_read_tokens = excluded.cache_read_tokens,
		cache_write_5m_tokens = excluded.cache_write_5m_tokens,
		cache_write_1h_tokens = excluded.cache_write_1h_tokens,
		unsplit_tokens = excluded.unsplit_tokens,
		requests = excluded.requests,
		web_searches = excluded.web_searches,
		model = excluded.model,
		price_class = excluded.price_class,
		session_id = excluded.session_id,
		last_activity = excluded.last_activity,
		cost_nano_usd = excluded.cost_nano_usd,
		notes = excluded.notes,
		commit_id = excluded.commit_id,
		author = excluded.author,
		host = excluded.host,
		is_void = excluded.is_void,
		unknown_members = excluded.unknown_members,
		content_hash = excluded.content_hash,
		import_id = excluded.import_id
	WHERE (excluded.revision, excluded.content_hash) > (e.revision, e.content_hash)
	RETURNING first_import_id = import_id AS is_new
)
SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM merged
