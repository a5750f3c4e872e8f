-- SPDX-License-Identifier: MIT
-- Makes what was read of a damaged index sound: numbers that were lost are given out
-- again, so rows that have them must go; entries are summed up anew, none of them said
-- to be in a ledger.
DELETE FROM responses WHERE (session <> 0 AND session NOT IN (SELECT id FROM texts))
	OR (branch <> 0 AND branch NOT IN (SELECT id FROM texts))
	OR (cwd <> 0 AND cwd NOT IN (SELECT id FROM texts))
	OR (git_branch <> 0 AND git_branch NOT IN (SELECT id FROM texts))
	OR (model <> 0 AND model NOT IN (SELECT id FROM texts))
	OR (class <> 0 AND class NOT IN (SELECT id FROM texts))
	OR (repository <> 0 AND repository NOT IN (SELECT id FROM repositories));
DELETE FROM copies WHERE (session <> 0 AND session NOT IN (SELECT id FROM texts));
DELETE FROM sightings WHERE (session <> 0 AND session NOT IN (SELECT id FROM texts))
	OR (branch <> 0 AND branch NOT IN (SELECT id FROM texts))
	OR (repository <> 0 AND repository NOT IN (SELECT id FROM repositories));
DELETE FROM cost_states WHERE (session, time) IN (
	SELECT session, time FROM cost_states
	WHERE (session <> 0 AND session NOT IN (SELECT id FROM texts))
	OR (model <> 0 AND model NOT IN (SELECT id FROM texts)));
DELETE FROM places WHERE (repository <> 0 AND repository NOT IN (SELECT id FROM repositories));
INSERT INTO entries(session, repository, branch, day, model, class, kind, responses, requests,
	input, output, cache_read, cache_write_5m, cache_write_1h, web_searches, cost, first, last,
	recorded_revision, changed)
SELECT session, repository, branch, day, model, class, kind, count(*), sum(requests), sum(input),
	sum(output), sum(cache_read), sum(cache_write_5m), sum(cache_write_1h), sum(web_searches),
	sum(coalesce(cost, 0)), min(time), max(last_time), 0, 1
FROM counted GROUP BY session, repository, branch, day, model, class, kind;
DELETE FROM events WHERE (branch <> 0 AND branch NOT IN (SELECT id FROM texts))
	OR (model <> 0 AND model NOT IN (SELECT id FROM texts))
	OR (repository <> 0 AND repository NOT IN (SELECT id FROM texts));
INSERT INTO quarters SELECT * FROM quarter_sums;
