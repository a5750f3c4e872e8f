/* SPDX-License-Identifier: MIT */
#include "git_hook.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/embedded.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"
#include "shell_word.h"

#define KEPT_SUFFIX ".pre-track-tokens"
#define MARK "# track-tokens hook "
#define PLACEHOLDER "@TRACK_TOKENS@"

/* husky runs its files with `sh -e`: the last line decides. */
static const char husky_start[] = "#!/bin/sh\n";

enum { HOOK_MODE = 0755, HOOK_SIZE_MAX = 1024 * 1024 };

void git_hook_release(struct git_hook *hook)
{
	strbuf_release(&hook->root);
	strbuf_release(&hook->below);
	strbuf_release(&hook->path);
	strbuf_release(&hook->content);
	strbuf_release(&hook->wanted);
}

bool git_hook_program_path(struct strbuf *out)
{
	_autofree_ char *path = realpath("/proc/self/exe", NULL);

	if (!path)
		return false;
	strbuf_addstr(out, path);
	return true;
}

void git_hook_add_kept_name(struct strbuf *out, const struct git_hook *hook)
{
	strbuf_addf(out, "%s" KEPT_SUFFIX, hook->name);
}

/* --- what install writes ------------------------------------------------ */

static enum tt_code render_own(struct strbuf *out, const char *name, struct tt_error *err)
{
	_autofree_ char *path = xasprintf("githooks/%s", name);
	const struct embedded *file = embedded_find(path);
	const char *place = file ? strstr(file->text, PLACEHOLDER) : NULL;
	_cleanup_(strbuf_release) struct strbuf program = STRBUF_INIT;

	if (!place)
		return tt_fail(err, TT_EBUG, "this program was built without its git hook");
	if (!git_hook_program_path(&program))
		strbuf_addstr(&program, "track-tokens");
	strbuf_add(out, file->text, (size_t)(place - file->text));
	shell_add_word(out, program.buf);
	strbuf_addstr(out, place + strlen(PLACEHOLDER));
	return TT_OK;
}

/* What is run by a file that is not ours: only a wanted stop fails. */
static const char *command_of(const struct git_hook *hook)
{
	return strcmp(hook->name, GIT_HOOK_REMINDER) == 0
		       ? "track-tokens hooks run pre-commit </dev/null || [ $? -ne 1 ]"
		       : "track-tokens hooks run prepare-commit-msg \"$@\" </dev/null || :";
}

static void render_husky(struct git_hook *hook)
{
	strbuf_addstr(&hook->wanted, hook->state == HOOK_ABSENT ? husky_start : hook->content.buf);
	if (hook->wanted.len && hook->wanted.buf[hook->wanted.len - 1] != '\n')
		strbuf_addch(&hook->wanted, '\n');
	strbuf_addf(&hook->wanted,
		MARK "1: %s (\"track-tokens hooks uninstall\" takes these two lines out)\n"
		     "if command -v track-tokens >/dev/null; then %s; fi\n",
		strcmp(hook->name, GIT_HOOK_REMINDER) == 0 ? "a reminder" : "trailers",
		command_of(hook));
}

/* --- what is there ------------------------------------------------------ */

static bool lies_below(const char *path, const char *root)
{
	size_t len = root ? strlen(root) : 0;

	return len && strncmp(path, root, len) == 0 && (path[len] == '/' || !path[len]);
}

/* Split the directory where it leaves what is surely ours, so that no symbolic
 * link is followed in what a branch may bring. */
static void split_dir(struct git_hook *hook, const struct vcs_repo *repo, const char *dir)
{
	const char *const roots[] = { vcs_common_dir(repo), vcs_git_dir(repo), vcs_worktree(repo),
		vcs_main_worktree(repo) };

	for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
		if (lies_below(dir, roots[i])) {
			strbuf_addstr(&hook->root, roots[i]);
			strbuf_addstr(&hook->below, dir + strlen(roots[i]));
			return;
		}
	strbuf_addstr(&hook->root, dir);
}

/* husky 9 points git to .husky/_, which it writes itself, earlier ones to
 * .husky; the user's hooks are in .husky. */
static bool is_husky(struct strbuf *dir)
{
	if (text_ends_with(dir->buf, "/.husky/_"))
		strbuf_setlen(dir, dir->len - strlen("/_"));
	return text_ends_with(dir->buf, "/.husky");
}

static enum tt_code read_content(struct git_hook *hook, struct tt_error *err)
{
	struct tt_error problem = TT_ERROR_INIT;
	struct stat st;

	if (lstat(hook->path.buf, &st) != 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			return TT_OK;
		return tt_fail_errno(err, "cannot look at '%s'", hook->path.buf);
	}
	hook->state = HOOK_FOREIGN;
	hook->mode = st.st_mode & 07777;
	if (S_ISLNK(st.st_mode))
		return TT_OK;
	if (fs_read(&hook->content, AT_FDCWD, hook->path.buf, HOOK_SIZE_MAX, hook->path.buf,
		    &problem) != TT_OK) {
		*err = problem;
		return err->code;
	}
	return TT_OK;
}

/* Has the user added our command to the manager's own configuration? */
static bool manager_runs_us(const struct vcs_repo *repo, const char *const *names)
{
	const char *top = vcs_worktree(repo);

	for (; top && *names; names++) {
		_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
		_autofree_ char *path = xasprintf("%s/%s", top, *names);
		struct tt_error ignored = TT_ERROR_INIT;

		if (fs_read(&text, AT_FDCWD, path, HOOK_SIZE_MAX, path, &ignored) == TT_OK &&
			strstr(text.buf, "track-tokens"))
			return true;
	}
	return false;
}

static void judge_foreign(struct git_hook *hook, const struct vcs_repo *repo)
{
	static const char *const lefthook[] = { "lefthook.yml", "lefthook.yaml", ".lefthook.yml",
		".lefthook.yaml", "lefthook-local.yml", NULL };
	static const char *const pre_commit[] = { ".pre-commit-config.yaml", NULL };
	bool runs_us = strstr(hook->content.buf, "track-tokens hooks run") != NULL;

	if (strstr(hook->content.buf, "File generated by pre-commit")) {
		hook->keeper = HOOK_BY_PRE_COMMIT;
		runs_us = manager_runs_us(repo, pre_commit);
	} else if (strstr(hook->content.buf, "lefthook")) {
		hook->keeper = HOOK_BY_LEFTHOOK;
		runs_us = manager_runs_us(repo, lefthook);
	}
	if (runs_us)
		hook->state = HOOK_CURRENT;
}

static enum tt_code judge(struct git_hook *hook, const struct vcs_repo *repo, struct tt_error *err)
{
	bool ours = strstr(hook->content.buf, MARK) != NULL;
	bool current;

	if (hook->keeper == HOOK_BY_HUSKY) {
		render_husky(hook);
		hook->state = ours ? HOOK_CURRENT : hook->state;
		return TT_OK;
	}
	if (render_own(&hook->wanted, hook->name, err) != TT_OK)
		return err->code;
	current = strcmp(hook->content.buf, hook->wanted.buf) == 0 && (hook->mode & S_IXUSR);
	if (ours)
		hook->state = current ? HOOK_CURRENT : HOOK_OUTDATED;
	else if (hook->state == HOOK_FOREIGN)
		judge_foreign(hook, repo);
	return TT_OK;
}

enum tt_code git_hook_read(
	struct git_hook *out, const char *name, const struct vcs_repo *repo, struct tt_error *err)
{
	_cleanup_(git_hook_release) struct git_hook hook = GIT_HOOK_INIT;
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;
	_autofree_ char *kept = NULL;
	bool inside;

	if (vcs_hooks_dir(&dir, &inside, repo, err) != TT_OK)
		return err->code;
	hook.name = name;
	hook.mode = HOOK_MODE;
	hook.keeper = !inside ? HOOK_BY_OUTSIDER : is_husky(&dir) ? HOOK_BY_HUSKY : HOOK_BY_GIT;
	split_dir(&hook, repo, dir.buf);
	strbuf_addf(&hook.path, "%s/%s", dir.buf, name);
	kept = xasprintf("%s" KEPT_SUFFIX, hook.path.buf);
	hook.kept = fs_exists(AT_FDCWD, kept);
	if (read_content(&hook, err) != TT_OK || judge(&hook, repo, err) != TT_OK)
		return err->code;
	*out = hook;
	hook = (struct git_hook)GIT_HOOK_INIT;
	return TT_OK;
}

/* --- install and uninstall ---------------------------------------------- */

bool git_hook_is_writable(const struct git_hook *hook)
{
	return hook->keeper == HOOK_BY_GIT || hook->keeper == HOOK_BY_HUSKY;
}

static enum tt_code open_dir(int *out, const struct git_hook *hook, struct tt_error *err)
{
	return fs_open_dir(out, hook->root.buf, hook->below.buf, true, 0755, err);
}

static bool is_same_file(int dir, const char *one, const char *other)
{
	struct stat a, b;

	return fstatat(dir, one, &a, AT_SYMLINK_NOFOLLOW) == 0 &&
	       fstatat(dir, other, &b, AT_SYMLINK_NOFOLLOW) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

/* Is what we keep already a copy of the hook in force, as an interrupted run
 * leaves it? */
static bool is_kept_already(int dir, const struct git_hook *hook)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT, kept = STRBUF_INIT;
	struct tt_error ignored = TT_ERROR_INIT;

	git_hook_add_kept_name(&kept, hook);
	return is_same_file(dir, hook->name, kept.buf) ||
	       (fs_read(&text, dir, kept.buf, HOOK_SIZE_MAX, kept.buf, &ignored) == TT_OK &&
		       text.len == hook->content.len &&
		       memcmp(text.buf, hook->content.buf, text.len) == 0);
}

/* A second name for the hook in force, which stays in force until ours takes
 * its place in one step. */
static enum tt_code keep_existing(int dir, const struct git_hook *hook, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf kept = STRBUF_INIT;

	git_hook_add_kept_name(&kept, hook);
	if (hook->kept) {
		if (is_kept_already(dir, hook))
			return TT_OK;
		return tt_fail(err, TT_EFAILED,
			"'%s' is not ours, and '%s' beside it keeps another hook already: "
			"make one of the two and try again",
			hook->path.buf, kept.buf);
	}
	if (linkat(dir, hook->name, dir, kept.buf, 0) == 0)
		return TT_OK;
	if ((errno == EPERM || errno == ENOTSUP || errno == ENOSYS || errno == EMLINK) &&
		hook->content.len)
		return fs_create(dir, kept.buf, hook->content.buf, hook->content.len, hook->mode,
			hook->path.buf, err);
	return tt_fail_errno(err, "cannot keep '%s' as '%s'", hook->path.buf, kept.buf);
}

enum tt_code git_hook_install(struct git_hook *hook, struct tt_error *err)
{
	_autoclose_ int dir = -1;

	if (hook->state == HOOK_CURRENT)
		return TT_OK;
	if (open_dir(&dir, hook, err) != TT_OK)
		return err->code;
	if (hook->keeper == HOOK_BY_GIT && hook->state == HOOK_FOREIGN &&
		keep_existing(dir, hook, err) != TT_OK)
		return err->code;
	if (fs_replace(dir, hook->name, hook->wanted.buf, hook->wanted.len,
		    hook->keeper == HOOK_BY_HUSKY ? hook->mode : HOOK_MODE, hook->path.buf,
		    err) != TT_OK)
		return err->code;
	{
		_cleanup_(strbuf_release) struct strbuf kept = STRBUF_INIT;

		git_hook_add_kept_name(&kept, hook);
		hook->kept = fs_exists(dir, kept.buf);
	}
	hook->state = HOOK_CURRENT;
	return TT_OK;
}

/* Take our two lines out of a file that is otherwise its user's. */
static enum tt_code leave_husky(int dir, const struct git_hook *hook, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf rest = STRBUF_INIT;
	const char *mark = strstr(hook->content.buf, MARK);
	const char *end = mark;

	for (int line = 0; line < 2; line++) {
		end += strcspn(end, "\n");
		end += *end == '\n';
	}
	strbuf_add(&rest, hook->content.buf, (size_t)(mark - hook->content.buf));
	strbuf_addstr(&rest, end);
	if (strcmp(rest.buf, husky_start) == 0)
		return fs_remove(dir, hook->name, hook->path.buf, err);
	return fs_replace(dir, hook->name, rest.buf, rest.len, hook->mode, hook->path.buf, err);
}

enum tt_code git_hook_uninstall(struct git_hook *hook, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf kept = STRBUF_INIT;
	_autoclose_ int dir = -1;
	enum tt_code code;

	git_hook_add_kept_name(&kept, hook);
	if (!git_hook_is_writable(hook) || !strstr(hook->content.buf, MARK))
		return TT_OK;
	if (open_dir(&dir, hook, err) != TT_OK)
		return err->code;
	if (hook->keeper == HOOK_BY_HUSKY)
		code = leave_husky(dir, hook, err);
	else if (!hook->kept)
		code = fs_remove(dir, hook->name, hook->path.buf, err);
	else if (renameat(dir, kept.buf, dir, hook->name) == 0 && fsync(dir) == 0)
		code = TT_OK;
	else
		code = tt_fail_errno(err, "cannot put back '%s'", hook->path.buf);
	return code;
}

/* --- what to say -------------------------------------------------------- */

const char *git_hook_keeper_name(const struct git_hook *hook)
{
	static const char *const names[] = { "git", "husky", "lefthook", "pre-commit",
		"core.hooksPath" };

	return names[hook->keeper];
}

/* For those who have no track-tokens as well: the file is often a team's. */
static void add_tolerant_command(struct strbuf *out, const struct git_hook *hook)
{
	strbuf_addf(out, "command -v track-tokens >/dev/null || exit 0; %s", command_of(hook));
}

void git_hook_add_advice(struct strbuf *out, const struct git_hook *hook)
{
	_cleanup_(strbuf_release) struct strbuf command = STRBUF_INIT;

	add_tolerant_command(&command, hook);
	if (hook->keeper == HOOK_BY_LEFTHOOK)
		strbuf_addf(out,
			"add to lefthook.yml:\n"
			"%s:\n  commands:\n    track-tokens:\n      run: %s\n",
			hook->name, command.buf);
	else if (hook->keeper == HOOK_BY_PRE_COMMIT)
		strbuf_addf(out,
			"add to .pre-commit-config.yaml, below 'repos:':\n"
			"  - repo: local\n    hooks:\n      - id: track-tokens\n"
			"        name: track-tokens reminder\n        entry: sh -c '%s'\n"
			"        language: system\n        always_run: true\n"
			"        pass_filenames: false\n        verbose: true\n",
			command.buf);
	else
		strbuf_addf(out, "add to '%s':\n(%s) || exit 1\n", hook->path.buf, command.buf);
}
