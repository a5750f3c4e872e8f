SELECT branch, model, price_class, kind, to_char(day, 'YYYY-MM-DD'),
	sum(input_tokens)::bigint, sum(output_tokens)::bigint, sum(cache_read_tokens)::bigint,
	sum(cache_write_5m_tokens)::bigint, sum(cache_write_1h_tokens)::bigint, sum(unsplit_tokens)::bigint,
	sum(requests)::bigint, sum(web_searches)::bigint, count(*),
	round(extract(epoch FROM min(started_at)) * 1000)::bigint,
	round(extract(epoch FROM max(coalesce(last_activity, started_at))) * 1000)::bigint
FROM entries
WHERE repository_id = CAST($1 AS uuid) AND NOT is_void
-- In the order of the index entries_cells, which has all of it.
GROUP BY branch, day, model, price_class, kind
