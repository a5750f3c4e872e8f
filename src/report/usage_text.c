/* SPDX-License-Identifier: MIT */
#include "report/usage_report.h"

#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "screen.h"
#include "usage_table.h"

/* Titles, labels and the order of lines are those of an earlier tracker, whose users
 * know them; what it left out of its totals, the cache, has lines of its own. */
enum { WIDE = 80, NARROW = 60, SHORT_ID = 8, COST_DECIMALS = 4 };

static void add_rule(const struct screen *s, int width)
{
	for (int i = 0; i < width && i < screen_width(s); i++)
		strbuf_addstr(s->out, s->style->glyphs == REPORT_UTF8 ? "\xe2\x94\x80" : "-");
	strbuf_addch(s->out, '\n');
}

static void add_title(const struct screen *s, const char *glyph, const char *title)
{
	screen_glyph(s, glyph);
	screen_bold(s, title);
}

static void add_scope(const struct screen *s, const struct report_usage *report)
{
	if (report->scope) {
		strbuf_addstr(s->out, " (");
		report_add_visible(s->out, report->scope, s->style->glyphs);
		strbuf_addch(s->out, ')');
	}
	strbuf_addch(s->out, '\n');
}

/* --- lines of figures ------------------------------------------------------------------ */

static void add_count(const struct screen *s, const char *label, int64_t count)
{
	strbuf_addf(s->out, "   %s: ", label);
	text_add_count(s->out, count);
	strbuf_addch(s->out, '\n');
}

static void add_cost(const struct screen *s, const char *label, const struct rollup_total *t)
{
	strbuf_addf(s->out, "   %s: ", label);
	report_cost_to(s->out, &t->cost, t->tokens, s->style->glyphs, COST_DECIMALS);
	strbuf_addch(s->out, '\n');
}

static void add_time(const struct screen *s, const char *label, struct instant t)
{
	char text[INSTANT_TEXT];

	instant_format_local(text, t);
	strbuf_addf(s->out, "   %s: %s\n", label, text);
}

static void add_name(const struct screen *s, const char *label, const char *name)
{
	strbuf_addf(s->out, "   %s: ", label);
	report_add_visible(s->out, name ? name : "(not known)", s->style->glyphs);
	strbuf_addch(s->out, '\n');
}

static void add_kinds(const struct screen *s, const struct rollup_total *t)
{
	add_count(s, "Input tokens", t->usage.input);
	add_count(s, "Output tokens", t->usage.output);
	add_count(s, "Cache creation", usage_cache_written(t));
	add_count(s, "Cache read", t->usage.cache_read);
	if (t->usage.unsplit)
		add_count(s, "Without a split", t->usage.unsplit);
	add_count(s, "Total tokens", t->tokens);
}

static void say(void *ctx, const char *sentence)
{
	screen_wrap(ctx, sentence, 0);
}

static void add_remarks(const struct screen *s, const struct report_usage *report)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct screen screen = *s;
	struct pen pen = screen_pen(s, &text);

	strbuf_addch(s->out, '\n');
	usage_remarks(report, &pen, say, &screen);
}

static bool is_empty(const struct screen *s, const struct report_usage *report)
{
	if (report->count || report->left_out)
		return false;
	screen_wrap(s, USAGE_NOTHING, 0);
	return true;
}

/* --- summary ----------------------------------------------------------------------------- */

static void add_project(const struct screen *s, const struct report_usage_group *g)
{
	screen_glyph(s, "\xf0\x9f\x93\x81");
	report_add_visible(s->out, g->name, s->style->glyphs);
	strbuf_addch(s->out, '\n');
	add_count(s, "Sessions", g->total->sessions);
	add_kinds(s, g->total);
	add_cost(s, "Total cost", g->total);
	add_time(s, "Last activity", g->total->last);
	strbuf_addch(s->out, '\n');
}

void report_usage_summary_text(
	struct strbuf *out, const struct report_usage *report, const struct report_style *style)
{
	const struct screen s = { .out = out, .style = style };

	add_title(&s, "\xf0\x9f\x93\x8a", "CLAUDE CODE TOKEN USAGE SUMMARY");
	add_scope(&s, report);
	add_rule(&s, WIDE);
	if (is_empty(&s, report))
		return;
	strbuf_addstr(out, "Projects:\n\n");
	for (size_t i = 0; i < report->count; i++)
		add_project(&s, &report->groups[i]);
	strbuf_addstr(out, "Overall Totals:\n");
	add_rule(&s, WIDE);
	add_count(&s, "Total sessions", report->sessions);
	add_kinds(&s, &report->totals->all);
	add_cost(&s, "Total cost", &report->totals->all);
	add_remarks(&s, report);
}

/* --- tables --------------------------------------------------------------------------------- */

/* What a table shows of each group; narrow terminals are shown less. */
enum figure { SESSIONS, INPUT, OUTPUT, CACHE, TOTAL, COST };
static const char *const titles[] = {
	[SESSIONS] = "Sessions",
	[INPUT] = "Input",
	[OUTPUT] = "Output",
	[CACHE] = "Cache",
	[TOTAL] = "Total",
	[COST] = "Cost",
};

enum { FIGURES = COST + 1, SHAPES = 3 };
static const struct shape {
	int count;
	enum figure columns[FIGURES];
} shapes[SHAPES] = {
	{ 6, { SESSIONS, INPUT, OUTPUT, CACHE, TOTAL, COST } },
	{ 5, { SESSIONS, INPUT, OUTPUT, CACHE, COST } },
	{ 3, { SESSIONS, TOTAL, COST } },
};

struct usage_table {
	struct column columns[FIGURES + 1];
	const struct shape *shape;
	struct table table;
};

static void add_figure(
	struct table *t, enum figure figure, const struct rollup_total *total, int64_t sessions)
{
	_cleanup_(strbuf_release) struct strbuf cost = STRBUF_INIT;
	const int64_t counts[] = {
		[SESSIONS] = sessions,
		[INPUT] = total->usage.input,
		[OUTPUT] = total->usage.output,
		[CACHE] = usage_cache_written(total) + total->usage.cache_read,
		[TOTAL] = total->tokens,
	};

	if (figure != COST) {
		table_add_count(t, counts[figure]);
		return;
	}
	report_cost_to(&cost, &total->cost, total->tokens, t->glyphs, COST_DECIMALS);
	table_add_text(t, cost.buf);
}

static void add_figures(struct usage_table *u, const struct rollup_total *total, int64_t sessions)
{
	for (int i = 0; i < u->shape->count; i++)
		add_figure(&u->table, u->shape->columns[i], total, sessions);
}

static void fill_table(struct usage_table *u, const struct report_usage *report,
	const struct shape *shape, enum report_glyphs glyphs)
{
	u->shape = shape;
	u->columns[0] = (struct column){ report->key_title, COLUMN_LONG };
	for (int i = 0; i < shape->count; i++)
		u->columns[i + 1] = (struct column){ titles[shape->columns[i]], COLUMN_NUMBER };
	table_init(&u->table, u->columns, (size_t)shape->count + 1, glyphs);
	for (size_t i = 0; i < report->count; i++) {
		const struct report_usage_group *g = &report->groups[i];

		table_add_name(&u->table, usage_group_name(g));
		add_figures(u, g->total, g->total->sessions);
	}
	table_add_text(&u->table, "Total");
	add_figures(u, &report->totals->all, report->sessions);
}

/* The shape that tells most, of those in which every name is whole. */
static void choose_shape(
	struct usage_table *u, const struct screen *s, const struct report_usage *report)
{
	for (int i = 0; i < SHAPES; i++) {
		fill_table(u, report, &shapes[i], s->style->glyphs);
		if (i == SHAPES - 1 || table_columns(&u->table, true) <= screen_width(s))
			return;
		table_release(&u->table);
	}
}

void report_usage_table_text(
	struct strbuf *out, const struct report_usage *report, const struct report_style *style)
{
	const struct screen s = { .out = out, .style = style };
	_cleanup_(strbuf_release) struct strbuf title = STRBUF_INIT;
	struct usage_table u;

	usage_add_title(&title, report);
	add_title(&s, "\xf0\x9f\x93\x88", title.buf);
	add_scope(&s, report);
	if (is_empty(&s, report))
		return;
	choose_shape(&u, &s, report);
	screen_table(&s, &u.table, true);
	add_remarks(&s, report);
}

/* --- sessions -----------------------------------------------------------------------------------
 */

static void add_session(const struct screen *s, size_t number, const struct report_usage_group *g)
{
	strbuf_addf(s->out, number > 1 ? "\n%zu. " : "%zu. ", number);
	if (*g->name != '(' && strlen(g->name) > SHORT_ID + 3) {
		_cleanup_(strbuf_release) struct strbuf id = STRBUF_INIT;

		strbuf_add(&id, g->name, SHORT_ID);
		report_add_visible(s->out, id.buf, s->style->glyphs);
		strbuf_addstr(s->out, "...\n");
	} else {
		report_add_visible(s->out, g->name, s->style->glyphs);
		strbuf_addch(s->out, '\n');
	}
	add_name(s, "Project", g->project);
	add_time(s, "Started", g->total->first);
	strbuf_addstr(s->out, "   Tokens: ");
	text_add_count(s->out, g->total->usage.input);
	strbuf_addstr(s->out, " in / ");
	text_add_count(s->out, g->total->usage.output);
	strbuf_addstr(s->out, " out / ");
	text_add_count(s->out, usage_cache_written(g->total) + g->total->usage.cache_read);
	strbuf_addstr(s->out, " cache\n");
	add_cost(s, "Cost", g->total);
}

void report_usage_recent_text(
	struct strbuf *out, const struct report_usage *report, const struct report_style *style)
{
	const struct screen s = { .out = out, .style = style };

	add_title(&s, "\xf0\x9f\x95\x90", "RECENT SESSIONS");
	add_scope(&s, report);
	add_rule(&s, WIDE);
	if (is_empty(&s, report))
		return;
	for (size_t i = 0; i < report->count; i++)
		add_session(&s, i + 1, &report->groups[i]);
	add_remarks(&s, report);
}

void report_usage_session_text(
	struct strbuf *out, const struct report_usage *report, const struct report_style *style)
{
	const struct screen s = { .out = out, .style = style };
	const struct report_usage_group *g = &report->groups[0];
	int64_t tenths = (g->total->last.ms - g->total->first.ms) / 100;

	add_title(&s, "\xf0\x9f\x94\x8d", "SESSION DETAILS: ");
	report_add_visible(out, g->name, style->glyphs);
	strbuf_addch(out, '\n');
	add_rule(&s, NARROW);
	strbuf_addstr(out, "Session Info:\n");
	add_name(&s, "ID", g->name);
	add_name(&s, "Project", g->project);
	add_name(&s, "Branch", g->branch);
	add_time(&s, "Started", g->total->first);
	add_time(&s, "Ended", g->total->last);
	strbuf_addf(out, "   Duration: %" PRId64 ".%" PRId64 "s\n\nToken Usage:\n", tenths / 10,
		tenths % 10);
	add_kinds(&s, g->total);
	add_cost(&s, "Total cost", g->total);
	strbuf_addstr(out, "\nActivity:\n");
	add_count(&s, "Web searches", g->total->web_searches);
	add_count(&s, "Requests", g->total->requests);
	add_remarks(&s, report);
}

/* --- one project
 * ------------------------------------------------------------------------------------ */

void report_usage_project_text(
	struct strbuf *out, const struct report_usage *report, const struct report_style *style)
{
	const struct screen s = { .out = out, .style = style };
	const struct report_usage_group *g = &report->groups[0];

	add_title(&s, "\xf0\x9f\x93\x81", "PROJECT: ");
	report_add_visible(out, g->name, style->glyphs);
	add_scope(&s, report);
	add_rule(&s, NARROW);
	add_count(&s, "Sessions", g->total->sessions);
	add_kinds(&s, g->total);
	add_cost(&s, "Total cost", g->total);
	if (g->total->sessions > 0 && !cost_is_unknown(&g->total->cost, g->total->tokens)) {
		struct rollup_total one = *g->total;

		one.cost.low.pico /= g->total->sessions;
		one.cost.high.pico /= g->total->sessions;
		add_cost(&s, "Avg cost/session", &one);
	}
	add_time(&s, "First session", g->total->first);
	add_time(&s, "Last session", g->total->last);
	add_remarks(&s, report);
}
