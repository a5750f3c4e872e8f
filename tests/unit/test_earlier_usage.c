/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "model/earlier_usage.h"

enum { HOUR = 3600 * 1000, MINUTE = 60 * 1000, MOST = 8 };

static struct earlier_usage event(const char *key, int64_t time, int64_t input, int64_t output)
{
	return (struct earlier_usage){ .what = EARLIER_EVENT,
		.tracker = EARLIER_WINDOW_TRACKER,
		.key = key,
		.time = { time },
		.usage = { .input = input, .output = output },
		.requests = 1,
		.messages = 1 };
}

static struct earlier_usage echo(const char *key, int64_t time, int64_t input, int64_t output)
{
	struct earlier_usage u = event(key, time, input, output);

	u.what = EARLIER_ECHO;
	return u;
}

static struct earlier_usage window(const char *key, int64_t from, int64_t until, struct usage usage)
{
	return (struct earlier_usage){ .what = EARLIER_WINDOW,
		.tracker = EARLIER_WINDOW_TRACKER,
		.key = key,
		.time = { from },
		.from = { from },
		.until = { until },
		.usage = usage,
		.requests = 5 };
}

static struct earlier_usage session(const char *id, size_t file, int64_t input, int64_t output)
{
	return (struct earlier_usage){ .what = EARLIER_SESSION,
		.tracker = EARLIER_SESSION_TRACKER,
		.key = id,
		.session = id,
		.file = file,
		.usage = { .input = input, .output = output } };
}

static struct earlier_usage part(
	const char *key, const char *id, size_t file, int64_t input, int64_t output)
{
	struct earlier_usage u = session(id, file, input, output);

	u.what = EARLIER_SESSION_PART;
	u.key = key;
	return u;
}

/* "in/out/unsplit" of what counts, else the reason; separated by "; ". */
static void check(const struct earlier_usage *items, size_t count, const char *expected)
{
	_cleanup_(strbuf_release) struct strbuf got = STRBUF_INIT;
	struct earlier_verdict verdicts[MOST];

	earlier_settle(verdicts, items, count);
	for (size_t i = 0; i < count; i++) {
		const struct usage *u = &verdicts[i].counted;

		if (i)
			strbuf_addstr(&got, "; ");
		if (verdicts[i].reason == EARLIER_COUNTS)
			strbuf_addf(
				&got, "%d/%d/%d", (int)u->input, (int)u->output, (int)u->unsplit);
		else
			strbuf_addstr(&got, earlier_reason_text(verdicts[i].reason));
	}
	assert_string_equal(got.buf, expected);
}
#define CHECK(items, expected) check(items, sizeof(items) / sizeof *(items), expected)

static void earlier_settle__counts_a_line_of_a_log_once(void **state)
{
	const struct earlier_usage items[] = { event("a", 0, 1, 2), event("b", 0, 1, 2),
		event("a", 0, 1, 2) };

	(void)state;
	CHECK(items, "1/2/0; 1/2/0; in another file too");
}

static void earlier_settle__drops_the_line_of_another_log_about_the_same(void **state)
{
	const struct earlier_usage items[] = {
		echo("one", 10000, 1, 2), /* of a, which comes later */
		event("a", 20000, 1, 2),
		echo("two", 20000, 1, 2), /* a has answered already */
		echo("other", 20000, 1, 3),
		echo("late", 30001, 5, 5),
		event("b", 20000, 5, 5),
	};

	(void)state;
	CHECK(items, "told by other files; 1/2/0; 1/2/0; 1/3/0; 5/5/0; 5/5/0");
}

static void earlier_settle__does_not_mix_trackers(void **state)
{
	struct earlier_usage items[] = { echo("one", 0, 1, 2), event("a", 0, 1, 2),
		window("w", 0, HOUR, (struct usage){ .input = 5, .output = 10 }) };

	(void)state;
	items[1].tracker = EARLIER_CYCLE_TRACKER;
	items[2].tracker = EARLIER_CYCLE_TRACKER;
	CHECK(items, "1/2/0; 1/2/0; 4/8/0");
}

static void earlier_settle__counts_what_a_window_has_above_the_logs(void **state)
{
	const struct earlier_usage items[] = {
		event("before", 0, 1000, 1000),
		event("a", HOUR, 10, 20),
		event("b", 2 * HOUR - 1, 5, 5),
		event("after", 2 * HOUR, 1000, 1000),
		window("w", HOUR, 2 * HOUR, (struct usage){ .input = 20, .output = 30 }),
	};
	struct earlier_verdict verdicts[5];

	(void)state;
	CHECK(items, "1000/1000/0; 10/20/0; 5/5/0; 1000/1000/0; 5/5/0");
	earlier_settle(verdicts, items, 5);
	assert_int_equal(verdicts[4].requests, 3);
	assert_int_equal(verdicts[4].messages, 0);
}

static void earlier_settle__counts_requests_beside_the_total(void **state)
{
	struct earlier_usage items[] = {
		event("a", HOUR, 10, 20),
		window("w", 0, 2 * HOUR, (struct usage){ .input = 20, .output = 30 }),
	};

	(void)state;
	items[0].what = EARLIER_REQUEST;
	CHECK(items, "10/20/0; 20/30/0");
}

static void earlier_settle__keeps_a_split_that_nobody_knows_unknown(void **state)
{
	const struct earlier_usage items[] = {
		event("a", 0, 10, 20),
		window("w", 0, HOUR, (struct usage){ .unsplit = 100 }),
	};
	const struct earlier_usage crossed[] = {
		event("a", 0, 10, 0),
		window("w", 0, HOUR, (struct usage){ .input = 5, .output = 25 }),
	};

	(void)state;
	CHECK(items, "10/20/0; 0/0/70");
	CHECK(crossed, "10/0/0; 0/0/20");
}

static void earlier_settle__takes_nothing_from_a_window_that_logs_exceed(void **state)
{
	const struct earlier_usage items[] = {
		event("a", 0, 10, 20),
		window("w", 0, HOUR, (struct usage){ .input = 5, .output = 5 }),
	};

	(void)state;
	CHECK(items, "10/20/0; told by other files");
}

static void earlier_settle__keeps_the_greatest_total_of_a_window(void **state)
{
	const struct earlier_usage items[] = {
		window("w", 0, HOUR, (struct usage){ .unsplit = 100 }),
		window("w", 0, HOUR, (struct usage){ .unsplit = 300 }),
		window("w", 0, HOUR, (struct usage){ .unsplit = 300 }),
		window("v", HOUR, 2 * HOUR, (struct usage){ .unsplit = 7 }),
	};

	(void)state;
	CHECK(items, "another file says more of the same; 0/0/300; in another file too; 0/0/7");
}

static void earlier_settle__takes_the_window_from_its_week(void **state)
{
	const struct earlier_usage items[] = {
		window("week", 0, 168 * HOUR, (struct usage){ .unsplit = 1000 }),
		window("5h", 10 * HOUR, 15 * HOUR, (struct usage){ .unsplit = 300 }),
		event("a", 11 * HOUR, 100, 0),
		event("b", 20 * HOUR, 50, 0),
	};

	(void)state;
	CHECK(items, "0/0/650; 0/0/200; 100/0/0; 50/0/0");
}

static void earlier_settle__counts_the_parts_of_a_session_and_the_rest(void **state)
{
	const struct earlier_usage items[] = {
		session("s", 1, 100, 50),
		part("s|1", "s", 1, 60, 20),
		part("s|2", "s", 1, 30, 30),
		session("t", 1, 10, 10),
		part("t|1", "t", 1, 10, 10),
		session("u", 1, 0, 0),
	};

	(void)state;
	CHECK(items, "10/0/0; 60/20/0; 30/30/0; told by other files; 10/10/0; 0/0/0");
}

static void earlier_settle__takes_no_parts_that_exceed_their_total(void **state)
{
	const struct earlier_usage items[] = {
		session("s", 1, 100, 50),
		part("s|1", "s", 1, 101, 0),
	};

	(void)state;
	CHECK(items, "100/50/0; another file says more of the same");
}

static void earlier_settle__takes_a_session_from_who_knows_most(void **state)
{
	const struct earlier_usage items[] = {
		session("s", 1, 100, 50),
		part("s|1", "s", 1, 60, 20),
		session("s", 2, 100, 51),
		session("t", 1, 10, 10),
		session("t", 2, 10, 10),
		part("t|model", "t", 2, 10, 9),
	};

	(void)state;
	CHECK(items, "another file says more of the same; another file says more of the same; "
		     "100/51/0; in another file too; 0/1/0; 10/9/0");
}

static void earlier_settle__leaves_out_sessions_that_are_known(void **state)
{
	struct earlier_usage items[] = { session("s", 1, 100, 50), part("s|1", "s", 1, 60, 20) };

	(void)state;
	items[0].known = items[1].known = true;
	CHECK(items, "known from transcripts; known from transcripts");
}

static void earlier_usage_id__goes_by_tracker_kind_and_key(void **state)
{
	struct earlier_usage a = event("k", 0, 1, 2), b = event("k", 5, 6, 7);
	char one[ENTRY_ID_TEXT], two[ENTRY_ID_TEXT];

	(void)state;
	earlier_usage_id(one, &a);
	assert_true(entry_id_is_valid(one));
	earlier_usage_id(two, &b);
	assert_string_equal(one, two);
	b.what = EARLIER_ECHO;
	earlier_usage_id(two, &b);
	assert_string_not_equal(one, two);
	b = event("k", 0, 1, 2);
	b.tracker = EARLIER_CYCLE_TRACKER;
	earlier_usage_id(two, &b);
	assert_string_not_equal(one, two);
	b = event("l", 0, 1, 2);
	earlier_usage_id(two, &b);
	assert_string_not_equal(one, two);
}

/* --- in whatever order ---------------------------------------------------------- */

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 16;
}

static int64_t sum(const struct earlier_usage *items, size_t count)
{
	struct earlier_verdict verdicts[MOST];
	int64_t total = 0, one;

	earlier_settle(verdicts, items, count);
	for (size_t i = 0; i < count; i++) {
		assert_true(usage_total(&one, &verdicts[i].counted));
		total += one;
	}
	return total;
}

static void shuffle(struct earlier_usage *items, size_t count, uint32_t *state)
{
	for (size_t i = count; i > 1; i--) {
		size_t j = next_random(state) % i;
		struct earlier_usage swap = items[i - 1];

		items[i - 1] = items[j];
		items[j] = swap;
	}
}

static struct earlier_usage random_item(uint32_t *state)
{
	static const char *const keys[] = { "a", "b", "c", "d" };
	const char *key = keys[next_random(state) % 4];
	int64_t tokens = next_random(state) % 4, from = next_random(state) % 3 * HOUR;

	switch (next_random(state) % 5) {
	case 0:
		return event(key, from, tokens, 1);
	case 1:
		return echo(key, from, tokens, 1);
	case 2:
		return window(key, from, from + 2 * HOUR, (struct usage){ .unsplit = tokens });
	case 3:
		return session(key, next_random(state) % 2, tokens, 1);
	default:
		return part(key, keys[next_random(state) % 4], next_random(state) % 2, tokens, 0);
	}
}

/* Equal keys stand for equal things: the same time, period and, in logs, tokens. */
static void make_consistent(struct earlier_usage *items, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < i; j++) {
			if (items[i].what != items[j].what ||
				strcmp(items[i].key, items[j].key) != 0)
				continue;
			items[i].time = items[j].time;
			items[i].from = items[j].from;
			items[i].until = items[j].until;
			items[i].session = items[j].session;
			if (items[i].what != EARLIER_WINDOW && items[i].what != EARLIER_SESSION)
				items[i].usage = items[j].usage;
		}
}

static void earlier_settle__gives_the_same_sum_in_any_order(void **state)
{
	uint32_t random = 1;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct earlier_usage items[MOST];
		size_t count = 1 + next_random(&random) % MOST;
		int64_t total;

		for (size_t i = 0; i < count; i++)
			items[i] = random_item(&random);
		make_consistent(items, count);
		total = sum(items, count);
		shuffle(items, count, &random);
		if (sum(items, count) != total)
			fail_msg("round %d", round);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(earlier_settle__counts_a_line_of_a_log_once),
		cmocka_unit_test(earlier_settle__drops_the_line_of_another_log_about_the_same),
		cmocka_unit_test(earlier_settle__does_not_mix_trackers),
		cmocka_unit_test(earlier_settle__counts_what_a_window_has_above_the_logs),
		cmocka_unit_test(earlier_settle__counts_requests_beside_the_total),
		cmocka_unit_test(earlier_settle__keeps_a_split_that_nobody_knows_unknown),
		cmocka_unit_test(earlier_settle__takes_nothing_from_a_window_that_logs_exceed),
		cmocka_unit_test(earlier_settle__keeps_the_greatest_total_of_a_window),
		cmocka_unit_test(earlier_settle__takes_the_window_from_its_week),
		cmocka_unit_test(earlier_settle__counts_the_parts_of_a_session_and_the_rest),
		cmocka_unit_test(earlier_settle__takes_no_parts_that_exceed_their_total),
		cmocka_unit_test(earlier_settle__takes_a_session_from_who_knows_most),
		cmocka_unit_test(earlier_settle__leaves_out_sessions_that_are_known),
		cmocka_unit_test(earlier_usage_id__goes_by_tracker_kind_and_key),
		cmocka_unit_test(earlier_settle__gives_the_same_sum_in_any_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
