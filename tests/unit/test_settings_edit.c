/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/cli/settings_edit.h"
#include "base/cleanup.h"

static const struct settings_wish none = { 0 };
static const struct settings_wish hooks = { "tt/track-tokens hook", NULL };
static const struct settings_wish line = { NULL, "tt/track-tokens statusline" };
static const struct settings_wish both = { "tt/track-tokens hook", "tt/track-tokens statusline" };

#define GROUP \
	"{\"hooks\":[{\"type\":\"command\",\"command\":\"tt/track-tokens hook\",\"timeout\":10}]}"

static void assert_becomes(const char *text, const struct settings_wish *wish, const char *wanted)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct tt_error err = TT_ERROR_INIT;

	assert_int_equal(settings_edit(&out, text, strlen(text), wish, &err), TT_OK);
	assert_string_equal(out.buf, wanted);
}

static void settings_edit__adds_in_the_style_of_the_text(void **state)
{
	(void)state;
	assert_becomes("{\"a\":1}", &hooks,
		"{\"a\":1,\"hooks\":{\"Stop\":[" GROUP "],\"SubagentStop\":[" GROUP
		"],\"SessionEnd\":[" GROUP "]}}");
	assert_becomes("{\r\n\t\"a\": 1\r\n}", &hooks,
		"{\r\n\t\"a\": 1,\r\n\t\"hooks\": {\r\n\t\t\"Stop\": [" GROUP
		"],\r\n\t\t\"SubagentStop\": [" GROUP "],\r\n\t\t\"SessionEnd\": [" GROUP
		"]\r\n\t}\r\n}");
	assert_becomes("", &line,
		"{\n  \"statusLine\": "
		"{\"type\":\"command\",\"command\":\"tt/track-tokens statusline\"}\n}\n");
}

static void settings_edit__leaves_a_blank_text_when_nothing_is_wished_for(void **state)
{
	(void)state;
	assert_becomes("", &none, "");
	assert_becomes(" \n", &none, " \n");
}

static void settings_edit__moves_nothing_that_stands(void **state)
{
	static const char text[] =
		"{\"hooks\":{\"Stop\":[" GROUP ",{\"hooks\":[]}],\"SubagentStop\":[{\"hooks\":"
		"[{\"command\":\"track-tokens hook; say\"}]}],\"SessionEnd\":[" GROUP "]},"
		"\"statusLine\":{\"command\":\"tt/track-tokens statusline --style cost\"}}";

	(void)state;
	assert_becomes(text, &both, text);
}

static void settings_edit__removes_what_is_ours_and_what_it_leaves_empty(void **state)
{
	(void)state;
	assert_becomes("{\"a\":1,\"hooks\":{\"Stop\":[" GROUP "]}}", &none, "{\"a\":1}");
	assert_becomes("{\n  \"hooks\": {\n    \"Stop\": [" GROUP "],\n    \"Other\": []\n  }\n}",
		&none, "{\n  \"hooks\": {\n    \"Other\": []\n  }\n}");
	assert_becomes("{\"hooks\":{\"Stop\":[{\"matcher\":\"\",\"hooks\":["
		       "{\"command\":\"say\"},{\"command\":\"/x/track-tokens hook\"}]}]}}",
		&none,
		"{\"hooks\":{\"Stop\":[{\"matcher\":\"\",\"hooks\":[{\"command\":\"say\"}]}]}}");
	assert_becomes("{\"hooks\":{}}", &none, "{\"hooks\":{}}");
	assert_becomes("{\"statusLine\":{\"command\":\"track-tokens statusline\"},\"a\":1}", &none,
		"{\"a\":1}");
}

static void settings_edit__wraps_a_status_line_and_unwraps_it(void **state)
{
	static const char *const commands[] = { "date", "it's", "a --then b", "", "$(x) `y` \\\\",
		"x | y; z && w" };

	(void)state;
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT, with = STRBUF_INIT;
		struct tt_error err = TT_ERROR_INIT;

		strbuf_addf(
			&text, "{\"statusLine\":{\"padding\":0,\"command\":\"%s\"}}", commands[i]);
		assert_int_equal(settings_edit(&with, text.buf, text.len, &both, &err), TT_OK);
		assert_non_null(strstr(with.buf, "tt/track-tokens statusline --then "));
		assert_becomes(with.buf, &none, text.buf);
	}
}

static void settings_edit__runs_theirs_where_ours_is_not_installed(void **state)
{
	static const struct settings_wish shared = { NULL,
		SETTINGS_GUARD "track-tokens statusline" };
	static const char text[] = "{\"statusLine\":{\"command\":\"x; y\"}}";
	static const char with[] =
		"{\"statusLine\":{\"command\":\"track-tokens statusline --then 'x; y' "
		"2>/dev/null || sh -c 'x; y'\"}}";

	(void)state;
	assert_becomes(text, &shared, with);
	assert_becomes(with, &shared, with);
	assert_becomes(with, &none, text);
}

static void settings_edit__leaves_what_others_composed_of_us(void **state)
{
	static const char *const texts[] = {
		"{\"statusLine\":{\"command\":\"my.sh; track-tokens statusline\"}}",
		"{\"statusLine\":{\"command\":\"track-tokens statusline | head -1\"}}",
		"{\"statusLine\":{\"command\":\"track-tokens statuslines\"}}",
		"{\"hooks\":{\"Stop\":[{\"hooks\":[{\"command\":\"track-tokens hook && say\"}]}]}}",
		"{\"hooks\":{\"Stop\":[{\"hooks\":[{\"command\":\"my-track-tokens hook\"}]}]}}",
		"{\"hooks\":{\"Stop\":[{\"hooks\":[{\"command\":\"track-tokens hooks run x\"}]}]}}",
		"{\"hooks\":{\"PreToolUse\":[{\"hooks\":[{\"command\":\"track-tokens hook\"}]}]}}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		assert_becomes(texts[i], &none, texts[i]);
}

static void settings_edit__takes_the_last_of_two_keys(void **state)
{
	(void)state;
	assert_becomes("{\"hooks\":{},\"hooks\":{\"Stop\":[" GROUP "],\"x\":1}}", &none,
		"{\"hooks\":{},\"hooks\":{\"x\":1}}");
}

static void settings_edit__names_the_place_of_a_fault_and_adds_nothing(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "[]", "line 1, column 1: expected an object" },
		{ "{\n \"a\": 1,\n}", "line 3, column 1: expected a key" },
		{ "{} x", "line 1, column 4: text after the end of the document" },
		{ "{\"hooks\":[]}", "line 1, column 10: 'hooks' is not an object" },
		{ "{\"hooks\":{\"Stop\":1}}",
			"line 1, column 18: the hooks of an event are not a list" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
		struct settings_state look = { .hooks = 7 };
		struct tt_error err = TT_ERROR_INIT;
		const char *text = cases[i].text;

		assert_int_equal(settings_edit(&out, text, strlen(text), &both, &err), TT_EINPUT);
		assert_string_equal(err.msg, cases[i].message);
		assert_int_equal(out.len, 0);
		assert_int_equal(settings_look(&look, text, strlen(text), &err), TT_EINPUT);
		assert_int_equal(look.hooks, 7);
	}
}

static void settings_look__says_what_is_in(void **state)
{
	static const char text[] = "{\"disableAllHooks\":true,\"hooks\":{\"Stop\":[" GROUP
				   "],\"SessionEnd\":[{\"hooks\":"
				   "[{\"command\":\"" SETTINGS_GUARD "track-tokens hook\"}]}]},"
				   "\"statusLine\":{\"command\":\"x | track-tokens statusline\"}}";
	struct settings_state look;
	struct tt_error err = TT_ERROR_INIT;

	(void)state;
	assert_int_equal(settings_look(&look, text, strlen(text), &err), TT_OK);
	assert_int_equal(look.hooks, 2);
	assert_true(look.statusline);
	assert_true(look.all_disabled);
	assert_string_equal(look.hook_command, SETTINGS_GUARD "track-tokens hook");
	free(look.hook_command);
	assert_int_equal(settings_look(&look, "", 0, &err), TT_OK);
	assert_int_equal(look.hooks, 0);
	assert_false(look.statusline || look.all_disabled);
	assert_null(look.hook_command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_edit__adds_in_the_style_of_the_text),
		cmocka_unit_test(settings_edit__leaves_a_blank_text_when_nothing_is_wished_for),
		cmocka_unit_test(settings_edit__moves_nothing_that_stands),
		cmocka_unit_test(settings_edit__removes_what_is_ours_and_what_it_leaves_empty),
		cmocka_unit_test(settings_edit__wraps_a_status_line_and_unwraps_it),
		cmocka_unit_test(settings_edit__runs_theirs_where_ours_is_not_installed),
		cmocka_unit_test(settings_edit__leaves_what_others_composed_of_us),
		cmocka_unit_test(settings_edit__takes_the_last_of_two_keys),
		cmocka_unit_test(settings_edit__names_the_place_of_a_fault_and_adds_nothing),
		cmocka_unit_test(settings_look__says_what_is_in),
	};

	return cmocka_run_group_tests_name("settings_edit", tests, NULL, NULL);
}
