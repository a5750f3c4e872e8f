/* SPDX-License-Identifier: MIT */
#include "screen.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

enum { DEFAULT_WIDTH = 80, MIN_WIDTH = 40, INDENT = 3, LABEL_WIDTH = 18 };

int screen_width(const struct screen *s)
{
	int width = s->style->width ? s->style->width : DEFAULT_WIDTH;

	return width < MIN_WIDTH ? MIN_WIDTH : width;
}

struct pen screen_pen(const struct screen *s, struct strbuf *out)
{
	return (struct pen){ .out = out, .glyphs = s->style->glyphs };
}

void screen_rule(const struct screen *s, char c, int width)
{
	for (int i = 0; i < width; i++)
		strbuf_addch(s->out, c);
	strbuf_addch(s->out, '\n');
}

void screen_glyph(const struct screen *s, const char *glyph)
{
	if (s->style->glyphs == REPORT_UTF8)
		strbuf_addf(s->out, "%s ", glyph);
}

void screen_bold(const struct screen *s, const char *title)
{
	const char *begin = s->style->colour ? "\x1b[1m" : "";

	strbuf_addf(s->out, "%s%s%s", begin, title, *begin ? "\x1b[0m" : "");
}

void screen_heading(const struct screen *s, const char *glyph, const char *title, const char *name)
{
	strbuf_addch(s->out, '\n');
	screen_glyph(s, glyph);
	strbuf_addstr(s->out, s->style->colour ? "\x1b[1m" : "");
	strbuf_addstr(s->out, title);
	if (name) {
		strbuf_addstr(s->out, ": ");
		report_add_visible(s->out, name, s->style->glyphs);
	}
	strbuf_addstr(s->out, s->style->colour ? "\x1b[0m\n" : "\n");
	screen_rule(s, '-', screen_width(s));
}

void screen_field(const struct screen *s, const char *label, const char *value)
{
	_cleanup_(strbuf_release) struct strbuf title = STRBUF_INIT;

	strbuf_addf(&title, "%s:", label);
	strbuf_addf(s->out, "%*s%-*s%s\n", INDENT, "", LABEL_WIDTH, title.buf, value);
}

void screen_count(const struct screen *s, const char *label, int64_t count)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	text_add_count(&text, count);
	screen_field(s, label, text.buf);
}

void screen_cost(const struct screen *s, const char *label, const struct rollup_total *total)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	report_cost(&text, &total->cost, total->tokens, s->style->glyphs);
	screen_field(s, label, text.buf);
}

void screen_wrap(const struct screen *s, const char *text, int indent)
{
	int column = 0;

	while (*text) {
		size_t len = strcspn(text, " ");
		int width = text_columns(text, len);

		if (column > 0 && column + 1 + width > screen_width(s)) {
			strbuf_addch(s->out, '\n');
			column = 0;
		}
		if (column == 0)
			strbuf_addf(s->out, "%*s", indent, "");
		else
			strbuf_addch(s->out, ' ');
		column += (column == 0 ? indent : 1) + width;
		strbuf_add(s->out, text, len);
		text += len + strspn(text + len, " ");
	}
	strbuf_addch(s->out, '\n');
}

void screen_table(const struct screen *s, struct table *t, bool heading)
{
	table_add_terminal(s->out, t, heading, screen_width(s));
	table_release(t);
}
