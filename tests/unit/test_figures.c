/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/cli/figures.h"
#include "base/cleanup.h"

enum { WORDS_MAX = 8 };

/* Read operands, a NULL-ended list, beside options. */
static enum tt_code read_words(struct figures *f, struct arena *arena,
	const struct figure_options *o, const char *const *words, struct tt_error *err)
{
	char *argv[WORDS_MAX + 1] = { NULL };
	int argc = 0;

	for (; words[argc]; argc++)
		argv[argc] = (char *)words[argc];
	return figures_read(f, arena, o, argc, argv, err);
}

static const struct figure_options nothing = FIGURE_OPTIONS_INIT;

static void figures_read__takes_totals_as_people_write_them(void **state)
{
	static const struct {
		const char *word;
		int64_t tokens;
	} cases[] = {
		{ "54161", 54161 },
		{ "54,161", 54161 },
		{ "54_161", 54161 },
		{ "54k", 54000 },
		{ "1.5m", 1500000 },
		{ "9007199254740991", USAGE_MAX },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(arena_release) struct arena arena = ARENA_INIT;
		const char *const words[] = { cases[i].word, "some", "note", NULL };
		struct tt_error err = TT_ERROR_INIT;
		struct figures f;

		assert_int_equal(read_words(&f, &arena, &nothing, words, &err), TT_OK);
		assert_true(f.usage.unsplit == cases[i].tokens);
		assert_true(f.usage.input == 0);
		assert_int_equal(f.kind, ENTRY_MANUAL);
		assert_string_equal(f.notes, "some note");
	}
}

static void figures_read__takes_two_numbers_as_input_and_output(void **state)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	const char *const words[] = { "1500", "800", "note", NULL };
	struct tt_error err = TT_ERROR_INIT;
	struct figures f;

	(void)state;
	assert_int_equal(read_words(&f, &arena, &nothing, words, &err), TT_OK);
	assert_true(f.usage.input == 1500);
	assert_true(f.usage.output == 800);
	assert_true(f.usage.unsplit == 0);
	assert_string_equal(f.notes, "note");
}

static void figures_read__takes_kinds_from_options(void **state)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	const char *const words[] = { "a", "note", NULL };
	struct figure_options o = FIGURE_OPTIONS_INIT;
	struct tt_error err = TT_ERROR_INIT;
	struct figures f;

	(void)state;
	o.cache_read = 7;
	o.output = 0;
	assert_int_equal(read_words(&f, &arena, &o, words, &err), TT_OK);
	assert_true(f.by_kind);
	assert_true(f.usage.cache_read == 7);
	assert_true(f.split[1]);
	assert_false(f.split[0]);
	assert_string_equal(f.notes, "a note");
}

static void figures_read__keeps_a_pasted_line_as_context_reading(void **state)
{
	static const char *const texts[] = {
		"Token usage: 54161/200000; 145839 remaining",
		"<system>token usage:54,161/200,000</system>",
		"Token usage: 1/200000\nlater\nToken usage: 54161/200000; 145839 remaining.",
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		_cleanup_(arena_release) struct arena arena = ARENA_INIT;
		const char *const words[] = { NULL };
		struct figure_options o = FIGURE_OPTIONS_INIT;
		struct tt_error err = TT_ERROR_INIT;
		struct figures f;

		o.from_message = texts[i];
		assert_int_equal(read_words(&f, &arena, &o, words, &err), TT_OK);
		assert_int_equal(f.kind, ENTRY_CONTEXT_READING);
		assert_true(f.usage.unsplit == 54161);
	}
}

static void figures_read__says_what_is_wrong(void **state)
{
	static const struct {
		const char *words[3];
		enum tt_code code;
		const char *message;
	} cases[] = {
		{ { "abc" }, TT_EINPUT,
			"'abc' is not a token count, such as 54161, 54,161 or 54k" },
		{ { "" }, TT_EINPUT, "'' is not a token count, such as 54161, 54,161 or 54k" },
		{ { "-5" }, TT_EINPUT,
			"'-5' is negative: 'track-tokens amend' and 'remove' correct what was "
			"recorded" },
		{ { "0" }, TT_EINPUT, "0 tokens: there is nothing to record" },
		{ { "0", "0" }, TT_EINPUT, "0 tokens: there is nothing to record" },
		{ { "9007199254740992" }, TT_EINPUT,
			"'9007199254740992' is not a token count from 1 to 9,007,199,254,740,991, "
			"such as 54161, 54,161 or 54k" },
		{ { "9007199254740991", "1" }, TT_EINPUT,
			"the tokens are more than can be counted" },
		{ { "5", "\xff" }, TT_EINPUT, "the note is not valid UTF-8" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(arena_release) struct arena arena = ARENA_INIT;
		const char *const words[] = { cases[i].words[0], cases[i].words[1],
			cases[i].words[2], NULL };
		struct tt_error err = TT_ERROR_INIT;
		struct figures f;

		assert_int_equal(read_words(&f, &arena, &nothing, words, &err), (int)cases[i].code);
		assert_string_equal(err.msg, cases[i].message);
	}
}

static void figures_read__refuses_figures_that_contradict_each_other(void **state)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	const char *const total[] = { "100", NULL }, *const dash[] = { "-", NULL };
	struct figure_options o = FIGURE_OPTIONS_INIT;
	struct tt_error err = TT_ERROR_INIT;
	struct figures f;

	(void)state;
	o.input = 5;
	assert_int_equal(read_words(&f, &arena, &o, total, &err), TT_EUSAGE);
	assert_string_equal(err.msg, "'100' beside --input and the like: give a total or the "
				     "kinds, and a note that is a number with -m");
	assert_int_equal(read_words(&f, &arena, &o, dash, &err), TT_EUSAGE);
	assert_string_equal(err.msg, "the figures are given in more than one way");
}

static void figures_read__takes_days_and_times_that_are_past(void **state)
{
	static const struct {
		const char *text;
		enum tt_code code;
		int64_t ms;
		const char *message;
	} cases[] = {
		{ "2026-11-20", TT_OK, 1795176000000, "" },
		{ "2026-11-23", TT_OK, 1795426200000, "" },
		{ "2026-11-20T09:30:00+05:30", TT_OK, 1795147200000, "" },
		{ "2026-11-24", TT_EINPUT, 0, "'2026-11-24' is in the future" },
		{ "2026-11-23T09:30:01Z", TT_EINPUT, 0, "'2026-11-23T09:30:01Z' is in the future" },
		{ "2026-02-30", TT_EINPUT, 0,
			"'2026-02-30' is neither a day (2026-11-23) nor a time "
			"(2026-11-23T09:30:00Z)" },
	};
	const char *const words[] = { "5", NULL };

	(void)state;
	clock_set((struct instant){ 1795426200000 });
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(arena_release) struct arena arena = ARENA_INIT;
		struct figure_options o = FIGURE_OPTIONS_INIT;
		struct tt_error err = TT_ERROR_INIT;
		struct figures f;

		o.date = cases[i].text;
		assert_int_equal(read_words(&f, &arena, &o, words, &err), (int)cases[i].code);
		assert_string_equal(err.msg, cases[i].message);
		if (err.code == TT_OK)
			assert_true(f.when.ms == cases[i].ms);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_read__takes_totals_as_people_write_them),
		cmocka_unit_test(figures_read__takes_two_numbers_as_input_and_output),
		cmocka_unit_test(figures_read__takes_kinds_from_options),
		cmocka_unit_test(figures_read__keeps_a_pasted_line_as_context_reading),
		cmocka_unit_test(figures_read__says_what_is_wrong),
		cmocka_unit_test(figures_read__refuses_figures_that_contradict_each_other),
		cmocka_unit_test(figures_read__takes_days_and_times_that_are_past),
	};

	(void)setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests_name("figures", tests, NULL, NULL);
}
