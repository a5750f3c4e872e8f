/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "earlier_lines.h"

struct given {
	const char *text;
	enum earlier_file_format format;
	const char *gives;
	int lines, rows; /* skipped */
};

static void check_given(const struct given *g)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct earlier_file_skipped skipped = { 0 };
	struct tt_error err = TT_ERROR_INIT;

	assert_int_equal(earlier_file_sniff(g->text, strlen(g->text)), g->format);
	if (read_bytes(&out, g->text, strlen(g->text), &skipped, &err) != TT_OK)
		fail_msg("%s", err.msg);
	assert_string_equal(out.buf, g->gives);
	assert_int_equal(skipped.lines, g->lines);
	assert_int_equal(skipped.rows, g->rows);
}

#define CHECK_ALL(cases)                                                \
	for (size_t i_ = 0; i_ < sizeof(cases) / sizeof *(cases); i_++) \
	check_given(&(cases)[i_])

/* --- the cycle tracker --------------------------------------------------------- */

#define CYCLE(more)                                          \
	"{\"input\":50000,\"output\":25000,\"total\":75000," \
	"\"start_time\":\"2025-08-26T02:32:16.063607\","     \
	"\"reset_time\":\"2025-08-26T07:32:16.063607\"" more "}"
#define CYCLE_WINDOW " 2025-08-26T02:32:16.063Z 2025-08-26T07:32:16.063Z "

static void earlier_file_read__takes_the_state_of_a_cycle(void **state)
{
	static const struct given cases[] = {
		{ CYCLE(""), EARLIER_FILE_CYCLE,
			"window manual 2025-08-26T02:32:16 2025-08-26T02:32:16.063Z" CYCLE_WINDOW
			"50000/25000/0/0/0 r0 m0\n",
			0, 0 },
		/* some of it was estimated */
		{ CYCLE(",\"last_updated\":\"2025-08-26T03:00:00\",\"estimated_sessions\":2,"
			"\"manual_updates\":1"),
			EARLIER_FILE_CYCLE,
			"window estimated 2025-08-26T02:32:16 2025-08-26T02:32:16.063Z" CYCLE_WINDOW
			"50000/25000/0/0/0 r3 m0\n",
			0, 0 },
		/* as PowerShell writes times */
		{ "{\"input\":1,\"output\":2,\"total\":5,"
		  "\"start_time\":\"2025-08-26T02:32:16.0636070+09:00\","
		  "\"reset_time\":\"2025-08-26T07:32:16.0636070+09:00\"}",
			EARLIER_FILE_CYCLE,
			"window manual 2025-08-26T02:32:16 2025-08-25T17:32:16.063Z "
			"2025-08-25T17:32:16.063Z 2025-08-25T22:32:16.063Z 1/2/0/0/2 r0 m0\n",
			0, 0 },
		{ "{\"input\":1000,\"output\":500,\"timestamp\":\"2025-08-26T02:00:00\"}",
			EARLIER_FILE_REQUEST,
			"request manual 2025-08-26T02:00:00|1000|500 2025-08-26T02:00:00Z "
			"1000/500/0/0/0 r1 m0\n",
			0, 0 },
	};

	(void)state;
	CHECK_ALL(cases);
}

static void earlier_file_read__takes_every_line_of_the_cycle_log(void **state)
{
	static const struct given cases[] = {
		{ "2025-08-26 02:40:00 | Input: 1500, Output: 800, Estimated: False\n"
		  "2025-08-26 02:40:00 | Input: 1500, Output: 800, Estimated: False\n"
		  "[2025-08-26 02:41:00] Starting Claude activity monitor for 300 seconds\n"
		  "[2025-08-26 02:42:00] Updated tokens - Input: 10, Output: 20, Total: 99\r\n"
		  "[2025-08-26 02:43:00] Detected potential Claude conversation in clipboard\r\n"
		  "[2025-08-26 02:43:00] Updated tokens - Input: 7, Output: 8, Total: 99\r\n"
		  "2025-08-26 02:44:00 | Input: 3, Output: 4, Estimated: True",
			EARLIER_FILE_CYCLE_LOG,
			"event manual 2025-08-26 02:40:00||1500|800|0 2025-08-26T02:40:00Z "
			"1500/800/0/0/0 r1 m0\n"
			"event manual 2025-08-26 02:40:00||1500|800|1 2025-08-26T02:40:00Z "
			"1500/800/0/0/0 r1 m0\n"
			"event manual 2025-08-26 02:42:00||10|20|0 2025-08-26T02:42:00Z "
			"10/20/0/0/0 r1 m0\n"
			"event estimated 2025-08-26 02:43:00||7|8|0 2025-08-26T02:43:00Z "
			"7/8/0/0/0 r1 m0\n"
			"event estimated 2025-08-26 02:44:00||3|4|0 2025-08-26T02:44:00Z "
			"3/4/0/0/0 r1 m0\n",
			0, 0 },
		{ "[2025-08-26 02:42:10] Activity: process_detected - Claude Code active\n"
		  "[2025-08-26 02:42:01] Monitor: clipboard - Input: 10, Output: 20\n"
		  "[2025-08-26 02:42:02] Monitor: manual_request - Input: 1, Output: 2\n",
			EARLIER_FILE_MONITOR_LOG,
			"echo estimated 2025-08-26 02:42:01||10|20|0 2025-08-26T02:42:01Z "
			"10/20/0/0/0 r1 m0\n"
			"echo manual 2025-08-26 02:42:02||1|2|0 2025-08-26T02:42:02Z "
			"1/2/0/0/0 r1 m0\n",
			0, 0 },
	};

	(void)state;
	CHECK_ALL(cases);
}

/* --- the window tracker --------------------------------------------------------- */

static void earlier_file_read__takes_windows_of_every_version(void **state)
{
	static const struct given cases[] = {
		{ "{\"session_start\":1759795200,\"tokens_used\":42000,\"requests\":12,"
		  "\"plan\":\"max\",\"next_reset\":1759813200,\"last_server\":\"LXC115\","
		  "\"servers\":{}}",
			EARLIER_FILE_WINDOW_1,
			"window manual 5h|1759795200 2025-10-07T00:00:00Z 2025-10-07T00:00:00Z "
			"2025-10-07T05:00:00Z 0/0/0/0/42000 r12 m0 server=LXC115\n",
			0, 0 },
		{ "{\"session_start\":1759795200,\"week_start\":1759701600,\"tokens_5h\":11000,"
		  "\"tokens_weekly\":90000,\"messages_5h\":11,\"messages_weekly\":80,"
		  "\"plan\":\"max5x\",\"next_5h_reset\":1759813200,"
		  "\"next_weekly_reset\":1760306400}",
			EARLIER_FILE_WINDOW_DUAL,
			"window manual 5h|1759795200 2025-10-07T00:00:00Z 2025-10-07T00:00:00Z "
			"2025-10-07T05:00:00Z 0/0/0/0/11000 r0 m11\n"
			"window manual week|1759701600 2025-10-06T18:59:59.999Z "
			"2025-10-05T22:00:00Z 2025-10-12T22:00:00Z 0/0/0/0/90000 r0 m80\n",
			0, 0 },
		{ "{\"version\":\"2.1\",\"session_management\":{\"current_session_5h\":"
		  "{\"session_start\":1759795200,\"next_reset\":1759813200},\"weekly_session\":"
		  "{\"week_start\":1759701600,\"next_reset\":1760306400}},\"token_usage\":"
		  "{\"window_5h\":{\"total_tokens\":13000,\"input_tokens\":5000,"
		  "\"output_tokens\":8000,\"total_messages\":1},\"window_weekly\":"
		  "{\"total_tokens\":20000,\"input_tokens\":8000,\"output_tokens\":12000,"
		  "\"total_messages\":3}}}",
			EARLIER_FILE_WINDOW_2_1,
			"window manual 5h|1759795200 2025-10-07T00:00:00Z 2025-10-07T00:00:00Z "
			"2025-10-07T05:00:00Z 5000/8000/0/0/0 r0 m1\n"
			"window manual week|1759701600 2025-10-06T18:59:59.999Z "
			"2025-10-05T22:00:00Z 2025-10-12T22:00:00Z 8000/12000/0/0/0 r0 m3\n",
			0, 0 },
	};

	(void)state;
	CHECK_ALL(cases);
}

#define WINDOW_2_0(session, window, servers)                                           \
	"{\"version\":\"2.0\"," session "\"token_usage\":{\"current_window\":{" window \
	"}},\"server_tracking\":{\"last_active_server\":\"MAIN\",\"servers\":{" servers "}}}"
#define SESSION_2_0                                                                  \
	"\"session_management\":{\"current_session\":{\"session_start\":1757152800," \
	"\"next_reset\":1757170800}},"

static void earlier_file_read__takes_what_servers_counted_before_the_window(void **state)
{
	static const struct given cases[] = {
		{ WINDOW_2_0(SESSION_2_0,
			  "\"total_tokens\":12050,\"input_tokens\":5050,\"output_tokens\":7000,"
			  "\"total_requests\":6,\"first_request\":1757153000,"
			  "\"last_request\":1757156400",
			  "\"MAIN\":{\"session_requests\":10,\"session_tokens\":{\"total\":30000}},"
			  "\"LXC115\":{\"session_requests\":2,\"session_tokens\":{\"total\":1000},"
			  "\"lifetime_stats\":{\"total_tokens\":2050}}"),
			EARLIER_FILE_WINDOW_2_0,
			"window manual 5h|1757152800 2025-09-06T10:00:00Z 2025-09-06T10:00:00Z "
			"2025-09-06T15:00:00Z 5050/7000/0/0/0 r6 m0 server=MAIN\n"
			"window manual before|0 2025-09-06T04:59:59.999Z 1970-01-01T00:00:00Z "
			"2025-09-06T10:00:00Z 0/0/0/0/20000 r6 m0\n",
			0, 0 },
		/* as the documents show it: nothing says when the window began */
		{ WINDOW_2_0("",
			  "\"total_tokens\":100,\"input_tokens\":40,\"output_tokens\":60,"
			  "\"total_requests\":1,\"first_request\":1757153000,"
			  "\"last_request\":null",
			  ""),
			EARLIER_FILE_WINDOW_2_0,
			"window manual 5h|1757152800 2025-09-06T10:00:00Z 2025-09-06T10:00:00Z "
			"2025-09-06T15:00:00Z 40/60/0/0/0 r1 m0 server=MAIN\n",
			0, 0 },
		/* migrated from the first version: of the old total nobody knows the split */
		{ "{\"metadata\":{\"created\":1}," SESSION_2_0
		  "\"version\":\"2.0\",\"token_usage\":{\"current_window\":{\"total_tokens\":"
		  "44050,\"input_tokens\":850,\"output_tokens\":1200,\"total_requests\":13}}}",
			EARLIER_FILE_WINDOW_2_0_ENHANCED,
			"window manual 5h|1757152800 2025-09-06T10:00:00Z 2025-09-06T10:00:00Z "
			"2025-09-06T15:00:00Z 850/1200/0/0/42000 r13 m0\n",
			0, 0 },
		{ WINDOW_2_0("", "\"total_tokens\":0,\"first_request\":null", ""),
			EARLIER_FILE_WINDOW_2_0, "", 0, 0 },
	};

	(void)state;
	CHECK_ALL(cases);
}

static void earlier_file_read__counts_the_lines_of_logs_that_are_malformed(void **state)
{
	static const struct given cases[] = {
		{ "2025-09-06 10:10:00 [MAIN] Real tokens: input=850, output=1200, total=2050\n"
		  "2025-09-06 10:11:00 [MAIN] Real tokens: input=abc, output=5, total=5\n"
		  "2025-09-06 10:12:00 [MAIN] Real tokens: input=-5, output=5, total=0\n"
		  "2025-09-06 10:13:00 [MAIN] Real tokens: input=5, output=5, total=11\n"
		  "2025-02-30 10:13:00 [MAIN] Real tokens: input=5, output=5, total=10\n"
		  "2025-09-06 10:14:00 [MAIN] Real tokens: input=5, output=5, total=1",
			EARLIER_FILE_TOKEN_LOG,
			"event manual 2025-09-06 10:10:00|MAIN|850|1200|0 2025-09-06T10:10:00Z "
			"850/1200/0/0/0 r1 m1 server=MAIN\n",
			5, 0 },
		{ "2025-10-07 00:10:00 [TOKEN-HOOK-v2.1] Stop hook - Processing response\n"
		  "2025-10-07 00:10:00 [TOKEN-HOOK-v2.1] Method 1 (Stop hook usage): input=12500, "
		  "output=18750\n"
		  "2025-10-07 00:10:00 [TOKEN-HOOK-v2.1] Tracking tokens: input=12500, "
		  "output=18750\n"
		  "2025-10-07 00:10:05 [TOKEN-HOOK] Extracted tokens: input=1, output=2\n"
		  "2025-10-07 00:11:00 [TOKEN-HOOK] Extracted tokens: input=1, output=2",
			EARLIER_FILE_HOOK_LOG,
			"echo manual 2025-10-07 00:10:00|-v2.1|12500|18750|0 "
			"2025-10-07T00:10:00Z 12500/18750/0/0/0 r1 m1\n"
			"echo manual 2025-10-07 00:10:05||1|2|0 2025-10-07T00:10:05Z "
			"1/2/0/0/0 r1 m1\n",
			1, 0 },
	};

	(void)state;
	CHECK_ALL(cases);
}

/* --- the branch tracker ------------------------------------------------------------ */

#define HEADER "timestamp,branch,tokens,estimated_cost,notes"

static void earlier_file_read__takes_tables_with_branches(void **state)
{
	static const struct given cases[] = {
		{ HEADER "\r\n2025-11-05 00:11:39,feature/x,54161,0.2925,\"a, \"\"b\"\"\nc\"\r\n"
			 ",main,5,0.0,no time\r\n2025-11-05 09:00:00,main,32000,0.1728,",
			EARLIER_FILE_CSV,
			"feature/x 2025-11-05T00:11:39Z r1 format-1-csv 0/0/54161 - a, \"b\"\nc\n"
			"main 2025-11-05T09:00:00Z r1 format-1-csv 0/0/32000 - \n",
			0, 1 },
		{ "[{\"model\":\"auth.user\",\"pk\":1,\"fields\":{\"git_branch\":5}},"
		  "{\"model\":\"active_interview_app.tokenusage\",\"pk\":7,\"fields\":"
		  "{\"created_at\":\"2025-11-05T00:11:39.123Z\",\"user\":null,\"git_branch\":"
		  "\"main\",\"model_name\":\"gpt-4o\",\"endpoint\":\"chat.completions\","
		  "\"prompt_tokens\":800,\"completion_tokens\":200,\"total_tokens\":1000}},"
		  "{\"model\":\"active_interview_app.mergetokenstats\",\"pk\":1,\"fields\":{}}]",
			EARLIER_FILE_ROWS,
			"main 2025-11-05T00:11:39.123Z r1 format-1-row 800/200/0 gpt-4o \n", 0, 1 },
		{ "[{\"id\":1,\"created_at\":\"2025-11-05 00:11:39\",\"git_branch\":\"main\","
		  "\"model_name\":\"m\",\"prompt_tokens\":1,\"completion_tokens\":2,"
		  "\"total_tokens\":3}]",
			EARLIER_FILE_ROWS, "main 2025-11-05T00:11:39Z r1 format-1-row 1/2/0 m \n",
			0, 0 },
		{ "{\"branch\":\"feature/x\",\"total_tokens\":5,\"sessions\":[{\"timestamp\":"
		  "\"2025-11-05T00:11:39.123456\",\"tokens\":5,\"notes\":\"n\"}]}",
			EARLIER_FILE_BRANCH,
			"feature/x 2025-11-05T00:11:39.123Z r1 format-1 0/0/5 - n\n", 0, 0 },
		{ "{\"timestamp\":\"2025-11-05T00:11:39\",\"git_branch\":\"main\",\"model_name\":"
		  "\"m\",\"prompt_tokens\":80,\"completion_tokens\":20,\"total_tokens\":100,"
		  "\"notes\":\"Accumulated from 2 Claude Code sessions\"}",
			EARLIER_FILE_AGGREGATE,
			"main 2025-11-05T00:11:39Z r1 format-1-direct 0/0/100 m Accumulated from 2 "
			"Claude Code sessions\n",
			0, 0 },
	};

	(void)state;
	CHECK_ALL(cases);
}

/* --- the session tracker ------------------------------------------------------------- */

static void earlier_file_read__takes_sessions(void **state)
{
	static const struct given cases[] = {
		{ "{\"exportDate\":\"2025-08-13T10:00:00Z\",\"projects\":[],\"recentSessions\":["
		  "{\"id\":\"953809ed-1\",\"project_path\":\"/p\",\"started_at\":"
		  "\"2025-08-05 08:00:00\",\"ended_at\":null,\"total_input_tokens\":101,"
		  "\"total_output_tokens\":51,\"total_cost_usd\":0.5},"
		  "{\"id\":\"placeholder-L1VzZXJz\",\"project_path\":\"/q\",\"started_at\":"
		  "\"2025-08-05T08:00:00.000Z\"}],\"dailyStats\":[]}",
			EARLIER_FILE_SESSION_LIST,
			"session measured 953809ed-1 2025-08-05T08:00:00Z 101/51/0/0/0 r0 m0 "
			"project=/p\n",
			0, 1 },
		{ "{\"oauthAccount\":{\"x\":\"\\ud800\"},\"projects\":{\"/home/dev/app\":{"
		  "\"lastStartTime\":1795417650901,\"lastTotalInputTokens\":101,"
		  "\"lastTotalOutputTokens\":51,\"lastTotalCacheCreationInputTokens\":2001,"
		  "\"lastTotalCacheReadInputTokens\":30001,\"lastModelUsage\":{\"claude-opus-5\":"
		  "{\"inputTokens\":100,\"outputTokens\":51,\"cacheReadInputTokens\":30001,"
		  "\"cacheCreationInputTokens\":2001,\"costUSD\":0.01}},\"lastSessionId\":\"s1\"},"
		  "\"/never\":{\"lastTotalInputTokens\":5},\"/odd\":7,"
		  "\"/old\":{\"lastSessionId\":\"s2\",\"lastTotalInputTokens\":9.0,"
		  "\"lastTotalOutputTokens\":-4}}}",
			EARLIER_FILE_CLIENT,
			"session measured s1 2026-11-23T07:07:30.901Z 101/51/30001/2001/0 r0 m0 "
			"project=/home/dev/app\n"
			"part measured s1|model|claude-opus-5 2026-11-23T07:07:30.901Z "
			"100/51/30001/2001/0 r0 m0 model=claude-opus-5 project=/home/dev/app\n"
			"session measured s2 2025-10-25T16:00:00Z 9/0/0/0/0 r0 m0 project=/old\n",
			0, 0 },
	};

	(void)state;
	CHECK_ALL(cases);
}

static void earlier_client_extract__keeps_figures_and_nothing_else(void **state)
{
	static const char text[] =
		"{\"oauthAccount\":{\"email\":\"dev@example.com\"},\"projects\":{\"/a\":{"
		"\"history\":[\"secret\"],\"lastSessionId\":\"s1\",\"lastCost\":0.5,"
		"\"lastTotalInputTokens\":101,\"lastPrompt\":\"secret\"},\"/b\":{}},\"x\":1}";
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct tt_error err = TT_ERROR_INIT;

	(void)state;
	assert_int_equal(earlier_client_extract(&out, text, sizeof text - 1, &err), TT_OK);
	assert_string_equal(out.buf,
		"{\"projects\":{\"/a\":{\"lastSessionId\":\"s1\",\"lastTotalInputTokens\":101},"
		"\"/b\":{}}}");
}

/* --- what is refused ----------------------------------------------------------------- */

static void earlier_file_read__says_why_it_refuses(void **state)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "{\"timestamp\":\"2025-10-08T00:00:00Z\",\"5h_window\":{\"used\":2000}}",
			"its figures are guesses: 2000 tokens for each use of a tool" },
		{ "{\"session_start\":\"x\",\"estimated_session_tokens\":45000}",
			"its figure is a guess: 3000 tokens for each of 15 requests" },
		{ "{\"format_version\":2,\"branch\":\"main\",\"sessions\":[]}",
			"it is of this program, not of an earlier tracker" },
		{ "", "no earlier tracker wrote this" },
		{ "hello\n", "no earlier tracker wrote this" },
		{ "{\"a\":1}", "no earlier tracker wrote this" },
		{ "{\"a\":", "line 1, column 6: the text ends too early" },
		{ "{\"input\":5,\"output\":5,\"reset_time\":\"2025", "" },
		{ "{\"input\":5,\"output\":-5,\"reset_time\":\"x\"}",
			"'output' is no count of tokens" },
		{ "{\"input\":5,\"output\":5.5,\"reset_time\":\"x\"}",
			"'output' is no count of tokens" },
		{ "{\"input\":5,\"output\":5,\"reset_time\":\"x\"}", "it has no 'start_time'" },
		{ "{\"input\":5,\"output\":5,\"timestamp\":\"now\"}",
			"'timestamp': 'now' is not a time like 2026-11-23T09:00:00" },
		{ "{\"tokens_used\":5}", "nothing says when its window began" },
		{ "{\"tokens_used\":5,\"session_start\":10,\"next_reset\":10}",
			"its window ends before it begins" },
		{ "{\"tokens_used\":5,\"session_start\":-10}",
			"'session_start' is no time in seconds since 1970" },
		{ HEADER "\n2025-11-05 00:11:39,main,5,0.1\n", "row 2 is cut off or malformed" },
		{ HEADER "\n2025-11-05 00:11:39,main,x,0.1,\n",
			"row 2: it has no count of tokens" },
		{ HEADER "\n2025-11-05 00:11:39,,5,0.1,\n",
			"row 2: it has no branch, or one of more than 1024 bytes" },
		{ HEADER "\nx,main,5,0.1,\n", "row 2: 'x' is not a time like 2026-11-23T09:00:00" },
		{ "{\"exportDate\":\"x\",\"recentSessions\":[{\"id\":\"s\"}]}",
			"a session's 'started_at' is no time" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
		struct earlier_file_skipped skipped = { 0 };
		struct tt_error err = TT_ERROR_INIT;

		assert_int_equal(
			read_bytes(&out, cases[i].text, strlen(cases[i].text), &skipped, &err),
			TT_EINPUT);
		if (cases[i].says[0])
			assert_string_equal(err.msg, cases[i].says);
		assert_string_equal(out.buf, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(earlier_file_read__takes_the_state_of_a_cycle),
		cmocka_unit_test(earlier_file_read__takes_every_line_of_the_cycle_log),
		cmocka_unit_test(earlier_file_read__takes_windows_of_every_version),
		cmocka_unit_test(earlier_file_read__takes_what_servers_counted_before_the_window),
		cmocka_unit_test(earlier_file_read__counts_the_lines_of_logs_that_are_malformed),
		cmocka_unit_test(earlier_file_read__takes_tables_with_branches),
		cmocka_unit_test(earlier_file_read__takes_sessions),
		cmocka_unit_test(earlier_client_extract__keeps_figures_and_nothing_else),
		cmocka_unit_test(earlier_file_read__says_why_it_refuses),
	};

	(void)setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
