/* SPDX-License-Identifier: MIT */
#include "sqlite_store.h"

#include "base/cleanup.h"
#include "base/mem.h"

/* --- errors ------------------------------------------------------------- */

static enum tt_code code_of(int primary)
{
	switch (primary) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return TT_EBUSY;
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return TT_EINPUT;
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
		return TT_EIO;
	default:
		return TT_ESTORE;
	}
}

enum tt_code sqlite_fail(struct sqlite_store *s, struct tt_error *err)
{
	int primary = sqlite3_errcode(s->db) & 0xff;

	if (primary == SQLITE_NOMEM)
		mem_exhausted();
	if (primary == SQLITE_NOTADB)
		return tt_fail(err, TT_EINPUT, "'%s' is not a SQLite database", s->shown);
	if (primary == SQLITE_BUSY)
		return tt_fail(
			err, TT_EBUSY, "another program keeps '%s' locked: try again", s->shown);
	return tt_fail(err, code_of(primary), "database '%s': %s", s->shown, sqlite3_errmsg(s->db));
}

/* --- statements --------------------------------------------------------- */

enum tt_code sqlite_exec(struct sqlite_store *s, const char *sql, struct tt_error *err)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? TT_OK
								       : sqlite_fail(s, err);
}

enum tt_code sqlite_prepare(
	struct sqlite_store *s, sqlite3_stmt **out, const char *sql, struct tt_error *err)
{
	return sqlite3_prepare_v2(s->db, sql, -1, out, NULL) == SQLITE_OK ? TT_OK
									  : sqlite_fail(s, err);
}

void sqlite_finalizep(sqlite3_stmt **stmt)
{
	sqlite3_finalize(*stmt);
}

enum tt_code sqlite_step(struct sqlite_store *s, sqlite3_stmt *stmt, struct tt_error *err)
{
	int rc = sqlite3_step(stmt);

	return rc == SQLITE_ROW || rc == SQLITE_DONE ? TT_OK : sqlite_fail(s, err);
}

void sqlite_rollback(struct sqlite_store *s)
{
	if (!sqlite3_get_autocommit(s->db))
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

/* --- schema ------------------------------------------------------------- */

static enum tt_code query_int(
	struct sqlite_store *s, int *out, const char *sql, struct tt_error *err)
{
	_cleanup_(sqlite_finalizep) sqlite3_stmt *stmt = NULL;

	if (sqlite_prepare(s, &stmt, sql, err) != TT_OK || sqlite_step(s, stmt, err) != TT_OK)
		return err->code;
	*out = sqlite3_column_int(stmt, 0);
	return TT_OK;
}

enum tt_code sqlite_version(struct store *store, int *version, struct tt_error *err)
{
	struct sqlite_store *s = (struct sqlite_store *)store;
	int ours, others;

	if (query_int(s, &ours, "SELECT count(*) FROM sqlite_schema WHERE name = 'tt_schema'",
		    err) != TT_OK ||
		query_int(s, &others, "SELECT count(*) FROM sqlite_schema", err) != TT_OK)
		return err->code;
	if (ours)
		return query_int(s, version, "SELECT max(version) FROM tt_schema", err);
	if (others)
		return tt_fail(err, TT_EINPUT, "'%s' is a database of another program", s->shown);
	*version = 0;
	return TT_OK;
}

static enum tt_code record_version(struct sqlite_store *s, int version, struct tt_error *err)
{
	_cleanup_(sqlite_finalizep) sqlite3_stmt *stmt = NULL;

	if (sqlite_prepare(s, &stmt, "INSERT INTO tt_schema VALUES (?, ?, ?)", err) != TT_OK)
		return err->code;
	(void)sqlite3_bind_int(stmt, 1, version);
	(void)sqlite3_bind_int64(stmt, 2, clock_now().ms);
	(void)sqlite3_bind_text(stmt, 3, "import-tokens " VERSION, -1, SQLITE_STATIC);
	return sqlite_step(s, stmt, err);
}

static enum tt_code apply(struct sqlite_store *s, int version, struct tt_error *err)
{
	const char *texts[3];

	store_migration(texts, "sqlite", version);
	for (int i = 0; texts[i]; i++)
		if (sqlite_exec(s, texts[i], err) != TT_OK)
			return err->code;
	return record_version(s, version, err);
}

static enum tt_code migrate_locked(struct sqlite_store *s, int *found, struct tt_error *err)
{
	int version;

	if (sqlite_exec(s, "BEGIN IMMEDIATE", err) != TT_OK ||
		sqlite_version(&s->base, &version, err) != TT_OK)
		return err->code;
	*found = version;
	while (version < STORE_SCHEMA)
		if (apply(s, ++version, err) != TT_OK)
			return err->code;
	return sqlite_exec(s, "COMMIT", err);
}

enum tt_code sqlite_migrate(struct store *store, int *from, int *to, struct tt_error *err)
{
	struct sqlite_store *s = (struct sqlite_store *)store;
	int found;

	if (sqlite_version(store, &found, err) != TT_OK)
		return err->code;
	if (found > STORE_SCHEMA)
		return store_expect_version(found, err);
	if (found < STORE_SCHEMA && migrate_locked(s, &found, err) != TT_OK) {
		sqlite_rollback(s);
		return err->code;
	}
	*from = found;
	*to = STORE_SCHEMA;
	return TT_OK;
}
