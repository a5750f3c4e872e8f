/* SPDX-License-Identifier: MIT */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "phrases.h"
#include "report/escape.h"

void table_init(struct table *t, const struct column *columns, size_t column_count,
	enum report_glyphs glyphs)
{
	*t = (struct table){ .columns = columns, .column_count = column_count, .glyphs = glyphs };
}

void table_release(struct table *t)
{
	arena_release(&t->arena);
	free(t->cells);
}

size_t table_rows(const struct table *t)
{
	return t->row_count;
}

void table_add(struct table *t, const char *ours, const char *theirs)
{
	if (t->cell_count == t->alloc) {
		t->alloc = t->alloc * 2 + 32;
		t->cells = xreallocarray(t->cells, t->alloc, sizeof *t->cells);
	}
	t->cells[t->cell_count++] = (struct cell){
		.ours = ours ? arena_strdup(&t->arena, ours) : NULL,
		.theirs = theirs ? arena_strdup(&t->arena, theirs) : NULL,
	};
	if (++t->column == t->column_count) {
		t->column = 0;
		t->row_count++;
	}
}

void table_add_text(struct table *t, const char *ours)
{
	table_add(t, ours, NULL);
}

void table_add_name(struct table *t, const char *theirs)
{
	table_add(t, NULL, theirs);
}

void table_add_count(struct table *t, int64_t count)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	text_add_count(&text, count);
	table_add_text(t, text.buf);
}

void table_add_cost(struct table *t, const struct rollup_total *total)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	report_cost(&text, &total->cost, total->tokens, t->glyphs);
	table_add_text(t, text.buf);
}

void table_add_share(struct table *t, int64_t part, int64_t whole)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct pen pen = { .out = &text, .glyphs = t->glyphs };

	pen_share(&pen, part, whole);
	table_add_text(t, text.buf);
}

/* --- Markdown ---------------------------------------------------------------- */

static void add_markdown_cell(struct strbuf *out, const struct cell *cell)
{
	strbuf_addstr(out, "| ");
	if (cell->ours)
		strbuf_addstr(out, cell->ours + strspn(cell->ours, " "));
	if (cell->theirs)
		escape_markdown_cell(out, cell->theirs);
	strbuf_addch(out, ' ');
}

void table_add_markdown(struct strbuf *out, const struct table *t)
{
	for (size_t i = 0; i < t->column_count; i++)
		strbuf_addf(out, "| %s ", t->columns[i].title);
	strbuf_addstr(out, "|\n");
	for (size_t i = 0; i < t->column_count; i++)
		strbuf_addstr(out, t->columns[i].look == COLUMN_NUMBER ? "| ---: " : "| --- ");
	strbuf_addstr(out, "|\n");
	for (size_t row = 0; row < table_rows(t); row++) {
		for (size_t i = 0; i < t->column_count; i++)
			add_markdown_cell(out, &t->cells[row * t->column_count + i]);
		strbuf_addstr(out, "|\n");
	}
}
