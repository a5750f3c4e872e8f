/* SPDX-License-Identifier: MIT */
#ifndef VCS_REPO_H
#define VCS_REPO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/instant.h"
#include "base/strbuf.h"

/*
 * What git knows: the repository, its branch, its configuration.  The only
 * layer that includes <git2.h>.  Nothing here changes a repository, but for
 * vcs_stage (vcs_add_trailers changes a file of its caller).
 *
 *	vcs_open -> ask -> vcs_close
 *
 * Repositories that this libgit2 refuses (extensions it does not know, another
 * owner, sha256, reftable) are still opened, by reading the few files that
 * matter and asking the git command; what then cannot be known is reported as
 * not found.
 */
struct vcs_repo;

/* Look from `start` upwards (GIT_DIR and friends are honoured, as hooks set
 * them).  TT_ENOTFOUND: not inside a repository. */
enum tt_code vcs_open(struct vcs_repo **out, const char *start, struct tt_error *err);
void vcs_close(struct vcs_repo *repo); /* NULL is fine */
void vcs_closep(struct vcs_repo **repo);

/* Absolute paths without a trailing slash; borrowed.  NULL where there is none. */
const char *vcs_worktree(const struct vcs_repo *repo);	    /* this one; NULL in a bare one */
const char *vcs_main_worktree(const struct vcs_repo *repo); /* NULL when the repository is bare */
const char *vcs_git_dir(const struct vcs_repo *repo);	    /* of this worktree */
const char *vcs_common_dir(const struct vcs_repo *repo);    /* shared by all worktrees */
bool vcs_is_linked_worktree(const struct vcs_repo *repo);
/* libgit2 cannot read this repository: files and the git command are asked. */
bool vcs_is_limited(const struct vcs_repo *repo);
/* core.sharedRepository says that others write here too. */
bool vcs_is_shared(const struct vcs_repo *repo);

/* Where the branch name came from. */
enum vcs_branch_source {
	VCS_BRANCH_HEAD,     /* HEAD names it (it may be unborn) */
	VCS_BRANCH_REBASE,   /* detached, from an unfinished rebase */
	VCS_BRANCH_CI,	     /* detached, from the CI system's variables */
	VCS_BRANCH_DETACHED, /* nothing names it: "HEAD@<short id>" */
};
/* getenv_fn looks up CI variables (the environment is cli's to know); NULL:
 * none.  The name is the full one, raw bytes ("feature/x"). */
enum tt_code vcs_branch(struct strbuf *out, enum vcs_branch_source *source,
	const struct vcs_repo *repo, const char *(*getenv_fn)(const char *name),
	struct tt_error *err);

/* Hex id of HEAD's commit, and when it was committed (time may be NULL);
 * TT_ENOTFOUND before the first commit. */
enum tt_code vcs_head_commit(
	struct strbuf *id, struct instant *time, const struct vcs_repo *repo, struct tt_error *err);
/*
 * The commits that the branch has pointed to since the last one that was made
 * here, that one included, one hex id a line: after a pull or a reset there are
 * several.  False before the first commit.
 */
bool vcs_recent_heads(struct strbuf *out, const struct vcs_repo *repo);
/* Are earlier commits being made again (rebase, cherry-pick, revert)? */
bool vcs_is_replaying(const struct vcs_repo *repo);
/* "github.com/acme/app" from the remote "origin" (or the only remote). */
bool vcs_remote_name(struct strbuf *out, const struct vcs_repo *repo);
/* The same, else (which walks the whole history) "root:<id of the first root
 * commit>"; TT_ENOTFOUND when there is neither. */
enum tt_code vcs_repository_name(
	struct strbuf *out, const struct vcs_repo *repo, struct tt_error *err);
/* Canonical form of a remote's URL: host and path, no scheme, user, port or
 * ".git"; lower case where the host ignores case.  False for local paths. */
bool vcs_canonical_url(struct strbuf *out, const char *url);

/* Would git ignore this path (absolute, or relative to the worktree)? */
bool vcs_is_ignored(const struct vcs_repo *repo, const char *path);
/* Files below the directory `relative` whose content is not in the index as it
 * is on disk (new or changed), neither in that of the commit being made
 * (GIT_INDEX_FILE) nor in the repository's own: how many.  Ignored files and
 * those whose name begins with a dot do not count.  For the reminder. */
enum tt_code vcs_unstaged_below(
	size_t *out, const struct vcs_repo *repo, const char *relative, struct tt_error *err);

/* `git add` this file (absolute, or relative to the worktree) to the index in use,
 * by the git command; false when that fails. */
bool vcs_stage(const struct vcs_repo *repo, const char *path);

/* `git interpret-trailers` on the file of a commit message: each trailer replaces one
 * of its name.  NULL-terminated; false when that fails. */
bool vcs_add_trailers(const struct vcs_repo *repo, const char *file, const char *const *trailers);

/* The hooks directory that git will use, absolute; *inside says whether it
 * lies in this repository (its git directory or worktree). */
enum tt_code vcs_hooks_dir(
	struct strbuf *out, bool *inside, const struct vcs_repo *repo, struct tt_error *err);

/* git configuration: all levels, and what git hands to its hooks in the
 * environment (`git -c`, GIT_CONFIG_COUNT).  Key as in "track-tokens.exportDir".
 * repo NULL: what holds outside of every repository. */
bool vcs_config_get(struct strbuf *out, const struct vcs_repo *repo, const char *key);
/* Change the user's own file, the one that `git config --global` writes: all of it or,
 * when that fails, nothing.  value NULL takes a key away. */
struct vcs_setting {
	const char *key, *value;
};
enum tt_code vcs_user_config_set(
	const struct vcs_setting *settings, size_t count, struct tt_error *err);
bool vcs_config_bool(const struct vcs_repo *repo, const char *key, bool otherwise);
/* user.email, honouring GIT_AUTHOR_EMAIL through getenv_fn; false when unset. */
bool vcs_author_email(struct strbuf *out, const struct vcs_repo *repo,
	const char *(*getenv_fn)(const char *name));

/* "1.5.1": the libgit2 in use. */
void vcs_library_version(struct strbuf *out);

#endif
