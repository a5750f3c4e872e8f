/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/cli/wrap.h"
#include "base/cleanup.h"

static void wrap_add__breaks_between_words_at_eighty_columns(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

	(void)state;
	/* 39 + 1 + 40 letters fill a line exactly; one more does not fit. */
	wrap_add(&out,
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb "
		"c",
		0, 2);
	assert_string_equal(out.buf,
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n"
		"  c\n");
}

static void wrap_add__keeps_line_breaks_and_empty_lines(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

	(void)state;
	wrap_add(&out, "one\n\ntwo\nthree\n", 0, 1);
	assert_string_equal(out.buf, "one\n\n two\n three\n");
}

static void wrap_add__never_cuts_a_word(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

	(void)state;
	wrap_add(&out,
		"a "
		"https://example.com/a/very/long/address/that/is/wider/than/the/eighty/columns/of/"
		"help",
		0, 0);
	assert_string_equal(out.buf,
		"a\n"
		"https://example.com/a/very/long/address/that/is/wider/than/the/eighty/columns/of/"
		"help\n");
}

static void wrap_add_item__puts_a_wide_label_on_its_own_line(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

	(void)state;
	wrap_add_item(&out, "  -n", "short", 8);
	wrap_add_item(&out, "  --wide", "text", 8);
	assert_string_equal(out.buf, "  -n    short\n  --wide\n        text\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrap_add__breaks_between_words_at_eighty_columns),
		cmocka_unit_test(wrap_add__keeps_line_breaks_and_empty_lines),
		cmocka_unit_test(wrap_add__never_cuts_a_word),
		cmocka_unit_test(wrap_add_item__puts_a_wide_label_on_its_own_line),
	};

	return cmocka_run_group_tests_name("wrap", tests, NULL, NULL);
}
