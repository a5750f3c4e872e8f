/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "report/escape.h"
#include "report/usage_report.h"

enum { NANO_PLACES = 9 };

static void add_text(struct strbuf *out, const char *text)
{
	strbuf_addch(out, ',');
	if (text)
		escape_csv(out, text);
}

static void add_time(struct strbuf *out, struct instant t)
{
	char text[INSTANT_TEXT];

	instant_format(text, t);
	strbuf_addf(out, ",%s", text);
}

static void add_row(struct strbuf *out, const struct report_usage_group *g)
{
	const struct rollup_total *t = g->total;
	bool unknown = cost_is_unknown(&t->cost, t->tokens);

	escape_csv(out, g->name);
	add_text(out, g->project);
	add_text(out, g->branch);
	strbuf_addf(out, ",%" PRId64 ",%" PRId64, t->sessions, t->tokens);
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		strbuf_addf(out, ",%" PRId64, usage_get(&t->usage, kind));
	strbuf_addch(out, ',');
	if (!unknown)
		money_add_text(out, t->cost.low, NANO_PLACES);
	strbuf_addch(out, ',');
	if (!unknown)
		money_add_text(out, t->cost.high, NANO_PLACES);
	strbuf_addf(out, ",%" PRId64 ",%" PRId64 ",%" PRId64, t->cost.unpriced_tokens, t->requests,
		t->web_searches);
	add_time(out, t->first);
	add_time(out, t->last);
	strbuf_addstr(out, "\r\n");
}

void report_usage_csv(struct strbuf *out, const struct report_usage *report)
{
	strbuf_addstr(out, "name,project,branch,sessions,tokens");
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		strbuf_addf(out, ",%s", usage_names[kind]);
	strbuf_addstr(out, ",cost_low_usd,cost_high_usd,unpriced_tokens,requests,web_searches,"
			   "first,last\r\n");
	for (size_t i = 0; i < report->count; i++)
		add_row(out, &report->groups[i]);
}
