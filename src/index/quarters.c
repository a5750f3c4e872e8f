/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "internal.h"

#define uthash_fatal(msg) mem_exhausted()
#define HASH_FUNCTION(key, len, hash) (hash) = (unsigned int)text_hash(key, len, 0)
#include <uthash.h>

/*
 * The sums of responses by quarter hour and kind.  Gathered in memory and written
 * together, as entries are.
 */
struct index_quarter {
	int64_t key[2]; /* time, kind */
	int64_t responses, requests, messages;
	struct usage usage; /* may be negative */
	UT_hash_handle hh;
};

static struct index_quarter *quarter_at(struct usage_index *index, const struct usage_row *row)
{
	int64_t time = row->response.time.ms;
	const int64_t key[2] = { time - time % QUARTER_MS, row->kind };
	struct index_quarter *q;

	HASH_FIND(hh, index->quarters, key, sizeof key, q);
	if (q)
		return q;
	q = xcalloc(1, sizeof *q);
	memcpy(q->key, key, sizeof key);
	HASH_ADD(hh, index->quarters, key, sizeof key, q);
	return q;
}

void index_adjust_quarter(struct usage_index *index, const struct usage_row *row, int sign)
{
	struct index_quarter *q = quarter_at(index, row);
	struct usage usage = response_counted(&row->response);

	q->responses += sign;
	if (row->kind != ENTRY_AUXILIARY) {
		q->requests += sign * response_requests(&row->response);
		q->messages += sign * response_messages(&row->response);
	}
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		index_add_to_kind(&q->usage, kind, sign * usage_get(&usage, kind));
}

void index_quarters_release(struct usage_index *index)
{
	struct index_quarter *q, *next;

	HASH_ITER (hh, index->quarters, q, next) {
		HASH_DEL(index->quarters, q);
		free(q);
	}
}

/* --- writing them ----------------------------------------------------------------- */

static bool is_nothing(const struct index_quarter *q)
{
	static const struct usage none;

	return !q->responses && !q->requests && !q->messages &&
	       memcmp(&q->usage, &none, sizeof none) == 0;
}

static enum tt_code read_before(
	struct index_quarter *sums, struct usage_index *index, struct tt_error *err)
{
	sqlite3_stmt *stmt = index_statement(index, STMT_QUARTER_FIND, err);
	struct usage before;
	bool found;

	if (!stmt)
		return err->code;
	(void)sqlite3_bind_int64(stmt, 1, sums->key[0]);
	(void)sqlite3_bind_int64(stmt, 2, sums->key[1]);
	if (index_step(index, stmt, &found, err) != TT_OK)
		return err->code;
	if (found) {
		sums->responses += sqlite3_column_int64(stmt, 0);
		sums->requests += sqlite3_column_int64(stmt, 1);
		sums->messages += sqlite3_column_int64(stmt, 2);
		index_column_usage(&before, stmt, 3);
		for (int kind = 0; kind < USAGE_KINDS - 1; kind++)
			index_add_to_kind(&sums->usage, kind, usage_get(&before, kind));
	}
	(void)sqlite3_reset(stmt);
	return TT_OK;
}

static enum tt_code flush(
	struct usage_index *index, const struct index_quarter *q, struct tt_error *err)
{
	struct index_quarter sums = *q;
	sqlite3_stmt *stmt;

	if (is_nothing(q))
		return TT_OK;
	if (read_before(&sums, index, err) != TT_OK)
		return err->code;
	stmt = index_statement(index, STMT_QUARTER_PUT, err);
	if (!stmt)
		return err->code;
	(void)sqlite3_bind_int64(stmt, 1, sums.key[0]);
	(void)sqlite3_bind_int64(stmt, 2, sums.key[1]);
	(void)sqlite3_bind_int64(stmt, 3, sums.responses);
	(void)sqlite3_bind_int64(stmt, 4, sums.requests);
	(void)sqlite3_bind_int64(stmt, 5, sums.messages);
	index_bind_usage(stmt, 6, &sums.usage);
	return index_run(index, stmt, err);
}

enum tt_code index_flush_quarters(struct usage_index *index, struct tt_error *err)
{
	for (const struct index_quarter *q = index->quarters; q; q = q->hh.next)
		if (flush(index, q, err) != TT_OK)
			return err->code;
	index_quarters_release(index);
	return TT_OK;
}
