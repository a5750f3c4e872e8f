/* SPDX-License-Identifier: MIT */
#include "base/cleanup.h"
#include "table.h"
#include "usage_table.h"

enum { COST_DECIMALS = 4 };

static void add_figures(struct table *t, const struct rollup_total *total, int64_t sessions)
{
	_cleanup_(strbuf_release) struct strbuf cost = STRBUF_INIT;

	table_add_count(t, sessions);
	table_add_count(t, total->usage.input);
	table_add_count(t, total->usage.output);
	table_add_count(t, usage_cache_written(total) + total->usage.cache_read);
	table_add_count(t, total->tokens);
	report_cost_to(&cost, &total->cost, total->tokens, REPORT_UTF8, COST_DECIMALS);
	table_add_text(t, cost.buf);
}

static void add_table(struct strbuf *out, const struct report_usage *report)
{
	const struct column columns[] = {
		{ report->key_title, COLUMN_LONG },
		{ "Sessions", COLUMN_NUMBER },
		{ "Input", COLUMN_NUMBER },
		{ "Output", COLUMN_NUMBER },
		{ "Cache", COLUMN_NUMBER },
		{ "Total", COLUMN_NUMBER },
		{ "Cost", COLUMN_NUMBER },
	};
	struct table t;

	table_init(&t, columns, sizeof columns / sizeof *columns, REPORT_UTF8);
	for (size_t i = 0; i < report->count; i++) {
		table_add_name(&t, usage_group_name(&report->groups[i]));
		add_figures(&t, report->groups[i].total, report->groups[i].total->sessions);
	}
	table_add_text(&t, "**Total**");
	add_figures(&t, &report->totals->all, report->sessions);
	table_add_markdown(out, &t);
	table_release(&t);
}

static void add_sentence(void *ctx, const char *sentence)
{
	strbuf_addf(ctx, "\n%s\n", sentence);
}

void report_usage_markdown(struct strbuf *out, const struct report_usage *report)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct pen pen = { .out = &text, .glyphs = REPORT_UTF8, .markdown = true };

	strbuf_addstr(out, "## ");
	usage_add_title(out, report);
	strbuf_addstr(out, "\n\n");
	if (report->scope) {
		pen_name(&pen, report->scope);
		strbuf_addf(out, "%s\n\n", text.buf);
		strbuf_reset(&text);
	}
	if (!report->count && !report->left_out) {
		strbuf_addstr(out, USAGE_NOTHING "\n");
		return;
	}
	add_table(out, report);
	usage_remarks(report, &pen, add_sentence, out);
}
