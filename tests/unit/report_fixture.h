/* SPDX-License-Identifier: MIT */
#ifndef TESTS_UNIT_REPORT_FIXTURE_H
#define TESTS_UNIT_REPORT_FIXTURE_H

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "report/report.h"

/* A report of everything at once, and golden files. */

struct fixture {
	struct prices *prices;
	struct rollup *totals;
	struct rollup *before;
	struct report_record recent[8];
	struct report_file files[4];
	struct report report;
};

struct fixture_row {
	const char *time, *branch, *model, *price_class, *notes;
	enum entry_kind kind;
	struct usage usage;
};

static const struct fixture_row fixture_rows[] = {
	{ "2026-11-23T09:00:00Z", "feature/login", NULL, "standard",
		"Implemented user authentication", ENTRY_MANUAL, { .unsplit = 45000 } },
	{ "2026-11-23T14:30:22Z", "feature/login", NULL, "standard", "Tests | \"review\" `fixes`",
		ENTRY_MANUAL, { .unsplit = 32000 } },
	{ "2026-11-22T08:15:00Z", "feature/login", "claude-opus-4-5-20251101", "standard", "",
		ENTRY_MEASURED,
		{ .input = 10, .output = 406, .cache_read = 13607, .cache_write_1h = 7853 } },
	{ "2026-11-23T10:00:00Z", "feature/login", NULL, "standard", "Token usage: 54161/200000",
		ENTRY_CONTEXT_READING, { .unsplit = 54161 } },
	{ "2026-11-20T10:00:00Z", "main", "claude-opus-5", "fast+us", "release <b>1.0</b>",
		ENTRY_MEASURED, { .input = 1200000, .output = 345678 } },
	{ "2026-10-01T10:00:00Z", "main", "gpt-6-sol", "standard", "review by another model",
		ENTRY_MANUAL, { .input = 1500, .output = 800 } },
	{ "2026-11-19T23:59:59Z", "fix/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e|x`y",
		"claude-haiku-4-5", "standard", "line one\nline two", ENTRY_ESTIMATED,
		{ .input = 4000, .output = 1000 } },
	{ "2026-11-17T00:00:00Z", "@octocat<img src=x>", "claude-haiku-4-5", "standard",
		"\x1b[31mred\x1b[0m", ENTRY_AUXILIARY, { .input = 12 } },
};
enum { FIXTURE_ROWS = sizeof fixture_rows / sizeof *fixture_rows };

static inline void fixture_entry(struct entry *e, const struct fixture_row *row, int number)
{
	*e = (struct entry)ENTRY_INIT;
	(void)snprintf(e->id, sizeof e->id, "%08x-0000-4000-8000-000000000000",
		0xa1b2c3d0u + (unsigned int)number);
	(void)instant_parse(&e->timestamp, row->time);
	e->day = instant_utc_day(e->timestamp);
	e->source = "manual";
	e->kind = row->kind;
	e->model = row->model;
	e->price_class = row->price_class;
	e->usage = row->usage;
	e->notes = row->notes;
}

static inline int compare_records(const void *left, const void *right)
{
	const struct report_record *a = left, *b = right;

	return (a->entry.timestamp.ms < b->entry.timestamp.ms) -
	       (a->entry.timestamp.ms > b->entry.timestamp.ms);
}

static inline void fixture_init(struct fixture *f)
{
	struct tt_error err = TT_ERROR_INIT;

	*f = (struct fixture){ 0 };
	if (prices_builtin(&f->prices, &err) != TT_OK)
		abort();
	f->totals = rollup_new(f->prices);
	f->before = rollup_new(f->prices);
	for (int i = 0; i < FIXTURE_ROWS; i++) {
		const struct fixture_row *row = &fixture_rows[i];
		struct report_record *record = &f->recent[i];
		struct entry *e = &record->entry;

		fixture_entry(e, row, i);
		record->branch = row->branch;
		prices_cost(
			&record->cost, f->prices, e->model, e->price_class, e->day, &e->usage, 0);
		if (rollup_add(f->totals, row->branch, e, &err) != TT_OK)
			abort();
		if (i != 1 && rollup_add(f->before, row->branch, e, &err) != TT_OK)
			abort();
	}
	rollup_finish(f->totals);
	rollup_finish(f->before);
	qsort(f->recent, FIXTURE_ROWS, sizeof *f->recent, compare_records);
	f->files[0] = (struct report_file){ "temp/tokens_feature%2Flogin_1.json", REPORT_IMPORTED,
		3, NULL };
	f->files[1] = (struct report_file){ "temp/tokens_main_2.json", REPORT_IMPORTED, 5, NULL };
	f->files[2] = (struct report_file){ "temp/notes.txt", REPORT_SKIPPED, 0, "not an export" };
	f->files[3] = (struct report_file){ "temp/bad|name`.json", REPORT_REJECTED, 0,
		"line 3, column 7: 'tokens' is negative" };
	f->report = (struct report){
		.repository = "github.com/acme/app",
		.current_branch = "feature/login",
		.prices = f->prices,
		.totals = f->totals,
		.has_before = true,
		.before = rollup_branch(f->before, "feature/login"),
		.recent = f->recent,
		.recent_count = FIXTURE_ROWS,
		.imported = true,
		.inserted = 6,
		.updated = 1,
		.unchanged = 1,
		.files = f->files,
		.file_count = 4,
		.database = "postgresql://ci:***@db.example.com/tokens",
	};
	(void)instant_parse(&f->report.now, "2026-11-23T15:00:00Z");
}

static inline void fixture_release(struct fixture *f)
{
	rollup_free(f->totals);
	rollup_free(f->before);
	prices_free(f->prices);
}

/* The terminal's tables are measured by the C library: a UTF-8 locale, and UTC
 * for local times. */
static inline void fixture_environment(const char *locale)
{
	(void)setenv("TZ", "UTC", 1);
	tzset();
	if (!setlocale(LC_CTYPE, locale))
		abort();
}

/* `got` must equal tests/golden/<name>; UPDATE_GOLDEN=1 rewrites that file. */
static inline void assert_golden(const char *name, const struct strbuf *got)
{
	_cleanup_(strbuf_release) struct strbuf path = STRBUF_INIT, want = STRBUF_INIT;
	FILE *file;
	int c;

	strbuf_addf(&path, "tests/golden/%s", name);
	file = fopen(path.buf, getenv("UPDATE_GOLDEN") ? "w+" : "r");
	if (!file)
		fail_msg("no %s: run with UPDATE_GOLDEN=1", path.buf);
	if (getenv("UPDATE_GOLDEN")) {
		(void)fwrite(got->buf, 1, got->len, file);
		rewind(file);
	}
	while ((c = getc(file)) != EOF)
		strbuf_addch(&want, (char)c);
	(void)fclose(file);
	assert_string_equal(got->buf, want.buf);
}

#endif
