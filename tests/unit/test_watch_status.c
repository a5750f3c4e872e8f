/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/cli/watch_status.h"
#include "base/cleanup.h"

static const struct watch_status example = {
	.pid = 4711,
	.since = { 1763946000000 },
	.updated = { 1763946060000 },
	.sources = { { "transcripts", "/home/dev/.claude/projects", "inotify", NULL, 12 },
		{ "clipboard", NULL, "polling", "the clipboard \x1b does not answer", 0 } },
	.count = 2,
	.rounds = 3,
	.responses = 1234,
	.transcripts = 1,
	.last = { 1763946059000 },
	.clients = 2,
	.failures = 4,
	.trouble = "'a.json': it holds no usage",
	.trouble_since = { 1763946030000 },
};

static struct watch_status parsed(struct arena *arena, const char *json)
{
	struct tt_error err = TT_ERROR_INIT;
	struct watch_status s;

	assert_int_equal(watch_status_parse(&s, arena, json, strlen(json), &err), TT_OK);
	return s;
}

static void watch_status__is_read_as_it_was_written(void **state)
{
	_cleanup_(strbuf_release) struct strbuf first = STRBUF_INIT, again = STRBUF_INIT;
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct watch_status s;

	(void)state;
	watch_status_encode(&first, &example);
	s = parsed(&arena, first.buf);
	watch_status_encode(&again, &s);
	assert_string_equal(again.buf, first.buf);
	assert_int_equal(s.responses, 1234);
	assert_int_equal(s.trouble_since.ms, 1763946030000);
	assert_string_equal(s.sources[1].trouble, example.sources[1].trouble);
}

static void watch_status_parse__takes_no_more_sources_than_there_is_room_for(void **state)
{
	_cleanup_(strbuf_release) struct strbuf json = STRBUF_INIT;
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;

	(void)state;
	strbuf_addstr(&json, "{\"sources\":[{}");
	for (int i = 0; i < 100; i++)
		strbuf_addstr(&json, ",{\"name\":\"x\"}");
	strbuf_addstr(&json, "],\"later\":[1]}");
	assert_int_equal(parsed(&arena, json.buf).count, WATCH_SOURCES_MAX);
}

static void watch_status_parse__refuses_what_is_none(void **state)
{
	static const char *const bad[] = { "", "[]", "{\"pid\":-1}", "{\"since\":\"now\"}",
		"{\"responses\":1.5}", "{\"sources\":{}}", "{" };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		_cleanup_(arena_release) struct arena arena = ARENA_INIT;
		struct tt_error err = TT_ERROR_INIT;
		struct watch_status s;

		assert_int_equal(
			watch_status_parse(&s, &arena, bad[i], strlen(bad[i]), &err), TT_EINPUT);
	}
}

static void watch_status_show__tells_trouble_and_nothing_to_the_terminal(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

	(void)state;
	watch_status_show(&out, &example);
	assert_null(strchr(out.buf, '\x1b'));
	assert_non_null(strstr(out.buf, "   transcripts   /home/dev/.claude/projects (inotify, "
					"12 directories)\n"));
	assert_non_null(strstr(out.buf, "   Claude Code   2 running\n"));
	assert_non_null(strstr(out.buf, "   taken         1,234 answers, 1 reading of a "
					"transcript, 3 rounds; last "));
	assert_non_null(strstr(out.buf, "   trouble       'a.json': it holds no usage (since "));
	assert_non_null(strstr(out.buf, ", tried 4 times; it goes on trying)\n"));
}

static void watch_status_show__says_that_all_is_well(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	const struct watch_status idle = { .pid = 1, .clients = -1 };

	(void)state;
	watch_status_show(&out, &idle);
	assert_non_null(strstr(out.buf, "   taken         nothing yet\n   trouble       none\n"));
	assert_null(strstr(out.buf, "Claude Code"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(watch_status__is_read_as_it_was_written),
		cmocka_unit_test(watch_status_parse__takes_no_more_sources_than_there_is_room_for),
		cmocka_unit_test(watch_status_parse__refuses_what_is_none),
		cmocka_unit_test(watch_status_show__tells_trouble_and_nothing_to_the_terminal),
		cmocka_unit_test(watch_status_show__says_that_all_is_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
