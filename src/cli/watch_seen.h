/* SPDX-License-Identifier: MIT */
#ifndef CLI_WATCH_SEEN_H
#define CLI_WATCH_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "cli/context.h"

/*
 * What a watcher has seen and nobody has taken yet, and the round that takes it: in a
 * process of its own, so that what it allocates goes with it, and neither a file that
 * cannot be read nor the lack of memory ends the watcher.
 */

/* Paths, each once.  More than there is room for are not remembered one by one. */
enum { WATCH_PATHS = 64 };
struct watch_paths {
	char *items[WATCH_PATHS];
	size_t count;
	bool all;
};
void watch_paths_add(struct watch_paths *paths, const char *path);
void watch_paths_add_all(struct watch_paths *paths);
void watch_paths_merge(struct watch_paths *into, const struct watch_paths *from);
void watch_paths_clear(struct watch_paths *paths);
bool watch_paths_is_empty(const struct watch_paths *paths);

struct watch_seen {
	struct watch_paths transcripts, answers;
	bool client_state, requests, clipboard;
};
bool watch_seen_is_empty(const struct watch_seen *seen);
void watch_seen_clear(struct watch_seen *seen);
/* Put back what could not be taken. */
void watch_seen_merge(struct watch_seen *into, struct watch_seen *from);

/* What a round works on; borrowed. */
struct watch_job {
	const struct context *ctx;
	const struct watch_seen *seen;
	const char *dir;    /* of answers; or NULL */
	const char *cwd;    /* where the watcher was started: of which repository they are */
	uint64_t clipboard; /* hash of what was on it the last time; 0 nothing yet */
	const char *who;    /* in the log */
};

/* What it did.  Answers that could not be read follow it: paths, each ended by a NUL. */
struct watch_outcome {
	enum tt_code code; /* of the round as a whole */
	int64_t responses, transcripts, answers, snapshots, requests, estimates;
	/* Something there could not be taken. */
	bool transcripts_again, client_state_again, requests_again;
	int64_t processor_ms;
	uint64_t clipboard;
	struct tt_error clipboard_problem; /* why it could not be read */
	struct tt_error problem;	   /* the first trouble of any kind */
};
/* For detached_start. */
void watch_round(struct strbuf *answer, void *job);

/* --- watch_client.c -------------------------------------------------------------------- */

/* Keep the client's own figures (.claude.json) when they are not as they were.  A file
 * that cannot be read is TT_EINPUT or TT_EIO; what could be is kept all the same. */
enum tt_code watch_snapshot(bool *taken, struct tt_error *err);
/* Changes when one of the client's files does. */
uint64_t watch_client_stamp(void);

/* --- watch_clipboard.c ------------------------------------------------------------------- */

/*
 * When the clipboard is not as it was (*hash; 0: not known, so what is on it now does not
 * count) and a conversation: leave an estimate of it, marked as one, as a request on the
 * branch of `cwd`.  The same text counts once.  No text is kept.
 */
enum tt_code watch_clipboard(bool *taken, uint64_t *hash, const struct context *ctx,
	const char *cwd, struct tt_error *err);

#endif
