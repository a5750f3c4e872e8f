/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "internal.h"

enum tt_code usage_index_figures(
	struct usage_index *index, struct usage_index_figures *out, struct tt_error *err)
{
	int64_t t[4 + TRANSCRIPT_SKIPS], r[6], p[1];

	if (index_flush_entries(index, err) != TT_OK ||
		index_read_numbers(index,
			"SELECT count(*), total(bytes), total(lines), total(usages),"
			" total(invalid_json), total(too_long), total(no_key), total(bad_count),"
			" total(no_time), total(synthetic) FROM transcripts",
			t, 4 + TRANSCRIPT_SKIPS, err) != TT_OK ||
		index_read_numbers(index,
			/* of the entries, which are fewer and add up to the same */
			"SELECT total(responses), count(DISTINCT session),"
			" total(responses * (repository = 0)),"
			" total(responses * (repository <> 0 AND branch = 0)), min(first), "
			"max(last)"
			" FROM entries WHERE kind = 0 AND responses > 0",
			r, 6, err) != TT_OK ||
		index_read_numbers(index, "SELECT count(*) FROM repositories", p, 1, err) != TT_OK)
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

enum tt_code usage_index_has_transcripts(struct usage_index *index, bool *any, struct tt_error *err)
{
	int64_t found;

	if (index_read_number(index, "SELECT EXISTS(SELECT 1 FROM transcripts)", &found, err) !=
		TT_OK)
		return err->code;
	*any = found != 0;
	return TT_OK;
}

enum tt_code usage_index_count(struct usage_index *index, int64_t *responses, struct tt_error *err)
{
	if (index_flush_entries(index, err) != TT_OK)
		return err->code;
	return index_read_number(index,
		"SELECT coalesce(sum(responses), 0) FROM entries WHERE kind = 0 AND responses > 0",
		responses, err);
}

/* --- soundness ----------------------------------------------------------------------- */

enum tt_code index_check_pages(struct usage_index *index, struct tt_error *err)
{
	sqlite3_stmt *stmt;
	enum tt_code code;
	bool found;

	if (sqlite3_prepare_v2(index->db, "PRAGMA quick_check(1)", -1, &stmt, NULL) != SQLITE_OK)
		return index_fail(index, "cannot check the usage index", err);
	code = index_step(index, stmt, &found, err);
	if (code == TT_OK && found) {
		const char *said = (const char *)sqlite3_column_text(stmt, 0);

		if (!said || strcmp(said, "ok") != 0)
			code = index_fail_damaged(index, "cannot trust the usage index",
				said ? said : "out of memory", err);
	}
	(void)sqlite3_finalize(stmt);
	return code;
}

#define ENTRY_KEY "session, repository, branch, day, model, class, kind"
#define ENTRY_SUMS                                                                               \
	" SELECT " ENTRY_KEY ", responses, requests, input, output, cache_read, cache_write_5m," \
	" cache_write_1h, web_searches, cost, first, last FROM entries WHERE responses > 0"
#define RESPONSE_SUMS                                                                    \
	" SELECT " ENTRY_KEY ", count(*), sum(requests), sum(input), sum(output),"       \
	" sum(cache_read), sum(cache_write_5m), sum(cache_write_1h), sum(web_searches)," \
	" sum(coalesce(cost, 0)), min(time), max(last_time) FROM counted GROUP BY " ENTRY_KEY

static const char differing[] =
	"SELECT (SELECT count(*) FROM (" ENTRY_SUMS " EXCEPT" RESPONSE_SUMS ")),"
	" (SELECT count(*) FROM (" RESPONSE_SUMS " EXCEPT" ENTRY_SUMS ")),"
	" (SELECT count(*) FROM entries WHERE responses <= 0 AND (responses, requests, input,"
	" output, cache_read, cache_write_5m, cache_write_1h, web_searches, cost) <>"
	" (0, 0, 0, 0, 0, 0, 0, 0, 0))";

static const char differing_quarters[] =
	"SELECT (SELECT count(*) FROM (SELECT * FROM quarters WHERE responses <> 0 EXCEPT"
	" SELECT * FROM quarter_sums)), (SELECT count(*) FROM (SELECT * FROM quarter_sums EXCEPT"
	" SELECT * FROM quarters))";

enum tt_code usage_index_verify(struct usage_index *index, struct tt_error *err)
{
	int64_t wrong[3], quarters[2];

	if (index_flush_entries(index, err) != TT_OK || index_check_pages(index, err) != TT_OK ||
		index_read_numbers(index, differing, wrong, 3, err) != TT_OK ||
		index_read_numbers(index, differing_quarters, quarters, 2, err) != TT_OK)
		return err->code;
	if (wrong[0] || wrong[1] || wrong[2])
		return tt_fail(err, TT_EINPUT,
			"the usage index '%s' does not add up: %" PRId64
			" entries are not the sums of their responses",
			index->shown, (wrong[0] > wrong[1] ? wrong[0] : wrong[1]) + wrong[2]);
	if (quarters[0] || quarters[1])
		return tt_fail(err, TT_EINPUT,
			"the usage index '%s' does not add up: %" PRId64
			" quarter hours are not the sums of their responses",
			index->shown, quarters[0] > quarters[1] ? quarters[0] : quarters[1]);
	return TT_OK;
}
