/* SPDX-License-Identifier: MIT */
#include "report/monitor.h"

#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "canvas.h"
#include "phrases.h"
#include "report/window_line.h"
#include "table.h"

/* Below WIDE columns lines say less, below TALL lines the kinds of tokens are left out,
 * from ROOMY lines on sections are apart. */
enum { WIDE = 72, TALL = 16, ROOMY = 22, LABEL = 12, RATE_DECIMALS = 2, COST_DECIMALS = 4 };

#define BOLD "\x1b[1m"
#define GREEN "\x1b[32m"
#define YELLOW "\x1b[33m"
#define RED "\x1b[31m"

struct frame {
	struct canvas canvas;
	const struct monitor_view *view;
	bool wide, tall, roomy;
};

static bool is_utf8(const struct frame *f)
{
	return f->canvas.style->glyphs == REPORT_UTF8;
}

static void end_section(struct frame *f)
{
	if (f->roomy)
		canvas_end(&f->canvas);
}

/* --- figures ------------------------------------------------------------------------- */

/* "1,234", "12.3k", "4.5M": what fits where it is narrow. */
static void add_short(struct strbuf *out, int64_t count)
{
	static const struct {
		int64_t from, unit;
		char letter;
	} units[] = {
		{ 1000000000000, 1000000000000, 'T' },
		{ 1000000000, 1000000000, 'G' },
		{ 1000000, 1000000, 'M' },
		{ 10000, 1000, 'k' },
	};

	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (count >= units[i].from) {
			strbuf_addf(out, "%" PRId64 ".%" PRId64 "%c", count / units[i].unit,
				count % units[i].unit / (units[i].unit / 10), units[i].letter);
			return;
		}
	text_add_count(out, count);
}

static void add_count(const struct frame *f, struct strbuf *out, int64_t count)
{
	if (f->wide)
		text_add_count(out, count);
	else
		add_short(out, count);
}

static int64_t written(const struct usage *u)
{
	return u->cache_write_5m + u->cache_write_1h;
}

static int64_t cached(const struct usage *u)
{
	return u->cache_read + written(u);
}

/* "14:55:23", or "11-23 14:55" of another day. */
enum { CLOCK_TEXT = 12 };
static void format_clock(char out[static CLOCK_TEXT], struct instant time, struct instant now)
{
	char text[INSTANT_TEXT];
	bool today = instant_local_day(time).number == instant_local_day(now).number;

	instant_format_local(text, time);
	(void)snprintf(out, CLOCK_TEXT, "%.*s", today ? 8 : 11, text + (today ? 11 : 5));
}

/* --- the session ---------------------------------------------------------------------- */

static void add_head(struct frame *f)
{
	struct canvas *c = &f->canvas;
	char clock[CLOCK_TEXT];

	format_clock(clock, f->view->now, f->view->now);
	canvas_mark(c, BOLD);
	if (is_utf8(f) && f->wide)
		canvas_text(c, "\xf0\x9f\x94\x8d ");
	canvas_text(c, f->wide ? "TOKEN MONITOR" : "MONITOR");
	canvas_mark_end(c);
	if (f->wide && f->view->scope) {
		canvas_text(c, ": ");
		canvas_name(c, f->view->scope);
		text_cut(&c->line, c->width - (int)strlen(clock) - 1, c->style->glyphs);
	}
	canvas_at_end(c, clock);
	canvas_end(c);
	for (int i = 0; f->roomy && i < c->width; i++)
		canvas_text(c, is_utf8(f) ? "\xe2\x94\x80" : "-");
	if (f->roomy)
		canvas_end(c);
}

/* Where there is no room for a path, its last part says most. */
static const char *name_of(const char *project)
{
	const char *slash = project ? strrchr(project, '/') : NULL;

	return slash && slash[1] ? slash + 1 : project;
}

static void add_place(struct frame *f)
{
	const char *project = f->wide ? f->view->project : name_of(f->view->project);

	canvas_name(&f->canvas, project ? project : "(no repository)");
	if (!f->view->branch)
		return;
	canvas_text(&f->canvas, "  ");
	canvas_name(&f->canvas, f->view->branch);
}

enum { SHORT_ID = 8 };

static void add_session(struct frame *f)
{
	struct canvas *c = &f->canvas;
	_cleanup_(strbuf_release) struct strbuf id = STRBUF_INIT;

	report_add_visible(&id, f->view->session, c->style->glyphs);
	if (!f->wide && id.len > SHORT_ID && utf8_is_valid(id.buf, SHORT_ID))
		strbuf_setlen(&id, SHORT_ID);
	if (f->wide)
		canvas_cell(c, "Session", LABEL, false);
	canvas_text(c, id.buf);
	if (!f->wide && !f->tall) {
		canvas_text(c, " ");
		add_place(f);
		canvas_end(c);
		return;
	}
	canvas_end(c);
	if (f->wide)
		canvas_cell(c, "Project", LABEL, false);
	add_place(f);
	canvas_end(c);
}

static void add_models(struct frame *f)
{
	const struct rollup_list *models = &f->view->totals->models;

	if (!f->tall || models->count == 0)
		return;
	if (f->wide)
		canvas_cell(&f->canvas, "Model", LABEL, false);
	for (size_t i = 0; i < models->count; i++) {
		canvas_text(&f->canvas, i ? ", " : "");
		canvas_name(&f->canvas,
			*models->items[i].name ? models->items[i].name : "(model not given)");
	}
	canvas_end(&f->canvas);
}

/* Two figures a line where it is wide. */
enum { FIGURE = 15, SECOND = 40 };
static void add_field(struct frame *f, const char *label, const char *value, bool second)
{
	struct canvas *c = &f->canvas;

	if (second && f->wide)
		canvas_column(c, SECOND);
	canvas_cell(c, label, f->wide ? LABEL : (int)strlen(label), false);
	if (f->wide && text_columns(value, strlen(value)) <= FIGURE)
		canvas_cell(c, value, FIGURE, true);
	else if (f->wide)
		canvas_cell(c, value, SECOND - LABEL - 1, false);
	else
		canvas_at_end(c, value);
	if (second || !f->wide)
		canvas_end(c);
}

static void add_number(struct frame *f, const char *label, int64_t count, bool second)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	add_count(f, &text, count);
	add_field(f, label, text.buf, second);
}

/* As exactly as there is room for. */
static void add_cost(
	const struct frame *f, struct strbuf *out, const struct cost *cost, int64_t tokens)
{
	enum report_glyphs glyphs = f->canvas.style->glyphs;

	report_cost_to(out, cost, tokens, glyphs, COST_DECIMALS);
	if (f->wide || text_columns(out->buf, out->len) + (int)strlen("Cost ") <= f->canvas.width)
		return;
	strbuf_reset(out);
	report_cost(out, cost, tokens, glyphs);
}

static void add_tokens(struct frame *f)
{
	const struct rollup_total *all = &f->view->totals->all;
	_cleanup_(strbuf_release) struct strbuf cost = STRBUF_INIT;

	if (f->tall) {
		add_number(f, "Input", all->usage.input, false);
		add_number(f, "Cache read", all->usage.cache_read, true);
		add_number(f, "Output", all->usage.output, false);
		add_number(f, "Cache write", written(&all->usage), true);
	}
	add_number(f, "Total", all->tokens, false);
	if (f->tall || f->wide)
		add_number(f, "Requests", all->requests, true);
	add_cost(f, &cost, &all->cost, all->tokens);
	add_field(f, "Cost", cost.buf, !f->wide);
}

/* --- how fast ---------------------------------------------------------------------------- */

enum { MINUTE_MS = 60000, HOUR_MS = 60 * MINUTE_MS };

static void add_cost_per_hour(const struct frame *f, struct strbuf *out)
{
	struct cost cost = f->view->rate.cost;

	if (cost_is_unknown(&cost, f->view->rate.tokens))
		return;
	cost.low.pico = cost.low.pico * HOUR_MS / f->view->rate.span_ms;
	cost.high.pico = cost.high.pico * HOUR_MS / f->view->rate.span_ms;
	strbuf_addstr(out, "  ");
	report_cost_to(out, &cost, f->view->rate.tokens, f->canvas.style->glyphs, RATE_DECIMALS);
	strbuf_addstr(out, "/h");
}

/* Of all sessions that are shown, beside the one above. */
static void add_rate(struct frame *f)
{
	const struct monitor_rate *rate = &f->view->rate;
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	add_short(&text, rate->tokens * MINUTE_MS / rate->span_ms);
	strbuf_addstr(&text, "/min");
	if (f->wide && rate->tokens)
		add_cost_per_hour(f, &text);
	if (!f->wide) {
		add_field(f, "Rate", text.buf, true);
		return;
	}
	canvas_column(&f->canvas, SECOND);
	canvas_cell(&f->canvas, "Rate", LABEL, false);
	canvas_text(&f->canvas, text.buf);
	canvas_end(&f->canvas);
}

/* --- the windows ----------------------------------------------------------------------------- */

enum { BAR_MAX = 40, BAR_ROOM = 48, NARROW = 32, WATCH_PERCENT = 60, STOP_PERCENT = 80 };

static void add_bar(struct frame *f, const struct limit_use *use, int cells)
{
	int64_t full = use->permille > 1000 ? cells : use->permille * cells / 1000;

	canvas_mark(&f->canvas, limit_use_over(use, STOP_PERCENT)    ? RED
				: limit_use_over(use, WATCH_PERCENT) ? YELLOW
								     : GREEN);
	for (int i = 0; i < cells; i++)
		canvas_text(&f->canvas, i < full ? (is_utf8(f) ? "\xe2\x96\x88" : "#")
						 : (is_utf8(f) ? "\xe2\x96\x91" : "."));
	canvas_mark_end(&f->canvas);
}

static void add_percent(struct strbuf *out, int64_t permille)
{
	strbuf_addf(out, "%" PRId64 ".%" PRId64 "%%", permille / 10, permille % 10);
}

/* At the pace of this window so far: when nothing is left, if that is before its end. */
static void add_forecast(struct strbuf *out, const struct windows *all,
	const struct window_state *w, const struct limit_use *use)
{
	int64_t gone = all->now.ms - w->counted_from.ms, left;

	if (use->permille <= 0 || use->permille >= 1000 || gone < HOUR_MS / 4)
		return;
	left = (int64_t)((__int128)gone * (1000 - use->permille) / use->permille);
	if (all->now.ms + left >= w->end.ms)
		return;
	strbuf_addstr(out, "  full in ");
	report_duration(out, left, true);
}

static void add_share(struct frame *f, const struct window_state *w, const struct limit_use *use)
{
	const struct windows *all = f->view->windows;
	_cleanup_(strbuf_release) struct strbuf share = STRBUF_INIT, rest = STRBUF_INIT;
	int width = f->canvas.width;
	int cells = width - (f->wide ? BAR_ROOM : width < NARROW ? 10 : 17);

	add_bar(f, use, cells > BAR_MAX ? BAR_MAX : cells);
	add_percent(&share, use->permille);
	canvas_cell(&f->canvas, share.buf, 7, true);
	report_duration(&rest, w->end.ms - all->now.ms, true);
	if (!f->wide) {
		canvas_at_end(&f->canvas, rest.buf);
		return;
	}
	strbuf_addf(&rest, " left  %s", use->stale ? "stale" : limit_source_names[use->source]);
	add_forecast(&rest, all, w, use);
	canvas_text(&f->canvas, "  ");
	canvas_text(&f->canvas, rest.buf);
}

static void add_window(struct frame *f, const struct window_state *w, const char *name)
{
	const struct limit_use *use = window_worst(w);
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	canvas_cell(&f->canvas, name, f->wide ? LABEL - 3 : 3, false);
	if (use->source != LIMIT_NONE) {
		add_share(f, w, use);
	} else if (w->origin == WINDOW_NOT_OPEN) {
		canvas_text(&f->canvas, "not open");
	} else {
		add_count(f, &text, w->used.tokens);
		strbuf_addstr(&text, f->wide ? " tokens  " : "  ");
		report_duration(&text, w->end.ms - f->view->windows->now.ms, true);
		strbuf_addstr(&text, f->wide ? " left" : "");
		canvas_text(&f->canvas, text.buf);
	}
	canvas_end(&f->canvas);
}

static void add_windows(struct frame *f)
{
	const struct windows *w = f->view->windows;

	if (!w)
		return;
	add_window(f, &w->of[WINDOW_FIVE_HOUR], f->wide ? "5 hours" : "5h");
	add_window(f, &w->of[WINDOW_WEEKLY], f->wide ? "Week" : "W");
}

/* --- the last answers ------------------------------------------------------------------------ */

enum { TIME_CELL = 11, COUNT_CELL = 12, COST_CELL = 11 };

static int project_cell(const struct frame *f)
{
	return f->canvas.width - TIME_CELL - 3 * COUNT_CELL - COST_CELL - 2;
}

static void add_titles(struct frame *f)
{
	struct canvas *c = &f->canvas;

	canvas_mark(c, BOLD);
	canvas_text(c, "Last answers");
	if (f->wide) {
		canvas_column(c, TIME_CELL + 2 + project_cell(f));
		canvas_cell(c, "Input", COUNT_CELL, true);
		canvas_cell(c, "Output", COUNT_CELL, true);
		canvas_cell(c, "Cache", COUNT_CELL, true);
		canvas_cell(c, "Cost", COST_CELL, true);
	}
	canvas_mark_end(c);
	canvas_end(c);
}

static void add_cell(struct frame *f, int64_t count)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	text_add_count(&text, count);
	canvas_cell(&f->canvas, text.buf, COUNT_CELL, true);
}

static void add_change(struct frame *f, const struct monitor_change *change)
{
	struct canvas *c = &f->canvas;
	_cleanup_(strbuf_release) struct strbuf tokens = STRBUF_INIT, cost = STRBUF_INIT;
	char clock[CLOCK_TEXT];

	format_clock(clock, change->time, f->view->now);
	report_cost_to(&cost, &change->cost, change->tokens, c->style->glyphs, COST_DECIMALS);
	if (f->wide) {
		canvas_cell(c, clock, TIME_CELL + 2, false);
		canvas_cell(c, change->project ? name_of(change->project) : "-", project_cell(f),
			false);
		add_cell(f, change->usage.input);
		add_cell(f, change->usage.output);
		add_cell(f, cached(&change->usage));
		canvas_cell(c, cost.buf, COST_CELL, true);
	} else {
		add_short(&tokens, change->tokens);
		strbuf_addf(&c->line, "%.5s ", clock);
		canvas_text(c, tokens.buf);
		canvas_at_end(c, cost.buf);
	}
	canvas_end(c);
}

/* The newest first, as many as there is room for. */
static void add_changes(struct frame *f, int room)
{
	size_t at = f->view->change_count;

	if (at == 0 || room <= 0)
		return;
	if (f->tall && room > 1) {
		add_titles(f);
		room--;
	}
	while (at > 0 && room-- > 0)
		add_change(f, &f->view->changes[--at]);
}

/* --- all of it -------------------------------------------------------------------------------- */

/* The last line tells how to end, or what is wrong. */
static void add_foot(struct frame *f)
{
	struct canvas *c = &f->canvas;

	if (canvas_left(c) <= 0 || (!f->tall && !f->view->note))
		return;
	while (f->tall && canvas_left(c) > 1)
		canvas_end(c);
	canvas_name(c, f->view->note ? f->view->note : "q quits");
	canvas_end(c);
}

static void add_nothing(struct frame *f)
{
	canvas_words(&f->canvas,
		f->view->scope ? "No data found: nothing was captured in this project yet."
			       : "No data found: nothing was captured yet. It will be shown "
				 "as Claude Code works.");
	end_section(f);
}

void report_monitor_frame(struct strbuf *out, const struct monitor_view *view,
	const struct report_style *style, int height)
{
	struct frame f = { .view = view };

	canvas_init(&f.canvas, out, style, height);
	f.wide = f.canvas.width >= WIDE;
	f.tall = height >= TALL;
	f.roomy = height >= ROOMY;
	add_head(&f);
	if (view->session) {
		add_session(&f);
		add_models(&f);
		end_section(&f);
		add_tokens(&f);
		add_rate(&f);
		end_section(&f);
	} else {
		add_nothing(&f);
	}
	add_windows(&f);
	end_section(&f);
	add_changes(&f, canvas_left(&f.canvas) - (f.tall || view->note ? 1 : 0));
	add_foot(&f);
	canvas_release(&f.canvas);
}
