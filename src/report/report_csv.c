/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "report/escape.h"
#include "report/report.h"

/* Dollars with all nine decimals, so that a sum of the column is exact; empty
 * for the unknown. */
enum { NANO_PLACES = 9 };

static void add_costs(struct strbuf *out, const struct rollup_total *total)
{
	const struct cost *cost = &total->cost;
	bool unknown = cost_is_unknown(cost, total->tokens);

	strbuf_addch(out, ',');
	if (!unknown)
		money_add_text(out, cost->low, NANO_PLACES);
	strbuf_addch(out, ',');
	if (!unknown)
		money_add_text(out, cost->high, NANO_PLACES);
	strbuf_addf(out, ",%" PRId64, cost->unpriced_tokens);
}

static void add_row(struct strbuf *out, const char *section, const struct rollup_total *total)
{
	strbuf_addf(out, "%s,", section);
	if (total->name)
		escape_csv(out, total->name);
	strbuf_addf(out, ",%" PRId64 ",%" PRId64, total->sessions, total->tokens);
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		strbuf_addf(out, ",%" PRId64, usage_get(&total->usage, kind));
	add_costs(out, total);
	strbuf_addf(out, ",%" PRId64 ",%" PRId64 "\r\n", total->readings, total->reading_tokens);
}

static void add_list(struct strbuf *out, const char *section, const struct rollup_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		add_row(out, section, &list->items[i]);
}

void report_csv(struct strbuf *out, const struct report *report)
{
	strbuf_addstr(out, "section,name,sessions,tokens");
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		strbuf_addf(out, ",%s", usage_names[kind]);
	strbuf_addstr(
		out, ",cost_low_usd,cost_high_usd,unpriced_tokens,readings,reading_tokens\r\n");
	add_row(out, "total", &report->totals->all);
	add_list(out, "branch", &report->totals->branches);
	add_list(out, "model", &report->totals->models);
	add_list(out, "day", &report->totals->days);
}
