/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/watch.h"

static const struct watch_pace pace = WATCH_PACE_INIT;

static void watch_interval__is_short_just_after_a_change(void **state)
{
	(void)state;
	assert_int_equal(watch_interval(&pace, 0), 500);
	assert_int_equal(watch_interval(&pace, 10000), 500);
}

static void watch_interval__grows_with_the_quiet_up_to_the_idle_pace(void **state)
{
	(void)state;
	assert_int_equal(watch_interval(&pace, 40000), 2000);
	assert_int_equal(watch_interval(&pace, 200000), 10000);
	assert_int_equal(watch_interval(&pace, 86400000), 10000);
}

/* Somebody who asks for less than the active pace gets it. */
static void watch_interval__is_never_shorter_than_the_active_pace(void **state)
{
	const struct watch_pace odd = { .active_ms = 3000, .idle_ms = 1000 };

	(void)state;
	assert_int_equal(watch_interval(&odd, 0), 3000);
	assert_int_equal(watch_interval(&odd, 86400000), 3000);
}

static void watch_round_due__waits_a_moment_for_the_rest_of_a_burst(void **state)
{
	(void)state;
	assert_int_equal(watch_round_due(100000, 0, 10), 100200);
}

static void watch_round_due__rests_ten_times_as_long_as_the_last_round_took(void **state)
{
	(void)state;
	assert_int_equal(watch_round_due(100000, 100000, 0), 100300);
	assert_int_equal(watch_round_due(100000, 100000, 700), 107000);
}

static void watch_round_due__rests_a_minute_at_most(void **state)
{
	(void)state;
	assert_int_equal(watch_round_due(100000, 100000, 3600000), 160000);
}

static void watch_retry_after__doubles_and_never_ends(void **state)
{
	(void)state;
	assert_int_equal(watch_retry_after(0), 1000);
	assert_int_equal(watch_retry_after(1), 1000);
	assert_int_equal(watch_retry_after(2), 2000);
	assert_int_equal(watch_retry_after(5), 16000);
	assert_int_equal(watch_retry_after(9), 256000);
	assert_int_equal(watch_retry_after(10), 300000);
	assert_int_equal(watch_retry_after(4000000000U), 300000);
}

static void watch_has_slept__sees_what_the_waking_clock_missed(void **state)
{
	const struct watch_clocks before = { 1000, 5000 };
	const struct watch_clocks awake = { 61000, 65100 }, slept = { 2000, 3605000 };

	(void)state;
	assert_false(watch_has_slept(&before, &awake));
	assert_true(watch_has_slept(&before, &slept));
}

static bool is_conversation(const char *text)
{
	return watch_is_conversation(text, strlen(text));
}

static void watch_is_conversation__wants_two_marks_or_one_and_code(void **state)
{
	(void)state;
	assert_true(is_conversation("Human: hello\n\nAssistant: hello"));
	assert_true(is_conversation("Claude: here it is\n```c\nint x;\n```"));
	assert_false(is_conversation("User: dev"));
	assert_false(is_conversation("```c\nint x;\n```"));
	assert_false(is_conversation("milk, bread, eggs"));
	assert_false(is_conversation(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(watch_interval__is_short_just_after_a_change),
		cmocka_unit_test(watch_interval__grows_with_the_quiet_up_to_the_idle_pace),
		cmocka_unit_test(watch_interval__is_never_shorter_than_the_active_pace),
		cmocka_unit_test(watch_round_due__waits_a_moment_for_the_rest_of_a_burst),
		cmocka_unit_test(watch_round_due__rests_ten_times_as_long_as_the_last_round_took),
		cmocka_unit_test(watch_round_due__rests_a_minute_at_most),
		cmocka_unit_test(watch_retry_after__doubles_and_never_ends),
		cmocka_unit_test(watch_has_slept__sees_what_the_waking_clock_missed),
		cmocka_unit_test(watch_is_conversation__wants_two_marks_or_one_and_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
