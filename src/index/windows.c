/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "internal.h"

/* What the plan's windows are reckoned from: quarter hours, single responses where a
 * quarter hour must be divided, events, and the user's resets. */

static int64_t quarter_of(struct instant t)
{
	return t.ms - t.ms % QUARTER_MS;
}

/* No reader takes more of a kind. */
static void column_usage(struct usage *out, sqlite3_stmt *stmt, int at)
{
	index_column_usage(out, stmt, at);
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		if (usage_get(out, kind) > USAGE_MAX)
			usage_set(out, kind, USAGE_MAX);
}

/* Rows of: time, kind, requests, messages, five counts, and `unsplit` where it has
 * that. */
static enum tt_code visit_sums(struct usage_index *index, sqlite3_stmt *stmt,
	usage_window_visit visit, void *ctx, struct tt_error *err)
{
	enum tt_code code = TT_OK;
	bool found = true;

	while (code == TT_OK && found) {
		struct window_event e;

		code = index_step(index, stmt, &found, err);
		if (code != TT_OK || !found)
			break;
		e = (struct window_event){
			.time = { sqlite3_column_int64(stmt, 0) },
			.kind = (enum entry_kind)sqlite3_column_int(stmt, 1),
			.requests = sqlite3_column_int64(stmt, 2),
			.messages = sqlite3_column_int64(stmt, 3),
		};
		column_usage(&e.usage, stmt, 4);
		if (sqlite3_column_count(stmt) > 9)
			e.usage.unsplit = sqlite3_column_int64(stmt, 9);
		code = visit(ctx, &e, err);
	}
	(void)sqlite3_reset(stmt);
	return code;
}

static enum tt_code visit_span(struct usage_index *index, enum statement which,
	const int64_t span[2], usage_window_visit visit, void *ctx, struct tt_error *err)
{
	sqlite3_stmt *stmt = index_statement(index, which, err);

	if (!stmt)
		return err->code;
	(void)sqlite3_bind_int64(stmt, 1, span[0]);
	(void)sqlite3_bind_int64(stmt, 2, span[1]);
	return visit_sums(index, stmt, visit, ctx, err);
}

/* --- quarter hours that must be divided ----------------------------------------------- */

static int compare(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

/* The divided quarter hours from `from` on, ascending, each once; their number. */
static size_t find_divided(int64_t **out, const struct usage_window_query *query, int64_t from)
{
	int64_t *q = xcalloc(query->exact_count + 2, sizeof *q);
	size_t count = 0, kept = 0;

	if (query->since.ms % QUARTER_MS)
		q[count++] = from;
	for (size_t i = 0; i < query->exact_count; i++)
		if (query->exact[i].ms % QUARTER_MS && quarter_of(query->exact[i]) >= from)
			q[count++] = quarter_of(query->exact[i]);
	qsort(q, count, sizeof *q, compare);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || q[kept - 1] != q[i])
			q[kept++] = q[i];
	*out = q;
	return kept;
}

enum tt_code usage_index_windows(struct usage_index *index, const struct usage_window_query *query,
	usage_window_visit visit, void *ctx, struct tt_error *err)
{
	int64_t at = quarter_of(query->since), *divided;
	size_t count = find_divided(&divided, query, at);
	enum tt_code code = index_flush_entries(index, err);

	for (size_t i = 0; code == TT_OK && i < count; i++) {
		int64_t end = divided[i] + QUARTER_MS;
		int64_t from = divided[i] > query->since.ms ? divided[i] : query->since.ms;

		code = visit_span(
			index, STMT_QUARTERS, (int64_t[]){ at, divided[i] }, visit, ctx, err);
		if (code == TT_OK)
			code = visit_span(index, STMT_WINDOW_RESPONSES, (int64_t[]){ from, end },
				visit, ctx, err);
		at = end;
	}
	free(divided);
	if (code == TT_OK)
		code = visit_span(
			index, STMT_QUARTERS, (int64_t[]){ at, INT64_MAX }, visit, ctx, err);
	if (code == TT_OK)
		code = visit_span(index, STMT_WINDOW_EVENTS,
			(int64_t[]){ query->since.ms, INT64_MAX }, visit, ctx, err);
	return code;
}

/* --- events --------------------------------------------------------------------------- */

struct event_ids {
	int64_t repository, branch, model;
};

static void bind_event(sqlite3_stmt *stmt, const struct usage_event *e, const struct event_ids *ids)
{
	index_bind_text(stmt, 1, e->id);
	(void)sqlite3_bind_int64(stmt, 2, e->time.ms);
	(void)sqlite3_bind_int(stmt, 3, e->kind);
	index_bind_usage(stmt, 4, &e->usage);
	(void)sqlite3_bind_int64(stmt, 9, e->usage.unsplit);
	(void)sqlite3_bind_int64(stmt, 10, e->requests);
	(void)sqlite3_bind_int64(stmt, 11, e->messages);
	(void)sqlite3_bind_int64(stmt, 12, ids->repository);
	(void)sqlite3_bind_int64(stmt, 13, ids->branch);
	(void)sqlite3_bind_int64(stmt, 14, ids->model);
	index_bind_text(stmt, 15, e->source ? e->source : "");
	index_bind_text(stmt, 16, e->notes ? e->notes : "");
	(void)sqlite3_bind_int(stmt, 17, e->is_void);
}

enum tt_code usage_index_put_event(
	struct usage_index *index, const struct usage_event *e, struct tt_error *err)
{
	struct event_ids ids;
	sqlite3_stmt *stmt;

	if (index_text_id(index, e->repository, &ids.repository, err) != TT_OK ||
		index_text_id(index, e->branch, &ids.branch, err) != TT_OK ||
		index_text_id(index, e->model, &ids.model, err) != TT_OK)
		return err->code;
	stmt = index_statement(index, STMT_EVENT_PUT, err);
	if (!stmt)
		return err->code;
	bind_event(stmt, e, &ids);
	return index_run(index, stmt, err);
}

enum tt_code usage_index_has_event(
	struct usage_index *index, const char *id, bool *found, struct tt_error *err)
{
	sqlite3_stmt *stmt = index_statement(index, STMT_EVENT_FIND, err);

	if (!stmt)
		return err->code;
	index_bind_text(stmt, 1, id);
	if (index_step(index, stmt, found, err) != TT_OK)
		return err->code;
	(void)sqlite3_reset(stmt);
	return TT_OK;
}

static enum tt_code read_event(
	struct usage_event *e, struct usage_index *index, sqlite3_stmt *stmt, struct tt_error *err)
{
	*e = (struct usage_event){
		.id = (const char *)sqlite3_column_text(stmt, 0),
		.time = { sqlite3_column_int64(stmt, 1) },
		.kind = (enum entry_kind)sqlite3_column_int(stmt, 2),
		.requests = sqlite3_column_int64(stmt, 9),
		.messages = sqlite3_column_int64(stmt, 10),
		.source = (const char *)sqlite3_column_text(stmt, 14),
		.notes = (const char *)sqlite3_column_text(stmt, 15),
		.is_void = sqlite3_column_int(stmt, 16) != 0,
	};
	column_usage(&e->usage, stmt, 3);
	e->usage.unsplit = sqlite3_column_int64(stmt, 8);
	if (index_text_of(index, sqlite3_column_int64(stmt, 11), &e->repository, err) != TT_OK ||
		index_text_of(index, sqlite3_column_int64(stmt, 12), &e->branch, err) != TT_OK)
		return err->code;
	return index_text_of(index, sqlite3_column_int64(stmt, 13), &e->model, err);
}

enum tt_code usage_index_events(struct usage_index *index, struct instant since,
	usage_event_visit visit, void *ctx, struct tt_error *err)
{
	sqlite3_stmt *stmt = index_statement(index, STMT_EVENTS, err);
	enum tt_code code = TT_OK;
	bool found = true;

	if (!stmt)
		return err->code;
	(void)sqlite3_bind_int64(stmt, 1, since.ms);
	while (code == TT_OK && found) {
		struct usage_event e;

		code = index_step(index, stmt, &found, err);
		if (code == TT_OK && found)
			code = read_event(&e, index, stmt, err);
		if (code == TT_OK && found)
			code = visit(ctx, &e, err);
	}
	(void)sqlite3_reset(stmt);
	return code;
}

/* --- resets ------------------------------------------------------------------------------ */

enum tt_code usage_index_put_reset(
	struct usage_index *index, const struct window_reset *reset, struct tt_error *err)
{
	sqlite3_stmt *stmt = index_statement(index, STMT_RESET_PUT, err);

	if (!stmt)
		return err->code;
	(void)sqlite3_bind_int(stmt, 1, reset->kind);
	(void)sqlite3_bind_int64(stmt, 2, reset->time.ms);
	return index_run(index, stmt, err);
}

enum tt_code usage_index_resets(struct usage_index *index, struct instant since,
	usage_reset_visit visit, void *ctx, struct tt_error *err)
{
	sqlite3_stmt *stmt = index_statement(index, STMT_RESETS, err);
	enum tt_code code = TT_OK;
	bool found = true;

	if (!stmt)
		return err->code;
	(void)sqlite3_bind_int64(stmt, 1, since.ms);
	while (code == TT_OK && found) {
		code = index_step(index, stmt, &found, err);
		if (code == TT_OK && found) {
			const struct window_reset reset = {
				(enum window_kind)sqlite3_column_int(stmt, 0),
				{ sqlite3_column_int64(stmt, 1) },
			};

			code = visit(ctx, &reset, err);
		}
	}
	(void)sqlite3_reset(stmt);
	return code;
}
