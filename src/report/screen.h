/* SPDX-License-Identifier: MIT */
#ifndef SRC_REPORT_SCREEN_H
#define SRC_REPORT_SCREEN_H

#include "phrases.h"
#include "table.h"

/* Writing for a terminal: titles, lines of "Label:  value", wrapped text.
 * Everything fits style->width columns, names that have no space excepted. */
struct screen {
	struct strbuf *out;
	const struct report_style *style;
};

int screen_width(const struct screen *s); /* style->width, or 80 */
struct pen screen_pen(const struct screen *s, struct strbuf *out);

void screen_rule(const struct screen *s, char c, int width);
/* The glyph when the terminal can show it, and a space. */
void screen_glyph(const struct screen *s, const char *glyph);
/* Emphasised where colour is wanted. */
void screen_bold(const struct screen *s, const char *title);
/* A heading with its rule: "🌳 CURRENT BRANCH: name". */
void screen_heading(const struct screen *s, const char *glyph, const char *title, const char *name);
/* "   Label:              value"; theirs is from outside. */
void screen_field(const struct screen *s, const char *label, const char *value);
void screen_count(const struct screen *s, const char *label, int64_t count);
void screen_cost(const struct screen *s, const char *label, const struct rollup_total *total);
/* A sentence, wrapped, each line indented. */
void screen_wrap(const struct screen *s, const char *text, int indent);
/* The table, or nothing; released either way. */
void screen_table(const struct screen *s, struct table *t, bool heading);

#endif
