/* SPDX-License-Identifier: MIT */
#ifndef CLI_MONITOR_FEED_H
#define CLI_MONITOR_FEED_H

#include <poll.h>

#include "watcher.h"

/*
 * Brings what is new in the transcripts into the usage index while somebody looks on: by
 * the rounds of the watcher, each in a process of its own.  Where a watcher is at work, it
 * is left to that.
 *
 *	monitor_feed_open -> monitor_feed_step, now and then -> monitor_feed_close
 *
 * Times are of hook_clock_ms().
 */
struct monitor_feed {
	const struct context *ctx;
	/* Called before each round: nothing of SQLite may be open in a process that is
	 * copied, since the copy would take its own files for those. */
	void (*before_round)(void *arg);
	void *arg;
	struct watch_settings settings;
	struct watch_tree *trees[WATCH_SOURCES_MAX]; /* beside watch_sources */
	const struct watch_source *looking_at;
	struct watch_seen seen, taken;
	struct detached round;
	bool at_work, is_left_to_watcher;
	int64_t seen_at, began_at, ended_at, took, retry_at;
	unsigned int failures;
	struct tt_error trouble; /* code TT_OK: none */
};
enum { MONITOR_FEED_FDS = WATCH_SOURCES_MAX };

void monitor_feed_open(struct monitor_feed *f, const struct context *ctx,
	void (*before_round)(void *arg), void *arg);
/* A round that is at work is left to end by itself. */
void monitor_feed_close(struct monitor_feed *f);

/* Look, begin a round when one is due, and end one that is done.  True: it took
 * something. */
bool monitor_feed_step(struct monitor_feed *f, int64_t now);
/* Everything that was there is in the index, or cannot be brought there now. */
bool monitor_feed_is_idle(const struct monitor_feed *f);
/* When to come again at the latest. */
int64_t monitor_feed_due(const struct monitor_feed *f);
/* What to wait for beside that; how many. */
nfds_t monitor_feed_fds(const struct monitor_feed *f, struct pollfd fds[static MONITOR_FEED_FDS]);

#endif
