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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shell_add_word__quotes_what_a_shell_would_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
