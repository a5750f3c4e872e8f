/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report_fixture.h"

static void report_markdown__looks_like_the_golden_file(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	report_markdown(&out, &f.report, REPORT_SUMMARY_MAX);
	assert_golden("report.md", &out);
	fixture_release(&f);
}

static void report_text__looks_like_the_golden_file(void **state)
{
	static const struct {
		const char *name, *locale;
		struct report_style style;
	} rows[] = {
		{ "report.txt", "C.UTF-8", { .glyphs = REPORT_UTF8 } },
		{ "report-ascii.txt", "C", { .glyphs = REPORT_ASCII } },
		{ "report-wide.txt", "C.UTF-8",
			{ .glyphs = REPORT_UTF8, .width = 120, .colour = true } },
	};
	struct fixture f;

	(void)state;
	fixture_init(&f);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

		fixture_environment(rows[i].locale);
		report_text(&out, &f.report, &rows[i].style);
		assert_golden(rows[i].name, &out);
	}
	fixture_release(&f);
}

static void report_json__looks_like_the_golden_file(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	report_json(&out, &f.report);
	assert_golden("report.json", &out);
	fixture_release(&f);
}

static void report_csv__looks_like_the_golden_file(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	report_csv(&out, &f.report);
	assert_golden("report.csv", &out);
	fixture_release(&f);
}

/* --- the ledger on screen ---------------------------------------------------- */

static void ledger_of(struct report_ledger *out, const struct fixture *f)
{
	*out = (struct report_ledger){
		.branch = "feature/login",
		.current = true,
		.total = rollup_branch(f->totals, "feature/login"),
		.models = &f->totals->models,
		.unpriced = &f->totals->unpriced,
		.recent = f->recent,
		.recent_count = 3,
		.sessions = 4,
		.prices = f->prices,
		.pending = 2,
	};
	(void)instant_parse(&out->created_at, "2026-11-22T08:15:00Z");
	(void)instant_parse(&out->last_updated, "2026-11-23T14:30:22Z");
}

static void report_ledger_text__looks_like_the_golden_file(void **state)
{
	struct report_ledger ledger;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	ledger_of(&ledger, &f);
	for (int ascii = 0; ascii <= 1; ascii++) {
		struct report_style style = { .glyphs = ascii ? REPORT_ASCII : REPORT_UTF8 };
		_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

		fixture_environment(ascii ? "C" : "C.UTF-8");
		report_ledger_text(&out, &ledger, &style);
		assert_golden(ascii ? "show-ascii.txt" : "show.txt", &out);
	}
	fixture_release(&f);
}

static void report_ledger_json__looks_like_the_golden_file(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct report_ledger ledger;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	ledger_of(&ledger, &f);
	report_ledger_json(&out, &ledger);
	assert_golden("show.json", &out);
	fixture_release(&f);
}

static void report_branches__looks_like_the_golden_files(void **state)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT, json = STRBUF_INIT;
	struct report_style style = { .glyphs = REPORT_UTF8 };
	struct report_branches branches;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	fixture_environment("C.UTF-8");
	branches = (struct report_branches){ f.totals, "main", f.prices };
	report_branches_text(&text, &branches, &style);
	assert_golden("show-all.txt", &text);
	report_branches_json(&json, &branches);
	assert_golden("show-all.json", &json);
	fixture_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(report_markdown__looks_like_the_golden_file),
		cmocka_unit_test(report_text__looks_like_the_golden_file),
		cmocka_unit_test(report_json__looks_like_the_golden_file),
		cmocka_unit_test(report_csv__looks_like_the_golden_file),
		cmocka_unit_test(report_ledger_text__looks_like_the_golden_file),
		cmocka_unit_test(report_ledger_json__looks_like_the_golden_file),
		cmocka_unit_test(report_branches__looks_like_the_golden_files),
	};

	fixture_environment("C.UTF-8");
	return cmocka_run_group_tests_name("report_golden", tests, NULL, NULL);
}
