/* SPDX-License-Identifier: MIT */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/instant.h"
#include "base/strbuf.h"
#include "model/entry.h"
#include "model/rollup.h"

/*
 * The team store: a database of entries, SQLite or PostgreSQL.
 *
 *	store_open -> store_migrate or store_check_schema -> store_import,
 *	store_cells, store_recent, store_export -> store_close
 *
 * Rows are keyed by (repository_id, entry id).  Importing is a merge: a higher
 * revision wins, equal content is skipped, so any order, repetition, overlap
 * or number of importers gives the same rows.
 */
struct store;

struct store_options {
	bool insecure_tls;	      /* do not verify the server's certificate */
	bool create;		      /* SQLite: create the file when it is missing */
	int connect_timeout_ms;	      /* 0: 10 s */
	int statement_timeout_ms;     /* 0: 60 s; every wait on the server ends by then */
	int retry_ms;		      /* 0: give up retrying after 60 s */
	const char *application_name; /* "import-tokens/<version> run=<id>" */
	/* Told of retries and of parameters left out, one line, no password. */
	void (*notice)(void *ctx, const char *message);
	void *notice_ctx;
};

/*
 * url: "sqlite:PATH", "postgresql://..." or "postgres://...", or
 * "postgresql:" for what libpq's own PG* variables say.  Other schemes are
 * refused by name.  The password never appears in a message.
 */
enum tt_code store_open(struct store **out, const char *url, const struct store_options *options,
	struct tt_error *err);
void store_close(struct store *store); /* NULL is fine */
void store_closep(struct store **store);

/* The url with its password as "***", for messages.  Works on any text. */
void store_mask_url(struct strbuf *out, const char *url);
/* The password in the url, raw and percent-decoded, for the CI system's
 * masking; false when there is none. */
bool store_url_password(struct strbuf *raw, struct strbuf *decoded, const char *url);
/* "sqlite" or "postgresql". */
const char *store_kind(const struct store *store);

/* Schema.  Migrations only go forward; safe when several run at once. */
enum tt_code store_migrate(struct store *store, int *from, int *to, struct tt_error *err);
/* TT_ESCHEMA, with the remedy, when the schema is missing, older or newer. */
enum tt_code store_check_schema(struct store *store, struct tt_error *err);

/* --- importing -------------------------------------------------------- */

struct store_file {
	const char *name; /* as shown to people */
	char sha256[65];
	int64_t entries;
};

/* One import: a transaction.  `replay` sends all entries of all files to the
 * sink; it is called again when the transaction is repeated after a lost
 * connection or a conflict, and must send the same. */
struct store_batch {
	const char *repository; /* canonical name: the key of everything in it */
	const char *run_id;	/* NULL outside CI */
	const char *commit;
	struct instant now;
	const struct store_file *files;
	size_t file_count;
	enum tt_code (*replay)(void *ctx, const struct entry_sink *sink, struct tt_error *err);
	void *ctx;
	bool dry_run; /* do everything, then roll back */
};

struct store_counts {
	int64_t inserted, updated, unchanged;
};

/* TT_OK only after the server confirmed the COMMIT. */
enum tt_code store_import(struct store *store, const struct store_batch *batch,
	struct store_counts *counts, struct tt_error *err);

/* --- reading ---------------------------------------------------------- */

/* Every group of the repository's entries, as rollup_add_cell wants them;
 * branch NULL: all. */
typedef enum tt_code (*store_cell_fn)(
	void *ctx, const struct rollup_cell *cell, struct tt_error *err);
enum tt_code store_cells(struct store *store, const char *repository, const char *branch,
	store_cell_fn fn, void *ctx, struct tt_error *err);
/* The newest entries that are not void, newest first. */
enum tt_code store_recent(struct store *store, const char *repository, int count,
	const struct entry_sink *sink, struct tt_error *err);
/* One JSON line per entry of all repositories, ordered by key: the same bytes
 * from every database that holds the same entries. */
typedef enum tt_code (*store_line_fn)(
	void *ctx, const char *line, size_t len, struct tt_error *err);
enum tt_code store_export(struct store *store, store_line_fn fn, void *ctx, struct tt_error *err);

/* SQL that makes the three roles (owner, importer, reader) and their grants in
 * PostgreSQL: for an administrator to run once, after the first migration. */
const char *store_roles_sql(void);

/* UUIDv5 of a canonical repository name, as the key holds it. */
void store_repository_id(char id[static ENTRY_ID_TEXT], const char *repository);

#endif
