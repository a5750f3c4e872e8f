/* SPDX-License-Identifier: MIT */
#ifndef CLI_TERMINAL_H
#define CLI_TERMINAL_H

#include <stdbool.h>

#include "base/strbuf.h"

/*
 * The whole terminal of standard output, for a view that changes; given back as it was
 * found however the program ends: by itself, by a signal, by a crash, or for a while
 * (SIGTSTP), after which it is taken again.  A signal still ends the program as if it
 * were not caught.  Only SIGKILL leaves it as it is ("reset" helps).
 *
 *	terminal_can_be_taken -> terminal_take -> terminal_draw ... -> terminal_give_back
 */

/* Is it one that can be written anywhere on, and ours at this moment? */
bool terminal_can_be_taken(void);
/* Its other screen, without a cursor, and keys as they are typed. */
bool terminal_take(void);
void terminal_give_back(void);

void terminal_size(int *columns, int *lines);
/* Readable when its size has changed, or all must be drawn anew. */
int terminal_fd(void);
/* Empty terminal_fd, and draw everything the next time. */
void terminal_refresh(void);
/* Lines with line feeds between them, as wide and as many as there is room for.  What
 * stands there already is not written again; in the background nothing is.  False: the terminal is
 * gone. */
bool terminal_draw(const struct strbuf *frame);

#endif
