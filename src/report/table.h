/* SPDX-License-Identifier: MIT */
#ifndef SRC_REPORT_TABLE_H
#define SRC_REPORT_TABLE_H

#include "base/arena.h"
#include "report/report.h"

/*
 * A table of a report: filled once, cell by cell and row by row, then written
 * as Markdown or for a terminal.
 *
 *	struct table t;
 *
 *	table_init(&t, columns, 3, REPORT_UTF8);
 *	table_add_name(&t, branch);
 *	table_add_count(&t, tokens);
 *	table_add_cost(&t, total);
 *	...
 *	table_release(&t);
 */
enum column_look {
	COLUMN_TEXT,
	COLUMN_NUMBER, /* to the right */
	COLUMN_LONG,   /* gives way when the terminal is narrow */
};

struct column {
	const char *title;
	enum column_look look;
};

struct cell {
	const char *ours;   /* written as it is, before the name; NULL none */
	const char *theirs; /* from outside: escaped; NULL none */
};

struct table {
	struct arena arena;
	const struct column *columns;
	size_t column_count;
	struct cell *cells;
	size_t cell_count, alloc;
	size_t column, row_count; /* of the next cell; of whole rows */
	enum report_glyphs glyphs;
};

void table_init(struct table *t, const struct column *columns, size_t column_count,
	enum report_glyphs glyphs);
void table_release(struct table *t);
size_t table_rows(const struct table *t);

void table_add(struct table *t, const char *ours, const char *theirs);
void table_add_text(struct table *t, const char *ours);
void table_add_name(struct table *t, const char *theirs);
void table_add_count(struct table *t, int64_t count);
void table_add_cost(struct table *t, const struct rollup_total *total);
void table_add_share(struct table *t, int64_t part, int64_t whole);

/* Two lines of heading, then one line a row. */
void table_add_markdown(struct strbuf *out, const struct table *t);
/* Columns that the bytes take on a terminal; what the C library cannot measure
 * counts as one a character. */
int text_columns(const char *text, size_t len);
/* Cut it at so many columns, and say so where that leaves room for a sign. */
void text_cut(struct strbuf *text, int width, enum report_glyphs glyphs);
/* How many columns it takes where nothing gives way. */
int table_columns(const struct table *t, bool heading);
/* Indented, at most `width` columns; heading: with the titles. */
void table_add_terminal(struct strbuf *out, const struct table *t, bool heading, int width);

#endif
