-- Find them first, and only then read them whole.  "+": read the table as it
-- lies, not by its key.
SELECT e.entry_id, e.revision, e.kind, e.source, e.started_at, e.day,
	e.input_tokens, e.output_tokens, e.cache_read_tokens, e.cache_write_5m_tokens,
	e.cache_write_1h_tokens, e.unsplit_tokens, e.requests, e.web_searches,
	e.model, e.price_class, e.session_id, e.last_activity, e.cost_nano_usd,
	e.notes, e.commit_id, e.author, e.host, e.is_void, e.unknown_members,
	e.branch, r.name
FROM entries e JOIN repositories r USING (repository_id)
WHERE e.rowid IN (
	SELECT rowid
	FROM entries
	WHERE +repository_id = CAST($1 AS text) AND NOT is_void
	ORDER BY started_at DESC, entry_id DESC
	LIMIT CAST($2 AS integer)
)
ORDER BY e.started_at DESC, e.entry_id DESC
