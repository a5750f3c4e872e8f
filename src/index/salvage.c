/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/embedded.h"
#include "base/instant.h"
#include "base/mem.h"
#include "internal.h"

/*
 * A damaged index is the only place that knows what the client has deleted since.
 * It is kept under another name, and what can be read is taken over: tables from
 * both ends, until damage stops that; texts by every number, and responses by every
 * key that the index of sessions still has, so that a page that is lost costs no
 * more than the rows on it.  What rows name must be there too.  Transcripts are not
 * taken over: all that are left are read again and fill the gaps.
 *
 * The new one is complete before the old one is set aside: whoever is stopped on the
 * way leaves one of them.
 */

#define MENDING "src/index/sql/mend.sql"

enum { TEXTS_IN_A_GAP = 10000 };

/* --- setting it aside -------------------------------------------------------------- */

static char *free_name(const char *path)
{
	char stamp[INSTANT_TEXT];
	_autofree_ char *name = NULL;

	instant_format_stamp(stamp, clock_now());
	name = xasprintf("%s.damaged-%s", path, stamp);
	for (int n = 2; access(name, F_OK) == 0; n++) {
		char *next = xasprintf("%s.damaged-%s-%d", path, stamp, n);

		free(name);
		name = next;
	}
	return steal(&name);
}

/* The log goes first: a new database must never find one of another. */
static enum tt_code set_aside(const char *path, const char *to, struct tt_error *err)
{
	static const char *const parts[] = { "-wal", "-shm", "" };
	_autofree_ char *mark = xasprintf("%s" INDEX_SUSPECT, path);

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		_autofree_ char *from = xasprintf("%s%s", path, parts[i]);
		_autofree_ char *name = xasprintf("%s%s", to, parts[i]);

		if (rename(from, name) != 0 && errno != ENOENT)
			return tt_fail_errno(err, "cannot set the damaged '%s' aside", from);
	}
	(void)unlink(mark);
	return TT_OK;
}

/* --- reading what is left ------------------------------------------------------------ */

struct salvage {
	sqlite3 *from;
	struct usage_index *to;
};

static void close_damaged(sqlite3 **db)
{
	(void)sqlite3_close(*db);
}

static void finalizep(sqlite3_stmt **stmt)
{
	(void)sqlite3_finalize(*stmt);
}

/* The moment is to blame, not the file: nothing may be given up for lost because of it. */
static bool is_passing(int code)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_PROTOCOL:
	case SQLITE_CANTOPEN:
	case SQLITE_NOMEM:
		return true;
	case SQLITE_IOERR:
		return code != SQLITE_IOERR_READ && code != SQLITE_IOERR_SHORT_READ &&
		       code != SQLITE_IOERR_CORRUPTFS;
	default:
		return false;
	}
}

/* writable_schema lets SQLite read a file that is shorter than it says; within one
 * transaction it locks the file once, and not for every row. */
static bool is_readable(sqlite3 *db)
{
	_cleanup_(finalizep) sqlite3_stmt *version = NULL;

	return sqlite3_exec(db,
		       "PRAGMA writable_schema=1; PRAGMA cell_size_check=1;"
		       " PRAGMA trusted_schema=0; BEGIN",
		       NULL, NULL, NULL) == SQLITE_OK &&
	       sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &version, NULL) == SQLITE_OK &&
	       sqlite3_step(version) == SQLITE_ROW && sqlite3_column_int(version, 0) > 0 &&
	       sqlite3_column_int(version, 0) <= INDEX_VERSION;
}

/* NULL where the file is no index that can be read. */
static enum tt_code open_damaged(sqlite3 **out, const char *path, struct tt_error *err)
{
	_cleanup_(close_damaged) sqlite3 *db = NULL;
	int code;

	*out = NULL;
	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) ==
			SQLITE_OK &&
		is_readable(db)) {
		*out = steal(&db);
		return TT_OK;
	}
	code = sqlite3_extended_errcode(db);
	if (!is_passing(code))
		return TT_OK;
	return tt_fail(err, TT_EIO, "cannot read the damaged usage index '%s': %s", path,
		sqlite3_errstr(code));
}

/* A row that the new database refuses is damaged itself: it is left out. */
static enum tt_code put_row(
	struct salvage *s, sqlite3_stmt *row, sqlite3_stmt *insert, struct tt_error *err)
{
	int code;

	for (int i = 0; i < sqlite3_column_count(row); i++)
		(void)sqlite3_bind_value(insert, 1 + i, sqlite3_column_value(row, i));
	(void)sqlite3_step(insert);
	code = sqlite3_reset(insert) & 0xff;
	if (code != SQLITE_OK && code != SQLITE_CONSTRAINT)
		return index_fail(s->to, "cannot write the usage index", err);
	return TT_OK;
}

static enum tt_code prepare_insert(
	sqlite3_stmt **out, struct salvage *s, const char *table, int columns, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf sql = STRBUF_INIT;

	strbuf_addf(&sql, "INSERT OR IGNORE INTO %s VALUES(?", table);
	for (int i = 1; i < columns; i++)
		strbuf_addstr(&sql, ", ?");
	strbuf_addch(&sql, ')');
	if (sqlite3_prepare_v2(s->to->db, sql.buf, -1, out, NULL) != SQLITE_OK)
		return index_fail(s->to, "cannot write the usage index", err);
	return TT_OK;
}

/* *whole: the end was reached. */
static enum tt_code copy_rows(
	struct salvage *s, const char *table, const char *order, bool *whole, struct tt_error *err)
{
	_autofree_ char *sql = xasprintf("SELECT * FROM %s ORDER BY %s", table, order);
	_cleanup_(finalizep) sqlite3_stmt *rows = NULL, *insert = NULL;
	int code;

	*whole = false;
	if (sqlite3_prepare_v2(s->from, sql, -1, &rows, NULL) != SQLITE_OK)
		return TT_OK;
	if (prepare_insert(&insert, s, table, sqlite3_column_count(rows), err) != TT_OK)
		return err->code;
	while ((code = sqlite3_step(rows)) == SQLITE_ROW)
		if (put_row(s, rows, insert, err) != TT_OK)
			return err->code;
	*whole = code == SQLITE_DONE;
	return TT_OK;
}

static const struct {
	const char *name, *forward, *backward; /* by its key: as it lies in the file */
} tables[] = {
	{ "texts", "id", "id DESC" },
	{ "repositories", "id", "id DESC" },
	{ "places", "cwd", "cwd DESC" },
	{ "sightings", "session, time", "session DESC, time DESC" },
	{ "responses", "key", "key DESC" },
	{ "copies", "session, key", "session DESC, key DESC" },
	{ "cost_states", "session, time, model", "session DESC, time DESC, model DESC" },
	{ "events", "id", "id DESC" },
	{ "resets", "kind, time", "kind DESC, time DESC" },
};

/* The rows of a statement that has what it asks for. */
static enum tt_code copy_found(struct salvage *s, sqlite3_stmt *rows, sqlite3_stmt *insert,
	bool *any, struct tt_error *err)
{
	enum tt_code code = TT_OK;

	*any = false;
	while (code == TT_OK && sqlite3_step(rows) == SQLITE_ROW) {
		*any = true;
		code = put_row(s, rows, insert, err);
	}
	(void)sqlite3_reset(rows);
	return code;
}

static enum tt_code copy_texts(struct salvage *s, struct tt_error *err)
{
	_cleanup_(finalizep) sqlite3_stmt *row = NULL, *insert = NULL;

	if (sqlite3_prepare_v2(s->from, "SELECT * FROM texts WHERE id = ?", -1, &row, NULL) !=
		SQLITE_OK)
		return TT_OK;
	if (prepare_insert(&insert, s, "texts", sqlite3_column_count(row), err) != TT_OK)
		return err->code;
	for (int64_t id = 1, missing = 0; missing < TEXTS_IN_A_GAP; id++) {
		bool found;

		(void)sqlite3_bind_int64(row, 1, id);
		if (copy_found(s, row, insert, &found, err) != TT_OK)
			return err->code;
		missing = found ? 0 : missing + 1;
	}
	return TT_OK;
}

/* Those of one session. */
static enum tt_code copy_keys(struct salvage *s, sqlite3_stmt *keys, sqlite3_stmt *row,
	sqlite3_stmt *insert, struct tt_error *err)
{
	enum tt_code code = TT_OK;

	while (code == TT_OK && sqlite3_step(keys) == SQLITE_ROW) {
		bool found;

		(void)sqlite3_bind_value(row, 1, sqlite3_column_value(keys, 0));
		code = copy_found(s, row, insert, &found, err);
	}
	(void)sqlite3_reset(keys);
	return code;
}

static enum tt_code copy_responses(struct salvage *s, struct tt_error *err)
{
	_cleanup_(finalizep) sqlite3_stmt *keys = NULL, *row = NULL, *insert = NULL, *ids = NULL;

	if (sqlite3_prepare_v2(s->from,
		    "SELECT key FROM responses INDEXED BY responses_session WHERE session = ?", -1,
		    &keys, NULL) != SQLITE_OK ||
		sqlite3_prepare_v2(s->from, "SELECT * FROM responses WHERE key = ?", -1, &row,
			NULL) != SQLITE_OK)
		return TT_OK;
	if (prepare_insert(&insert, s, "responses", sqlite3_column_count(row), err) != TT_OK)
		return err->code;
	if (sqlite3_prepare_v2(s->to->db, "SELECT 0 UNION ALL SELECT id FROM texts", -1, &ids,
		    NULL) != SQLITE_OK)
		return index_fail(s->to, "cannot read the usage index", err);
	while (sqlite3_step(ids) == SQLITE_ROW) {
		(void)sqlite3_bind_value(keys, 1, sqlite3_column_value(ids, 0));
		if (copy_keys(s, keys, row, insert, err) != TT_OK)
			return err->code;
	}
	return TT_OK;
}

static enum tt_code copy_tables(struct salvage *s, struct tt_error *err)
{
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		bool whole;

		if (copy_rows(s, tables[i].name, tables[i].forward, &whole, err) != TT_OK)
			return err->code;
		if (!whole &&
			copy_rows(s, tables[i].name, tables[i].backward, &whole, err) != TT_OK)
			return err->code;
	}
	return copy_texts(s, err) == TT_OK ? copy_responses(s, err) : err->code;
}

/* --- making it sound ------------------------------------------------------------------- */

/* Numbers that were lost are given out again: rows that have them must go.  Nothing is
 * said to be in a ledger, so that no ledger is lowered to what is left here. */
static enum tt_code mend(struct usage_index *index, struct tt_error *err)
{
	const struct embedded *sql = embedded_find(MENDING);

	if (!sql)
		return tt_fail(err, TT_EBUG, "this program was built without '" MENDING "'");
	return index_exec(index, sql->text, err);
}

static enum tt_code take_over(struct usage_index *to, const char *path, struct tt_error *err)
{
	_cleanup_(close_damaged) sqlite3 *from = NULL;
	struct salvage s = { .to = to };
	int64_t any;

	if (open_damaged(&from, path, err) != TT_OK)
		return err->code;
	if (!from)
		return TT_OK;
	s.from = from;
	if (usage_index_begin(to, err) != TT_OK || copy_tables(&s, err) != TT_OK ||
		mend(to, err) != TT_OK ||
		index_read_number(to, "SELECT EXISTS(SELECT 1 FROM responses)", &any, err) !=
			TT_OK ||
		(any && usage_index_filled(to, err) != TT_OK))
		return err->code;
	return usage_index_commit(to, err);
}

/* In one file, without a log: as it is to be renamed. */
static enum tt_code build(const char *dir, const char *damaged, int busy_ms, struct tt_error *err)
{
	_cleanup_(usage_index_closep) struct usage_index *index = NULL;
	_autofree_ char *wal = xasprintf("%s/" INDEX_NEW "-wal", dir);

	if (index_open_once(&index, dir, INDEX_NEW, busy_ms, err) != TT_OK ||
		take_over(index, damaged, err) != TT_OK ||
		index_exec(index, "PRAGMA journal_mode=DELETE", err) != TT_OK)
		return err->code;
	/* SQLite keeps a log that it cannot empty, and says so to nobody. */
	if (access(wal, F_OK) == 0)
		return tt_fail(err, TT_EIO, "cannot write all of '%s'", index->shown);
	return TT_OK;
}

static void remove_leftovers(const char *path)
{
	static const char *const parts[] = { "-wal", "-shm", "-journal", "" };

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		_autofree_ char *name = xasprintf("%s%s", path, parts[i]);

		(void)unlink(name);
	}
}

/* When this is stopped before the last step, index_finish_anew does that. */
enum tt_code index_begin_anew(
	const char *dir, int busy_ms, struct strbuf *where, struct tt_error *err)
{
	_autofree_ char *path = xasprintf("%s/" INDEX_FILE, dir);
	_autofree_ char *fresh = xasprintf("%s/" INDEX_NEW, dir);
	_autofree_ char *to = free_name(path);

	remove_leftovers(fresh);
	if (build(dir, path, busy_ms, err) != TT_OK || set_aside(path, to, err) != TT_OK)
		return err->code;
	if (index_finish_anew(dir, err) != TT_OK)
		return err->code;
	if (where)
		strbuf_addstr(where, to);
	return TT_OK;
}

enum tt_code index_finish_anew(const char *dir, struct tt_error *err)
{
	_autofree_ char *path = xasprintf("%s/" INDEX_FILE, dir);
	_autofree_ char *fresh = xasprintf("%s/" INDEX_NEW, dir);

	if (access(path, F_OK) == 0 || rename(fresh, path) == 0 || errno == ENOENT)
		return TT_OK;
	return tt_fail_errno(err, "cannot rename '%s'", fresh);
}
