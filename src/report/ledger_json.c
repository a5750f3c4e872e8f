/* SPDX-License-Identifier: MIT */
#include "totals_json.h"

/*
 * show: {"version":1,"branch":text,"current":bool,"created_at":time,
 *  "last_updated":time,"prices":{...},"total":TOTAL,"models":[TOTAL],
 *  "unpriced":[TOTAL],"pending":n,BUDGETS,"recent":[RECORD]}
 * show --all: {"version":1,"current_branch":text or null,"prices":{...},
 *  "total":TOTAL,"branches":[TOTAL]}
 *
 * TOTAL, BUDGETS and RECORD are in totals_json.h.
 */
/* null where nothing was recorded yet. */
static void put_time_or_null(struct json_writer *w, const char *key, struct instant t)
{
	if (t.ms)
		json_put_time(w, key, t);
	else
		json_put_null(w, key);
}

void report_ledger_json(struct strbuf *out, const struct report_ledger *ledger)
{
	struct json_writer w = { .out = out };

	json_open(&w, '{');
	json_put_int(&w, "version", 1);
	json_put_string(&w, "branch", ledger->branch);
	json_put_bool(&w, "current", ledger->current);
	put_time_or_null(&w, "created_at", ledger->created_at);
	put_time_or_null(&w, "last_updated", ledger->last_updated);
	json_put_prices(&w, ledger->prices);
	json_put_total(&w, "total", ledger->total);
	json_put_totals(&w, "models", ledger->models);
	json_put_totals(&w, "unpriced", ledger->unpriced);
	json_put_int(&w, "pending", (int64_t)ledger->pending);
	json_put_budgets(&w, ledger->budget, ledger->budget ? 1 : 0);
	json_put_records(&w, "recent", ledger->recent, ledger->recent_count);
	json_close(&w, '}');
	strbuf_addch(out, '\n');
}

void report_branches_json(struct strbuf *out, const struct report_branches *branches)
{
	struct json_writer w = { .out = out };

	json_open(&w, '{');
	json_put_int(&w, "version", 1);
	json_put_string(&w, "current_branch", branches->current_branch);
	json_put_prices(&w, branches->prices);
	json_put_total(&w, "total", &branches->totals->all);
	json_put_totals(&w, "branches", &branches->totals->branches);
	json_close(&w, '}');
	strbuf_addch(out, '\n');
}
