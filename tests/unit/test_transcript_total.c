/* SPDX-License-Identifier: MIT */
#include "transcript_world.h"

#define USAGE "\"usage\":{\"input_tokens\":10,\"output_tokens\":5}"
#define MESSAGE "\"message\":{\"id\":\"msg_1\",\"model\":\"claude-opus-5-5\"," USAGE "}"
#define TIME "\"timestamp\":\"2026-11-23T07:00:52.294Z\""
enum { TIME_SECONDS = 1795417252 };

/* --- the client's totals --------------------------------------------------------------- */

static void scan_cost(struct found *f, const char *cost)
{
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;

	strbuf_addf(&line,
		"{\"type\":\"cost-state\",\"sessionId\":\"s1\",\"totalCostUSD\":%s,"
		"\"startTime\":1000,\"totalDuration\":5,\"modelUsage\":{\"m\":{\"costUSD\":%s}}}",
		cost, cost);
	found_scan(f, line.buf);
}

static void cost_state__costs_are_read_to_the_nano_dollar(void **state)
{
	static const struct {
		const char *text;
		int64_t nano;
	} costs[] = {
		{ "0.0348876", 34887600 },
		{ "0.034887600000000004", 34887600 },
		{ "0.034887599999999996", 34887600 },
		{ "12", INT64_C(12000000000) },
		{ "1e-7", 100 },
		{ "1.5E-9", 2 }, /* half to even */
		{ "2.5e-9", 2 },
		{ "2.5000000001e-9", 3 },
		{ "0.0000000004", 0 },
		{ "5e-400", 0 },
		{ "123456.789012345678", INT64_C(123456789012346) },
		{ "0.0", 0 },
		{ "null", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof costs / sizeof *costs; i++) {
		struct found f;

		scan_cost(&f, costs[i].text);
		assert_int_equal(f.totals, 1);
		assert_int_equal(f.total.cost_nano_usd, costs[i].nano);
		assert_int_equal(f.models[0].cost_nano_usd, costs[i].nano);
		found_release(&f);
	}
}

static void cost_state__figures_that_are_none_are_skipped_and_counted(void **state)
{
	static const char *const costs[] = { "-0.1", "\"1\"", "1e300", "{}" };

	(void)state;
	for (size_t i = 0; i < sizeof costs / sizeof *costs; i++) {
		struct found f;

		scan_cost(&f, costs[i]);
		assert_int_equal(f.totals, 0);
		assert_int_equal(f.stats.skipped[SKIP_BAD_COUNT], 1);
		found_release(&f);
	}
}

static void cost_state__reads_every_counter(void **state)
{
	struct found f;

	(void)state;
	found_scan(&f,
		"{" MESSAGE "," TIME "}\n"
		"{\"modelUsage\":{\"claude-opus-5-5\":{\"inputTokens\":203,\"outputTokens\":103,"
		"\"thinkingTokens\":9,\"cacheReadInputTokens\":60003,\"cacheCreationInputTokens\":"
		"4003,\"cacheCreationEphemeral5mInputTokens\":1003,"
		"\"cacheCreationEphemeral1hInputTokens\":3000,\"webSearchRequests\":2,"
		"\"costUSD\":0.5},\"m\\u0032\":{}},\"hasUnknownModelCost\":true,"
		"\"totalCostUSD\":0.5,\"sessionId\":\"s1\",\"type\":\"cost-state\"}\n");
	assert_int_equal(f.totals, 1);
	assert_string_equal(f.total.session, "s1");
	assert_true(f.total.has_unknown_cost);
	assert_int_equal(f.total.time.ms, TIME_SECONDS * INT64_C(1000) + 294);
	assert_int_equal(f.total.count, 2);
	assert_string_equal(f.models[0].model, "claude-opus-5-5");
	assert_int_equal(f.models[0].usage.input, 203);
	assert_int_equal(f.models[0].usage.output, 103);
	assert_int_equal(f.models[0].usage.cache_read, 60003);
	assert_int_equal(f.models[0].usage.cache_write_5m, 1003);
	assert_int_equal(f.models[0].usage.cache_write_1h, 3000);
	assert_int_equal(f.models[0].web_searches, 2);
	assert_string_equal(f.models[1].model, "m2");
	found_release(&f);
}

static void cost_state__writes_without_lifetime_live_five_minutes(void **state)
{
	struct found f;

	(void)state;
	found_scan(&f, "{\"type\":\"cost-state\",\"sessionId\":\"s1\",\"startTime\":1,"
		       "\"modelUsage\":{\"m\":{\"cacheCreationInputTokens\":4003}}}");
	assert_int_equal(f.models[0].usage.cache_write_5m, 4003);
	assert_int_equal(f.models[0].usage.cache_write_1h, 0);
	found_release(&f);
}

static void cost_state__of_a_model_named_twice_the_last_holds(void **state)
{
	struct found f;

	(void)state;
	found_scan(&f, "{\"type\":\"cost-state\",\"sessionId\":\"s1\",\"startTime\":1,"
		       "\"modelUsage\":{\"m\":{\"inputTokens\":-4},\"m\":{\"inputTokens\":7}}}");
	assert_int_equal(f.total.count, 1);
	assert_int_equal(f.models[0].usage.input, 7);
	found_release(&f);
}

static void cost_state__takes_many_models_but_not_any_number(void **state)
{
	static const int counts[] = { 7, 1000, 1001 };

	(void)state;
	for (int i = 0; i < 3; i++) {
		_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;
		struct found f;

		strbuf_addstr(&line,
			"{\"type\":\"cost-state\",\"sessionId\":\"s1\",\"startTime\":1,"
			"\"modelUsage\":{\"m0\":{\"inputTokens\":5}");
		for (int m = 1; m < counts[i]; m++)
			strbuf_addf(&line, ",\"m%d\":{}", m);
		strbuf_addstr(&line, "}}");
		found_scan(&f, line.buf);
		assert_int_equal(f.totals, counts[i] <= 1000);
		assert_int_equal(f.stats.skipped[SKIP_BAD_COUNT], counts[i] > 1000);
		assert_int_equal(f.total.count, f.totals ? counts[i] : 0);
		assert_int_equal(f.models[0].usage.input, f.totals ? 5 : 0);
		found_release(&f);
	}
}

static void cost_state__as_the_first_record_has_the_time_it_was_written(void **state)
{
	struct found f;

	(void)state;
	scan_cost(&f, "1");
	assert_int_equal(f.total.time.ms, 1005);
	found_release(&f);
	found_scan(&f, "{\"type\":\"cost-state\",\"sessionId\":\"s1\",\"modelUsage\":{},"
		       "\"startTime\":9223372036854775807,\"totalDuration\":9223372036854775807}");
	assert_int_equal(f.totals, 0);
	assert_int_equal(f.stats.skipped[SKIP_NO_TIME], 1);
	found_release(&f);
}

static void cost_state__without_a_session_is_skipped_and_counted(void **state)
{
	struct found f;

	(void)state;
	found_scan(&f, "{\"type\":\"cost-state\",\"startTime\":1,\"modelUsage\":{}}");
	assert_int_equal(f.totals, 0);
	assert_int_equal(f.stats.skipped[SKIP_NO_KEY], 1);
	found_release(&f);
}

static void cost_state__quoted_in_a_text_is_text(void **state)
{
	struct found f;

	(void)state;
	found_scan(&f, "{\"type\":\"user\",\"x\":\"cost-state\",\"sessionId\":\"s1\","
		       "\"startTime\":1,\"modelUsage\":{}}");
	assert_int_equal(f.totals, 0);
	found_release(&f);
}

/* --- linked worktrees ------------------------------------------------------------------- */

static void worktree_state__tells_where_it_came_from(void **state)
{
	struct found f;

	(void)state;
	found_scan(&f, "{\"type\":\"worktree-state\",\"worktreeSession\":{\"worktreeName\":\"w\","
		       "\"worktreePath\":\"/w\",\"worktreeBranch\":\"b\",\"originalCwd\":\"/app\","
		       "\"originalBranch\":\"main\"},\"sessionId\":\"s1\"}\n");
	assert_int_equal(f.worktrees, 1);
	assert_string_equal(f.worktree.path, "/w");
	assert_string_equal(f.worktree.branch, "b");
	assert_string_equal(f.worktree.original_cwd, "/app");
	found_release(&f);
}

static void worktree_state__that_was_left_tells_nothing(void **state)
{
	struct found f;

	(void)state;
	found_scan(&f, "{\"type\":\"worktree-state\",\"worktreeSession\":null}\n");
	assert_int_equal(f.worktrees, 0);
	found_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cost_state__costs_are_read_to_the_nano_dollar),
		cmocka_unit_test(cost_state__figures_that_are_none_are_skipped_and_counted),
		cmocka_unit_test(cost_state__reads_every_counter),
		cmocka_unit_test(cost_state__writes_without_lifetime_live_five_minutes),
		cmocka_unit_test(cost_state__of_a_model_named_twice_the_last_holds),
		cmocka_unit_test(cost_state__takes_many_models_but_not_any_number),
		cmocka_unit_test(cost_state__as_the_first_record_has_the_time_it_was_written),
		cmocka_unit_test(cost_state__without_a_session_is_skipped_and_counted),
		cmocka_unit_test(cost_state__quoted_in_a_text_is_text),
		cmocka_unit_test(worktree_state__tells_where_it_came_from),
		cmocka_unit_test(worktree_state__that_was_left_tells_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
