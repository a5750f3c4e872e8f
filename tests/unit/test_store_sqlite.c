/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "store/store.h"

/* --- a directory and a store in it ------------------------------------- */

struct world {
	char dir[64];
	char *path, *url;
	struct store *store;
	struct tt_error err;
};

static const struct store_options creating = { .create = true };

static int set_up(void **state)
{
	struct world *w = xcalloc(1, sizeof *w);

	(void)snprintf(w->dir, sizeof w->dir, "/tmp/store.XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	w->path = xasprintf("%s/tokens.db", w->dir);
	w->url = xasprintf("sqlite:%s", w->path);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	store_close(w->store);
	(void)unlink(w->path);
	assert_int_equal(rmdir(w->dir), 0);
	free(w->path);
	free(w->url);
	free(w);
	return 0;
}

static void open_store(struct world *w)
{
	assert_int_equal(store_open(&w->store, w->url, &creating, &w->err), TT_OK);
}

/* --- entries ------------------------------------------------------------ */

struct row {
	const char *id, *branch;
	int64_t revision, tokens;
	bool is_void;
};

#define ID_A "00000000-0000-4000-8000-00000000000a"
#define ID_B "00000000-0000-4000-8000-00000000000b"
#define ID_C "00000000-0000-4000-8000-00000000000c"

struct rows {
	const struct row *rows;
	size_t count;
	enum tt_code failure; /* after the rows */
};

static void make_entry(struct entry *e, const struct row *row)
{
	*e = (struct entry)ENTRY_INIT;
	memcpy(e->id, row->id, ENTRY_ID_TEXT);
	e->revision = row->revision;
	e->kind = ENTRY_MANUAL;
	e->source = "manual";
	e->timestamp.ms = INT64_C(1763888400123) + row->id[35];
	e->day.number = 20415;
	e->usage.unsplit = row->tokens;
	e->notes = "a \"note\"";
	e->is_void = row->is_void;
	e->unknown = "\"x\":[1,2]";
}

static enum tt_code send_rows(void *ctx, const struct entry_sink *sink, struct tt_error *err)
{
	const struct rows *rows = ctx;

	for (size_t i = 0; i < rows->count; i++) {
		struct entry e;

		make_entry(&e, &rows->rows[i]);
		if (sink->entry(sink->ctx, rows->rows[i].branch, &e, err) != TT_OK)
			return err->code;
	}
	return rows->failure ? tt_fail(err, rows->failure, "the file went away") : TT_OK;
}

static enum tt_code import_rows(
	struct world *w, const struct rows *rows, bool dry_run, struct store_counts *counts)
{
	const struct store_file file = { "a.json", "aa", (int64_t)rows->count };
	const struct store_batch batch = {
		.repository = "github.com/acme/app",
		.now = { 1 },
		.files = &file,
		.file_count = 1,
		.replay = send_rows,
		.ctx = (void *)rows,
		.dry_run = dry_run,
	};

	return store_import(w->store, &batch, counts, &w->err);
}

static void import_and_expect(struct world *w, const struct row *rows, size_t count,
	int64_t inserted, int64_t updated, int64_t unchanged)
{
	struct store_counts counts = { -1, -1, -1 };

	assert_int_equal(
		import_rows(w, &(struct rows){ rows, count, TT_OK }, false, &counts), TT_OK);
	assert_int_equal(counts.inserted, inserted);
	assert_int_equal(counts.updated, updated);
	assert_int_equal(counts.unchanged, unchanged);
}

static enum tt_code add_line(void *ctx, const char *line, size_t len, struct tt_error *err)
{
	(void)err;
	strbuf_add(ctx, line, len);
	strbuf_addch(ctx, '\n');
	return TT_OK;
}

static char *export_text(struct world *w)
{
	struct strbuf text = STRBUF_INIT;

	assert_int_equal(store_export(w->store, add_line, &text, &w->err), TT_OK);
	return strbuf_detach(&text);
}

static enum tt_code count_entry(
	void *ctx, const char *branch, const struct entry *e, struct tt_error *err)
{
	struct strbuf *seen = ctx;

	(void)err;
	strbuf_addf(seen, "%s:%c ", branch, e->id[35]);
	return TT_OK;
}

/* --- importing ---------------------------------------------------------- */

static void store_import__counts_new_changed_and_known_entries(void **state)
{
	struct world *w = *state;
	static const struct row first[] = { { ID_A, "main", 1, 5, false },
		{ ID_B, "main", 1, 7, false } };
	static const struct row second[] = { { ID_A, "main", 2, 6, false },
		{ ID_B, "main", 1, 7, false }, { ID_C, "main", 1, 9, false } };

	open_store(w);
	import_and_expect(w, first, 2, 2, 0, 0);
	import_and_expect(w, first, 2, 0, 0, 2);
	import_and_expect(w, second, 3, 1, 1, 1);
	import_and_expect(w, first, 2, 0, 0, 2);
}

static void store_import__counts_an_entry_once_however_often_it_comes(void **state)
{
	struct world *w = *state;
	static const struct row up[] = { { ID_A, "main", 1, 5, false },
		{ ID_A, "main", 2, 6, false }, { ID_A, "main", 1, 5, false } };
	static const struct row on[] = { { ID_A, "main", 3, 5, false },
		{ ID_A, "main", 4, 6, false } };

	open_store(w);
	import_and_expect(w, up, 3, 1, 0, 2);
	import_and_expect(w, on, 2, 0, 1, 1);
}

static void store_import__gives_the_same_rows_in_any_order(void **state)
{
	struct world *w = *state;
	static const struct row rows[] = { { ID_A, "main", 1, 5, false },
		{ ID_A, "other", 1, 5, false }, { ID_A, "main", 1, 6, false } };
	static const int orders[][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 },
		{ 2, 0, 1 }, { 2, 1, 0 } };
	_autofree_ char *expected = NULL;

	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
		_autofree_ char *text = NULL;
		struct row shuffled[3];

		for (int j = 0; j < 3; j++)
			shuffled[j] = rows[orders[i][j]];
		open_store(w);
		import_and_expect(w, shuffled, 1, 1, 0, 0);
		assert_int_equal(import_rows(w, &(struct rows){ shuffled + 1, 2, TT_OK }, false,
					 &(struct store_counts){ 0 }),
			TT_OK);
		text = export_text(w);
		store_close(steal(&w->store));
		assert_int_equal(unlink(w->path), 0);
		if (!expected)
			expected = steal(&text);
		else
			assert_string_equal(text, expected);
	}
}

static void store_import__leaves_nothing_of_an_import_that_fails(void **state)
{
	struct world *w = *state;
	static const struct row rows[] = { { ID_A, "main", 1, 5, false } };
	struct store_counts counts = { 1, 2, 3 };
	_autofree_ char *text = NULL;

	open_store(w);
	assert_int_equal(import_rows(w, &(struct rows){ rows, 1, TT_EIO }, false, &counts), TT_EIO);
	assert_string_equal(w->err.msg, "the file went away");
	assert_int_equal(counts.inserted, 1);
	text = export_text(w);
	assert_string_equal(text, "");
	import_and_expect(w, rows, 1, 1, 0, 0);
}

static void store_import__counts_but_keeps_nothing_on_a_dry_run(void **state)
{
	struct world *w = *state;
	static const struct row rows[] = { { ID_A, "main", 1, 5, false } };
	struct store_counts counts;
	_autofree_ char *text = NULL;

	open_store(w);
	assert_int_equal(import_rows(w, &(struct rows){ rows, 1, TT_OK }, true, &counts), TT_OK);
	assert_int_equal(counts.inserted, 1);
	text = export_text(w);
	assert_string_equal(text, "");
}

/* --- reading ------------------------------------------------------------ */

static void store_export__writes_entries_as_files_hold_them(void **state)
{
	struct world *w = *state;
	static const struct row rows[] = { { ID_A, "feature/\"x\"", 3, 54161, true } };
	_autofree_ char *text = NULL;

	open_store(w);
	import_and_expect(w, rows, 1, 1, 0, 0);
	text = export_text(w);
	assert_string_equal(text,
		"{\"repository\":\"github.com/acme/app\",\"branch\":\"feature/\\\"x\\\"\","
		"\"id\":\"00000000-0000-4000-8000-00000000000a\",\"revision\":3,"
		"\"kind\":\"manual\",\"source\":\"manual\","
		"\"timestamp\":\"2025-11-23T09:00:00.220Z\",\"day\":\"2025-11-23\","
		"\"tokens\":54161,\"usage\":{\"input\":0,\"output\":0,\"cache_read\":0,"
		"\"cache_write_5m\":0,\"cache_write_1h\":0,\"unsplit\":54161},\"requests\":0,"
		"\"web_searches\":0,\"model\":null,\"price_class\":\"standard\","
		"\"session_id\":null,\"last_activity\":null,\"cost_nano_usd\":null,"
		"\"notes\":\"a \\\"note\\\"\",\"commit\":null,\"author\":null,\"host\":null,"
		"\"void\":true,\"x\":[1,2]}\n");
}

static void store_recent__gives_the_newest_first_without_the_removed(void **state)
{
	struct world *w = *state;
	static const struct row rows[] = { { ID_A, "main", 1, 5, false },
		{ ID_B, "main", 1, 7, true }, { ID_C, "next", 1, 9, false } };
	_cleanup_(strbuf_release) struct strbuf seen = STRBUF_INIT;
	const struct entry_sink sink = { &seen, count_entry };

	open_store(w);
	import_and_expect(w, rows, 3, 3, 0, 0);
	assert_int_equal(store_recent(w->store, "github.com/acme/app", 5, &sink, &w->err), TT_OK);
	assert_string_equal(seen.buf, "next:c main:a ");
	strbuf_reset(&seen);
	assert_int_equal(store_recent(w->store, "github.com/acme/app", 1, &sink, &w->err), TT_OK);
	assert_string_equal(seen.buf, "next:c ");
	strbuf_reset(&seen);
	assert_int_equal(store_recent(w->store, "github.com/other", 5, &sink, &w->err), TT_OK);
	assert_string_equal(seen.buf, "");
}

static enum tt_code add_cell(void *ctx, const struct rollup_cell *cell, struct tt_error *err)
{
	(void)err;
	strbuf_addf(ctx, "%s %s %lld in %lld; ", cell->branch, entry_kind_name(cell->kind),
		(long long)cell->usage.unsplit, (long long)cell->sessions);
	assert_null(cell->model);
	assert_int_equal(cell->day.number, 20415);
	return TT_OK;
}

static void store_cells__adds_up_what_belongs_together(void **state)
{
	struct world *w = *state;
	static const struct row rows[] = { { ID_A, "main", 1, 5, false },
		{ ID_B, "main", 1, 7, false }, { ID_C, "next", 1, 9, true } };
	_cleanup_(strbuf_release) struct strbuf seen = STRBUF_INIT;

	open_store(w);
	import_and_expect(w, rows, 3, 3, 0, 0);
	assert_int_equal(
		store_cells(w->store, "github.com/acme/app", NULL, add_cell, &seen, &w->err),
		TT_OK);
	assert_string_equal(seen.buf, "main manual 12 in 2; ");
	assert_int_equal(
		store_cells(w->store, "github.com/acme/app", "next", add_cell, &seen, &w->err),
		TT_OK);
	assert_string_equal(seen.buf, "main manual 12 in 2; ");
}

/* --- opening ------------------------------------------------------------ */

static void store_open__makes_the_file_for_its_owner_only(void **state)
{
	struct world *w = *state;
	struct stat st;

	open_store(w);
	assert_int_equal(stat(w->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_string_equal(store_kind(w->store), "sqlite");
	assert_int_equal(store_check_schema(w->store, &w->err), TT_OK);
}

static void expect_refusal(
	struct world *w, bool create, enum tt_code code, const char *before, const char *after)
{
	_autofree_ char *expected = xasprintf("%s'%s'%s", before, w->path, after);

	assert_int_equal(
		store_open(&w->store, w->url, &(struct store_options){ .create = create }, &w->err),
		code);
	assert_string_equal(w->err.msg, expected);
	assert_null(w->store);
}

static void store_open__says_what_is_not_there(void **state)
{
	expect_refusal(*state, false, TT_ENOTFOUND, "the database ", " does not exist");
}

static void store_open__refuses_a_file_that_is_no_database(void **state)
{
	struct world *w = *state;
	FILE *file = fopen(w->path, "w");

	assert_true(fputs("this is no database, but it is long enough to look at\n", file) >= 0);
	assert_int_equal(fclose(file), 0);
	expect_refusal(w, true, TT_EINPUT, "", " is not a SQLite database");
}

static void store_open__refuses_a_symbolic_link(void **state)
{
	struct world *w = *state;

	assert_int_equal(symlink("/dev/null", w->path), 0);
	expect_refusal(w, true, TT_EINPUT, "", " is a symbolic link, not a database");
}

static void store_open__refuses_a_fifo_without_waiting(void **state)
{
	struct world *w = *state;

	assert_int_equal(mkfifo(w->path, 0600), 0);
	expect_refusal(w, true, TT_EINPUT, "", " is not a regular file");
}

static void store_check_schema__tells_a_new_database_to_migrate(void **state)
{
	struct world *w = *state;
	int from = -1, to = -1;

	assert_true(close(open(w->path, O_CREAT | O_WRONLY, 0600)) == 0);
	assert_int_equal(
		store_open(&w->store, w->url, &(struct store_options){ 0 }, &w->err), TT_OK);
	assert_int_equal(store_check_schema(w->store, &w->err), TT_ESCHEMA);
	assert_string_equal(
		w->err.msg, "the database has no tables yet: run 'import-tokens migrate'");
	assert_int_equal(store_migrate(w->store, &from, &to, &w->err), TT_OK);
	assert_int_equal(from, 0);
	assert_int_equal(to, 1);
	assert_int_equal(store_check_schema(w->store, &w->err), TT_OK);
	assert_int_equal(store_migrate(w->store, &from, &to, &w->err), TT_OK);
	assert_int_equal(from, 1);
}

#define STORE_TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(store_import__counts_new_changed_and_known_entries),
		STORE_TEST(store_import__counts_an_entry_once_however_often_it_comes),
		STORE_TEST(store_import__gives_the_same_rows_in_any_order),
		STORE_TEST(store_import__leaves_nothing_of_an_import_that_fails),
		STORE_TEST(store_import__counts_but_keeps_nothing_on_a_dry_run),
		STORE_TEST(store_export__writes_entries_as_files_hold_them),
		STORE_TEST(store_recent__gives_the_newest_first_without_the_removed),
		STORE_TEST(store_cells__adds_up_what_belongs_together),
		STORE_TEST(store_open__makes_the_file_for_its_owner_only),
		STORE_TEST(store_open__says_what_is_not_there),
		STORE_TEST(store_open__refuses_a_file_that_is_no_database),
		STORE_TEST(store_open__refuses_a_symbolic_link),
		STORE_TEST(store_open__refuses_a_fifo_without_waiting),
		STORE_TEST(store_check_schema__tells_a_new_database_to_migrate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
