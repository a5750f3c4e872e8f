/* SPDX-License-Identifier: MIT */
#ifndef VCS_INTERNAL_H
#define VCS_INTERNAL_H

#include <git2.h>
#include <git2/sys/repository.h>

#include "vcs/repo.h"

/*
 * What the modules of this layer share.
 *
 * `git` is NULL when this libgit2 cannot read the repository's references: the
 * paths and the configuration are known all the same, HEAD is read as a file,
 * and the rest is asked of the git command, when there is one.
 */
struct vcs_repo {
	git_repository *git;
	git_config *config;
	char *worktree, *main_worktree, *git_dir, *common_dir;
	bool linked;
};

/* For _cleanup_: commit_freep(git_commit **) and the like. */
#define VCS_FREEP(name)                                      \
	static inline void name##_freep(git_##name **object) \
	{                                                    \
		git_##name##_free(*object);                  \
	}
VCS_FREEP(commit)
VCS_FREEP(revwalk)
VCS_FREEP(tree)
VCS_FREEP(diff)
VCS_FREEP(blob)
#undef VCS_FREEP

/* repo.c: at most this much is read of the small files in a git directory. */
enum { VCS_SMALL_FILE = 64 * 1024 };
/* Append the first line of <dir>/<name>; false when it cannot be read. */
bool vcs_first_line(struct strbuf *out, const char *dir, const char *name);
/* The last error of libgit2 as ours, with `fmt` before it. */
__attribute__((format(printf, 2, 3))) enum tt_code vcs_fail_git(
	struct tt_error *err, const char *fmt, ...);
void vcs_buf_release(git_buf *buf);

/* repo.c: before anything else of libgit2; once. */
enum tt_code vcs_start_library(struct tt_error *err);
/* memory.c: before anything else of libgit2. */
void vcs_use_own_memory(void);

/* config.c: every level that git would read; repo->git, when there is one, is
 * asked by conditional includes and must live as long. */
enum tt_code vcs_config_open(git_config **out, const struct vcs_repo *repo, struct tt_error *err);
/* environment.c: a value given by `git -c` or GIT_CONFIG_COUNT; NULL: none.
 * The caller frees it. */
char *vcs_environment_value(const char *key);

/* path.c */
/* Without its trailing slashes, ours. */
char *vcs_path_copy(const char *path);
/* `path` itself when it is absolute, else below `base`; ours. */
char *vcs_path_join(const char *base, const char *path);
/* Free of links as far as it exists; ours. */
char *vcs_path_resolve(const char *path);
bool vcs_path_is_below(const char *path, const char *dir);

/* commit.c: hex id of the first commit; false when that is not known. */
bool vcs_root_commit(struct strbuf *out, const struct vcs_repo *repo);

/* command.c: run git on this repository, no shell, nothing on its standard
 * input or error; append its output.  False when it fails or is not there. */
bool vcs_run_git(struct strbuf *out, const struct vcs_repo *repo, const char *const *args);

#endif
