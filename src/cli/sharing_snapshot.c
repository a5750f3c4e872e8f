/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "index/usage_index.h"
#include "limits.h"
#include "sharing.h"
#include "user_state.h"

enum { QUARTER_MS = 900000, HOUR_MS = 3600000, INDEX_WAIT_MS = 500 };
#define DAY_MS INT64_C(86400000)
/* What is older than a day is summed by the hour: everybody reads all of it, every time. */
#define FINE_MS DAY_MS

struct snapshot {
	struct share_server *server;
	struct window_event *rows;
	size_t row_count, row_alloc;
	struct window_reset *resets;
	size_t reset_count;
	struct instant *moments; /* ascending: what divides a quarter hour */
	size_t moment_count;
	int64_t fine_since;
};

static void snapshot_release(struct snapshot *s)
{
	free(s->rows);
	free(s->resets);
	free(s->moments);
}

/* --- where windows begin and end --------------------------------------------------------- */

static void add_moment(struct snapshot *s, int64_t ms)
{
	if (ms <= 0)
		return;
	s->moments = xreallocarray(s->moments, s->moment_count + 1, sizeof *s->moments);
	s->moments[s->moment_count++].ms = ms;
}

static void add_moments(struct snapshot *s, const struct window_report *reports,
	const struct window_reset *resets, size_t reset_count)
{
	static const int64_t lengths[WINDOW_KINDS] = { WINDOW_FIVE_HOURS_MS, WINDOW_WEEK_MS };

	for (size_t i = 0; i < reset_count; i++)
		add_moment(s, resets[i].time.ms);
	for (int kind = 0; kind < WINDOW_KINDS; kind++)
		if (reports[kind].known && reports[kind].has_reset) {
			add_moment(s, reports[kind].resets_at.ms);
			add_moment(s, reports[kind].resets_at.ms - lengths[kind]);
		}
}

static int compare_moments(const void *a, const void *b)
{
	const struct instant *x = a, *y = b;

	return (x->ms > y->ms) - (x->ms < y->ms);
}

/* Where the zone is half an hour off, the calendar's week begins within an hour. */
static void add_week(struct snapshot *s)
{
	const struct window_input nothing = { .now = clock_now() };
	struct windows windows;
	int64_t start;

	windows_read(&windows, &nothing);
	start = windows.of[WINDOW_WEEKLY].start.ms;
	if (start % HOUR_MS)
		add_moment(s, start);
}

static void find_moments(struct snapshot *s, const struct share_list *others)
{
	add_week(s);
	add_moments(s, s->server->reports, s->resets, s->reset_count);
	for (size_t i = 0; others && i < others->count; i++)
		add_moments(s, others->servers[i].reports, others->servers[i].resets,
			others->servers[i].reset_count);
	if (s->moment_count)
		qsort(s->moments, s->moment_count, sizeof *s->moments, compare_moments);
}

/* The last one up to then; 0: none. */
static int64_t moment_before(const struct snapshot *s, int64_t ms)
{
	size_t from = 0, to = s->moment_count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (s->moments[middle].ms <= ms)
			from = middle + 1;
		else
			to = middle;
	}
	return from ? s->moments[from - 1].ms : 0;
}

/* --- rows --------------------------------------------------------------------------- */

static int64_t quarter_of(int64_t ms)
{
	return ms - ms % QUARTER_MS;
}

static int64_t hour_of(int64_t ms)
{
	return ms - ms % HOUR_MS;
}

static int compare(const void *a, const void *b)
{
	const struct window_event *x = a, *y = b;

	if (x->time.ms != y->time.ms)
		return x->time.ms < y->time.ms ? -1 : 1;
	return (int)x->kind - (int)y->kind;
}

/* A row begins with its quarter hour, or hour, or with what divides it. */
static int64_t begin_of(const struct snapshot *s, int64_t ms)
{
	int64_t step = ms < s->fine_since ? hour_of(ms) : quarter_of(ms);
	int64_t moment = moment_before(s, ms);

	return moment > step ? moment : step;
}

static void note_activity(struct snapshot *s, const struct window_event *e)
{
	if (e->time.ms > s->server->last_activity.ms)
		s->server->last_activity = e->time;
}

static enum tt_code take_row(void *ctx, const struct window_event *e, struct tt_error *err)
{
	struct snapshot *s = ctx;

	(void)err;
	if (e->kind == ENTRY_CONTEXT_READING)
		return TT_OK;
	if (s->row_count == s->row_alloc) {
		s->row_alloc = s->row_alloc ? 2 * s->row_alloc : 1024;
		s->rows = xreallocarray(s->rows, s->row_alloc, sizeof *s->rows);
	}
	note_activity(s, e);
	s->rows[s->row_count] = *e;
	s->rows[s->row_count++].time.ms = begin_of(s, e->time.ms);
	return TT_OK;
}

static int64_t add_capped(int64_t a, int64_t b)
{
	return a > USAGE_MAX - b ? USAGE_MAX : a + b;
}

static void add_usage(struct usage *sum, const struct usage *more)
{
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		usage_set(sum, kind, add_capped(usage_get(sum, kind), usage_get(more, kind)));
}

/* One row for each time and kind; the newest, when they are too many. */
static void merge_rows(struct snapshot *s)
{
	size_t kept = 0;

	if (s->row_count)
		qsort(s->rows, s->row_count, sizeof *s->rows, compare);
	for (size_t i = 0; i < s->row_count; i++) {
		struct window_event *last = kept ? &s->rows[kept - 1] : NULL;
		const struct window_event *row = &s->rows[i];

		if (!last || compare(last, row) != 0) {
			s->rows[kept++] = *row;
			continue;
		}
		add_usage(&last->usage, &row->usage);
		last->requests = add_capped(last->requests, row->requests);
		last->messages = add_capped(last->messages, row->messages);
	}
	s->server->row_count = kept < SHARE_ROWS_MAX ? kept : SHARE_ROWS_MAX;
	s->server->rows = s->rows ? s->rows + (kept - s->server->row_count) : NULL;
}

/* --- the rest ------------------------------------------------------------------------- */

static enum tt_code take_reset(void *ctx, const struct window_reset *reset, struct tt_error *err)
{
	struct snapshot *s = ctx;

	(void)err;
	if (s->reset_count == SHARE_RESETS_MAX)
		return TT_OK;
	s->resets = xreallocarray(s->resets, s->reset_count + 1, sizeof *s->resets);
	s->resets[s->reset_count++] = *reset;
	return TT_OK;
}

static enum tt_code take_lifetime(void *ctx, const struct window_event *e, struct tt_error *err)
{
	struct snapshot *s = ctx;
	struct share_total *total = &s->server->lifetime;

	(void)err;
	if (e->kind == ENTRY_CONTEXT_READING)
		return TT_OK;
	note_activity(s, e);
	add_usage(&total->usage, &e->usage);
	total->requests = add_capped(total->requests, e->requests);
	total->messages = add_capped(total->messages, e->messages);
	return TT_OK;
}

static enum tt_code take_activity(void *ctx, const struct window_event *e, struct tt_error *err)
{
	(void)err;
	note_activity(ctx, e);
	return TT_OK;
}

/* Within the last quarter hour of any use: a moment in it asks for single responses. */
static enum tt_code find_last_activity(
	struct snapshot *s, struct usage_index *index, struct tt_error *err)
{
	const struct usage_window_query query = {
		.since = { quarter_of(s->server->last_activity.ms) + 1 }
	};

	return usage_index_windows(index, &query, take_activity, s, err);
}

static enum tt_code read_index(struct snapshot *s, struct usage_index *index,
	const struct share_list *others, struct tt_error *err)
{
	const struct instant since = { hour_of(clock_now().ms - SHARE_DAYS * DAY_MS) };
	struct usage_window_query query = { .since = since };

	s->fine_since = hour_of(clock_now().ms - FINE_MS);
	if (usage_index_begin(index, err) != TT_OK ||
		usage_index_resets(index, since, take_reset, s, err) != TT_OK)
		return err->code;
	find_moments(s, others);
	query.exact = s->moments;
	query.exact_count = s->moment_count;
	if (usage_index_windows(index, &query, take_row, s, err) != TT_OK)
		return err->code;
	query = (struct usage_window_query){ 0 };
	if (usage_index_windows(index, &query, take_lifetime, s, err) != TT_OK)
		return err->code;
	return find_last_activity(s, index, err);
}

static void *keep(struct arena *arena, const void *items, size_t size)
{
	void *copy = arena_alloc(arena, size ? size : 1);

	if (size)
		memcpy(copy, items, size);
	return copy;
}

/* Nothing was ever recorded: there is no index. */
static enum tt_code read_all(
	struct snapshot *s, const struct share_list *others, struct tt_error *err)
{
	_cleanup_(usage_index_closep) struct usage_index *index = NULL;
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;
	enum tt_code code;

	if (user_state_path(&dir, err) != TT_OK)
		return err->code;
	code = usage_index_open(&index, dir.buf, false, INDEX_WAIT_MS, NULL, err);
	if (code == TT_ENOTFOUND)
		return TT_OK;
	return code == TT_OK ? read_index(s, index, others, err) : code;
}

enum tt_code sharing_snapshot(struct share_server *out, struct arena *arena,
	const struct share_list *others, struct tt_error *err)
{
	struct share_server server = *out;
	_cleanup_(snapshot_release) struct snapshot s = { .server = &server };
	struct limits limits;

	limits_read(&limits);
	memcpy(server.reports, limits.of, sizeof server.reports);
	if (read_all(&s, others, err) != TT_OK)
		return err->code;
	merge_rows(&s);
	server.published_at = clock_now();
	server.rows = keep(arena, server.rows, server.row_count * sizeof *server.rows);
	server.resets = keep(arena, s.resets, s.reset_count * sizeof *s.resets);
	server.reset_count = s.reset_count;
	*out = server;
	return TT_OK;
}
