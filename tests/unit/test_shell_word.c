/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/cli/shell_word.h"
#include "base/cleanup.h"

static void shell_add_word__quotes_what_a_shell_would_read(void **state)
{
	static const struct {
		const char *text, *word;
	} cases[] = {
		{ "temp", "temp" },
		{ "usage/exports-2.d", "usage/exports-2.d" },
		{ "", "''" },
		{ "my exports", "'my exports'" },
		{ "it's", "'it'\\''s'" },
		{ "'", "''\\'''" },
		{ "$(touch x)", "'$(touch x)'" },
		{ "-rf", "'-rf'" },
		{ "~x", "'~x'" },
		{ "a\nb", "'a\nb'" },
		{ "caf\303\251", "'caf\303\251'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

		shell_add_word(&out, cases[i].text);
		assert_string_equal(out.buf, cases[i].word);
	}
}

static void shell_next_word__reads_words_as_a_shell_does(void **state)
{
	static const char *const words[] = { "a", "b c", "d e", "it's", "$x", "f g", "\\$y" };
	const char *at = " a\t'b c' \"d e\" 'it'\\''s' \"\\$x\" f\\ g '\\$y'  ";

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		_autofree_ char *word = shell_next_word(&at);

		assert_string_equal(word, words[i]);
	}
	assert_null(shell_next_word(&at));
	assert_string_equal(at, "");
}

static void shell_next_word__reads_what_shell_add_word_wrote(void **state)
{
	static const char *const texts[] = { "", "a", "it's", "'", "a b;c|d&e", "a\nb", "-x",
		"\\" };

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
		_autofree_ char *word = NULL;
		const char *at;

		shell_add_word(&out, texts[i]);
		at = out.buf;
		word = shell_next_word(&at);
		assert_string_equal(word, texts[i]);
		assert_string_equal(at, "");
	}
}

static void shell_next_word__stops_at_an_operator(void **state)
{
	const char *at = "a;b";
	_autofree_ char *word = shell_next_word(&at);

	(void)state;
	assert_string_equal(word, "a");
	assert_null(shell_next_word(&at));
	assert_string_equal(at, ";b");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shell_add_word__quotes_what_a_shell_would_read),
		cmocka_unit_test(shell_next_word__reads_words_as_a_shell_does),
		cmocka_unit_test(shell_next_word__reads_what_shell_add_word_wrote),
		cmocka_unit_test(shell_next_word__stops_at_an_operator),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
