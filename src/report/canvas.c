/* SPDX-License-Identifier: MIT */
#include "canvas.h"

#include <string.h>

#include "base/cleanup.h"
#include "phrases.h"
#include "table.h"

enum { DEFAULT_WIDTH = 80 };

void canvas_init(struct canvas *c, struct strbuf *out, const struct report_style *style, int height)
{
	*c = (struct canvas){ .out = out,
		.style = style,
		.width = style->width > 0 ? style->width : DEFAULT_WIDTH,
		.height = height,
		.line = STRBUF_INIT };
}

void canvas_release(struct canvas *c)
{
	strbuf_release(&c->line);
}

int canvas_left(const struct canvas *c)
{
	return c->height - c->used;
}

void canvas_text(struct canvas *c, const char *ours)
{
	strbuf_addstr(&c->line, ours);
}

void canvas_name(struct canvas *c, const char *theirs)
{
	report_add_visible(&c->line, theirs, c->style->glyphs);
}

static void add_spaces(struct canvas *c, int count)
{
	for (int i = 0; i < count; i++)
		strbuf_addch(&c->line, ' ');
}

void canvas_cell(struct canvas *c, const char *text, int width, bool to_the_right)
{
	_cleanup_(strbuf_release) struct strbuf cell = STRBUF_INIT;
	int room;

	report_add_visible(&cell, text, c->style->glyphs);
	text_cut(&cell, width, c->style->glyphs);
	room = width - text_columns(cell.buf, cell.len);
	add_spaces(c, to_the_right ? room : 0);
	strbuf_addstr(&c->line, cell.buf);
	add_spaces(c, to_the_right ? 0 : room);
}

void canvas_column(struct canvas *c, int column)
{
	add_spaces(c, column - text_columns(c->line.buf, c->line.len));
}

void canvas_at_end(struct canvas *c, const char *text)
{
	int from = c->width - text_columns(text, strlen(text));

	if (text_columns(c->line.buf, c->line.len) + 1 > from)
		return;
	canvas_column(c, from);
	canvas_text(c, text);
}

void canvas_mark(struct canvas *c, const char *sequence)
{
	c->mark = sequence;
	c->mark_from = c->mark_to = c->line.len;
}

void canvas_mark_end(struct canvas *c)
{
	c->mark_to = c->line.len;
}

/* Not inside a character: the sign of a cut may have come between. */
static bool is_between(const struct strbuf *line, size_t at)
{
	return ((unsigned char)line->buf[at] & 0xc0) != 0x80;
}

static bool is_marked(const struct canvas *c)
{
	return c->mark && c->style->colour && c->mark_from < c->line.len &&
	       is_between(&c->line, c->mark_from) &&
	       (c->mark_to >= c->line.len || is_between(&c->line, c->mark_to));
}

static void add_marked(struct canvas *c)
{
	size_t from = c->mark_from, to = c->mark_to < c->line.len ? c->mark_to : c->line.len;

	strbuf_add(c->out, c->line.buf, from);
	strbuf_addstr(c->out, c->mark);
	strbuf_add(c->out, c->line.buf + from, to - from);
	strbuf_addstr(c->out, "\x1b[0m");
	strbuf_add(c->out, c->line.buf + to, c->line.len - to);
}

void canvas_end(struct canvas *c)
{
	while (c->line.len > 0 && c->line.buf[c->line.len - 1] == ' ')
		strbuf_setlen(&c->line, c->line.len - 1);
	text_cut(&c->line, c->width, c->style->glyphs);
	if (c->used < c->height) {
		if (c->used++ > 0)
			strbuf_addch(c->out, '\n');
		if (is_marked(c))
			add_marked(c);
		else
			strbuf_addstr(c->out, c->line.buf);
	}
	strbuf_reset(&c->line);
	c->mark = NULL;
}

void canvas_words(struct canvas *c, const char *text)
{
	int column = 0;

	while (*text) {
		size_t len = strcspn(text, " ");
		int width = text_columns(text, len);

		if (column > 0 && column + 1 + width > c->width) {
			canvas_end(c);
			column = 0;
		}
		if (column > 0)
			strbuf_addch(&c->line, ' ');
		column += (column > 0) + width;
		strbuf_add(&c->line, text, len);
		text += len + strspn(text + len, " ");
	}
	canvas_end(c);
}
