/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>

#include "report/openmetrics.h"
#include "report_fixture.h"

/* --- a strict reader of counters ---------------------------------------------------- */

struct reader {
	char family[64];
	size_t samples, families;
	char *seen[512]; /* every series */
	bool ended;
};

static const char *skip_name(const char *at)
{
	if (!isalpha((unsigned char)*at))
		fail_msg("not a name: %s", at);
	while (isalnum((unsigned char)*at) || *at == '_')
		at++;
	return at;
}

static const char *skip_value(const char *at)
{
	for (; *at != '"'; at++) {
		if ((unsigned char)*at < 0x20)
			fail_msg("a bare control character, or no end");
		if (*at == '\\' && !strchr("\\\"n", *++at))
			fail_msg("not an escape: %s", at);
	}
	return at + 1;
}

static const char *skip_labels(const char *at)
{
	if (*at != '{')
		return at;
	do {
		at = skip_name(at + 1);
		assert_memory_equal(at, "=\"", 2);
		at = skip_value(at + 2);
	} while (*at == ',');
	assert_int_equal(*at, '}');
	return at + 1;
}

static void read_number(const char *at)
{
	size_t whole = strspn(at, "0123456789");

	assert_true(whole > 0);
	at += whole;
	if (*at == '.')
		at += 1 + strspn(at + 1, "0123456789");
	assert_string_equal(at, "");
}

static void read_sample(struct reader *r, char *line)
{
	size_t len = strlen(r->family);
	char *end;

	assert_memory_equal(line, r->family, len);
	assert_memory_equal(line + len, "_total", strlen("_total"));
	end = line + (skip_labels(line + len + strlen("_total")) - line);
	assert_int_equal(*end, ' ');
	read_number(end + 1);
	*end = '\0';
	for (size_t i = 0; i < r->samples; i++)
		assert_string_not_equal(r->seen[i], line);
	r->seen[r->samples++] = line;
}

static void read_meta(struct reader *r, char *line)
{
	char kind[8], name[64], rest[128];

	if (strcmp(line, "# EOF") == 0) {
		r->ended = true;
		return;
	}
	assert_int_equal(sscanf(line, "# %7s %63s %127[^\n]", kind, name, rest), 3);
	if (strcmp(kind, "TYPE") == 0) {
		assert_string_equal(rest, "counter");
		(void)snprintf(r->family, sizeof r->family, "%s", name);
		r->families++;
	}
	assert_string_equal(name, r->family);
	if (strcmp(kind, "UNIT") == 0)
		assert_string_equal(name + strlen(name) - strlen(rest), rest);
}

static void read_all(struct reader *r, char *text)
{
	char *at = text, *line;

	while ((line = strsep(&at, "\n")) && at) {
		assert_false(r->ended);
		if (*line == '#')
			read_meta(r, line);
		else
			read_sample(r, line);
	}
	assert_string_equal(line, ""); /* the last line has an end, too */
}

/* --- what is written ------------------------------------------------------------------ */

enum { GROUPS = 8 };
struct world {
	struct fixture f;
	struct report_usage_group groups[GROUPS];
	struct report_usage report;
};

static void world_init(struct world *w, const char *report)
{
	const struct rollup_list *list;

	fixture_init(&w->f);
	list = strcmp(report, "models") == 0 ? &w->f.totals->models : &w->f.totals->branches;
	w->report = (struct report_usage){ .report = report,
		.groups = w->groups,
		.count = list->count,
		.totals = w->f.totals,
		.prices = w->f.prices };
	for (size_t i = 0; i < list->count; i++)
		w->groups[i] = (struct report_usage_group){ .name = list->items[i].name,
			.project = list == &w->f.totals->branches ? "/home/\"dev\"\n\\app" : NULL,
			.branch = list == &w->f.totals->branches ? list->items[i].name : NULL,
			.total = &list->items[i] };
}

static void report_usage_metrics__is_what_a_strict_reader_takes(void **state)
{
	static const char *const reports[] = { "branches", "models" };

	(void)state;
	for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
		_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
		struct reader r = { .samples = 0 };
		struct world w;

		world_init(&w, reports[i]);
		report_usage_metrics(&out, &w.report, METRICS_OPENMETRICS);
		read_all(&r, out.buf);
		assert_true(r.ended);
		assert_int_equal(r.families, 6);
		assert_true(r.samples > w.report.count * 9);
		fixture_release(&w.f);
	}
}

static void report_usage_metrics__has_exact_costs_and_none_for_the_unknown(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct world w;

	(void)state;
	world_init(&w, "models");
	report_usage_metrics(&out, &w.report, METRICS_PROMETHEUS);
	assert_non_null(strstr(out.buf, "# TYPE claude_cost_usd_total counter\n"));
	assert_non_null(strstr(
		out.buf, "\nclaude_cost_usd_total{model=\"claude-haiku-4-5\"} 0.009012000000\n"));
	assert_null(strstr(out.buf, "claude_cost_usd_total{model=\"gpt-6-sol\"}"));
	assert_non_null(
		strstr(out.buf, "\nclaude_unpriced_tokens_total{model=\"gpt-6-sol\"} 2300\n"));
	assert_null(strstr(out.buf, "# EOF"));
	fixture_release(&w.f);
}

static void report_usage_metrics__counts_parts_instead_of_their_group(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct report_usage_group parts[2];
	struct world w;

	(void)state;
	world_init(&w, "branches");
	parts[0] = (struct report_usage_group){ .name = "m1", .total = w.groups[1].total };
	parts[1] = (struct report_usage_group){ .name = "", .total = w.groups[2].total };
	w.groups[0] = (struct report_usage_group){ .name = "b",
		.branch = "b",
		.total = w.groups[0].total,
		.parts = parts,
		.part_count = 2 };
	w.report.count = 1;
	report_usage_metrics(&out, &w.report, METRICS_OPENMETRICS);
	assert_non_null(strstr(out.buf, "\nclaude_requests_total{branch=\"b\",model=\"m1\"} "));
	assert_non_null(strstr(out.buf, "\nclaude_requests_total{branch=\"b\"} "));
	fixture_release(&w.f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(report_usage_metrics__is_what_a_strict_reader_takes),
		cmocka_unit_test(report_usage_metrics__has_exact_costs_and_none_for_the_unknown),
		cmocka_unit_test(report_usage_metrics__counts_parts_instead_of_their_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
