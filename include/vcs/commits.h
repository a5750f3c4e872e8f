/* SPDX-License-Identifier: MIT */
#ifndef VCS_COMMITS_H
#define VCS_COMMITS_H

#include "vcs/repo.h"

/* A commit on the line of first parents: what a branch itself went through. */
struct vcs_commit {
	const char *id;	     /* hex */
	const char *summary; /* the first line of its message; "" when there is none */
	struct instant authored, committed;
	bool is_end; /* what `base` has already: visited last, and not part of the range */
};
/* Newest first.  *stop = true ends the walk. */
typedef enum tt_code (*vcs_commit_visit)(
	void *ctx, const struct vcs_commit *commit, bool *stop, struct tt_error *err);

/*
 * Walk from `tip` (a revision, as git names them) along first parents; to
 * what is in `base` already (NULL: to the first commit).  TT_ENOTFOUND: there
 * is no such commit, or references cannot be read here.
 */
enum tt_code vcs_first_parents(const struct vcs_repo *repo, const char *tip, const char *base,
	vcs_commit_visit visit, void *ctx, struct tt_error *err);

#endif
