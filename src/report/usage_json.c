/* SPDX-License-Identifier: MIT */
#include "report/usage_report.h"
#include "totals_json.h"

static void put_group(struct json_writer *w, const struct report_usage_group *g)
{
	json_open(w, '{');
	json_put_string(w, "name", g->name);
	json_put_string(w, "project", g->project);
	json_put_string(w, "branch", g->branch);
	json_put_total_members(w, g->total);
	json_close(w, '}');
}

void report_usage_json(struct strbuf *out, const struct report_usage *report)
{
	struct json_writer w = { .out = out };

	json_open(&w, '{');
	json_put_int(&w, "version", 1);
	json_put_string(&w, "report", report->report);
	json_key(&w, "groups");
	json_open(&w, '[');
	for (size_t i = 0; i < report->count; i++)
		put_group(&w, &report->groups[i]);
	json_close(&w, ']');
	json_put_total(&w, "total", &report->totals->all);
	json_put_int(&w, "distinct_sessions", report->sessions);
	json_put_int(&w, "left_out", (int64_t)report->left_out);
	json_put_prices(&w, report->prices);
	json_close(&w, '}');
	strbuf_addch(out, '\n');
}
