/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "internal.h"

#define uthash_fatal(msg) mem_exhausted()
#define HASH_FUNCTION(key, len, hash) (hash) = (unsigned int)text_hash(key, len, 0)
#include <uthash.h>

/*
 * Entries are the sums of responses.  What responses add and take away is
 * gathered in memory, by the numbers that make an entry, and written at the
 * latest before anybody reads entries: one write for the many responses of an
 * entry.
 */
enum { KEY_PARTS = 7 };

struct index_delta {
	int64_t key[KEY_PARTS]; /* session, repository, branch, day, model, class, kind */
	int64_t responses, requests, web_searches, cost;
	struct usage usage; /* may be negative */
	int64_t first, last;
	int64_t taken_first, taken_last; /* the ends of what was taken away */
	bool taken;
	UT_hash_handle hh;
};

static struct index_delta *delta_at(
	struct usage_index *index, const struct index_ids *ids, const struct usage_row *row)
{
	const int64_t key[KEY_PARTS] = { ids->session, row->placement.repository, ids->branch,
		row->placement.day.number, ids->model, ids->class, row->kind };
	struct index_delta *d;

	HASH_FIND(hh, index->deltas, key, sizeof key, d);
	if (d)
		return d;
	d = xcalloc(1, sizeof *d);
	memcpy(d->key, key, sizeof key);
	d->first = d->taken_first = INT64_MAX;
	HASH_ADD(hh, index->deltas, key, sizeof key, d);
	return d;
}

/* Counts are at most 2^53 - 1 each: only garbage, and much of it, has sums that do
 * not fit.  They stay at the limit then, so that nothing else is held up. */
static void add_to(int64_t *sum, int64_t more)
{
	if (__builtin_add_overflow(*sum, more, sum))
		*sum = more < 0 ? INT64_MIN : INT64_MAX;
}

void index_add_to_kind(struct usage *sum, int kind, int64_t more)
{
	int64_t tokens = usage_get(sum, kind);

	add_to(&tokens, more);
	usage_set(sum, kind, tokens);
}

static void widen(int64_t *first, int64_t *last, const struct response *r)
{
	if (r->time.ms < *first)
		*first = r->time.ms;
	if (r->last_time.ms > *last)
		*last = r->last_time.ms;
}

void index_adjust_entry(struct usage_index *index, const struct index_ids *ids,
	const struct usage_row *row, int sign)
{
	struct index_delta *d = delta_at(index, ids, row);
	struct usage usage = response_counted(&row->response);

	index_adjust_quarter(index, row, sign);
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		index_add_to_kind(&d->usage, kind, sign * usage_get(&usage, kind));
	d->responses += sign;
	d->requests += row->kind == ENTRY_AUXILIARY ? 0 : sign * response_requests(&row->response);
	add_to(&d->web_searches, sign * row->response.web_searches);
	add_to(&d->cost, row->has_cost ? sign * row->cost_nano_usd : 0);
	if (sign < 0) {
		d->taken = true;
		widen(&d->taken_first, &d->taken_last, &row->response);
	} else {
		widen(&d->first, &d->last, &row->response);
	}
}

void index_deltas_release(struct usage_index *index)
{
	struct index_delta *d, *next;

	HASH_ITER (hh, index->deltas, d, next) {
		HASH_DEL(index->deltas, d);
		free(d);
	}
}

/* --- writing them ---------------------------------------------------------------- */

struct sums {
	int64_t id; /* 0: no such entry yet */
	int64_t responses, requests, web_searches, cost, first, last;
	struct usage usage;
};

static void bind_key(sqlite3_stmt *stmt, const struct index_delta *d)
{
	for (int i = 0; i < KEY_PARTS; i++)
		(void)sqlite3_bind_int64(stmt, 1 + i, d->key[i]);
}

static enum tt_code read_sums(struct sums *out, struct usage_index *index,
	const struct index_delta *d, struct tt_error *err)
{
	sqlite3_stmt *stmt = index_statement(index, STMT_ENTRY_FIND, err);
	bool found;

	*out = (struct sums){ .first = INT64_MAX };
	if (!stmt)
		return err->code;
	bind_key(stmt, d);
	if (index_step(index, stmt, &found, err) != TT_OK)
		return err->code;
	if (found) {
		out->id = sqlite3_column_int64(stmt, 0);
		out->responses = sqlite3_column_int64(stmt, 1);
		out->requests = sqlite3_column_int64(stmt, 2);
		index_column_usage(&out->usage, stmt, 3);
		out->web_searches = sqlite3_column_int64(stmt, 8);
		out->cost = sqlite3_column_int64(stmt, 9);
		out->first = sqlite3_column_int64(stmt, 10);
		out->last = sqlite3_column_int64(stmt, 11);
	}
	(void)sqlite3_reset(stmt);
	return TT_OK;
}

/* Where an end may have been taken away, the ends are sought in what is left. */
static enum tt_code find_span(struct sums *s, struct usage_index *index,
	const struct index_delta *d, struct tt_error *err)
{
	sqlite3_stmt *stmt;
	bool found;

	if (!d->taken || s->responses == 0 ||
		(d->taken_first > s->first && d->taken_last < s->last))
		return TT_OK;
	stmt = index_statement(index, STMT_ENTRY_SPAN, err);
	if (!stmt)
		return err->code;
	bind_key(stmt, d);
	if (index_step(index, stmt, &found, err) != TT_OK)
		return err->code;
	if (found && sqlite3_column_type(stmt, 0) != SQLITE_NULL) {
		s->first = sqlite3_column_int64(stmt, 0);
		s->last = sqlite3_column_int64(stmt, 1);
	}
	(void)sqlite3_reset(stmt);
	return TT_OK;
}

static void add_up(struct sums *s, const struct index_delta *d)
{
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		index_add_to_kind(&s->usage, kind, usage_get(&d->usage, kind));
	s->responses += d->responses;
	s->requests += d->requests;
	add_to(&s->web_searches, d->web_searches);
	add_to(&s->cost, d->cost);
	if (d->first < s->first)
		s->first = d->first;
	if (d->last > s->last)
		s->last = d->last;
}

static void bind_sums(sqlite3_stmt *stmt, int at, const struct sums *s)
{
	(void)sqlite3_bind_int64(stmt, at, s->responses);
	(void)sqlite3_bind_int64(stmt, at + 1, s->requests);
	index_bind_usage(stmt, at + 2, &s->usage);
	(void)sqlite3_bind_int64(stmt, at + 7, s->web_searches);
	(void)sqlite3_bind_int64(stmt, at + 8, s->cost);
	(void)sqlite3_bind_int64(stmt, at + 9, s->first);
	(void)sqlite3_bind_int64(stmt, at + 10, s->last);
}

static enum tt_code write_sums(struct usage_index *index, const struct index_delta *d,
	const struct sums *s, struct tt_error *err)
{
	sqlite3_stmt *stmt = index_statement(index, s->id ? STMT_ENTRY_SET : STMT_ENTRY_ADD, err);

	if (!stmt)
		return err->code;
	if (s->id)
		(void)sqlite3_bind_int64(stmt, 1, s->id);
	else
		bind_key(stmt, d);
	bind_sums(stmt, s->id ? 2 : 1 + KEY_PARTS, s);
	return index_run(index, stmt, err);
}

/* Taken away and added again in one go: nothing to write. */
static bool is_nothing(
	const struct index_delta *d, const struct sums *before, const struct sums *after)
{
	return before->id && memcmp(&before->usage, &after->usage, sizeof before->usage) == 0 &&
	       before->responses == after->responses && before->requests == after->requests &&
	       before->web_searches == after->web_searches && before->cost == after->cost &&
	       before->first == after->first && before->last == after->last && d->taken;
}

static enum tt_code flush(
	struct usage_index *index, const struct index_delta *d, struct tt_error *err)
{
	struct sums before, after;

	if (read_sums(&before, index, d, err) != TT_OK)
		return err->code;
	after = before;
	/* One that was emptied keeps its times, for the ledger; they are not of
	 * what comes now. */
	if (before.responses == 0) {
		after.first = INT64_MAX;
		after.last = 0;
	}
	add_up(&after, d);
	if (after.responses == 0) {
		after.first = before.first;
		after.last = before.last;
	}
	if (find_span(&after, index, d, err) != TT_OK)
		return err->code;
	if (is_nothing(d, &before, &after) || (!before.id && after.responses == 0))
		return TT_OK;
	return write_sums(index, d, &after, err);
}

enum tt_code index_flush_entries(struct usage_index *index, struct tt_error *err)
{
	for (const struct index_delta *d = index->deltas; d; d = d->hh.next)
		if (flush(index, d, err) != TT_OK)
			return err->code;
	index_deltas_release(index);
	return index_flush_quarters(index, err);
}

/* --- reading them ------------------------------------------------------------------- */

/* No reader of an entry takes more. */
static void limit_usage(struct usage *u)
{
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		if (usage_get(u, kind) > USAGE_MAX)
			usage_set(u, kind, USAGE_MAX);
}

static enum tt_code read_entry(
	struct usage_entry *e, struct usage_index *index, sqlite3_stmt *stmt, struct tt_error *err)
{
	*e = (struct usage_entry){
		.row = sqlite3_column_int64(stmt, 0),
		.repository = sqlite3_column_int64(stmt, 2),
		.day = { sqlite3_column_int(stmt, 4) },
		.kind = (enum entry_kind)sqlite3_column_int(stmt, 7),
		.requests = sqlite3_column_int64(stmt, 8),
		.web_searches = sqlite3_column_int64(stmt, 14),
		.cost_nano_usd = sqlite3_column_int64(stmt, 15),
		.first = { sqlite3_column_int64(stmt, 16) },
		.last = { sqlite3_column_int64(stmt, 17) },
		.recorded_revision = sqlite3_column_int64(stmt, 18),
		.changed = sqlite3_column_int(stmt, 19) != 0,
	};
	e->has_cost = e->kind == ENTRY_AUXILIARY;
	index_column_usage(&e->usage, stmt, 9);
	limit_usage(&e->usage);
	if (index_text_of(index, sqlite3_column_int64(stmt, 1), &e->session, err) != TT_OK ||
		index_text_of(index, sqlite3_column_int64(stmt, 3), &e->branch, err) != TT_OK ||
		index_text_of(index, sqlite3_column_int64(stmt, 5), &e->model, err) != TT_OK ||
		index_text_of(index, sqlite3_column_int64(stmt, 6), &e->price_class, err) != TT_OK)
		return err->code;
	return TT_OK;
}

static enum tt_code visit_entries(struct usage_index *index, sqlite3_stmt *stmt,
	usage_entry_visit visit, void *ctx, struct tt_error *err)
{
	enum tt_code code = TT_OK;
	bool found = true;

	while (code == TT_OK && found) {
		struct usage_entry e;

		code = index_step(index, stmt, &found, err);
		if (code != TT_OK || !found)
			break;
		code = read_entry(&e, index, stmt, err);
		if (code == TT_OK)
			code = visit(ctx, &e, err);
	}
	return code;
}

enum tt_code usage_index_entries(struct usage_index *index, const struct usage_filter *filter,
	usage_entry_visit visit, void *ctx, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf sql = STRBUF_INIT;
	sqlite3_stmt *stmt;
	enum tt_code code;

	if (index_flush_entries(index, err) != TT_OK ||
		(filter->unsorted && !filter->has_since_day &&
			index_load_texts(index, err) != TT_OK))
		return err->code;
	strbuf_addstr(&sql,
		"SELECT id, session, repository, branch, day, model, class, kind, requests, input,"
		" output, cache_read, cache_write_5m, cache_write_1h, web_searches, cost, first,"
		" last, recorded_revision, changed FROM entries");
	index_add_filter(&sql, filter, true);
	strbuf_addstr(&sql, filter->filled ? " AND responses > 0"
					   : " AND (responses > 0 OR recorded_revision > 0)");
	if (!filter->unsorted)
		strbuf_addstr(&sql, filter->any_order ? " ORDER BY repository, branch"
						      : " ORDER BY repository, (SELECT text FROM"
							" texts t WHERE t.id = entries.branch),"
							" first, entries.id");
	if (sqlite3_prepare_v2(index->db, sql.buf, -1, &stmt, NULL) != SQLITE_OK)
		return index_fail(index, "cannot read the usage index", err);
	code = index_bind_filter(index, stmt, filter, err);
	if (code == TT_OK)
		code = visit_entries(index, stmt, visit, ctx, err);
	(void)sqlite3_finalize(stmt);
	return code;
}

/* --- the ledgers ----------------------------------------------------------------------- */

enum tt_code usage_index_recorded(
	struct usage_index *index, int64_t row, int64_t revision, struct tt_error *err)
{
	sqlite3_stmt *stmt = index_statement(index, STMT_ENTRY_RECORDED, err);

	if (!stmt)
		return err->code;
	(void)sqlite3_bind_int64(stmt, 1, row);
	(void)sqlite3_bind_int64(stmt, 2, revision);
	return index_run(index, stmt, err);
}

enum tt_code usage_index_forget_recorded(
	struct usage_index *index, const struct usage_filter *filter, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf sql = STRBUF_INIT;
	sqlite3_stmt *stmt;
	enum tt_code code;

	if (index_flush_entries(index, err) != TT_OK)
		return err->code;
	strbuf_addstr(&sql, "UPDATE entries SET changed = 1");
	index_add_filter(&sql, filter, true);
	if (sqlite3_prepare_v2(index->db, sql.buf, -1, &stmt, NULL) != SQLITE_OK)
		return index_fail(index, "cannot write the usage index", err);
	code = index_bind_filter(index, stmt, filter, err);
	if (code == TT_OK)
		code = index_run(index, stmt, err);
	(void)sqlite3_finalize(stmt);
	return code;
}
