/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "internal.h"
#include "vcs/head_log.h"

void vcs_location_release(struct vcs_location *location)
{
	strbuf_release(&location->git_dir);
	strbuf_release(&location->common_dir);
	strbuf_release(&location->worktree);
}

static bool is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* What git takes for a git directory: HEAD, and objects and refs here or in the
 * common directory. */
static bool is_git_dir(const char *path)
{
	_autofree_ char *head = vcs_path_join(path, "HEAD");
	_autofree_ char *objects = vcs_path_join(path, "objects");
	_autofree_ char *refs = vcs_path_join(path, "refs");
	_autofree_ char *common = vcs_path_join(path, "commondir");
	struct stat st;

	if (lstat(head, &st) != 0)
		return false;
	return (is_directory(objects) && is_directory(refs)) || lstat(common, &st) == 0;
}

/* The directory that a ".git" file names. */
static char *read_git_file(const char *dir)
{
	static const char prefix[] = "gitdir:";
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;
	_autofree_ char *joined = NULL;
	const char *path;

	if (!vcs_first_line(&line, dir, ".git") || !text_starts_with(line.buf, prefix))
		return NULL;
	path = line.buf + strlen(prefix);
	path += strspn(path, " \t");
	joined = vcs_path_join(dir, path);
	return vcs_path_resolve(joined);
}

/* The git directory of a worktree whose top is dir, or dir itself where it is a
 * bare repository; NULL: neither, and *lost where dir was a worktree once. */
static char *git_dir_at(const char *dir, bool *bare, bool *lost)
{
	_autofree_ char *dotgit = vcs_path_join(dir, ".git");
	struct stat st;
	char *found;

	*bare = false;
	if (stat(dotgit, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			return is_git_dir(dotgit) ? vcs_path_resolve(dotgit) : NULL;
		found = read_git_file(dir);
		if (found && is_git_dir(found))
			return found;
		free(found);
		*lost = true;
		return NULL;
	}
	*bare = is_git_dir(dir);
	return *bare ? vcs_path_resolve(dir) : NULL;
}

static void add_common_dir(struct strbuf *out, const char *git_dir)
{
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;
	_autofree_ char *joined = NULL, *common = NULL;

	if (!vcs_first_line(&line, git_dir, "commondir")) {
		strbuf_addstr(out, git_dir);
		return;
	}
	joined = vcs_path_join(git_dir, line.buf);
	common = vcs_path_resolve(joined);
	strbuf_addstr(out, common);
}

static bool describe(struct vcs_location *out, const char *git_dir, const char *top, bool bare)
{
	struct stat st;

	strbuf_addstr(&out->git_dir, git_dir);
	add_common_dir(&out->common_dir, git_dir);
	if (!bare)
		strbuf_addstr(&out->worktree, top);
	if (stat(out->common_dir.buf, &st) != 0) {
		vcs_location_release(out);
		return false;
	}
	out->device = (uint64_t)st.st_dev;
	out->inode = (uint64_t)st.st_ino;
	return true;
}

/* Inside a git directory, say in ".git/hooks": the repository is that one's. */
static bool is_inside_git_dir(const char *path)
{
	const char *name = strrchr(path, '/');

	return name && strcmp(name, "/.git") == 0 && is_git_dir(path);
}

/* Like git, which asks where it is: the directory above is not the one that a link
 * lies in. */
bool vcs_locate(struct vcs_location *out, const char *dir)
{
	_autofree_ char *at = NULL;

	if (dir[0] != '/')
		return false;
	at = vcs_path_resolve(dir);
	out->exact = is_directory(dir);
	for (;;) {
		_autofree_ char *git_dir = NULL;
		bool bare, lost = false;
		char *slash;

		git_dir = is_inside_git_dir(at) ? NULL : git_dir_at(at, &bare, &lost);
		if (git_dir)
			return describe(out, git_dir, at, bare);
		if (lost)
			out->exact = false;
		slash = strrchr(at, '/');
		if (!slash || (slash == at && at[1] == '\0'))
			return false;
		slash[slash == at] = '\0';
	}
}
