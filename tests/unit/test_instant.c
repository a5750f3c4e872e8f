/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <time.h>

#include "base/instant.h"

static void set_zone(const char *zone)
{
	assert_int_equal(setenv("TZ", zone, 1), 0);
	tzset();
}

static void instant_parse__accepts_exactly_rfc_3339(void **state)
{
	static const struct {
		const char *text;
		int64_t ms; /* -1: refused */
	} cases[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "2026-01-02T03:04:05.678Z", INT64_C(1767323045678) },
		{ "2026-01-02T08:34:05+05:30", INT64_C(1767323045000) },
		{ "2026-01-02 03:04:05Z", INT64_C(1767323045000) },
		{ "2026-01-02T03:04:05.1234567Z", INT64_C(1767323045123) },
		{ "2024-02-29T00:00:00Z", INT64_C(1709164800000) },
		{ "2016-12-31T23:59:60Z", INT64_C(1483228799000) },
		{ "9999-12-31T23:59:59Z", INT64_C(253402300799000) },
		{ "2026-02-29T00:00:00Z", -1 },
		{ "2026-02-31T00:00:00Z", -1 },
		{ "2026-13-01T00:00:00Z", -1 },
		{ "2026-01-02T24:00:00Z", -1 },
		{ "2026-01-02T03:04:05", -1 },
		{ "2026-01-02T03:04:05.Z", -1 },
		{ "2026-01-02T03:04:05+05:30x", -1 },
		{ "2026-01-02T03:04:05+0530", -1 },
		{ "2026-1-2T03:04:05Z", -1 },
		{ "1969-12-31T23:59:59Z", -1 },
		{ "1970-01-01T00:00:00+01:00", -1 },
		{ "", -1 },
		{ "now", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct instant t = { -1 };

		(void)instant_parse(&t, cases[i].text);
		if (t.ms != cases[i].ms)
			fail_msg("'%s' gave %lld", cases[i].text, (long long)t.ms);
	}
}

static void instant_parse_naive__reads_local_time_or_utc(void **state)
{
	struct instant t;

	(void)state;
	set_zone("Europe/Berlin");
	assert_true(instant_parse_naive(&t, "2026-07-01T12:00:00.500000", false));
	assert_true(t.ms == INT64_C(1782900000500));
	assert_true(instant_parse_naive(&t, "2026-07-01T12:00:00.500000", true));
	assert_true(t.ms == INT64_C(1782907200500));
	assert_true(instant_parse_naive(&t, "2026-07-01T12:00:00Z", false));
	assert_true(t.ms == INT64_C(1782907200000));
	assert_false(instant_parse_naive(&t, "2026-07-01", true));
	set_zone("UTC");
}

static void instant_format__is_read_back(void **state)
{
	static const int64_t times[] = { 0, 1, 999, 1000, INT64_C(1767323045678),
		INT64_C(1709164800000), INT64_C(253402300799999) };

	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		char text[INSTANT_TEXT];
		struct instant t;

		instant_format(text, (struct instant){ times[i] });
		assert_true(instant_parse(&t, text));
		assert_true(t.ms == times[i]);
	}
}

static void instant_format__shows_milliseconds_only_when_there_are_any(void **state)
{
	char text[INSTANT_TEXT];

	(void)state;
	instant_format(text, (struct instant){ INT64_C(1767323045678) });
	assert_string_equal(text, "2026-01-02T03:04:05.678Z");
	instant_format(text, (struct instant){ INT64_C(1767323045000) });
	assert_string_equal(text, "2026-01-02T03:04:05Z");
	instant_format_stamp(text, (struct instant){ INT64_C(1767323045678) });
	assert_string_equal(text, "20260102_030405");
}

static void instant_local_day__is_the_authors_day(void **state)
{
	struct instant t = { INT64_C(1767310200000) }; /* 2026-01-01 23:30 UTC */
	char text[DAY_TEXT];

	(void)state;
	set_zone("Asia/Tokyo");
	day_format(text, instant_local_day(t));
	assert_string_equal(text, "2026-01-02");
	set_zone("America/New_York");
	day_format(text, instant_local_day(t));
	assert_string_equal(text, "2026-01-01");
	set_zone("UTC");
	day_format(text, instant_utc_day(t));
	assert_string_equal(text, "2026-01-01");
}

static void day_parse__accepts_exactly_a_real_day(void **state)
{
	static const char *const invalid[] = { "", "2026-02-29", "2026-00-01", "2026-1-1",
		"2026-01-01x", "26-01-01", "2026/01/01", "1969-12-31" };
	struct day day;
	char text[DAY_TEXT];

	(void)state;
	for (int32_t n = 0; n < 40000; n += 13) {
		day_format(text, (struct day){ n });
		assert_true(day_parse(&day, text));
		assert_int_equal(day.number, n);
	}
	for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++)
		assert_false(day_parse(&day, invalid[i]));
}

static void day_noon__falls_on_that_day_in_every_zone(void **state)
{
	static const char *const zones[] = { "UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago",
		"Europe/London" };

	(void)state;
	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
		set_zone(zones[i]);
		for (int32_t n = 20000; n < 20400; n++)
			assert_int_equal(instant_local_day(day_noon((struct day){ n })).number, n);
	}
	set_zone("UTC");
}

static void assert_moment(const char *day_text, int minute, const char *expected)
{
	char text[INSTANT_TEXT];
	struct day day;

	assert_true(day_parse(&day, day_text));
	instant_format(text, day_moment(day, minute));
	assert_string_equal(text, expected);
}

static void day_moment__is_that_minute_in_the_local_zone(void **state)
{
	(void)state;
	set_zone("UTC");
	assert_moment("2026-11-23", 0, "2026-11-23T00:00:00Z");
	assert_moment("2026-11-23", 1439, "2026-11-23T23:59:00Z");
	set_zone("Asia/Kolkata");
	assert_moment("2027-01-01", 0, "2026-12-31T18:30:00Z");
	set_zone("Pacific/Kiritimati");
	assert_moment("2026-11-23", 0, "2026-11-22T10:00:00Z");
	set_zone("America/New_York");
	assert_moment("2026-11-23", 540, "2026-11-23T14:00:00Z");
	set_zone("UTC");
}

static void day_moment__knows_the_days_on_which_clocks_change(void **state)
{
	(void)state;
	set_zone("Europe/Berlin");
	assert_moment("2026-03-29", 0, "2026-03-28T23:00:00Z");
	assert_moment("2026-03-29", 150, "2026-03-29T01:30:00Z"); /* 02:30 does not exist */
	assert_moment("2026-03-30", 0, "2026-03-29T22:00:00Z");
	assert_moment("2026-10-25", 150, "2026-10-25T00:30:00Z"); /* 02:30, the first */
	assert_moment("2026-10-26", 0, "2026-10-25T23:00:00Z");
	set_zone("America/Sao_Paulo");
	assert_moment("2018-11-04", 0, "2018-11-04T03:00:00Z"); /* no midnight */
	assert_moment("2018-11-05", 0, "2018-11-05T02:00:00Z");
	set_zone("America/Havana");
	assert_moment("2026-11-01", 30, "2026-11-01T04:30:00Z"); /* 00:30 twice */
	set_zone("Pacific/Apia");
	assert_moment("2011-12-30", 0, "2011-12-30T10:00:00Z"); /* a day left out */
	set_zone("UTC");
}

static void day_weekday__counts_from_monday(void **state)
{
	struct day day;

	(void)state;
	assert_true(day_parse(&day, "2026-11-23"));
	for (int i = 0; i < 7; i++)
		assert_int_equal(day_weekday((struct day){ day.number + i }), i);
	assert_int_equal(day_weekday((struct day){ -1 }), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instant_parse__accepts_exactly_rfc_3339),
		cmocka_unit_test(instant_parse_naive__reads_local_time_or_utc),
		cmocka_unit_test(instant_format__is_read_back),
		cmocka_unit_test(instant_format__shows_milliseconds_only_when_there_are_any),
		cmocka_unit_test(instant_local_day__is_the_authors_day),
		cmocka_unit_test(day_parse__accepts_exactly_a_real_day),
		cmocka_unit_test(day_noon__falls_on_that_day_in_every_zone),
		cmocka_unit_test(day_moment__is_that_minute_in_the_local_zone),
		cmocka_unit_test(day_moment__knows_the_days_on_which_clocks_change),
		cmocka_unit_test(day_weekday__counts_from_monday),
	};
	return cmocka_run_group_tests_name("instant", tests, NULL, NULL);
}
