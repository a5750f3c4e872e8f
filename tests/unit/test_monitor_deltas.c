/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/cli/monitor_deltas.h"
#include "model/money.h"

static struct monitor_deltas deltas;

static int begin(void **state)
{
	(void)state;
	deltas = (struct monitor_deltas){ 0 };
	monitor_deltas_begin(&deltas);
	return 0;
}

static int end(void **state)
{
	(void)state;
	monitor_deltas_release(&deltas);
	return 0;
}

static void take(const char *key, const char *session, int64_t input)
{
	struct monitor_change answer = { .time = { input },
		.session = session,
		.project = "/app",
		.usage = { .input = input },
		.tokens = input };

	answer.cost.low = answer.cost.high = money_from_nano(input * 1000);
	monitor_deltas_take(&deltas, key, &answer);
}

static void next_look(void)
{
	monitor_deltas_end(&deltas);
	monitor_deltas_begin(&deltas);
}

static void deltas_end__tells_nothing_of_the_first_look(void **state)
{
	(void)state;
	take("a", "one", 10);
	monitor_deltas_end(&deltas);
	assert_int_equal(deltas.count, 0);
}

static void deltas_end__adds_up_what_is_new_and_what_has_grown(void **state)
{
	(void)state;
	take("a", "one", 10);
	take("b", "one", 10);
	next_look();
	take("a", "one", 10);
	take("b", "one", 17);
	take("c", "one", 100);
	take("d", "two", 1);
	monitor_deltas_end(&deltas);
	assert_int_equal(deltas.count, 2);
	assert_string_equal(deltas.items[0].session, "one");
	assert_string_equal(deltas.items[0].project, "/app");
	assert_int_equal(deltas.items[0].usage.input, 107);
	assert_int_equal(deltas.items[0].tokens, 107);
	assert_true(deltas.items[0].cost.low.pico == money_from_nano(107000).pico);
	assert_string_equal(deltas.items[1].session, "two");
	assert_int_equal(deltas.items[1].usage.input, 1);
}

static void deltas_end__tells_each_change_once(void **state)
{
	(void)state;
	take("a", "one", 10);
	next_look();
	take("a", "one", 20);
	next_look();
	take("a", "one", 20);
	monitor_deltas_end(&deltas);
	assert_int_equal(deltas.count, 0);
}

static void deltas_end__tells_what_was_counted_anew(void **state)
{
	(void)state;
	take("a", "one", 10);
	next_look();
	take("a", "one", 0);
	take("a#1", "one", 4);
	monitor_deltas_end(&deltas);
	assert_int_equal(deltas.count, 1);
	assert_int_equal(deltas.items[0].tokens, -6);
}

static void deltas_undo__keeps_what_was_seen_before(void **state)
{
	(void)state;
	take("a", "one", 10);
	next_look();
	take("a", "one", 20);
	monitor_deltas_undo(&deltas);
	assert_int_equal(deltas.count, 0);
	monitor_deltas_begin(&deltas);
	take("a", "one", 20);
	monitor_deltas_end(&deltas);
	assert_int_equal(deltas.count, 1);
	assert_int_equal(deltas.items[0].tokens, 10);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(deltas_end__tells_nothing_of_the_first_look),
		TEST(deltas_end__adds_up_what_is_new_and_what_has_grown),
		TEST(deltas_end__tells_each_change_once),
		TEST(deltas_end__tells_what_was_counted_anew),
		TEST(deltas_undo__keeps_what_was_seen_before),
	};
	return cmocka_run_group_tests_name("monitor_deltas", tests, NULL, NULL);
}
