/* SPDX-License-Identifier: MIT */
#include "totals_json.h"

#include "base/cleanup.h"

void json_put_time(struct json_writer *w, const char *key, struct instant t)
{
	char text[INSTANT_TEXT];

	instant_format(text, t);
	json_put_string(w, key, text);
}

void json_put_range(struct json_writer *w, const char *key, struct money low, struct money high)
{
	int64_t from, to;

	if (!money_nano(&from, low) || !money_nano(&to, high)) {
		json_put_null(w, key);
		return;
	}
	json_key(w, key);
	json_open(w, '{');
	json_put_int(w, "low", from);
	json_put_int(w, "high", to);
	json_close(w, '}');
}

static void put_cost(struct json_writer *w, const struct cost *cost, int64_t tokens)
{
	if (cost_is_unknown(cost, tokens))
		json_put_null(w, "cost_nano_usd");
	else
		json_put_range(w, "cost_nano_usd", cost->low, cost->high);
}

static void put_usage(struct json_writer *w, const struct usage *usage)
{
	json_key(w, "usage");
	json_open(w, '{');
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		json_put_int(w, usage_names[kind], usage_get(usage, kind));
	json_close(w, '}');
}

static void put_span(struct json_writer *w, const struct rollup_total *total)
{
	if (total->sessions == 0 && total->readings == 0) {
		json_put_null(w, "first");
		json_put_null(w, "last");
		return;
	}
	json_put_time(w, "first", total->first);
	json_put_time(w, "last", total->last);
}

void json_put_total_members(struct json_writer *w, const struct rollup_total *total)
{
	json_put_int(w, "sessions", total->sessions);
	json_put_int(w, "tokens", total->tokens);
	put_usage(w, &total->usage);
	json_put_int(w, "requests", total->requests);
	json_put_int(w, "web_searches", total->web_searches);
	json_put_int(w, "manual_tokens", total->manual_tokens);
	json_put_int(w, "estimated_tokens", total->estimated_tokens);
	json_put_int(w, "auxiliary_tokens", total->auxiliary_tokens);
	put_cost(w, &total->cost, total->tokens);
	json_put_int(w, "unpriced_tokens", total->cost.unpriced_tokens);
	json_put_bool(w, "assumed_model", total->cost.assumed_model);
	json_put_int(w, "readings", total->readings);
	json_put_int(w, "reading_tokens", total->reading_tokens);
	put_span(w, total);
}

static void put_total(struct json_writer *w, const struct rollup_total *total)
{
	json_open(w, '{');
	json_put_string(w, "name", total->name);
	json_put_total_members(w, total);
	json_close(w, '}');
}

void json_put_total(struct json_writer *w, const char *key, const struct rollup_total *total)
{
	if (!total) {
		json_put_null(w, key);
		return;
	}
	json_key(w, key);
	put_total(w, total);
}

void json_put_totals(struct json_writer *w, const char *key, const struct rollup_list *list)
{
	json_key(w, key);
	json_open(w, '[');
	for (size_t i = 0; i < list->count; i++)
		put_total(w, &list->items[i]);
	json_close(w, ']');
}

void json_put_records(
	struct json_writer *w, const char *key, const struct report_record *records, size_t count)
{
	json_key(w, key);
	json_open(w, '[');
	for (size_t i = 0; i < count; i++) {
		_cleanup_(strbuf_release) struct strbuf entry = STRBUF_INIT;
		const struct report_record *record = &records[i];

		entry_encode(&entry, &record->entry, ENTRY_FORM_EXPORT);
		json_open(w, '{');
		json_put_string(w, "branch", record->branch);
		if (record->entry.kind == ENTRY_CONTEXT_READING)
			json_put_null(w, "cost_nano_usd");
		else
			put_cost(w, &record->cost, entry_tokens(&record->entry));
		json_key(w, "entry");
		json_raw(w, entry.buf, entry.len);
		json_close(w, '}');
	}
	json_close(w, ']');
}

void json_put_prices(struct json_writer *w, const struct prices *prices)
{
	char day[DAY_TEXT];

	day_format(day, prices->as_of);
	json_key(w, "prices");
	json_open(w, '{');
	json_put_string(w, "as_of", day);
	json_put_string(w, "default_model", prices->default_model);
	json_close(w, '}');
}

static void put_budget(struct json_writer *w, const struct budget_state *b)
{
	int64_t nano = 0;

	(void)money_nano(&nano, b->limit); /* it was read as micro-dollars */
	json_open(w, '{');
	json_put_string(w, "scope", budget_names[b->scope]);
	json_put_int(w, "limit_nano_usd", nano);
	if (cost_is_unknown(&b->spent, b->tokens))
		json_put_null(w, "spent_nano_usd");
	else
		json_put_range(w, "spent_nano_usd", b->spent.low, b->spent.high);
	json_put_int(w, "unpriced_tokens", b->spent.unpriced_tokens);
	json_put_int(w, "tokens", b->tokens);
	json_put_string(w, "verdict", budget_verdicts[b->verdict]);
	json_close(w, '}');
}

void json_put_budgets(struct json_writer *w, const struct budget_state *states, size_t count)
{
	json_key(w, "budgets");
	json_open(w, '[');
	for (size_t i = 0; i < count; i++)
		put_budget(w, &states[i]);
	json_close(w, ']');
}
