/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "report/escape.h"

#define ROWS(table) (sizeof(table) / sizeof *(table))

struct row {
	const char *text, *escaped;
};

static void check(
	void (*escape)(struct strbuf *, const char *), const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

		escape(&out, rows[i].text);
		assert_string_equal(out.buf, rows[i].escaped);
	}
}

static void escape_markdown_cell__is_a_code_span_that_nothing_leaves(void **state)
{
	static const struct row rows[] = {
		{ "", "" },
		{ "main", "`main`" },
		{ "feat|x", "`feat\\|x`" },
		{ "a`b", "``a`b``" },
		{ "`", "`` ` ``" },
		{ "``a", "``` ``a ```" },
		{ "<img src=x>", "`<img src=x>`" },
		{ "a\nb\r\nc\td", "`a b  c d`" },
		{ " ", "`   `" },
		{ "\x1b[31m", "`\\x1b[31m`" },
		{ "a\xe2\x80\xae"
		  "b",
			"`a\\u{202e}b`" },
		{ "\xff", "`\\xff`" },
		{ "caf\xc3\xa9", "`caf\xc3\xa9`" },
		{ "@octocat #1", "`@octocat #1`" },
	};

	(void)state;
	check(escape_markdown_cell, rows, ROWS(rows));
}

static void escape_markdown_cell__cuts_long_names_in_the_middle(void **state)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT, out = STRBUF_INIT,
						want = STRBUF_INIT;

	(void)state;
	for (int i = 0; i < 64; i++)
		strbuf_addstr(&text, "\xc3\xa9");
	strbuf_addf(&want, "`%s`", text.buf);
	escape_markdown_cell(&out, text.buf);
	assert_string_equal(out.buf, want.buf);

	strbuf_addstr(&text, "z");
	strbuf_reset(&want);
	strbuf_addch(&want, '`');
	strbuf_add(&want, text.buf, 64);
	strbuf_addstr(&want, "\xe2\x80\xa6");
	strbuf_addstr(&want, text.buf + 68);
	strbuf_addch(&want, '`');
	strbuf_reset(&out);
	escape_markdown_cell(&out, text.buf);
	assert_string_equal(out.buf, want.buf);
}

static void escape_markdown_code__leaves_pipes_alone(void **state)
{
	static const struct row rows[] = { { "feat|x", "`feat|x`" }, { "a`b", "``a`b``" },
		{ "", "" }, { "a\nb", "`a b`" } };

	(void)state;
	check(escape_markdown_code, rows, ROWS(rows));
}

static void escape_csv__quotes_and_disarms_formulas(void **state)
{
	static const struct row rows[] = {
		{ "", "" },
		{ "main", "main" },
		{ "a,b", "\"a,b\"" },
		{ "a\"b", "\"a\"\"b\"" },
		{ "=cmd()", "\"'=cmd()\"" },
		{ "+1", "\"'+1\"" },
		{ "-1", "\"'-1\"" },
		{ "@x", "\"'@x\"" },
		{ "a\nb", "a\\x0ab" },
		{ "\t=1", "\\x09=1" },
	};

	(void)state;
	check(escape_csv, rows, ROWS(rows));
}

static void escape_workflow__leaves_no_line_and_no_property_early(void **state)
{
	static const struct row data[] = {
		{ "plain: text, here", "plain: text, here" },
		{ "a\n::error::b", "a%0A::error::b" },
		{ "100%0A", "100%250A" },
		{ "a\r\nb", "a%0D%0Ab" },
		{ "\x1b[2J", "\\x1b[2J" },
	};
	static const struct row property[] = {
		{ "a,line=3::x", "a%2Cline=3%3A%3Ax" },
		{ "100%\n", "100%25%0A" },
	};

	(void)state;
	check(escape_workflow_data, data, ROWS(data));
	check(escape_workflow_property, property, ROWS(property));
}

static void escape_github_output__uses_a_delimiter_that_the_text_lacks(void **state)
{
	static const char random[33] = "0123456789abcdef0123456789abcdef";
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

	(void)state;
	escape_github_output(&out, "branch", "a\nb", random);
	assert_string_equal(out.buf, "branch<<tt_0123456789abcdef0123456789abcdef\n"
				     "a\nb\n"
				     "tt_0123456789abcdef0123456789abcdef\n");
	strbuf_reset(&out);
	escape_github_output(
		&out, "branch", "tt_0123456789abcdef0123456789abcdef\nadmin=1", random);
	assert_string_equal(out.buf, "branch<<tt_0123456789abcdef0123456789abcdef_\n"
				     "tt_0123456789abcdef0123456789abcdef\nadmin=1\n"
				     "tt_0123456789abcdef0123456789abcdef_\n");
}

static void escape_html__replaces_what_html_reads(void **state)
{
	static const struct row rows[] = {
		{ "<a href=\"x\">&'</a>", "&lt;a href=&quot;x&quot;&gt;&amp;&#39;&lt;/a&gt;" },
		{ "a\nb", "a b" },
		{ "\xff", "\\xff" },
	};

	(void)state;
	check(escape_html, rows, ROWS(rows));
}

static void escape_metrics_label__cannot_leave_its_quotes(void **state)
{
	static const struct row rows[] = {
		{ "", "" },
		{ "main", "main" },
		{ "a\"b\\c", "a\\\"b\\\\c" },
		{ "a\nb", "a\\\\x0ab" },
		{ "\"} 1\n# EOF", "\\\"} 1\\\\x0a# EOF" },
		{ "\xff", "\\\\xff" },
		{ "caf\xc3\xa9", "caf\xc3\xa9" },
	};

	(void)state;
	check(escape_metrics_label, rows, ROWS(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escape_markdown_cell__is_a_code_span_that_nothing_leaves),
		cmocka_unit_test(escape_markdown_cell__cuts_long_names_in_the_middle),
		cmocka_unit_test(escape_markdown_code__leaves_pipes_alone),
		cmocka_unit_test(escape_csv__quotes_and_disarms_formulas),
		cmocka_unit_test(escape_workflow__leaves_no_line_and_no_property_early),
		cmocka_unit_test(escape_github_output__uses_a_delimiter_that_the_text_lacks),
		cmocka_unit_test(escape_html__replaces_what_html_reads),
		cmocka_unit_test(escape_metrics_label__cannot_leave_its_quotes),
	};

	return cmocka_run_group_tests_name("escape", tests, NULL, NULL);
}
