/* SPDX-License-Identifier: MIT */
#ifndef STORE_PG_STORE_H
#define STORE_PG_STORE_H

#include <libpq-fe.h>

#include "backend.h"

/*
 * PostgreSQL through libpq's asynchronous calls, so that every wait has an
 * end: libpq itself has no time limit once it is connected.
 *
 *	pg_params.c  the URL, and what TLS it gets
 *	pg_wire.c    connecting, sending, waiting, errors, COPY
 *	pg_retry.c   repeating whole transactions
 *	pg_row.c     entries in PostgreSQL's binary form
 *	pg_import.c  the import's transaction
 *	pg_store.c   opening, schema, queries
 *
 * Nothing depends on the session: a transaction brings its own settings with
 * SET LOCAL, so that PgBouncer may give each one another connection.
 */
struct pg_params {
	char **keywords, **values; /* NULL-terminated, as PQconnectStartParams wants them */
	size_t count;
};

struct pg_store {
	struct store base;
	struct store_options options; /* without zeros */
	struct pg_params params;
	struct strbuf raw_password, password;
	PGconn *conn; /* NULL: not connected */

	/* About the last failure: its SQLSTATE ("" when the server sent none), and
	 * whether the same transaction may succeed when it is repeated. */
	char sqlstate[6];
	bool again;

	bool no_temp_tables;	/* the server refused them: load with VALUES */
	bool no_advisory_locks; /* migrations run without one */
};

/* --- pg_params.c -------------------------------------------------------- */

/* left_out: parameters of other clients, to be named in a notice. */
enum tt_code pg_params_read(struct pg_params *out, const char *url, bool insecure_tls,
	struct strbuf *left_out, struct tt_error *err);
void pg_params_set(struct pg_params *params, const char *keyword, const char *value);
void pg_params_release(struct pg_params *params);

/* --- pg_wire.c ---------------------------------------------------------- */

enum tt_code pg_connect(struct pg_store *pg, struct tt_error *err);
void pg_disconnect(struct pg_store *pg);

/* Parameters of a statement; types, lengths and formats as libpq wants them,
 * NULL for text. */
struct pg_values {
	int count;
	const Oid *types;
	const char *const *values;
	const int *lengths, *formats;
};

/* Run statements, or with values one statement, to the end.  last (may be NULL)
 * gets the last result, the caller's to clear. */
enum tt_code pg_run(struct pg_store *pg, const char *sql, const struct pg_values *values,
	PGresult **last, struct tt_error *err);
/* Send one without waiting, and take its results one by one; NULL at the end. */
enum tt_code pg_send(
	struct pg_store *pg, const char *sql, const struct pg_values *values, struct tt_error *err);
enum tt_code pg_next(struct pg_store *pg, PGresult **out, struct tt_error *err);
/* COMMIT answers OK even when it rolled back; only its tag tells. */
enum tt_code pg_commit(struct pg_store *pg, struct tt_error *err);
/* The whole number in a result. */
int64_t pg_integer(const PGresult *result, int column);

/* After a pg_send() of COPY ... FROM STDIN.  pg_copy_end(abort) gives the data
 * up, for a reason that is not the server's. */
enum tt_code pg_copy_begin(struct pg_store *pg, const char *sql, struct tt_error *err);
enum tt_code pg_copy_send(struct pg_store *pg, const char *data, size_t len, struct tt_error *err);
enum tt_code pg_copy_end(struct pg_store *pg, struct tt_error *err);

void pg_clearp(PGresult **result);

/* --- pg_retry.c --------------------------------------------------------- */

typedef enum tt_code (*pg_body)(struct pg_store *pg, void *ctx, struct tt_error *err);
/* Connect if need be and run body; after a failure that may pass, again with
 * a new connection, until options.retry_ms are over. */
enum tt_code pg_retry(struct pg_store *pg, pg_body body, void *ctx, struct tt_error *err);
/* BEGIN with the settings of every transaction of ours, and the first statement
 * of it in the same round trip. */
enum tt_code pg_begin(
	struct pg_store *pg, const char *first, PGresult **result, struct tt_error *err);

/* --- pg_row.c ----------------------------------------------------------- */

enum { PG_ROW_FIELDS = 27 }; /* the columns of stage.sql, in its order */
extern const Oid pg_row_types[PG_ROW_FIELDS];
/* Append the fields, each as its length in four bytes and its bytes. */
void pg_row_add(struct strbuf *out, const char *branch, const struct entry *e);
/* The bytes of a UUID's text. */
void pg_uuid_bytes(unsigned char out[static 16], const char *text);

/* --- pg_import.c -------------------------------------------------------- */

enum tt_code pg_import(struct store *store, const struct store_batch *batch,
	struct store_counts *counts, struct tt_error *err);

/* --- pg_store.c --------------------------------------------------------- */

/* The query for the version of the schema, and whether it failed because there
 * is none. */
#define PG_VERSION_QUERY "SELECT coalesce(max(version), 0) FROM tt_schema"
bool pg_lacks_schema(const struct pg_store *pg);
/* Is the last failure's SQLSTATE in the list, which NULL ends? */
bool pg_state_is_one_of(const struct pg_store *pg, const char *const *states);

#endif
