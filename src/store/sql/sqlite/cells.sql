-- "+" keeps SQLite from reading the table in the order of its key, row by row.
SELECT branch, model, price_class, kind, day,
	sum(input_tokens), sum(output_tokens), sum(cache_read_tokens),
	sum(cache_write_5m_tokens), sum(cache_write_1h_tokens), sum(unsplit_tokens),
	sum(requests), sum(web_searches), count(*),
	min(started_at),
	max(coalesce(last_activity, started_at))
FROM entries
WHERE +repository_id = CAST($1 AS text) AND NOT is_void
GROUP BY branch, model, price_class, kind, day
