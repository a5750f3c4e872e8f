/* SPDX-License-Identifier: MIT */
#ifndef CLI_USER_STATE_H
#define CLI_USER_STATE_H

#include <stdbool.h>

#include "base/error.h"
#include "base/strbuf.h"

/*
 * What is kept for the user, whatever the repository: the usage index, the lock
 * that lets one collector at a time write it, the queue of what a hook could not
 * take because another collector was at work, and the log (user_log.h).
 *
 *	user_state_open -> (user_state_lock or user_state_enqueue ...) -> user_state_close
 *
 * All of it lies in $XDG_STATE_HOME/track-tokens, by default
 * ~/.local/state/track-tokens, which is the user's alone (0700).
 */
struct user_state {
	struct strbuf dir;
	int dirfd, lock;
};
#define USER_STATE_INIT                                     \
	{                                                   \
		.dir = STRBUF_INIT, .dirfd = -1, .lock = -1 \
	}

/* The home directory: $HOME, else what the system knows of the user. */
bool user_home(struct strbuf *out);
/* Make the directory, and those on the way to it; links are the user's own business. */
enum tt_code user_make_dirs(const char *path, struct tt_error *err);
/* The path, whether or not it exists; TT_ENOTFOUND without a home. */
enum tt_code user_state_path(struct strbuf *out, struct tt_error *err);
/* create: make it when it is missing, else TT_ENOTFOUND. */
enum tt_code user_state_open(struct user_state *out, bool create, struct tt_error *err);
void user_state_close(struct user_state *state); /* unlocks */

/* TT_EBUSY when another collector has it for longer than wait_ms. */
enum tt_code user_state_lock(struct user_state *state, int wait_ms, struct tt_error *err);
void user_state_unlock(struct user_state *state);

/* Leave one line of JSON to whoever holds the lock, or takes it next. */
enum tt_code user_state_enqueue(struct user_state *state, const char *line, struct tt_error *err);
/* Move the queue to out, a line each; under the lock.  Until user_state_done
 * the lines are kept, so that a collector that dies loses none. */
enum tt_code user_state_take_queue(
	struct strbuf *out, struct user_state *state, struct tt_error *err);
enum tt_code user_state_done(struct user_state *state, struct tt_error *err);
bool user_state_has_queue(const struct user_state *state);

#endif
