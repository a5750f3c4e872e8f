/* SPDX-License-Identifier: MIT */
#include "transcript_world.h"

#define USAGE "\"usage\":{\"input_tokens\":10,\"output_tokens\":5}"
#define MESSAGE "\"message\":{\"id\":\"msg_1\",\"model\":\"claude-opus-5-5\"," USAGE "}"
#define TIME "\"timestamp\":\"2026-11-23T07:00:52.294Z\""
enum { TIME_SECONDS = 1795417252 };

static struct response scan_one(struct found *f, const char *text)
{
	found_scan(f, text);
	return found_only(f);
}

/* --- who, where, when ------------------------------------------------------------ */

static void transcript_scan__takes_where_from_the_envelope(void **state)
{
	struct found f;
	struct response r =
		scan_one(&f, "{" MESSAGE "," TIME ",\"sessionId\":\"s1\",\"cwd\":\"/a\\/"
			     "b\",\"gitBranch\":\"feature\\u002fx\"}");

	(void)state;
	assert_string_equal(r.key, "msg_1");
	assert_string_equal(r.session, "s1");
	assert_string_equal(r.model, "claude-opus-5-5");
	assert_string_equal(r.cwd, "/a/b");
	assert_string_equal(r.git_branch, "feature/x");
	assert_int_equal(r.time.ms, TIME_SECONDS * INT64_C(1000) + 294);
	assert_int_equal(r.last_time.ms, r.time.ms);
	assert_false(r.is_copy || r.sidechain || r.fast || r.geo_us || r.is_split || r.is_part);
	found_release(&f);
}

static void transcript_scan__order_of_members_does_not_matter(void **state)
{
	struct found f;
	struct response r = scan_one(&f,
		"{\"gitBranch\":\"main\",\"isSidechain\":true,\"sessionId\":\"fork\"," TIME
		",\"requestSessionId\":\"s1\",\"message\":{\"usage\":{\"speed\":\"fast\","
		"\"output_tokens\":5},\"id\":\"msg_1\"}}");

	(void)state;
	assert_string_equal(r.session, "s1");
	assert_true(r.is_copy && r.sidechain && r.fast);
	assert_int_equal(r.usage.output, 5);
	found_release(&f);
}

static void transcript_scan__key_is_id_else_request_else_uuid(void **state)
{
	static const char *const lines[] = {
		"{\"message\":{\"id\":\"msg_1\"," USAGE "},\"requestId\":\"r\",\"uuid\":\"u\"," TIME
		"}",
		"{\"message\":{\"id\":\"\"," USAGE "},\"requestId\":\"r\",\"uuid\":\"u\"," TIME "}",
		"{\"message\":{\"id\":7," USAGE "},\"requestId\":null,\"uuid\":\"u\"," TIME "}",
	};
	static const char *const keys[] = { "msg_1", "r", "u" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct found f;

		assert_string_equal(scan_one(&f, lines[i]).key, keys[i]);
		found_release(&f);
	}
}

static void transcript_scan__branch_head_and_empty_are_not_known(void **state)
{
	static const char *const branches[] = { "\"HEAD\"", "\"\"", "null", "5" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;
		struct found f;

		strbuf_addf(&line, "{" MESSAGE "," TIME ",\"gitBranch\":%s,\"cwd\":%s}",
			branches[i], branches[i]);
		assert_null(scan_one(&f, line.buf).git_branch);
		assert_null(found_only(&f).cwd);
		found_release(&f);
	}
}

static void transcript_scan__copy_belongs_to_the_session_that_asked(void **state)
{
	struct found f;
	struct response r = scan_one(&f, "{" MESSAGE "," TIME ",\"sessionId\":\"fork\","
					 "\"requestSessionId\":\"s1\"}");
	const struct response_copy *copies;
	size_t count;

	(void)state;
	assert_string_equal(r.session, "s1");
	assert_true(r.is_copy);
	copies = response_set_copies(f.responses, &count);
	assert_int_equal(count, 1);
	assert_string_equal(copies[0].session, "fork");
	found_release(&f);
}

static void transcript_scan__own_request_session_is_no_copy(void **state)
{
	struct found f;
	struct response r = scan_one(&f, "{" MESSAGE "," TIME ",\"sessionId\":\"s1\","
					 "\"requestSessionId\":\"s1\"}");
	size_t count;

	(void)state;
	assert_false(r.is_copy);
	(void)response_set_copies(f.responses, &count);
	assert_int_equal(count, 0);
	found_release(&f);
}

static void transcript_scan__a_name_longer_than_a_ledger_takes_is_not_known(void **state)
{
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;
	struct found f;
	struct response r;

	(void)state;
	strbuf_addstr(&line, "{\"uuid\":\"u\"," TIME ",\"message\":{" USAGE ",\"id\":\"");
	for (int i = 0; i < 1025; i++)
		strbuf_addch(&line, 'x');
	strbuf_addstr(&line, "\",\"model\":\"");
	for (int i = 0; i < 1025; i++)
		strbuf_addch(&line, 'm');
	strbuf_addstr(&line, "\"}}");
	r = scan_one(&f, line.buf);
	assert_string_equal(r.key, "u");
	assert_null(r.model);
	found_release(&f);
}

static void transcript_scan__takes_numeric_zones(void **state)
{
	struct found f;
	struct response r =
		scan_one(&f, "{" MESSAGE ",\"timestamp\":\"2026-11-23T08:30:52+01:30\"}");

	(void)state;
	assert_int_equal(r.time.ms, TIME_SECONDS * INT64_C(1000));
	found_release(&f);
}

static void transcript_scan__a_line_without_time_has_the_latest_before_it(void **state)
{
	struct found f;

	(void)state;
	found_scan(&f, "{" MESSAGE "," TIME "}\n{\"message\":{\"id\":\"msg_2\"," USAGE "}}\n"
		       "{\"message\":{\"id\":\"msg_3\"," USAGE "},\"timestamp\":\"yesterday\"}\n");
	assert_int_equal(found_response(&f, "msg_2")->time.ms, TIME_SECONDS * INT64_C(1000) + 294);
	assert_int_equal(found_response(&f, "msg_3")->time.ms, TIME_SECONDS * INT64_C(1000) + 294);
	assert_int_equal(f.last_time.ms, TIME_SECONDS * INT64_C(1000) + 294);
	found_release(&f);
}

static void transcript_scan__speed_and_geography_are_told(void **state)
{
	struct found f;
	struct response r = scan_one(&f, "{\"message\":{\"id\":\"m\",\"usage\":{\"speed\":\"fast\","
					 "\"inference_geo\":\"us\"}}," TIME "}");

	(void)state;
	assert_true(r.fast && r.geo_us);
	found_release(&f);
	r = scan_one(&f, "{\"message\":{\"id\":\"m\",\"usage\":{\"speed\":\"standard\","
			 "\"inference_geo\":\"global\"}}," TIME "}");
	assert_false(r.fast || r.geo_us);
	found_release(&f);
}

static void transcript_scan__progress_is_a_sidechain_with_its_own_ids(void **state)
{
	struct found f;
	struct response r = scan_one(&f,
		"{\"uuid\":\"outer\",\"sessionId\":\"s1\",\"cwd\":\"/app\","
		"\"timestamp\":\"2026-11-23T09:00:00Z\",\"data\":{\"message\":{\"message\":{" USAGE
		"},\"uuid\":\"inner\"," TIME "}}}");

	(void)state;
	assert_string_equal(r.key, "inner");
	assert_string_equal(r.session, "s1");
	assert_string_equal(r.cwd, "/app");
	assert_true(r.sidechain);
	assert_int_equal(r.time.ms, TIME_SECONDS * INT64_C(1000) + 294);
	found_release(&f);
}

static void transcript_scan__progress_does_not_depend_on_the_order_of_members(void **state)
{
	struct found f;
	struct response r = scan_one(&f, "{\"data\":{\"message\":{\"message\":{\"id\":\"in\"," USAGE
					 "}}}," TIME ",\"message\":null}");

	(void)state;
	assert_string_equal(r.key, "in");
	found_release(&f);
	r = scan_one(&f, "{\"data\":{\"message\":{\"message\":{\"id\":\"in\"," USAGE "}}}," TIME
			 "," MESSAGE "}");
	assert_string_equal(r.key, "msg_1");
	found_release(&f);
}

/* --- calls inside an answer --------------------------------------------------------- */

#define CALLS(calls, top)                                                                     \
	"{\"message\":{\"id\":\"m\",\"model\":\"claude-opus-5-5\",\"usage\":{" top            \
	",\"speed\":\"fast\",\"server_tool_use\":{\"web_search_requests\":2},\"iterations\":" \
	"[" calls "]}}," TIME ",\"sessionId\":\"s1\"}\n"

static void transcript_scan__an_advisor_is_a_response_at_its_own_model(void **state)
{
	struct found f;
	const struct response *call;

	(void)state;
	found_scan(&f, CALLS("{\"type\":\"message\",\"input_tokens\":10},{\"type\":"
			     "\"advisor_message\",\"model\":\"claude-fable-5-1\","
			     "\"input_tokens\":70,\"output_tokens\":3}",
			       "\"input_tokens\":10"));
	assert_int_equal(response_set_count(f.responses), 2);
	assert_int_equal(f.stats.usages, 1);
	assert_false(found_response(&f, "m")->is_split);
	call = found_response(&f, "m#1");
	assert_string_equal(call->model, "claude-fable-5-1");
	assert_string_equal(call->session, "s1");
	assert_int_equal(call->usage.input, 70);
	assert_int_equal(call->web_searches, 0);
	assert_true(call->fast);
	assert_false(call->is_part);
	found_release(&f);
}

static void transcript_scan__a_compaction_has_the_answer_s_model_unless_it_says(void **state)
{
	struct found f;

	(void)state;
	found_scan(
		&f, CALLS("{\"type\":\"compaction\",\"input_tokens\":70}", "\"input_tokens\":10"));
	assert_string_equal(found_response(&f, "m#0")->model, "claude-opus-5-5");
	assert_int_equal(response_requests(found_response(&f, "m#0")), 1);
	found_release(&f);
}

static void transcript_scan__messages_that_add_up_are_parts(void **state)
{
	struct found f;

	(void)state;
	found_scan(&f, CALLS("{\"type\":\"message\",\"cache_creation_input_tokens\":10,"
			     "\"cache_creation\":{\"ephemeral_1h_input_tokens\":4}},"
			     "{\"type\":\"message\",\"input_tokens\":3}",
			       "\"input_tokens\":3,\"cache_creation_input_tokens\":10,"
			       "\"cache_creation\":{\"ephemeral_1h_input_tokens\":4}"));
	assert_int_equal(response_set_count(f.responses), 3);
	assert_true(found_response(&f, "m")->is_split);
	assert_int_equal(found_response(&f, "m")->web_searches, 2);
	assert_true(found_response(&f, "m#0")->is_part);
	assert_int_equal(found_response(&f, "m#0")->usage.cache_write_1h, 4);
	assert_int_equal(found_response(&f, "m#1")->usage.input, 3);
	found_release(&f);
}

static void transcript_scan__a_bad_count_in_a_call_spoils_the_line(void **state)
{
	struct found f;

	(void)state;
	found_scan(
		&f, CALLS("{\"type\":\"compaction\",\"input_tokens\":-7}", "\"input_tokens\":1"));
	assert_int_equal(response_set_count(f.responses), 0);
	assert_int_equal(f.stats.skipped[SKIP_BAD_COUNT], 1);
	found_release(&f);
}

static void transcript_scan__an_answer_of_too_many_calls_is_skipped(void **state)
{
	(void)state;
	for (int count = 1000; count <= 1001; count++) {
		_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;
		struct found f;

		strbuf_addstr(&line, "{\"message\":{\"id\":\"m\",\"usage\":{\"iterations\":[{}");
		for (int i = 1; i < count; i++)
			strbuf_addstr(&line, ",{}");
		strbuf_addstr(&line, "]}}," TIME "}");
		found_scan(&f, line.buf);
		assert_int_equal(f.stats.usages, count == 1000);
		assert_int_equal(f.stats.skipped[SKIP_BAD_COUNT], count > 1000);
		found_release(&f);
	}
}

/* --- one response -------------------------------------------------------------------------- */

static enum tt_code read_response(
	struct response *r, struct arena *arena, const char *json, struct tt_error *err)
{
	return transcript_read_response(r, arena, json, strlen(json), err);
}

static void transcript_read_response__finds_usage_in_three_places(void **state)
{
	static const char *const bodies[] = {
		"{\"id\":\"m\",\"model\":\"x\",\n " USAGE "}\n",
		"{\"type\":\"assistant\",\"message\":{\"id\":\"m\",\"model\":\"x\"," USAGE "}}",
		"{\"response\":{\"id\":\"m\",\"model\":\"x\"," USAGE "},\"message\":\"fine\"}",
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		_cleanup_(arena_release) struct arena arena = ARENA_INIT;
		struct tt_error err = TT_ERROR_INIT;
		struct response r;

		assert_int_equal(read_response(&r, &arena, bodies[i], &err), TT_OK);
		assert_string_equal(r.key, "m");
		assert_string_equal(r.model, "x");
		assert_int_equal(r.usage.input, 10);
		assert_int_equal(r.usage.output, 5);
		assert_null(r.session);
		assert_int_equal(r.time.ms, 0);
	}
}

static void transcript_read_response__takes_what_stands_around_it(void **state)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct tt_error err = TT_ERROR_INIT;
	struct response r;

	(void)state;
	assert_int_equal(
		read_response(&r, &arena,
			"{\"session_id\":\"s1\",\"cwd\":\"/app\",\"request_id\":\"req_1\"," TIME
			",\"message\":{\"usage\":{\"speed\":\"fast\",\"server_tool_use\":{"
			"\"web_search_requests\":3}}}}",
			&err),
		TT_OK);
	assert_string_equal(r.key, "req_1");
	assert_string_equal(r.session, "s1");
	assert_string_equal(r.cwd, "/app");
	assert_int_equal(r.time.ms, TIME_SECONDS * INT64_C(1000) + 294);
	assert_true(r.fast);
	assert_int_equal(r.web_searches, 3);
}

static void transcript_read_response__says_what_is_missing(void **state)
{
	static const struct {
		const char *json, *message;
	} bad[] = {
		{ "{\"id\":\"m\"}",
			"no usage in it: expected 'usage', 'message.usage' or 'response.usage'" },
		{ "{\"usage\":{\"input_tokens\":-1}}",
			"a count in 'usage' is not a whole number from 0 to 9007199254740991" },
		{ "{\"usage\":", "line 1, column 10: the text ends too early" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		_cleanup_(arena_release) struct arena arena = ARENA_INIT;
		struct tt_error err = TT_ERROR_INIT;
		struct response r = { .key = "untouched" };

		assert_int_equal(read_response(&r, &arena, bad[i].json, &err), TT_EINPUT);
		assert_string_equal(err.msg, bad[i].message);
		assert_string_equal(r.key, "untouched");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(transcript_scan__takes_where_from_the_envelope),
		cmocka_unit_test(transcript_scan__order_of_members_does_not_matter),
		cmocka_unit_test(transcript_scan__key_is_id_else_request_else_uuid),
		cmocka_unit_test(transcript_scan__branch_head_and_empty_are_not_known),
		cmocka_unit_test(transcript_scan__copy_belongs_to_the_session_that_asked),
		cmocka_unit_test(transcript_scan__own_request_session_is_no_copy),
		cmocka_unit_test(transcript_scan__a_name_longer_than_a_ledger_takes_is_not_known),
		cmocka_unit_test(transcript_scan__takes_numeric_zones),
		cmocka_unit_test(transcript_scan__a_line_without_time_has_the_latest_before_it),
		cmocka_unit_test(transcript_scan__speed_and_geography_are_told),
		cmocka_unit_test(transcript_scan__progress_is_a_sidechain_with_its_own_ids),
		cmocka_unit_test(transcript_scan__progress_does_not_depend_on_the_order_of_members),
		cmocka_unit_test(transcript_scan__an_advisor_is_a_response_at_its_own_model),
		cmocka_unit_test(
			transcript_scan__a_compaction_has_the_answer_s_model_unless_it_says),
		cmocka_unit_test(transcript_scan__messages_that_add_up_are_parts),
		cmocka_unit_test(transcript_scan__a_bad_count_in_a_call_spoils_the_line),
		cmocka_unit_test(transcript_scan__an_answer_of_too_many_calls_is_skipped),
		cmocka_unit_test(transcript_read_response__finds_usage_in_three_places),
		cmocka_unit_test(transcript_read_response__takes_what_stands_around_it),
		cmocka_unit_test(transcript_read_response__says_what_is_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
