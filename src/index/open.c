/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/embedded.h"
#include "base/instant.h"
#include "base/mem.h"
#include "internal.h"

#define DATABASE "usage.db"
#define SCHEMA "src/index/sql/schema.sql"

enum { FILE_MODE = 0600, DIR_MODE = 0700 };

/* --- statements ------------------------------------------------------------------ */

enum tt_code index_fail(struct usage_index *index, const char *what, struct tt_error *err)
{
	int code = sqlite3_extended_errcode(index->db);

	switch (code & 0xff) {
	case SQLITE_NOMEM:
		mem_exhausted();
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return tt_fail(err, TT_EBUSY, "%s: '%s' is in use by another program: try again",
			what, index->path);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return tt_fail(err, TT_EINPUT,
			"%s: '%s' is damaged: 'track-tokens sync' sets it aside and builds it anew "
			"from the transcripts",
			what, index->path);
	default:
		return tt_fail(
			err, TT_EIO, "%s: '%s': %s", what, index->path, sqlite3_errmsg(index->db));
	}
}

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

/* --- opening ------------------------------------------------------------------------ */

static struct usage_index *new_index(const char *dir, bool write)
{
	struct usage_index *index = xcalloc(1, sizeof *index);

	index->path = xasprintf("%s/" DATABASE, dir);
	index->write = write;
	return index;
}

void usage_index_close(struct usage_index *index)
{
	if (!index)
		return;
	for (int i = 0; i < STATEMENTS; i++)
		(void)sqlite3_finalize(index->statements[i]);
	if (index->in_transaction)
		(void)sqlite3_exec(index->db, "ROLLBACK", NULL, NULL, NULL);
	(void)sqlite3_close(index->db);
	index_texts_release(index);
	index_deltas_release(index);
	arena_release(&index->arena);
	free(index->path);
	free(index);
}

void usage_index_closep(struct usage_index **index)
{
	usage_index_close(*index);
}

/* SQLite makes files with the mode that the process allows: this one is made here,
 * so that it is the user's alone. */
static enum tt_code make_file(const struct usage_index *index, struct tt_error *err)
{
	int fd = open(index->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);

	if (fd < 0)
		return tt_fail_errno(err, "cannot write the usage index '%s'", index->path);
	(void)close(fd);
	return TT_OK;
}

static enum tt_code read_number(
	struct usage_index *index, const char *sql, int64_t *out, struct tt_error *err)
{
	sqlite3_stmt *stmt;
	int rc;

	if (sqlite3_prepare_v2(index->db, sql, -1, &stmt, NULL) != SQLITE_OK)
		return index_fail(index, "cannot open the usage index", err);
	rc = sqlite3_step(stmt);
	*out = rc == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : 0;
	(void)sqlite3_finalize(stmt);
	return rc == SQLITE_ROW || rc == SQLITE_DONE
		       ? TT_OK
		       : index_fail(index, "cannot open the usage index", err);
}

/* Two that come at once: the second waits, and finds the work done. */
static enum tt_code make_schema(struct usage_index *index, struct tt_error *err)
{
	const struct embedded *schema = embedded_find(SCHEMA);
	int64_t version;

	if (!schema)
		return tt_fail(err, TT_EBUG, "this program was built without '" SCHEMA "'");
	if (index_exec(index, "BEGIN IMMEDIATE", err) != TT_OK)
		return err->code;
	if (read_number(index, "PRAGMA user_version", &version, err) != TT_OK ||
		(version == 0 && index_exec(index, schema->text, err) != TT_OK)) {
		(void)sqlite3_exec(index->db, "ROLLBACK", NULL, NULL, NULL);
		return err->code;
	}
	return index_exec(index, "COMMIT", err);
}

static enum tt_code check_version(struct usage_index *index, struct tt_error *err)
{
	int64_t version, tables;

	if (read_number(index, "PRAGMA user_version", &version, err) != TT_OK ||
		read_number(index, "SELECT count(*) FROM sqlite_schema", &tables, err) != TT_OK)
		return err->code;
	if (version > INDEX_VERSION)
		return tt_fail(err, TT_ESCHEMA,
			"'%s' was made by a newer track-tokens: use that one", index->path);
	if (version == INDEX_VERSION)
		return TT_OK;
	if (tables > 0)
		return tt_fail(
			err, TT_EINPUT, "'%s' is damaged: it is no usage index", index->path);
	if (!index->write)
		return TT_ENOTFOUND;
	return make_schema(index, err);
}

static enum tt_code prepare(struct usage_index *index, int busy_ms, struct tt_error *err)
{
	int64_t any = 0;

	(void)sqlite3_busy_timeout(index->db, busy_ms);
	(void)sqlite3_exec(index->db,
		index->write ? "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
			       "PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY"
			     : "PRAGMA query_only=1",
		NULL, NULL, NULL);
	if (check_version(index, err) != TT_OK)
		return err->code ? err->code : TT_ENOTFOUND;
	if (index->write &&
		read_number(index, "SELECT EXISTS(SELECT 1 FROM responses)", &any, err) != TT_OK)
		return err->code;
	index->empty = !any;
	return TT_OK;
}

static enum tt_code open_once(
	struct usage_index **out, const char *dir, bool write, int busy_ms, struct tt_error *err)
{
	_cleanup_(usage_index_closep) struct usage_index *index = new_index(dir, write);
	int flags = write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
	struct stat st;

	if (!write && stat(index->path, &st) != 0)
		return tt_fail(err, TT_ENOTFOUND, "there is no usage index yet");
	if (write && make_file(index, err) != TT_OK)
		return err->code;
	if (sqlite3_open_v2(index->path, &index->db, flags | SQLITE_OPEN_NOFOLLOW, NULL) !=
		SQLITE_OK) {
		if (!index->db)
			mem_exhausted();
		return index_fail(index, "cannot open the usage index", err);
	}
	if (prepare(index, busy_ms, err) != TT_OK)
		return err->code == TT_OK
			       ? tt_fail(err, TT_ENOTFOUND, "there is no usage index yet")
			       : err->code;
	*out = steal(&index);
	return TT_OK;
}

/* --- damage -------------------------------------------------------------------------- */

static enum tt_code set_aside(struct strbuf *where, const char *dir, struct tt_error *err)
{
	static const char *const parts[] = { "", "-wal", "-shm" };
	char stamp[INSTANT_TEXT];
	_autofree_ char *to = NULL;

	instant_format_stamp(stamp, clock_now());
	to = xasprintf("%s/" DATABASE ".damaged-%s-%ld", dir, stamp, (long)getpid());
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		_autofree_ char *from = xasprintf("%s/" DATABASE "%s", dir, parts[i]);
		_autofree_ char *name = xasprintf("%s%s", to, parts[i]);

		if (rename(from, name) != 0 && errno != ENOENT)
			return tt_fail_errno(err, "cannot set '%s' aside", from);
	}
	if (where)
		strbuf_addstr(where, to);
	return TT_OK;
}

static enum tt_code make_dir(const char *dir, struct tt_error *err)
{
	if (mkdir(dir, DIR_MODE) == 0 || errno == EEXIST)
		return TT_OK;
	return tt_fail_errno(err, "cannot make the directory '%s'", dir);
}

enum tt_code usage_index_open(struct usage_index **out, const char *dir, bool write, int busy_ms,
	struct strbuf *aside, struct tt_error *err)
{
	enum tt_code code;

	if (write && make_dir(dir, err) != TT_OK)
		return err->code;
	code = open_once(out, dir, write, busy_ms, err);
	if (code != TT_EINPUT || !write)
		return code;
	if (set_aside(aside, dir, err) != TT_OK)
		return err->code;
	return open_once(out, dir, write, busy_ms, err);
}

/* --- transactions ----------------------------------------------------------------------- */

enum tt_code usage_index_begin(struct usage_index *index, struct tt_error *err)
{
	if (index_exec(index, "BEGIN IMMEDIATE", err) != TT_OK)
		return err->code;
	index->in_transaction = true;
	return TT_OK;
}

enum tt_code usage_index_commit(struct usage_index *index, struct tt_error *err)
{
	if (index_flush_entries(index, err) != TT_OK || index_exec(index, "COMMIT", err) != TT_OK)
		return err->code;
	index->in_transaction = false;
	return TT_OK;
}

bool usage_index_is_empty(const struct usage_index *index)
{
	return index->empty;
}

/* An index over all sessions at once costs less than one that grows with them. */
enum tt_code usage_index_filled(struct usage_index *index, struct tt_error *err)
{
	if (!index->empty)
		return TT_OK;
	index->empty = false;
	return index_exec(index,
		"CREATE INDEX IF NOT EXISTS responses_session ON responses(session, time)", err);
}
