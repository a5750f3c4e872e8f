/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/embedded.h"
#include "base/strbuf.h"
#include "model/prices.h"

#define ROWS(table) (sizeof(table) / sizeof *(table))

static struct prices *table;

static int load_table(void **state)
{
	struct tt_error err = TT_ERROR_INIT;

	(void)state;
	return prices_builtin(&table, &err);
}

static int free_table(void **state)
{
	(void)state;
	prices_free(table);
	return 0;
}

static struct day a_day(const char *text)
{
	struct day day = { 0 };

	assert_true(day_parse(&day, text));
	return day;
}

static void prices_normalise__takes_off_what_providers_add(void **state)
{
	static const struct {
		const char *reported, *canonical;
	} rows[] = {
		{ "claude-opus-5", "claude-opus-5" },
		{ "claude-opus-5-5", "claude-opus-5-5" },
		{ "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5" },
		{ "us.anthropic.claude-opus-4-6-v1", "claude-opus-4-6" },
		{ "us.anthropic.claude-opus-5-5", "claude-opus-5-5" },
		{ "global.anthropic.claude-opus-5-5", "claude-opus-5-5" },
		{ "anthropic.claude-opus-5", "claude-opus-5" },
		{ "bedrock/us.anthropic.claude-3-5-sonnet-20241022-v2:0", "claude-3-5-sonnet" },
		{ "bedrock/eu-central-1/anthropic.claude-haiku-4-5-20251001-v1:0",
			"claude-haiku-4-5" },
		{ "arn:aws:bedrock:us-east-1::foundation-model/"
		  "anthropic.claude-opus-4-1-20250805-v1:0",
			"claude-opus-4-1" },
		{ "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/"
		  "eu.anthropic.claude-sonnet-4-20250514-v1:0",
			"claude-sonnet-4-0" },
		{ "claude-opus-4-5@20251101", "claude-opus-4-5" },
		{ "vertex_ai/claude-opus-4-5@20251101", "claude-opus-4-5" },
		{ "vertex_ai/claude-3-5-sonnet-v2@20241022", "claude-3-5-sonnet" },
		{ "claude-opus-4-6@default", "claude-opus-4-6" },
		{ "anthropic/claude-opus-4.5", "claude-opus-4-5" },
		{ "claude-3.5-haiku", "claude-3-5-haiku" },
		{ "claude-opus-4-20250514", "claude-opus-4-0" },
		{ "claude-opus-4", "claude-opus-4-0" },
		{ "claude-sonnet-4", "claude-sonnet-4-0" },
		{ "claude-4-sonnet-20250514", "claude-sonnet-4-0" },
		{ "claude-sonnet-4-5-20250929[1m]", "claude-sonnet-4-5" },
		{ "claude-opus-4-6[1m]", "claude-opus-4-6" },
		{ "claude-opus-4-6-thinking", "claude-opus-4-6" },
		{ "claude-3-5-haiku-latest", "claude-3-5-haiku" },
		{ "claude-3-opus-20240229", "claude-3-opus" },
		/* not ours to interpret */
		{ "gpt-6-sol", "gpt-6-sol" },
		{ "openai/gpt-5.5-20260101", "openai/gpt-5.5-20260101" },
		{ "notanthropic.claude-opus-5", "notanthropic.claude-opus-5" },
		{ "<synthetic>", "<synthetic>" },
		{ "", "" },
		{ "claude-", "claude-" },
		{ "claude-20250101", "claude" },
		{ "claude-opus-5-v", "claude-opus-5-v" },
		{ "claude-opus-5:0", "claude-opus-5:0" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

		strbuf_addstr(&out, "model ");
		prices_normalise(&out, rows[i].reported);
		assert_memory_equal(out.buf, "model ", 6);
		assert_string_equal(out.buf + 6, rows[i].canonical);
	}
}

static void prices_find__never_prices_a_model_by_the_beginning_of_its_name(void **state)
{
	struct day day = a_day("2026-11-23");

	(void)state;
	assert_int_equal(
		prices_find(table, "claude-opus-5", day)->standard.input.micro_per_mtok, 5000000);
	assert_int_equal(
		prices_find(table, "claude-opus-5-5", day)->standard.input.micro_per_mtok, 4000000);
	assert_null(prices_find(table, "claude-opus-5-9", day));
	assert_null(prices_find(table, "claude-opus", day));
	assert_null(prices_find(table, "claude-opus-5-5-5", day));
	assert_null(prices_find(table, "claude-opus-50", day));
	assert_null(prices_find(table, "", day));
}

static void prices_find__takes_the_row_that_held_on_the_day(void **state)
{
	static const struct {
		const char *day;
		int64_t cache_read; /* 0: no row yet */
	} rows[] = {
		{ "2026-09-27", 0 },
		{ "2026-09-28", 200000 },
		{ "2026-10-06", 200000 },
		{ "2026-10-07", 100000 },
		{ "2030-01-01", 100000 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct price_row *row =
			prices_find(table, "claude-sonnet-5-5", a_day(rows[i].day));

		if (rows[i].cache_read)
			assert_int_equal(
				row->standard.cache_read.micro_per_mtok, rows[i].cache_read);
		else
			assert_null(row);
	}
}

/* --- costs ----------------------------------------------------------------- */

static void prices_cost__multiplies_each_kind_by_its_own_rate(void **state)
{
	static const struct {
		const char *model, *price_class, *day;
		struct usage usage;
		int64_t searches;
		int64_t low, high; /* nano-dollars */
	} rows[] = {
		{ "claude-opus-4-5", "standard", "2026-11-23",
			{ .input = 10, .output = 406, .cache_read = 13607, .cache_write_1h = 7853 },
			0, 95533500, 95533500 },
		{ "claude-opus-4-5", "standard", "2026-11-23", { .cache_write_5m = 1000 }, 0,
			6250000, 6250000 },
		{ "claude-opus-5", "fast", "2026-11-23", { .input = 1000000, .output = 1000000 }, 0,
			INT64_C(60000000000), INT64_C(60000000000) },
		{ "claude-opus-5", "us", "2026-11-23", { .input = 1000000, .output = 1000000 }, 0,
			INT64_C(33000000000), INT64_C(33000000000) },
		{ "claude-opus-5", "fast+us", "2026-11-23", { .output = 1000000 }, 0,
			INT64_C(55000000000), INT64_C(55000000000) },
		{ "claude-haiku-5-5", "long", "2026-11-23", { .input = 200000, .output = 10 }, 0,
			100025000, 100025000 },
		{ "claude-haiku-5-5", "us+long", "2026-11-23", { .cache_read = 1000000 }, 0,
			55000000, 55000000 },
		{ "claude-opus-5", "standard", "2026-11-23", { .input = 1 }, 3, 30005000,
			30005000 },
		/* searches cost the same everywhere */
		{ "claude-opus-5", "us", "2026-11-23", { 0 }, 1, 10000000, 10000000 },
		{ "claude-opus-5", "standard", "2026-11-23", { .unsplit = 81000 }, 0, 405000000,
			2025000000 },
		{ "claude-opus-5", "standard", "2026-11-23", { .output = 2, .unsplit = 10 }, 0,
			100000, 300000 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct cost cost;
		int64_t low = -1, high = -1;

		prices_cost(&cost, table, rows[i].model, rows[i].price_class, a_day(rows[i].day),
			&rows[i].usage, rows[i].searches);
		assert_true(money_nano(&low, cost.low) && money_nano(&high, cost.high));
		assert_int_equal(low, rows[i].low);
		assert_int_equal(high, rows[i].high);
		assert_int_equal(cost.unpriced_tokens, 0);
		assert_false(cost.assumed_model);
	}
}

static void prices_cost__leaves_unknown_prices_unknown(void **state)
{
	static const struct {
		const char *model, *price_class, *day;
	} rows[] = {
		{ "claude-opus-9", "standard", "2026-11-23" },
		{ "gpt-6-sol", "standard", "2026-11-23" },
		{ "", "standard", "2026-11-23" },
		{ "claude-opus-5", "standard", "2026-07-23" }, /* not sold yet */
		{ "claude-opus-4-5", "fast", "2026-11-23" },   /* has no fast rates */
		{ "claude-opus-5", "long", "2026-11-23" },     /* has no such tier */
		{ "claude-opus-5", "batch", "2026-11-23" },
		{ "claude-opus-5", "fast+batch", "2026-11-23" },
		{ "claude-opus-5", "fast+fast", "2026-11-23" },
		{ "claude-opus-5", "fast+", "2026-11-23" },
		{ "claude-opus-5", "+fast", "2026-11-23" },
		{ "claude-opus-5", "standard+us", "2026-11-23" },
		{ "claude-opus-5", "", "2026-11-23" },
	};
	struct usage usage = { .input = 5, .output = 4, .unsplit = 3 };

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct cost cost;

		prices_cost(&cost, table, rows[i].model, rows[i].price_class, a_day(rows[i].day),
			&usage, 0);
		assert_int_equal(cost.unpriced_tokens, 12);
		assert_true(cost.low.pico == 0 && cost.high.pico == 0);
		assert_false(cost.assumed_model);
	}
}

static void prices_cost__assumes_the_default_model_and_says_so(void **state)
{
	struct usage usage = { .unsplit = 77000 };
	int64_t low, high;
	struct cost cost;

	(void)state;
	/* before the default model existed, its earliest row is used */
	for (int late = 0; late <= 1; late++) {
		prices_cost(&cost, table, NULL, "standard",
			a_day(late ? "2026-11-23" : "2025-01-01"), &usage, 0);
		assert_true(money_nano(&low, cost.low) && money_nano(&high, cost.high));
		assert_int_equal(low, 154000000);
		assert_int_equal(high, 770000000);
		assert_true(cost.assumed_model);
	}
}

static void cost_add__gives_the_same_sum_however_rows_were_grouped(void **state)
{
	struct usage one = { .input = 1, .cache_read = 3 },
		     thousand = { .input = 1000, .cache_read = 3000 };
	struct cost sum = { 0 }, part, whole;

	(void)state;
	prices_cost(&part, table, "claude-fable-5-1", "us", a_day("2026-11-23"), &one, 0);
	for (int i = 0; i < 1000; i++)
		cost_add(&sum, &part);
	prices_cost(&whole, table, "claude-fable-5-1", "us", a_day("2026-11-23"), &thousand, 0);
	assert_int_equal(money_compare(sum.low, whole.low), 0);
	assert_int_equal(money_compare(sum.high, whole.high), 0);
}

/* --- files ------------------------------------------------------------------ */

static void prices_encode__writes_what_prices_parse_reads(void **state)
{
	const struct embedded *file = embedded_find("token_metrics/prices.json");
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	(void)state;
	prices_encode(&text, table);
	assert_string_equal(text.buf, file->text);
}

#define HEAD                                                                             \
	"{\"format_version\":1,\"as_of\":\"2026-01-01\",\"default_model\":\"claude-x\"," \
	"\"geo_us_permille\":1100,\"web_search_usd\":0.01,\"rows\":["
#define RATES(input)        \
	"{\"input\":" input \
	",\"output\":2,\"cache_read\":3,\"cache_write_5m\":4,\"cache_write_1h\":5}"
#define ROW(model, rates) \
	"{\"model\":\"" model "\",\"valid_from\":\"2026-01-01\",\"usd_per_mtok\":" rates "}"

static void prices_parse__says_what_is_wrong_and_where(void **state)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "{}", "'format_version' is missing: not a price table" },
		{ "[]", "'format_version' is missing: not a price table" },
		{ "{\"format_version\":2}", "price table format 2 is not known to this version" },
		{ "{\"format_version\":1}", "'as_of' is missing or not a day (2026-11-23)" },
		{ HEAD "]}", "the default model 'claude-x' has no row" },
		{ HEAD "3]}", "row 1: 'model' is missing or not a text" },
		{ HEAD ROW("claude-x", "7") "]}",
			"row 1: 'claude-x': 'usd_per_mtok' is missing or not an object" },
		{ HEAD ROW("claude-x", "{}") "]}",
			"row 1: 'claude-x': 'usd_per_mtok': 'input' is missing or not a number" },
		{ HEAD ROW("claude-x", RATES("-1")) "]}",
			"row 1: 'claude-x': 'usd_per_mtok': 'input' is not a price from 0 to "
			"1000000 dollars with at most six decimals" },
		{ HEAD ROW("claude-x", RATES("0.0000001")) "]}",
			"row 1: 'claude-x': 'usd_per_mtok': 'input' is not a price from 0 to "
			"1000000 dollars with at most six decimals" },
		{ HEAD ROW("claude-x", RATES("1000001")) "]}",
			"row 1: 'claude-x': 'usd_per_mtok': 'input' is not a price from 0 to "
			"1000000 dollars with at most six decimals" },
		{ HEAD ROW("claude-x", RATES("1")) "," ROW("claude-x", RATES("1")) "]}",
			"'claude-x' has two rows for 2026-01-01" },
		{ HEAD ROW("claude-x", RATES("1")) "," ROW("claude-y-latest", RATES("1")) "]}",
			"row 2: 'claude-y-latest': 'model' must be the canonical name 'claude-y'" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct prices *out = NULL;
		struct tt_error err = TT_ERROR_INIT;

		assert_int_equal(
			prices_parse(&out, rows[i].text, strlen(rows[i].text), &err), TT_EINPUT);
		assert_string_equal(err.msg, rows[i].message);
		assert_null(out);
	}
}

static const char litellm[] =
	"{\"sample_spec\":{\"litellm_provider\":\"one of ...\",\"input_cost_per_token\":0},"
	"\"claude-opus-9\":{\"litellm_provider\":\"anthropic\",\"input_cost_per_token\":6e-06,"
	"\"output_cost_per_token\":3e-05,\"cache_read_input_token_cost\":6e-07,"
	"\"cache_creation_input_token_cost\":7.5e-06,"
	"\"cache_creation_input_token_cost_above_1hr\":1.2e-05,"
	"\"provider_specific_entry\":{\"us\":1.1,\"fast\":2.5}},"
	"\"anthropic.claude-opus-9-v1:0\":{\"litellm_provider\":\"bedrock\","
	"\"input_cost_per_token\":6.6e-06,\"output_cost_per_token\":3.3e-05,"
	"\"cache_read_input_token_cost\":6.6e-07,\"cache_creation_input_token_cost\":8.25e-06,"
	"\"cache_creation_input_token_cost_above_1hr\":1.32e-05},"
	"\"claude-opus-5\":{\"litellm_provider\":\"anthropic\",\"input_cost_per_token\":4.5e-06,"
	"\"output_cost_per_token\":2.5e-05,\"cache_read_input_token_cost\":5e-07,"
	"\"cache_creation_input_token_cost\":6.25e-06,"
	"\"cache_creation_input_token_cost_above_1hr\":1e-05},"
	"\"claude-opus-4-8\":{\"litellm_provider\":\"anthropic\",\"input_cost_per_token\":5e-06,"
	"\"output_cost_per_token\":2.5e-05,\"cache_read_input_token_cost\":5e-07,"
	"\"cache_creation_input_token_cost\":6.25e-06,"
	"\"cache_creation_input_token_cost_above_1hr\":1e-05},"
	"\"claude-opus-8\":{\"litellm_provider\":\"anthropic\",\"input_cost_per_token\":1e-15,"
	"\"output_cost_per_token\":2.5e-05,\"cache_read_input_token_cost\":5e-07,"
	"\"cache_creation_input_token_cost\":6.25e-06,"
	"\"cache_creation_input_token_cost_above_1hr\":1e-05},"
	"\"claude-opus-7\":{\"litellm_provider\":\"anthropic\",\"input_cost_per_token\":5e-06,"
	"\"output_cost_per_token\":2.5e-05},"
	"\"claude-3-opus-20240229\":{\"litellm_provider\":\"anthropic\","
	"\"input_cost_per_token\":1.5e-05,\"output_cost_per_token\":7.5e-05,"
	"\"cache_read_input_token_cost\":1.5e-06,"
	"\"cache_creation_input_token_cost\":1.875e-05,"
	"\"cache_creation_input_token_cost_above_1hr\":6e-06},"
	"\"gpt-4o\":{\"litellm_provider\":\"openai\",\"input_cost_per_token\":2.5e-06}}";

static int64_t input_rate(const struct prices *p, const char *model, const char *day)
{
	const struct price_row *row = prices_find(p, model, a_day(day));

	return row ? row->standard.input.micro_per_mtok : -1;
}

static void prices_import_litellm__adds_exact_first_party_rows(void **state)
{
	_cleanup_(prices_freep) struct prices *p = NULL;
	struct tt_error err = TT_ERROR_INIT;
	size_t count = 99;

	(void)state;
	assert_int_equal(prices_import_litellm(&p, table, litellm, strlen(litellm),
				 a_day("2026-12-01"), &count, &err),
		TT_OK);
	assert_int_equal(count, 2);
	assert_int_equal(p->as_of.number, a_day("2026-12-01").number);
	assert_int_equal(input_rate(p, "claude-opus-9", "2025-01-01"), 6000000);
	assert_int_equal(
		prices_find(p, "claude-opus-9", p->as_of)->fast.output.micro_per_mtok, 75000000);
	/* a changed price holds from that day on */
	assert_int_equal(input_rate(p, "claude-opus-5", "2026-11-30"), 5000000);
	assert_int_equal(input_rate(p, "claude-opus-5", "2026-12-01"), 4500000);
	/* what did not change keeps its fast rates; the rest is left out */
	assert_true(prices_find(p, "claude-opus-4-8", p->as_of)->has_fast);
	assert_int_equal(
		prices_find(p, "claude-3-opus", p->as_of)->standard.cache_write_1h.micro_per_mtok,
		30000000);
	assert_int_equal(input_rate(p, "claude-opus-8", "2026-12-01"), -1);
	assert_int_equal(input_rate(p, "claude-opus-7", "2026-12-01"), -1);
	assert_int_equal(input_rate(p, "gpt-4o", "2026-12-01"), -1);
}

#define LITELLM_ROW(input, long_output)                                                          \
	"{\"claude-opus-9\":{\"litellm_provider\":\"anthropic\",\"input_cost_per_token\":" input \
	",\"output_cost_per_token\":3e-05,\"cache_read_input_token_cost\":6e-07,"                \
	"\"cache_creation_input_token_cost\":7.5e-06,"                                           \
	"\"cache_creation_input_token_cost_above_1hr\":1.2e-05,"                                 \
	"\"input_cost_per_token_above_200k_tokens\":1.2e-05,"                                    \
	"\"output_cost_per_token_above_200k_tokens\":" long_output ","                           \
	"\"cache_read_input_token_cost_above_200k_tokens\":1.2e-06,"                             \
	"\"cache_creation_input_token_cost_above_200k_tokens\":1.5e-05,"                         \
	"\"cache_creation_input_token_cost_above_1hr_above_200k_tokens\":2.4e-05}}"

static size_t import(struct prices **p, const char *text, const char *day)
{
	struct prices *merged = NULL;
	struct tt_error err = TT_ERROR_INIT;
	size_t count = 99;

	assert_int_equal(prices_import_litellm(&merged, *p ? *p : table, text, strlen(text),
				 a_day(day), &count, &err),
		TT_OK);
	prices_free(*p);
	*p = merged;
	return count;
}

static void prices_import_litellm__again_changes_only_what_changed(void **state)
{
	_cleanup_(prices_freep) struct prices *p = NULL, *again = NULL;
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct tt_error err = TT_ERROR_INIT;
	const struct price_row *row;
	size_t rows = table->count;

	(void)state;
	assert_int_equal(import(&p, LITELLM_ROW("6e-06", "4.5e-05"), "2026-12-01"), 1);
	assert_int_equal(import(&p, LITELLM_ROW("6e-06", "4.5e-05"), "2026-12-02"), 0);
	assert_int_equal(p->count, rows + 1);
	/* the long tier alone changed */
	assert_int_equal(import(&p, LITELLM_ROW("6e-06", "5e-05"), "2026-12-03"), 1);
	/* twice on one day: the later list counts */
	assert_int_equal(import(&p, LITELLM_ROW("5e-06", "5e-05"), "2026-12-03"), 1);
	assert_int_equal(p->count, rows + 2);
	row = prices_find(p, "claude-opus-9", a_day("2026-12-03"));
	assert_int_equal(row->standard.input.micro_per_mtok, 5000000);
	assert_true(row->has_long);
	assert_int_equal(row->long_over, 200000);
	assert_int_equal(row->long_prompt.output.micro_per_mtok, 50000000);
	assert_int_equal(input_rate(p, "claude-opus-9", "2026-12-02"), 6000000);
	prices_encode(&text, p);
	assert_int_equal(prices_parse(&again, text.buf, text.len, &err), TT_OK);
	assert_int_equal(again->count, p->count);
}

static void prices_import_litellm__refuses_what_is_no_object(void **state)
{
	struct prices *p = NULL;
	struct tt_error err = TT_ERROR_INIT;
	size_t count = 99;

	(void)state;
	assert_int_equal(
		prices_import_litellm(&p, table, "[]", 2, a_day("2026-12-01"), &count, &err),
		TT_EINPUT);
	assert_string_equal(err.msg, "not a price list of LiteLLM: not an object");
	assert_null(p);
	assert_int_equal(count, 99);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prices_normalise__takes_off_what_providers_add),
		cmocka_unit_test(prices_find__never_prices_a_model_by_the_beginning_of_its_name),
		cmocka_unit_test(prices_find__takes_the_row_that_held_on_the_day),
		cmocka_unit_test(prices_cost__multiplies_each_kind_by_its_own_rate),
		cmocka_unit_test(prices_cost__leaves_unknown_prices_unknown),
		cmocka_unit_test(prices_cost__assumes_the_default_model_and_says_so),
		cmocka_unit_test(cost_add__gives_the_same_sum_however_rows_were_grouped),
		cmocka_unit_test(prices_encode__writes_what_prices_parse_reads),
		cmocka_unit_test(prices_parse__says_what_is_wrong_and_where),
		cmocka_unit_test(prices_import_litellm__adds_exact_first_party_rows),
		cmocka_unit_test(prices_import_litellm__again_changes_only_what_changed),
		cmocka_unit_test(prices_import_litellm__refuses_what_is_no_object),
	};

	return cmocka_run_group_tests_name("prices", tests, load_table, free_table);
}
