/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "capture/earlier.h"

#define SESSION_1 "{\"timestamp\":\"2025-11-05T00:11:39.123456\",\"tokens\":54161,\"notes\":\"a\"}"
#define SESSION_2 "{\"timestamp\":\"2025-11-05T09:00:00\",\"tokens\":32000,\"notes\":\"\"}"
#define LEDGER(sessions)                                                           \
	"{\"branch\":\"feature/x\",\"total_tokens\":86161,\"sessions\":[" sessions \
	"],\"created_at\":\"2025-11-05T00:11:39\",\"last_updated\":\"2025-11-05T09:00:00\"}"
#define WRAPPER(sessions)                                                               \
	"{\"export_metadata\":{\"exported_at\":\"2025-11-05T09:00:01\","                \
	"\"exported_by\":\"dev\",\"export_version\":\"1.0\",\"source_machine\":\"pc\"," \
	"\"auto_export\":true},\"token_data\":" LEDGER(                                 \
		sessions) ",\"git_context\":{"                                          \
			  "\"branch\":\"other\",\"commit\":\"c0ffee\"}}"
#define DIRECT(more)                                                                          \
	"{\"timestamp\":\"2025-11-05T00:11:39\",\"git_branch\":\"main\",\"commit_sha\":"      \
	"\"c0ffee\",\"model_name\":\"claude-sonnet-4-5-20250929\",\"endpoint\":\"messages\"," \
	"\"prompt_tokens\":800,\"completion_tokens\":200" more "}"

struct list {
	struct strbuf text, ids;
};

static void list_release(struct list *list)
{
	strbuf_release(&list->text);
	strbuf_release(&list->ids);
}

#define LIST_INIT                        \
	{                                \
		STRBUF_INIT, STRBUF_INIT \
	}

/* One line an entry: "branch time day revision source input/output/unsplit model notes". */
static enum tt_code collect(
	void *ctx, const char *branch, const struct entry *e, struct tt_error *err)
{
	struct list *list = ctx;
	char time[INSTANT_TEXT], day[DAY_TEXT];

	instant_format(time, e->timestamp);
	day_format(day, e->day);
	strbuf_addf(&list->text, "%s %s %s r%d %s %d/%d/%d %s %s %s\n", branch, time, day,
		(int)e->revision, e->source, (int)e->usage.input, (int)e->usage.output,
		(int)e->usage.unsplit, e->model ? e->model : "-", e->commit ? e->commit : "-",
		e->notes);
	strbuf_addf(&list->ids, "%s\n", e->id);
	return entry_check(e, err);
}

static void read_text(struct list *list, const char *text)
{
	struct entry_sink sink = { list, collect };
	struct tt_error err = TT_ERROR_INIT;

	if (earlier_read(text, strlen(text), false, &sink, &err) != TT_OK)
		fail_msg("%s", err.msg);
	assert_int_equal(earlier_read(text, strlen(text), false, NULL, &err), TT_OK);
}

static void earlier_sniff__goes_by_content(void **state)
{
	static const struct {
		const char *text;
		enum earlier_format format;
	} cases[] = {
		{ LEDGER(SESSION_1), EARLIER_LEDGER },
		{ "\xef\xbb\xbf{\"sessions\":[],\r\n\"branch\":\"b\"}", EARLIER_LEDGER },
		{ "{\"branch\":\"b\",\"sessions\":[{\"torn", EARLIER_LEDGER },
		{ "{\"format_version\":2,\"branch\":\"b\",\"sessions\":[]}", EARLIER_NONE },
		{ WRAPPER(SESSION_1), EARLIER_EXPORT },
		{ "{\"token_data\":{}}", EARLIER_EXPORT },
		{ "{\"token_data\":{},\"export_metadata\":{\"export_version\":\"2.0\"}}",
			EARLIER_NONE },
		{ DIRECT(""), EARLIER_DIRECT },
		{ DIRECT(",\"notes\":\"Accumulated\""), EARLIER_DIRECT },
		{ DIRECT(",\"notes\":\"Accumulated from 3 sessions\""), EARLIER_AGGREGATE },
		{ "{\"git_branch\":\"b\"}", EARLIER_NONE },
		{ "{}", EARLIER_NONE },
		{ "[]", EARLIER_NONE },
		{ "", EARLIER_NONE },
		{ "\xff\xfe{", EARLIER_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(
			earlier_sniff(cases[i].text, strlen(cases[i].text)), cases[i].format);
}

static void earlier_read__gives_totals_without_a_split(void **state)
{
	_cleanup_(list_release) struct list list = LIST_INIT;

	(void)state;
	read_text(&list, LEDGER(SESSION_1 "," SESSION_2));
	assert_string_equal(list.text.buf,
		"feature/x 2025-11-05T00:11:39.123Z 2025-11-05 r0 format-1 0/0/54161 - - a\n"
		"feature/x 2025-11-05T09:00:00Z 2025-11-05 r0 format-1 0/0/32000 - - \n");
}

/* Every export repeats the history: the same session must be the same entry,
 * in the ledger, in its archive and in every export. */
static void earlier_read__collapses_cumulative_exports(void **state)
{
	_cleanup_(list_release) struct list ledger = LIST_INIT, first = LIST_INIT,
					    second = LIST_INIT;

	(void)state;
	read_text(&first, WRAPPER(SESSION_1));
	read_text(&second, "\xef\xbb\xbf" WRAPPER(SESSION_1 ",\r\n" SESSION_2) "\r\n");
	read_text(&ledger, LEDGER(SESSION_1 "," SESSION_2));
	assert_string_equal(second.ids.buf, ledger.ids.buf);
	assert_string_equal(second.text.buf, ledger.text.buf);
	assert_memory_equal(first.ids.buf, second.ids.buf, first.ids.len);
}

static void earlier_read__keeps_equal_sessions_of_one_file_apart(void **state)
{
	_cleanup_(list_release) struct list once = LIST_INIT, twice = LIST_INIT;

	(void)state;
	read_text(&once, LEDGER(SESSION_1));
	read_text(&twice, LEDGER(SESSION_1 "," SESSION_1));
	assert_int_equal(twice.ids.len, 2 * once.ids.len);
	assert_memory_equal(twice.ids.buf, once.ids.buf, once.ids.len);
	assert_memory_not_equal(twice.ids.buf + once.ids.len, once.ids.buf, once.ids.len);
}

static void earlier_read__takes_the_branch_after_the_sessions(void **state)
{
	_cleanup_(list_release) struct list list = LIST_INIT, other = LIST_INIT;

	(void)state;
	read_text(&list, "{\"sessions\":[" SESSION_1 "],\"branch\":\"feature/x\"}");
	read_text(&other, LEDGER(SESSION_1));
	assert_string_equal(list.ids.buf, other.ids.buf);
}

static void earlier_read__keeps_the_parts_of_a_direct_record(void **state)
{
	_cleanup_(list_release) struct list list = LIST_INIT, zoned = LIST_INIT, total = LIST_INIT;

	(void)state;
	read_text(&list, DIRECT(",\"total_tokens\":1000,\"source\":\"local-claude-code\","
				"\"notes\":\"n\""));
	assert_string_equal(list.text.buf,
		"main 2025-11-05T00:11:39Z 2025-11-05 r0 format-1-direct 800/200/0 "
		"claude-sonnet-4-5-20250929 c0ffee n\n");
	read_text(&zoned, "{\"git_branch\":\"main\",\"timestamp\":\"2025-11-05T00:11:39+02:00\","
			  "\"prompt_tokens\":1,\"completion_tokens\":2,\"notes\":null}");
	assert_string_equal(zoned.text.buf, "main 2025-11-04T22:11:39Z 2025-11-05 r1 "
					    "format-1-direct 1/2/0 - - \n");
	read_text(&total, "{\"git_branch\":\"main\",\"timestamp\":\"2025-11-05 00:11:39\","
			  "\"total_tokens\":3}");
	assert_string_equal(total.text.buf, "main 2025-11-05T00:11:39Z 2025-11-05 r0 "
					    "format-1-direct 0/0/3 - - \n");
}

static void earlier_read__gives_a_total_where_the_parts_were_made_up(void **state)
{
	static const char *const sources[] = { "manual-entry", "auto-tracked" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		_cleanup_(list_release) struct list list = LIST_INIT, real = LIST_INIT;
		char text[512];

		(void)snprintf(text, sizeof text, DIRECT(",\"source\":\"%s\""), sources[i]);
		read_text(&list, text);
		assert_string_equal(list.text.buf,
			"main 2025-11-05T00:11:39Z 2025-11-05 r0 format-1-direct 0/0/1000 "
			"claude-sonnet-4-5-20250929 c0ffee \n");
		(void)snprintf(text, sizeof text,
			"{\"git_branch\":\"main\",\"timestamp\":\"2025-11-05T00:11:39\","
			"\"prompt_tokens\":801,\"completion_tokens\":199,\"source\":\"%s\"}",
			sources[i]);
		read_text(&real, text);
		assert_string_equal(real.text.buf, "main 2025-11-05T00:11:39Z 2025-11-05 r0 "
						   "format-1-direct 801/199/0 - - \n");
	}
}

static void earlier_read__sends_nothing_of_an_aggregate(void **state)
{
	_cleanup_(list_release) struct list list = LIST_INIT;

	(void)state;
	read_text(&list, DIRECT(",\"notes\":\"Accumulated from 3 sessions\""));
	assert_string_equal(list.text.buf, "");
}

static void earlier_read__says_what_is_wrong(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "{}", "line 1, column 1: not a file of the earlier tracker" },
		{ "{\"branch\":\"b\",\"sessions\":[\n{\"tokens\":5}]}",
			"line 2, column 11: a session has no 'timestamp'" },
		{ "{\"branch\":\"b\",\"sessions\":[\n{\"tokens\":5,\"timestamp\":\"now\"}]}",
			"line 2, column 1: 'now' is not a time like 2026-11-23T09:00:00" },
		{ "{\"branch\":\"b\",\"sessions\":[{\"tokens\":-5}]}",
			"line 1, column 37: -5 is outside 0 to 9007199254740991" },
		{ "{\"branch\":\"b\",\"sessions\":["
		  "{\"timestamp\":\"2025-11-05T00:11:39\",\"tokens\":9007199254740991},\n"
		  "{\"timestamp\":\"2025-11-05T00:11:40\",\"tokens\":1}]}",
			"line 2, column 1: the sessions add up to more than 9007199254740991 "
			"tokens" },
		{ "{\"branch\":\"\",\"sessions\":[]}",
			"line 1, column 11: 'branch' is empty or has more than 1024 bytes" },
		{ "{\"branch\":\"b\",\"sessions\":{}}", "line 1, column 26: expected an array" },
		{ "{\"branch\":\"b\",\"sessions\":[],\"sessions\":[]}",
			"line 1, column 29: 'sessions' appears twice" },
		{ "{\"branch\":\"b\",\"sessions\":[]}x",
			"line 1, column 29: text after the end of the document" },
		{ "{\"token_data\":{\"branch\":\"b\"}}",
			"line 1, column 15: the ledger has no 'sessions'" },
		{ "{\"token_data\":{\"sessions\":[]}}",
			"line 1, column 15: the ledger has no 'branch'" },
		{ DIRECT(",\"total_tokens\":1001"), "line 1, column 1: 'total_tokens' is 1001, but "
						    "its two parts add up to 1000" },
		{ DIRECT(",\"prompt_tokens\":1"),
			"line 1, column 186: 'prompt_tokens' appears twice" },
		{ "{\"git_branch\":\"b\",\"timestamp\":\"2025-11-05T00:11:39\",\"prompt_tokens\":"
		  "1}",
			"line 1, column 1: the record lacks 'prompt_tokens' or "
			"'completion_tokens'" },
		{ "{\"git_branch\":null,\"timestamp\":\"2025-11-05T00:11:39\"}",
			"line 1, column 1: the record has no 'git_branch', or one of more than "
			"1024 "
			"bytes" },
		{ "{\"git_branch\":\"b\",\"timestamp\":\"2025-02-30T00:11:39\",\"total_tokens\":1}",
			"line 1, column 1: '2025-02-30T00:11:39' is not a time like "
			"2026-11-23T09:00:00" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tt_error err = TT_ERROR_INIT;

		assert_int_equal(
			earlier_read(cases[i].text, strlen(cases[i].text), false, NULL, &err),
			TT_EINPUT);
		assert_string_equal(err.msg, cases[i].message);
	}
}

static enum tt_code refuse(
	void *ctx, const char *branch, const struct entry *e, struct tt_error *err)
{
	(void)branch;
	(void)e;
	++*(int *)ctx;
	return tt_fail(err, TT_EUNAVAILABLE, "the database is away");
}

static void earlier_read__stops_where_the_sink_fails(void **state)
{
	static const char *const texts[] = { WRAPPER(SESSION_1 "," SESSION_2), DIRECT("") };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct tt_error err = TT_ERROR_INIT;
		int calls = 0;
		struct entry_sink sink = { &calls, refuse };

		assert_int_equal(earlier_read(texts[i], strlen(texts[i]), false, &sink, &err),
			TT_EUNAVAILABLE);
		assert_string_equal(err.msg, "the database is away");
		assert_int_equal(calls, 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(earlier_sniff__goes_by_content),
		cmocka_unit_test(earlier_read__gives_totals_without_a_split),
		cmocka_unit_test(earlier_read__collapses_cumulative_exports),
		cmocka_unit_test(earlier_read__keeps_equal_sessions_of_one_file_apart),
		cmocka_unit_test(earlier_read__takes_the_branch_after_the_sessions),
		cmocka_unit_test(earlier_read__keeps_the_parts_of_a_direct_record),
		cmocka_unit_test(earlier_read__gives_a_total_where_the_parts_were_made_up),
		cmocka_unit_test(earlier_read__sends_nothing_of_an_aggregate),
		cmocka_unit_test(earlier_read__says_what_is_wrong),
		cmocka_unit_test(earlier_read__stops_where_the_sink_fails),
	};

	return cmocka_run_group_tests_name("earlier", tests, NULL, NULL);
}
