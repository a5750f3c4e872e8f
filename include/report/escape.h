/* SPDX-License-Identifier: MIT */
#ifndef REPORT_ESCAPE_H
#define REPORT_ESCAPE_H

#include "base/strbuf.h"

/*
 * One escaper per sink.  Everything that comes from a file, a branch name or a
 * note goes through the one of the place where it is written; none of them
 * fails, whatever the bytes.  (For the terminal: text_add_visible.)
 */

/* A cell of a GitHub-flavoured table: a code span that nothing can leave, cut
 * in the middle at 64 characters; "" becomes an empty cell. */
void escape_markdown_cell(struct strbuf *out, const char *text);
/* Inline Markdown text outside a table. */
void escape_markdown_code(struct strbuf *out, const char *text);
/* A CSV field, quoted where needed, formulas disarmed. */
void escape_csv(struct strbuf *out, const char *text);
/* The message, and a property value, of a workflow command (::error ...). */
void escape_workflow_data(struct strbuf *out, const char *text);
void escape_workflow_property(struct strbuf *out, const char *text);
/* "name=value" for $GITHUB_OUTPUT, with a delimiter that `text` cannot hold. */
void escape_github_output(
	struct strbuf *out, const char *name, const char *text, const char random[static 33]);
/* Text and attribute values in double quotes, of HTML and SVG. */
void escape_html(struct strbuf *out, const char *text);
/* Between the double quotes of a label's value, for OpenMetrics and Prometheus. */
void escape_metrics_label(struct strbuf *out, const char *text);

#endif
