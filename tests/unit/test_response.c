/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "model/response.h"
#include "model/transcript.h"

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

static struct response a_response(int64_t ms)
{
	return (struct response){
		.key = "msg_1",
		.session = "s1",
		.model = "claude-opus-5-5",
		.cwd = "/home/dev/app",
		.git_branch = "main",
		.time = { ms },
		.last_time = { ms },
		.usage = { .input = 10, .output = 20 },
	};
}

static void response_merge__keeps_the_greatest_of_each_counter(void **state)
{
	struct response a = a_response(1), b = a_response(2);

	(void)state;
	a.usage = (struct usage){ .input = 1, .output = 50, .cache_read = 7 };
	b.usage = (struct usage){ .input = 3, .output = 5, .cache_read = 9 };
	a.web_searches = 2;
	response_merge(&a, &b);
	assert_int_equal(a.usage.input, 3);
	assert_int_equal(a.usage.output, 50);
	assert_int_equal(a.usage.cache_read, 9);
	assert_int_equal(a.web_searches, 2);
}

static void response_merge__does_not_add_writes_without_lifetime_to_those_with(void **state)
{
	struct response flat = a_response(1), split = a_response(2);

	(void)state;
	flat.usage.cache_write_5m = 3000;
	split.usage.cache_write_1h = 3000;
	response_merge(&flat, &split);
	assert_int_equal(flat.usage.cache_write_5m, 0);
	assert_int_equal(flat.usage.cache_write_1h, 3000);
}

static void response_merge__takes_the_place_from_the_better_witness(void **state)
{
	struct response copy = a_response(1), own = a_response(5);

	(void)state;
	copy.is_copy = true;
	copy.session = "fork";
	copy.cwd = "/elsewhere";
	copy.git_branch = "fork-branch";
	response_merge(&copy, &own);
	assert_false(copy.is_copy);
	assert_string_equal(copy.session, "s1");
	assert_string_equal(copy.cwd, "/home/dev/app");
	assert_string_equal(copy.git_branch, "main");
	assert_int_equal(copy.time.ms, 5);
}

static void response_merge__fills_what_the_witness_does_not_know(void **state)
{
	struct response witness = a_response(1), other = a_response(2);

	(void)state;
	witness.git_branch = witness.cwd = witness.model = NULL;
	response_merge(&other, &witness);
	assert_int_equal(other.time.ms, 1);
	assert_string_equal(other.git_branch, "main");
	assert_string_equal(other.cwd, "/home/dev/app");
	assert_string_equal(other.model, "claude-opus-5-5");
}

static void response_merge__takes_no_branch_from_a_copy(void **state)
{
	struct response copy = a_response(1), own = a_response(5), again;

	(void)state;
	copy.is_copy = true;
	copy.git_branch = "fork-branch";
	own.git_branch = NULL;
	again = own;
	response_merge(&again, &copy);
	assert_null(again.git_branch);
	response_merge(&copy, &own);
	assert_null(copy.git_branch);
}

static void response_merge__is_the_same_when_repeated(void **state)
{
	struct response a = a_response(1), b = a_response(2), once;

	(void)state;
	b.usage.output = 99;
	b.fast = true;
	response_merge(&a, &b);
	once = a;
	response_merge(&a, &b);
	assert_memory_equal(&a, &once, sizeof a);
}

static void response_merge__keeps_the_last_time_and_what_was_seen_once(void **state)
{
	struct response a = a_response(9), b = a_response(2);

	(void)state;
	b.fast = b.geo_us = b.is_split = true;
	response_merge(&a, &b);
	assert_int_equal(a.time.ms, 2);
	assert_int_equal(a.last_time.ms, 9);
	assert_true(a.fast && a.geo_us && a.is_split);
}

static void response_is_better_witness__own_line_before_copy_before_time(void **state)
{
	struct response own = a_response(9), copy = a_response(1);

	(void)state;
	copy.is_copy = true;
	own.sidechain = true;
	assert_true(response_is_better_witness(&own, &copy));
	assert_false(response_is_better_witness(&copy, &own));
}

static void response_is_better_witness__main_conversation_before_sidechain(void **state)
{
	struct response main_line = a_response(9), side = a_response(1);

	(void)state;
	side.sidechain = true;
	assert_true(response_is_better_witness(&main_line, &side));
	assert_false(response_is_better_witness(&side, &main_line));
}

static void response_is_better_witness__the_earlier_and_never_its_equal(void **state)
{
	struct response early = a_response(1), late = a_response(2), timeless = a_response(0);

	(void)state;
	assert_true(response_is_better_witness(&early, &late));
	assert_false(response_is_better_witness(&late, &early));
	assert_false(response_is_better_witness(&early, &early));
	assert_true(response_is_better_witness(&late, &timeless));
	assert_false(response_is_better_witness(&timeless, &late));
	assert_false(response_is_better_witness(&timeless, &timeless));
}

static void response_counted__leaves_tokens_to_the_parts(void **state)
{
	struct response r = a_response(1);

	(void)state;
	assert_int_equal(response_counted(&r).output, 20);
	assert_int_equal(response_requests(&r), 1);
	r.is_split = true;
	assert_int_equal(response_counted(&r).output, 0);
	assert_int_equal(response_requests(&r), 1);
	r.is_split = false;
	r.is_part = true;
	assert_int_equal(response_counted(&r).output, 20);
	assert_int_equal(response_requests(&r), 0);
}

/* Haiku 5.5 costs more over 100,000 tokens of prompt. */
static void assert_class(const struct response *r, const char *expected)
{
	_cleanup_(strbuf_release) struct strbuf class = STRBUF_INIT;
	struct day day;

	assert_true(day_parse(&day, "2026-11-20"));
	response_price_class(&class, r, table, day);
	assert_string_equal(class.buf, expected);
}

static void response_price_class__is_long_only_over_the_threshold(void **state)
{
	struct response r = a_response(1);

	(void)state;
	r.model = "claude-haiku-5-5";
	r.usage = (struct usage){ .input = 10000,
		.cache_read = 70000,
		.cache_write_5m = 15000,
		.cache_write_1h = 5000,
		.output = 900000 };
	assert_class(&r, "standard");
	r.usage.input++;
	assert_class(&r, "long");
}

static void response_price_class__names_all_parts_in_order(void **state)
{
	struct response r = a_response(1);

	(void)state;
	r.model = "claude-haiku-5-5";
	r.usage.input = 100001;
	r.fast = r.geo_us = true;
	assert_class(&r, "fast+us+long");
	r.fast = false;
	assert_class(&r, "us+long");
	r.usage.input = 1;
	assert_class(&r, "us");
}

static void response_price_class__is_never_long_for_an_unknown_model(void **state)
{
	struct response r = a_response(1);

	(void)state;
	r.usage.input = 100000000;
	r.model = "no-such-model";
	assert_class(&r, "standard");
	r.model = NULL;
	assert_class(&r, "standard");
}

static void branch_reason_name__names_every_reason(void **state)
{
	(void)state;
	assert_string_equal(branch_reason_name(BRANCH_UNKNOWN), "unknown");
	assert_string_equal(branch_reason_name(BRANCH_BY_REFLOG), "reflog");
	assert_string_equal(branch_reason_name(BRANCH_BY_RECORD), "record");
	assert_string_equal(branch_reason_name(BRANCH_BY_SIGHTING), "hook");
	assert_string_equal(branch_reason_name(BRANCH_BY_HEAD), "head");
	for (int i = 0; i < TRANSCRIPT_SKIPS; i++)
		assert_non_null(transcript_skip_names[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(response_merge__keeps_the_greatest_of_each_counter),
		cmocka_unit_test(
			response_merge__does_not_add_writes_without_lifetime_to_those_with),
		cmocka_unit_test(response_merge__takes_the_place_from_the_better_witness),
		cmocka_unit_test(response_merge__fills_what_the_witness_does_not_know),
		cmocka_unit_test(response_merge__takes_no_branch_from_a_copy),
		cmocka_unit_test(response_merge__is_the_same_when_repeated),
		cmocka_unit_test(response_merge__keeps_the_last_time_and_what_was_seen_once),
		cmocka_unit_test(response_is_better_witness__own_line_before_copy_before_time),
		cmocka_unit_test(response_is_better_witness__main_conversation_before_sidechain),
		cmocka_unit_test(response_is_better_witness__the_earlier_and_never_its_equal),
		cmocka_unit_test(response_counted__leaves_tokens_to_the_parts),
		cmocka_unit_test(response_price_class__is_long_only_over_the_threshold),
		cmocka_unit_test(response_price_class__names_all_parts_in_order),
		cmocka_unit_test(response_price_class__is_never_long_for_an_unknown_model),
		cmocka_unit_test(branch_reason_name__names_every_reason),
	};

	return cmocka_run_group_tests(tests, load_table, free_table);
}
