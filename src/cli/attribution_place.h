/* SPDX-License-Identifier: MIT */
#ifndef CLI_ATTRIBUTION_PLACE_H
#define CLI_ATTRIBUTION_PLACE_H

#include "index/usage_index.h"

/*
 * The repository of a working directory, looked up once for each: on disk, else
 * in what the index remembers.
 */
struct places;

struct place {
	int64_t repository;	/* 0: none, or not known */
	const char *git_dir;	/* of its worktree, while it is there; or NULL */
	const char *common_dir; /* of the repository; NULL without one */
	const char *branch;	/* for when nothing else tells; or NULL */
	/* The directory is gone and was never seen: git_dir is that of the nearest one
	 * above, which need not have been its own (it may have been a worktree). */
	bool is_guess;
};

struct places *places_new(struct usage_index *index);
void places_free(struct places *p); /* NULL is fine */
/* The place lives as long as p. */
enum tt_code places_find(
	struct places *p, const char *cwd, const struct place **out, struct tt_error *err);
/* Directories below w->path belong where w->original_cwd does. */
enum tt_code places_add_worktree(
	struct places *p, const struct worktree_record *w, struct tt_error *err);

#endif
