/* SPDX-License-Identifier: MIT */
#include "index/sql_query.h"

#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "internal.h"

#define CAN_ONLY_READ "a query can only read: 'select ...', or 'with ... select ...'"
#define REMEDY "'track-tokens query --help' shows what there is"

/* Pragmas that only describe tables. */
static bool describes(const char *pragma)
{
	return sqlite3_stricmp(pragma, "table_info") == 0 ||
	       sqlite3_stricmp(pragma, "table_xinfo") == 0 ||
	       sqlite3_stricmp(pragma, "table_list") == 0;
}

static int allow(void *ctx, int action, const char *first, const char *second, const char *database,
	const char *view)
{
	(void)ctx, (void)second, (void)database, (void)view;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_FUNCTION:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_PRAGMA:
		return describes(first) ? SQLITE_OK : SQLITE_DENY;
	default:
		return SQLITE_DENY;
	}
}

/* " near '<where>'": the part of the statement that SQLite stumbled at. */
static void add_place(struct strbuf *out, sqlite3 *db, const char *sql)
{
#if SQLITE_VERSION_NUMBER >= 3038000
	enum { SHOWN = 30 };
	int at = sqlite3_error_offset(db);
	_cleanup_(strbuf_release) struct strbuf rest = STRBUF_INIT;

	if (at < 0 || (size_t)at >= strlen(sql))
		return;
	strbuf_add(&rest, sql + at, strnlen(sql + at, SHOWN));
	strbuf_addf(out, ", at character %d: '", at + 1);
	text_add_visible(out, rest.buf);
	strbuf_addch(out, '\'');
#else
	(void)out, (void)db, (void)sql;
#endif
}

static enum tt_code fail_sql(struct usage_index *index, const char *sql, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf place = STRBUF_INIT;

	switch (sqlite3_errcode(index->db) & 0xff) {
	case SQLITE_AUTH:
		return tt_fail(err, TT_EUSAGE, CAN_ONLY_READ);
	case SQLITE_ERROR:
	case SQLITE_TOOBIG:
	case SQLITE_MISMATCH:
	case SQLITE_RANGE:
		add_place(&place, index->db, sql);
		return tt_fail(err, TT_EUSAGE, "the query cannot be run: %s%s; " REMEDY,
			sqlite3_errmsg(index->db), place.buf);
	default:
		return index_fail(index, "cannot read the usage index", err);
	}
}

static struct sql_value value_of(sqlite3_stmt *stmt, int column, struct arena *arena)
{
	static const char digits[] = "0123456789ABCDEF";
	const unsigned char *bytes;
	size_t len;
	char *hex;

	switch (sqlite3_column_type(stmt, column)) {
	case SQLITE_NULL:
		return (struct sql_value){ SQL_NULL, "" };
	case SQLITE_INTEGER:
	case SQLITE_FLOAT:
		return (struct sql_value){ SQL_NUMBER, index_column_text(stmt, column, arena) };
	case SQLITE_BLOB:
		bytes = sqlite3_column_blob(stmt, column);
		len = (size_t)sqlite3_column_bytes(stmt, column);
		hex = arena_alloc(arena, 2 * len + 1);
		for (size_t i = 0; i < len; i++) {
			hex[2 * i] = digits[bytes[i] >> 4];
			hex[2 * i + 1] = digits[bytes[i] & 15];
		}
		hex[2 * len] = '\0';
		return (struct sql_value){ SQL_TEXT, hex };
	default:
		return (struct sql_value){ SQL_TEXT, index_column_text(stmt, column, arena) };
	}
}

static void give_columns(sqlite3_stmt *stmt, const struct sql_sink *sink)
{
	int count = sqlite3_column_count(stmt);
	_autofree_ const char **names = xcalloc((size_t)count, sizeof *names);

	for (int i = 0; i < count; i++) {
		names[i] = sqlite3_column_name(stmt, i);
		if (!names[i])
			mem_exhausted();
	}
	sink->columns(sink->ctx, names, (size_t)count);
}

static void give_row(sqlite3_stmt *stmt, const struct sql_sink *sink)
{
	int count = sqlite3_column_count(stmt);
	_autofree_ struct sql_value *values = xcalloc((size_t)count, sizeof *values);
	struct arena arena = ARENA_INIT;

	for (int i = 0; i < count; i++)
		values[i] = value_of(stmt, i, &arena);
	sink->row(sink->ctx, values, (size_t)count);
	arena_release(&arena);
}

static enum tt_code prepare(
	sqlite3_stmt **stmt, struct usage_index *index, const char *sql, struct tt_error *err)
{
	const char *rest;

	if (sqlite3_prepare_v2(index->db, sql, -1, stmt, &rest) != SQLITE_OK)
		return fail_sql(index, sql, err);
	if (!*stmt)
		return tt_fail(err, TT_EUSAGE, "there is no query in '%s': " REMEDY, sql);
	if (!sqlite3_stmt_readonly(*stmt)) /* what asks for no leave, such as VACUUM */
		return tt_fail(err, TT_EUSAGE, CAN_ONLY_READ);
	if (rest[strspn(rest, "; \t\r\n")])
		return tt_fail(err, TT_EUSAGE, "one query at a time: '%s' is too much",
			rest + strspn(rest, "; \t\r\n"));
	return TT_OK;
}

static enum tt_code run(struct usage_index *index, const char *sql, const struct sql_sink *sink,
	struct tt_error *err)
{
	sqlite3_stmt *stmt = NULL;
	enum tt_code code = prepare(&stmt, index, sql, err);
	int rc = SQLITE_ROW;

	if (code == TT_OK)
		give_columns(stmt, sink);
	while (code == TT_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
		give_row(stmt, sink);
	if (code == TT_OK && rc != SQLITE_DONE)
		code = fail_sql(index, sql, err);
	(void)sqlite3_finalize(stmt);
	return code;
}

enum tt_code usage_index_query(struct usage_index *index, const char *sql,
	const struct sql_sink *sink, struct tt_error *err)
{
	enum tt_code code;

	/* SQLite before 3.41 takes json_object() in a view for unsafe.  What the authorizer
	 * leaves can do no harm. */
	(void)sqlite3_db_config(index->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, NULL);
	(void)sqlite3_set_authorizer(index->db, allow, NULL);
	code = run(index, sql, sink, err);
	(void)sqlite3_set_authorizer(index->db, NULL, NULL);
	(void)sqlite3_db_config(index->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	return code;
}
