/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "model/plan.h"

static int64_t amount(const char *name, enum window_kind kind, enum limit_unit unit)
{
	const struct plan *plan = plan_find(name);

	assert_non_null(plan);
	return plan->limits[kind][unit].amount;
}

static void plan_find__has_the_documented_figures(void **state)
{
	static const struct {
		const char *name;
		int64_t tokens, messages, weekly;
	} cases[] = {
		{ "pro", 100000, 45, 1440 },
		{ "max5x", 500000, 225, 5040 },
		{ "max20x", 220000, 900, 8640 },
		{ "custom", 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *name = cases[i].name;

		assert_int_equal(amount(name, WINDOW_FIVE_HOUR, LIMIT_TOKENS), cases[i].tokens);
		assert_int_equal(amount(name, WINDOW_FIVE_HOUR, LIMIT_MESSAGES), cases[i].messages);
		assert_int_equal(amount(name, WINDOW_WEEKLY, LIMIT_MESSAGES), cases[i].weekly);
		assert_int_equal(amount(name, WINDOW_WEEKLY, LIMIT_TOKENS), 0);
	}
}

static void plan_find__knows_older_names_and_other_spellings(void **state)
{
	static const char *const names[][2] = {
		{ "max", "max5x" },
		{ "Max5", "max5x" },
		{ "max_5x", "max5x" },
		{ "default_claude_max_5x", "max5x" },
		{ "Max20", "max20x" },
		{ "MAX 20x", "max20x" },
		{ "claude-max-20x", "max20x" },
		{ "default_claude_max_20x", "max20x" },
		{ "claude_pro", "pro" },
		{ "Pro", "pro" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		assert_string_equal(plan_find(names[i][0])->name, names[i][1]);
	assert_null(plan_find("max50"));
	assert_null(plan_find("claude"));
	assert_null(plan_find(""));
}

static void plan_at__lists_every_plan_once_with_each_figure_assumed_or_none(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; plan_at(i); i++) {
		const struct plan_limit *limits = plan_at(i)->limits[0];

		assert_ptr_equal(plan_find(plan_at(i)->name), plan_at(i));
		assert_ptr_equal(plan_find(plan_at(i)->title), plan_at(i));
		for (int k = 0; k < WINDOW_KINDS * LIMIT_UNITS; k++)
			assert_int_equal(
				limits[k].source, limits[k].amount ? LIMIT_ASSUMED : LIMIT_NONE);
	}
	assert_int_equal(i, 4);
	assert_string_equal(limit_source_names[LIMIT_NONE], "none");
	assert_string_equal(limit_source_names[LIMIT_ASSUMED], "assumed");
	assert_string_equal(limit_source_names[LIMIT_CONFIGURED], "configured");
	assert_string_equal(limit_source_names[LIMIT_REPORTED], "reported");
}

static void plan_set_limit__changes_one_figure_and_says_whose_it_is(void **state)
{
	struct plan plan = *plan_find("pro");

	(void)state;
	plan_set_limit(&plan, WINDOW_FIVE_HOUR, LIMIT_TOKENS, 120000);
	assert_int_equal(plan.limits[WINDOW_FIVE_HOUR][LIMIT_TOKENS].amount, 120000);
	assert_int_equal(plan.limits[WINDOW_FIVE_HOUR][LIMIT_TOKENS].source, LIMIT_CONFIGURED);
	assert_int_equal(plan.limits[WINDOW_FIVE_HOUR][LIMIT_MESSAGES].source, LIMIT_ASSUMED);
	plan_set_limit(&plan, WINDOW_FIVE_HOUR, LIMIT_TOKENS, 0);
	assert_int_equal(plan.limits[WINDOW_FIVE_HOUR][LIMIT_TOKENS].source, LIMIT_NONE);
	assert_int_equal(amount("pro", WINDOW_FIVE_HOUR, LIMIT_TOKENS), 100000);
}

static void week_begin_parse__takes_a_weekday_and_a_time(void **state)
{
	static const struct {
		const char *text;
		int weekday, minute; /* -1: refused */
	} cases[] = {
		{ "monday", 0, 0 },
		{ "Mon", 0, 0 },
		{ "SUNDAY 23:59", 6, 1439 },
		{ "thu 09:05", 3, 545 },
		{ "m", -1, 0 },
		{ "mond", -1, 0 },
		{ "mondays", -1, 0 },
		{ "monday ", -1, 0 },
		{ "monday  09:00", -1, 0 },
		{ "monday 9:00", -1, 0 },
		{ "monday 24:00", -1, 0 },
		{ "monday 09:60", -1, 0 },
		{ "monday 09:00x", -1, 0 },
		{ "monday +9:00", -1, 0 },
		{ "09:00", -1, 0 },
		{ "", -1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct week_begin week = { -1, 0 };

		assert_int_equal(week_begin_parse(&week, cases[i].text), cases[i].weekday >= 0);
		assert_int_equal(week.weekday, cases[i].weekday);
		assert_int_equal(week.minute, cases[i].minute);
	}
}

static void week_begin_add__is_read_back(void **state)
{
	(void)state;
	for (int i = 0; i < 7; i++) {
		_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
		struct week_begin week;

		week_begin_add(&text, (struct week_begin){ i, i * 61 });
		assert_true(week_begin_parse(&week, text.buf));
		assert_int_equal(week.weekday, i);
		assert_int_equal(week.minute, i * 61);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plan_find__has_the_documented_figures),
		cmocka_unit_test(plan_find__knows_older_names_and_other_spellings),
		cmocka_unit_test(plan_at__lists_every_plan_once_with_each_figure_assumed_or_none),
		cmocka_unit_test(plan_set_limit__changes_one_figure_and_says_whose_it_is),
		cmocka_unit_test(week_begin_parse__takes_a_weekday_and_a_time),
		cmocka_unit_test(week_begin_add__is_read_back),
	};
	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
