/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "model/auxiliary.h"

/* Per million tokens: claude-opus-5 costs 5 dollars in and 25 out, fast ones twice
 * that, and claude-haiku-4-5 1 and 5; a search one cent. */
static const struct day today = { 20780 }; /* 2026-11-23 */
#define OPUS "claude-opus-5"
#define HAIKU "claude-haiku-4-5-20251001"

struct world {
	struct prices *prices;
	struct auxiliary *auxiliary;
};

static int setup(void **state)
{
	struct world *w = xcalloc(1, sizeof *w);
	struct tt_error err;

	assert_int_equal(prices_builtin(&w->prices, &err), TT_OK);
	w->auxiliary = auxiliary_new(w->prices);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	auxiliary_free(w->auxiliary);
	prices_free(w->prices);
	free(w);
	return 0;
}

static struct usage_row known_row(const char *model, int64_t input, int64_t output)
{
	return (struct usage_row){
		.response = { .key = "k", .model = model, .usage = { input, output, 0, 0, 0, 0 } },
		.placement = { .day = today, .price_class = "standard" },
	};
}

static void know(struct world *w, const char *model, int64_t input, int64_t output)
{
	const struct usage_row row = known_row(model, input, output);

	auxiliary_add_known(w->auxiliary, &row);
}

/* "<model> <input>/<output> <searches> <cost in nano-dollars> <class>" for each row. */
static char *take(struct world *w, const struct model_total *models, size_t count)
{
	const struct cost_state total = { "s", { 1 }, 0, false, models, count };
	struct strbuf text = STRBUF_INIT;
	const struct auxiliary_row *rows;
	size_t n;

	auxiliary_take(w->auxiliary, &total, today, &rows, &n);
	for (size_t i = 0; i < n; i++)
		strbuf_addf(&text, "%s%s %" PRId64 "/%" PRId64 " %" PRId64 " %" PRId64 " %s",
			i ? "; " : "", rows[i].model, rows[i].usage.input, rows[i].usage.output,
			rows[i].web_searches, rows[i].cost_nano_usd, rows[i].price_class);
	return text.len ? strbuf_detach(&text) : xstrdup("");
}

#define assert_takes(w, expected, ...)                                                       \
	do {                                                                                 \
		const struct model_total models_[] = { __VA_ARGS__ };                        \
		_autofree_ char *text_ = take(w, models_, sizeof models_ / sizeof *models_); \
		assert_string_equal(text_, expected);                                        \
	} while (0)

#define TOTAL(model, input, output, searches, nano)                  \
	{                                                            \
		model, { input, output, 0, 0, 0, 0 }, searches, nano \
	}

/* --- one total ------------------------------------------------------------------------- */

static void take__gives_what_no_answer_explains(void **state)
{
	struct world *w = *state;

	know(w, OPUS, 100, 10);
	know(w, OPUS, 200, 20);
	assert_takes(w, OPUS " 50/5 0 375000 standard; " HAIKU " 1000/7 0 1035000 standard",
		TOTAL(OPUS, 350, 35, 0, 2625000), TOTAL(HAIKU, 1000, 7, 0, 1035000));
}

static void take__gives_no_row_when_everything_is_explained(void **state)
{
	struct world *w = *state;

	know(w, OPUS, 100, 10);
	assert_takes(w, "", TOTAL(OPUS, 100, 10, 0, 750000));
}

static void take__gives_no_row_of_a_cost_without_tokens(void **state)
{
	struct world *w = *state;

	know(w, OPUS, 100, 10);
	assert_takes(w, "", TOTAL(OPUS, 100, 10, 0, 999999));
}

static void take__gives_nothing_for_an_empty_total(void **state)
{
	struct world *w = *state;
	_autofree_ char *text = take(w, NULL, 0);

	assert_string_equal(text, "");
}

static void take__is_never_below_zero_in_any_kind(void **state)
{
	struct world *w = *state;

	know(w, OPUS, 100, 500);
	assert_takes(w, OPUS " 20/0 0 0 standard", TOTAL(OPUS, 120, 10, 0, 100));
}

static void take__compares_every_kind_and_the_searches(void **state)
{
	struct world *w = *state;
	struct usage_row row = known_row(OPUS, 1, 1);
	const struct model_total model = { OPUS, { 10, 20, 30, 40, 50, 0 }, 3, 0 };
	const struct cost_state total = { "s", { 1 }, 0, false, &model, 1 };
	const struct auxiliary_row *rows;
	size_t count;

	row.response.usage = (struct usage){ 1, 2, 3, 4, 5, 0 };
	row.response.web_searches = 1;
	auxiliary_add_known(w->auxiliary, &row);
	auxiliary_take(w->auxiliary, &total, today, &rows, &count);
	assert_int_equal(count, 1);
	assert_memory_equal(
		&rows->usage, (&(struct usage){ 9, 18, 27, 36, 45, 0 }), sizeof(struct usage));
	assert_int_equal(rows->web_searches, 2);
}

static void take__gives_a_row_for_searches_alone(void **state)
{
	struct world *w = *state;

	assert_takes(w, HAIKU " 0/0 2 20000000 standard", TOTAL(HAIKU, 0, 0, 2, 20000000));
}

/* An answer of which the parts are known adds only those. */
static void take__does_not_count_an_answer_beside_its_iterations(void **state)
{
	struct world *w = *state;
	struct usage_row whole = known_row(OPUS, 1000, 1000);

	whole.response.is_split = true;
	auxiliary_add_known(w->auxiliary, &whole);
	assert_takes(w, OPUS " 10/0 0 50000 standard", TOTAL(OPUS, 10, 0, 0, 50000));
}

/* --- names ------------------------------------------------------------------------------- */

static void take__knows_a_model_by_its_other_names(void **state)
{
	struct world *w = *state;

	know(w, "claude-haiku-4-5", 100, 0);
	know(w, "us.anthropic.claude-haiku-4-5-20251001-v1:0", 50, 0);
	assert_takes(w, HAIKU " 10/0 0 10000 standard", TOTAL(HAIKU, 160, 0, 0, 160000));
}

static void take__explains_each_answer_once_when_a_total_names_a_model_twice(void **state)
{
	struct world *w = *state;

	know(w, OPUS, 140, 0);
	assert_takes(w, OPUS " 10/0 0 50000 standard", TOTAL(OPUS "[1m]", 100, 0, 0, 500000),
		TOTAL(OPUS, 50, 0, 0, 250000));
	know(w, OPUS, 140, 0);
	assert_takes(w, "", TOTAL(OPUS "[1m]", 100, 0, 0, 500000), TOTAL(OPUS, 50, 0, 0, 250000));
}

static void take__gives_both_rows_when_nothing_explains_either(void **state)
{
	struct world *w = *state;

	assert_takes(w, OPUS "[1m] 100/0 0 500000 standard; " OPUS " 50/0 0 250000 standard",
		TOTAL(OPUS "[1m]", 100, 0, 0, 500000), TOTAL(OPUS, 50, 0, 0, 250000));
}

static void take__takes_models_without_a_price_as_the_client_does(void **state)
{
	struct world *w = *state;

	know(w, "gpt-x", 100, 0);
	know(w, NULL, 100, 0);
	assert_takes(w, "gpt-x 1/0 0 77 standard", TOTAL("gpt-x", 101, 0, 0, 77));
}

/* --- costs ---------------------------------------------------------------------------------- */

static void take__prices_answers_by_their_own_class_and_day(void **state)
{
	struct world *w = *state;
	struct usage_row fast = known_row(OPUS, 100, 0);

	fast.placement.price_class = "fast";
	auxiliary_add_known(w->auxiliary, &fast);
	assert_takes(w, OPUS " 10/0 0 50000 standard", TOTAL(OPUS, 110, 0, 0, 1050000));
}

/* Half a nano-dollar a token: three answers cost 1.5 nano-dollars, that is 2. */
static void take__rounds_the_sum_of_the_answers_once(void **state)
{
	static const char table[] =
		"{\"format_version\":1,\"as_of\":\"2026-11-23\",\"default_model\":\"x\","
		"\"geo_us_permille\":1100,\"web_search_usd\":0.01,\"rows\":[{\"model\":\"x\","
		"\"valid_from\":\"2024-01-01\",\"usd_per_mtok\":{\"input\":0.0005,"
		"\"output\":1,\"cache_read\":0.0005,\"cache_write_5m\":0.0005,"
		"\"cache_write_1h\":0.0005},\"source\":\"a test\"}]}";
	struct world *w = *state;
	struct tt_error err;

	auxiliary_free(steal(&w->auxiliary));
	prices_free(steal(&w->prices));
	if (prices_parse(&w->prices, table, strlen(table), &err) != TT_OK)
		fail_msg("%s", err.msg);
	w->auxiliary = auxiliary_new(w->prices);
	for (int i = 0; i < 3; i++)
		know(w, "x", 1, 0);
	assert_takes(w, "x 1/0 0 8 standard", TOTAL("x", 4, 0, 0, 10));
}

static void take__finds_the_class_whose_price_is_the_cost(void **state)
{
	struct world *w = *state;

	assert_takes(w, OPUS " 100/0 0 1000000 fast", TOTAL(OPUS, 100, 0, 0, 1000000));
}

static void take__finds_the_class_of_an_american_request(void **state)
{
	struct world *w = *state;

	assert_takes(w, OPUS " 100/0 0 550000 us", TOTAL(OPUS, 100, 0, 0, 550000));
}

static void take__finds_the_class_of_a_long_prompt(void **state)
{
	struct world *w = *state;

	assert_takes(w, "claude-haiku-5-5 100/0 0 50000 long",
		TOTAL("claude-haiku-5-5", 100, 0, 0, 50000));
}

static void take__says_standard_when_no_class_has_that_price(void **state)
{
	struct world *w = *state;

	assert_takes(w, OPUS " 100/0 0 123 standard", TOTAL(OPUS, 100, 0, 0, 123));
}

/* --- several totals ------------------------------------------------------------------------ */

static void take__adds_what_each_total_has_over_the_one_before(void **state)
{
	struct world *w = *state;

	know(w, OPUS, 100, 0);
	assert_takes(w, OPUS " 10/0 0 50000 standard", TOTAL(OPUS, 110, 0, 0, 550000));
	know(w, OPUS, 100, 0);
	know(w, OPUS, 200, 0);
	assert_takes(w, OPUS " 5/0 0 25000 standard", TOTAL(OPUS, 315, 0, 0, 1575000));
}

static void take__adds_nothing_for_a_total_that_says_no_more(void **state)
{
	struct world *w = *state;

	know(w, OPUS, 100, 0);
	assert_takes(w, OPUS " 10/0 0 50000 standard", TOTAL(OPUS, 110, 0, 0, 550000));
	know(w, OPUS, 100, 0);
	assert_takes(w, "", TOTAL(OPUS, 110, 0, 0, 550000));
	know(w, OPUS, 100, 0);
	assert_takes(w, "", TOTAL(OPUS, 90, 0, 0, 450000));
	know(w, OPUS, 100, 0);
	assert_takes(w, OPUS " 1/0 0 5000 standard", TOTAL(OPUS, 111, 0, 0, 555000));
}

static void take__keeps_what_a_total_leaves_out(void **state)
{
	struct world *w = *state;

	assert_takes(w, HAIKU " 10/0 0 10000 standard", TOTAL(HAIKU, 10, 0, 0, 10000));
	assert_takes(w, OPUS " 1/0 0 5000 standard", TOTAL(OPUS, 1, 0, 0, 5000));
	assert_takes(w, "", TOTAL(HAIKU, 10, 0, 0, 10000));
}

/* --- limits ----------------------------------------------------------------------------------- */

static void take__stays_in_range_with_absurd_counts(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 1100; i++)
		know(w, OPUS, USAGE_MAX, USAGE_MAX);
	assert_takes(w, "", TOTAL(OPUS, USAGE_MAX, USAGE_MAX, 0, INT64_MAX));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(take__gives_what_no_answer_explains),
		TEST(take__gives_no_row_when_everything_is_explained),
		TEST(take__gives_no_row_of_a_cost_without_tokens),
		TEST(take__gives_nothing_for_an_empty_total),
		TEST(take__is_never_below_zero_in_any_kind),
		TEST(take__compares_every_kind_and_the_searches),
		TEST(take__gives_a_row_for_searches_alone),
		TEST(take__does_not_count_an_answer_beside_its_iterations),
		TEST(take__knows_a_model_by_its_other_names),
		TEST(take__explains_each_answer_once_when_a_total_names_a_model_twice),
		TEST(take__gives_both_rows_when_nothing_explains_either),
		TEST(take__takes_models_without_a_price_as_the_client_does),
		TEST(take__prices_answers_by_their_own_class_and_day),
		TEST(take__rounds_the_sum_of_the_answers_once),
		TEST(take__finds_the_class_whose_price_is_the_cost),
		TEST(take__finds_the_class_of_an_american_request),
		TEST(take__finds_the_class_of_a_long_prompt),
		TEST(take__says_standard_when_no_class_has_that_price),
		TEST(take__adds_what_each_total_has_over_the_one_before),
		TEST(take__adds_nothing_for_a_total_that_says_no_more),
		TEST(take__keeps_what_a_total_leaves_out),
		TEST(take__stays_in_range_with_absurd_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
