/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"
#include "internal.h"

#ifdef __APPLE__
#define st_mtim st_mtimespec
#endif

static void closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

/* The path below the worktree, or NULL when it lies elsewhere; borrowed. */
static const char *below_worktree(const struct vcs_repo *repo, const char *path)
{
	size_t len = repo->worktree ? strlen(repo->worktree) : 0;

	if (!len || *path != '/')
		return len ? path : NULL;
	if (!vcs_path_is_below(path, repo->worktree))
		return NULL;
	return path[len] ? path + len + 1 : path + len;
}

bool vcs_is_ignored(const struct vcs_repo *repo, const char *path)
{
	_cleanup_(strbuf_release) struct strbuf unused = STRBUF_INIT;
	const char *relative = below_worktree(repo, path);
	const char *ask[] = { "check-ignore", "-q", "--", relative, NULL };
	int ignored = 0;

	if (!relative)
		return false;
	if (!repo->git)
		return vcs_run_git(&unused, repo, ask);
	return git_ignore_path_is_ignored(&ignored, repo->git, relative) == 0 && ignored;
}

/* The index of the commit being made, which `commit -a` and `commit <path>`
 * name in GIT_INDEX_FILE, and the repository's own. */
struct indexes {
	git_index *commit, *own; /* commit may be NULL */
};

static void indexes_release(struct indexes *indexes)
{
	git_index_free(indexes->commit);
	git_index_free(indexes->own);
}

static enum tt_code open_indexes(
	struct indexes *out, const struct vcs_repo *repo, struct tt_error *err)
{
	const char *given = getenv("GIT_INDEX_FILE");
	const char *top = repo->worktree ? repo->worktree : repo->git_dir;
	_autofree_ char *named = given && *given ? vcs_path_join(top, given) : NULL;
	_autofree_ char *own = vcs_path_join(repo->git_dir, "index");

	if ((named && git_index_open(&out->commit, named) < 0) ||
		git_index_open(&out->own, own) < 0)
		return vcs_fail_git(err, "cannot read the index");
	return TT_OK;
}

static bool is_in_index(
	git_index *index, const struct vcs_repo *repo, const char *path, const struct stat *st)
{
	const git_index_entry *entry = index ? git_index_get_bypath(index, path, 0) : NULL;
	git_oid oid;

	if (!entry)
		return false;
	if (entry->file_size == (uint32_t)st->st_size &&
		entry->mtime.seconds == (int32_t)st->st_mtime &&
		entry->mtime.nanoseconds == (uint32_t)st->st_mtim.tv_nsec)
		return true;
	return git_repository_hashfile(&oid, repo->git, path, GIT_OBJECT_BLOB, NULL) == 0 &&
	       git_oid_equal(&oid, &entry->id);
}

static bool is_staged(const struct indexes *indexes, const struct vcs_repo *repo, const char *path,
	const struct stat *st)
{
	return is_in_index(indexes->commit, repo, path, st) ||
	       is_in_index(indexes->own, repo, path, st);
}

/* Files whose name begins with a dot are housekeeping, temporaries included. */
static void count_dir(size_t *count, const struct indexes *indexes, const struct vcs_repo *repo,
	const char *relative)
{
	_autofree_ char *path = vcs_path_join(repo->worktree, relative);
	_cleanup_(closedirp) DIR *dir = opendir(path);
	const struct dirent *item;

	while (dir && (item = readdir(dir))) {
		_autofree_ char *name = xasprintf("%s/%s", relative, item->d_name);
		struct stat st;

		if (item->d_name[0] == '.' ||
			fstatat(dirfd(dir), item->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (S_ISDIR(st.st_mode))
			count_dir(count, indexes, repo, name);
		else if (S_ISREG(st.st_mode) && !is_staged(indexes, repo, name, &st) &&
			 !vcs_is_ignored(repo, name))
			++*count;
	}
}

static enum tt_code count_by_command(
	size_t *out, const struct vcs_repo *repo, const char *relative, struct tt_error *err)
{
	const char *ask[] = { "ls-files", "-z", "--others", "--modified", "--exclude-standard",
		"--", relative, NULL };
	_cleanup_(strbuf_release) struct strbuf names = STRBUF_INIT;
	size_t count = 0;

	if (!vcs_run_git(&names, repo, ask))
		return tt_fail(err, TT_ENOTFOUND, "the index cannot be read");
	for (const char *name = names.buf; name < names.buf + names.len; name += strlen(name) + 1) {
		const char *slash = strrchr(name, '/');

		count += (slash ? slash[1] : *name) != '.';
	}
	*out = count;
	return TT_OK;
}

enum tt_code vcs_unstaged_below(
	size_t *out, const struct vcs_repo *repo, const char *relative, struct tt_error *err)
{
	_cleanup_(indexes_release) struct indexes indexes = { NULL, NULL };
	_autofree_ char *dir = vcs_path_copy(relative);
	size_t count = 0;

	if (!repo->worktree)
		return tt_fail(err, TT_ENOTFOUND, "a bare repository has no index");
	if (!repo->git)
		return count_by_command(out, repo, dir, err);
	if (open_indexes(&indexes, repo, err) != TT_OK)
		return err->code;
	count_dir(&count, &indexes, repo, dir);
	*out = count;
	return TT_OK;
}
