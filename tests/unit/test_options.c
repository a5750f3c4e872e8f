/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "cli/options.h"

struct values {
	bool flag;
	const char *text, *optional, *word;
	int64_t count, number;
};

struct common {
	bool quiet;
};

static const struct option_row rows[] = {
	{ "flag", 'f', OPTION_FLAG, NULL, "a flag", offsetof(struct values, flag), false },
	{ "message", 'm', OPTION_TEXT, "NOTE", "a text", offsetof(struct values, text), false },
	{ "note", 0, OPTION_TEXT, "NOTE", "", offsetof(struct values, text), true },
	{ "opt", 0, OPTION_OPTIONAL_TEXT, "X", "optional", offsetof(struct values, optional),
		false },
	{ "when", 0, OPTION_WORD, "auto|always", "a word", offsetof(struct values, word), false },
	{ "input", 0, OPTION_COUNT, "N", "a count", offsetof(struct values, count), false },
	{ "input-file", 0, OPTION_TEXT, "F", "a file", offsetof(struct values, text), false },
	{ "number", 'n', OPTION_INT, "N", "a number", offsetof(struct values, number), false },
	{ 0 },
};

static const struct option_row common_table[] = {
	{ "quiet", 'q', OPTION_FLAG, NULL, "be quiet", offsetof(struct common, quiet), false },
	{ 0 },
};

enum { WORDS_MAX = 8 };

struct parsed {
	struct values values;
	struct common common;
	struct tt_error err;
	char *argv[WORDS_MAX + 1];
	int operands;
};

/* Parse a NULL-ended list of words, the first being the command's name. */
static enum tt_code parse(struct parsed *p, const char *const *words)
{
	int argc = 0;

	*p = (struct parsed){ .operands = -1 };
	for (; words[argc]; argc++)
		p->argv[argc] = (char *)words[argc];
	return options_parse(
		rows, &p->values, common_table, &p->common, argc, p->argv, &p->operands, &p->err);
}

#define PARSE(p, ...) parse((p), (const char *const[]){ "add", __VA_ARGS__, NULL })

static void options_parse__mixes_options_and_operands(void **state)
{
	struct parsed p;

	(void)state;
	assert_int_equal(PARSE(&p, "5", "-fq", "two", "--message=x y", "-"), TT_OK);
	assert_true(p.values.flag);
	assert_true(p.common.quiet);
	assert_string_equal(p.values.text, "x y");
	assert_int_equal(p.operands, 3);
	assert_string_equal(p.argv[1], "5");
	assert_string_equal(p.argv[2], "two");
	assert_string_equal(p.argv[3], "-");
	assert_null(p.argv[4]);
}

static void options_parse__takes_a_negative_number_as_operand(void **state)
{
	struct parsed p;

	(void)state;
	assert_int_equal(PARSE(&p, "-5", "-f", "-12x"), TT_OK);
	assert_int_equal(p.operands, 2);
	assert_string_equal(p.argv[1], "-5");
	assert_string_equal(p.argv[2], "-12x");
	assert_true(p.values.flag);
}

static void options_parse__ends_options_at_two_dashes(void **state)
{
	struct parsed p;

	(void)state;
	assert_int_equal(PARSE(&p, "a", "--", "-f", "--", "-5"), TT_OK);
	assert_false(p.values.flag);
	assert_int_equal(p.operands, 4);
	assert_string_equal(p.argv[2], "-f");
	assert_string_equal(p.argv[3], "--");
	assert_string_equal(p.argv[4], "-5");
}

static void options_parse__reads_every_type(void **state)
{
	struct parsed p;

	(void)state;
	assert_int_equal(
		PARSE(&p, "--input", "54,161", "-n7", "--when", "always", "--opt", "--note=b"),
		TT_OK);
	assert_true(p.values.count == 54161);
	assert_true(p.values.number == 7);
	assert_string_equal(p.values.word, "always");
	assert_string_equal(p.values.optional, "");
	assert_string_equal(p.values.text, "b");
	assert_int_equal(PARSE(&p, "--opt=z"), TT_OK);
	assert_string_equal(p.values.optional, "z");
}

static void options_parse__expands_unique_abbreviations(void **state)
{
	struct parsed p;

	(void)state;
	assert_int_equal(PARSE(&p, "--mess", "x", "--input", "5"), TT_OK);
	assert_string_equal(p.values.text, "x");
	assert_true(p.values.count == 5);
}

static void options_parse__says_what_is_wrong(void **state)
{
	static const struct {
		const char *words[3];
		const char *message;
	} cases[] = {
		{ { "add", "--bogus" }, "unknown option '--bogus'" },
		{ { "add", "--flga" }, "unknown option '--flga': did you mean '--flag'?" },
		{ { "add", "-z" }, "unknown option '-z'" },
		{ { "add", "-fz" }, "unknown option '-z'" },
		{ { "add", "--flag=1" }, "option '--flag' takes no value" },
		{ { "add", "--fl=1" }, "option '--flag' takes no value" },
		{ { "add", "--inp" },
			"option '--inp' is short for any of '--input', '--input-file'" },
		{ { "add", "--message" }, "option '--message' needs a value (NOTE)" },
		{ { "add", "-m" }, "option '--message' needs a value (NOTE)" },
		{ { "add", "--number", "-5" }, "option '--number': '-5' is not a whole number" },
		{ { "add", "--number", "9223372036854775808" },
			"option '--number': '9223372036854775808' is not a whole number" },
		{ { "add", "--number", "" }, "option '--number': '' is not a whole number" },
		{ { "add", "--when", "alway" },
			"option '--when': 'alway' is not one of auto|always" },
		{ { "add", "--when=" }, "option '--when': '' is not one of auto|always" },
		{ { "add", "--input", "5x" }, "option '--input': '5x' is not a token count, such "
					      "as 54161, 54,161 or 54k" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *const words[] = { cases[i].words[0], cases[i].words[1],
			cases[i].words[2], NULL };
		struct parsed p;

		assert_int_equal(parse(&p, words), TT_EUSAGE);
		assert_string_equal(p.err.msg, cases[i].message);
		assert_int_equal(p.operands, -1);
	}
}

static void options_find_operand__skips_the_values_of_options(void **state)
{
	const char *argv[] = { "x", "-m", "show", "--input", "5", "-q", "add", "-f", NULL };
	const char *none[] = { "x", "-m", "show", NULL };

	(void)state;
	assert_int_equal(options_find_operand(rows, common_table, 8, (char **)argv), 6);
	assert_int_equal(options_find_operand(rows, common_table, 3, (char **)none), 0);
	assert_int_equal(options_find_operand(NULL, common_table, 3, (char **)none), 2);
}

static void options_add_help__aligns_and_hides_aliases(void **state)
{
	static const struct option_row few[] = {
		{ "all", 'a', OPTION_FLAG, NULL, "every one of them", 0, false },
		{ "alias", 0, OPTION_FLAG, NULL, "", 0, true },
		{ "number", 'n', OPTION_INT, "N",
			"a help text that is much too long to fit into one line of eighty columns",
			0, false },
		{ 0 },
	};
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

	(void)state;
	options_add_help(&out, few);
	assert_string_equal(out.buf,
		"  -a, --all       every one of them\n"
		"  -n, --number N  a help text that is much too long to fit into one line of\n"
		"                  eighty columns\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_parse__mixes_options_and_operands),
		cmocka_unit_test(options_parse__takes_a_negative_number_as_operand),
		cmocka_unit_test(options_parse__ends_options_at_two_dashes),
		cmocka_unit_test(options_parse__reads_every_type),
		cmocka_unit_test(options_parse__expands_unique_abbreviations),
		cmocka_unit_test(options_parse__says_what_is_wrong),
		cmocka_unit_test(options_find_operand__skips_the_values_of_options),
		cmocka_unit_test(options_add_help__aligns_and_hides_aliases),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
