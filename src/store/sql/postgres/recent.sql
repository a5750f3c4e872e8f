-- Find them first, and only then make text of them.
SELECT e.entry_id, e.revision, e.kind, e.source,
	round(extract(epoch FROM e.started_at) * 1000)::bigint, to_char(e.day, 'YYYY-MM-DD'),
	e.input_tokens, e.output_tokens, e.cache_read_tokens, e.cache_write_5m_tokens,
	e.cache_write_1h_tokens, e.unsplit_tokens, e.requests, e.web_searches,
	e.model, e.price_class, e.session_id,
	round(extract(epoch FROM e.last_activity) * 1000)::bigint, e.cost_nano_usd,
	e.notes, e.commit_id, e.author, e.host, e.is_void::integer, e.unknown_members,
	e.branch, r.name
FROM (
	SELECT *
	FROM entries
	WHERE repository_id = CAST($1 AS uuid) AND NOT is_void
	ORDER BY started_at DESC, entry_id DESC
	LIMIT CAST($2 AS integer)
) e JOIN repositories r USING (repository_id)
ORDER BY e.started_at DESC, e.entry_id DESC
