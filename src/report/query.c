/* SPDX-License-Identifier: MIT */
#include "report/query.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/json_writer.h"
#include "base/mem.h"
#include "base/text.h"
#include "report/escape.h"
#include "screen.h"

struct query_writer {
	FILE *to;
	enum query_format format;
	const struct report_style *style;
	struct strbuf out; /* what is not written yet */
	struct json_writer json;
	struct arena titles;
	struct column *columns; /* of the table */
	struct table table;
	bool *has_text; /* some value of the column is no number */
};

struct query_writer *query_writer_new(
	FILE *to, enum query_format format, const struct report_style *style)
{
	struct query_writer *w = xcalloc(1, sizeof *w);

	*w = (struct query_writer){
		.to = to, .format = format, .style = style, .out = STRBUF_INIT
	};
	w->json.out = &w->out;
	return w;
}

void query_writer_free(struct query_writer *w)
{
	if (!w)
		return;
	table_release(&w->table);
	arena_release(&w->titles);
	strbuf_release(&w->out);
	free(w->columns);
	free(w->has_text);
	free(w);
}

void query_writer_freep(struct query_writer **w)
{
	query_writer_free(*w);
}

static void write_out(struct query_writer *w)
{
	(void)fwrite(w->out.buf, 1, w->out.len, w->to);
	strbuf_reset(&w->out);
}

/* --- columns ------------------------------------------------------------------------- */

static void begin_table(struct query_writer *w, const char *const *names, size_t count)
{
	_cleanup_(strbuf_release) struct strbuf title = STRBUF_INIT;

	w->columns = xcalloc(count, sizeof *w->columns);
	w->has_text = xcalloc(count, sizeof *w->has_text);
	for (size_t i = 0; i < count; i++) {
		strbuf_reset(&title);
		text_add_visible(&title, names[i]);
		w->columns[i].title = arena_strdup(&w->titles, title.buf);
	}
	table_init(&w->table, w->columns, count, w->style->glyphs);
}

static void begin_csv(struct query_writer *w, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			strbuf_addch(&w->out, ',');
		escape_csv(&w->out, names[i]);
	}
	strbuf_addstr(&w->out, "\r\n");
}

static void begin_json(struct query_writer *w, const char *const *names, size_t count)
{
	json_open(&w->json, '{');
	json_put_int(&w->json, "version", 1);
	json_key(&w->json, "columns");
	json_open(&w->json, '[');
	for (size_t i = 0; i < count; i++)
		json_string(&w->json, names[i]);
	json_close(&w->json, ']');
	json_key(&w->json, "rows");
	json_open(&w->json, '[');
}

static void take_columns(void *ctx, const char *const *names, size_t count)
{
	struct query_writer *w = ctx;

	if (w->format == QUERY_TEXT)
		begin_table(w, names, count);
	else if (w->format == QUERY_CSV)
		begin_csv(w, names, count);
	else
		begin_json(w, names, count);
}

/* --- rows ---------------------------------------------------------------------------- */

static void add_to_table(struct query_writer *w, const struct sql_value *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		table_add_name(&w->table, values[i].text);
		w->has_text[i] |= values[i].kind == SQL_TEXT;
	}
}

static void add_csv(struct query_writer *w, const struct sql_value *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			strbuf_addch(&w->out, ',');
		if (values[i].kind == SQL_TEXT)
			escape_csv(&w->out, values[i].text);
		else
			strbuf_addstr(&w->out, values[i].text);
	}
	strbuf_addstr(&w->out, "\r\n");
}

/* JSON has no infinity. */
static bool is_finite(const char *number)
{
	return !strstr(number, "Inf");
}

static void add_json(struct query_writer *w, const struct sql_value *values, size_t count)
{
	json_open(&w->json, '[');
	for (size_t i = 0; i < count; i++) {
		const char *text = values[i].text;

		if (values[i].kind == SQL_TEXT)
			json_string(&w->json, text);
		else if (values[i].kind == SQL_NUMBER && is_finite(text))
			json_raw(&w->json, text, strlen(text));
		else
			json_null(&w->json);
	}
	json_close(&w->json, ']');
}

static void take_row(void *ctx, const struct sql_value *values, size_t count)
{
	enum { ENOUGH = 64 * 1024 };
	struct query_writer *w = ctx;

	if (w->format == QUERY_TEXT)
		add_to_table(w, values, count);
	else if (w->format == QUERY_CSV)
		add_csv(w, values, count);
	else
		add_json(w, values, count);
	if (w->out.len >= ENOUGH)
		write_out(w);
}

struct sql_sink query_writer_sink(struct query_writer *w)
{
	return (struct sql_sink){ .ctx = w, .columns = take_columns, .row = take_row };
}

static void end_table(struct query_writer *w)
{
	const struct screen s = { .out = &w->out, .style = w->style };

	for (size_t i = 0; i < w->table.column_count; i++)
		w->columns[i].look = w->has_text[i] ? COLUMN_LONG : COLUMN_NUMBER;
	if (table_rows(&w->table))
		table_add_terminal(&w->out, &w->table, true, screen_width(&s));
	else
		strbuf_addstr(&w->out, "No rows.\n");
}

void query_writer_end(struct query_writer *w)
{
	if (w->format == QUERY_TEXT) {
		end_table(w);
	} else if (w->format == QUERY_JSON) {
		json_close(&w->json, ']');
		json_close(&w->json, '}');
		strbuf_addch(&w->out, '\n');
	}
	write_out(w);
}
