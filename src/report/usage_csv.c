/* SPDX-License-Identifier: MIT */
#include "csv_fields.h"
#include "report/usage_report.h"

static void add_row(struct strbuf *out, const struct report_usage_group *g)
{
	const struct rollup_total *t = g->total;
	bool is_known = !cost_is_unknown(&t->cost, t->tokens);

	csv_text(out, g->name);
	csv_text(out, g->project);
	csv_text(out, g->branch);
	csv_number(out, t->sessions);
	csv_number(out, t->tokens);
	csv_usage(out, &t->usage);
	csv_money(out, is_known, t->cost.low);
	csv_money(out, is_known, t->cost.high);
	csv_number(out, t->cost.unpriced_tokens);
	csv_number(out, t->requests);
	csv_number(out, t->web_searches);
	csv_time(out, t->first);
	csv_time(out, t->last);
	csv_end(out);
}

void report_usage_csv(struct strbuf *out, const struct report_usage *report)
{
	strbuf_addstr(out, "name,project,branch,sessions,tokens");
	csv_usage_names(out);
	strbuf_addstr(out, ",cost_low_usd,cost_high_usd,unpriced_tokens,requests,web_searches,"
			   "first,last");
	csv_end(out);
	for (size_t i = 0; i < report->count; i++)
		add_row(out, &report->groups[i]);
}
