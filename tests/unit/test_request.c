/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "capture/request.h"

#define ENTRY                                                                                   \
	"{\"id\":\"0192f0c1-1111-4111-8111-000000000001\",\"revision\":1,\"kind\":\"manual\","  \
	"\"source\":\"request\",\"timestamp\":\"2026-01-02T03:04:05Z\",\"day\":\"2026-01-02\"," \
	"\"tokens\":1500,\"usage\":{\"input\":1000,\"output\":500,\"cache_read\":0,"            \
	"\"cache_write_5m\":0,\"cache_write_1h\":0,\"unsplit\":0}}"

static enum tt_code parse(
	struct request *out, struct arena *arena, const char *text, struct tt_error *err)
{
	return request_parse(out, arena, text, strlen(text), err);
}

static void request_parse__reads_what_request_encode_wrote(void **state)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	_cleanup_(strbuf_release) struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT;
	struct tt_error err = TT_ERROR_INIT;
	struct request r, again;

	(void)state;
	assert_int_equal(parse(&r, &arena,
				 "{\"format_version\":1,\"repository\":\"/home/dev/app/.git\","
				 "\"branch\":\"feature/\\u00e4\",\"entry\":" ENTRY "}",
				 &err),
		TT_OK);
	assert_string_equal(r.repository, "/home/dev/app/.git");
	assert_string_equal(r.branch, "feature/\xc3\xa4");
	assert_int_equal(entry_tokens(&r.entry), 1500);
	request_encode(&once, &r);
	assert_int_equal(parse(&again, &arena, once.buf, &err), TT_OK);
	request_encode(&twice, &again);
	assert_string_equal(once.buf, twice.buf);
}

static void request_parse__takes_one_without_a_repository(void **state)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct tt_error err = TT_ERROR_INIT;
	struct request r;

	(void)state;
	assert_int_equal(
		parse(&r, &arena, "{\"repository\":null,\"entry\":" ENTRY "}", &err), TT_OK);
	assert_null(r.repository);
	assert_null(r.branch);
}

static void request_parse__leaves_a_newer_version_alone(void **state)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct tt_error err = TT_ERROR_INIT;
	struct request r = { .branch = "before" };

	(void)state;
	assert_int_equal(
		parse(&r, &arena, "{\"format_version\":2,\"entry\":[1]}", &err), TT_ESCHEMA);
	assert_string_equal(
		err.msg, "the request is of a newer version of track-tokens: update this one");
	assert_string_equal(r.branch, "before");
}

static void request_parse__says_what_is_wrong(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "{}", "line 1, column 1: 'entry' is missing" },
		{ "{\"branch\":\"main\",\"entry\":" ENTRY "}",
			"line 1, column 1: 'repository' and 'branch' go together" },
		{ "{\"repository\":\"/r\",\"entry\":" ENTRY "}",
			"line 1, column 1: 'repository' and 'branch' go together" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(arena_release) struct arena arena = ARENA_INIT;
		struct tt_error err = TT_ERROR_INIT;
		struct request r;

		assert_int_equal(parse(&r, &arena, cases[i].text, &err), TT_EINPUT);
		assert_string_equal(err.msg, cases[i].message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(request_parse__reads_what_request_encode_wrote),
		cmocka_unit_test(request_parse__takes_one_without_a_repository),
		cmocka_unit_test(request_parse__leaves_a_newer_version_alone),
		cmocka_unit_test(request_parse__says_what_is_wrong),
	};

	return cmocka_run_group_tests_name("test_request", tests, NULL, NULL);
}
