/* SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "model/prices.h"

/* A table that was read is written as a table that reads the same. */
static void check_table(const struct prices *table)
{
	_cleanup_(prices_freep) struct prices *again = NULL;
	_cleanup_(strbuf_release) struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT;
	struct usage usage = { .input = USAGE_MAX, .output = 1, .unsplit = 2 };
	struct cost cost;
	struct tt_error err;

	prices_encode(&once, table);
	must(prices_parse(&again, once.buf, once.len, &err) == TT_OK);
	prices_encode(&twice, again);
	must(strcmp(once.buf, twice.buf) == 0);
	for (size_t i = 0; i < table->count && i < 8; i++) {
		prices_cost(&cost, table, table->rows[i].model, "standard",
			table->rows[i].valid_from, &usage, 1);
		must(money_compare(cost.low, cost.high) <= 0);
	}
}

static void check_import(const char *text, size_t len, struct day day)
{
	_cleanup_(prices_freep) struct prices *base = NULL, *table = NULL;
	struct tt_error err;
	size_t count;

	must(prices_builtin(&base, &err) == TT_OK);
	if (prices_import_litellm(&table, base, text, len, day, &count, &err) == TT_OK)
		check_table(table);
	else
		must(is_harmless(err.msg));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(prices_freep) struct prices *table = NULL;
	const char *text = (const char *)data;
	struct tt_error err;

	if (prices_parse(&table, text, size, &err) == TT_OK)
		check_table(table);
	else
		must(is_harmless(err.msg));
	check_import(text, size, (struct day){ 20000 });
	return 0;
}
