/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/usage.h"

static void usage_get__and_set_reach_every_kind(void **state)
{
	struct usage u = { 0 };

	(void)state;
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		usage_set(&u, kind, kind + 1);
	assert_int_equal(u.input, 1);
	assert_int_equal(u.output, 2);
	assert_int_equal(u.cache_read, 3);
	assert_int_equal(u.cache_write_5m, 4);
	assert_int_equal(u.cache_write_1h, 5);
	assert_int_equal(u.unsplit, 6);
	assert_int_equal(usage_get(&u, 5), 6);
	assert_string_equal(usage_names[0], "input");
	assert_string_equal(usage_names[5], "unsplit");
}

static void usage_add__refuses_overflow_and_keeps_the_sum(void **state)
{
	struct usage sum = { .input = 1, .unsplit = INT64_MAX };
	struct usage more = { .input = 1, .unsplit = 1 };

	(void)state;
	assert_false(usage_add(&sum, &more));
	assert_int_equal(sum.input, 1);
	more.unsplit = 0;
	assert_true(usage_add(&sum, &more));
	assert_int_equal(sum.input, 2);
}

static void usage_total__refuses_overflow(void **state)
{
	struct usage u = { .input = INT64_MAX - 1, .output = 1 };
	int64_t total = 0;

	(void)state;
	assert_true(usage_total(&total, &u));
	assert_true(total == INT64_MAX);
	u.cache_read = 1;
	total = 7;
	assert_false(usage_total(&total, &u));
	assert_int_equal(total, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(usage_get__and_set_reach_every_kind),
		cmocka_unit_test(usage_add__refuses_overflow_and_keeps_the_sum),
		cmocka_unit_test(usage_total__refuses_overflow),
	};

	return cmocka_run_group_tests_name("usage", tests, NULL, NULL);
}
