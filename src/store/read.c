/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_writer.h"
#include "base/text.h"

#include "backend.h"

/* The columns of export.sql and recent.sql. */
enum entry_column {
	COL_ID,
	COL_REVISION,
	COL_KIND,
	COL_SOURCE,
	COL_STARTED_AT,
	COL_DAY,
	COL_USAGE, /* one for each kind */
	COL_REQUESTS = COL_USAGE + USAGE_KINDS,
	COL_WEB_SEARCHES,
	COL_MODEL,
	COL_PRICE_CLASS,
	COL_SESSION_ID,
	COL_LAST_ACTIVITY,
	COL_COST,
	COL_NOTES,
	COL_COMMIT,
	COL_AUTHOR,
	COL_HOST,
	COL_VOID,
	COL_UNKNOWN,
	COL_BRANCH,
	COL_REPOSITORY,
};

/* The columns of cells.sql and branch_cells.sql. */
enum cell_column {
	CELL_BRANCH,
	CELL_MODEL,
	CELL_PRICE_CLASS,
	CELL_KIND,
	CELL_DAY,
	CELL_USAGE,
	CELL_REQUESTS = CELL_USAGE + USAGE_KINDS,
	CELL_WEB_SEARCHES,
	CELL_SESSIONS,
	CELL_FIRST,
	CELL_LAST,
};

static enum tt_code odd_value(const char *what, const char *value, struct tt_error *err)
{
	char *shown = text_visible_short(value ? value : "null", 100);

	(void)tt_fail(err, TT_ESTORE, "the database holds a %s that is none: '%s'", what, shown);
	free(shown);
	return err->code;
}

static enum tt_code read_kind(
	enum entry_kind *out, const struct store_row *row, int column, struct tt_error *err)
{
	const char *text = row->text(row, column);

	if (!text || !entry_kind_parse(out, (struct json_text){ text, strlen(text) }))
		return odd_value("kind of entry", text, err);
	return TT_OK;
}

static enum tt_code read_day(
	struct day *out, const struct store_row *row, int column, struct tt_error *err)
{
	const char *text = row->text(row, column);

	if (!text || !day_parse(out, text))
		return odd_value("day", text, err);
	return TT_OK;
}

static void read_usage(struct usage *out, const struct store_row *row, int column)
{
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		usage_set(out, kind, row->integer(row, column + kind));
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

/* Strings are borrowed from the row. */
static enum tt_code read_entry(struct entry *e, const struct store_row *row, struct tt_error *err)
{
	const char *id = row->text(row, COL_ID);

	if (!id || !entry_id_is_valid(id))
		return odd_value("key", id, err);
	memcpy(e->id, id, ENTRY_ID_TEXT);
	if (read_kind(&e->kind, row, COL_KIND, err) != TT_OK ||
		read_day(&e->day, row, COL_DAY, err) != TT_OK)
		return err->code;
	read_usage(&e->usage, row, COL_USAGE);
	e->revision = row->integer(row, COL_REVISION);
	e->source = row->text(row, COL_SOURCE);
	e->timestamp.ms = row->integer(row, COL_STARTED_AT);
	e->requests = row->integer(row, COL_REQUESTS);
	e->web_searches = row->integer(row, COL_WEB_SEARCHES);
	e->model = row->text(row, COL_MODEL);
	e->price_class = or_empty(row->text(row, COL_PRICE_CLASS));
	e->session_id = row->text(row, COL_SESSION_ID);
	e->has_last_activity = row->text(row, COL_LAST_ACTIVITY) != NULL;
	e->last_activity.ms = row->integer(row, COL_LAST_ACTIVITY);
	e->has_cost = row->text(row, COL_COST) != NULL;
	e->cost_nano_usd = row->integer(row, COL_COST);
	e->notes = or_empty(row->text(row, COL_NOTES));
	e->commit = row->text(row, COL_COMMIT);
	e->author = row->text(row, COL_AUTHOR);
	e->host = row->text(row, COL_HOST);
	e->is_void = row->integer(row, COL_VOID) != 0;
	e->unknown = row->text(row, COL_UNKNOWN);
	return TT_OK;
}

/* --- the newest entries ----------------------------------------------- */

static enum tt_code recent_row(void *ctx, const struct store_row *row, struct tt_error *err)
{
	const struct entry_sink *sink = ctx;
	struct entry e = ENTRY_INIT;

	if (read_entry(&e, row, err) != TT_OK)
		return err->code;
	return sink->entry(sink->ctx, or_empty(row->text(row, COL_BRANCH)), &e, err);
}

enum tt_code store_recent(struct store *store, const char *repository, int count,
	const struct entry_sink *sink, struct tt_error *err)
{
	char id[ENTRY_ID_TEXT], limit[16];
	struct entry_sink copy = *sink;

	store_repository_id(id, repository);
	(void)snprintf(limit, sizeof limit, "%d", count);
	return store->ops->query(store,
		&(struct store_query){ .name = "recent",
			.params = (const char *[]){ id, limit },
			.param_count = 2,
			.row = recent_row,
			.ctx = &copy },
		err);
}

/* --- groups ------------------------------------------------------------ */

struct cell_reader {
	store_cell_fn fn;
	void *ctx;
};

static enum tt_code cell_row(void *ctx, const struct store_row *row, struct tt_error *err)
{
	const struct cell_reader *reader = ctx;
	struct rollup_cell cell = {
		.branch = or_empty(row->text(row, CELL_BRANCH)),
		.model = row->text(row, CELL_MODEL),
		.price_class = or_empty(row->text(row, CELL_PRICE_CLASS)),
		.requests = row->integer(row, CELL_REQUESTS),
		.web_searches = row->integer(row, CELL_WEB_SEARCHES),
		.sessions = row->integer(row, CELL_SESSIONS),
		.first = { row->integer(row, CELL_FIRST) },
		.last = { row->integer(row, CELL_LAST) },
	};

	if (read_kind(&cell.kind, row, CELL_KIND, err) != TT_OK ||
		read_day(&cell.day, row, CELL_DAY, err) != TT_OK)
		return err->code;
	read_usage(&cell.usage, row, CELL_USAGE);
	return reader->fn(reader->ctx, &cell, err);
}

enum tt_code store_cells(struct store *store, const char *repository, const char *branch,
	store_cell_fn fn, void *ctx, struct tt_error *err)
{
	struct cell_reader reader = { fn, ctx };
	char id[ENTRY_ID_TEXT];

	store_repository_id(id, repository);
	return store->ops->query(store,
		&(struct store_query){ .name = branch ? "branch_cells" : "cells",
			.params = (const char *[]){ id, branch },
			.param_count = branch ? 2 : 1,
			.row = cell_row,
			.ctx = &reader },
		err);
}

/* --- the canonical export ---------------------------------------------- */

struct exporter {
	store_line_fn fn;
	void *ctx;
	struct strbuf line, entry;
};

/* {"repository":...,"branch":..., and then the entry as files hold it. */
static enum tt_code export_row(void *ctx, const struct store_row *row, struct tt_error *err)
{
	struct exporter *x = ctx;
	struct json_writer w = { .out = &x->line };
	struct entry e = ENTRY_INIT;

	if (read_entry(&e, row, err) != TT_OK)
		return err->code;
	strbuf_reset(&x->line);
	strbuf_reset(&x->entry);
	entry_encode(&x->entry, &e, ENTRY_FORM_EXPORT);
	json_open(&w, '{');
	json_put_string(&w, "repository", or_empty(row->text(row, COL_REPOSITORY)));
	json_put_string(&w, "branch", or_empty(row->text(row, COL_BRANCH)));
	strbuf_addch(&x->line, ',');
	strbuf_add(&x->line, x->entry.buf + 1, x->entry.len - 1);
	return x->fn(x->ctx, x->line.buf, x->line.len, err);
}

enum tt_code store_export(struct store *store, store_line_fn fn, void *ctx, struct tt_error *err)
{
	struct exporter x = { .fn = fn, .ctx = ctx, .line = STRBUF_INIT, .entry = STRBUF_INIT };
	enum tt_code code = store->ops->query(store,
		&(struct store_query){ .name = "export", .row = export_row, .ctx = &x }, err);

	strbuf_release(&x.line);
	strbuf_release(&x.entry);
	return code;
}
