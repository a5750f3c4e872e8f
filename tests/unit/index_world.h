/* SPDX-License-Identifier: MIT */
#ifndef TESTS_INDEX_WORLD_H
#define TESTS_INDEX_WORLD_H

/* The four headers in the order that cmocka wants. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "index/usage_index.h"

/* A usage index in a directory of its own, and what it holds as text. */
struct world {
	char dir[64];
	char *path;
	struct usage_index *index;
	struct arena arena;
	struct tt_error err;
};

static inline int world_setup(void **state)
{
	struct world *w = xcalloc(1, sizeof *w);

	(void)snprintf(w->dir, sizeof w->dir, "/tmp/usage-index.XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	w->path = xasprintf("%s/usage.db", w->dir);
	clock_set((struct instant){ INT64_C(1795426200000) }); /* 2026-11-23 09:30 */
	*state = w;
	return 0;
}

static inline int world_teardown(void **state)
{
	struct world *w = *state;
	_autofree_ char *remove = xasprintf("rm -rf '%s'", w->dir);

	usage_index_close(w->index);
	arena_release(&w->arena);
	assert_int_equal(system(remove), 0);
	free(w->path);
	free(w);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

#define assert_ok(w, call)                                                 \
	do {                                                               \
		enum tt_code code_ = (call);                               \
		if (code_ != TT_OK)                                        \
			fail_msg("%s: %d %s", #call, code_, (w)->err.msg); \
	} while (0)

#define assert_failed(w, call, expected, message)           \
	do {                                                \
		assert_int_equal((call), expected);         \
		assert_string_equal((w)->err.msg, message); \
		(w)->err = (struct tt_error)TT_ERROR_INIT;  \
	} while (0)

static inline void world_open(struct world *w)
{
	assert_ok(w, usage_index_open(&w->index, w->dir, true, 0, NULL, &w->err));
	assert_ok(w, usage_index_begin(w->index, &w->err));
}

static inline void world_close(struct world *w)
{
	usage_index_close(steal(&w->index));
}

static inline void world_commit(struct world *w)
{
	assert_ok(w, usage_index_filled(w->index, &w->err));
	assert_ok(w, usage_index_commit(w->index, &w->err));
	assert_ok(w, usage_index_begin(w->index, &w->err));
}

/* Everything committed, and opened again. */
static inline void world_reopen(struct world *w)
{
	assert_ok(w, usage_index_filled(w->index, &w->err));
	assert_ok(w, usage_index_commit(w->index, &w->err));
	world_close(w);
	world_open(w);
}

/* --- responses ------------------------------------------------------------------ */

/* A response of 10 input and 1 output tokens, at `time` in the first session. */
static inline struct usage_row a_row(const char *key, int64_t time)
{
	return (struct usage_row){
		.response = {
			.key = key, .session = "s1", .model = "claude-opus-5", .cwd = "/w",
			.git_branch = "main", .time = { time }, .last_time = { time },
			.usage = { .input = 10, .output = 1 },
		},
		.placement = { .repository = 1, .branch = "main", .reason = BRANCH_BY_REFLOG,
			.day = { 20780 }, .price_class = "standard" },
		.kind = ENTRY_MEASURED,
	};
}

static inline void put(struct world *w, const struct usage_row *row)
{
	struct usage_row old;
	enum tt_code code =
		usage_index_find_response(w->index, row->response.key, &w->arena, &old, &w->err);

	assert_true(code == TT_OK || code == TT_ENOTFOUND);
	assert_ok(w, usage_index_put_response(w->index, code == TT_OK ? &old : NULL, row, &w->err));
}

static inline struct usage_row find(struct world *w, const char *key)
{
	struct usage_row row;

	assert_ok(w, usage_index_find_response(w->index, key, &w->arena, &row, &w->err));
	return row;
}

/* --- what it holds, as text ------------------------------------------------------- */

static inline enum tt_code add_entry_text(
	void *ctx, const struct usage_entry *e, struct tt_error *err)
{
	(void)err;
	strbuf_addf(ctx,
		"%s %" PRId64 " %s %s %s%s: %" PRId64 "/%" PRId64 " in %" PRId64 ", %" PRId64
		"-%" PRId64 "%s\n",
		e->session, e->repository, e->branch ? e->branch : "?", e->model ? e->model : "?",
		e->price_class, e->kind == ENTRY_AUXILIARY ? " auxiliary" : "", e->usage.input,
		e->usage.output, e->requests, e->first.ms, e->last.ms,
		e->changed ? " changed" : "");
	return TT_OK;
}

static inline char *entries_text(struct world *w, struct usage_filter filter)
{
	struct strbuf text = STRBUF_INIT;

	assert_ok(w, usage_index_entries(w->index, &filter, add_entry_text, &text, &w->err));
	return text.len ? strbuf_detach(&text) : xstrdup("");
}

#define assert_entries(w, filter, expected)                       \
	do {                                                      \
		_autofree_ char *text_ = entries_text(w, filter); \
		assert_string_equal(text_, expected);             \
	} while (0)
#define ALL ((struct usage_filter){ 0 })

static inline enum tt_code add_key_text(
	void *ctx, const struct usage_row *row, struct tt_error *err)
{
	(void)err;
	strbuf_addf(ctx, "%s ", row->response.key);
	return TT_OK;
}

#define assert_responses(w, filter, expected)                                                 \
	do {                                                                                  \
		_cleanup_(strbuf_release) struct strbuf keys_ = STRBUF_INIT;                  \
		struct usage_filter filter_ = filter;                                         \
		assert_ok(w, usage_index_responses(                                           \
				     (w)->index, &filter_, add_key_text, &keys_, &(w)->err)); \
		assert_string_equal(keys_.buf, expected);                                     \
	} while (0)

/* A query by another connection, as people ask it: columns by "|", rows by newlines. */
static inline char *ask(struct world *w, const char *sql)
{
	struct strbuf text = STRBUF_INIT;
	sqlite3 *db;
	sqlite3_stmt *stmt;

	assert_int_equal(sqlite3_open_v2(w->path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(stmt); i++) {
			const char *value = (const char *)sqlite3_column_text(stmt, i);

			strbuf_addf(&text, "%s%s", i ? "|" : "", value ? value : "NULL");
		}
		strbuf_addch(&text, '\n');
	}
	assert_int_equal(sqlite3_finalize(stmt), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return text.len ? strbuf_detach(&text) : xstrdup("");
}

#define assert_answer(w, sql, expected)              \
	do {                                         \
		_autofree_ char *got_ = ask(w, sql); \
		assert_string_equal(got_, expected); \
	} while (0)

/* --- files ---------------------------------------------------------------------- */

static inline void overwrite(const char *path, off_t at, const void *data, size_t len)
{
	_autoclose_ int fd = open(path, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, data, len, at), len);
}

static inline off_t size_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

/* Many responses of many sessions, in a file without a log beside it. */
static inline void fill(struct world *w, int count)
{
	const struct repository_row repository = { .common_dir = "/w/.git" };
	char key[32], session[32];
	int64_t id;

	world_open(w);
	assert_ok(w, usage_index_put_repository(w->index, &repository, &id, &w->err));
	for (int i = 0; i < count; i++) {
		struct usage_row row = a_row(key, 1000 + i);

		(void)snprintf(key, sizeof key, "msg_%06d", i);
		(void)snprintf(session, sizeof session, "session-%d", i % 97);
		row.response.session = session;
		assert_ok(w, usage_index_put_response(w->index, NULL, &row, &w->err));
	}
	world_commit(w);
	world_close(w);
	free(ask(w, "PRAGMA wal_checkpoint(TRUNCATE)"));
}

static inline int64_t count_responses(struct world *w)
{
	_autofree_ char *text = ask(w, "SELECT count(*) FROM responses");

	return strtoll(text, NULL, 10);
}

/* Opens for writing and says where a damaged one went. */
static inline char *open_aside(struct world *w)
{
	struct strbuf aside = STRBUF_INIT;

	assert_ok(w, usage_index_open(&w->index, w->dir, true, 0, &aside, &w->err));
	assert_ok(w, usage_index_begin(w->index, &w->err));
	return aside.len ? strbuf_detach(&aside) : xstrdup("");
}

static inline enum tt_code open_to_read(struct world *w)
{
	return usage_index_open(&w->index, w->dir, false, 0, NULL, &w->err);
}

#define assert_message(w, call, expected, ...)                      \
	do {                                                        \
		_autofree_ char *message_ = xasprintf(__VA_ARGS__); \
		assert_failed(w, call, expected, message_);         \
	} while (0)

#endif
