/* SPDX-License-Identifier: MIT */
#ifndef CLI_DETACHED_H
#define CLI_DETACHED_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/strbuf.h"

/*
 * Work that may take as long as it likes, and must not keep anybody waiting: whatever
 * touches a directory of the network, which may hang for minutes.
 *
 *	detached_start -> ...something else... -> detached_finish
 *
 * The work runs in a process of its own, with no terminal and none of the caller's open
 * files.  Who waits no longer leaves it alone; it ends by itself.
 */
struct detached {
	pid_t pid;
	int fd; /* what it answers */
};
#define DETACHED_INIT               \
	{                           \
		.pid = -1, .fd = -1 \
	}

/* work gives its answer in `answer`.  The caller holds no lock that the work may outlive.
 * False where no process can be made. */
bool detached_start(struct detached *d, void (*work)(struct strbuf *answer, void *ctx), void *ctx);
/* The whole answer.  False when it is not there after wait_ms, or was cut off: out is as
 * before. */
bool detached_finish(struct detached *d, struct strbuf *out, int wait_ms);

#endif
