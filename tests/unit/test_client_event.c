/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "capture/client_event.h"

struct world {
	struct arena arena;
	struct client_event event;
	struct client_status status;
	struct tt_error err;
};

static int begin(void **state)
{
	static struct world world;

	world = (struct world){ .arena = ARENA_INIT, .err = TT_ERROR_INIT };
	*state = &world;
	return 0;
}

static int end(void **state)
{
	struct world *w = *state;

	arena_release(&w->arena);
	return 0;
}

static enum tt_code parse_event(struct world *w, const char *json)
{
	return client_event_parse(&w->event, &w->arena, json, strlen(json), &w->err);
}

static enum tt_code parse_status(struct world *w, const char *json)
{
	return client_status_parse(&w->status, &w->arena, json, strlen(json), &w->err);
}

/* --- hooks ---------------------------------------------------------------------------- */

static void client_event_parse__takes_what_says_where(void **state)
{
	struct world *w = *state;

	assert_int_equal(
		parse_event(w,
			"{\"session_id\":\"s\",\"transcript_path\":\"/t.jsonl\",\"cwd\":\"/w\","
			"\"permission_mode\":\"default\",\"effort\":{\"level\":\"medium\"},"
			"\"agent_transcript_path\":\"/t/a.jsonl\","
			"\"hook_event_name\":\"SubagentStop\",\"background_tasks\":[]}"),
		TT_OK);
	assert_string_equal(w->event.event, "SubagentStop");
	assert_string_equal(w->event.session, "s");
	assert_string_equal(w->event.transcript_path, "/t.jsonl");
	assert_string_equal(w->event.agent_transcript_path, "/t/a.jsonl");
	assert_string_equal(w->event.cwd, "/w");
}

static void client_event_parse__counts_other_types_and_nothing_as_absent(void **state)
{
	struct world *w = *state;

	assert_int_equal(
		parse_event(w, "{\"session_id\":7,\"transcript_path\":null,\"cwd\":\"\","
			       "\"hook_event_name\":[\"Stop\"],\"agent_transcript_path\":{}}"),
		TT_OK);
	assert_null(w->event.event);
	assert_null(w->event.session);
	assert_null(w->event.transcript_path);
	assert_null(w->event.agent_transcript_path);
	assert_null(w->event.cwd);
}

static void client_event_parse__refuses_what_is_no_object_and_leaves_out_alone(void **state)
{
	static const char *const cases[] = { "", " ", "[]", "1", "null", "{", "{\"cwd\":\"/w\"",
		"{\"cwd\":\"/w\"} x", "{\"cwd\":\"/w\",}", "cwd" };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		w->event.cwd = "before";
		assert_int_equal(parse_event(w, cases[i]), TT_EINPUT);
		assert_string_equal(w->event.cwd, "before");
	}
	assert_string_equal(w->err.msg, "line 1, column 1: not JSON");
}

static void client_event_parse__takes_bytes_that_are_no_text(void **state)
{
	struct world *w = *state;

	assert_int_equal(parse_event(w, "{\"cwd\":\"/a\\ud800b\"}"), TT_OK);
	assert_string_equal(w->event.cwd, "/a\357\277\275b");
}

/* --- the status line -------------------------------------------------------------------- */

static void client_status_parse__takes_every_figure(void **state)
{
	struct world *w = *state;

	assert_int_equal(
		parse_status(w,
			"{\"session_id\":\"s\",\"transcript_path\":\"/t\",\"cwd\":\"/w\","
			"\"model\":{\"id\":\"m\",\"display_name\":\"M\"},"
			"\"workspace\":{\"current_dir\":\"/w\",\"project_dir\":\"/p\"},"
			"\"cost\":{\"total_cost_usd\":0.0174292,\"total_lines_added\":0},"
			"\"context_window\":{\"total_input_tokens\":32103,"
			"\"context_window_size\":1000000,\"used_percentage\":3.25},"
			"\"rate_limits\":{\"five_hour\":{\"used_percentage\":41.2,"
			"\"resets_at\":1795194000},\"seven_day\":{\"used_percentage\":100}}}"),
		TT_OK);
	assert_string_equal(w->status.session, "s");
	assert_string_equal(w->status.transcript_path, "/t");
	assert_string_equal(w->status.cwd, "/w");
	assert_string_equal(w->status.project_dir, "/p");
	assert_string_equal(w->status.model_id, "m");
	assert_string_equal(w->status.model_name, "M");
	assert_true(w->status.has_cost);
	assert_int_equal(w->status.cost_nano_usd, 17429200);
	assert_true(w->status.has_context);
	assert_int_equal(w->status.context_tokens, 32103);
	assert_int_equal(w->status.context_size, 1000000);
	assert_int_equal(w->status.context_permille, 32);
	assert_true(w->status.five_hour.known);
	assert_int_equal(w->status.five_hour.used_permille, 412);
	assert_true(w->status.five_hour.has_reset);
	assert_int_equal(w->status.five_hour.resets_at.ms, 1795194000000);
	assert_int_equal(w->status.seven_day.used_permille, 1000);
	assert_false(w->status.seven_day.has_reset);
}

static void client_status_parse__knows_nothing_of_an_empty_object(void **state)
{
	struct world *w = *state;

	assert_int_equal(parse_status(w, "{}"), TT_OK);
	assert_null(w->status.cwd);
	assert_null(w->status.model_name);
	assert_false(w->status.has_cost);
	assert_false(w->status.has_context);
	assert_int_equal(w->status.context_permille, -1);
	assert_false(w->status.five_hour.known);
	assert_false(w->status.five_hour.has_reset);
}

static void client_status_parse__leaves_out_figures_that_cannot_be(void **state)
{
	struct world *w = *state;

	assert_int_equal(
		parse_status(w, "{\"cost\":{\"total_cost_usd\":-0.5},"
				"\"context_window\":{\"total_input_tokens\":-1,"
				"\"context_window_size\":200,\"used_percentage\":null},"
				"\"rate_limits\":{\"five_hour\":{\"used_percentage\":\"4\","
				"\"resets_at\":0},\"seven_day\":{\"resets_at\":253370764800}}}"),
		TT_OK);
	assert_false(w->status.has_cost);
	assert_false(w->status.has_context);
	assert_int_equal(w->status.context_permille, -1);
	assert_false(w->status.five_hour.known);
	assert_false(w->status.five_hour.has_reset);
	assert_false(w->status.seven_day.has_reset);
	assert_int_equal(
		parse_status(w, "{\"context_window\":{\"total_input_tokens\":1,"
				"\"context_window_size\":0},\"cost\":{\"total_cost_usd\":1e300}}"),
		TT_OK);
	assert_false(w->status.has_context);
	assert_false(w->status.has_cost);
}

static void client_status_parse__clamps_percentages(void **state)
{
	struct world *w = *state;

	assert_int_equal(
		parse_status(w, "{\"context_window\":{\"used_percentage\":-3},"
				"\"rate_limits\":{\"five_hour\":{\"used_percentage\":1e9}}}"),
		TT_OK);
	assert_int_equal(w->status.context_permille, 0);
	assert_int_equal(w->status.five_hour.used_permille, 9999);
}

static void client_status_parse__passes_over_groups_of_other_types(void **state)
{
	struct world *w = *state;

	assert_int_equal(parse_status(w, "{\"model\":\"m\",\"workspace\":[],\"cost\":null,"
					 "\"context_window\":7,\"rate_limits\":{\"five_hour\":null,"
					 "\"seven_day\":[1]},\"cwd\":\"/w\"}"),
		TT_OK);
	assert_null(w->status.model_id);
	assert_null(w->status.project_dir);
	assert_false(w->status.has_cost);
	assert_false(w->status.seven_day.known);
	assert_string_equal(w->status.cwd, "/w");
}

static void client_status_parse__refuses_half_of_it_and_leaves_out_alone(void **state)
{
	struct world *w = *state;

	w->status.cwd = "before";
	assert_int_equal(parse_status(w, "{\"cwd\":\"/w\",\"cost\":{"), TT_EINPUT);
	assert_string_equal(w->status.cwd, "before");
	assert_string_equal(w->err.msg, "line 1, column 21: the text ends too early");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(client_event_parse__takes_what_says_where),
		TEST(client_event_parse__counts_other_types_and_nothing_as_absent),
		TEST(client_event_parse__refuses_what_is_no_object_and_leaves_out_alone),
		TEST(client_event_parse__takes_bytes_that_are_no_text),
		TEST(client_status_parse__takes_every_figure),
		TEST(client_status_parse__knows_nothing_of_an_empty_object),
		TEST(client_status_parse__leaves_out_figures_that_cannot_be),
		TEST(client_status_parse__clamps_percentages),
		TEST(client_status_parse__passes_over_groups_of_other_types),
		TEST(client_status_parse__refuses_half_of_it_and_leaves_out_alone),
	};

	return cmocka_run_group_tests_name("client_event", tests, NULL, NULL);
}
