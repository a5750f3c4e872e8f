/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/cleanup.h"
#include "sqlite_store.h"

/* One import: its statements are prepared once and reset for every entry. */
struct sqlite_import {
	struct sqlite_store *store;
	const struct store_batch *batch;
	char repository_id[ENTRY_ID_TEXT];
	int64_t import_id;
	sqlite3_stmt *insert, *find, *update;
	int64_t entries;
	struct store_counts counts;
};

static void release(struct sqlite_import *im)
{
	sqlite3_finalize(im->insert);
	sqlite3_finalize(im->find);
	sqlite3_finalize(im->update);
}

/* The parameters of insert.sql and update.sql, in this order. */
enum param {
	P_REPOSITORY_ID = 1,
	P_ID,
	P_BRANCH,
	P_REVISION,
	P_KIND,
	P_SOURCE,
	P_STARTED_AT,
	P_DAY,
	P_USAGE,
	P_REQUESTS = P_USAGE + USAGE_KINDS,
	P_WEB_SEARCHES,
	P_MODEL,
	P_PRICE_CLASS,
	P_SESSION_ID,
	P_LAST_ACTIVITY,
	P_COST,
	P_NOTES,
	P_COMMIT,
	P_AUTHOR,
	P_HOST,
	P_VOID,
	P_UNKNOWN,
	P_CONTENT_HASH,
	P_IMPORT_ID,
};

/* Binding cannot fail but for a wrong number or memory, and a parameter that
 * stays null is refused by NOT NULL: results are not looked at. */
static void bind_text(sqlite3_stmt *stmt, int param, const char *text)
{
	(void)sqlite3_bind_text(stmt, param, text, -1, SQLITE_STATIC);
}

static void bind_int(sqlite3_stmt *stmt, int param, int64_t value)
{
	(void)sqlite3_bind_int64(stmt, param, value);
}

static void bind_optional(sqlite3_stmt *stmt, int param, bool present, int64_t value)
{
	if (present)
		bind_int(stmt, param, value);
	else
		(void)sqlite3_bind_null(stmt, param);
}

static void bind_counts(sqlite3_stmt *stmt, const struct entry *e)
{
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		bind_int(stmt, P_USAGE + kind, usage_get(&e->usage, kind));
	bind_int(stmt, P_REVISION, e->revision);
	bind_int(stmt, P_STARTED_AT, e->timestamp.ms);
	bind_int(stmt, P_REQUESTS, e->requests);
	bind_int(stmt, P_WEB_SEARCHES, e->web_searches);
	bind_int(stmt, P_VOID, e->is_void);
	bind_optional(stmt, P_LAST_ACTIVITY, e->has_last_activity, e->last_activity.ms);
	bind_optional(stmt, P_COST, e->has_cost, e->cost_nano_usd);
}

static void bind_texts(sqlite3_stmt *stmt, const struct entry *e)
{
	bind_text(stmt, P_ID, e->id);
	bind_text(stmt, P_KIND, entry_kind_name(e->kind));
	bind_text(stmt, P_SOURCE, e->source);
	bind_text(stmt, P_MODEL, e->model);
	bind_text(stmt, P_PRICE_CLASS, e->price_class);
	bind_text(stmt, P_SESSION_ID, e->session_id);
	bind_text(stmt, P_NOTES, e->notes);
	bind_text(stmt, P_COMMIT, e->commit);
	bind_text(stmt, P_AUTHOR, e->author);
	bind_text(stmt, P_HOST, e->host);
	bind_text(stmt, P_UNKNOWN, e->unknown);
}

/* Bind the entry and run the statement. */
static enum tt_code put(struct sqlite_import *im, sqlite3_stmt *stmt, const char *branch,
	const struct entry *e, struct tt_error *err)
{
	char day[DAY_TEXT];
	enum tt_code code;

	day_format(day, e->day);
	bind_text(stmt, P_REPOSITORY_ID, im->repository_id);
	bind_text(stmt, P_BRANCH, branch);
	bind_text(stmt, P_DAY, day);
	bind_counts(stmt, e);
	bind_texts(stmt, e);
	bind_int(stmt, P_CONTENT_HASH, store_content_hash(branch, e));
	bind_int(stmt, P_IMPORT_ID, im->import_id);
	code = sqlite_step(im->store, stmt, err);
	(void)sqlite3_reset(stmt);
	return code;
}

struct held { /* the row that is there */
	int64_t revision, content_hash, import_id;
};

static enum tt_code find(
	struct sqlite_import *im, struct held *out, const struct entry *e, struct tt_error *err)
{
	enum tt_code code;

	bind_text(im->find, 1, im->repository_id);
	bind_text(im->find, 2, e->id);
	code = sqlite_step(im->store, im->find, err);
	out->revision = sqlite3_column_int64(im->find, 0);
	out->content_hash = sqlite3_column_int64(im->find, 1);
	out->import_id = sqlite3_column_int64(im->find, 2);
	(void)sqlite3_reset(im->find);
	return code;
}

static bool is_newer(const struct held *held, const char *branch, const struct entry *e)
{
	if (e->revision != held->revision)
		return e->revision > held->revision;
	return store_content_hash(branch, e) > held->content_hash;
}

static enum tt_code merge(
	void *ctx, const char *branch, const struct entry *e, struct tt_error *err)
{
	struct sqlite_import *im = ctx;
	struct held held;

	im->entries++;
	if (put(im, im->insert, branch, e, err) != TT_OK)
		return err->code;
	if (sqlite3_changes(im->store->db) > 0) {
		im->counts.inserted++;
		return TT_OK;
	}
	if (find(im, &held, e, err) != TT_OK)
		return err->code;
	if (!is_newer(&held, branch, e))
		return TT_OK;
	/* A row that this import brought or changed counts once. */
	if (held.import_id != im->import_id)
		im->counts.updated++;
	return put(im, im->update, branch, e, err);
}

/* --- the transaction ---------------------------------------------------- */

static enum tt_code insert_repository(struct sqlite_import *im, struct tt_error *err)
{
	_cleanup_(sqlite_finalizep) sqlite3_stmt *stmt = NULL;

	if (sqlite_prepare(im->store, &stmt, "INSERT OR IGNORE INTO repositories VALUES (?, ?)",
		    err) != TT_OK)
		return err->code;
	bind_text(stmt, 1, im->repository_id);
	bind_text(stmt, 2, im->batch->repository);
	return sqlite_step(im->store, stmt, err);
}

static enum tt_code next_import_id(struct sqlite_import *im, struct tt_error *err)
{
	_cleanup_(sqlite_finalizep) sqlite3_stmt *stmt = NULL;

	if (sqlite_prepare(im->store, &stmt, "SELECT coalesce(max(import_id), 0) + 1 FROM imports",
		    err) != TT_OK ||
		sqlite_step(im->store, stmt, err) != TT_OK)
		return err->code;
	im->import_id = sqlite3_column_int64(stmt, 0);
	return TT_OK;
}

static enum tt_code insert_import(struct sqlite_import *im, struct tt_error *err)
{
	_cleanup_(sqlite_finalizep) sqlite3_stmt *stmt = NULL;

	if (sqlite_prepare(im->store, &stmt, "INSERT INTO imports VALUES (?,?,?,?,?,?,?,?,?)",
		    err) != TT_OK)
		return err->code;
	bind_int(stmt, 1, im->import_id);
	bind_text(stmt, 2, im->repository_id);
	bind_int(stmt, 3, im->batch->now.ms);
	bind_text(stmt, 4, im->batch->run_id);
	bind_text(stmt, 5, im->batch->commit);
	bind_int(stmt, 6, (int64_t)im->batch->file_count);
	bind_int(stmt, 7, im->counts.inserted);
	bind_int(stmt, 8, im->counts.updated);
	bind_int(stmt, 9, im->counts.unchanged);
	return sqlite_step(im->store, stmt, err);
}

static enum tt_code insert_files(struct sqlite_import *im, struct tt_error *err)
{
	_cleanup_(sqlite_finalizep) sqlite3_stmt *stmt = NULL;

	if (sqlite_prepare(im->store, &stmt,
		    "INSERT OR IGNORE INTO import_files VALUES (?,?,?,?,?)", err) != TT_OK)
		return err->code;
	for (size_t i = 0; i < im->batch->file_count; i++) {
		const struct store_file *file = &im->batch->files[i];

		bind_text(stmt, 1, im->repository_id);
		bind_text(stmt, 2, file->sha256);
		bind_text(stmt, 3, file->name);
		bind_int(stmt, 4, file->entries);
		bind_int(stmt, 5, im->import_id);
		if (sqlite_step(im->store, stmt, err) != TT_OK)
			return err->code;
		(void)sqlite3_reset(stmt);
	}
	return TT_OK;
}

static enum tt_code prepare(struct sqlite_import *im, struct tt_error *err)
{
	if (sqlite_prepare(im->store, &im->insert, store_sql("sqlite", "insert"), err) != TT_OK ||
		sqlite_prepare(im->store, &im->find, store_sql("sqlite", "find"), err) != TT_OK ||
		sqlite_prepare(im->store, &im->update, store_sql("sqlite", "update"), err) != TT_OK)
		return err->code;
	return next_import_id(im, err);
}

static enum tt_code run(struct sqlite_import *im, struct tt_error *err)
{
	const struct entry_sink sink = { im, merge };
	int version;

	if (sqlite_exec(im->store, "BEGIN IMMEDIATE", err) != TT_OK ||
		sqlite_version(&im->store->base, &version, err) != TT_OK ||
		store_expect_version(version, err) != TT_OK || prepare(im, err) != TT_OK ||
		insert_repository(im, err) != TT_OK)
		return err->code;
	if (im->batch->replay(im->batch->ctx, &sink, err) != TT_OK)
		return err->code;
	im->counts.unchanged = im->entries - im->counts.inserted - im->counts.updated;
	if (insert_import(im, err) != TT_OK || insert_files(im, err) != TT_OK)
		return err->code;
	return sqlite_exec(im->store, im->batch->dry_run ? "ROLLBACK" : "COMMIT", err);
}

/* An import pays for every page of the index that does not stay in memory; for
 * reading, a small cache does, and sorting needs the memory. */
static void use_memory(sqlite3 *db, bool importing)
{
	(void)sqlite3_exec(db,
		importing ? "PRAGMA cache_size = -32768" : "PRAGMA cache_size = -8192", NULL, NULL,
		NULL);
	if (!importing)
		(void)sqlite3_db_release_memory(db);
}

enum tt_code sqlite_import(struct store *store, const struct store_batch *batch,
	struct store_counts *counts, struct tt_error *err)
{
	_cleanup_(release) struct sqlite_import im = {
		.store = (struct sqlite_store *)store,
		.batch = batch,
	};

	enum tt_code code;

	store_repository_id(im.repository_id, batch->repository);
	use_memory(im.store->db, true);
	code = run(&im, err);
	if (code == TT_OK)
		*counts = im.counts;
	else
		sqlite_rollback(im.store);
	use_memory(im.store->db, false);
	return code;
}
