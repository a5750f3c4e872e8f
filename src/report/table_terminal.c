/* SPDX-License-Identifier: MIT */
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "phrases.h"
#include "table.h"

enum { INDENT = 3, GAP = 2, LEAST = 8 };

int text_columns(const char *text, size_t len)
{
	int columns = 0;

	while (len > 0) {
		size_t n = utf8_sequence(text, len);
		int width = n ? wcwidth((wchar_t)utf8_decode(text, n)) : 1;

		columns += width < 0 ? 1 : width;
		text += n ? n : 1;
		len -= n ? n : 1;
	}
	return columns;
}

/* --- which column gets how much ------------------------------------------------ */

static void add_cell_text(struct strbuf *out, const struct table *t, const struct cell *cell)
{
	if (cell->ours)
		strbuf_addstr(out, cell->ours);
	if (cell->theirs)
		report_add_visible(out, cell->theirs, t->glyphs);
}

static int width_of_column(const struct table *t, size_t column)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	int widest = 0;

	for (size_t row = 0; row < t->row_count; row++) {
		int width;

		strbuf_reset(&text);
		add_cell_text(&text, t, &t->cells[row * t->column_count + column]);
		width = text_columns(text.buf, text.len);
		widest = width > widest ? width : widest;
	}
	return widest;
}

static void measure(int *widths, const struct table *t, bool heading)
{
	for (size_t i = 0; i < t->column_count; i++) {
		int title = heading ? (int)strlen(t->columns[i].title) : 0;
		int width = width_of_column(t, i);

		widths[i] = width > title ? width : title;
	}
}

static int sum_of(const int *widths, size_t count)
{
	int sum = (int)(count - 1) * GAP;

	for (size_t i = 0; i < count; i++)
		sum += widths[i];
	return sum;
}

/* Take what is too much from the widest of the long columns, one by one, so
 * that narrow ones stay whole. */
static void shrink(int *widths, const struct table *t, int room)
{
	int excess = sum_of(widths, t->column_count) - room;

	while (excess-- > 0) {
		int *widest = NULL;

		for (size_t i = 0; i < t->column_count; i++)
			if (t->columns[i].look == COLUMN_LONG && widths[i] > LEAST &&
				(!widest || widths[i] > *widest))
				widest = &widths[i];
		if (!widest)
			return;
		(*widest)--;
	}
}

void text_cut(struct strbuf *text, int width, enum report_glyphs glyphs)
{
	const char *mark = glyphs == REPORT_UTF8 ? "\xe2\x80\xa6" : "..";
	int room = width - text_columns(mark, strlen(mark)), used = 0;
	size_t at = 0;

	if (text_columns(text->buf, text->len) <= width)
		return;
	while (at < text->len) {
		size_t n = utf8_sequence(text->buf + at, text->len - at);

		used += text_columns(text->buf + at, n ? n : 1);
		if (used > room)
			break;
		at += n ? n : 1;
	}
	strbuf_setlen(text, at);
	if (room >= 0)
		strbuf_addstr(text, mark);
}

/* --- libsmartcols ---------------------------------------------------------------- */

static void unref_table(struct libscols_table **table)
{
	scols_unref_table(*table);
}

/* libsmartcols reports failure for lack of memory only. */
static void check(int rc)
{
	if (rc != 0)
		mem_exhausted();
}

static void *checked(void *p)
{
	if (!p)
		mem_exhausted();
	return p;
}

static struct libscols_table *new_table(const struct table *t, bool heading)
{
	struct libscols_table *out = checked(scols_new_table());

	check(scols_table_set_column_separator(out, "  "));
	check(scols_table_enable_noheadings(out, !heading));
	/* Cells are visible and fit already; nothing may be escaped twice. */
	check(scols_table_enable_noencoding(out, 1));
	check(scols_table_set_termforce(out, SCOLS_TERMFORCE_NEVER));
	for (size_t i = 0; i < t->column_count; i++)
		checked(scols_table_new_column(out, t->columns[i].title, 0,
			t->columns[i].look == COLUMN_NUMBER ? SCOLS_FL_RIGHT : 0));
	return out;
}

static void fill_row(struct libscols_line *line, const struct table *t, const struct cell *cells,
	const int *widths)
{
	for (size_t i = 0; i < t->column_count; i++) {
		_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

		add_cell_text(&text, t, &cells[i]);
		text_cut(&text, widths[i], t->glyphs);
		check(scols_line_set_data(line, i, text.buf));
	}
}

static void add_indented(struct strbuf *out, char *lines)
{
	char *rest = lines;

	for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
		size_t len = strlen(line);

		while (len > 0 && line[len - 1] == ' ')
			len--;
		if (!rest && !len)
			break;
		strbuf_addf(out, "%*s", INDENT, "");
		strbuf_add(out, line, len);
		strbuf_addch(out, '\n');
	}
}

int table_columns(const struct table *t, bool heading)
{
	_autofree_ int *widths = xcalloc(t->column_count, sizeof *widths);

	measure(widths, t, heading);
	return INDENT + sum_of(widths, t->column_count);
}

void table_add_terminal(struct strbuf *out, const struct table *t, bool heading, int width)
{
	_cleanup_(unref_table) struct libscols_table *table = NULL;
	_cleanup_(freep) char *lines = NULL;
	_autofree_ int *widths = xcalloc(t->column_count, sizeof *widths);

	if (t->row_count == 0)
		return;
	measure(widths, t, heading);
	shrink(widths, t, width - INDENT);
	table = new_table(t, heading);
	for (size_t row = 0; row < t->row_count; row++)
		fill_row(checked(scols_table_new_line(table, NULL)), t,
			&t->cells[row * t->column_count], widths);
	check(scols_print_table_to_string(table, &lines));
	add_indented(out, checked(lines));
}
