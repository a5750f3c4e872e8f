/* SPDX-License-Identifier: MIT */
#ifndef CLI_SHARING_H
#define CLI_SHARING_H

#include <stdbool.h>

#include "cli/context.h"
#include "detached.h"
#include "share/share.h"
#include "user_state.h"

/*
 * The user's other servers: track-tokens.sharedDir of the user's git configuration names
 * the directory that all of them see.  Nothing here waits long for it: it may be on a
 * network that hangs, so a process of its own touches it (detached.h).
 */

#define SHARING_DIR_KEY "track-tokens.sharedDir"
/* False: there are no others. */
bool sharing_dir(struct strbuf *out);

/* --- publishing -------------------------------------------------------------------- */

/* There will be something to tell: before it is committed, so that whatever happens
 * then, the next who publishes knows.  Nothing where nothing was ever published. */
void sharing_mark(const struct user_state *state);

enum sharing_outcome {
	SHARING_OFF,
	SHARING_DONE,
	SHARING_PENDING, /* it did not work now: the next command tries again */
	SHARING_SLOW,	 /* it is still being done */
};
/*
 * Tell the other servers what is new.  A hook waits half a second for it, a command for
 * one; what could not be published then is still due.  Call it with no lock held.
 * `reason` (may be NULL) gets why it is pending.
 */
enum sharing_outcome sharing_publish(bool in_hook, struct strbuf *reason);

/* For init: what is to be done so that this server shares by way of `wanted`.  dir gets its
 * absolute path. */
struct sharing_setup {
	bool make_dir, set_config;
};
enum tt_code sharing_plan(
	struct sharing_setup *out, struct strbuf *dir, const char *wanted, struct tt_error *err);
/* Do it.  A directory that is made is as open as the one it is in. */
enum tt_code sharing_set_up(
	const struct sharing_setup *todo, const char *dir, struct tt_error *err);

/* The installation of this user on this machine, known since it first published: out is
 * left alone when it never did. */
bool sharing_installation(struct strbuf *out);
/* Whether what was recorded here is yet to be published, and why it was not. */
bool sharing_is_pending(struct strbuf *reason);

/* --- reading ------------------------------------------------------------------------ */

/* In the background, from start to finish. */
struct sharing_reading {
	struct strbuf dir;
	struct detached work;
	struct instant since; /* the rows that are read */
};
#define SHARING_READING_INIT                              \
	{                                                 \
		.dir = STRBUF_INIT, .work = DETACHED_INIT \
	}
/* Begin to read what the servers published; false: there are no others. */
bool sharing_start(struct sharing_reading *r);
/* Nobody wants to know any more. */
void sharing_abandon(struct sharing_reading *r);
/* What was read, this installation's own file included.  The error says why nothing can
 * be known of the others now. */
enum tt_code sharing_finish(
	struct share_list *out, struct sharing_reading *r, struct tt_error *err);

/* --- sharing_snapshot.c ---------------------------------------------------------------- */

/* What this machine has to tell, in rows that the beginnings and ends of windows divide:
 * its own, and those that the others (may be NULL) tell of.  Rows lie in the arena; name
 * and installation are the caller's. */
enum tt_code sharing_snapshot(struct share_server *out, struct arena *arena,
	const struct share_list *others, struct tt_error *err);

#endif
