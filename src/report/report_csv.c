/* SPDX-License-Identifier: MIT */
#include "csv_fields.h"
#include "report/report.h"

static void add_row(struct strbuf *out, const char *section, const struct rollup_total *total)
{
	const struct cost *cost = &total->cost;
	bool is_known = !cost_is_unknown(cost, total->tokens);

	csv_text(out, section);
	csv_text(out, total->name);
	csv_number(out, total->sessions);
	csv_number(out, total->tokens);
	csv_usage(out, &total->usage);
	csv_money(out, is_known, cost->low);
	csv_money(out, is_known, cost->high);
	csv_number(out, cost->unpriced_tokens);
	csv_number(out, total->readings);
	csv_number(out, total->reading_tokens);
	csv_end(out);
}

static void add_list(struct strbuf *out, const char *section, const struct rollup_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		add_row(out, section, &list->items[i]);
}

void report_csv(struct strbuf *out, const struct report *report)
{
	strbuf_addstr(out, "section,name,sessions,tokens");
	csv_usage_names(out);
	strbuf_addstr(out, ",cost_low_usd,cost_high_usd,unpriced_tokens,readings,reading_tokens");
	csv_end(out);
	add_row(out, "total", &report->totals->all);
	add_list(out, "branch", &report->totals->branches);
	add_list(out, "model", &report->totals->models);
	add_list(out, "day", &report->totals->days);
}
