/* SPDX-License-Identifier: MIT */
#ifndef MODEL_WATCH_H
#define MODEL_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * When a watcher looks, when it takes what it saw, and when it tries again.  Decisions
 * only: times are milliseconds of a clock that only runs forward.
 */

/* How often to look where nothing tells of changes. */
struct watch_pace {
	int64_t active_ms; /* just after a change */
	int64_t idle_ms;   /* when nothing has changed for long */
};
#define WATCH_PACE_INIT                            \
	{                                          \
		.active_ms = 500, .idle_ms = 10000 \
	}
/* Every active_ms at first; the longer it has been quiet the more slowly, down to
 * idle_ms: whoever comes back after a while is noticed in a twentieth of that while. */
int64_t watch_interval(const struct watch_pace *pace, int64_t quiet_ms);

/* When to take what was first seen at `seen`: a moment later, since changes come in
 * bursts; and not before ten times the processor time of the last round (`took`; it ended
 * at `ended`), so that a large corpus does not keep a processor busy.  Waiting is free. */
int64_t watch_round_due(int64_t seen, int64_t ended, int64_t took);

/* How long to wait after so many failures in a row: a second, doubled up to five
 * minutes.  There is no number of failures after which nothing is tried any more. */
int64_t watch_retry_after(unsigned int failures);

/* Two clocks read at one moment: one that stops while the machine sleeps, and one that
 * does not. */
struct watch_clocks {
	int64_t awake, total;
};
bool watch_has_slept(const struct watch_clocks *before, const struct watch_clocks *now);

/* Does the text look like a conversation with Claude, rather than whatever else people
 * copy?  Two of its marks, or one and program text. */
bool watch_is_conversation(const char *text, size_t len);

#endif
