/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/budget.h"

#define ROWS(table) (sizeof(table) / sizeof *(table))
#define USD(dollars) ((struct money){ (__int128)(dollars)*1000000000000 })

static void budgets_parse__takes_each_scope_once_or_not(void **state)
{
	struct budgets b = { 0 };

	(void)state;
	assert_true(budgets_parse(&b, "branch=50,month=$200.50"));
	assert_true(b.has[BUDGET_BRANCH] && b.has[BUDGET_MONTH] && !b.has[BUDGET_DAY]);
	assert_int_equal(money_compare(b.limit[BUDGET_BRANCH], USD(50)), 0);
	assert_int_equal(
		money_compare(b.limit[BUDGET_MONTH], (struct money){ USD(401).pico / 2 }), 0);
	assert_true(budgets_parse(&b, "day=1"));
	assert_true(b.has[BUDGET_BRANCH] && b.has[BUDGET_DAY]);
}

static void budgets_parse__refuses_all_of_a_list_that_is_none(void **state)
{
	static const char *const lists[] = { "", "50", "branch", "branch=", "branch=x", "week=5",
		"branch=5,", ",branch=5", "branch=5 month=6", "branch=-5", "branches=5",
		"day=1e99" };

	(void)state;
	for (size_t i = 0; i < ROWS(lists); i++) {
		struct budgets b = { 0 };

		assert_false(budgets_parse(&b, lists[i]));
		assert_false(budgets_any(&b));
	}
}

static void budget_judge__never_calls_kept_what_it_does_not_know(void **state)
{
	static const struct {
		int low, high, unpriced, limit;
		enum budget_verdict verdict;
	} rows[] = {
		{ 0, 0, 0, 10, BUDGET_KEPT },
		{ 7, 7, 0, 10, BUDGET_KEPT },
		{ 8, 8, 0, 10, BUDGET_NEAR },
		{ 10, 10, 0, 10, BUDGET_NEAR },
		{ 11, 11, 0, 10, BUDGET_OVER },
		{ 5, 11, 0, 10, BUDGET_UNKNOWN }, /* a range that the limit lies in */
		{ 5, 8, 0, 10, BUDGET_NEAR },
		{ 11, 55, 0, 10, BUDGET_OVER },
		{ 1, 1, 5, 10, BUDGET_UNKNOWN }, /* tokens that have no price */
		{ 11, 11, 5, 10, BUDGET_OVER },
		{ 0, 0, 0, 0, BUDGET_NEAR },
		{ 1, 1, 0, 0, BUDGET_OVER },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct cost spent = { .low = USD(rows[i].low),
			.high = USD(rows[i].high),
			.unpriced_tokens = rows[i].unpriced };

		assert_int_equal(budget_judge(&spent, USD(rows[i].limit)), rows[i].verdict);
	}
}

static struct day day(const char *text)
{
	struct day out = { 0 };

	assert_true(day_parse(&out, text));
	return out;
}

static void budgets_judge__a_month_is_its_days_up_to_today(void **state)
{
	const struct cost dollar = { .low = USD(1), .high = USD(1) };
	struct rollup_total items[] = {
		{ .day = day("2026-02-02"),
			.tokens = 1,
			.cost = dollar }, /* tomorrow's, elsewhere */
		{ .day = day("2026-02-01"), .tokens = 20, .cost = dollar },
		{ .day = day("2026-01-31"), .tokens = 300, .cost = dollar },
	};
	const struct rollup_list days = { items, ROWS(items) };
	struct budget_state states[BUDGET_SCOPES];
	struct budgets b = { 0 };

	(void)state;
	assert_true(budgets_parse(&b, "month=3,day=3,branch=3"));
	assert_int_equal(budgets_judge(states, &b, &days, NULL, day("2026-02-01")), 3);
	assert_int_equal(states[BUDGET_BRANCH].tokens, 0);
	assert_int_equal(states[BUDGET_DAY].tokens, 20);
	assert_int_equal(states[BUDGET_MONTH].tokens, 20);
	assert_int_equal(budgets_judge(states, &b, &days, NULL, day("2026-01-31")), 3);
	assert_int_equal(states[BUDGET_MONTH].tokens, 300);
	assert_false(budgets_over(states, 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(budgets_parse__takes_each_scope_once_or_not),
		cmocka_unit_test(budgets_parse__refuses_all_of_a_list_that_is_none),
		cmocka_unit_test(budget_judge__never_calls_kept_what_it_does_not_know),
		cmocka_unit_test(budgets_judge__a_month_is_its_days_up_to_today),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
