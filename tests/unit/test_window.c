/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "window_world.h"

/* --- five hours --------------------------------------------------------------------- */

static void windows_read__opens_at_the_hour_of_the_first_event(void **state)
{
	(void)state;
	use("2026-11-23T11:55:59.999Z", 1, 2);
	use("2026-11-23T13:00:00Z", 10, 20);
	assert_span(FIVE_HOUR("2026-11-23T14:00:00Z"), WINDOW_FIRST_EVENT, "2026-11-23T11:00:00Z",
		"2026-11-23T16:00:00Z");
	assert_int_equal(FIVE_HOUR("2026-11-23T14:00:00Z")->used.tokens, 33);
}

static void windows_read__opens_at_an_hour_of_utc_whatever_the_zone(void **state)
{
	(void)state;
	set_zone("Asia/Kolkata");
	use("2026-11-23T11:10:00Z", 1, 2);
	assert_span(FIVE_HOUR("2026-11-23T12:00:00Z"), WINDOW_FIRST_EVENT, "2026-11-23T11:00:00Z",
		"2026-11-23T16:00:00Z");
}

static void windows_read__ends_to_the_millisecond(void **state)
{
	(void)state;
	use("2026-11-23T11:00:00Z", 5, 5);
	assert_int_equal(FIVE_HOUR("2026-11-23T15:59:59.999Z")->used.tokens, 10);
	assert_int_equal(FIVE_HOUR("2026-11-23T16:00:00Z")->used.tokens, 0);
	assert_span(FIVE_HOUR("2026-11-23T16:00:00.001Z"), WINDOW_NOT_OPEN,
		"2026-11-23T16:00:00.001Z", "2026-11-23T21:00:00.001Z");
}

static void windows_read__counts_the_last_millisecond_in_and_the_end_out(void **state)
{
	(void)state;
	use("2026-11-23T11:00:00Z", 1, 0);
	use("2026-11-23T15:59:59.999Z", 10, 0);
	assert_int_equal(FIVE_HOUR("2026-11-23T15:59:59.999Z")->used.tokens, 11);
	use("2026-11-23T16:00:00Z", 100, 0);
	assert_int_equal(FIVE_HOUR("2026-11-23T16:00:00Z")->used.tokens, 100);
	assert_span(FIVE_HOUR("2026-11-23T16:00:00Z"), WINDOW_FIRST_EVENT, "2026-11-23T16:00:00Z",
		"2026-11-23T21:00:00Z");
}

/* An earlier tracker zeroed the window together with what had just been added. */
static void windows_read__keeps_an_add_after_expiry(void **state)
{
	(void)state;
	use("2026-11-23T08:10:00Z", 40000, 2000);
	use("2026-11-23T13:44:00Z", 850, 1200);
	assert_int_equal(FIVE_HOUR("2026-11-23T13:45:00Z")->used.tokens, 2050);
	assert_span(FIVE_HOUR("2026-11-23T13:45:00Z"), WINDOW_FIRST_EVENT, "2026-11-23T13:00:00Z",
		"2026-11-23T18:00:00Z");
}

static void windows_read__does_not_depend_on_when_somebody_looks(void **state)
{
	(void)state;
	use("2026-11-23T08:10:00Z", 1, 0);
	use("2026-11-23T12:59:00Z", 10, 0);
	(void)look("2026-11-23T13:30:00Z");
	use("2026-11-23T14:10:00Z", 100, 0);
	assert_span(FIVE_HOUR("2026-11-23T18:00:00Z"), WINDOW_FIRST_EVENT, "2026-11-23T14:00:00Z",
		"2026-11-23T19:00:00Z");
	assert_int_equal(FIVE_HOUR("2026-11-23T18:00:00Z")->used.tokens, 100);
}

static void windows_read__passes_midnight_and_the_end_of_a_year(void **state)
{
	(void)state;
	set_zone("Europe/Berlin");
	use("2026-12-31T22:30:00Z", 7, 0); /* Thursday */
	use("2027-01-01T01:30:00Z", 8, 0);
	assert_span(FIVE_HOUR("2027-01-01T02:00:00Z"), WINDOW_FIRST_EVENT, "2026-12-31T22:00:00Z",
		"2027-01-01T03:00:00Z");
	assert_int_equal(FIVE_HOUR("2027-01-01T02:00:00Z")->used.tokens, 15);
	assert_span(WEEK("2027-01-01T02:00:00Z"), WINDOW_CALENDAR, "2026-12-27T23:00:00Z",
		"2027-01-03T23:00:00Z");
	assert_int_equal(WEEK("2027-01-01T02:00:00Z")->used.tokens, 15);
}

static void windows_read__is_empty_without_events(void **state)
{
	(void)state;
	assert_span(FIVE_HOUR("2026-11-23T12:34:56Z"), WINDOW_NOT_OPEN, "2026-11-23T12:34:56Z",
		"2026-11-23T17:34:56Z");
	assert_int_equal(FIVE_HOUR("2026-11-23T12:34:56Z")->limits[LIMIT_TOKENS].remaining, 100000);
}

/* --- the week ------------------------------------------------------------------------- */

static void windows_read__takes_the_calendar_week_of_the_local_zone(void **state)
{
	(void)state;
	set_zone("Europe/Berlin");
	/* S4's own figures: Monday 2025-10-06, local midnight, in summer time. */
	assert_span(WEEK("2025-10-07T12:00:00Z"), WINDOW_CALENDAR, "2025-10-05T22:00:00Z",
		"2025-10-12T22:00:00Z");
	/* A Monday belongs to the week that it begins. */
	assert_span(WEEK("2025-10-05T22:00:00Z"), WINDOW_CALENDAR, "2025-10-05T22:00:00Z",
		"2025-10-12T22:00:00Z");
	assert_span(WEEK("2025-10-05T21:59:59.999Z"), WINDOW_CALENDAR, "2025-09-28T22:00:00Z",
		"2025-10-05T22:00:00Z");
}

static void windows_read__has_shorter_and_longer_weeks_where_clocks_change(void **state)
{
	struct window_state w;

	(void)state;
	set_zone("Europe/Berlin");
	w = *WEEK("2026-03-28T12:00:00Z");
	assert_span(&w, WINDOW_CALENDAR, "2026-03-22T23:00:00Z", "2026-03-29T22:00:00Z");
	assert_int_equal((w.end.ms - w.start.ms) / 1000, 601200);
	w = *WEEK("2026-10-25T12:00:00Z");
	assert_span(&w, WINDOW_CALENDAR, "2026-10-18T22:00:00Z", "2026-10-25T23:00:00Z");
	assert_int_equal((w.end.ms - w.start.ms) / 1000, 608400);
}

static void windows_read__counts_events_of_the_week_to_the_millisecond(void **state)
{
	(void)state;
	set_zone("America/New_York");
	use("2026-11-02T04:59:59.999Z", 1, 0);
	use("2026-11-02T05:00:00Z", 10, 0); /* Monday; clocks went back on Sunday */
	use("2026-11-09T04:59:59.999Z", 100, 0);
	assert_int_equal(WEEK("2026-11-09T04:59:59.999Z")->used.tokens, 110);
	use("2026-11-09T05:00:00Z", 1000, 0);
	assert_int_equal(WEEK("2026-11-09T05:00:00Z")->used.tokens, 1000);
}

static void windows_read__begins_the_week_where_the_plan_says(void **state)
{
	struct plan plan = *plan_find("custom");

	(void)state;
	set_zone("Europe/Berlin");
	plan.week = (struct week_begin){ .weekday = 3, .minute = 540 };
	input.plan = &plan;
	assert_span(WEEK("2026-11-26T07:59:59Z"), WINDOW_CALENDAR, "2026-11-19T08:00:00Z",
		"2026-11-26T08:00:00Z");
	assert_span(WEEK("2026-11-26T08:00:00Z"), WINDOW_CALENDAR, "2026-11-26T08:00:00Z",
		"2026-12-03T08:00:00Z");
}

/* --- resets by the user, clocks, counts --------------------------------------------------- */

static void windows_read__begins_anew_after_a_reset(void **state)
{
	(void)state;
	use("2026-11-23T11:30:00Z", 1, 0);
	use("2026-11-23T12:29:59.999Z", 10, 0);
	reset(WINDOW_FIVE_HOUR, "2026-11-23T12:30:00Z");
	assert_int_equal(FIVE_HOUR("2026-11-23T12:30:00Z")->origin, WINDOW_NOT_OPEN);
	use("2026-11-23T12:30:00Z", 100, 0);
	assert_span(FIVE_HOUR("2026-11-23T12:40:00Z"), WINDOW_FIRST_EVENT, "2026-11-23T12:30:00Z",
		"2026-11-23T17:30:00Z");
	assert_int_equal(FIVE_HOUR("2026-11-23T12:40:00Z")->used.tokens, 100);
	assert_int_equal(WEEK("2026-11-23T12:40:00Z")->used.tokens, 111);
}

static void windows_read__keeps_the_bounds_of_a_week_that_was_reset(void **state)
{
	struct window_state w;

	(void)state;
	use("2026-11-24T11:30:00Z", 1, 0);
	use("2026-11-24T13:30:00Z", 10, 0);
	reset(WINDOW_WEEKLY, "2026-11-24T13:00:00Z");
	reset(WINDOW_WEEKLY, "2026-11-24T12:00:00Z");
	reset(WINDOW_WEEKLY, "2026-11-24T23:00:00Z"); /* not yet */
	w = *WEEK("2026-11-24T14:00:00Z");
	assert_span(&w, WINDOW_CALENDAR, "2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z");
	assert_int_equal(w.counted_from.ms, at("2026-11-24T13:00:00Z").ms);
	assert_int_equal(w.used.tokens, 10);
}

static void windows_read__takes_events_of_a_clock_that_is_ahead_as_of_now(void **state)
{
	struct windows w;

	(void)state;
	use("2026-11-23T12:10:00Z", 1, 0);
	use("2026-11-23T12:10:00.001Z", 10, 0);
	w = look("2026-11-23T12:00:00Z");
	assert_int_equal(w.of[WINDOW_FIVE_HOUR].used.tokens, 1);
	assert_int_equal(w.of[WINDOW_WEEKLY].used.tokens, 1);
	assert_int_equal(w.ahead, 1);
}

static void windows_read__counts_by_kind_and_leaves_cache_out_of_the_budget(void **state)
{
	struct window_state w;

	(void)state;
	use("2026-11-23T12:00:00Z", 0, 0)->usage =
		(struct usage){ 1, 20, 300, 4000, 50000, 600000 };
	events[0].requests = 2;
	events[0].messages = 0;
	use("2026-11-23T12:00:01Z", 5, 0)->kind = ENTRY_MANUAL;
	use("2026-11-23T12:00:02Z", 6, 0)->kind = ENTRY_ESTIMATED;
	use("2026-11-23T12:00:03Z", 7, 0)->kind = ENTRY_AUXILIARY;
	use("2026-11-23T12:00:04Z", 54161, 0)->kind = ENTRY_CONTEXT_READING;
	w = *FIVE_HOUR("2026-11-23T12:30:00Z");
	assert_int_equal(w.used.usage.cache_write_1h, 50000);
	assert_int_equal(w.used.tokens, 654321 + 18);
	assert_int_equal(w.used.budget_tokens, 600021 + 18);
	assert_int_equal(w.used.manual_tokens, 5);
	assert_int_equal(w.used.estimated_tokens, 6);
	assert_int_equal(w.used.auxiliary_tokens, 7);
	assert_int_equal(w.used.events, 4);
	assert_int_equal(w.used.requests, 5);
	assert_int_equal(w.used.messages, 3);
}

static void windows_read__stays_at_the_top_when_counts_overflow(void **state)
{
	struct window_state w;

	(void)state;
	use("2026-11-23T12:00:00Z", INT64_MAX, INT64_MAX);
	use("2026-11-23T12:00:01Z", INT64_MAX, 1);
	w = *FIVE_HOUR("2026-11-23T12:30:00Z");
	assert_true(w.used.tokens == INT64_MAX);
	assert_true(w.used.usage.input == INT64_MAX);
	assert_true(w.limits[LIMIT_TOKENS].remaining == 100000 - INT64_MAX);
	assert_true(w.limits[LIMIT_TOKENS].permille == INT64_MAX / 100);
}

/* --- by server ------------------------------------------------------------------------ */

static void window_by_server__has_every_server_once_and_the_most_first(void **state)
{
	_cleanup_(window_servers_release) struct window_servers servers = { 0 };
	struct windows w;

	(void)state;
	use("2026-11-23T05:00:00Z", 999, 0)->server = "OLD";
	use("2026-11-23T12:00:00Z", 10, 0)->server = "MAIN";
	use("2026-11-23T12:01:00Z", 15, 0)->server = "LXC115";
	use("2026-11-23T12:02:00Z", 5, 0)->server = "MAIN";
	use("2026-11-23T12:03:00Z", 20, 0);
	use("2026-11-23T12:04:00Z", 70, 0)->kind = ENTRY_CONTEXT_READING;
	use("2026-11-23T12:35:00Z", 1, 0)->server = "MAIN"; /* its clock is ahead */
	use("2026-11-23T19:00:00Z", 5, 0)->server = "FUTURE";
	w = look("2026-11-23T12:30:00Z");
	window_by_server(&servers, &input, &w.of[WINDOW_FIVE_HOUR]);
	assert_int_equal(servers.count, 3);
	assert_string_equal(servers.items[0].name, "");
	assert_string_equal(servers.items[1].name, "MAIN");
	assert_int_equal(servers.items[1].used.tokens, 16);
	assert_int_equal(servers.items[1].used.messages, 3);
	assert_int_equal(servers.items[1].last.ms, w.now.ms);
	assert_string_equal(servers.items[2].name, "LXC115");
	assert_int_equal(servers.items[2].last.ms, at("2026-11-23T12:01:00Z").ms);
}

static void window_by_server__is_empty_without_events(void **state)
{
	_cleanup_(window_servers_release) struct window_servers servers = { 0 };
	struct windows w = look("2026-11-23T12:30:00Z");

	(void)state;
	window_by_server(&servers, &input, &w.of[WINDOW_WEEKLY]);
	assert_int_equal(servers.count, 0);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(windows_read__opens_at_the_hour_of_the_first_event),
		TEST(windows_read__opens_at_an_hour_of_utc_whatever_the_zone),
		TEST(windows_read__ends_to_the_millisecond),
		TEST(windows_read__counts_the_last_millisecond_in_and_the_end_out),
		TEST(windows_read__keeps_an_add_after_expiry),
		TEST(windows_read__does_not_depend_on_when_somebody_looks),
		TEST(windows_read__passes_midnight_and_the_end_of_a_year),
		TEST(windows_read__is_empty_without_events),
		TEST(windows_read__takes_the_calendar_week_of_the_local_zone),
		TEST(windows_read__has_shorter_and_longer_weeks_where_clocks_change),
		TEST(windows_read__counts_events_of_the_week_to_the_millisecond),
		TEST(windows_read__begins_the_week_where_the_plan_says),
		TEST(windows_read__begins_anew_after_a_reset),
		TEST(windows_read__keeps_the_bounds_of_a_week_that_was_reset),
		TEST(windows_read__takes_events_of_a_clock_that_is_ahead_as_of_now),
		TEST(windows_read__counts_by_kind_and_leaves_cache_out_of_the_budget),
		TEST(windows_read__stays_at_the_top_when_counts_overflow),
		TEST(window_by_server__has_every_server_once_and_the_most_first),
		TEST(window_by_server__is_empty_without_events),
	};
	return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
