/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "window_world.h"

/* --- reports ---------------------------------------------------------------------------- */

static void windows_read__believes_a_report_over_everything_else(void **state)
{
	struct window_state w;

	(void)state;
	use("2026-11-23T11:55:00Z", 12050, 0);
	use("2026-11-23T12:30:00Z", 50, 0);
	report(WINDOW_FIVE_HOUR, 412, "2026-11-23T17:20:00Z", "2026-11-23T12:59:00Z");
	w = *FIVE_HOUR("2026-11-23T13:00:00Z");
	assert_span(&w, WINDOW_REPORTED, "2026-11-23T12:20:00Z", "2026-11-23T17:20:00Z");
	assert_int_equal(w.used.tokens, 50);
	assert_int_equal(w.reported.permille, 412);
	assert_int_equal(w.reported.source, LIMIT_REPORTED);
	assert_false(w.reported.stale);
	assert_int_equal(w.limits[LIMIT_TOKENS].source, LIMIT_REPORTED);
	assert_int_equal(w.limits[LIMIT_TOKENS].remaining, 58800);
	assert_int_equal(w.limits[LIMIT_MESSAGES].remaining, 27); /* 18.54 of 45 are gone */
}

static void windows_read__marks_a_report_stale_after_a_quarter_of_an_hour(void **state)
{
	(void)state;
	report(WINDOW_WEEKLY, 100, "2026-11-25T00:00:00Z", "2026-11-23T12:00:00Z");
	assert_false(WEEK("2026-11-23T12:15:00Z")->reported.stale);
	assert_true(WEEK("2026-11-23T12:15:00.001Z")->reported.stale);
	assert_true(WEEK("2026-11-23T12:15:00.001Z")->limits[LIMIT_MESSAGES].stale);
	assert_int_equal(WEEK("2026-11-24T23:59:59.999Z")->reported.permille, 100);
}

static void windows_read__forgets_a_report_when_its_window_ends(void **state)
{
	(void)state;
	use("2026-11-23T12:30:00Z", 1, 0);
	/* Clients repeat what they heard last: it was told after the end, too. */
	report(WINDOW_FIVE_HOUR, 990, "2026-11-23T13:20:00Z", "2026-11-23T13:25:00Z");
	assert_int_equal(FIVE_HOUR("2026-11-23T13:19:59.999Z")->reported.permille, 990);
	assert_int_equal(FIVE_HOUR("2026-11-23T13:20:00Z")->origin, WINDOW_NOT_OPEN);
	assert_int_equal(FIVE_HOUR("2026-11-23T13:20:00Z")->reported.source, LIMIT_NONE);
	use("2026-11-23T13:40:00Z", 10, 0);
	assert_span(FIVE_HOUR("2026-11-23T13:40:00Z"), WINDOW_FIRST_EVENT, "2026-11-23T13:20:00Z",
		"2026-11-23T18:20:00Z");
	assert_int_equal(FIVE_HOUR("2026-11-23T13:40:00Z")->used.tokens, 10);
	assert_int_equal(
		FIVE_HOUR("2026-11-23T13:40:00Z")->limits[LIMIT_TOKENS].source, LIMIT_ASSUMED);
}

static void windows_read__continues_a_reported_week_every_seven_days(void **state)
{
	(void)state;
	set_zone("Europe/Berlin");
	report(WINDOW_WEEKLY, 741, "2026-10-21T07:00:00Z", "2026-10-21T06:00:00Z");
	assert_span(WEEK("2026-10-21T06:59:59.999Z"), WINDOW_REPORTED, "2026-10-14T07:00:00Z",
		"2026-10-21T07:00:00Z");
	assert_span(WEEK("2026-10-21T07:00:00Z"), WINDOW_CONTINUED, "2026-10-21T07:00:00Z",
		"2026-10-28T07:00:00Z");
	assert_span(WEEK("2026-11-04T06:59:59.999Z"), WINDOW_CONTINUED, "2026-10-28T07:00:00Z",
		"2026-11-04T07:00:00Z");
	assert_int_equal(WEEK("2026-10-21T07:00:00Z")->reported.source, LIMIT_NONE);
}

static void windows_read__takes_a_report_without_a_reset_for_the_window_of_its_time(void **state)
{
	(void)state;
	report(WINDOW_FIVE_HOUR, 300, NULL, "2026-11-23T12:00:00Z");
	assert_int_equal(FIVE_HOUR("2026-11-23T12:15:00Z")->reported.permille, 300);
	assert_int_equal(FIVE_HOUR("2026-11-23T12:15:01Z")->reported.source, LIMIT_NONE);
	use("2026-11-23T11:30:00Z", 1, 0);
	assert_int_equal(FIVE_HOUR("2026-11-23T15:59:59Z")->reported.permille, 300);
	use("2026-11-23T16:30:00Z", 1, 0);
	assert_int_equal(FIVE_HOUR("2026-11-23T16:30:00Z")->reported.source, LIMIT_NONE);
}

static void windows_read__does_not_believe_a_reset_beyond_the_next_window(void **state)
{
	(void)state;
	report(WINDOW_FIVE_HOUR, 0, "2026-11-23T17:10:00Z", "2026-11-23T12:00:00Z");
	assert_span(FIVE_HOUR("2026-11-23T12:00:00Z"), WINDOW_REPORTED, "2026-11-23T12:00:00Z",
		"2026-11-23T17:10:00Z");
	assert_int_equal(FIVE_HOUR("2026-11-23T11:59:59.999Z")->origin, WINDOW_NOT_OPEN);
}

/* --- choosing ------------------------------------------------------------------------------- */

static const struct window_state *tightest(struct windows *w, enum limit_unit unit, const char *now)
{
	*w = look(now);
	return windows_tightest(w, unit);
}

static void windows_tightest__is_the_week_only_when_more_of_it_is_used(void **state)
{
	struct plan plan = *plan_find("custom");
	struct windows w;

	(void)state;
	input.plan = &plan;
	assert_null(tightest(&w, LIMIT_MESSAGES, "2026-11-24T12:30:00Z"));
	plan_set_limit(&plan, WINDOW_FIVE_HOUR, LIMIT_MESSAGES, 10);
	plan_set_limit(&plan, WINDOW_WEEKLY, LIMIT_MESSAGES, 20);
	use("2026-11-23T12:00:00Z", 0, 0);
	use("2026-11-24T12:00:00Z", 0, 0);
	assert_ptr_equal(tightest(&w, LIMIT_MESSAGES, "2026-11-24T12:30:00Z"), &w.of[0]);
	plan_set_limit(&plan, WINDOW_WEEKLY, LIMIT_MESSAGES, 19);
	assert_ptr_equal(tightest(&w, LIMIT_MESSAGES, "2026-11-24T12:30:00Z"), &w.of[1]);
	assert_null(tightest(&w, LIMIT_TOKENS, "2026-11-24T12:30:00Z"));
}

static void windows_tightest__leaves_assumptions_out_beside_a_report(void **state)
{
	struct plan plan = *plan_find("pro");
	struct windows w;

	(void)state;
	input.plan = &plan;
	use("2026-11-24T12:00:00Z", 90000, 0);
	report(WINDOW_WEEKLY, 10, "2026-11-27T09:00:00Z", "2026-11-24T12:30:00Z");
	assert_ptr_equal(tightest(&w, LIMIT_TOKENS, "2026-11-24T12:30:00Z"), &w.of[1]);
	plan_set_limit(&plan, WINDOW_FIVE_HOUR, LIMIT_TOKENS, 100000);
	assert_ptr_equal(tightest(&w, LIMIT_TOKENS, "2026-11-24T12:30:00Z"), &w.of[0]);
	report(WINDOW_FIVE_HOUR, 10, "2026-11-24T16:00:00Z", "2026-11-24T12:30:00Z");
	assert_ptr_equal(tightest(&w, LIMIT_TOKENS, "2026-11-24T12:30:00Z"), &w.of[0]);
}

static void windows_since__reaches_a_day_before_the_week(void **state)
{
	(void)state;
	input.now = at("2026-11-23T00:30:00Z");
	assert_int_equal(windows_since(&input).ms, at("2026-11-22T00:00:00Z").ms);
	report(WINDOW_WEEKLY, 10, "2026-11-27T09:00:00Z", "2026-11-22T12:30:00Z");
	assert_int_equal(windows_since(&input).ms, at("2026-11-19T09:00:00Z").ms);
}

static void windows_sort__puts_the_oldest_first(void **state)
{
	(void)state;
	use("2026-11-23T12:00:00Z", 3, 0);
	use("2026-11-23T10:00:00Z", 1, 0);
	use("2026-11-23T11:00:00Z", 2, 0);
	windows_sort(events, input.count);
	for (int i = 0; i < 3; i++)
		assert_int_equal(events[i].usage.input, i + 1);
	windows_sort(NULL, 0);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(windows_read__believes_a_report_over_everything_else),
		TEST(windows_read__marks_a_report_stale_after_a_quarter_of_an_hour),
		TEST(windows_read__forgets_a_report_when_its_window_ends),
		TEST(windows_read__continues_a_reported_week_every_seven_days),
		TEST(windows_read__takes_a_report_without_a_reset_for_the_window_of_its_time),
		TEST(windows_read__does_not_believe_a_reset_beyond_the_next_window),
		TEST(windows_tightest__is_the_week_only_when_more_of_it_is_used),
		TEST(windows_tightest__leaves_assumptions_out_beside_a_report),
		TEST(windows_since__reaches_a_day_before_the_week),
		TEST(windows_sort__puts_the_oldest_first),
	};
	return cmocka_run_group_tests_name("window_report", tests, NULL, NULL);
}
