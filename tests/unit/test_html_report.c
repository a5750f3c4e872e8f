/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/html_report.h"
#include "report_fixture.h"

/* A page of the fixture: days (one of them in parts), branches and models. */
enum { GROUPS = 8 };
struct world {
	struct fixture f;
	struct report_usage_group groups[HTML_PARTS][GROUPS], parts[2];
	struct report_usage usage[HTML_PARTS];
	struct html_report page;
};

static void put(
	struct world *w, enum html_part part, const char *title, const struct rollup_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		w->groups[part][i] = (struct report_usage_group){ .name = list->items[i].name,
			.total = &list->items[i] };
	w->usage[part] = (struct report_usage){ .report = "x",
		.key_title = title,
		.groups = w->groups[part],
		.count = list->count,
		.sessions = 7,
		.totals = w->f.totals,
		.prices = w->f.prices };
	w->page.parts[part] = &w->usage[part];
}

static void world_init(struct world *w)
{
	*w = (struct world){ .page = { .scope = "<Last> 7 \"days\"", .sessions = 7 } };
	fixture_environment("C.UTF-8");
	fixture_init(&w->f);
	w->page.now = w->f.report.now;
	w->page.totals = w->f.totals;
	w->page.prices = w->f.prices;
	put(w, HTML_DAYS, "Date", &w->f.totals->days);
	put(w, HTML_BRANCHES, "Branch", &w->f.totals->branches);
	put(w, HTML_MODELS, "Model", &w->f.totals->models);
	for (size_t i = 0; i < 2; i++)
		w->parts[i] = (struct report_usage_group){ .name = i ? "" : "claude-opus-5",
			.total = w->groups[HTML_DAYS][i].total };
	w->groups[HTML_DAYS][0].parts = w->parts;
	w->groups[HTML_DAYS][0].part_count = 2;
}

static void report_html__looks_like_the_golden_file(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct world w;

	(void)state;
	world_init(&w);
	w.page.has_budget = true;
	w.page.budget = money_from_nano(20000000000);
	report_html(&out, &w.page);
	assert_golden("report.html", &out);
	fixture_release(&w.f);
}

static void report_html__says_by_how_much_a_budget_is_exceeded(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct world w;

	(void)state;
	world_init(&w);
	w.page.has_budget = true;
	w.page.budget = money_from_nano(10000000000);
	report_html(&out, &w.page);
	assert_non_null(strstr(out.buf, " of a budget of $10.00, which is $"));
	fixture_release(&w.f);
}

static void report_html__has_no_bare_markup_in_its_text(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct world w;

	(void)state;
	world_init(&w);
	report_html(&out, &w.page);
	assert_non_null(strstr(out.buf, ">&lt;$0.0001<"));
	*strstr(out.buf, "<script>") = '\0';
	for (const char *at = out.buf; (at = strchr(at, '<')); at++)
		assert_true(strchr("!/abcdefghijklmnopqrstuvwxyz", at[1]));
	fixture_release(&w.f);
}

static void report_html__draws_nothing_where_nothing_was_used(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct world w;
	struct rollup *none;

	(void)state;
	world_init(&w);
	none = rollup_new(w.f.prices);
	rollup_finish(none);
	w.page.totals = none;
	report_html(&out, &w.page);
	assert_non_null(strstr(out.buf, "No data found"));
	assert_null(strstr(out.buf, "<svg"));
	rollup_free(none);
	fixture_release(&w.f);
}

static void report_badge__says_the_cost_and_escapes_it(void **state)
{
	static const char *const wanted[] = {
		"<title>Claude usage: \xe2\x89\xa5 $32.47\xe2\x80\x93$33.09</title>",
		"<title>Claude usage: unpriced</title>", "<title>Claude usage: &lt;$0.0001</title>"
	};
	struct world w;
	const struct rollup_total *totals[3];

	(void)state;
	world_init(&w);
	totals[0] = &w.f.totals->all;
	totals[1] = &w.f.totals->models.items[4];
	totals[2] = &w.f.totals->branches.items[3];
	for (size_t i = 0; i < 3; i++) {
		_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

		report_badge(&out, totals[i]);
		assert_non_null(strstr(out.buf, wanted[i]));
	}
	fixture_release(&w.f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(report_html__looks_like_the_golden_file),
		cmocka_unit_test(report_html__says_by_how_much_a_budget_is_exceeded),
		cmocka_unit_test(report_html__has_no_bare_markup_in_its_text),
		cmocka_unit_test(report_badge__says_the_cost_and_escapes_it),
		cmocka_unit_test(report_html__draws_nothing_where_nothing_was_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
