/* SPDX-License-Identifier: MIT */
#ifndef CLI_WRAP_H
#define CLI_WRAP_H

#include <stddef.h>

#include "base/strbuf.h"

enum { HELP_WIDTH = 80 };

/* Append text, broken between words to lines of at most HELP_WIDTH columns.
 * The first line begins at column `at`, the others are indented by `indent`
 * spaces.  A line break in the text stays one.  Ends with a line break. */
void wrap_add(struct strbuf *out, const char *text, size_t at, size_t indent);
/* A label, then its text in the column `indent`. */
void wrap_add_item(struct strbuf *out, const char *label, const char *text, size_t indent);

#endif
