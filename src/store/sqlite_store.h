/* SPDX-License-Identifier: MIT */
#ifndef STORE_SQLITE_STORE_H
#define STORE_SQLITE_STORE_H

#include <sqlite3.h>

#include "backend.h"

struct sqlite_store {
	struct store base;
	sqlite3 *db;
	char *shown; /* its path, for messages */
};

/* Run statements without results. */
enum tt_code sqlite_exec(struct sqlite_store *s, const char *sql, struct tt_error *err);
enum tt_code sqlite_prepare(
	struct sqlite_store *s, sqlite3_stmt **out, const char *sql, struct tt_error *err);
void sqlite_finalizep(sqlite3_stmt **stmt);
/* What the database just said, as an error of ours. */
enum tt_code sqlite_fail(struct sqlite_store *s, struct tt_error *err);
/* SQLITE_ROW and SQLITE_DONE are fine; anything else is an error. */
enum tt_code sqlite_step(struct sqlite_store *s, sqlite3_stmt *stmt, struct tt_error *err);
/* End a transaction that failed; says nothing, the first error is the one that counts. */
void sqlite_rollback(struct sqlite_store *s);

enum tt_code sqlite_version(struct store *store, int *version, struct tt_error *err);
enum tt_code sqlite_migrate(struct store *store, int *from, int *to, struct tt_error *err);
enum tt_code sqlite_import(struct store *store, const struct store_batch *batch,
	struct store_counts *counts, struct tt_error *err);

#endif
