-- The stable views: columns are only ever added.  Removed entries count for
-- nothing; context readings are occupancy, so they have columns of their own.
CREATE VIEW v1_branches AS
SELECT repository, branch,
	CAST(coalesce(sum(tokens) FILTER (WHERE kind <> 'context-reading'), 0) AS bigint) AS tokens,
	CAST(coalesce(sum(input_tokens) FILTER (WHERE kind <> 'context-reading'), 0) AS bigint)
		AS input_tokens,
	CAST(coalesce(sum(output_tokens) FILTER (WHERE kind <> 'context-reading'), 0) AS bigint)
		AS output_tokens,
	CAST(coalesce(sum(cache_read_tokens) FILTER (WHERE kind <> 'context-reading'), 0) AS bigint)
		AS cache_read_tokens,
	CAST(coalesce(sum(cache_write_5m_tokens) FILTER (WHERE kind <> 'context-reading'), 0) AS bigint)
		AS cache_write_5m_tokens,
	CAST(coalesce(sum(cache_write_1h_tokens) FILTER (WHERE kind <> 'context-reading'), 0) AS bigint)
		AS cache_write_1h_tokens,
	CAST(coalesce(sum(unsplit_tokens) FILTER (WHERE kind <> 'context-reading'), 0) AS bigint)
		AS unsplit_tokens,
	count(*) FILTER (WHERE kind <> 'context-reading') AS sessions,
	CAST(sum(requests) AS bigint) AS requests,
	CAST(sum(web_searches) AS bigint) AS web_searches,
	CAST(sum(cost_nano_usd) FILTER (WHERE kind <> 'context-reading') AS bigint)
		AS captured_cost_nano_usd,
	count(*) FILTER (WHERE kind = 'context-reading') AS context_readings,
	CAST(coalesce(sum(tokens) FILTER (WHERE kind = 'context-reading'), 0) AS bigint)
		AS context_reading_tokens,
	min(started_at) AS first_at,
	max(coalesce(last_activity, started_at)) AS last_at
FROM v1_entries
WHERE NOT is_void
GROUP BY repository, branch;

CREATE VIEW v1_days AS
SELECT repository, day,
	CAST(coalesce(sum(tokens) FILTER (WHERE kind <> 'context-reading'), 0) AS bigint) AS tokens,
	CAST(coalesce(sum(input_tokens) FILTER (WHERE kind <> 'context-reading'), 0) AS bigint)
		AS input_tokens,
	CAST(coalesce(sum(output_tokens) FILTER (WHERE kind <> 'context-reading'), 0) AS bigint)
		AS output_tokens,
	CAST(coalesce(sum(cache_read_tokens) FILTER (WHERE kind <> 'context-reading'), 0) AS bigint)
		AS cache_read_tokens,
	CAST(coalesce(sum(cache_write_5m_tokens) FILTER (WHERE kind <> 'context-reading'), 0) AS bigint)
		AS cache_write_5m_tokens,
	CAST(coalesce(sum(cache_write_1h_tokens) FILTER (WHERE kind <> 'context-reading'), 0) AS bigint)
		AS cache_write_1h_tokens,
	CAST(coalesce(sum(unsplit_tokens) FILTER (WHERE kind <> 'context-reading'), 0) AS bigint)
		AS unsplit_tokens,
	count(*) FILTER (WHERE kind <> 'context-reading') AS sessions,
	CAST(sum(requests) AS bigint) AS requests,
	CAST(sum(web_searches) AS bigint) AS web_searches,
	CAST(sum(cost_nano_usd) FILTER (WHERE kind <> 'context-reading') AS bigint)
		AS captured_cost_nano_usd,
	count(*) FILTER (WHERE kind = 'context-reading') AS context_readings,
	CAST(coalesce(sum(tokens) FILTER (WHERE kind = 'context-reading'), 0) AS bigint)
		AS context_reading_tokens,
	min(started_at) AS first_at,
	max(coalesce(last_activity, started_at)) AS last_at
FROM v1_entries
WHERE NOT is_void
GROUP BY repository, day;

CREATE VIEW v1_models AS
SELECT repository, model,
	CAST(coalesce(sum(tokens) FILTER (WHERE kind <> 'context-reading'), 0) AS bigint) AS tokens,
	CAST(coalesce(sum(input_tokens) FILTER (WHERE kind <> 'context-reading'), 0) AS bigint)
		AS input_tokens,
	CAST(coalesce(sum(output_tokens) FILTER (WHERE kind <> 'context-reading'), 0) AS bigint)
		AS output_tokens,
	CAST(coalesce(sum(cache_read_tokens) FILTER (WHERE kind <> 'context-reading'), 0) AS bigint)
		AS cache_read_tokens,
	CAST(coalesce(sum(cache_write_5m_tokens) FILTER (WHERE kind <> 'context-reading'), 0) AS bigint)
		AS cache_write_5m_tokens,
	CAST(coalesce(sum(cache_write_1h_tokens) FILTER (WHERE kind <> 'context-reading'), 0) AS bigint)
		AS cache_write_1h_tokens,
	CAST(coalesce(sum(unsplit_tokens) FILTER (WHERE kind <> 'context-reading'), 0) AS bigint)
		AS unsplit_tokens,
	count(*) FILTER (WHERE kind <> 'context-reading') AS sessions,
	CAST(sum(requests) AS bigint) AS requests,
	CAST(sum(web_searches) AS bigint) AS web_searches,
	CAST(sum(cost_nano_usd) FILTER (WHERE kind <> 'context-reading') AS bigint)
		AS captured_cost_nano_usd,
	count(*) FILTER (WHERE kind = 'context-reading') AS context_readings,
	CAST(coalesce(sum(tokens) FILTER (WHERE kind = 'context-reading'), 0) AS bigint)
		AS context_reading_tokens,
	min(started_at) AS first_at,
	max(coalesce(last_activity, started_at)) AS last_at
FROM v1_entries
WHERE NOT is_void
GROUP BY repository, model;
