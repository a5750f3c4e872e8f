/* SPDX-License-Identifier: MIT */
#ifndef VCS_HEAD_LOG_H
#define VCS_HEAD_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/instant.h"
#include "base/strbuf.h"

/*
 * Which branch a worktree was on at a given time, by the log of its HEAD
 * (<git dir>/logs/HEAD), and which repository a directory belongs to.  Both by
 * reading a few small files: no libgit2, whose start a hook cannot afford.
 *
 *	vcs_locate -> head_log_load -> head_log_branch ... -> head_log_free
 */

/* --- the repository of a directory ------------------------------------------ */

struct vcs_location {
	struct strbuf git_dir;	  /* of this worktree, absolute, links resolved */
	struct strbuf common_dir; /* shared by all worktrees of the repository */
	struct strbuf worktree;	  /* top directory; "" in a bare repository */
	uint64_t device, inode;	  /* of common_dir: the repository, wherever it is moved */
	/* dir itself exists; else an ancestor was asked, as it is where a worktree lost
	 * the repository that its ".git" file names */
	bool exact;
};
#define VCS_LOCATION_INIT                                                                  \
	{                                                                                  \
		.git_dir = STRBUF_INIT, .common_dir = STRBUF_INIT, .worktree = STRBUF_INIT \
	}
void vcs_location_release(struct vcs_location *location);
/* Search upwards from dir (absolute), as git does; the environment (GIT_DIR) is
 * not asked: dir is somebody else's.  A directory that is gone is searched from
 * its nearest ancestor that exists.  False: no repository. */
bool vcs_locate(struct vcs_location *out, const char *dir);

/* The branch of a worktree's HEAD now: also that of an unfinished rebase, or
 * "HEAD@<7 digits>".  False when it cannot be told (a reftable repository). */
bool vcs_location_branch(struct strbuf *out, const struct vcs_location *location);

/* --- the branch at a time ---------------------------------------------------- */

struct head_log;

/* How sure an answer is. */
enum head_answer {
	HEAD_UNKNOWN,	/* the log does not reach back so far, or contradicts itself */
	HEAD_CERTAIN,	/* no switch within the second */
	HEAD_SWITCHING, /* a switch happened within this very second: the log cannot tell
			   before from after; out holds the branch after it */
	HEAD_UNLOGGED,	/* no log at all (unborn branch, logs off): the branch of HEAD now */
};

/*
 * Read the log and HEAD of a worktree's git directory; ours.  An unreadable or
 * absent log gives a log that knows nothing but HEAD; lines that do not parse are
 * passed over.
 */
struct head_log *head_log_load(const char *git_dir);
/* The same from text, for tests and fuzzing: head is the content of HEAD. */
struct head_log *head_log_parse(const char *log, size_t len, const char *head);
void head_log_free(struct head_log *log);
void head_log_freep(struct head_log **log);

/*
 * The branch at t: "feature/x"; "HEAD@<7 digits>" when detached; during a rebase
 * the branch that is being rebased.  A branch renamed later is given by the name
 * that it had.
 */
enum head_answer head_log_branch(struct strbuf *out, const struct head_log *log, struct instant t);

#endif
