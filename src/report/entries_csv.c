/* SPDX-License-Identifier: MIT */
#include "report/entries_csv.h"

#include "csv_fields.h"

void entries_csv_begin(struct strbuf *out)
{
	strbuf_addstr(out, "timestamp,branch,tokens,estimated_cost,notes,id,revision,kind,source,"
			   "day,model,price_class,session_id,requests,web_searches");
	csv_usage_names(out);
	strbuf_addstr(out, ",cost_low_usd,cost_high_usd,commit,author,host");
	csv_end(out);
}

static void add_origin(struct strbuf *out, const struct entry *e)
{
	char day[DAY_TEXT];

	day_format(day, e->day);
	csv_text(out, e->id);
	csv_number(out, e->revision);
	csv_text(out, entry_kind_name(e->kind));
	csv_text(out, e->source);
	csv_text(out, day);
	csv_text(out, e->model);
	csv_text(out, e->price_class);
	csv_text(out, e->session_id);
}

bool entries_csv_add(
	struct strbuf *out, const char *branch, const struct entry *e, const struct prices *prices)
{
	struct cost cost = { 0 };
	bool is_known;

	if (e->is_void || e->kind == ENTRY_CONTEXT_READING)
		return false;
	prices_cost(&cost, prices, e->model, e->price_class, e->day, &e->usage, e->web_searches);
	is_known = !cost.unpriced_tokens;
	csv_time(out, e->timestamp);
	csv_text(out, branch);
	csv_number(out, entry_counted_tokens(e));
	csv_money(out, is_known && money_compare(cost.low, cost.high) == 0, cost.low);
	csv_text(out, e->notes);
	add_origin(out, e);
	csv_number(out, e->requests);
	csv_number(out, e->web_searches);
	csv_usage(out, &e->usage);
	csv_money(out, is_known, cost.low);
	csv_money(out, is_known, cost.high);
	csv_text(out, e->commit);
	csv_text(out, e->author);
	csv_text(out, e->host);
	csv_end(out);
	return true;
}
