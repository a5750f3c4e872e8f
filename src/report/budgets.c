/* SPDX-License-Identifier: MIT */
#include "report/budgets.h"

#include "base/cleanup.h"
#include "screen.h"
#include "totals_json.h"

enum { BAR = 20, INDENT = 3 };

void report_budget(struct strbuf *out, const struct budget_state *budget, enum report_glyphs glyphs)
{
	const struct pen pen = { .out = out, .glyphs = glyphs };

	phrase_budget(&pen, budget);
}

/* "[######--------------]": how much of it is spent at most. */
static void add_bar(const struct screen *s, const struct budget_state *b)
{
	bool utf8 = s->style->glyphs == REPORT_UTF8;
	int filled = b->limit.pico > 0 && b->spent.high.pico < b->limit.pico
			     ? (int)(b->spent.high.pico * BAR / b->limit.pico)
			     : BAR;

	if (b->spent.high.pico == 0)
		filled = 0;
	strbuf_addf(s->out, "%*s[", INDENT, "");
	for (int i = 0; i < BAR; i++)
		strbuf_addstr(s->out,
			i < filled ? (utf8 ? "\xe2\x96\x88" : "#") : (utf8 ? "\xe2\x96\x91" : "-"));
	strbuf_addstr(s->out, "]\n");
}

static void add_budget(const struct screen *s, const struct budget_state *b)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct pen pen = screen_pen(s, &text);

	phrase_budget(&pen, b);
	strbuf_addch(s->out, '\n');
	screen_wrap(s, text.buf, 0);
	add_bar(s, b);
}

static void add_prices(const struct screen *s, const struct prices *prices)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct pen pen = screen_pen(s, &text);

	phrase_prices(&pen, prices);
	strbuf_addch(s->out, '\n');
	screen_wrap(s, text.buf, 0);
}

void report_budgets_text(
	struct strbuf *out, const struct report_budgets *report, const struct report_style *style)
{
	const struct screen s = { .out = out, .style = style };

	screen_heading(&s, "\xf0\x9f\x92\xb0", "BUDGETS", NULL);
	if (report->branch)
		screen_field(&s, "Branch", report->branch);
	for (size_t i = 0; i < report->count; i++)
		add_budget(&s, &report->states[i]);
	add_prices(&s, report->prices);
}

void report_budgets_json(struct strbuf *out, const struct report_budgets *report)
{
	struct json_writer w = { .out = out };

	json_open(&w, '{');
	json_put_int(&w, "version", 1);
	json_put_string(&w, "report", "budgets");
	json_put_string(&w, "branch", report->branch);
	json_put_budgets(&w, report->states, report->count);
	json_put_prices(&w, report->prices);
	json_close(&w, '}');
	strbuf_addch(out, '\n');
}
