/* SPDX-License-Identifier: MIT */
#include "report/windows.h"

#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "report/window_line.h"
#include "screen.h"

enum { BAR_CELLS = 40, MINUTES = 16 };

struct sheet {
	struct screen screen;
	const struct report_windows *report;
	const struct window_state *window;
};

static const struct plan *plan_of(const struct sheet *s)
{
	return s->report->input->plan;
}

/* --- when ----------------------------------------------------------------------------- */

static void add_minute(struct strbuf *out, struct instant time)
{
	char text[INSTANT_TEXT];

	instant_format_local(text, time);
	strbuf_addf(out, "%.*s", MINUTES, text);
}

static const char *origin_words(const struct sheet *s)
{
	switch (s->window->origin) {
	case WINDOW_NOT_OPEN:
		return "not open: begins with the next use";
	case WINDOW_FIRST_EVENT:
		return "the hour of its first use";
	case WINDOW_CALENDAR:
		return "the calendar week";
	case WINDOW_REPORTED:
		return "as Claude Code reports";
	case WINDOW_CONTINUED:
		break;
	}
	return "seven days after what Claude Code reported";
}

static void add_span(const struct sheet *s)
{
	const struct window_state *w = s->window;
	_cleanup_(strbuf_release) struct strbuf from = STRBUF_INIT, until = STRBUF_INIT;

	if (w->origin == WINDOW_NOT_OPEN) {
		screen_field(&s->screen, "From", origin_words(s));
		return;
	}
	add_minute(&from, w->start);
	strbuf_addf(&from, ", %s", origin_words(s));
	screen_field(&s->screen, "From", from.buf);
	add_minute(&until, w->end);
	strbuf_addstr(&until, ", in ");
	report_duration(&until, w->end.ms - s->report->windows->now.ms, true);
	screen_field(&s->screen, "Until", until.buf);
	if (w->counted_from.ms == w->start.ms)
		return;
	strbuf_reset(&from);
	add_minute(&from, w->counted_from);
	screen_field(&s->screen, "Counted from", from.buf);
}

/* --- how much of what ---------------------------------------------------------------- */

static void add_percent(struct strbuf *out, int64_t permille)
{
	strbuf_addf(out, "%" PRId64 ".%" PRId64 "%%", permille / 10, permille % 10);
}

static void add_bar(const struct sheet *s)
{
	const struct limit_use *use = window_worst(s->window);
	bool utf8 = s->screen.style->glyphs == REPORT_UTF8;
	int64_t full = use->permille > 1000 ? BAR_CELLS : use->permille * BAR_CELLS / 1000;

	if (use->source == LIMIT_NONE)
		return;
	strbuf_addstr(s->screen.out, "   ");
	for (int i = 0; i < BAR_CELLS; i++)
		strbuf_addstr(s->screen.out,
			i < full ? (utf8 ? "\xe2\x96\x88" : "#") : (utf8 ? "\xe2\x96\x91" : "."));
	strbuf_addch(s->screen.out, ' ');
	add_percent(s->screen.out, use->permille);
	strbuf_addstr(s->screen.out, " used\n");
}

static void add_reported(const struct sheet *s)
{
	const struct limit_use *use = &s->window->reported;
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	if (use->source == LIMIT_NONE)
		return;
	add_percent(&text, use->permille);
	strbuf_addstr(&text, ", reported by Claude Code ");
	report_duration(&text, s->report->windows->now.ms - s->window->reported_at.ms, true);
	strbuf_addstr(&text, use->stale ? " ago (stale)" : " ago");
	screen_field(&s->screen, "Used", text.buf);
}

/* Of a reported share: whose budget it was taken of. */
static void add_source(
	struct strbuf *out, const struct sheet *s, enum limit_source source, enum limit_unit unit)
{
	const struct plan *plan = plan_of(s);
	bool reported = source == LIMIT_REPORTED;

	strbuf_addstr(out, reported ? " (the reported share" : " (");
	if (reported && plan)
		source = plan->limits[s->window->kind][unit].source;
	if (reported && source != LIMIT_REPORTED)
		strbuf_addstr(out, " of a budget ");
	if (!reported || source != LIMIT_REPORTED)
		strbuf_addstr(out, limit_source_names[source]);
	if (source == LIMIT_ASSUMED && plan)
		strbuf_addf(out, " for %s", plan->title);
	strbuf_addch(out, ')');
}

static void add_limit(const struct sheet *s, const char *label, enum limit_unit unit)
{
	const struct limit_use *use = &s->window->limits[unit];
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	if (use->source == LIMIT_NONE || use == &s->window->reported)
		return;
	text_add_count(&text, use->used);
	strbuf_addstr(&text, " of ");
	text_add_count(&text, use->limit);
	strbuf_addstr(&text, ", ");
	add_percent(&text, use->permille);
	add_source(&text, s, use->source, unit);
	screen_field(&s->screen, label, text.buf);
}

static void add_part(const struct sheet *s, const char *label, int64_t tokens)
{
	if (tokens)
		screen_count(&s->screen, label, tokens);
}

static void add_used(const struct sheet *s)
{
	const struct window_used *used = &s->window->used;

	screen_count(&s->screen, "Input tokens", used->usage.input);
	screen_count(&s->screen, "Output tokens", used->usage.output);
	screen_count(&s->screen, "Cache reads", used->usage.cache_read);
	screen_count(&s->screen, "Cache writes",
		used->usage.cache_write_5m + used->usage.cache_write_1h);
	add_part(s, "Without a split", used->usage.unsplit);
	screen_count(&s->screen, "Total tokens", used->tokens);
	add_part(s, "of it manual", used->manual_tokens);
	add_part(s, "of it estimated", used->estimated_tokens);
	add_part(s, "of it auxiliary", used->auxiliary_tokens);
	screen_count(&s->screen, "Requests", used->requests);
	screen_count(&s->screen, "Messages", used->messages);
}

/* --- who ------------------------------------------------------------------------------- */

static void add_servers(const struct sheet *s)
{
	static const struct column columns[] = {
		{ "Server", COLUMN_LONG },
		{ "Tokens", COLUMN_NUMBER },
		{ "Requests", COLUMN_NUMBER },
		{ "Last", COLUMN_TEXT },
	};
	struct window_servers servers;
	struct table t;

	window_by_server(&servers, s->report->input, s->window);
	table_init(&t, columns, sizeof columns / sizeof *columns, s->screen.style->glyphs);
	for (size_t i = 0; i < servers.count; i++) {
		const struct window_server *server = &servers.items[i];
		_cleanup_(strbuf_release) struct strbuf last = STRBUF_INIT;

		add_minute(&last, server->last);
		table_add_name(&t, *server->name ? server->name : "this one");
		table_add_count(&t, server->used.tokens);
		table_add_count(&t, server->used.requests);
		table_add_text(&t, last.buf);
	}
	if (servers.count > 1 || (servers.count == 1 && *servers.items[0].name))
		screen_table(&s->screen, &t, true);
	else
		table_release(&t);
	window_servers_release(&servers);
}

/* --- all of it --------------------------------------------------------------------------- */

static void add_plan(const struct sheet *s)
{
	const struct plan *plan = plan_of(s);

	screen_glyph(&s->screen, "\xf0\x9f\x93\x8b");
	strbuf_addf(s->screen.out, "Plan: %s\n",
		plan ? plan->title : "not known ('track-tokens plan set' names it)");
}

static void add_window(struct sheet *s, const struct window_state *w, const char *title)
{
	s->window = w;
	screen_heading(&s->screen, "\xe2\x8f\xb3", title, NULL);
	add_bar(s);
	add_span(s);
	add_reported(s);
	add_limit(s, "Token budget", LIMIT_TOKENS);
	add_limit(s, "Message budget", LIMIT_MESSAGES);
	add_used(s);
	add_servers(s);
}

static void add_remarks(const struct sheet *s)
{
	const struct windows *w = s->report->windows;
	const struct plan *plan = plan_of(s);
	bool assumed = false;

	for (int kind = 0; plan && kind < WINDOW_KINDS; kind++)
		for (int unit = 0; unit < LIMIT_UNITS; unit++)
			assumed |= plan->limits[kind][unit].source == LIMIT_ASSUMED;
	if (assumed) {
		strbuf_addch(s->screen.out, '\n');
		screen_wrap(&s->screen,
			"Budgets count input and output. The service publishes no budgets: assumed "
			"ones are those of earlier trackers; what Claude Code reports is better.",
			0);
	}
	if (w->ahead)
		strbuf_addf(s->screen.out,
			"\n%" PRId64 " events are not counted: their time has not come yet.\n",
			w->ahead);
}

void report_windows_text(
	struct strbuf *out, const struct report_windows *report, const struct report_style *style)
{
	struct sheet s = { .screen = { .out = out, .style = style }, .report = report };

	add_plan(&s);
	add_window(&s, &report->windows->of[WINDOW_FIVE_HOUR], "FIVE HOURS");
	add_window(&s, &report->windows->of[WINDOW_WEEKLY], "WEEK");
	add_remarks(&s);
}
