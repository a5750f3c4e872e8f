/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "earlier_direct.h"
#include "earlier_parts.h"

/* Tables that know branches: the CSV of the branch tracker, and rows of the team's
 * database as JSON. */

/* --- CSV -------------------------------------------------------------------- */

enum { TIMESTAMP, BRANCH, TOKENS, COST, NOTES, COLUMNS };

static const char header[] = "timestamp,branch,tokens,estimated_cost,notes";

bool earlier_csv_sniff(const char *text, size_t len)
{
	return len >= sizeof header - 1 && memcmp(text, header, sizeof header - 1) == 0 &&
	       (len == sizeof header - 1 || strchr("\r\n", text[sizeof header - 1]));
}

struct csv {
	const char *at, *end;
	int row; /* of records, the header is 1 */
	struct strbuf cells[COLUMNS];
	struct entry_v1_seen *seen;
};

/* A quoted cell; false when nothing closes it. */
static bool read_quoted(struct strbuf *cell, struct csv *csv)
{
	for (csv->at++; csv->at < csv->end; csv->at++) {
		if (*csv->at == '"' && (csv->at + 1 == csv->end || csv->at[1] != '"')) {
			csv->at++;
			return true;
		}
		csv->at += *csv->at == '"';
		strbuf_addch(cell, *csv->at);
	}
	return false;
}

static bool at_cell_end(const struct csv *csv)
{
	return csv->at == csv->end || strchr(",\r\n", *csv->at);
}

static bool read_cell(struct strbuf *cell, struct csv *csv)
{
	if (csv->at < csv->end && *csv->at == '"')
		return read_quoted(cell, csv) && at_cell_end(csv);
	for (; !at_cell_end(csv); csv->at++)
		strbuf_addch(cell, *csv->at);
	return true;
}

static bool read_record(struct csv *csv)
{
	csv->row++;
	for (int i = 0; i < COLUMNS; i++) {
		strbuf_reset(&csv->cells[i]);
		if (!read_cell(&csv->cells[i], csv))
			return false;
		if (i + 1 < COLUMNS && (csv->at == csv->end || *csv->at++ != ','))
			return false;
	}
	if (csv->at < csv->end && *csv->at == '\r')
		csv->at++;
	if (csv->at < csv->end && *csv->at++ != '\n')
		return false;
	return true;
}

/* Sessions as in a ledger, but with times to the second: they get ids of their own,
 * and whoever has the ledger too must recognise them. */
static enum tt_code send_row(struct earlier_reading *r, struct csv *csv, struct tt_error *err)
{
	struct entry_v1 v1 = { .timestamp = csv->cells[TIMESTAMP].buf,
		.notes = csv->cells[NOTES].buf };
	const char *branch = csv->cells[BRANCH].buf, *at = csv->cells[TOKENS].buf;
	int64_t tokens = 0;
	struct entry e;

	for (; *at >= '0' && *at <= '9' && tokens <= USAGE_MAX; at++)
		tokens = tokens * 10 + (*at - '0');
	if (*at || !csv->cells[TOKENS].len || tokens > USAGE_MAX)
		return tt_fail(err, TT_EINPUT, "row %d: it has no count of tokens", csv->row);
	if (!*branch || strlen(branch) > ENTRY_NAME_MAX)
		return tt_fail(err, TT_EINPUT,
			"row %d: it has no branch, or one of more than %d bytes", csv->row,
			ENTRY_NAME_MAX);
	v1.tokens = tokens;
	if (entry_from_v1(&e, &v1, branch, entry_v1_ordinal(&csv->seen, &v1), true, err) != TT_OK)
		return tt_context(err, "row %d", csv->row);
	e.source = "format-1-csv";
	return r->sink ? r->sink->entries.entry(r->sink->entries.ctx, branch, &e, err) : TT_OK;
}

static enum tt_code read_records(struct earlier_reading *r, struct csv *csv, struct tt_error *err)
{
	(void)read_record(csv);
	while (csv->at < csv->end) {
		if (!read_record(csv))
			return tt_fail(err, TT_EINPUT, "row %d is cut off or malformed", csv->row);
		/* The tracker wrote rows whose time it could not read without one. */
		if (!csv->cells[TIMESTAMP].len)
			r->skipped->rows++;
		else if (send_row(r, csv, err) != TT_OK)
			return err->code;
	}
	return TT_OK;
}

enum tt_code earlier_read_csv(struct earlier_reading *r, struct tt_error *err)
{
	struct csv csv = { .at = r->file->text, .end = r->file->text + r->file->len };
	enum tt_code code;

	for (int i = 0; i < COLUMNS; i++)
		csv.cells[i] = (struct strbuf)STRBUF_INIT;
	if (memchr(csv.at, '\0', r->file->len))
		return tt_fail(err, TT_EINPUT, "it holds a NUL");
	code = read_records(r, &csv, err);
	entry_v1_seen_freep(&csv.seen);
	for (int i = 0; i < COLUMNS; i++)
		strbuf_release(&csv.cells[i]);
	return code;
}

/* --- rows of the team's database ------------------------------------------- */

struct rows {
	struct earlier_reading *r;
	struct arena arena;
	enum tt_code sink_code;
	struct tt_error *err;
};

static void read_row(struct rows *rows, struct json_reader *in)
{
	const struct entry_sink *sink = rows->r->sink ? &rows->r->sink->entries : NULL;
	const char *branch;
	struct entry e;

	earlier_direct_decode(in, &rows->arena, true, &e, &branch);
	if (in->failed || !sink)
		return;
	e.source = "format-1-row";
	rows->sink_code = sink->entry(sink->ctx, branch, &e, rows->err);
	in->failed = rows->sink_code != TT_OK;
}

/* What an element is: a row itself, or a record of a dump ({"model":..., "fields"}). */
struct element {
	bool is_row, is_record;
	const char *model;
	struct json_reader fields;
};

static struct element look_at(struct json_reader *in, struct arena *arena)
{
	struct element e = { .is_row = false };
	struct json_text key;

	if (json_peek(in) != JSON_OBJECT) {
		json_skip(in);
		return e;
	}
	json_enter_object(in);
	while (json_next_key(in, &key)) {
		if (json_text_is(key, "git_branch"))
			e.is_row = true;
		if (json_text_is(key, "model") && json_peek(in) == JSON_STRING) {
			e.model = json_read_string(in, arena);
			continue;
		}
		if (json_text_is(key, "fields")) {
			e.is_record = json_peek(in) == JSON_OBJECT;
			e.fields = *in;
		}
		json_skip(in);
	}
	return e;
}

/* The rows about merges sum up the others. */
static void read_element(struct rows *rows, struct json_reader *in)
{
	struct json_reader start = *in;
	struct element e;

	arena_reset(&rows->arena);
	e = look_at(in, &rows->arena);
	if (in->failed)
		return;
	if (e.is_record && e.model && text_ends_with(e.model, ".tokenusage")) {
		read_row(rows, &e.fields);
		*in = e.fields.failed ? e.fields : *in;
	} else if (!e.is_record && e.is_row) {
		read_row(rows, &start);
		*in = start.failed ? start : *in;
	} else if (e.is_record && e.model && text_ends_with(e.model, ".mergetokenstats")) {
		rows->r->skipped->rows++;
	}
}

enum tt_code earlier_read_rows(struct earlier_reading *r, struct tt_error *err)
{
	struct rows rows = { .r = r, .err = err };
	struct json_reader in;

	json_reader_init(&in, r->file->text, r->file->len);
	json_enter_array(&in);
	while (json_next_element(&in))
		read_element(&rows, &in);
	json_reader_end(&in);
	arena_release(&rows.arena);
	return rows.sink_code != TT_OK ? rows.sink_code : json_reader_error(&in, err);
}
