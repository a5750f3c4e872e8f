/* SPDX-License-Identifier: MIT */
#ifndef CLI_MONITOR_DELTAS_H
#define CLI_MONITOR_DELTAS_H

#include <stdbool.h>

#include "base/arena.h"
#include "report/monitor.h"

/*
 * What came between two looks at the recent answers: new ones whole, of those that have
 * grown the difference, added up for each session.
 *
 *	monitor_deltas_begin -> monitor_deltas_take, each answer -> monitor_deltas_end
 *	-> deltas.items
 *
 * Answers older than what a look covers are forgotten with it.
 */
struct monitor_answer; /* what was seen of one */

struct monitor_deltas {
	struct monitor_answer *before, *now; /* by key */
	bool any_before;
	struct monitor_change *items;
	size_t count, alloc;
	struct arena arena; /* of the items' texts */
};

void monitor_deltas_begin(struct monitor_deltas *d);
void monitor_deltas_take(
	struct monitor_deltas *d, const char *key, const struct monitor_change *answer);
void monitor_deltas_end(struct monitor_deltas *d);
/* The look failed: as if it had not been. */
void monitor_deltas_undo(struct monitor_deltas *d);
void monitor_deltas_release(struct monitor_deltas *d);

#endif
