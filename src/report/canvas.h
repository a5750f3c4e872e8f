/* SPDX-License-Identifier: MIT */
#ifndef SRC_REPORT_CANVAS_H
#define SRC_REPORT_CANVAS_H

#include "report/report.h"

/*
 * A screen of fixed size, filled line by line:
 *
 *	canvas_text, canvas_name, canvas_cell ... -> canvas_end -> ... -> canvas_release
 *
 * A line that is too long is cut, lines that are too many are left out, and text from
 * outside is made visible.
 */
struct canvas {
	struct strbuf *out;
	const struct report_style *style;
	int width, height, used; /* lines */
	struct strbuf line;
	/* One part of the line that is emphasised; mark NULL: none. */
	const char *mark;
	size_t mark_from, mark_to;
};

void canvas_init(
	struct canvas *c, struct strbuf *out, const struct report_style *style, int height);
void canvas_release(struct canvas *c);
int canvas_left(const struct canvas *c); /* lines */

void canvas_text(struct canvas *c, const char *ours);
void canvas_name(struct canvas *c, const char *theirs);
/* Exactly so many columns. */
void canvas_cell(struct canvas *c, const char *text, int width, bool to_the_right);
/* So that it ends with the line, where there is room for it. */
void canvas_at_end(struct canvas *c, const char *text);
/* Up to this column. */
void canvas_column(struct canvas *c, int column);
/* "\x1b[1m": what is added between the two calls is shown so, where colours are. */
void canvas_mark(struct canvas *c, const char *sequence);
void canvas_mark_end(struct canvas *c);
/* The line is complete. */
void canvas_end(struct canvas *c);
/* As many lines as the words need. */
void canvas_words(struct canvas *c, const char *text);

#endif
