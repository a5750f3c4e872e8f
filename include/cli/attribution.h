/* SPDX-License-Identifier: MIT */
#ifndef CLI_ATTRIBUTION_H
#define CLI_ATTRIBUTION_H

#include "base/error.h"
#include "index/usage_index.h"
#include "model/prices.h"
#include "model/response.h"
#include "model/transcript.h"

/*
 * Where a response belongs: repository, branch, day, price class.
 *
 * Repository: the one that holds `cwd`; all worktrees are one.  A directory that
 * is gone is remembered from when it was there (places), else known from the
 * client's worktree-state records, else sought from its nearest ancestor.  A
 * repository that was moved is the one with the same device and inode, else the
 * same remote name, when its old path is gone.
 *
 * Branch at the response's time: HEAD's reflog of the worktree that holds cwd;
 * within the second of a switch, or where the log does not reach, the line's
 * gitBranch; then what the hook saw; then, where nothing was ever logged, HEAD
 * now; else unknown.
 *
 * Everything looked up is kept for the life of the object: one for each run.
 */
struct attribution;

/* index and prices are borrowed.  index is open for writing, in a transaction. */
struct attribution *attribution_new(struct usage_index *index, const struct prices *prices);
void attribution_free(struct attribution *a);
void attribution_freep(struct attribution **a);

/* Before the responses that depend on it. */
enum tt_code attribution_add_worktree(
	struct attribution *a, const struct worktree_record *w, struct tt_error *err);
/* Strings of *out live until the next call. */
enum tt_code attribution_decide(struct attribution *a, const struct response *r,
	struct placement *out, struct tt_error *err);
/* The repository of a directory, registered in the index when it is new; 0: none.
 * *git_dir (may be NULL) is the worktree's, or NULL. */
enum tt_code attribution_repository(struct attribution *a, const char *cwd, int64_t *repository,
	const char **git_dir, struct tt_error *err);

#endif
