/* SPDX-License-Identifier: MIT */
#ifndef SRC_REPORT_TOTALS_JSON_H
#define SRC_REPORT_TOTALS_JSON_H

#include "base/json_writer.h"
#include "phrases.h"

/*
 * Pieces that every JSON document of ours has, whole numbers only:
 *
 * TOTAL {"name":text or null,"sessions":n,"tokens":n,
 *	"usage":{"input":n,"output":n,"cache_read":n,"cache_write_5m":n,
 *		"cache_write_1h":n,"unsplit":n},
 *	"requests":n,"web_searches":n,
 *	"manual_tokens":n,"estimated_tokens":n,"auxiliary_tokens":n,
 *	"cost_nano_usd":COST,"unpriced_tokens":n,"assumed_model":bool,
 *	"readings":n,"reading_tokens":n,"first":time or null,"last":time or null}
 *
 * COST {"low":n,"high":n} in nano-dollars, equal when the cost is exact; null
 * when it is not known at all.  It leaves out unpriced tokens.
 *
 * RECORD {"branch":text,"cost_nano_usd":COST,"entry":{as in an export}}
 */
void json_put_total(struct json_writer *w, const char *key, const struct rollup_total *total);
/* What stands in a TOTAL but its name. */
void json_put_total_members(struct json_writer *w, const struct rollup_total *total);
void json_put_totals(struct json_writer *w, const char *key, const struct rollup_list *list);
void json_put_records(
	struct json_writer *w, const char *key, const struct report_record *records, size_t count);
/* {"as_of":day,"default_model":text} */
void json_put_prices(struct json_writer *w, const struct prices *prices);
void json_put_time(struct json_writer *w, const char *key, struct instant t);
/* "budgets":[{"scope":"branch|day|month","limit_nano_usd":n,"spent_nano_usd":COST,
 * "unpriced_tokens":n,"tokens":n,"verdict":"kept|near|over|unknown"}] */
void json_put_budgets(struct json_writer *w, const struct budget_state *states, size_t count);
/* COST of these ends. */
void json_put_range(struct json_writer *w, const char *key, struct money low, struct money high);

#endif
