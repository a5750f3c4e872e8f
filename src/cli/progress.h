/* SPDX-License-Identifier: MIT */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* A bar on standard error for work that takes longer than a second; nothing
 * where standard error is no terminal.
 *
 *	progress_begin -> (done counts up; progress_tick ...) -> progress_end
 */
struct progress {
	atomic_llong done;
	const char *what;
	int64_t total, started_ms;
	bool wanted, shown;
};
void progress_begin(struct progress *p, bool wanted, const char *what, int64_t total_bytes);
void progress_tick(void *progress);
void progress_end(struct progress *p); /* takes the bar away */

#endif
