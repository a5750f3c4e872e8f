/* SPDX-License-Identifier: MIT */
#ifndef CLI_SHELL_WORD_H
#define CLI_SHELL_WORD_H

#include "base/strbuf.h"

/* Append text as one word of a POSIX shell: as it is where that is safe, else
 * in single quotes. */
void shell_add_word(struct strbuf *out, const char *text);

#endif
