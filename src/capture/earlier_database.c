/* SPDX-License-Identifier: MIT */
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/json_writer.h"
#include "base/mem.h"
#include "base/text.h"
#include "earlier_parts.h"

/*
 * tokens.db of the session tracker, and the SQLite file of the team's database that the
 * branch tracker filled.  They are read from memory, so that nothing is ever
 * written beside it, and as what it is: somebody else's file, in which a table may be
 * a view that never ends.
 */

/* Steps of SQLite's machine: a hundred times what a large database needs. */
enum { STEPS_A_CALL = 1000000, CALLS_MAX = 2000 };

struct database {
	sqlite3 *db;
	unsigned char *bytes;
	int calls;
};

static void database_release(struct database *d)
{
	(void)sqlite3_close(d->db);
	sqlite3_free(d->bytes);
}

static enum tt_code fail(const struct database *d, struct tt_error *err)
{
	_autofree_ char *why = text_visible_short(sqlite3_errmsg(d->db), 200);

	if (sqlite3_errcode(d->db) == SQLITE_NOMEM)
		mem_exhausted();
	return tt_fail(err, TT_EINPUT, "the database cannot be read: %s", why);
}

static int count_call(void *ctx)
{
	struct database *d = ctx;

	return ++d->calls > CALLS_MAX;
}

/* A copy, since its journal mode has to be that of a database in memory. */
static void copy_bytes(struct database *d, const struct earlier_file *file)
{
	enum { WRITE_VERSION = 18, READ_VERSION = 19 };

	d->bytes = sqlite3_malloc64(file->len);
	if (!d->bytes)
		mem_exhausted();
	memcpy(d->bytes, file->text, file->len);
	if (file->len > READ_VERSION)
		d->bytes[WRITE_VERSION] = d->bytes[READ_VERSION] = 1;
}

static enum tt_code open_database(
	struct database *d, const struct earlier_file *file, struct tt_error *err)
{
	sqlite3_int64 size = (sqlite3_int64)file->len;

	copy_bytes(d, file);
	if (sqlite3_open_v2(":memory:", &d->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
		if (!d->db)
			mem_exhausted();
		return fail(d, err);
	}
	(void)sqlite3_db_config(d->db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
	(void)sqlite3_db_config(d->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
	(void)sqlite3_db_config(d->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, (int *)NULL);
	(void)sqlite3_limit(d->db, SQLITE_LIMIT_LENGTH, 16 * 1024 * 1024);
	sqlite3_progress_handler(d->db, STEPS_A_CALL, count_call, d);
	if (sqlite3_deserialize(d->db, "main", d->bytes, size, size, SQLITE_DESERIALIZE_READONLY) !=
		SQLITE_OK)
		return fail(d, err);
	return TT_OK;
}

/* --- rows ------------------------------------------------------------------- */

/* The text of a column, or NULL; one with a NUL inside, or no UTF-8, is none of theirs. */
static const char *column_text(sqlite3_stmt *stmt, int i)
{
	const char *text = (const char *)sqlite3_column_text(stmt, i);
	size_t len = (size_t)sqlite3_column_bytes(stmt, i);

	return text && strlen(text) == len && len <= ENTRY_NAME_MAX && utf8_is_valid(text, len)
		       ? text
		       : NULL;
}

/* Input, output, cache writes and cache reads, from column i on.  The tracker took
 * differences, and some of them are negative. */
static bool column_usage(struct usage *out, sqlite3_stmt *stmt, int i)
{
	int64_t values[4], total;

	for (int n = 0; n < 4; n++) {
		values[n] = sqlite3_column_int64(stmt, i + n);
		if (values[n] < 0 || values[n] > USAGE_MAX)
			return false;
	}
	*out = (struct usage){ .input = values[0],
		.output = values[1],
		.cache_write_5m = values[2],
		.cache_read = values[3] };
	return usage_total(&total, out) && total <= USAGE_MAX;
}

static bool column_time(struct instant *out, sqlite3_stmt *stmt, int i)
{
	const char *text = column_text(stmt, i);

	return text && instant_parse_naive(out, text, true) && entry_time_is_valid(*out);
}

static enum tt_code send_session(
	struct earlier_reading *r, sqlite3_stmt *stmt, struct tt_error *err)
{
	struct earlier_usage u = { .what = EARLIER_SESSION,
		.tracker = EARLIER_SESSION_TRACKER,
		.kind = ENTRY_MEASURED,
		.source = "tokens.db",
		.session = column_text(stmt, 0),
		.project = column_text(stmt, 1) };

	if (!u.session || !*u.session || text_starts_with(u.session, "placeholder-") ||
		!column_time(&u.time, stmt, 2) || !column_usage(&u.usage, stmt, 3)) {
		r->skipped->rows++;
		return TT_OK;
	}
	u.key = u.session;
	return earlier_send(r, &u, err);
}

static enum tt_code send_turn(struct earlier_reading *r, sqlite3_stmt *stmt, struct tt_error *err)
{
	const char *session = column_text(stmt, 0);
	_autofree_ char *key = NULL;
	struct earlier_usage u = { .what = EARLIER_SESSION_PART,
		.tracker = EARLIER_SESSION_TRACKER,
		.kind = ENTRY_MEASURED,
		.source = "tokens.db",
		.session = session,
		.project = column_text(stmt, 1) };

	if (!session || !column_time(&u.time, stmt, 2) || !column_usage(&u.usage, stmt, 3)) {
		r->skipped->rows++;
		return TT_OK;
	}
	key = xasprintf("%s|turn|%lld", session, sqlite3_column_int64(stmt, 7));
	u.key = key;
	return earlier_send(r, &u, err);
}

typedef enum tt_code (*row_sender)(
	struct earlier_reading *r, sqlite3_stmt *stmt, struct tt_error *err);

static enum tt_code send_rows(struct database *d, struct earlier_reading *r, const char *sql,
	row_sender send, struct tt_error *err)
{
	sqlite3_stmt *stmt = NULL;
	enum tt_code code = TT_OK;
	int step = SQLITE_DONE;

	if (sqlite3_prepare_v2(d->db, sql, -1, &stmt, NULL) != SQLITE_OK)
		return fail(d, err);
	while (code == TT_OK && (step = sqlite3_step(stmt)) == SQLITE_ROW)
		code = send(r, stmt, err);
	if (code == TT_OK && step != SQLITE_DONE)
		code = fail(d, err);
	(void)sqlite3_finalize(stmt);
	return code;
}

/* The snapshots repeat the same totals at every poll: they say nothing more.  A turn
 * whose session is not there has no total that it could be a part of. */
static const char sessions_sql[] =
	"SELECT id, project_path, started_at, total_input_tokens, total_output_tokens,"
	" total_cache_creation_tokens, total_cache_read_tokens FROM sessions ORDER BY id";
static const char turns_sql[] =
	"SELECT c.session_id, s.project_path, c.started_at, c.input_tokens, c.output_tokens,"
	" c.cache_creation_tokens, c.cache_read_tokens, min(c.id)"
	" FROM conversations c JOIN sessions s ON s.id = c.session_id"
	" GROUP BY c.id ORDER BY c.id";

enum tt_code earlier_read_database(struct earlier_reading *r, struct tt_error *err)
{
	_cleanup_(database_release) struct database d = { .db = NULL };

	if (open_database(&d, r->file, err) != TT_OK ||
		send_rows(&d, r, sessions_sql, send_session, err) != TT_OK)
		return err->code;
	return send_rows(&d, r, turns_sql, send_turn, err);
}
