/* SPDX-License-Identifier: MIT */
#include "pg_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"

/* --- queries ------------------------------------------------------------ */

static const char *row_text(const struct store_row *row, int column)
{
	return PQgetisnull(row->handle, 0, column) ? NULL : PQgetvalue(row->handle, 0, column);
}

static int64_t row_integer(const struct store_row *row, int column)
{
	return strtoll(PQgetvalue(row->handle, 0, column), NULL, 10);
}

struct reading {
	const struct store_query *query;
	bool begun; /* rows were handed on: it cannot be repeated */
};

static enum tt_code read_rows(struct pg_store *pg, struct reading *r, struct tt_error *err)
{
	for (;;) {
		_cleanup_(pg_clearp) PGresult *result = NULL;
		struct store_row row = { .text = row_text, .integer = row_integer };

		if (pg_next(pg, &result, err) != TT_OK)
			return err->code;
		if (!result)
			return TT_OK;
		if (PQresultStatus(result) != PGRES_SINGLE_TUPLE)
			continue;
		r->begun = true;
		row.handle = result;
		if (r->query->row(r->query->ctx, &row, err) != TT_OK)
			return err->code;
	}
}

static enum tt_code query_once(struct pg_store *pg, void *ctx, struct tt_error *err)
{
	struct reading *r = ctx;
	const struct pg_values values = {
		.count = r->query->param_count,
		.values = r->query->params,
	};

	if (pg_send(pg, store_sql("postgres", r->query->name), &values, err) != TT_OK)
		return err->code;
	(void)PQsetSingleRowMode(pg->conn);
	if (read_rows(pg, r, err) == TT_OK)
		return TT_OK;
	if (r->begun)
		pg->again = false;
	return err->code;
}

static enum tt_code pg_query(
	struct store *store, const struct store_query *query, struct tt_error *err)
{
	struct reading r = { .query = query };

	return pg_retry((struct pg_store *)store, query_once, &r, err);
}

/* --- schema ------------------------------------------------------------- */

bool pg_state_is_one_of(const struct pg_store *pg, const char *const *states)
{
	for (; *states; states++)
		if (strcmp(pg->sqlstate, *states) == 0)
			return true;
	return false;
}

bool pg_lacks_schema(const struct pg_store *pg)
{
	return strcmp(pg->sqlstate, "42P01") == 0; /* no such table */
}

static enum tt_code version_once(struct pg_store *pg, void *ctx, struct tt_error *err)
{
	_cleanup_(pg_clearp) PGresult *result = NULL;
	int *version = ctx;

	if (pg_run(pg, PG_VERSION_QUERY, NULL, &result, err) == TT_OK)
		*version = (int)pg_integer(result, 0);
	else if (pg_lacks_schema(pg))
		*version = 0;
	else
		return err->code;
	return TT_OK;
}

static enum tt_code pg_version(struct store *store, int *version, struct tt_error *err)
{
	return pg_retry((struct pg_store *)store, version_once, version, err);
}

static enum tt_code record_version(struct pg_store *pg, int version, struct tt_error *err)
{
	char number[16];
	const char *values[] = { number, "import-tokens " VERSION };

	(void)snprintf(number, sizeof number, "%d", version);
	return pg_run(pg, "INSERT INTO tt_schema VALUES ($1, now(), $2)",
		&(struct pg_values){ .count = 2, .values = values }, NULL, err);
}

static enum tt_code apply(struct pg_store *pg, int version, struct tt_error *err)
{
	const char *texts[3];

	store_migration(texts, "postgres", version);
	for (int i = 0; texts[i]; i++)
		if (pg_run(pg, texts[i], NULL, NULL, err) != TT_OK)
			return err->code;
	return record_version(pg, version, err);
}

/* Migrations that run at once wait here.  Servers without such locks do
 * without: then the second one fails and finds the work done. */
static enum tt_code begin_migration(struct pg_store *pg, struct tt_error *err)
{
	static const char *const lacking[] = { "0A000", "42883", "42501", NULL };

	if (pg->no_advisory_locks)
		return pg_begin(pg, "", NULL, err);
	if (pg_begin(pg, "SELECT pg_advisory_xact_lock(8391746520391746)", NULL, err) == TT_OK)
		return TT_OK;
	if (pg_state_is_one_of(pg, lacking))
		pg->no_advisory_locks = pg->again = true;
	return err->code;
}

static enum tt_code migrate_once(struct pg_store *pg, void *ctx, struct tt_error *err)
{
	_cleanup_(pg_clearp) PGresult *result = NULL;
	int *from = ctx, version = 0;

	if (begin_migration(pg, err) != TT_OK ||
		pg_run(pg, "SELECT count(to_regclass('tt_schema'))", NULL, &result, err) != TT_OK)
		return err->code;
	/* A query that fails would end the transaction. */
	if (pg_integer(result, 0) && version_once(pg, &version, err) != TT_OK)
		return err->code;
	if (version > STORE_SCHEMA)
		return store_expect_version(version, err);
	*from = version;
	while (version < STORE_SCHEMA)
		if (apply(pg, ++version, err) != TT_OK)
			return err->code;
	return pg_commit(pg, err);
}

static enum tt_code pg_migrate(struct store *store, int *from, int *to, struct tt_error *err)
{
	struct pg_store *pg = (struct pg_store *)store;
	static const char *const taken[] = { "23505", "42P07", "42710", NULL };
	struct tt_error ignored;
	int found = 0;

	if (pg_retry(pg, migrate_once, &found, err) != TT_OK) {
		if (!pg_state_is_one_of(pg, taken))
			return err->code;
		/* Another migration was faster, or the name is somebody else's. */
		if (pg_version(store, &found, &ignored) != TT_OK || found != STORE_SCHEMA)
			return tt_context(err, "a name is taken: give the tables a database or "
					       "schema of their own");
	}
	*from = found;
	*to = STORE_SCHEMA;
	return TT_OK;
}

/* --- opening ------------------------------------------------------------ */

static void pg_close_store(struct store *store)
{
	struct pg_store *pg = (struct pg_store *)store;

	pg_disconnect(pg);
	pg_params_release(&pg->params);
	strbuf_release(&pg->raw_password);
	strbuf_release(&pg->password);
	free(pg);
}

static void pg_close_storep(struct pg_store **pg)
{
	if (*pg)
		pg_close_store(&(*pg)->base);
}

static const struct store_ops pg_ops = {
	.kind = "postgresql",
	.close = pg_close_store,
	.version = pg_version,
	.migrate = pg_migrate,
	.import = pg_import,
	.query = pg_query,
};

static struct pg_store *new_store(const char *url, const struct store_options *options)
{
	struct pg_store *pg = xcalloc(1, sizeof *pg);

	pg->base.ops = &pg_ops;
	pg->raw_password = pg->password = (struct strbuf)STRBUF_INIT;
	pg->options = *options;
	if (!options->connect_timeout_ms)
		pg->options.connect_timeout_ms = 10 * 1000;
	if (!options->statement_timeout_ms)
		pg->options.statement_timeout_ms = 60 * 1000;
	if (!options->retry_ms)
		pg->options.retry_ms = 60 * 1000;
	(void)store_url_password(&pg->raw_password, &pg->password, url);
	return pg;
}

static enum tt_code read_url(struct pg_store *pg, const char *url, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf left_out = STRBUF_INIT;

	if (pg_params_read(&pg->params, url, pg->options.insecure_tls, &left_out, err) != TT_OK)
		return err->code;
	if (pg->options.application_name)
		pg_params_set(
			&pg->params, "fallback_application_name", pg->options.application_name);
	if (left_out.len && pg->options.notice) {
		_autofree_ char *text = xasprintf(
			"the database URL holds parameters of other clients, leaving them out: %s",
			left_out.buf);

		pg->options.notice(pg->options.notice_ctx, text);
	}
	return TT_OK;
}

static enum tt_code nothing(struct pg_store *pg, void *ctx, struct tt_error *err)
{
	(void)pg;
	(void)ctx;
	(void)err;
	return TT_OK;
}

enum tt_code pg_store_open(struct store **out, const char *url, const struct store_options *options,
	struct tt_error *err)
{
	_cleanup_(pg_close_storep) struct pg_store *pg = new_store(url, options);

	if (read_url(pg, url, err) != TT_OK || pg_retry(pg, nothing, NULL, err) != TT_OK)
		return err->code;
	pg->options.application_name = NULL; /* borrowed, and used up */
	*out = &steal(&pg)->base;
	return TT_OK;
}
