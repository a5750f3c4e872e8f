/* SPDX-License-Identifier: MIT */
#ifndef CLI_PAGER_H
#define CLI_PAGER_H

#include "cli/context.h"

/*
 * A long answer on a terminal, a page at a time, by the pager that git would take:
 * $GIT_PAGER, core.pager, $PAGER, else less, which is told LESS=FRX unless LESS is set.
 * "" and "cat" stand for none.
 *
 *	pager_open -> the command writes to ctx->out -> pager_close
 *
 * What is written is kept until the end, so that a pager never runs while a command works,
 * and what fits on the screen needs none.
 */
struct pager {
	FILE *kept; /* NULL: there is no terminal, or none is wanted */
	char *text;
	size_t len;
};
#define PAGER_INIT \
	{          \
		0  \
	}

void pager_open(struct pager *p, struct context *ctx);
void pager_close(struct pager *p, struct context *ctx);

#endif
