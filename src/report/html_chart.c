/* SPDX-License-Identifier: MIT */
#include "html_chart.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "report/escape.h"
#include "usage_table.h"

/* In tenths of a pixel, so that whole numbers are fine enough. */
enum { WIDTH = 7200, HEIGHT = 2600, LEFT = 900, TOP = 150, BOTTOM = 2300, GAP = 8 };
enum { MODELS = 6, RANKS = 12, RANK_HEIGHT = 260, RANK_LEFT = 2600, RANK_RIGHT = 6300 };

/* Where days are, and how much is as high as the chart. */
struct scale {
	int32_t first, bars; /* a day's number, and how many bars have a place */
	int days;
	struct money most;
};

static int64_t bar_left(const struct scale *s, int32_t at)
{
	return LEFT + (int64_t)at * (WIDTH - LEFT) / s->bars;
}

static int64_t height_of(const struct scale *s, struct money cost)
{
	if (s->most.pico <= 0)
		return 0;
	return (int64_t)(cost.pico * (BOTTOM - TOP) / s->most.pico);
}

/* --- what all charts have --------------------------------------------------------------- */

/* "<$0.0001" is one, too. */
static void add_money(struct strbuf *out, struct money m)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	money_add_dollars(&text, m);
	escape_html(out, text.buf);
}

static void begin_chart(struct strbuf *out, const struct chart *chart, int height, const char *what)
{
	strbuf_addf(out,
		"<figure><figcaption>%s</figcaption>\n<div class=\"wide\" role=\"region\" "
		"tabindex=\"0\" aria-label=\"Chart: %s\">"
		"<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"%s-t %s-d\">"
		"<title id=\"%s-t\">%s</title><desc id=\"%s-d\">%s</desc>\n",
		chart->title, chart->title, WIDTH, height, chart->id, chart->id, chart->id,
		chart->title, chart->id, what);
}

static void end_chart(struct strbuf *out)
{
	strbuf_addstr(out, "</svg></div></figure>\n");
}

static void add_text(struct strbuf *out, int64_t x, int64_t y, const char *anchor, const char *text)
{
	strbuf_addf(
		out, "<text x=\"%" PRId64 "\" y=\"%" PRId64 "\" text-anchor=\"%s\">", x, y, anchor);
	escape_html(out, text);
	strbuf_addstr(out, "</text>\n");
}

static void add_line(struct strbuf *out, const char *class, int64_t y)
{
	strbuf_addf(out,
		"<line class=\"%s\" x1=\"%d\" x2=\"%d\" y1=\"%" PRId64 "\" y2=\"%" PRId64 "\"/>\n",
		class, LEFT, WIDTH, y, y);
}

static void add_level(struct strbuf *out, const struct scale *s, struct money cost)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	int64_t y = BOTTOM - height_of(s, cost);

	money_add_dollars(&text, cost);
	add_line(out, "grid", y);
	add_text(out, LEFT - 80, y + 45, "end", text.buf);
}

static void add_axes(struct strbuf *out, const struct scale *s)
{
	char first[DAY_TEXT], last[DAY_TEXT];

	day_format(first, (struct day){ s->first });
	day_format(last, (struct day){ s->first + (s->bars - 1) * s->days });
	add_level(out, s, s->most);
	add_level(out, s, (struct money){ s->most.pico / 2 });
	add_level(out, s, (struct money){ 0 });
	add_text(out, LEFT, HEIGHT - 100, "start", first);
	if (s->bars > 1)
		add_text(out, WIDTH, HEIGHT - 100, "end", last);
}

/* False when no group is a day. */
static bool find_scale(struct scale *s, const struct chart *chart)
{
	int32_t last = INT32_MIN;
	struct day day;

	*s = (struct scale){ .first = INT32_MAX, .days = chart->days };
	for (size_t i = 0; i < chart->usage->count; i++) {
		const struct report_usage_group *g = &chart->usage->groups[i];

		if (!day_parse(&day, g->name))
			continue;
		if (day.number < s->first)
			s->first = day.number;
		if (day.number > last)
			last = day.number;
		if (money_compare(g->total->cost.high, s->most) > 0)
			s->most = g->total->cost.high;
	}
	if (last == INT32_MIN || s->most.pico <= 0)
		return false;
	s->bars = (last - s->first) / s->days + 1;
	return true;
}

/* --- bars ----------------------------------------------------------------------------------- */

/* Which colour a model has: the most expensive ones have their own. */
static int model_colour(const struct chart *chart, const char *model)
{
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;
	const struct rollup_list *models = &chart->usage->totals->models;

	prices_normalise(&name, model);
	for (size_t i = 0; i < models->count && i < MODELS; i++)
		if (strcmp(models->items[i].name, name.buf) == 0)
			return (int)i;
	return MODELS;
}

struct bar {
	const struct scale *scale;
	int64_t x, width, y; /* y: what is below is drawn */
	const char *day;
};

static void add_bar(struct strbuf *out, struct bar *bar, int colour, const char *model,
	const struct rollup_total *total)
{
	int64_t height = height_of(bar->scale, total->cost.high);

	if (height <= 0)
		return;
	bar->y -= height;
	strbuf_addf(out,
		"<rect class=\"m%d\" x=\"%" PRId64 "\" y=\"%" PRId64 "\" width=\"%" PRId64
		"\" height=\"%" PRId64 "\"><title>",
		colour, bar->x, bar->y, bar->width, height);
	escape_html(out, bar->day);
	strbuf_addstr(out, model ? ", " : "");
	escape_html(out, model ? (*model ? model : "model not given") : "");
	strbuf_addstr(out, ": ");
	add_money(out, total->cost.high);
	strbuf_addstr(out, "</title></rect>\n");
}

static void add_day(struct strbuf *out, const struct chart *chart, const struct scale *s,
	const struct report_usage_group *g)
{
	struct day day;
	struct bar bar = { .scale = s, .y = BOTTOM, .day = g->name };
	int32_t at;

	if (!day_parse(&day, g->name))
		return;
	at = (day.number - s->first) / s->days;
	bar.x = bar_left(s, at);
	bar.width = bar_left(s, at + 1) - bar.x - GAP;
	if (bar.width < 1)
		bar.width = 1;
	if (bar.width > LEFT)
		bar.width = LEFT;
	if (!g->parts)
		add_bar(out, &bar, 0, NULL, g->total);
	for (size_t i = 0; i < g->part_count; i++)
		add_bar(out, &bar, model_colour(chart, g->parts[i].name), g->parts[i].name,
			g->parts[i].total);
}

static bool has_parts(const struct report_usage *usage)
{
	return usage->count && usage->groups[0].parts;
}

static void add_legend(struct strbuf *out, const struct chart *chart)
{
	const struct rollup_list *models = &chart->usage->totals->models;

	strbuf_addstr(out, "<ul class=\"legend\">\n");
	for (size_t i = 0; i < models->count && i <= MODELS; i++) {
		const char *name = i == MODELS ? "others" : models->items[i].name;

		if (models->items[i].cost.high.pico <= 0)
			break; /* none of those behind it has a bar */
		strbuf_addf(out,
			"<li><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\">"
			"<rect class=\"m%zu\" width=\"10\" height=\"10\"/></svg> ",
			i);
		escape_html(out, *name ? name : "model not given");
		strbuf_addstr(out, "</li>\n");
	}
	strbuf_addstr(out, "</ul>\n");
}

void html_chart_bars(struct strbuf *out, const struct chart *chart)
{
	_cleanup_(strbuf_release) struct strbuf what = STRBUF_INIT;
	struct scale s;

	if (!find_scale(&s, chart))
		return;
	strbuf_addf(&what, "%" PRId32 " bars, the highest is ", s.bars);
	add_money(&what, s.most);
	strbuf_addstr(&what, ". The table below has all figures.");
	begin_chart(out, chart, HEIGHT, what.buf);
	add_axes(out, &s);
	for (size_t i = 0; i < chart->usage->count; i++)
		add_day(out, chart, &s, &chart->usage->groups[i]);
	end_chart(out);
	if (has_parts(chart->usage))
		add_legend(out, chart);
}

/* --- the sum ---------------------------------------------------------------------------------- */

static int by_name(const void *left, const void *right)
{
	const struct report_usage_group *a = left, *b = right;

	return strcmp(a->name, b->name);
}

/* A step for each day. */
static void add_steps(struct strbuf *out, const struct scale *s, const struct chart *chart)
{
	size_t count = chart->usage->count;
	_cleanup_(freep) struct report_usage_group *days = xcalloc(count + 1, sizeof *days);
	struct money sum = { 0 };
	struct day day;

	for (size_t i = 0; i < count; i++)
		days[i] = chart->usage->groups[i];
	qsort(days, count, sizeof *days, by_name);
	strbuf_addf(out, "<path class=\"sum\" d=\"M%d %d", LEFT, BOTTOM);
	for (size_t i = 0; i < count; i++) {
		if (!day_parse(&day, days[i].name))
			continue;
		(void)money_add(&sum, days[i].total->cost.high);
		strbuf_addf(out, "H%" PRId64 "V%" PRId64,
			bar_left(s, (day.number - s->first) / s->days), BOTTOM - height_of(s, sum));
	}
	strbuf_addf(out, "H%d\"/>\n", WIDTH);
}

static void say_sum(struct strbuf *out, struct money sum, const struct money *budget)
{
	strbuf_addstr(out, "Together ");
	add_money(out, sum);
	if (!budget)
		return;
	strbuf_addstr(out, " of a budget of ");
	add_money(out, *budget);
	if (money_compare(sum, *budget) > 0) {
		strbuf_addstr(out, ", which is ");
		add_money(out, money_sub(sum, *budget));
		strbuf_addstr(out, " too much");
	}
}

void html_chart_sum(struct strbuf *out, const struct chart *chart, const struct money *budget)
{
	_cleanup_(strbuf_release) struct strbuf what = STRBUF_INIT;
	struct money sum = chart->usage->totals->all.cost.high;
	struct scale s;

	if (!find_scale(&s, chart))
		return;
	s.most = budget && money_compare(*budget, sum) > 0 ? *budget : sum;
	say_sum(&what, sum, budget);
	begin_chart(out, chart, HEIGHT, what.buf);
	add_axes(out, &s);
	add_steps(out, &s, chart);
	if (budget)
		add_line(out, "budget", BOTTOM - height_of(&s, *budget));
	end_chart(out);
	strbuf_addf(out, "<p>%s.</p>\n", what.buf);
}

/* --- ranks ------------------------------------------------------------------------------------ */

static void add_rank(
	struct strbuf *out, const struct report_usage_group *g, size_t at, struct money most)
{
	_cleanup_(strbuf_release) struct strbuf cost = STRBUF_INIT;
	int64_t y = (int64_t)at * RANK_HEIGHT;
	int64_t width = (int64_t)(g->total->cost.high.pico * (RANK_RIGHT - RANK_LEFT) / most.pico);

	strbuf_addf(out,
		"<rect class=\"m0\" x=\"%d\" y=\"%" PRId64 "\" width=\"%" PRId64
		"\" height=\"%d\"/>\n",
		RANK_LEFT, y + 40, width > 10 ? width : 10, RANK_HEIGHT - 80);
	strbuf_addf(out, "<svg y=\"%" PRId64 "\" width=\"%d\" height=\"%d\">", y, RANK_LEFT - 80,
		RANK_HEIGHT);
	add_text(out, 0, 170, "start", usage_group_name(g));
	strbuf_addstr(out, "</svg>");
	money_add_dollars(&cost, g->total->cost.high);
	add_text(out, RANK_LEFT + width + 90, y + 170, "start", cost.buf);
}

void html_chart_ranks(struct strbuf *out, const struct chart *chart)
{
	_cleanup_(strbuf_release) struct strbuf what = STRBUF_INIT;
	const struct report_usage *usage = chart->usage;
	size_t count = usage->count < RANKS ? usage->count : RANKS;
	struct money most = count ? usage->groups[0].total->cost.high : (struct money){ 0 };

	if (most.pico <= 0)
		return;
	strbuf_addf(&what, "%zu bars, the longest is ", count);
	add_money(&what, most);
	strbuf_addstr(&what, ". The table below has all figures.");
	begin_chart(out, chart, (int)count * RANK_HEIGHT, what.buf);
	for (size_t i = 0; i < count; i++)
		add_rank(out, &usage->groups[i], i, most);
	end_chart(out);
}
