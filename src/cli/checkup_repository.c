/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "checkup.h"
#include "cli/record.h"
#include "git_hook.h"
#include "shell_word.h"

static void check_identity(struct checkup *checkup)
{
	const struct vcs_repo *repo = checkup->ctx->repo;
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;
	struct tt_error problem = TT_ERROR_INIT;
	const char *top = vcs_worktree(repo) ? vcs_worktree(repo) : vcs_git_dir(repo);

	if (vcs_repository_name(&name, repo, &problem) != TT_OK)
		strbuf_addstr(&name, problem.msg);
	checkup_add(checkup, "repository", VERDICT_OK, NULL, "%s in '%s'%s", name.buf, top,
		vcs_is_limited(repo) ? " (libgit2 cannot read it: git is asked instead)" : "");
}

static void check_branch(struct checkup *checkup)
{
	static const char *const sources[] = { "", " (of an unfinished rebase)",
		" (from the CI system)", " (HEAD is detached)" };
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT, raw = STRBUF_INIT;
	struct tt_error problem = TT_ERROR_INIT;
	enum vcs_branch_source source = VCS_BRANCH_HEAD;

	if (record_branch(&name, checkup->ctx->repo, NULL, &problem) != TT_OK ||
		vcs_branch(&raw, &source, checkup->ctx->repo, context_env, &problem) != TT_OK)
		checkup_add(checkup, "branch", VERDICT_PROBLEM, "track-tokens add --branch <name>",
			"%s", problem.msg);
	else
		checkup_add(checkup, "branch", VERDICT_OK, NULL, "%s%s", name.buf, sources[source]);
}

/* --- ledgers ------------------------------------------------------------ */

static void check_ledger_dir(struct checkup *checkup, const char *path, bool shared)
{
	_cleanup_(strbuf_release) struct strbuf mend = STRBUF_INIT;
	struct stat st;

	strbuf_addstr(&mend, "chmod 700 ");
	shell_add_word(&mend, path);
	if (lstat(path, &st) != 0 && errno == ENOENT)
		checkup_add(checkup, "ledger directory", VERDICT_OK, NULL,
			"'%s' will be made by the first 'track-tokens add'", path);
	else if (!S_ISDIR(st.st_mode))
		checkup_add(checkup, "ledger directory", VERDICT_PROBLEM, NULL,
			"'%s' is not a directory (symbolic links are not followed)", path);
	else if (access(path, R_OK | W_OK | X_OK) != 0)
		checkup_add(checkup, "ledger directory", VERDICT_PROBLEM, NULL,
			"'%s' cannot be written by this user", path);
	else if (!shared && (st.st_mode & 077))
		checkup_add(checkup, "ledger directory", VERDICT_WARNING, mend.buf,
			"'%s' can be read by others (mode %03o)", path,
			(unsigned int)(st.st_mode & 0777));
	else
		checkup_add(checkup, "ledger directory", VERDICT_OK, NULL, "'%s'", path);
}

static void check_ledgers_ignored(
	struct checkup *checkup, const struct ledger_place *place, const char *path)
{
	_autofree_ char *probe = xasprintf("%s/tokens_x.json", path);
	const char *top = vcs_worktree(checkup->ctx->repo);

	/* Only the worktree that holds them can tell, and only once they exist. */
	if (!top || strcmp(top, place->root) != 0 || access(path, F_OK) != 0)
		return;
	if (!vcs_is_ignored(checkup->ctx->repo, probe))
		checkup_add(checkup, "ledger directory", VERDICT_WARNING, "track-tokens init",
			"git does not ignore '%s': ledgers would be committed", place->relative);
}

struct ledger_walk {
	struct checkup *checkup;
	size_t good;
};

static enum tt_code visit(void *ctx, struct ledger *ledger, const char *path,
	const struct tt_error *problem, struct tt_error *err)
{
	struct ledger_walk *walk = ctx;

	(void)path;
	(void)err;
	if (ledger)
		walk->good++;
	else
		checkup_add(walk->checkup, "ledgers", VERDICT_PROBLEM, NULL, "%s", problem->msg);
	return TT_OK;
}

static void check_ledgers(struct checkup *checkup)
{
	struct ledger_place place = record_place(checkup->ctx->repo);
	_autofree_ char *path = xasprintf("%s/%s", place.root, place.relative);
	struct ledger_walk walk = { .checkup = checkup };
	struct tt_error problem = TT_ERROR_INIT;
	enum tt_code code;

	check_ledger_dir(checkup, path, place.shared);
	check_ledgers_ignored(checkup, &place, path);
	code = ledger_each(&place, visit, &walk, &problem);
	if (code != TT_OK && code != TT_ENOTFOUND)
		checkup_add(checkup, "ledgers", VERDICT_PROBLEM, NULL, "%s", problem.msg);
	checkup_add(checkup, "ledgers", VERDICT_OK, NULL, "%zu %s", walk.good,
		walk.good == 1 ? "branch is readable" : "branches are readable");
}

/* --- exports ------------------------------------------------------------ */

static void check_unstaged(struct checkup *checkup, const char *relative)
{
	_cleanup_(strbuf_release) struct strbuf mend = STRBUF_INIT;
	struct tt_error problem = TT_ERROR_INIT;
	size_t count = 0;

	strbuf_addstr(&mend, "git add ");
	shell_add_word(&mend, relative);
	if (vcs_unstaged_below(&count, checkup->ctx->repo, relative, &problem) != TT_OK)
		checkup_add(checkup, "exports", VERDICT_WARNING, NULL, "%s", problem.msg);
	else if (count)
		checkup_add(checkup, "exports", VERDICT_WARNING, mend.buf,
			"%zu %s in '%s' not staged for a commit", count,
			count == 1 ? "file is" : "files are", relative);
	else
		checkup_add(
			checkup, "exports", VERDICT_OK, NULL, "all in '%s' are staged", relative);
}

static void check_exports(struct checkup *checkup)
{
	const struct vcs_repo *repo = checkup->ctx->repo;
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;
	const char *top = vcs_worktree(repo);
	size_t len = top ? strlen(top) : 0;
	_autofree_ char *probe = NULL;

	if (!record_export_dir(&dir, repo)) {
		checkup_add(checkup, "exports", VERDICT_OK, NULL,
			"a bare repository has no place for them");
		return;
	}
	if (!top || !text_starts_with(dir.buf, top) || dir.buf[len] != '/') {
		checkup_add(checkup, "exports", VERDICT_WARNING,
			"git config --unset track-tokens.exportDir",
			"'%s' is outside this worktree: exports are not committed", dir.buf);
		return;
	}
	probe = xasprintf("%s/tokens_x_20260101_000000_00000000.json", dir.buf);
	if (vcs_is_ignored(repo, probe))
		checkup_add(checkup, "exports", VERDICT_PROBLEM, "track-tokens init --fix-ignore",
			"git ignores '%s': exports never reach the importer", dir.buf + len + 1);
	else
		check_unstaged(checkup, dir.buf + len + 1);
}

/* --- the hook ----------------------------------------------------------- */

static void check_hook(struct checkup *checkup)
{
	_cleanup_(git_hook_release) struct git_hook hook = GIT_HOOK_INIT;
	struct tt_error problem = TT_ERROR_INIT;

	if (git_hook_read(&hook, GIT_HOOK_REMINDER, checkup->ctx->repo, &problem) != TT_OK)
		checkup_add(checkup, "git hook", VERDICT_WARNING, NULL, "%s", problem.msg);
	else if (hook.state == HOOK_CURRENT)
		checkup_add(
			checkup, "git hook", VERDICT_OK, NULL, "installed: '%s'", hook.path.buf);
	else if (hook.state == HOOK_OUTDATED)
		checkup_add(checkup, "git hook", VERDICT_WARNING, "track-tokens hooks install",
			"'%s' was installed by another version, or the program has moved",
			hook.path.buf);
	else
		checkup_add(checkup, "git hook", VERDICT_OK, NULL,
			"not installed ('track-tokens hooks install' adds a reminder)");
}

void checkup_repository(struct checkup *checkup)
{
	struct tt_error problem = TT_ERROR_INIT;

	if (context_open_repo(checkup->ctx, &problem) != TT_OK) {
		checkup_add(checkup, "repository", VERDICT_PROBLEM, "git init", "%s", problem.msg);
		return;
	}
	check_identity(checkup);
	check_branch(checkup);
	check_ledgers(checkup);
	check_exports(checkup);
	check_hook(checkup);
}
