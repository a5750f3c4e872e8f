/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "report/window_line.h"
#include "window_world.h"

/* Every line that the earlier trackers documented, and what they left open. */

static const char monday[] = "2026-11-23T12:00:00Z";

static void assert_line(const char *now, enum window_style style, const char *expected)
{
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;
	struct windows w = look(now);

	report_window_line(&line, &w, style, REPORT_UTF8);
	assert_string_equal(line.buf, expected);
}

static void assert_ascii(const char *now, enum window_style style, const char *expected)
{
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;
	struct windows w = look(now);

	report_window_line(&line, &w, style, REPORT_ASCII);
	assert_string_equal(line.buf, expected);
}

/* A custom plan with one limit. */
static void limit(enum window_kind kind, enum limit_unit unit, int64_t amount)
{
	static struct plan plan;

	if (input.plan != &plan)
		plan = *plan_find("custom");
	plan_set_limit(&plan, kind, unit, amount);
	input.plan = &plan;
}

/* So much was used at 12:00. */
static void used(int64_t tokens, int64_t messages)
{
	input.count = 0;
	use(monday, tokens, 0)->messages = messages;
}

static void line_tokens__is_as_documented(void **state)
{
	(void)state;
	used(12050, 1);
	assert_line("2026-11-23T13:15:00Z", WINDOW_TOKENS, "🟢 87k (3h45m)");
	use("2026-11-23T13:16:00Z", 850, 1200);
	assert_line("2026-11-23T13:16:00Z", WINDOW_TOKENS, "🟢 85k (3h44m)");
	assert_line("2026-11-23T12:34:00Z", WINDOW_TOKENS, "🟢 87k (4h26m)");
}

static void line_tokens__without_data_has_everything_left(void **state)
{
	(void)state;
	assert_line(monday, WINDOW_TOKENS, "🟢 100k (5h0m)");
	used(12050, 1);
	assert_line("2026-11-23T17:00:00Z", WINDOW_TOKENS, "🟢 100k (5h0m)");
}

static void line_tokens__rounds_down_and_stops_at_0k(void **state)
{
	(void)state;
	used(99000, 1);
	assert_line(monday, WINDOW_TOKENS, "🔴 1k (5h0m)");
	used(99001, 1);
	assert_line(monday, WINDOW_TOKENS, "🔴 0k (5h0m)");
	used(100000, 1);
	assert_line(monday, WINDOW_TOKENS, "🔴 0k (5h0m)");
	used(250000, 1);
	assert_line("2026-11-23T16:59:59.999Z", WINDOW_TOKENS, "🔴 0k (0m)");
}

static void line_tokens__has_icons_by_the_exact_share_used(void **state)
{
	static const struct {
		int64_t used;
		const char *line;
	} cases[] = {
		{ 60000, "🟢 40k (5h0m)" },
		{ 60001, "🟡 39k (5h0m)" },
		{ 61000, "🟡 39k (5h0m)" },
		{ 80000, "🟡 20k (5h0m)" },
		{ 80001, "🔴 19k (5h0m)" },
		{ 81000, "🔴 19k (5h0m)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		used(cases[i].used, 1);
		assert_line(monday, WINDOW_TOKENS, cases[i].line);
	}
}

static void line_tokens__shows_minutes_alone_below_an_hour(void **state)
{
	(void)state;
	used(12050, 1);
	assert_line("2026-11-23T16:00:00Z", WINDOW_TOKENS, "🟢 87k (1h0m)");
	assert_line("2026-11-23T16:00:00.001Z", WINDOW_TOKENS, "🟢 87k (59m)");
	assert_line("2026-11-23T16:52:00Z", WINDOW_TOKENS, "🟢 87k (8m)");
}

static void line_messages__is_as_documented(void **state)
{
	(void)state;
	used(13000, 1);
	assert_line("2026-11-23T12:26:00Z", WINDOW_MESSAGES, "🟢 44msg (4h34m)");
	used(13000, 2);
	assert_line("2026-11-23T12:30:00Z", WINDOW_MESSAGES, "🟢 43msg (4h30m)");
	used(13000, 11);
	assert_line("2026-11-23T12:28:00Z", WINDOW_MESSAGES, "🟢 34msg (4h32m)");
}

static void line_messages__without_data_has_everything_left(void **state)
{
	(void)state;
	assert_line(monday, WINDOW_MESSAGES, "🟢 45msg (5h)");
	input.plan = plan_find("max");
	assert_line(monday, WINDOW_MESSAGES, "🟢 225msg (5h)");
	input.plan = plan_find("max20x");
	assert_line(monday, WINDOW_MESSAGES, "🟢 900msg (5h)");
}

static void line_messages__says_limit_when_none_remains(void **state)
{
	(void)state;
	used(0, 44);
	assert_line("2026-11-23T13:48:00Z", WINDOW_MESSAGES, "🔴 1msg (3h12m)");
	used(0, 45);
	assert_line("2026-11-23T13:48:00Z", WINDOW_MESSAGES, "🔴 LIMIT (3h12m)");
	used(0, 46);
	assert_line("2026-11-23T16:48:00Z", WINDOW_MESSAGES, "🔴 LIMIT (12m)");
}

static void line_messages__shows_the_week_when_more_of_it_is_used(void **state)
{
	(void)state;
	input.plan = plan_find("pro");
	use("2026-11-23T01:00:00Z", 0, 0)->messages = 1000;
	use("2026-11-25T10:00:00Z", 0, 0)->messages = 1;
	assert_line("2026-11-25T10:30:00Z", WINDOW_MESSAGES, "🟡 439msg (4d13h)");
	assert_line("2026-11-29T00:00:00Z", WINDOW_MESSAGES, "🟡 439msg (1d0h)");
	assert_line("2026-11-29T00:00:00.001Z", WINDOW_MESSAGES, "🟡 439msg (23h59m)");
	events[0].messages = 1439;
	assert_line("2026-11-25T10:30:00Z", WINDOW_MESSAGES, "🔴 LIMIT (4d13h)");
}

static void line_percent__is_as_documented(void **state)
{
	(void)state;
	report(WINDOW_FIVE_HOUR, 374, "2026-11-23T16:00:00Z", monday);
	report(WINDOW_WEEKLY, 741, "2026-11-27T16:00:00Z", monday);
	assert_line(monday, WINDOW_PERCENT, "🟢5h:37.4% 🟢W:74.1%");
	assert_ascii(monday, WINDOW_PERCENT, "[ok] 5h:37.4% [ok] W:74.1%");
}

static void line_percent__has_its_own_icons(void **state)
{
	(void)state;
	report(WINDOW_FIVE_HOUR, 750, "2026-11-23T16:00:00Z", monday);
	report(WINDOW_WEEKLY, 751, "2026-11-27T16:00:00Z", monday);
	assert_line(monday, WINDOW_PERCENT, "🟢5h:75.0% 🟡W:75.1%");
	report(WINDOW_FIVE_HOUR, 900, "2026-11-23T16:00:00Z", monday);
	report(WINDOW_WEEKLY, 901, "2026-11-27T16:00:00Z", monday);
	assert_line(monday, WINDOW_PERCENT, "🟡5h:90.0% 🔴W:90.1%");
}

static void line_percent__shows_what_is_known(void **state)
{
	(void)state;
	input.plan = NULL;
	used(12050, 1);
	assert_line(monday, WINDOW_PERCENT, "⚪ 12k used (5h0m)");
	report(WINDOW_WEEKLY, 10, "2026-11-27T16:00:00Z", monday);
	assert_line(monday, WINDOW_PERCENT, "🟢W:1.0%");
	memset(input.reports, 0, sizeof input.reports);
	report(WINDOW_FIVE_HOUR, 1000, "2026-11-23T16:00:00Z", monday);
	assert_line(monday, WINDOW_PERCENT, "🔴5h:100.0%");
	memset(input.reports, 0, sizeof input.reports);
	input.plan = plan_find("pro");
	used(12050, 9);
	assert_line(monday, WINDOW_PERCENT, "🟢5h:20.0% 🟢W:0.6%");
}

static void line_s0__is_as_documented(void **state)
{
	(void)state;
	input.plan = plan_find("Max20");
	used(2300, 1);
	assert_line("2026-11-23T12:01:00Z", WINDOW_S0, "🟢 99.0% (217.7K) [4h59m]");
	assert_line("2026-11-23T16:01:00Z", WINDOW_S0, "🟢 99.0% (217.7K) [59m]");
}

static void line_s0__has_icons_by_what_remains_and_two_decimals_of_little(void **state)
{
	static const struct {
		int64_t used;
		const char *line;
	} cases[] = {
		{ 0, "🟢 100.0% (100.0K) [5h0m]" },
		{ 20000, "🟢 80.0% (80.0K) [5h0m]" },
		{ 20001, "🟡 80.0% (80.0K) [5h0m]" },
		{ 50000, "🟡 50.0% (50.0K) [5h0m]" },
		{ 50001, "🟠 50.0% (50.0K) [5h0m]" },
		{ 80000, "🟠 20.0% (20.0K) [5h0m]" },
		{ 80001, "🔴 20.0% (20.0K) [5h0m]" },
		{ 90000, "🔴 10.0% (10.0K) [5h0m]" },
		{ 90120, "🔴 9.88% (9.9K) [5h0m]" },
		{ 100000, "🔴 0.00% (0.0K) [5h0m]" },
		{ 170000, "🔴 0.00% (0.0K) [5h0m]" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		used(cases[i].used, 1);
		assert_line(monday, WINDOW_S0, cases[i].line);
	}
}

static void line__shows_a_reported_share_of_the_plans_figure(void **state)
{
	(void)state;
	used(12050, 1);
	report(WINDOW_FIVE_HOUR, 412, "2026-11-23T16:00:00Z", monday);
	assert_line(monday, WINDOW_TOKENS, "🟢 58k (4h0m)");
	assert_line(monday, WINDOW_MESSAGES, "🟢 27msg (4h0m)");
	assert_line(monday, WINDOW_S0, "🟡 58.8% (58.8K) [4h0m]");
	report(WINDOW_FIVE_HOUR, 999, "2026-11-23T16:00:00Z", monday);
	assert_line(monday, WINDOW_MESSAGES, "🔴 1msg (4h0m)");
	report(WINDOW_FIVE_HOUR, 1000, "2026-11-23T16:00:00Z", monday);
	assert_line(monday, WINDOW_MESSAGES, "🔴 LIMIT (4h0m)");
	assert_line(monday, WINDOW_TOKENS, "🔴 0k (4h0m)");
}

static void line__shows_the_share_where_the_plan_has_no_figure(void **state)
{
	(void)state;
	used(12050, 1);
	report(WINDOW_WEEKLY, 741, "2026-11-27T16:00:00Z", monday);
	assert_line(monday, WINDOW_TOKENS, "🟡 25.9% (4d4h)");
	assert_line(monday, WINDOW_S0, "🟠 25.9% [4d4h]");
	input.plan = NULL;
	assert_line(monday, WINDOW_MESSAGES, "🟡 25.9% (4d4h)");
}

static void line__marks_what_is_stale(void **state)
{
	(void)state;
	report(WINDOW_FIVE_HOUR, 412, "2026-11-23T16:00:00Z", "2026-11-23T11:00:00Z");
	assert_line(monday, WINDOW_TOKENS, "🟢 ~58k (4h0m)");
	assert_line(monday, WINDOW_MESSAGES, "🟢 ~27msg (4h0m)");
	assert_line(monday, WINDOW_S0, "🟡 ~58.8% (58.8K) [4h0m]");
	assert_line(monday, WINDOW_PERCENT, "🟢5h:~41.2% 🟢W:0.0%");
}

static void line__says_what_is_used_when_no_limit_is_known(void **state)
{
	(void)state;
	input.plan = plan_find("custom");
	used(12950, 3);
	assert_line("2026-11-23T12:15:00Z", WINDOW_TOKENS, "⚪ 12k used (4h45m)");
	assert_line("2026-11-23T12:15:00Z", WINDOW_MESSAGES, "⚪ 3msg used (4h45m)");
	assert_line("2026-11-23T12:15:00Z", WINDOW_S0, "⚪ 12k used (4h45m)");
	assert_ascii("2026-11-23T12:15:00Z", WINDOW_TOKENS, "[?] 12k used (4h45m)");
}

static void line__is_ascii_where_the_terminal_is(void **state)
{
	(void)state;
	limit(WINDOW_FIVE_HOUR, LIMIT_TOKENS, 100000);
	used(12050, 1);
	assert_ascii("2026-11-23T13:15:00Z", WINDOW_TOKENS, "[ok] 87k (3h45m)");
	used(70000, 1);
	assert_ascii(monday, WINDOW_TOKENS, "[watch] 30k (5h0m)");
	assert_ascii(monday, WINDOW_S0, "[low] 30.0% (30.0K) [5h0m]");
	limit(WINDOW_FIVE_HOUR, LIMIT_MESSAGES, 1);
	assert_ascii("2026-11-23T16:30:00Z", WINDOW_MESSAGES, "[stop] LIMIT (30m)");
}

static void line__survives_any_figures(void **state)
{
	(void)state;
	limit(WINDOW_FIVE_HOUR, LIMIT_TOKENS, INT64_MAX);
	assert_line(monday, WINDOW_TOKENS, "🟢 9223372036854775k (5h0m)");
	assert_line(monday, WINDOW_S0, "🟢 100.0% (9223372036854775.8K) [5h0m]");
	limit(WINDOW_FIVE_HOUR, LIMIT_TOKENS, 1);
	used(INT64_MAX, INT64_MAX);
	assert_line(monday, WINDOW_TOKENS, "🔴 0k (5h0m)");
	assert_line(monday, WINDOW_PERCENT, "🔴5h:922337203685477580.7%");
}

static void report_duration__is_whole_minutes_without_padding(void **state)
{
	static const struct {
		int64_t ms;
		bool days;
		const char *text;
	} cases[] = {
		{ -1, false, "0m" },
		{ 59999, false, "0m" },
		{ 60000, false, "1m" },
		{ 3599999, true, "59m" },
		{ 3600000, false, "1h0m" },
		{ 13500000, false, "3h45m" },
		{ 15960000, false, "4h26m" },
		{ 18000000, false, "5h0m" },
		{ 86399999, true, "23h59m" },
		{ 86400000, true, "1d0h" },
		{ 86400000, false, "24h0m" },
		{ 608400000, true, "7d1h" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

		report_duration(&text, cases[i].ms, cases[i].days);
		assert_string_equal(text.buf, cases[i].text);
	}
}

static void window_style_parse__knows_four(void **state)
{
	enum window_style style = WINDOW_S0;

	(void)state;
	assert_false(window_style_parse(&style, "token"));
	assert_false(window_style_parse(&style, ""));
	assert_int_equal(style, WINDOW_S0);
	assert_true(window_style_parse(&style, "tokens"));
	assert_int_equal(style, WINDOW_TOKENS);
	assert_true(window_style_parse(&style, "messages"));
	assert_int_equal(style, WINDOW_MESSAGES);
	assert_true(window_style_parse(&style, "percent"));
	assert_int_equal(style, WINDOW_PERCENT);
	assert_true(window_style_parse(&style, "s0"));
	assert_int_equal(style, WINDOW_S0);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(line_tokens__is_as_documented),
		TEST(line_tokens__without_data_has_everything_left),
		TEST(line_tokens__rounds_down_and_stops_at_0k),
		TEST(line_tokens__has_icons_by_the_exact_share_used),
		TEST(line_tokens__shows_minutes_alone_below_an_hour),
		TEST(line_messages__is_as_documented),
		TEST(line_messages__without_data_has_everything_left),
		TEST(line_messages__says_limit_when_none_remains),
		TEST(line_messages__shows_the_week_when_more_of_it_is_used),
		TEST(line_percent__is_as_documented),
		TEST(line_percent__has_its_own_icons),
		TEST(line_percent__shows_what_is_known),
		TEST(line_s0__is_as_documented),
		TEST(line_s0__has_icons_by_what_remains_and_two_decimals_of_little),
		TEST(line__shows_a_reported_share_of_the_plans_figure),
		TEST(line__shows_the_share_where_the_plan_has_no_figure),
		TEST(line__marks_what_is_stale),
		TEST(line__says_what_is_used_when_no_limit_is_known),
		TEST(line__is_ascii_where_the_terminal_is),
		TEST(line__survives_any_figures),
		TEST(report_duration__is_whole_minutes_without_padding),
		TEST(window_style_parse__knows_four),
	};
	return cmocka_run_group_tests_name("window_line", tests, NULL, NULL);
}
