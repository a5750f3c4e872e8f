/* SPDX-License-Identifier: MIT */
#ifndef CLI_WATCHER_H
#define CLI_WATCHER_H

#include "cli/context.h"
#include "detached.h"
#include "model/watch.h"
#include "watch_seen.h"
#include "watch_status.h"
#include "watch_tree.h"

/*
 * The watcher: it waits until one of its sources has something, gathers what comes within
 * a moment, and lets a round take it.  It holds no lock but its own, has no file of the
 * usage index open, and ends only when it is told to.
 */
struct watch_settings {
	struct watch_pace pace;
	const char *dir; /* of answers, absolute; or NULL */
	const char *cwd; /* absolute: which repository answers are of */
	bool by_polling, clipboard, processes;
	bool tells; /* each round, on standard error */
};

struct watcher;

/* Where something may come from.  One with `open` has directories, and the tree tells;
 * the others are asked now and then. */
struct watch_source {
	const char *name;
	bool (*is_wanted)(const struct watch_settings *settings);
	struct watch_tree *(*open)(const struct watch_settings *settings);
	void (*file)(struct watch_seen *seen, const char *path); /* this one is new, or grew */
	void (*lost)(struct watch_seen *seen);			 /* any of them may have */
	void (*poll)(struct watcher *w, int64_t now);
	void (*describe)(struct watch_source_status *out, const struct watcher *w);
};
/* Ended by one without a name. */
extern const struct watch_source watch_sources[];

struct watcher {
	const struct context *ctx;
	const struct watch_settings *settings;
	int lock;
	struct watch_tree *trees[WATCH_SOURCES_MAX]; /* beside watch_sources */
	const struct watch_source *looking_at;
	struct watch_seen seen;	 /* to be taken */
	struct watch_seen taken; /* by the round that is at work */
	struct watch_seen again; /* could not be read: to be tried again */
	struct detached round;
	bool at_work;
	bool is_told;	/* the status file says what is so */
	bool is_called; /* inotify has something to tell */
	/* Times of the clock that only runs forward. */
	int64_t seen_at, changed_at, looked_at, began_at, ended_at, took, retry_at, again_at,
		rescan_at;
	unsigned int round_failures, again_failures; /* in a row */
	struct watch_clocks clocks;
	struct watch_status status;
	struct tt_error trouble, clipboard_problem;
	/* What the sources remember. */
	uint64_t client_stamp, clipboard;
	int64_t clipboard_at, processes_at;
};

/* Something is to be taken.  is_change: so that one looks more often now. */
void watcher_note(struct watcher *w, bool is_change);

/* Look at every source now. */
void watcher_look(struct watcher *w, int64_t now);

/* --- watcher_rounds.c ---------------------------------------------------------------------- */

void watcher_note_trouble(struct watcher *w, const struct tt_error *problem);
/* When the next round may begin; INT64_MAX: nothing is to be taken. */
int64_t watcher_round_due(const struct watcher *w);
void watcher_start_round_when_due(struct watcher *w, int64_t now);
/* It has answered: add up what it did, or see to it that it is tried again. */
void watcher_finish_round(struct watcher *w);

/* --- watcher.c ------------------------------------------------------------------------------- */

/* Run until a signal says so (SIGTERM, SIGINT); SIGHUP: begin anew.  `lock` is that of the
 * instance; ready (may be NULL) is called once everything is watched. */
enum tt_code watcher_run(const struct context *ctx, const struct watch_settings *settings,
	int *lock, void (*ready)(void *arg), void *arg, struct tt_error *err);

#endif
