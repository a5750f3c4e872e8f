tt_stage (
	entry_id, branch, revision, kind, source, started_at, day, input_tokens, output_tokens,
	cache_read_tokens, cache_write_5m_tokens, cache_write_1h_tokens, unsplit_tokens,
	requests, web_searches, model, price_class, session_id, last_activity, cost_nano_usd,
	notes, commit_id, author, host, is_void, unknown_members, content_hash
) AS (VALUES
