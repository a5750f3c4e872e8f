/* SPDX-License-Identifier: MIT */
#include "report/trends.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "screen.h"
#include "totals_json.h"

/* --- text ------------------------------------------------------------------------------ */

static void add_period(struct table *t, const struct report_period *p)
{
	_cleanup_(strbuf_release) struct strbuf days = STRBUF_INIT, cost = STRBUF_INIT;
	char text[DAY_TEXT];

	day_format(text, p->since);
	strbuf_addf(&days, "%s to ", text);
	day_format(text, p->until);
	strbuf_addstr(&days, text);
	table_add_text(t, p->name);
	table_add_text(t, days.buf);
	table_add_count(t, p->tokens);
	report_cost(&cost, &p->cost, p->tokens, t->glyphs);
	table_add_text(t, cost.buf);
}

static void add_periods(const struct screen *s, const struct report_trends *trends)
{
	static const struct column columns[] = {
		{ "Period", COLUMN_LONG },
		{ "Days", COLUMN_TEXT },
		{ "Tokens", COLUMN_NUMBER },
		{ "Cost", COLUMN_NUMBER },
	};
	struct table t;

	table_init(&t, columns, sizeof columns / sizeof *columns, s->style->glyphs);
	for (int i = 0; i < PERIODS; i++)
		add_period(&t, &trends->periods[i]);
	screen_table(s, &t, true);
}

/* Part of the whole in permille; the whole is not 0. */
static int64_t permille(__int128 part, __int128 whole)
{
	return (int64_t)(part * 1000 / whole);
}

static void add_percent(const struct pen *pen, int64_t tenths)
{
	strbuf_addf(pen->out, "%d.%d%%", (int)(tenths / 10), (int)(tenths % 10));
}

static void say_week(const struct pen *pen, const struct report_trends *trends)
{
	__int128 now = trends->periods[PERIOD_THIS_WEEK].cost.low.pico;
	__int128 then = trends->periods[PERIOD_LAST_WEEK_SO_FAR].cost.low.pico;

	if (then <= 0)
		return;
	pen_text(pen, "This week costs ");
	add_percent(pen, permille(now > then ? now - then : then - now, then));
	pen_text(pen, now > then ? " more" : " less");
	pen_text(pen, " than last week by the same day.");
}

static void add_cost(const struct pen *pen, const struct cost *cost, int64_t tokens)
{
	report_cost(pen->out, cost, tokens, pen->glyphs);
}

static void say_month(const struct pen *pen, const struct report_trends *trends)
{
	if (!trends->has_projection)
		return;
	pen_text(pen, "At this pace the month costs ");
	add_cost(pen, &trends->projection, trends->periods[PERIOD_THIS_MONTH].tokens);
	pen_text(pen, ".");
}

static void say_cache(const struct pen *pen, const struct report_trends *trends)
{
	const struct report_period *p = &trends->periods[PERIOD_THIRTY_DAYS];
	struct money saved = money_sub(trends->without_cache.low, p->cost.low);

	if (trends->sent <= 0)
		return;
	pen_text(pen, "In the last 30 days the cache had ");
	pen_share(pen, trends->from_cache, trends->sent);
	pen_text(pen, " of what was sent; without it that would have cost ");
	add_cost(pen, &trends->without_cache, p->tokens);
	pen_text(pen, saved.pico >= 0 ? ": it saved " : ": it cost ");
	if (saved.pico < 0)
		saved.pico = -saved.pico;
	money_add_dollars(pen->out, saved);
	pen_text(pen, ".");
}

static void say(const struct screen *s,
	void (*what)(const struct pen *, const struct report_trends *),
	const struct report_trends *trends)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct pen pen = screen_pen(s, &text);

	what(&pen, trends);
	if (text.len)
		screen_wrap(s, text.buf, 0);
}

static void add_sessions(const struct screen *s, const struct report_trends *trends)
{
	static const struct column columns[] = {
		{ "Session", COLUMN_TEXT },
		{ "Project", COLUMN_LONG },
		{ "Tokens", COLUMN_NUMBER },
		{ "Cost", COLUMN_NUMBER },
	};
	enum { SHORT_ID = 8 };
	struct table t;

	table_init(&t, columns, sizeof columns / sizeof *columns, s->style->glyphs);
	for (size_t i = 0; i < trends->session_count; i++) {
		const struct report_usage_group *g = &trends->sessions[i];
		_cleanup_(strbuf_release) struct strbuf id = STRBUF_INIT;

		strbuf_addstr(&id, g->name);
		if (*g->name != '(' && id.len > SHORT_ID)
			strbuf_setlen(&id, SHORT_ID);
		table_add_name(&t, id.buf);
		table_add_name(&t, g->project ? g->project : "(not known)");
		table_add_count(&t, g->total->tokens);
		table_add_cost(&t, g->total);
	}
	strbuf_addstr(s->out, "\nMost expensive sessions of the last 30 days:\n");
	screen_table(s, &t, true);
}

static void say_prices(const struct pen *pen, const struct report_trends *trends)
{
	phrase_prices(pen, trends->prices);
}

void report_trends_text(
	struct strbuf *out, const struct report_trends *trends, const struct report_style *style)
{
	const struct screen s = { .out = out, .style = style };

	screen_glyph(&s, "\xf0\x9f\x93\x88");
	screen_bold(&s, "TRENDS");
	strbuf_addch(out, '\n');
	add_periods(&s, trends);
	strbuf_addch(out, '\n');
	say(&s, say_week, trends);
	say(&s, say_month, trends);
	say(&s, say_cache, trends);
	if (trends->session_count)
		add_sessions(&s, trends);
	strbuf_addch(out, '\n');
	say(&s, say_prices, trends);
}

/* --- JSON ------------------------------------------------------------------------------ */

static void put_day(struct json_writer *w, const char *key, struct day day)
{
	char text[DAY_TEXT];

	day_format(text, day);
	json_put_string(w, key, text);
}

static void put_cost(
	struct json_writer *w, const char *key, const struct cost *cost, int64_t tokens)
{
	if (cost_is_unknown(cost, tokens))
		json_put_null(w, key);
	else
		json_put_range(w, key, cost->low, cost->high);
}

static void put_period(struct json_writer *w, const struct report_period *p)
{
	json_open(w, '{');
	json_put_string(w, "name", p->name);
	put_day(w, "since", p->since);
	put_day(w, "until", p->until);
	json_put_int(w, "tokens", p->tokens);
	put_cost(w, "cost_nano_usd", &p->cost, p->tokens);
	json_close(w, '}');
}

static void put_cache(struct json_writer *w, const struct report_trends *trends)
{
	json_key(w, "cache");
	json_open(w, '{');
	json_put_int(w, "sent", trends->sent);
	json_put_int(w, "from_cache", trends->from_cache);
	put_cost(w, "cost_without_nano_usd", &trends->without_cache,
		trends->periods[PERIOD_THIRTY_DAYS].tokens);
	json_close(w, '}');
}

static void put_sessions(struct json_writer *w, const struct report_trends *trends)
{
	json_key(w, "sessions");
	json_open(w, '[');
	for (size_t i = 0; i < trends->session_count; i++) {
		json_open(w, '{');
		json_put_string(w, "name", trends->sessions[i].name);
		json_put_string(w, "project", trends->sessions[i].project);
		json_put_total_members(w, trends->sessions[i].total);
		json_close(w, '}');
	}
	json_close(w, ']');
}

void report_trends_json(struct strbuf *out, const struct report_trends *trends)
{
	struct json_writer w = { .out = out };

	json_open(&w, '{');
	json_put_int(&w, "version", 1);
	json_put_string(&w, "report", "trends");
	json_key(&w, "periods");
	json_open(&w, '[');
	for (int i = 0; i < PERIODS; i++)
		put_period(&w, &trends->periods[i]);
	json_close(&w, ']');
	if (trends->has_projection)
		put_cost(&w, "projection_nano_usd", &trends->projection,
			trends->periods[PERIOD_THIS_MONTH].tokens);
	else
		json_put_null(&w, "projection_nano_usd");
	put_cache(&w, trends);
	put_sessions(&w, trends);
	json_put_prices(&w, trends->prices);
	json_close(&w, '}');
	strbuf_addch(out, '\n');
}
