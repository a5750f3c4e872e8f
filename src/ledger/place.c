/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"
#include "internal.h"
#include "model/branch_file.h"

mode_t ledger_file_mode(const struct ledger *l)
{
	return l->place.shared ? 0660 : 0600;
}

mode_t ledger_dir_mode(const struct ledger_place *place)
{
	return place->shared ? 02770 : 0700;
}

enum tt_code ledger_enter(
	struct ledger *l, const struct ledger_place *place, bool create, struct tt_error *err)
{
	l->place.root = arena_strdup(&l->arena, place->root);
	l->place.relative = arena_strdup(&l->arena, place->relative);
	l->place.shared = place->shared;
	return fs_open_dir(
		&l->dirfd, place->root, place->relative, create, ledger_dir_mode(place), err);
}

void ledger_set_name(struct ledger *l, const char *name)
{
	_autofree_ char *path = xasprintf("%s/%s/%s", l->place.root, l->place.relative, name);

	free(l->name);
	l->name = xstrdup(name);
	l->info.path = arena_strdup(&l->arena, path);
}

/* --- one ledger ---------------------------------------------------------- */

/* A damaged ledger is the user's data: say where it is damaged and what to do. */
static enum tt_code refuse(const struct ledger *l, struct tt_error *err)
{
	_autofree_ char *shown = text_visible(l->info.path);

	(void)tt_context(err, "'%s'", shown);
	if (err->code == TT_EINPUT) {
		size_t len = strlen(err->msg);

		(void)snprintf(err->msg + len, sizeof err->msg - len,
			"; the file was left as it is: mend that place, or move the file away "
			"(what was exported is still in the exports)");
	}
	return err->code;
}

enum tt_code ledger_load(struct ledger *l, struct tt_error *err)
{
	ledger_forget(l);
	if (fs_read(&l->text, l->dirfd, l->name, LEDGER_SIZE_MAX, l->info.path, err) != TT_OK)
		return err->code;
	return ledger_parse(l, err) == TT_OK ? TT_OK : refuse(l, err);
}

/* --- the file of a branch ------------------------------------------------ */

static void set_branch_name(struct ledger *l, const char *branch, bool twin)
{
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;

	branch_file_add_name(&name, branch, twin);
	ledger_set_name(l, name.buf);
}

static bool is_of(const struct ledger *l, const char *branch)
{
	return strcmp(l->info.branch, branch) == 0;
}

static enum tt_code foreign(const struct ledger *l, struct tt_error *err)
{
	_autofree_ char *shown = text_visible(l->info.path);
	_autofree_ char *branch = text_visible(l->info.branch);

	return tt_fail(
		err, TT_EINPUT, "'%s' is the ledger of branch '%s'; rename it", shown, branch);
}

/* The twin first: a plain name that another branch gave up must not hide it. */
static enum tt_code load_branch(struct ledger *l, const char *branch, struct tt_error *err)
{
	set_branch_name(l, branch, true);
	if (fs_exists(l->dirfd, l->name)) {
		if (ledger_load(l, err) != TT_OK)
			return err->code;
		return is_of(l, branch) ? TT_OK : foreign(l, err);
	}
	set_branch_name(l, branch, false);
	if (ledger_load(l, err) != TT_OK)
		return err->code;
	if (is_of(l, branch))
		return TT_OK;
	ledger_forget(l);
	set_branch_name(l, branch, true);
	return tt_fail(err, TT_ENOTFOUND, "no ledger yet");
}

enum tt_code ledger_read(struct ledger **out, const struct ledger_place *place, const char *branch,
	struct tt_error *err)
{
	_cleanup_(ledger_freep) struct ledger *l = ledger_new();
	struct tt_error reason = TT_ERROR_INIT;

	if (ledger_enter(l, place, false, &reason) != TT_OK ||
		load_branch(l, branch, &reason) != TT_OK) {
		_autofree_ char *shown = text_visible(branch);

		if (reason.code == TT_ENOTFOUND)
			return tt_fail(
				err, TT_ENOTFOUND, "nothing was recorded on branch '%s'", shown);
		*err = reason;
		return err->code;
	}
	*out = steal(&l);
	return TT_OK;
}

static enum tt_code take_lock(struct ledger *l, int wait_ms, struct tt_error *err)
{
	_autofree_ char *name = xasprintf("%s.lock", l->name);
	_autofree_ char *path = xasprintf("%s.lock", l->info.path);

	return fs_lock(&l->lock, l->dirfd, name, wait_ms, ledger_file_mode(l), path, err);
}

/* Which file it will be is only certain under that file's lock: lock the likely
 * one, and read it once. */
static enum tt_code lock_branch(
	struct ledger *l, const char *branch, int wait_ms, struct tt_error *err)
{
	set_branch_name(l, branch, true);
	if (!fs_exists(l->dirfd, l->name))
		set_branch_name(l, branch, false);
	for (;;) {
		struct tt_error reason = TT_ERROR_INIT;
		_autofree_ char *locked = xstrdup(l->name);

		if (take_lock(l, wait_ms, err) != TT_OK)
			return err->code;
		if (load_branch(l, branch, &reason) != TT_OK && reason.code != TT_ENOTFOUND) {
			*err = reason;
			return err->code;
		}
		if (strcmp(locked, l->name) == 0)
			return TT_OK;
		fs_unlock(&l->lock);
	}
}

/* Ledgers are one person's notes: git is told to leave them alone, also where
 * `init` was never run. */
static enum tt_code hide_from_git(const struct ledger *l, struct tt_error *err)
{
	static const char everything[] = "*\n";
	struct tt_error exists = TT_ERROR_INIT;

	if (fs_exists(l->dirfd, ".gitignore"))
		return TT_OK;
	if (fs_create(l->dirfd, ".gitignore", everything, sizeof everything - 1, 0644, ".gitignore",
		    &exists) != TT_OK &&
		exists.code != TT_EBUSY) {
		*err = exists;
		return err->code;
	}
	return TT_OK;
}

enum tt_code ledger_lock(struct ledger **out, const struct ledger_place *place, const char *branch,
	const char *repository, int wait_ms, struct tt_error *err)
{
	_cleanup_(ledger_freep) struct ledger *l = ledger_new();

	if (ledger_enter(l, place, true, err) != TT_OK || hide_from_git(l, err) != TT_OK ||
		lock_branch(l, branch, wait_ms, err) != TT_OK)
		return err->code;
	if (!l->info.branch)
		l->info.branch = arena_strdup(&l->arena, branch);
	if (!l->info.repository && repository)
		l->info.repository = arena_strdup(&l->arena, repository);
	*out = steal(&l);
	return TT_OK;
}
