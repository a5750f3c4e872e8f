/* SPDX-License-Identifier: MIT */
#include "internal.h"

static enum tt_code read_columns(
	struct usage_index *index, const char *sql, int64_t *out, int columns, struct tt_error *err)
{
	sqlite3_stmt *stmt;
	enum tt_code code;
	bool found;

	if (sqlite3_prepare_v2(index->db, sql, -1, &stmt, NULL) != SQLITE_OK)
		return index_fail(index, "cannot read the usage index", err);
	code = index_step(index, stmt, &found, err);
	for (int i = 0; code == TT_OK && found && i < columns; i++)
		out[i] = sqlite3_column_int64(stmt, i);
	(void)sqlite3_finalize(stmt);
	return code;
}

enum tt_code usage_index_figures(
	struct usage_index *index, struct usage_index_figures *out, struct tt_error *err)
{
	int64_t t[4 + TRANSCRIPT_SKIPS], r[6], p[1];

	if (read_columns(index,
		    "SELECT count(*), total(bytes), total(lines), total(usages),"
		    " total(invalid_json), total(too_long), total(no_key), total(bad_count),"
		    " total(no_time), total(synthetic) FROM transcripts",
		    t, 4 + TRANSCRIPT_SKIPS, err) != TT_OK ||
		read_columns(index,
			"SELECT count(*), count(DISTINCT session), total(repository = 0),"
			" total(repository <> 0 AND branch = 0), min(time), max(last_time)"
			" FROM responses WHERE kind = 0",
			r, 6, err) != TT_OK ||
		read_columns(index, "SELECT count(*) FROM repositories", p, 1, err) != TT_OK)
		return err->code;
	*out = (struct usage_index_figures){
		.transcripts = t[0],
		.stats = { .bytes = t[1], .lines = t[2], .usages = t[3] },
		.responses = r[0],
		.sessions = r[1],
		.no_repository = r[2],
		.no_branch = r[3],
		.first = { r[4] },
		.last = { r[5] },
		.repositories = p[0],
	};
	for (int i = 0; i < TRANSCRIPT_SKIPS; i++)
		out->stats.skipped[i] = t[4 + i];
	return TT_OK;
}

/* Entries that are not the sum of their responses, and the other way round. */
static const char differing[] =
	"SELECT count(*) FROM (SELECT session, repository, branch, day, model, class, kind,"
	" count(*) AS n,"
	" sum(CASE WHEN flags & 16 THEN 0 ELSE input END) AS input,"
	" sum(CASE WHEN flags & 16 THEN 0 ELSE output END) AS output,"
	" sum(CASE WHEN flags & 16 THEN 0 ELSE cache_read END) AS cache_read,"
	" sum(CASE WHEN flags & 16 THEN 0 ELSE cache_write_5m END) AS cache_write_5m,"
	" sum(CASE WHEN flags & 16 THEN 0 ELSE cache_write_1h END) AS cache_write_1h,"
	" sum(web_searches) AS web_searches, min(time) AS first, max(last_time) AS last"
	" FROM responses GROUP BY 1, 2, 3, 4, 5, 6, 7) r"
	" LEFT JOIN entries e USING(session, repository, branch, day, model, class, kind)"
	" WHERE e.id IS NULL OR (e.responses, e.input, e.output, e.cache_read, e.cache_write_5m,"
	" e.cache_write_1h, e.web_searches, e.first, e.last) <> (r.n, r.input, r.output,"
	" r.cache_read, r.cache_write_5m, r.cache_write_1h, r.web_searches, r.first, r.last)";

enum tt_code usage_index_verify(struct usage_index *index, struct tt_error *err)
{
	int64_t wrong[1] = { 0 }, left[2] = { 0 };

	if (index_exec(index, "PRAGMA quick_check", err) != TT_OK ||
		read_columns(index, differing, wrong, 1, err) != TT_OK ||
		read_columns(index,
			"SELECT (SELECT sum(responses) FROM entries), (SELECT count(*) FROM"
			" responses)",
			left, 2, err) != TT_OK)
		return err->code;
	if (wrong[0] || left[0] != left[1])
		return tt_fail(err, TT_EINPUT,
			"'%s': %lld entries are not the sums of their responses", index->path,
			(long long)(wrong[0] ? wrong[0] : 1));
	return TT_OK;
}
