/* SPDX-License-Identifier: MIT */
#include "base/cleanup.h"
#include "screen.h"
#include "sections.h"

/* One sentence of phrases.h, wrapped. */
static void add_sentence(const struct screen *s, const struct strbuf *text)
{
	if (text->len > 0)
		screen_wrap(s, text->buf, 3);
}

static void add_title(const struct screen *s)
{
	static const char title[] = "TOKEN USAGE METRICS REPORT";
	int width = screen_width(s);

	screen_rule(s, '=', width);
	strbuf_addf(s->out, "%*s%s\n", (width - (int)sizeof title + 1) / 2, "", title);
	screen_rule(s, '=', width);
}

static void add_headline(const struct screen *s, const struct report *report)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct pen pen = screen_pen(s, &text);

	if (report_is_empty(report->totals))
		phrase_nothing(&pen);
	else
		phrase_headline(&pen, report);
	screen_wrap(s, text.buf, 0);
	strbuf_reset(&text);
	if (phrase_rejected(&pen, report))
		screen_wrap(s, text.buf, 0);
	for (size_t i = 0; i < report->budget_count; i++) {
		strbuf_reset(&text);
		phrase_budget(&pen, &report->budgets[i]);
		screen_wrap(s, text.buf, 0);
	}
}

static void add_details(const struct screen *s, const struct rollup_total *total)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct pen pen = screen_pen(s, &text);
	struct table t;

	strbuf_addch(s->out, '\n');
	section_kinds(&t, total, s->style->glyphs);
	screen_table(s, &t, false);
	if (phrase_sources(&pen, total))
		add_sentence(s, &text);
	strbuf_reset(&text);
	if (phrase_readings(&pen, total))
		add_sentence(s, &text);
}

static void add_overall(const struct screen *s, const struct report *report)
{
	const struct rollup_total *all = &report->totals->all;

	screen_heading(s, "\xf0\x9f\x93\x8a", "OVERALL STATISTICS", NULL);
	screen_cost(s, "Estimated cost", all);
	screen_count(s, "Total tokens", all->tokens);
	screen_count(s, "Sessions", all->sessions);
	screen_count(s, "Branches", (int64_t)report->totals->branches.count);
	add_details(s, all);
}

static void add_branch(const struct screen *s, const struct report *report)
{
	_cleanup_(strbuf_release) struct strbuf share = STRBUF_INIT;
	struct pen pen = screen_pen(s, &share);
	const struct rollup_total *branch = report_branch(report);

	if (!branch)
		return;
	screen_heading(s, "\xf0\x9f\x8c\xb3", "CURRENT BRANCH", report->current_branch);
	screen_cost(s, "Estimated cost", branch);
	screen_count(s, "Total tokens", branch->tokens);
	screen_count(s, "Sessions", branch->sessions);
	pen_share(&pen, branch->tokens, report->totals->all.tokens);
	screen_field(s, "Share of total", share.buf);
	add_details(s, branch);
}

static void add_lists(const struct screen *s, const struct report *report)
{
	enum report_glyphs glyphs = s->style->glyphs;
	const struct rollup *totals = report->totals;
	struct table t;

	screen_heading(s, "\xf0\x9f\x8c\xbf", "TOP BRANCHES", NULL);
	section_branches(&t, &totals->branches, 0, REPORT_TOP, report->current_branch, glyphs);
	screen_table(s, &t, true);
	screen_heading(s, "\xf0\x9f\x93\x85", "LAST 7 DAYS", NULL);
	section_days(&t, report, glyphs);
	if (table_rows(&t) == 0)
		strbuf_addstr(s->out, "   Nothing was recorded.\n");
	screen_table(s, &t, true);
	screen_heading(s, "\xf0\x9f\xa4\x96", "MODELS", NULL);
	section_models(&t, &totals->models, 0, REPORT_TOP, glyphs);
	screen_table(s, &t, true);
	if (report->recent_count == 0)
		return;
	screen_heading(s, "\xf0\x9f\x93\x9d", "MOST RECENT RECORDS", NULL);
	section_recent(&t, report, false, glyphs);
	screen_table(s, &t, true);
}

static void add_import(const struct screen *s, const struct report *report)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct pen pen = screen_pen(s, &text);
	struct table t;

	if (!report->imported)
		return;
	screen_heading(s, "\xf0\x9f\x93\xa5", report->checked_only ? "CHECK" : "IMPORT", NULL);
	phrase_import(&pen, report);
	add_sentence(s, &text);
	section_files(&t, report, REPORT_REJECTED, s->style->glyphs);
	if (table_rows(&t) > 0)
		strbuf_addstr(s->out, "   Rejected:\n");
	screen_table(s, &t, true);
}

static void add_notes(const struct screen *s, const struct report *report)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct pen pen = screen_pen(s, &text);

	strbuf_addch(s->out, '\n');
	screen_rule(s, '=', screen_width(s));
	phrase_prices(&pen, report->prices);
	screen_wrap(s, text.buf, 0);
	strbuf_reset(&text);
	if (phrase_ranges(&pen, &report->totals->all, report->prices))
		screen_wrap(s, text.buf, 0);
	strbuf_reset(&text);
	if (phrase_unpriced(&pen, &report->totals->unpriced))
		screen_wrap(s, text.buf, 0);
}

void report_text(struct strbuf *out, const struct report *report, const struct report_style *style)
{
	struct screen s = { .out = out, .style = style };

	add_title(&s);
	add_headline(&s, report);
	if (!report_is_empty(report->totals)) {
		add_overall(&s, report);
		add_branch(&s, report);
		add_lists(&s, report);
	}
	add_import(&s, report);
	add_notes(&s, report);
}
