/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json_writer.h"
#include "base/mem.h"
#include "pg_store.h"

/*
 * One import: COPY into a temporary table, one merge, one record of the run.
 * Where there are no temporary tables the merge reads rows that are sent with
 * it as parameters, some hundred at a time.
 */
enum { CHUNK = 64 * 1024, VALUES_ROWS = 500, OWN_PARAMS = 2, MANY_CHANGES = 50000 };

struct pg_import {
	struct pg_store *pg;
	const struct store_batch *batch;
	char repository_id[ENTRY_ID_TEXT], import_id[ENTRY_ID_TEXT];
	struct strbuf rows; /* encoded, not yet sent */
	int row_count;	    /* of them, with VALUES */
	int64_t entries;
	struct store_counts counts;
	bool commit_sent; /* and the answer may have been lost */
};

static void release(struct pg_import *im)
{
	strbuf_release(&im->rows);
}

/* Run sql/postgres/<name>.sql with the two ids as its parameters. */
static enum tt_code run_with_ids(
	struct pg_import *im, const char *sql, PGresult **result, struct tt_error *err)
{
	const char *values[] = { im->repository_id, im->import_id };

	return pg_run(
		im->pg, sql, &(struct pg_values){ .count = 2, .values = values }, result, err);
}

/* --- COPY --------------------------------------------------------------- */

static const char copy_header[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0"; /* and its own NUL */
static const char copy_end[] = { '\377', '\377' };

static enum tt_code copy_row(
	void *ctx, const char *branch, const struct entry *e, struct tt_error *err)
{
	static const char field_count[] = { 0, PG_ROW_FIELDS };
	struct pg_import *im = ctx;

	im->entries++;
	strbuf_add(&im->rows, field_count, sizeof field_count);
	pg_row_add(&im->rows, branch, e);
	if (im->rows.len < CHUNK)
		return TT_OK;
	if (pg_copy_send(im->pg, im->rows.buf, im->rows.len, err) != TT_OK)
		return err->code;
	strbuf_reset(&im->rows);
	return TT_OK;
}

/* A slow line or a slow disk of ours must not run into the server's limit for
 * a statement: COPY only has to make progress.  The merge that follows has the
 * limit again, and memory to join a million rows. */
static enum tt_code begin_stage(struct pg_import *im, struct tt_error *err)
{
	_autofree_ char *sql = xasprintf("SET LOCAL statement_timeout = 0; %s"
					 "SET LOCAL statement_timeout = %d;"
					 "SET LOCAL work_mem = '64MB'",
		store_sql("postgres", "stage"), im->pg->options.statement_timeout_ms);

	strbuf_reset(&im->rows);
	strbuf_add(&im->rows, copy_header, sizeof copy_header);
	return pg_copy_begin(im->pg, sql, err);
}

static enum tt_code end_stage(struct pg_import *im, struct tt_error *err)
{
	strbuf_add(&im->rows, copy_end, sizeof copy_end);
	if (pg_copy_send(im->pg, im->rows.buf, im->rows.len, err) != TT_OK)
		return err->code;
	return pg_copy_end(im->pg, err);
}

static enum tt_code load_by_copy(struct pg_import *im, struct tt_error *err)
{
	const struct entry_sink sink = { im, copy_row };
	_autofree_ char *merge = xasprintf("WITH %s", store_sql("postgres", "merge"));
	_cleanup_(pg_clearp) PGresult *result = NULL;

	if (begin_stage(im, err) != TT_OK ||
		im->batch->replay(im->batch->ctx, &sink, err) != TT_OK ||
		end_stage(im, err) != TT_OK || run_with_ids(im, merge, &result, err) != TT_OK)
		return err->code;
	im->counts.inserted = pg_integer(result, 0);
	im->counts.updated = pg_integer(result, 1);
	return TT_OK;
}

/* --- VALUES -------------------------------------------------------------- */

static char *values_statement(int rows)
{
	struct strbuf sql = STRBUF_INIT;
	int param = OWN_PARAMS;

	strbuf_addf(&sql, "WITH %s", store_sql("postgres", "values"));
	for (int row = 0; row < rows; row++) {
		strbuf_addstr(&sql, row ? ",\n(" : "(");
		for (int field = 0; field < PG_ROW_FIELDS; field++)
			strbuf_addf(&sql, "%s$%d", field ? "," : "", ++param);
		strbuf_addch(&sql, ')');
	}
	strbuf_addf(&sql, "),\n%s", store_sql("postgres", "merge"));
	return strbuf_detach(&sql);
}

struct values_params {
	Oid types[OWN_PARAMS + VALUES_ROWS * PG_ROW_FIELDS];
	const char *values[OWN_PARAMS + VALUES_ROWS * PG_ROW_FIELDS];
	int lengths[OWN_PARAMS + VALUES_ROWS * PG_ROW_FIELDS];
	int formats[OWN_PARAMS + VALUES_ROWS * PG_ROW_FIELDS];
};

static int32_t field_length(const char *at)
{
	const unsigned char *p = (const unsigned char *)at;

	return (int32_t)((uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]);
}

/* Point the parameters into the encoded rows. */
static int fill_params(struct values_params *p, const struct pg_import *im)
{
	const char *at = im->rows.buf;
	int n = OWN_PARAMS;

	p->values[0] = im->repository_id;
	p->values[1] = im->import_id;
	for (int i = 0; i < im->row_count * PG_ROW_FIELDS; i++, n++) {
		int32_t length = field_length(at);

		at += 4;
		p->types[n] = pg_row_types[i % PG_ROW_FIELDS];
		p->values[n] = length < 0 ? NULL : at;
		p->lengths[n] = length < 0 ? 0 : length;
		p->formats[n] = 1;
		at += p->lengths[n];
	}
	return n;
}

static enum tt_code send_values(struct pg_import *im, struct tt_error *err)
{
	_autofree_ struct values_params *p = NULL;
	_autofree_ char *sql = NULL;
	int count;

	if (im->row_count == 0)
		return TT_OK;
	p = xcalloc(1, sizeof *p);
	sql = values_statement(im->row_count);
	count = fill_params(p, im);
	if (pg_run(im->pg, sql,
		    &(struct pg_values){ count, p->types, p->values, p->lengths, p->formats }, NULL,
		    err) != TT_OK)
		return err->code;
	im->row_count = 0;
	strbuf_reset(&im->rows);
	return TT_OK;
}

static enum tt_code values_row(
	void *ctx, const char *branch, const struct entry *e, struct tt_error *err)
{
	struct pg_import *im = ctx;

	im->entries++;
	im->row_count++;
	pg_row_add(&im->rows, branch, e);
	return im->row_count < VALUES_ROWS ? TT_OK : send_values(im, err);
}

static enum tt_code load_by_values(struct pg_import *im, struct tt_error *err)
{
	const struct entry_sink sink = { im, values_row };
	_cleanup_(pg_clearp) PGresult *result = NULL;

	strbuf_reset(&im->rows);
	im->row_count = 0;
	if (im->batch->replay(im->batch->ctx, &sink, err) != TT_OK ||
		send_values(im, err) != TT_OK ||
		run_with_ids(im, store_sql("postgres", "counts"), &result, err) != TT_OK)
		return err->code;
	im->counts.inserted = pg_integer(result, 0);
	im->counts.updated = pg_integer(result, 1);
	return TT_OK;
}

/* After a large import the server knows nothing yet of what it holds, and plans
 * the queries that follow badly.  Not being the owner, or another session's
 * vacuum, makes this do nothing. */
static enum tt_code look_over(struct pg_import *im, struct tt_error *err)
{
	if (im->pg->no_temp_tables || im->counts.inserted + im->counts.updated < MANY_CHANGES)
		return TT_OK;
	return pg_run(im->pg, "ANALYZE (SKIP_LOCKED) entries", NULL, NULL, err);
}

/* --- the record of the run ------------------------------------------------ */

static void add_files(struct strbuf *out, const struct store_batch *batch)
{
	struct json_writer w = { .out = out };

	json_open(&w, '[');
	for (size_t i = 0; i < batch->file_count; i++) {
		json_open(&w, '{');
		json_put_string(&w, "sha256", batch->files[i].sha256);
		json_put_string(&w, "name", batch->files[i].name);
		json_put_int(&w, "entries", batch->files[i].entries);
		json_close(&w, '}');
	}
	json_close(&w, ']');
}

static enum tt_code finish(struct pg_import *im, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf files = STRBUF_INIT;
	const int64_t numbers[] = { im->batch->now.ms, (int64_t)im->batch->file_count,
		im->counts.inserted, im->counts.updated, im->counts.unchanged };
	char digits[5][24];
	const char *values[] = { im->repository_id, im->import_id, im->batch->repository, digits[0],
		im->batch->run_id, im->batch->commit, digits[1], digits[2], digits[3], digits[4],
		NULL };

	for (int i = 0; i < 5; i++)
		(void)snprintf(digits[i], sizeof digits[i], "%" PRId64, numbers[i]);
	add_files(&files, im->batch);
	values[10] = files.buf;
	return pg_run(im->pg, store_sql("postgres", "finish"),
		&(struct pg_values){ .count = 11, .values = values }, NULL, err);
}

/* --- the transaction ------------------------------------------------------ */

static enum tt_code begin(struct pg_store *pg, struct tt_error *err)
{
	_cleanup_(pg_clearp) PGresult *result = NULL;

	if (pg_begin(pg, PG_VERSION_QUERY, &result, err) == TT_OK)
		return store_expect_version((int)pg_integer(result, 0), err);
	return pg_lacks_schema(pg) ? store_expect_version(0, err) : err->code;
}

/* After an answer to COMMIT that was lost: true when it had been done. */
static enum tt_code was_committed(struct pg_import *im, bool *done, struct tt_error *err)
{
	_cleanup_(pg_clearp) PGresult *result = NULL;

	if (run_with_ids(im, store_sql("postgres", "done"), &result, err) != TT_OK)
		return err->code;
	*done = PQntuples(result) > 0;
	if (*done)
		im->counts = (struct store_counts){ pg_integer(result, 0), pg_integer(result, 1),
			pg_integer(result, 2) };
	return TT_OK;
}

static enum tt_code load(struct pg_import *im, struct tt_error *err)
{
	/* Not implemented, no such syntax, no right to. */
	static const char *const lacking[] = { "0A000", "42601", "42501", NULL };
	struct pg_store *pg = im->pg;

	im->entries = 0;
	if (pg->no_temp_tables)
		return load_by_values(im, err);
	if (load_by_copy(im, err) == TT_OK)
		return TT_OK;
	if (im->entries == 0 && pg_state_is_one_of(pg, lacking))
		pg->no_temp_tables = pg->again = true;
	return err->code;
}

static enum tt_code import_once(struct pg_store *pg, void *ctx, struct tt_error *err)
{
	struct pg_import *im = ctx;
	bool done = false;

	if (begin(pg, err) != TT_OK)
		return err->code;
	if (im->commit_sent && was_committed(im, &done, err) != TT_OK)
		return err->code;
	if (done)
		return pg_run(pg, "ROLLBACK", NULL, NULL, err);
	if (load(im, err) != TT_OK)
		return err->code;
	im->counts.unchanged = im->entries - im->counts.inserted - im->counts.updated;
	if (look_over(im, err) != TT_OK || finish(im, err) != TT_OK)
		return err->code;
	if (im->batch->dry_run)
		return pg_run(pg, "ROLLBACK", NULL, NULL, err);
	im->commit_sent = true;
	return pg_commit(pg, err);
}

enum tt_code pg_import(struct store *store, const struct store_batch *batch,
	struct store_counts *counts, struct tt_error *err)
{
	_cleanup_(release) struct pg_import im = {
		.pg = (struct pg_store *)store,
		.batch = batch,
		.rows = STRBUF_INIT,
	};

	store_repository_id(im.repository_id, batch->repository);
	if (entry_new_id(im.import_id, err) != TT_OK ||
		pg_retry(im.pg, import_once, &im, err) != TT_OK)
		return err->code;
	*counts = im.counts;
	return TT_OK;
}
