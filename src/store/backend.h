/* SPDX-License-Identifier: MIT */
#ifndef STORE_BACKEND_H
#define STORE_BACKEND_H

#include "store/store.h"

/*
 * What a database has to offer.  store.c and read.c do everything that does
 * not depend on which one it is; a backend adds its connection to struct store
 * by holding it as its first member.
 */

/* A row of a query's result; text is borrowed until the next row. */
struct store_row {
	void *handle;
	const char *(*text)(const struct store_row *row, int column); /* NULL for null */
	int64_t (*integer)(const struct store_row *row, int column);  /* 0 for null */
};

typedef enum tt_code (*store_row_fn)(void *ctx, const struct store_row *row, struct tt_error *err);

/* A query of sql/<backend>/<name>.sql; parameters are text, NULL is null. */
struct store_query {
	const char *name;
	const char *const *params;
	int param_count;
	store_row_fn row;
	void *ctx;
};

struct store_ops {
	const char *kind;
	void (*close)(struct store *store);
	/* 0 when there is no schema. */
	enum tt_code (*version)(struct store *store, int *version, struct tt_error *err);
	/* Bring the schema to STORE_SCHEMA; from and to as found and as left. */
	enum tt_code (*migrate)(struct store *store, int *from, int *to, struct tt_error *err);
	enum tt_code (*import)(struct store *store, const struct store_batch *batch,
		struct store_counts *counts, struct tt_error *err);
	enum tt_code (*query)(
		struct store *store, const struct store_query *query, struct tt_error *err);
};

struct store {
	const struct store_ops *ops;
};

enum tt_code sqlite_store_open(struct store **out, const char *path,
	const struct store_options *options, struct tt_error *err);
enum tt_code pg_store_open(struct store **out, const char *url, const struct store_options *options,
	struct tt_error *err);

/* Schema versions: 1 to STORE_SCHEMA. */
enum { STORE_SCHEMA = 1 };

/* The statements that lead from `version` - 1 to `version`: the backend's own,
 * then those that all share.  NULL-terminated. */
void store_migration(const char *texts[static 3], const char *backend, int version);
/* A text of sql/<backend>/<name>.sql. */
const char *store_sql(const char *backend, const char *name);
/* TT_ESCHEMA, with the remedy, unless version is STORE_SCHEMA. */
enum tt_code store_expect_version(int version, struct tt_error *err);

/* What decides between two copies of an entry of the same revision: its
 * content and its branch, which entry_hash() does not know. */
int64_t store_content_hash(const char *branch, const struct entry *e);

/* Monotonic milliseconds, for time limits. */
int64_t store_ticks(void);

#endif
