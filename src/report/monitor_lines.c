/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "report/monitor.h"
#include "screen.h"

/* Words, order and decimals are those of an earlier tracker, whose users' scripts read
 * them.  It left cache reads out of the session's line; they are added at its end. */
enum { SHORT_ID = 8, COST_DECIMALS = 6 };

static void add_name(const struct screen *s, const char *project)
{
	const char *slash = project ? strrchr(project, '/') : NULL;

	if (!project)
		strbuf_addstr(s->out, "(no repository)");
	else
		report_add_visible(
			s->out, slash && slash[1] ? slash + 1 : project, s->style->glyphs);
}

static void add_id(const struct screen *s, const char *session)
{
	_cleanup_(strbuf_release) struct strbuf id = STRBUF_INIT;
	size_t len = strlen(session);

	strbuf_add(&id, session, len > SHORT_ID + 3 ? SHORT_ID : len);
	strbuf_addstr(s->out, "   Session: ");
	report_add_visible(s->out, id.buf, s->style->glyphs);
	strbuf_addstr(s->out, len > SHORT_ID + 3 ? "...\n" : "\n");
}

static int64_t written(const struct usage *u)
{
	return u->cache_write_5m + u->cache_write_1h;
}

void report_monitor_banner(struct strbuf *out, const struct report_style *style)
{
	const struct screen s = { .out = out, .style = style };

	screen_glyph(&s, "\xf0\x9f\x94\x8d");
	screen_bold(&s, "REAL-TIME TOKEN MONITOR");
	strbuf_addstr(out, "\n\n");
}

void report_monitor_polling(struct strbuf *out, int64_t interval_ms)
{
	strbuf_addf(out, "Polling every %" PRId64 "ms for changes...\n", interval_ms);
}

void report_monitor_session(
	struct strbuf *out, const struct monitor_view *view, const struct report_style *style)
{
	const struct screen s = { .out = out, .style = style };
	const struct rollup_total *all;

	if (!view->session) {
		strbuf_addstr(out, "No data found: nothing was captured yet\n\n");
		return;
	}
	all = &view->totals->all;
	screen_glyph(&s, "\xf0\x9f\x94\x8d");
	strbuf_addstr(out, "Monitoring session in ");
	add_name(&s, view->project);
	strbuf_addch(out, '\n');
	add_id(&s, view->session);
	strbuf_addstr(out, "   Current: ");
	text_add_count(out, all->usage.input);
	strbuf_addch(out, '/');
	text_add_count(out, all->usage.output);
	strbuf_addch(out, '/');
	text_add_count(out, written(&all->usage));
	strbuf_addstr(out, " tokens, and ");
	text_add_count(out, all->usage.cache_read);
	strbuf_addstr(out, " read from the cache\n   Cost: ");
	report_cost_to(out, &all->cost, all->tokens, style->glyphs, COST_DECIMALS);
	strbuf_addstr(out, "\n\n");
}

/* "+15", "-3". */
static void add_signed(struct strbuf *out, const char *label, int64_t count)
{
	strbuf_addf(out, "   %s: %c", label, count < 0 ? '-' : '+');
	text_add_count(out, count < 0 ? -count : count);
	strbuf_addch(out, '\n');
}

static void add_cost(const struct screen *s, const struct monitor_change *change)
{
	struct cost cost = change->cost;
	bool less = cost.high.pico < 0;

	strbuf_addstr(s->out, "   Cost: ");
	if (less) {
		cost.low.pico = -change->cost.high.pico;
		cost.high.pico = -change->cost.low.pico;
	}
	if (!cost_is_unknown(&cost, change->tokens))
		strbuf_addch(s->out, less ? '-' : '+');
	report_cost_to(s->out, &cost, change->tokens, s->style->glyphs, COST_DECIMALS);
	strbuf_addch(s->out, '\n');
}

/* "1:55:23 PM" */
static void add_clock(struct strbuf *out, struct instant time)
{
	char text[INSTANT_TEXT];
	int hour;

	instant_format_local(text, time);
	hour = (text[11] - '0') * 10 + text[12] - '0';
	strbuf_addf(
		out, "%d%.6s %s", hour % 12 ? hour % 12 : 12, text + 13, hour < 12 ? "AM" : "PM");
}

void report_monitor_change(
	struct strbuf *out, const struct monitor_change *change, const struct report_style *style)
{
	const struct screen s = { .out = out, .style = style };

	strbuf_addch(out, '\n');
	screen_glyph(&s, "\xf0\x9f\x92\xac");
	strbuf_addstr(out, "Token change in ");
	add_name(&s, change->project);
	strbuf_addstr(out, " [");
	add_clock(out, change->time);
	strbuf_addstr(out, "]\n");
	add_id(&s, change->session);
	add_signed(out, "Input", change->usage.input);
	add_signed(out, "Output", change->usage.output);
	add_signed(out, "Cache Creation", written(&change->usage));
	add_signed(out, "Cache Read", change->usage.cache_read);
	add_cost(&s, change);
}
