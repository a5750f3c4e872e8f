/* SPDX-License-Identifier: MIT */
#ifndef CLI_SHELL_WORD_H
#define CLI_SHELL_WORD_H

#include "base/strbuf.h"

/* Append text as one word of a POSIX shell: as it is where that is safe, else
 * in single quotes. */
void shell_add_word(struct strbuf *out, const char *text);

/* The word at *at without its quotes, for the caller, and *at behind it; NULL at the
 * end, and where an operator (; & | and the like) ends the command.  Nothing is expanded. */
char *shell_next_word(const char **at);

#endif
