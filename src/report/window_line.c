/* SPDX-License-Identifier: MIT */
#include "report/window_line.h"

#include <inttypes.h>
#include <string.h>

static const char *const style_names[] = { "tokens", "messages", "percent", "s0" };

bool window_style_parse(enum window_style *out, const char *name)
{
	for (size_t i = 0; i < sizeof style_names / sizeof *style_names; i++)
		if (strcmp(style_names[i], name) == 0) {
			*out = (enum window_style)i;
			return true;
		}
	return false;
}

/* --- icons ----------------------------------------------------------------------- */

enum icon { ICON_GREEN, ICON_YELLOW, ICON_ORANGE, ICON_RED, ICON_NONE };

static void add_icon(struct strbuf *out, enum icon icon, enum report_glyphs glyphs)
{
	static const char *const emoji[] = { "\xf0\x9f\x9f\xa2", "\xf0\x9f\x9f\xa1",
		"\xf0\x9f\x9f\xa0", "\xf0\x9f\x94\xb4", "\xe2\x9a\xaa" };
	static const char *const words[] = { "[ok]", "[watch]", "[low]", "[stop]", "[?]" };

	strbuf_addstr(out, glyphs == REPORT_UTF8 ? emoji[icon] : words[icon]);
}

static enum icon icon_by_used(const struct limit_use *use, int yellow, int red)
{
	if (limit_use_over(use, red))
		return ICON_RED;
	return limit_use_over(use, yellow) ? ICON_YELLOW : ICON_GREEN;
}

/* At least 80 percent remain when no more than 20 are used, and so on. */
static enum icon icon_by_remaining(const struct limit_use *use)
{
	if (limit_use_over(use, 80))
		return ICON_RED;
	if (limit_use_over(use, 50))
		return ICON_ORANGE;
	return limit_use_over(use, 20) ? ICON_YELLOW : ICON_GREEN;
}

/* --- figures ---------------------------------------------------------------------- */

void report_duration(struct strbuf *out, int64_t ms, bool days)
{
	int64_t minutes = ms > 0 ? ms / 60000 : 0, hours = minutes / 60;

	if (days && hours >= 24)
		strbuf_addf(out, "%" PRId64 "d%" PRId64 "h", hours / 24, hours % 24);
	else if (hours)
		strbuf_addf(out, "%" PRId64 "h%" PRId64 "m", hours, minutes % 60);
	else
		strbuf_addf(out, "%" PRId64 "m", minutes);
}

static int64_t remaining(const struct limit_use *use)
{
	return use->remaining > 0 ? use->remaining : 0;
}

/* part / whole with one decimal or two, rounded half up. */
static void add_ratio(struct strbuf *out, __int128 part, int64_t whole, int decimals)
{
	int64_t scale = decimals == 2 ? 100 : 10;
	int64_t scaled = (int64_t)((part * scale * 2 + whole) / ((__int128)whole * 2));

	strbuf_addf(out, "%" PRId64 ".%0*" PRId64, scaled / scale, decimals, scaled % scale);
}

/* "99.0%"; of little, "9.87%". */
static void add_remaining_percent(struct strbuf *out, const struct limit_use *use)
{
	__int128 part = (__int128)remaining(use) * 100;

	add_ratio(out, part, use->limit, part < (__int128)use->limit * 10 ? 2 : 1);
	strbuf_addch(out, '%');
}

static void add_stale(struct strbuf *out, const struct limit_use *use)
{
	if (use->stale)
		strbuf_addch(out, '~');
}

static void add_time_left(struct strbuf *out, const struct windows *w, const struct window_state *s)
{
	report_duration(out, s->end.ms - w->now.ms, s->kind == WINDOW_WEEKLY);
}

/* --- styles ----------------------------------------------------------------------- */

struct line {
	struct strbuf *out;
	const struct windows *windows;
	const struct window_state *window;
	const struct limit_use *limit, *share;
	enum report_glyphs glyphs;
};

/* Only a share is known. */
static bool is_share(const struct line *l)
{
	return l->limit == &l->window->reported;
}

static void add_tokens_left(const struct line *l)
{
	add_stale(l->out, l->limit);
	if (is_share(l))
		add_remaining_percent(l->out, l->limit);
	else
		strbuf_addf(l->out, "%" PRId64 "k", remaining(l->limit) / 1000);
}

static void add_messages_left(const struct line *l)
{
	if (remaining(l->share) == 0) {
		strbuf_addstr(l->out, "LIMIT");
		return;
	}
	add_stale(l->out, l->limit);
	if (is_share(l))
		add_remaining_percent(l->out, l->limit);
	else
		strbuf_addf(l->out, "%" PRId64 "msg", remaining(l->limit));
}

/* "(3h45m)"; messages of a window that is not open: "(5h)". */
static void add_until(const struct line *l, enum window_style style)
{
	strbuf_addstr(l->out, " (");
	if (style == WINDOW_MESSAGES && l->window->origin == WINDOW_NOT_OPEN)
		strbuf_addstr(l->out, "5h");
	else
		add_time_left(l->out, l->windows, l->window);
	strbuf_addch(l->out, ')');
}

static void add_short(const struct line *l, enum window_style style)
{
	add_icon(l->out, icon_by_used(l->share, 60, 80), l->glyphs);
	strbuf_addch(l->out, ' ');
	if (style == WINDOW_MESSAGES)
		add_messages_left(l);
	else
		add_tokens_left(l);
	add_until(l, style);
}

static void add_s0(const struct line *l)
{
	add_icon(l->out, icon_by_remaining(l->share), l->glyphs);
	strbuf_addch(l->out, ' ');
	add_stale(l->out, l->share);
	add_remaining_percent(l->out, l->share);
	if (!is_share(l)) {
		strbuf_addstr(l->out, " (");
		add_ratio(l->out, remaining(l->limit), 1000, 1);
		strbuf_addstr(l->out, "K)");
	}
	strbuf_addstr(l->out, " [");
	add_time_left(l->out, l->windows, l->window);
	strbuf_addch(l->out, ']');
}

static void add_used(const struct line *l, enum window_style style)
{
	add_icon(l->out, ICON_NONE, l->glyphs);
	if (style == WINDOW_MESSAGES)
		strbuf_addf(l->out, " %" PRId64 "msg used", l->window->used.messages);
	else
		strbuf_addf(l->out, " %" PRId64 "k used", l->window->used.budget_tokens / 1000);
	add_until(l, style);
}

static bool add_percent_part(const struct line *l, const char *label)
{
	const struct limit_use *use = window_worst(l->window);

	if (use->source == LIMIT_NONE)
		return false;
	add_icon(l->out, icon_by_used(use, 75, 90), l->glyphs);
	if (l->glyphs != REPORT_UTF8)
		strbuf_addch(l->out, ' ');
	strbuf_addf(l->out, "%s:", label);
	add_stale(l->out, use);
	strbuf_addf(l->out, "%" PRId64 ".%" PRId64 "%%", use->permille / 10, use->permille % 10);
	return true;
}

static void add_percent(struct line *l)
{
	size_t begin = l->out->len;

	l->window = &l->windows->of[WINDOW_FIVE_HOUR];
	if (add_percent_part(l, "5h"))
		strbuf_addch(l->out, ' ');
	l->window = &l->windows->of[WINDOW_WEEKLY];
	if (!add_percent_part(l, "W") && l->out->len > begin)
		strbuf_setlen(l->out, l->out->len - 1);
	if (l->out->len > begin)
		return;
	l->window = &l->windows->of[WINDOW_FIVE_HOUR];
	add_used(l, WINDOW_PERCENT);
}

void report_window_line(struct strbuf *out, const struct windows *windows, enum window_style style,
	enum report_glyphs glyphs)
{
	enum limit_unit unit = style == WINDOW_MESSAGES ? LIMIT_MESSAGES : LIMIT_TOKENS;
	struct line l = { .out = out, .windows = windows, .glyphs = glyphs };

	if (style == WINDOW_PERCENT) {
		add_percent(&l);
		return;
	}
	l.window = windows_tightest(windows, unit);
	if (!l.window) {
		l.window = &windows->of[WINDOW_FIVE_HOUR];
		add_used(&l, style);
		return;
	}
	l.limit = window_limit(l.window, unit);
	l.share = window_share(l.window, unit);
	if (style == WINDOW_S0)
		add_s0(&l);
	else
		add_short(&l, style);
}
