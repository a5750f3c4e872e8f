/* SPDX-License-Identifier: MIT */
#include "plan_state.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "index/usage_index.h"
#include "limits.h"
#include "report/window_line.h"
#include "user_state.h"

enum { INDEX_WAIT_MS = 100 };

/* Resets of before are of windows that have ended. */
#define RESETS_REACH_BACK_MS (WINDOW_WEEK_MS + WINDOW_SKEW_MS)

void plan_state_add_event(struct plan_state *s, const struct window_event *event)
{
	if (s->input.count == s->event_alloc) {
		s->event_alloc = s->event_alloc ? 2 * s->event_alloc : 256;
		s->events = xreallocarray(s->events, s->event_alloc, sizeof *s->events);
		s->input.events = s->events;
	}
	s->events[s->input.count++] = *event;
}

void plan_state_add_reset(struct plan_state *s, const struct window_reset *reset)
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
	(void)err;
	plan_state_add_event(ctx, e);
	return TT_OK;
}

static enum tt_code take_reset(void *ctx, const struct window_reset *reset, struct tt_error *err)
{
	(void)err;
	plan_state_add_reset(ctx, reset);
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

static enum tt_code read_index(struct plan_state *s, struct tt_error *err)
{
	_cleanup_(usage_index_closep) struct usage_index *index = NULL;
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;

	if (user_state_path(&dir, err) != TT_OK ||
		usage_index_open(&index, dir.buf, false, INDEX_WAIT_MS, NULL, err) != TT_OK)
		return err->code;
	if (usage_index_begin(index, err) != TT_OK)
		return err->code;
	return read_usage(s, index, err);
}

/* --- all of it ---------------------------------------------------------------------------- */

enum tt_code plan_state_read(
	struct plan_state *out, const struct context *ctx, struct tt_error *err)
{
	struct limits limits;

	*out = (struct plan_state){ .input = { .now = clock_now() }, .problem = TT_ERROR_INIT };
	if (plan_config_read(&out->config, ctx->repo, err) != TT_OK)
		return err->code;
	if (out->config.has_plan)
		out->input.plan = &out->config.plan;
	limits_read(&limits);
	for (int kind = 0; kind < WINDOW_KINDS; kind++)
		out->input.reports[kind] = limits.of[kind];
	if (read_index(out, &out->problem) == TT_ENOTFOUND)
		out->problem = (struct tt_error)TT_ERROR_INIT;
	windows_sort(out->events, out->input.count);
	windows_read(&out->windows, &out->input);
	return TT_OK;
}

void plan_state_release(struct plan_state *s)
{
	free(s->events);
	free(s->resets);
	arena_release(&s->arena);
}

void plan_state_add_line(struct strbuf *out, const struct plan_state *s, const struct context *ctx)
{
	report_window_line(out, &s->windows, s->config.style, ctx->style.glyphs);
}
