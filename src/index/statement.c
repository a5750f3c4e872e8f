/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "internal.h"

/* --- errors ------------------------------------------------------------------------ */

/* Damage in the middle of a file shows late: the mark tells the next who writes to look
 * closely.  When it cannot be made, that one finds out as this one did. */
static void mark_suspect(const struct usage_index *index)
{
	_autofree_ char *mark = xasprintf("%s" INDEX_SUSPECT, index->path);
	int fd = open(mark, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd >= 0)
		(void)close(fd);
}

enum tt_code index_fail_damaged(
	struct usage_index *index, const char *what, const char *why, struct tt_error *err)
{
	mark_suspect(index);
	return tt_fail(err, TT_EINPUT,
		"%s: '%s' is damaged (%s): the next 'track-tokens sync' sets it aside and builds "
		"it anew",
		what, index->shown, why);
}

enum tt_code index_fail(struct usage_index *index, const char *what, struct tt_error *err)
{
	const char *why = sqlite3_errmsg(index->db);

	switch (sqlite3_errcode(index->db) & 0xff) {
	case SQLITE_NOMEM:
		mem_exhausted();
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return tt_fail(err, TT_EBUSY, "%s: '%s' is in use by another program: try again",
			what, index->shown);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return index_fail_damaged(index, what, why, err);
	case SQLITE_FULL:
		return tt_fail(err, TT_EIO,
			"%s: no space is left for '%s': free some, then run "
			"'track-tokens sync'",
			what, index->shown);
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
		return tt_fail(err, TT_EIO,
			"%s: '%s': %s: check the permissions of the file and of its directory",
			what, index->shown, why);
	case SQLITE_CONSTRAINT:
	case SQLITE_MISUSE:
		return tt_fail(err, TT_EBUG, "%s: '%s': %s", what, index->shown, why);
	default:
		return tt_fail(err, TT_EIO, "%s: '%s': %s", what, index->shown, why);
	}
}

/* --- statements ---------------------------------------------------------------------- */

sqlite3_stmt *index_statement(struct usage_index *index, enum statement which, struct tt_error *err)
{
	sqlite3_stmt **stmt = &index->statements[which];

	if (!*stmt && sqlite3_prepare_v3(index->db, index_sql[which], -1, SQLITE_PREPARE_PERSISTENT,
			      stmt, NULL) != SQLITE_OK) {
		(void)index_fail(index, "cannot read the usage index", err);
		return NULL;
	}
	(void)sqlite3_reset(*stmt);
	(void)sqlite3_clear_bindings(*stmt);
	return *stmt;
}

enum tt_code index_step(
	struct usage_index *index, sqlite3_stmt *stmt, bool *row, struct tt_error *err)
{
	int rc = sqlite3_step(stmt);

	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return index_fail(index,
			sqlite3_stmt_readonly(stmt) ? "cannot read the usage index"
						    : "cannot write the usage index",
			err);
	*row = rc == SQLITE_ROW;
	return TT_OK;
}

enum tt_code index_run(struct usage_index *index, sqlite3_stmt *stmt, struct tt_error *err)
{
	bool row;
	enum tt_code code = index_step(index, stmt, &row, err);

	(void)sqlite3_reset(stmt);
	return code;
}

enum tt_code index_exec(struct usage_index *index, const char *sql, struct tt_error *err)
{
	if (sqlite3_exec(index->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return index_fail(index, "cannot use the usage index", err);
	return TT_OK;
}

void index_bind_text(sqlite3_stmt *stmt, int at, const char *text)
{
	(void)sqlite3_bind_text(stmt, at, text, -1, SQLITE_STATIC);
}

void index_bind_usage(sqlite3_stmt *stmt, int at, const struct usage *u)
{
	for (int kind = 0; kind < USAGE_KINDS - 1; kind++)
		(void)sqlite3_bind_int64(stmt, at + kind, usage_get(u, kind));
}

void index_column_usage(struct usage *out, sqlite3_stmt *stmt, int at)
{
	*out = (struct usage){ 0 };
	for (int kind = 0; kind < USAGE_KINDS - 1; kind++)
		usage_set(out, kind, sqlite3_column_int64(stmt, at + kind));
}

const char *index_column_text(sqlite3_stmt *stmt, int at, struct arena *arena)
{
	const char *text = (const char *)sqlite3_column_text(stmt, at);

	return text ? arena_strdup(arena, text) : NULL;
}

enum tt_code index_read_number(
	struct usage_index *index, const char *sql, int64_t *out, struct tt_error *err)
{
	return index_read_numbers(index, sql, out, 1, err);
}

enum tt_code index_read_numbers(
	struct usage_index *index, const char *sql, int64_t *out, int columns, struct tt_error *err)
{
	sqlite3_stmt *stmt;
	enum tt_code code;
	bool found = false;

	if (sqlite3_prepare_v2(index->db, sql, -1, &stmt, NULL) != SQLITE_OK)
		return index_fail(index, "cannot read the usage index", err);
	code = index_step(index, stmt, &found, err);
	for (int i = 0; code == TT_OK && i < columns; i++)
		out[i] = found ? sqlite3_column_int64(stmt, i) : 0;
	(void)sqlite3_finalize(stmt);
	return code;
}
