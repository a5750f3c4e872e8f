/* SPDX-License-Identifier: MIT */
/*
 * Lines that tools have dropped, counted twice or misread.  Each case is a whole
 * transcript and what it must add up to.
 */
#include "transcript_world.h"

#define AT "\"timestamp\":\"2026-11-23T07:00:52.294Z\""
#define REST                                           \
	",\"requestId\":\"req_1\",\"uuid\":\"u1\"," AT \
	",\"cwd\":\"/app\",\"sessionId\":\"s1\",\"gitBranch\":\"main\",\"type\":\"assistant\"}\n"
#define MESSAGE(usage) \
	"{\"message\":{\"id\":\"msg_1\",\"model\":\"claude-opus-5-5\",\"usage\":" usage "}"
#define LINE(usage) MESSAGE(usage) REST
#define PLAIN "{\"input_tokens\":10,\"output_tokens\":5,\"cache_read_input_tokens\":100}"

struct edge {
	const char *text;
	struct usage expected; /* unsplit: requests */
	int64_t searches;
	int64_t skipped;
};

static void check_edge(const struct edge *edge)
{
	struct found f;
	struct usage sum;
	const struct response *const *all;
	int64_t searches = 0, skipped = 0;

	found_scan(&f, edge->text);
	sum = found_sum(&f);
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		assert_int_equal(usage_get(&sum, kind), usage_get(&edge->expected, kind));
	all = response_set_sorted(f.responses);
	for (size_t i = 0; i < response_set_count(f.responses); i++)
		searches += all[i]->web_searches;
	for (int i = 0; i < TRANSCRIPT_SKIPS; i++)
		skipped += f.stats.skipped[i];
	assert_int_equal(searches, edge->searches);
	assert_int_equal(skipped, edge->skipped);
	found_release(&f);
}

#define EDGE(name, lines, sum, ...)                                                              \
	static void name(void **state)                                                           \
	{                                                                                        \
		static const struct edge edge = { .text = lines, .expected = sum, __VA_ARGS__ }; \
                                                                                                 \
		(void)state;                                                                     \
		check_edge(&edge);                                                               \
	}
#define USED(i, o, r, w5, w1, n)                                                        \
	{                                                                               \
		.input = (i), .output = (o), .cache_read = (r), .cache_write_5m = (w5), \
		.cache_write_1h = (w1), .unsplit = (n)                                  \
	}
#define NOTHING USED(0, 0, 0, 0, 0, 0)
#define PLAINLY USED(10, 5, 100, 0, 0, 1)

/* --- nulls and unknown values ---------------------------------------------------- */

EDGE(null_ids_in_tool_input_are_not_the_message_s,
	"{\"message\":{\"content\":[{\"type\":\"tool_use\",\"input\":{\"id\":null,\"model\":null,"
	"\"usage\":null}}],\"id\":\"msg_1\",\"model\":\"m\",\"usage\":" PLAIN "}" REST,
	PLAINLY)
EDGE(speed_may_be_null,
	LINE("{\"input_tokens\":10,\"output_tokens\":5,"
	     "\"cache_read_input_tokens\":100,\"speed\":null}"),
	PLAINLY)
EDGE(speed_may_be_unknown,
	LINE("{\"input_tokens\":10,\"output_tokens\":5,"
	     "\"cache_read_input_tokens\":100,\"speed\":\"warp\"}"),
	PLAINLY)
EDGE(cache_counters_may_be_null,
	LINE("{\"input_tokens\":10,\"output_tokens\":5,\"cache_read_input_tokens\":null,"
	     "\"cache_creation_input_tokens\":null,\"cache_creation\":null,"
	     "\"server_tool_use\":null,\"iterations\":null,\"service_tier\":null}"),
	USED(10, 5, 0, 0, 0, 1))
EDGE(all_of_the_envelope_may_be_null,
	"{\"message\":{\"id\":\"msg_1\",\"model\":null,\"usage\":" PLAIN "},\"requestId\":null,"
	"\"uuid\":null,\"sessionId\":null,\"cwd\":null,\"gitBranch\":null,\"isSidechain\":null,"
	"\"version\":null,\"type\":null,\"costUSD\":null," AT "}",
	PLAINLY)
EDGE(a_message_may_be_null, "{\"message\":null,\"x\":{\"usage\":1}," AT "}\n", NOTHING)
EDGE(usage_may_be_null, LINE("null"), NOTHING)
EDGE(unknown_members_are_passed_over,
	LINE("{\"input_tokens\":10,\"output_tokens\":5,\"cache_read_input_tokens\":100,"
	     "\"fallback_credit\":{\"input_tokens\":7},\"new\":[[{\"output_tokens\":9}]]}"),
	PLAINLY)

/* --- the same answer again --------------------------------------------------------- */

EDGE(the_last_of_a_stream_is_counted_once,
	LINE("{\"input_tokens\":10,\"output_tokens\":1}")
		LINE("{\"input_tokens\":10,\"output_tokens\":4}")
			LINE("{\"input_tokens\":10,\"output_tokens\":9}"),
	USED(10, 9, 0, 0, 0, 1))
EDGE(a_placeholder_behind_the_final_count_does_not_lower_it,
	LINE("{\"input_tokens\":10,\"output_tokens\":9}")
		LINE("{\"input_tokens\":10,\"output_tokens\":1}"),
	USED(10, 9, 0, 0, 0, 1))
EDGE(lines_without_a_request_id_are_one_answer,
	MESSAGE("{\"output_tokens\":1}") "," AT "}\n" MESSAGE("{\"output_tokens\":7}") "," AT "}\n",
	USED(0, 7, 0, 0, 0, 1))
EDGE(a_replay_under_another_request_is_the_same_answer,
	LINE(PLAIN) MESSAGE(PLAIN) ",\"requestId\":\"req_2\",\"isSidechain\":true," AT "}\n",
	PLAINLY)
EDGE(a_fork_s_copy_is_the_same_answer,
	LINE(PLAIN) MESSAGE(PLAIN) ",\"requestId\":\"req_1\",\"sessionId\":\"fork\","
				   "\"requestSessionId\":\"s1\"," AT "}\n",
	PLAINLY)
EDGE(an_answer_inside_a_progress_record_counts,
	"{\"type\":\"progress\",\"data\":{\"type\":\"agent_progress\",\"message\":{\"type\":"
	"\"assistant\",\"message\":{\"id\":\"msg_1\",\"model\":\"m\",\"usage\":" PLAIN
	"},\"requestId\":\"req_1\"," AT ",\"uuid\":\"u2\"}},\"sessionId\":\"s1\"," AT "}\n",
	PLAINLY)
EDGE(an_answer_in_progress_and_in_its_own_file_is_one,
	"{\"data\":{\"message\":{\"message\":{\"id\":\"msg_1\",\"usage\":" PLAIN "}}}," AT
	"}\n" LINE(PLAIN),
	PLAINLY)

/* --- cache writes -------------------------------------------------------------------- */

EDGE(long_lived_cache_writes_are_told_apart,
	LINE("{\"cache_creation_input_tokens\":3000,\"cache_creation\":{"
	     "\"ephemeral_5m_input_tokens\":1000,\"ephemeral_1h_input_tokens\":2000}}"),
	USED(0, 0, 0, 1000, 2000, 1))
EDGE(an_empty_split_does_not_take_the_flat_count_away,
	LINE("{\"cache_creation_input_tokens\":3000,\"cache_creation\":{}}"),
	USED(0, 0, 0, 3000, 0, 1))
EDGE(a_split_of_zeros_does_not_take_the_flat_count_away,
	LINE("{\"cache_creation_input_tokens\":3000,\"cache_creation\":{"
	     "\"ephemeral_5m_input_tokens\":0,\"ephemeral_1h_input_tokens\":0}}"),
	USED(0, 0, 0, 3000, 0, 1))
EDGE(a_flat_count_of_zero_does_not_take_the_split_away,
	LINE("{\"cache_creation_input_tokens\":0,\"cache_creation\":{"
	     "\"ephemeral_5m_input_tokens\":7,\"ephemeral_1h_input_tokens\":8}}"),
	USED(0, 0, 0, 7, 8, 1))
EDGE(what_the_split_does_not_explain_lives_five_minutes,
	LINE("{\"cache_creation_input_tokens\":100,\"cache_creation\":{"
	     "\"ephemeral_1h_input_tokens\":60}}"),
	USED(0, 0, 0, 40, 60, 1))

/* --- what else is billed --------------------------------------------------------------- */

EDGE(web_searches_are_counted,
	LINE("{\"input_tokens\":1,\"server_tool_use\":{\"web_search_requests\":50,"
	     "\"web_fetch_requests\":9}}"),
	USED(1, 0, 0, 0, 0, 1), .searches = 50)
EDGE(a_batch_tier_changes_no_count,
	LINE("{\"input_tokens\":10,\"output_tokens\":5,"
	     "\"cache_read_input_tokens\":100,"
	     "\"service_tier\":\"batch\"}"),
	PLAINLY)
EDGE(a_compaction_inside_is_billed_beside_the_answer,
	LINE("{\"input_tokens\":10,\"output_tokens\":5,\"iterations\":["
	     "{\"type\":\"compaction\",\"input_tokens\":1000,\"output_tokens\":200},"
	     "{\"type\":\"message\",\"input_tokens\":10,\"output_tokens\":5}]}"),
	USED(1010, 205, 0, 0, 0, 2))
EDGE(an_advisor_inside_is_billed_beside_the_answer,
	LINE("{\"input_tokens\":10,\"output_tokens\":5,\"iterations\":["
	     "{\"type\":\"advisor_message\",\"model\":\"claude-fable-5-1\",\"input_tokens\":70}]}"),
	USED(80, 5, 0, 0, 0, 2))
EDGE(iterations_that_add_up_to_the_answer_are_counted_once,
	LINE("{\"input_tokens\":30,\"output_tokens\":5,\"iterations\":["
	     "{\"type\":\"message\",\"input_tokens\":10,\"output_tokens\":2},"
	     "{\"type\":\"message\",\"input_tokens\":20,\"output_tokens\":3}]}"),
	USED(30, 5, 0, 0, 0, 1))
EDGE(iterations_that_do_not_add_up_are_left_alone,
	LINE("{\"input_tokens\":31,\"output_tokens\":5,\"iterations\":["
	     "{\"type\":\"message\",\"input_tokens\":10,\"output_tokens\":2},"
	     "{\"type\":\"message\",\"input_tokens\":20,\"output_tokens\":3},"
	     "{\"type\":\"something_new\",\"input_tokens\":\"many\"}, null, 5]}"),
	USED(31, 5, 0, 0, 0, 1))

/* --- how it is written --------------------------------------------------------------- */

EDGE(spaces_are_no_reason_to_drop_a_line,
	"{ \"message\" : { \"id\" : \"msg_1\" ,\t\"usage\" : { \"input_tokens\" : 10 , "
	"\"output_tokens\" : 5 , \"cache_read_input_tokens\" : 100 } } , "
	"\"timestamp\" : \"2026-11-23T07:00:52.294Z\" } \n",
	PLAINLY)
EDGE(of_keys_that_come_twice_the_last_holds,
	LINE("{\"input_tokens\":-1,\"input_tokens\":10,\"output_tokens\":999,\"output_tokens\":5,"
	     "\"cache_creation\":{\"ephemeral_1h_input_tokens\":50},\"cache_creation\":null,"
	     "\"cache_read_input_tokens\":100}"),
	PLAINLY)
EDGE(of_usages_that_come_twice_the_last_holds,
	"{\"message\":{\"id\":\"msg_1\",\"usage\":{\"input_tokens\":77},\"usage\":" PLAIN "}" REST,
	PLAINLY)
EDGE(whole_numbers_may_be_written_as_floats,
	LINE("{\"input_tokens\":10.0,\"output_tokens\":0.5e1,\"cache_read_input_tokens\":1E+2,"
	     "\"cache_creation_input_tokens\":-0.0}"),
	PLAINLY)
EDGE(a_fraction_is_no_count, LINE("{\"input_tokens\":10.5}"), NOTHING, .skipped = 1)
EDGE(a_negative_number_is_no_count, LINE("{\"input_tokens\":-1}"), NOTHING, .skipped = 1)
EDGE(a_text_is_no_count, LINE("{\"input_tokens\":\"10\"}"), NOTHING, .skipped = 1)
EDGE(the_largest_count_is_2_to_the_53_less_1, LINE("{\"input_tokens\":9007199254740991}"),
	USED(INT64_C(9007199254740991), 0, 0, 0, 0, 1))
EDGE(a_larger_one_is_no_count, LINE("{\"input_tokens\":9007199254740992}"), NOTHING, .skipped = 1)
EDGE(a_number_beyond_all_bounds_is_no_count, LINE("{\"input_tokens\":1e999999999}"), NOTHING,
	.skipped = 1)
EDGE(a_byte_order_mark_is_passed_over, "\xef\xbb\xbf" LINE(PLAIN), PLAINLY)
EDGE(lines_may_end_in_crlf, MESSAGE(PLAIN) "," AT "}\r\n" MESSAGE(PLAIN) "," AT "}\r\n", PLAINLY)
EDGE(the_last_line_may_lack_its_newline, MESSAGE(PLAIN) "," AT "}", PLAINLY)
EDGE(a_version_that_is_none_is_no_reason_to_drop,
	MESSAGE(PLAIN) ",\"version\":\"dev build\"," AT "}\n", PLAINLY)
EDGE(a_cost_in_the_line_changes_no_count, MESSAGE(PLAIN) ",\"costUSD\":9.99," AT "}\n", PLAINLY)
EDGE(lone_surrogates_and_zero_characters_are_text,
	"{\"message\":{\"content\":\"\\ud83d \\u0000 \\udc00\",\"id\":\"msg_1\",\"usage\":" PLAIN
	"}" REST,
	PLAINLY)
EDGE(escapes_in_an_id_are_undone,
	"{\"message\":{\"id\":\"m\\u0073g_1\",\"usage\":" PLAIN "}" REST LINE(PLAIN), PLAINLY)

/* --- what is no answer ---------------------------------------------------------------- */

EDGE(a_tool_s_own_usage_is_not_the_message_s,
	"{\"type\":\"user\",\"message\":{\"role\":\"user\",\"content\":[]},\"toolUseResult\":{"
	"\"usage\":" PLAIN ",\"totalTokens\":115}," AT "}\n",
	NOTHING)
EDGE(usage_quoted_in_a_text_is_text,
	"{\"message\":{\"content\":\"{\\\"usage\\\":{\\\"input_tokens\\\":5}}\"}," AT "}\n",
	NOTHING)
EDGE(usage_at_the_top_level_is_not_a_message_s, "{\"usage\":" PLAIN "," AT "}\n", NOTHING)
EDGE(a_synthetic_message_is_skipped,
	"{\"message\":{\"id\":\"a-b\",\"model\":\"<synthetic>\",\"usage\":{\"input_tokens\":0,"
	"\"output_tokens\":0,\"speed\":null}}" REST,
	NOTHING, .skipped = 1)
EDGE(an_api_error_without_tokens_is_skipped,
	MESSAGE("{\"input_tokens\":0,\"output_tokens\":0}") ",\"isApiErrorMessage\":true," AT "}\n",
	NOTHING, .skipped = 1)
EDGE(an_aborted_answer_with_tokens_counts, MESSAGE(PLAIN) ",\"isApiErrorMessage\":true," AT "}\n",
	PLAINLY)

/* --- broken lines ------------------------------------------------------------------------ */

EDGE(a_torn_line_is_skipped, "{\"message\":{\"usage\":{\"input_to\n" LINE(PLAIN), PLAINLY,
	.skipped = 1)
EDGE(two_lines_glued_together_are_skipped, "{\"uuid\":\"x" LINE(PLAIN), NOTHING, .skipped = 1)
EDGE(text_behind_the_object_is_not_json, MESSAGE(PLAIN) "," AT "} x\n", NOTHING, .skipped = 1)
EDGE(raw_control_bytes_are_not_json,
	"{\"x\":\"\x01\",\"message\":{\"id\":\"m\",\"usage\":" PLAIN "}" REST, NOTHING,
	.skipped = 1)
EDGE(numbers_with_leading_zeros_are_not_json, LINE("{\"input_tokens\":010}"), NOTHING, .skipped = 1)
EDGE(empty_lines_are_nothing, "\n\r\n  \n" LINE(PLAIN) "\n", PLAINLY)
EDGE(an_answer_without_any_id_is_skipped, "{\"message\":{\"usage\":" PLAIN "}," AT "}\n", NOTHING,
	.skipped = 1)
EDGE(an_answer_without_any_time_is_skipped, MESSAGE(PLAIN) "}\n", NOTHING, .skipped = 1)

static void nul_bytes_spoil_their_line_only(void **state)
{
	static const char text[] = "{\"message\":{\"usage\":\0\0\0\n" LINE(PLAIN);
	struct found f;

	(void)state;
	found_scan_bytes(&f, text, sizeof text - 1);
	assert_int_equal(f.stats.skipped[SKIP_INVALID_JSON], 1);
	assert_int_equal(found_only(&f).usage.input, 10);
	assert_int_equal(f.stats.lines, 2);
	found_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(null_ids_in_tool_input_are_not_the_message_s),
		cmocka_unit_test(speed_may_be_null),
		cmocka_unit_test(speed_may_be_unknown),
		cmocka_unit_test(cache_counters_may_be_null),
		cmocka_unit_test(all_of_the_envelope_may_be_null),
		cmocka_unit_test(a_message_may_be_null),
		cmocka_unit_test(usage_may_be_null),
		cmocka_unit_test(unknown_members_are_passed_over),
		cmocka_unit_test(the_last_of_a_stream_is_counted_once),
		cmocka_unit_test(a_placeholder_behind_the_final_count_does_not_lower_it),
		cmocka_unit_test(lines_without_a_request_id_are_one_answer),
		cmocka_unit_test(a_replay_under_another_request_is_the_same_answer),
		cmocka_unit_test(a_fork_s_copy_is_the_same_answer),
		cmocka_unit_test(an_answer_inside_a_progress_record_counts),
		cmocka_unit_test(an_answer_in_progress_and_in_its_own_file_is_one),
		cmocka_unit_test(long_lived_cache_writes_are_told_apart),
		cmocka_unit_test(an_empty_split_does_not_take_the_flat_count_away),
		cmocka_unit_test(a_split_of_zeros_does_not_take_the_flat_count_away),
		cmocka_unit_test(a_flat_count_of_zero_does_not_take_the_split_away),
		cmocka_unit_test(what_the_split_does_not_explain_lives_five_minutes),
		cmocka_unit_test(web_searches_are_counted),
		cmocka_unit_test(a_batch_tier_changes_no_count),
		cmocka_unit_test(a_compaction_inside_is_billed_beside_the_answer),
		cmocka_unit_test(an_advisor_inside_is_billed_beside_the_answer),
		cmocka_unit_test(iterations_that_add_up_to_the_answer_are_counted_once),
		cmocka_unit_test(iterations_that_do_not_add_up_are_left_alone),
		cmocka_unit_test(spaces_are_no_reason_to_drop_a_line),
		cmocka_unit_test(of_keys_that_come_twice_the_last_holds),
		cmocka_unit_test(of_usages_that_come_twice_the_last_holds),
		cmocka_unit_test(whole_numbers_may_be_written_as_floats),
		cmocka_unit_test(a_fraction_is_no_count),
		cmocka_unit_test(a_negative_number_is_no_count),
		cmocka_unit_test(a_text_is_no_count),
		cmocka_unit_test(the_largest_count_is_2_to_the_53_less_1),
		cmocka_unit_test(a_larger_one_is_no_count),
		cmocka_unit_test(a_number_beyond_all_bounds_is_no_count),
		cmocka_unit_test(a_byte_order_mark_is_passed_over),
		cmocka_unit_test(lines_may_end_in_crlf),
		cmocka_unit_test(the_last_line_may_lack_its_newline),
		cmocka_unit_test(a_version_that_is_none_is_no_reason_to_drop),
		cmocka_unit_test(a_cost_in_the_line_changes_no_count),
		cmocka_unit_test(lone_surrogates_and_zero_characters_are_text),
		cmocka_unit_test(escapes_in_an_id_are_undone),
		cmocka_unit_test(a_tool_s_own_usage_is_not_the_message_s),
		cmocka_unit_test(usage_quoted_in_a_text_is_text),
		cmocka_unit_test(usage_at_the_top_level_is_not_a_message_s),
		cmocka_unit_test(a_synthetic_message_is_skipped),
		cmocka_unit_test(an_api_error_without_tokens_is_skipped),
		cmocka_unit_test(an_aborted_answer_with_tokens_counts),
		cmocka_unit_test(a_torn_line_is_skipped),
		cmocka_unit_test(two_lines_glued_together_are_skipped),
		cmocka_unit_test(text_behind_the_object_is_not_json),
		cmocka_unit_test(raw_control_bytes_are_not_json),
		cmocka_unit_test(numbers_with_leading_zeros_are_not_json),
		cmocka_unit_test(empty_lines_are_nothing),
		cmocka_unit_test(an_answer_without_any_id_is_skipped),
		cmocka_unit_test(an_answer_without_any_time_is_skipped),
		cmocka_unit_test(nul_bytes_spoil_their_line_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
