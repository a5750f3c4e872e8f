/* SPDX-License-Identifier: MIT */
#include "vcs/repo.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/trace.h"
#include "internal.h"

/* Extensions that do not change what we read, and two that do: the latter are
 * opened for the sake of their paths. */
static const char *const extensions[] = { "worktreeconfig", "partialclone", "relativeworktrees",
	"preciousobjects", "objectformat", "refstorage" };

enum tt_code vcs_fail_git(struct tt_error *err, const char *fmt, ...)
{
	const git_error *last = git_error_last();
	_autofree_ char *reason = xstrdup(last && last->message ? last->message : "unknown error");
	_autofree_ char *shown = text_visible(reason);
	char what[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	return tt_fail(err, TT_EIO, "%s: %s", what, shown);
}

void vcs_buf_release(git_buf *buf)
{
	git_buf_dispose(buf);
}

bool vcs_first_line(struct strbuf *out, const char *dir, const char *name)
{
	_autofree_ char *path = vcs_path_join(dir, name);
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct tt_error ignored = TT_ERROR_INIT;

	if (fs_read(&text, AT_FDCWD, path, VCS_SMALL_FILE, path, &ignored) != TT_OK)
		return false;
	strbuf_add(out, text.buf, strcspn(text.buf, "\r\n"));
	return true;
}

/* The library is never shut down: the programs are short, and its own
 * finish would cost more than it gives back.
 *
 * Owner validation protects those who run what a repository configures.  We
 * only read, and in containers the owner is regularly somebody else. */
enum tt_code vcs_start_library(struct tt_error *err)
{
	static bool started;

	if (started)
		return TT_OK;
	vcs_use_own_memory();
	if (git_libgit2_init() < 0 ||
		git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions,
			sizeof extensions / sizeof *extensions) < 0 ||
		git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0) < 0)
		return vcs_fail_git(err, "cannot start libgit2");
	started = true;
	return TT_OK;
}

static const char *environment(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* libgit2 would search upwards from a GIT_DIR that is none. */
static bool is_git_dir(const char *path)
{
	_autofree_ char *head = vcs_path_join(path, "HEAD");
	struct stat st;

	if (stat(path, &st) != 0)
		return false;
	return S_ISREG(st.st_mode) || lstat(head, &st) == 0;
}

/* Where the git directory is: GIT_DIR, else what a search upwards finds. */
static enum tt_code find_git_dir(char **out, const char *start, struct tt_error *err)
{
	_cleanup_(vcs_buf_release) git_buf found = GIT_BUF_INIT;
	const char *given = environment("GIT_DIR");
	_autofree_ char *path = vcs_path_join(start, given ? given : "");
	_autofree_ char *shown = text_visible(given ? given : start);
	int rc = GIT_ENOTFOUND;

	if (!given)
		rc = git_repository_discover(&found, start,
			environment("GIT_DISCOVERY_ACROSS_FILESYSTEM") != NULL,
			environment("GIT_CEILING_DIRECTORIES"));
	else if (is_git_dir(path))
		rc = git_repository_discover(&found, path, 1, NULL);
	if (rc == GIT_ENOTFOUND && given)
		return tt_fail(err, TT_ENOTFOUND, "GIT_DIR '%s' is not a git repository", shown);
	if (rc == GIT_ENOTFOUND)
		return tt_fail(err, TT_ENOTFOUND, "'%s' is not inside a git repository", shown);
	if (rc < 0)
		return vcs_fail_git(err, "cannot find the git repository of '%s'", shown);
	*out = vcs_path_copy(found.ptr);
	return TT_OK;
}

static char *find_common_dir(const char *git_dir)
{
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;
	_autofree_ char *joined = NULL;

	if (!vcs_first_line(&line, git_dir, "commondir"))
		return xstrdup(git_dir);
	joined = vcs_path_join(git_dir, line.buf);
	return vcs_path_resolve(joined);
}

/* The worktree of a common directory, by the rule that every worktree of the
 * repository sees alike: core.worktree, else the directory around ".git". */
static char *find_main_worktree(const struct vcs_repo *repo)
{
	_cleanup_(strbuf_release) struct strbuf set = STRBUF_INIT;
	_autofree_ char *joined = NULL;
	const char *base = strrchr(repo->common_dir, '/');

	if (vcs_config_bool(repo, "core.bare", false))
		return NULL;
	if (vcs_config_get(&set, repo, "core.worktree") && set.len) {
		joined = vcs_path_join(repo->common_dir, set.buf);
		return vcs_path_resolve(joined);
	}
	if (!base || strcmp(base, "/.git") != 0)
		return NULL;
	return base == repo->common_dir
		       ? xstrdup("/")
		       : xstrndup(repo->common_dir, (size_t)(base - repo->common_dir));
}

/* <git_dir>/gitdir of a linked worktree names its ".git" file. */
static char *find_linked_worktree(const struct vcs_repo *repo)
{
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;
	_autofree_ char *joined = NULL;
	char *slash;

	if (!vcs_first_line(&line, repo->git_dir, "gitdir"))
		return NULL;
	joined = vcs_path_join(repo->git_dir, line.buf);
	slash = strrchr(joined, '/');
	if (slash && slash != joined)
		*slash = '\0';
	return vcs_path_resolve(joined);
}

/* git's rules: GIT_WORK_TREE, else what the repository says, else, when only
 * GIT_DIR is given, where we are. */
static char *find_worktree(const struct vcs_repo *repo, const char *start)
{
	const char *given = environment("GIT_WORK_TREE");
	const char *by_git = repo->git ? git_repository_workdir(repo->git) : NULL;
	_autofree_ char *here = vcs_path_resolve(start);
	_autofree_ char *joined = given ? vcs_path_join(start, given) : NULL;

	if (joined)
		return vcs_path_resolve(joined);
	if (repo->linked)
		return find_linked_worktree(repo);
	if (repo->main_worktree)
		return xstrdup(repo->main_worktree);
	if (vcs_config_bool(repo, "core.bare", false) || vcs_path_is_below(here, repo->git_dir))
		return NULL;
	if (environment("GIT_DIR"))
		return steal(&here);
	return by_git ? vcs_path_copy(by_git) : NULL;
}

/* Can references be read?  Not in formats that this libgit2 opens only because
 * we said that we know their extension. */
static bool references_are_readable(git_config *config)
{
	_cleanup_(vcs_buf_release) git_buf value = GIT_BUF_INIT;

	if (git_config_get_string_buf(&value, config, "extensions.objectformat") == 0 &&
		strcmp(value.ptr, "sha1") != 0)
		return false;
	git_buf_dispose(&value);
	return git_config_get_string_buf(&value, config, "extensions.refstorage") != 0 ||
	       strcmp(value.ptr, "files") == 0;
}

static void attach_libgit2(struct vcs_repo *repo, const char *start)
{
	unsigned int how = GIT_REPOSITORY_OPEN_CROSS_FS;
	const char *path = start;

	if (environment("GIT_DIR")) {
		how |= GIT_REPOSITORY_OPEN_NO_SEARCH;
		path = repo->git_dir;
	}
	if (git_repository_open_ext(&repo->git, path, how, NULL) < 0)
		repo->git = NULL;
}

static enum tt_code open_config(struct vcs_repo *repo, struct tt_error *err)
{
	if (vcs_config_open(&repo->config, repo, err) != TT_OK)
		return err->code;
	if (!repo->git || references_are_readable(repo->config)) {
		if (repo->git && git_repository_set_config(repo->git, repo->config) < 0)
			mem_exhausted();
		return TT_OK;
	}
	git_config_free(steal(&repo->config));
	git_repository_free(steal(&repo->git));
	return vcs_config_open(&repo->config, repo, err);
}

/* What git is told by its environment, libgit2 must be told as well. */
static enum tt_code tell_worktree(struct vcs_repo *repo, struct tt_error *err)
{
	const char *by_git = repo->git ? git_repository_workdir(repo->git) : NULL;
	_autofree_ char *known = by_git ? vcs_path_copy(by_git) : NULL;

	if (!repo->git || !repo->worktree || (known && strcmp(known, repo->worktree) == 0))
		return TT_OK;
	if (git_repository_set_workdir(repo->git, repo->worktree, 0) < 0)
		return vcs_fail_git(err, "cannot use the worktree");
	return TT_OK;
}

enum tt_code vcs_open(struct vcs_repo **out, const char *start, struct tt_error *err)
{
	_cleanup_(vcs_closep) struct vcs_repo *repo = xcalloc(1, sizeof *repo);

	if (vcs_start_library(err) != TT_OK || find_git_dir(&repo->git_dir, start, err) != TT_OK)
		return err->code;
	repo->common_dir = find_common_dir(repo->git_dir);
	repo->linked = strcmp(repo->git_dir, repo->common_dir) != 0;
	attach_libgit2(repo, start);
	if (open_config(repo, err) != TT_OK)
		return err->code;
	repo->main_worktree = find_main_worktree(repo);
	repo->worktree = find_worktree(repo, start);
	if (tell_worktree(repo, err) != TT_OK)
		return err->code;
	trace("opened the repository '%s'%s", repo->git_dir,
		vcs_is_limited(repo) ? ", by git: libgit2 cannot read it" : "");
	*out = steal(&repo);
	return TT_OK;
}

void vcs_close(struct vcs_repo *repo)
{
	if (!repo)
		return;
	git_repository_free(repo->git);
	git_config_free(repo->config);
	free(repo->worktree);
	free(repo->main_worktree);
	free(repo->git_dir);
	free(repo->common_dir);
	free(repo);
}

void vcs_closep(struct vcs_repo **repo)
{
	vcs_close(*repo);
}

const char *vcs_worktree(const struct vcs_repo *repo)
{
	return repo->worktree;
}
const char *vcs_main_worktree(const struct vcs_repo *repo)
{
	return repo->main_worktree;
}
const char *vcs_git_dir(const struct vcs_repo *repo)
{
	return repo->git_dir;
}
const char *vcs_common_dir(const struct vcs_repo *repo)
{
	return repo->common_dir;
}
bool vcs_is_limited(const struct vcs_repo *repo)
{
	return !repo->git;
}
bool vcs_is_linked_worktree(const struct vcs_repo *repo)
{
	return repo->linked;
}

void vcs_library_version(struct strbuf *out)
{
	int major, minor, rev;

	(void)git_libgit2_version(&major, &minor, &rev);
	strbuf_addf(out, "%d.%d.%d", major, minor, rev);
}
