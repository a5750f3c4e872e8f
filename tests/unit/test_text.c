/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/text.h"

static void text_parse_count__reads_what_people_type(void **state)
{
	static const struct {
		const char *text;
		int64_t value; /* -1: refused */
	} cases[] = {
		{ "54161", 54161 },
		{ "54,161", 54161 },
		{ "54_161", 54161 },
		{ "1,234,567", 1234567 },
		{ "54k", 54000 },
		{ "54K", 54000 },
		{ "1.5m", 1500000 },
		{ "0.001k", 1 },
		{ "2M", 2000000 },
		{ "0", 0 },
		{ "007", 7 },
		{ "9223372036854775807", INT64_MAX },
		{ "9223372036854775808", -1 },
		{ "9223372036854776k", -1 },
		{ "", -1 },
		{ "-5", -1 },
		{ "+5", -1 },
		{ " 5", -1 },
		{ "5 ", -1 },
		{ "1.5", -1 },
		{ "1.k", -1 },
		{ "1.0001k", -1 },
		{ "5,41", -1 },
		{ "5416,1", -1 },
		{ ",541", -1 },
		{ "54,,161", -1 },
		{ "54,161_000", -1 },
		{ "54kk", -1 },
		{ "0x10", -1 },
		{ "1e5", -1 },
		{ "abc", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t value = -1;

		(void)text_parse_count(&value, cases[i].text);
		if (value != cases[i].value)
			fail_msg("'%s' gave %lld", cases[i].text, (long long)value);
	}
}

static void text_add_count__groups_by_thousands(void **state)
{
	static const struct {
		int64_t value;
		const char *text;
	} cases[] = { { 0, "0" }, { 999, "999" }, { 1000, "1,000" }, { 54161, "54,161" },
		{ -1234567, "-1,234,567" }, { -123, "-123" },
		{ INT64_MIN, "-9,223,372,036,854,775,808" } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

		text_add_count(&out, cases[i].value);
		assert_string_equal(out.buf, cases[i].text);
	}
}

static void text_visible__shows_no_control_or_hidden_character(void **state)
{
	_autofree_ char *shown =
		text_visible("a\x1b[2J\n\x7f\xc2\x9b"
			     "b\xe2\x80\xae\xe2\x80\x8b\xff\xc3\xa9\xf0\x9f\x98\x80");

	(void)state;
	assert_string_equal(shown,
		"a\\x1b[2J\\x0a\\x7f\\u{009b}b\\u{202e}\\u{200b}\\xff\xc3\xa9\xf0\x9f\x98\x80");
}

static void utf8_sequence__follows_rfc_3629(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} cases[] = { { "a", 1 }, { "\xc3\xa9", 2 }, { "\xe2\x82\xac", 3 },
		{ "\xf0\x9f\x98\x80", 4 }, { "\x80", 0 }, { "\xc0\xaf", 0 }, { "\xc3", 0 },
		{ "\xe0\x80\x80", 0 }, { "\xed\xa0\x80", 0 }, { "\xf0\x80\x80\x80", 0 },
		{ "\xf4\x90\x80\x80", 0 }, { "\xf5\x80\x80\x80", 0 }, { "\xff", 0 }, { "", 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(utf8_sequence(cases[i].text, strlen(cases[i].text)), cases[i].len);
	assert_true(utf8_decode("\xf0\x9f\x98\x80", 4) == 0x1f600);
}

/* Hashes are stored in ledgers and databases: other values would look like damage. */
static void text_hash__never_changes(void **state)
{
	(void)state;
	assert_true(text_hash("a", 1, 0) != text_hash("b", 1, 0));
	assert_true(text_hash("abcdefghi", 9, 0) != text_hash("abcdefghj", 9, 0));
	assert_true(text_hash("abcdefgh", 8, 1) != text_hash("abcdefgh", 8, 0));
	assert_true(text_hash("track-tokens", 12, 42) == UINT64_C(0xdb2b1a881eb6bb6a));
}

static void tt_context__puts_outer_words_first_and_cuts_what_is_too_long(void **state)
{
	struct tt_error err = TT_ERROR_INIT;
	char longest[2 * sizeof err.msg];

	(void)state;
	(void)tt_fail(&err, TT_EINPUT, "line %d: not JSON", 7);
	assert_int_equal(tt_context(&err, "reading '%s'", "a.jsonl"), TT_EINPUT);
	assert_string_equal(err.msg, "reading 'a.jsonl': line 7: not JSON");
	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	(void)tt_context(&err, "%s", longest);
	assert_int_equal(strlen(err.msg), sizeof err.msg - 1);
}

static void tt_fail__cuts_between_characters(void **state)
{
	struct tt_error err = TT_ERROR_INIT;
	char text[sizeof err.msg + 8];

	(void)state;
	for (size_t shift = 0; shift < 4; shift++) {
		memset(text, 'x', shift);
		for (size_t i = shift; i + 4 < sizeof text; i += 4)
			memcpy(text + i, "\xf0\x9f\x98\x80", 5);
		(void)tt_fail(&err, TT_EINPUT, "%s", text);
		assert_true(utf8_is_valid(err.msg, strlen(err.msg)));
		assert_in_range(strlen(err.msg), sizeof err.msg - 4, sizeof err.msg - 1);
	}
}

static void text_visible_short__cuts_between_characters(void **state)
{
	static const struct {
		size_t max;
		const char *shown;
	} cases[] = {
		{ 6, "\\x1b\xc3\xa9" },
		{ 5, "\\x1b..." },
		{ 4, "\\x1b..." },
		{ 0, "..." },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_autofree_ char *shown = text_visible_short("\x1b\xc3\xa9", cases[i].max);

		assert_string_equal(shown, cases[i].shown);
	}
}

static void arena__keeps_strings_apart_and_memory_aligned(void **state)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	const char *first = arena_strdup(&arena, "first");

	(void)state;
	for (int i = 0; i < 10000; i++) {
		void *p = arena_alloc(&arena, 24);

		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		memset(p, 0xff, 24);
		assert_string_equal(arena_strndup(&arena, "second", 3), "sec");
	}
	assert_string_equal(first, "first");
	arena_reset(&arena);
	assert_string_equal(arena_strdup(&arena, "again"), "again");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_parse_count__reads_what_people_type),
		cmocka_unit_test(text_add_count__groups_by_thousands),
		cmocka_unit_test(text_visible__shows_no_control_or_hidden_character),
		cmocka_unit_test(utf8_sequence__follows_rfc_3629),
		cmocka_unit_test(text_hash__never_changes),
		cmocka_unit_test(tt_context__puts_outer_words_first_and_cuts_what_is_too_long),
		cmocka_unit_test(tt_fail__cuts_between_characters),
		cmocka_unit_test(text_visible_short__cuts_between_characters),
		cmocka_unit_test(arena__keeps_strings_apart_and_memory_aligned),
	};
	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
