/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/text.h"
#include "report_fixture.h"

#define ROWS(table) (sizeof(table) / sizeof *(table))

/* --- costs -------------------------------------------------------------------- */

static void report_cost__never_shows_zero_for_the_unknown(void **state)
{
	static const struct {
		int64_t low, high, unpriced, tokens; /* nano-dollars */
		const char *utf8, *ascii;
	} rows[] = {
		{ 0, 0, 0, 0, "$0.00", "$0.00" },
		{ INT64_C(12340000000), INT64_C(12340000000), 0, 9, "$12.34", "$12.34" },
		{ 162000000, 810000000, 0, 81000, "$0.16–$0.81", "$0.16-$0.81" },
		{ 2000000, 10000000, 0, 1000, "$0.0020–$0.01", "$0.0020-$0.01" },
		{ 0, 0, 5, 5, "unpriced", "unpriced" },
		{ INT64_C(1200000000), INT64_C(1200000000), 5, 50, "≥ $1.20", ">= $1.20" },
		{ INT64_C(1200000000), INT64_C(3400000000), 5, 50, "≥ $1.20–$3.40",
			">= $1.20-$3.40" },
		/* a search was priced, the tokens were not */
		{ 10000000, 10000000, 5, 5, "≥ $0.01", ">= $0.01" },
		/* ends that read the same are one figure */
		{ INT64_C(1200000001), INT64_C(1200000002), 0, 5, "$1.20", "$1.20" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct cost cost = { .low = money_from_nano(rows[i].low),
			.high = money_from_nano(rows[i].high),
			.unpriced_tokens = rows[i].unpriced };
		_cleanup_(strbuf_release) struct strbuf utf8 = STRBUF_INIT, ascii = STRBUF_INIT;

		report_cost(&utf8, &cost, rows[i].tokens, REPORT_UTF8);
		report_cost(&ascii, &cost, rows[i].tokens, REPORT_ASCII);
		assert_string_equal(utf8.buf, rows[i].utf8);
		assert_string_equal(ascii.buf, rows[i].ascii);
	}
}

/* --- the headline --------------------------------------------------------------- */

static void assert_begins(const struct report *report, const char *headline)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT, want = STRBUF_INIT;

	report_markdown(&out, report, REPORT_SUMMARY_MAX);
	strbuf_addf(&want, "### Token usage\n\n%s\n", headline);
	strbuf_setlen(&out, want.len);
	assert_string_equal(out.buf, want.buf);
}

static void report_markdown__begins_with_what_this_branch_cost(void **state)
{
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.report.before = rollup_branch(f.totals, "feature/login");
	assert_begins(&f.report, "**$0.25–$0.87** on `feature/login`: 98,876 tokens in 3 sessions "
				 "(nothing new since the last import).");
	f.report.has_before = false;
	assert_begins(
		&f.report, "**$0.25–$0.87** on `feature/login`: 98,876 tokens in 3 sessions.");
	f.report.has_before = true;
	f.report.before = NULL;
	assert_begins(&f.report, "**$0.25–$0.87** on `feature/login`: 98,876 tokens in 3 sessions "
				 "(+$0.25–$0.87, +98,876 tokens, +3 sessions since the last "
				 "import).");
	f.report.current_branch = "other";
	assert_begins(&f.report, "Nothing was recorded on `other` yet. **≥ $32.47–$33.09** on all "
				 "branches: 1,651,866 tokens in 7 sessions.");
	f.report.current_branch = NULL;
	assert_begins(
		&f.report, "**≥ $32.47–$33.09** on all branches: 1,651,866 tokens in 7 sessions.");
	fixture_release(&f);
}

/* A correction may take tokens away. */
static void report_markdown__shows_a_fall_as_a_fall(void **state)
{
	struct rollup_total before;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	before = *rollup_branch(f.totals, "feature/login");
	before.tokens += 1000;
	before.sessions += 1;
	before.cost.low.pico += INT64_C(20000000000);
	before.cost.high.pico += INT64_C(100000000000);
	f.report.before = &before;
	assert_begins(&f.report,
		"**$0.25–$0.87** on `feature/login`: 98,876 tokens in 3 sessions "
		"(-$0.02–$0.10, -1,000 tokens, -1 session since the last import).");
	before.cost.high.pico -= INT64_C(400000000000);
	assert_begins(&f.report, "**$0.25–$0.87** on `feature/login`: 98,876 tokens in 3 sessions "
				 "(-$0.02 to +$0.30, -1,000 tokens, -1 session since the last "
				 "import).");
	fixture_release(&f);
}

static void report_markdown__shows_a_change_without_a_price_as_such(void **state)
{
	struct rollup_total before;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	f.report.current_branch = "main";
	f.report.before = NULL;
	assert_begins(&f.report, "**≥ $32.21** on `main`: 1,547,978 tokens in 2 sessions "
				 "(≥ +$32.21, +1,547,978 tokens, +2 sessions since the last "
				 "import).");
	before = *rollup_branch(f.totals, "main");
	before.cost.unpriced_tokens = 0;
	before.tokens -= 2300;
	before.sessions -= 1;
	f.report.before = &before;
	assert_begins(&f.report, "**≥ $32.21** on `main`: 1,547,978 tokens in 2 sessions "
				 "(at unknown cost, +2,300 tokens, +1 session since the last "
				 "import).");
	fixture_release(&f);
}

static void reports__say_so_when_nothing_was_recorded(void **state)
{
	_cleanup_(strbuf_release) struct strbuf markdown = STRBUF_INIT, text = STRBUF_INIT;
	struct report_style style = { .glyphs = REPORT_ASCII };
	struct fixture f;
	struct rollup *empty;

	(void)state;
	fixture_init(&f);
	empty = rollup_new(f.prices);
	rollup_finish(empty);
	f.report = (struct report){ .prices = f.prices, .totals = empty };
	report_markdown(&markdown, &f.report, REPORT_SUMMARY_MAX);
	report_text(&text, &f.report, &style);
	assert_string_equal(markdown.buf,
		"### Token usage\n\n"
		"No token usage was recorded yet. Record some with "
		"`track-tokens add 54161 \"note\"`.\n\n"
		"### About the figures\n\n"
		"- Costs are estimates at list price; price table of 2026-11-23.\n\n");
	assert_non_null(strstr(text.buf, "No token usage was recorded yet."));
	assert_null(strstr(text.buf, "$0"));
	rollup_free(empty);
	fixture_release(&f);
}

static void reports__say_what_kind_of_import_it_was(void **state)
{
	static const struct {
		bool dry_run, checked_only;
		const char *sentence;
	} rows[] = {
		{ false, false,
			"2 files imported with 8 entries (6 new, 1 changed, 1 already known), 1 "
			"skipped, 1 rejected. Database: "
			"`postgresql://ci:***@db.example.com/tokens`." },
		{ true, false,
			"2 files would be imported with 8 entries (6 new, 1 changed, 1 already "
			"known), 1 skipped, 1 rejected. This was a dry run: nothing was stored. "
			"Database: `postgresql://ci:***@db.example.com/tokens`." },
		{ false, true,
			"2 files checked with 8 entries, 1 skipped, 1 rejected. No database was "
			"used: these are the figures of the files alone." },
	};
	struct fixture f;

	(void)state;
	fixture_init(&f);
	for (size_t i = 0; i < ROWS(rows); i++) {
		_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

		f.report.dry_run = rows[i].dry_run;
		f.report.checked_only = rows[i].checked_only;
		report_markdown(&out, &f.report, REPORT_SUMMARY_MAX);
		assert_non_null(strstr(out.buf, rows[i].sentence));
		/* a check knows no earlier import */
		assert_int_equal(
			strstr(out.buf, "since the last import") != NULL, !rows[i].checked_only);
	}
	fixture_release(&f);
}

/* --- agreement of the formats ------------------------------------------------------ */

/* Sum of a column of the rows of a section; fields without quotes only. */
static int64_t csv_sum(const char *csv, const char *section, int column)
{
	int64_t sum = 0;

	for (const char *line = csv; *line; line = strchr(line, '\n') + 1) {
		const char *at = line;
		bool quoted = false;

		if (strncmp(line, section, strlen(section)) != 0 || line[strlen(section)] != ',')
			continue;
		for (int i = 0; i < column; at++) {
			quoted = *at == '"' ? !quoted : quoted;
			i += *at == ',' && !quoted;
		}
		sum += strtoll(at, NULL, 10);
	}
	return sum;
}

static int64_t json_sum(const struct json *list, const char *key)
{
	int64_t sum = 0;

	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		int64_t value = 0;

		assert_true(json_integer(json_get(at, key), &value));
		sum += value;
	}
	return sum;
}

static void reports__agree_on_every_total(void **state)
{
	static const char *const lists[][2] = { { "branches", "branch" }, { "models", "model" },
		{ "days", "day" } };
	_cleanup_(strbuf_release) struct strbuf csv = STRBUF_INIT, text = STRBUF_INIT,
						json = STRBUF_INIT, markdown = STRBUF_INIT;
	_cleanup_(json_freep) struct json *root = NULL;
	struct report_style style = { .glyphs = REPORT_UTF8 };
	struct tt_error err = TT_ERROR_INIT;
	int64_t tokens = 0;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	report_csv(&csv, &f.report);
	report_json(&json, &f.report);
	report_text(&text, &f.report, &style);
	report_markdown(&markdown, &f.report, REPORT_SUMMARY_MAX);
	assert_int_equal(json_parse(&root, json.buf, json.len, &err), TT_OK);
	assert_true(json_integer(json_get(json_get(root, "total"), "tokens"), &tokens));
	assert_int_equal(tokens, 1651866);
	for (size_t i = 0; i < ROWS(lists); i++) {
		assert_int_equal(json_sum(json_get(root, lists[i][0]), "tokens"), tokens);
		assert_int_equal(csv_sum(csv.buf, lists[i][1], 3), tokens);
		assert_int_equal(csv_sum(csv.buf, lists[i][1], 2), 7);
		assert_int_equal(json_sum(json_get(root, lists[i][0]), "sessions"), 7);
	}
	assert_int_equal(csv_sum(csv.buf, "total", 3), tokens);
	assert_non_null(strstr(text.buf, "1,651,866"));
	assert_non_null(strstr(text.buf, "≥ $32.47–$33.09"));
	assert_non_null(strstr(markdown.buf, "| Total | 1,651,866 | 100.0% |"));
	assert_non_null(strstr(markdown.buf, "**≥ $32.47–$33.09**"));
	assert_non_null(strstr(json.buf, "{\"low\":32470835500,\"high\":33086835500}"));
	assert_non_null(strstr(csv.buf, ",32.470835500,33.086835500,2300,"));
	fixture_release(&f);
}

/* --- size ---------------------------------------------------------------------------- */

static size_t count_of(const char *text, const char *piece)
{
	size_t count = 0;

	for (const char *at = strstr(text, piece); at; at = strstr(at + 1, piece))
		count++;
	return count;
}

/* Cells of a row: bars that no backslash takes away. */
static size_t bars(const char *line, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
	return count;
}

static void assert_tables_are_whole(const char *text)
{
	size_t columns = 0;

	for (const char *line = text; *line;) {
		size_t len = strcspn(line, "\n");

		if (*line != '|')
			columns = 0;
		else if (columns == 0)
			columns = bars(line, len);
		else
			assert_int_equal(bars(line, len), columns);
		line += len + (line[len] == '\n');
	}
	assert_int_equal(count_of(text, "\n<details>\n"), count_of(text, "\n</details>\n"));
}

static struct rollup *many_branches(const struct prices *prices, int count)
{
	static const char *const names[] = { "feat|`b`<img src=x>@octocat\";$(id)", "a\nb",
		"\xe2\x80\xae"
		"drow",
		"```", "|||", "</details>", "x\\", "\xff\xfe", "[x](javascript:1)", "<!--" };
	struct rollup *r = rollup_new(prices);
	struct tt_error err = TT_ERROR_INIT;

	for (int i = 0; i < count; i++) {
		struct entry e = ENTRY_INIT;
		_cleanup_(strbuf_release) struct strbuf branch = STRBUF_INIT;

		strbuf_addf(&branch, "%s%d", names[(size_t)i % ROWS(names)], i);
		e.kind = ENTRY_MANUAL;
		e.usage.unsplit = 1000 + i;
		e.timestamp.ms = INT64_C(1795000000000);
		e.day = instant_utc_day(e.timestamp);
		assert_int_equal(rollup_add(r, branch.buf, &e, &err), TT_OK);
	}
	rollup_finish(r);
	return r;
}

static void report_markdown__of_50000_branches_fits_and_says_what_is_missing(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT, note = STRBUF_INIT;
	struct fixture f;
	struct rollup *many;
	size_t rows;

	(void)state;
	fixture_init(&f);
	many = many_branches(f.prices, 50000);
	f.report.totals = many;
	f.report.current_branch = "a\nb1";
	f.report.recent_count = 0;
	f.report.imported = false;
	report_markdown(&out, &f.report, REPORT_SUMMARY_MAX);
	assert_in_range(out.len, REPORT_SUMMARY_MAX - 2000, REPORT_SUMMARY_MAX);
	assert_tables_are_whole(out.buf);
	/* every branch is a row or is counted as missing */
	rows = count_of(out.buf, " | 1 | 2026-11-18 |");
	assert_non_null(
		strstr(out.buf, " rows left out: a summary has room for 1,000,000 bytes.\n"));
	text_add_count(&note, (int64_t)(50000 - rows));
	strbuf_addstr(&note, " rows left out");
	assert_non_null(strstr(out.buf, note.buf));
	rollup_free(many);
	fixture_release(&f);
}

static void report_markdown__is_valid_at_every_limit(void **state)
{
	struct fixture f;
	struct rollup *many;

	(void)state;
	fixture_init(&f);
	many = many_branches(f.prices, 60);
	f.report.totals = many;
	f.report.current_branch = "a\nb1";
	for (size_t limit = 0; limit < 16000; limit += 37) {
		_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

		report_markdown(&out, &f.report, limit);
		assert_true(out.len <= limit);
		assert_tables_are_whole(out.buf);
	}
	rollup_free(many);
	fixture_release(&f);
}

static void report_markdown__drops_lists_before_figures(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct fixture f;

	(void)state;
	fixture_init(&f);
	report_markdown(&out, &f.report, 1300);
	assert_non_null(strstr(out.buf, "### Token usage"));
	assert_non_null(strstr(out.buf, "### All branches together"));
	assert_null(strstr(out.buf, "### Most recent records"));
	assert_null(strstr(out.buf, "imported files</summary>"));
	assert_non_null(strstr(out.buf, " rows left out: a summary has room for 1,300 bytes.\n"));
	fixture_release(&f);
}

static void reports__name_many_models_and_fold_the_rest(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct tt_error err = TT_ERROR_INIT;
	struct fixture f;
	struct rollup *many;

	(void)state;
	fixture_init(&f);
	many = rollup_new(f.prices);
	for (int i = 0; i < 25; i++) {
		struct entry e = ENTRY_INIT;
		_cleanup_(strbuf_release) struct strbuf model = STRBUF_INIT;

		strbuf_addf(&model, "model-%02d|`", i);
		e.kind = ENTRY_MEASURED;
		e.model = model.buf;
		e.usage.input = 1000;
		assert_int_equal(rollup_add(many, "main", &e, &err), TT_OK);
	}
	rollup_finish(many);
	f.report.totals = many;
	f.report.current_branch = NULL;
	f.report.recent_count = 0;
	report_markdown(&out, &f.report, REPORT_SUMMARY_MAX);
	assert_tables_are_whole(out.buf);
	assert_non_null(strstr(out.buf, "<summary>15 more models</summary>"));
	assert_non_null(
		strstr(out.buf, "**unpriced** on all branches: 25,000 tokens in 25 sessions."));
	assert_non_null(strstr(out.buf, "`` model-19|` `` (1,000 tokens) and 5 others."));
	assert_null(strstr(out.buf, "$0"));
	rollup_free(many);
	fixture_release(&f);
}

static void report_text__keeps_to_the_width(void **state)
{
	static const int widths[] = { 0, 72, 80, 132 };
	struct fixture f;
	struct rollup *many;

	(void)state;
	fixture_init(&f);
	many = many_branches(f.prices, 60);
	f.report.totals = many;
	f.report.current_branch = NULL;
	for (size_t i = 0; i < ROWS(widths); i++) {
		struct report_style style = { .glyphs = REPORT_ASCII, .width = widths[i] };
		_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

		report_text(&out, &f.report, &style);
		for (const char *line = out.buf; *line; line += strcspn(line, "\n") + 1)
			assert_in_range(strcspn(line, "\n"), 0, widths[i] ? widths[i] : 80);
		assert_null(strchr(out.buf, '\x1b'));
	}
	rollup_free(many);
	fixture_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(report_cost__never_shows_zero_for_the_unknown),
		cmocka_unit_test(report_markdown__begins_with_what_this_branch_cost),
		cmocka_unit_test(report_markdown__shows_a_fall_as_a_fall),
		cmocka_unit_test(report_markdown__shows_a_change_without_a_price_as_such),
		cmocka_unit_test(reports__say_so_when_nothing_was_recorded),
		cmocka_unit_test(reports__say_what_kind_of_import_it_was),
		cmocka_unit_test(reports__agree_on_every_total),
		cmocka_unit_test(report_markdown__of_50000_branches_fits_and_says_what_is_missing),
		cmocka_unit_test(report_markdown__is_valid_at_every_limit),
		cmocka_unit_test(report_markdown__drops_lists_before_figures),
		cmocka_unit_test(reports__name_many_models_and_fold_the_rest),
		cmocka_unit_test(report_text__keeps_to_the_width),
	};

	fixture_environment("C.UTF-8");
	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
