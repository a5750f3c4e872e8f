/* SPDX-License-Identifier: MIT */
#include "plan_state.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "index/usage_index.h"
#include "limits.h"
#include "report/window_line.h"
#include "server.h"
#include "sharing.h"
#include "user_state.h"

enum { INDEX_WAIT_MS = 100 };

/* Resets of before are of windows that have ended. */
#define RESETS_REACH_BACK_MS (WINDOW_WEEK_MS + WINDOW_SKEW_MS)

static void add_event(struct plan_state *s, const struct window_event *event)
{
	if (s->input.count == s->event_alloc) {
		s->event_alloc = s->event_alloc ? 2 * s->event_alloc : 256;
		s->events = xreallocarray(s->events, s->event_alloc, sizeof *s->events);
		s->input.events = s->events;
	}
	s->events[s->input.count++] = *event;
}

static void add_reset(struct plan_state *s, const struct window_reset *reset)
{
	if (s->input.reset_count == s->reset_alloc) {
		s->reset_alloc = s->reset_alloc ? 2 * s->reset_alloc : 8;
		s->resets = xreallocarray(s->resets, s->reset_alloc, sizeof *s->resets);
		s->input.resets = s->resets;
	}
	s->resets[s->input.reset_count++] = *reset;
}

/* --- from the usage index -------------------------------------------------------------- */

static enum tt_code take_event(void *ctx, const struct window_event *e, struct tt_error *err)
{
	struct plan_state *s = ctx;
	struct window_event own = *e;

	(void)err;
	own.server = s->server;
	add_event(s, &own);
	return TT_OK;
}

static enum tt_code take_reset(void *ctx, const struct window_reset *reset, struct tt_error *err)
{
	(void)err;
	add_reset(ctx, reset);
	return TT_OK;
}

/* When windows may begin or end within a quarter hour: the user's resets, and what the
 * service reports, week after week. */
static struct instant *find_moments(const struct plan_state *s, size_t *count)
{
	static const int64_t lengths[WINDOW_KINDS] = { WINDOW_FIVE_HOURS_MS, WINDOW_WEEK_MS };
	struct instant *at = xcalloc(s->input.reset_count + (size_t)3 * WINDOW_KINDS, sizeof *at);
	size_t n = 0;

	for (size_t i = 0; i < s->input.reset_count; i++)
		at[n++] = s->resets[i].time;
	for (int kind = 0; kind < WINDOW_KINDS; kind++) {
		const struct window_report *report = &s->input.reports[kind];
		int64_t past = (s->input.now.ms - report->resets_at.ms) / lengths[kind];

		if (!report->known || !report->has_reset)
			continue;
		at[n++] = report->resets_at;
		at[n++].ms = report->resets_at.ms - lengths[kind];
		at[n++].ms = report->resets_at.ms + past * lengths[kind];
	}
	*count = n;
	return at;
}

static enum tt_code read_usage(
	struct plan_state *s, struct usage_index *index, struct tt_error *err)
{
	_autofree_ struct instant *moments = NULL;
	struct usage_window_query query = { 0 };
	const struct instant since = { s->input.now.ms - RESETS_REACH_BACK_MS };

	if (usage_index_resets(index, since, take_reset, s, err) != TT_OK)
		return err->code;
	query.since = windows_since(&s->input);
	query.exact = moments = find_moments(s, &query.exact_count);
	return usage_index_windows(index, &query, take_event, s, err);
}

static enum tt_code open_index(struct usage_index **out, struct tt_error *err)
{
	_cleanup_(usage_index_closep) struct usage_index *index = NULL;
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;

	if (user_state_path(&dir, err) != TT_OK ||
		usage_index_open(&index, dir.buf, false, INDEX_WAIT_MS, NULL, err) != TT_OK ||
		usage_index_begin(index, err) != TT_OK)
		return err->code;
	*out = steal(&index);
	return TT_OK;
}

/* --- from the other servers ---------------------------------------------------------------- */

/* Its own file tells of this one, too, but what the index holds is newer. */
static bool is_this_one(const struct plan_state *s, const struct share_server *server)
{
	return s->installation && strcmp(server->installation, s->installation) == 0;
}

/* A clock that is ahead must not make a report the last word. */
static void take_reports(struct limits *into, const struct share_server *server, struct instant now)
{
	struct limits theirs;

	for (int kind = 0; kind < WINDOW_KINDS; kind++) {
		theirs.of[kind] = server->reports[kind];
		if (theirs.of[kind].reported_at.ms > now.ms + WINDOW_SKEW_MS)
			theirs.of[kind].known = false;
	}
	(void)limits_take(into, &theirs);
}

/* All of them at once: they are many. */
static void make_room(struct plan_state *s)
{
	size_t rows = 0;

	for (size_t i = 0; i < s->others.count; i++)
		rows += s->others.servers[i].row_count;
	s->event_alloc = s->input.count + rows + 256;
	s->events = xreallocarray(s->events, s->event_alloc, sizeof *s->events);
	s->input.events = s->events;
}

static void take_servers(struct plan_state *s, struct limits *limits)
{
	make_room(s);
	for (size_t i = 0; i < s->others.count; i++) {
		const struct share_server *server = &s->others.servers[i];

		if (is_this_one(s, server))
			continue;
		for (size_t row = 0; row < server->row_count; row++)
			add_event(s, &server->rows[row]);
		for (size_t reset = 0; reset < server->reset_count; reset++)
			add_reset(s, &server->resets[reset]);
		take_reports(limits, server, s->input.now);
	}
}

/* Who this one is.  Names are for showing: without one it is "". */
static void find_self(struct plan_state *s)
{
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT, installation = STRBUF_INIT;
	struct tt_error ignored = TT_ERROR_INIT;

	(void)server_name(&name, &ignored);
	s->server = arena_strdup(&s->arena, name.buf);
	if (sharing_installation(&installation))
		s->installation = arena_strdup(&s->arena, installation.buf);
	for (size_t i = 0; i < s->others.count; i++)
		if (is_this_one(s, &s->others.servers[i]))
			s->server = s->others.servers[i].label;
}

static void read_others(
	struct plan_state *s, struct sharing_reading *reading, struct limits *limits)
{
	(void)sharing_finish(&s->others, reading, &s->others_problem);
	find_self(s);
	take_servers(s, limits);
}

/* --- all of it ---------------------------------------------------------------------------- */

static void read_all(struct plan_state *s, struct sharing_reading *reading)
{
	_cleanup_(usage_index_closep) struct usage_index *index = NULL;
	struct limits limits;
	enum tt_code code;

	/* While another process reads what the servers published. */
	limits_read(&limits);
	code = open_index(&index, &s->problem);
	if (s->has_others)
		read_others(s, reading, &limits);
	for (int kind = 0; kind < WINDOW_KINDS; kind++)
		s->input.reports[kind] = limits.of[kind];
	if (code == TT_OK)
		code = read_usage(s, index, &s->problem);
	if (code == TT_ENOTFOUND)
		s->problem = (struct tt_error)TT_ERROR_INIT;
	windows_sort(s->events, s->input.count);
	windows_read(&s->windows, &s->input);
}

static void begin(struct plan_state *out, struct sharing_reading *reading)
{
	*out = (struct plan_state){ .input = { .now = clock_now() },
		.problem = TT_ERROR_INIT,
		.others_problem = TT_ERROR_INIT,
		.server = "" };
	out->has_others = sharing_start(reading);
}

static enum tt_code finish(struct plan_state *out, struct sharing_reading *reading,
	const struct context *ctx, struct tt_error *err)
{
	if (plan_config_read(&out->config, ctx->repo, err) != TT_OK) {
		sharing_abandon(reading);
		return err->code;
	}
	if (out->config.has_plan)
		out->input.plan = &out->config.plan;
	read_all(out, reading);
	return TT_OK;
}

enum tt_code plan_state_read(
	struct plan_state *out, const struct context *ctx, struct tt_error *err)
{
	struct sharing_reading reading = SHARING_READING_INIT;

	begin(out, &reading);
	return finish(out, &reading, ctx, err);
}

enum tt_code plan_state_read_here(struct plan_state *out, struct context *ctx, struct tt_error *err)
{
	struct sharing_reading reading = SHARING_READING_INIT;
	struct tt_error ignored = TT_ERROR_INIT;

	begin(out, &reading);
	(void)context_open_repo(ctx, &ignored);
	return finish(out, &reading, ctx, err);
}

void plan_state_warn(const struct plan_state *s, const struct context *ctx)
{
	if (s->problem.code != TT_OK)
		context_warn(ctx, "%s", s->problem.msg);
	if (s->others_problem.code != TT_OK)
		context_warn(ctx, "%s", s->others_problem.msg);
}

void plan_state_release(struct plan_state *s)
{
	free(s->events);
	free(s->resets);
	share_list_release(&s->others);
	arena_release(&s->arena);
}

void plan_state_add_line(struct strbuf *out, const struct plan_state *s, const struct context *ctx)
{
	report_window_line(out, &s->windows, s->config.style, ctx->style.glyphs);
}
