/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json_writer.h"
#include "base/mem.h"
#include "base/text.h"
#include "claude_settings.h"
#include "cli/command.h"
#include "cli/record.h"
#include "git_hook.h"
#include "setup.h"

struct deinit_options {
	bool dry_run;
};

static const struct option_row deinit_rows[] = {
	{ "dry-run", 'n', OPTION_FLAG, NULL, "show every change, and make none",
		offsetof(struct deinit_options, dry_run), false },
	{ 0 },
};

struct deinit {
	struct context *ctx;
	bool dry;
	bool holds_ledgers;
	struct strbuf out;
	struct json_writer json;
	struct setup_list taken; /* so far, or what would have been */
	size_t changes;
};

/* What becomes of a thing, in the infinitive and done. */
static const struct action {
	const char *now, *done;
} removes = { "remove", "removed" }, leaves = { "leave", "left" },
  restores = { "restore", "restored" };

/* reason: why it is left, or NULL. */
static void announce_as(
	struct deinit *run, const struct action *action, const char *path, const char *reason)
{
	run->changes++;
	if (run->ctx->common.json) {
		json_open(&run->json, '{');
		json_put_string(&run->json, "action", action->now);
		json_put_string(&run->json, "path", path);
		json_put_string(&run->json, "reason", reason);
		json_close(&run->json, '}');
		return;
	}
	if (run->dry)
		strbuf_addf(&run->out, "would %s ", action->now);
	else
		strbuf_addf(&run->out, "%s ", action->done);
	text_add_visible(&run->out, path);
	if (reason)
		strbuf_addf(&run->out, ": %s", reason);
	strbuf_addch(&run->out, '\n');
}

static void announce(struct deinit *run, const char *path, const char *reason)
{
	announce_as(run, reason ? &leaves : &removes, path, reason);
}

static bool has_ledgers(const struct vcs_repo *repo)
{
	struct ledger_place place = record_place(repo);
	_autofree_ char *path = xasprintf("%s/%s", place.root, place.relative);
	DIR *dir = opendir(path);
	const struct dirent *item;
	bool found = false;

	while (dir && !found && (item = readdir(dir)))
		found = strcmp(item->d_name, ".") != 0 && strcmp(item->d_name, "..") != 0 &&
			strcmp(item->d_name, ".gitignore") != 0;
	if (dir)
		closedir(dir);
	return found;
}

/* Would nothing be in the directory after what was taken before it? */
static bool would_be_empty(const struct deinit *run, const struct setup_item *item)
{
	const char *root = item->base == SETUP_WORKTREE ? vcs_worktree(run->ctx->repo)
							: record_place(run->ctx->repo).root;
	_autofree_ char *path = xasprintf("%s/%s", root, item->path);
	DIR *dir = opendir(path);
	const struct dirent *entry;
	bool empty = true;

	while (dir && empty && (entry = readdir(dir))) {
		_autofree_ char *name = xasprintf("%s/%s", item->path, entry->d_name);

		empty = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
		for (size_t i = 0; i < run->taken.count && !empty; i++)
			empty = run->taken.items[i].base == item->base &&
				strcmp(run->taken.items[i].path, name) == 0;
	}
	if (dir)
		closedir(dir);
	return empty;
}

static enum tt_code take_hook(struct deinit *run, struct tt_error *err)
{
	_cleanup_(git_hook_release) struct git_hook hook = GIT_HOOK_INIT;

	if (git_hook_read(&hook, GIT_HOOK_REMINDER, run->ctx->repo, err) != TT_OK)
		return err->code;
	if (!git_hook_is_writable(&hook) ||
		(hook.state != HOOK_CURRENT && hook.state != HOOK_OUTDATED))
		return TT_OK;
	announce(run, hook.path.buf, NULL);
	return run->dry ? TT_OK : git_hook_uninstall(&hook, err);
}

static enum tt_code take_settings(
	struct deinit *run, const struct setup_item *item, struct tt_error *err)
{
	_cleanup_(claude_settings_release) struct claude_settings s = CLAUDE_SETTINGS_INIT;
	enum claude_scope scope;
	bool changed;

	if (!claude_scope_parse(&scope, item->path))
		return TT_OK;
	if (claude_settings_read(&s, scope, run->ctx->repo, err) != TT_OK ||
		claude_settings_uninstall(&s, run->dry, &changed, err) != TT_OK)
		return err->code;
	if (changed)
		announce_as(run, &restores, s.shown.buf, NULL);
	return run->dry ? TT_OK : claude_settings_unhide(scope, run->ctx->repo, err);
}

static enum tt_code take_item(
	struct deinit *run, const struct setup_item *item, struct tt_error *err)
{
	enum setup_outcome outcome;

	if (item->kind == SETUP_HOOK)
		return take_hook(run, err);
	if (item->kind == SETUP_CLAUDE)
		return take_settings(run, item, err);
	/* Without their .gitignore, ledgers would be committed by mistake. */
	if (item->base == SETUP_LEDGER && run->holds_ledgers) {
		if (item->kind == SETUP_FILE)
			announce(run, item->path, "it keeps the ledgers beside it out of commits");
		return TT_OK;
	}
	if (setup_take_back(&outcome, item, run->ctx->repo, run->dry, err) != TT_OK)
		return err->code;
	if (run->dry && item->kind == SETUP_DIRECTORY && outcome == SETUP_TAKEN &&
		!would_be_empty(run, item))
		outcome = SETUP_LEFT;
	if (outcome == SETUP_TAKEN) {
		setup_add(&run->taken, item->kind, item->base, item->path, "", 0);
		announce(run, item->path, NULL);
	} else if (outcome == SETUP_LEFT) {
		announce(run, item->path,
			item->kind == SETUP_DIRECTORY ? "it is not empty"
						      : "it was changed since init made it");
	}
	return TT_OK;
}

/* What was made last goes first, so that directories are empty in time. */
static enum tt_code take_all(
	struct deinit *run, const struct setup_list *made, struct tt_error *err)
{
	run->json.out = &run->out;
	if (run->ctx->common.json) {
		json_open(&run->json, '{');
		json_put_int(&run->json, "version", 1);
		json_put_bool(&run->json, "dry_run", run->dry);
		json_key(&run->json, "changes");
		json_open(&run->json, '[');
	}
	for (size_t i = made->count; i-- > 0;)
		if (take_item(run, &made->items[i], err) != TT_OK)
			return err->code;
	if (run->ctx->common.json) {
		json_close(&run->json, ']');
		json_close(&run->json, '}');
		strbuf_addch(&run->out, '\n');
	} else if (!run->changes) {
		strbuf_addstr(&run->out, "nothing to do: init made nothing here\n");
	}
	(void)fputs(run->out.buf, run->ctx->out);
	return TT_OK;
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	const struct deinit_options *o = values;
	struct deinit deinit = { .ctx = ctx, .dry = o->dry_run, .out = STRBUF_INIT };
	_cleanup_(setup_release) struct setup_list made = SETUP_LIST_INIT;
	const struct setup_list none = SETUP_LIST_INIT;
	_autoclose_ int lock = -1;
	enum tt_code code;

	if (argc)
		return tt_fail(err, TT_EUSAGE, "deinit takes no operand: '%s'", argv[0]);
	if ((!o->dry_run && setup_lock(&lock, ctx->repo, err) != TT_OK) ||
		setup_load(&made, ctx->repo, err) != TT_OK)
		return err->code;
	deinit.holds_ledgers = has_ledgers(ctx->repo);
	code = take_all(&deinit, &made, err);
	setup_release(&deinit.taken);
	strbuf_release(&deinit.out);
	if (code != TT_OK || o->dry_run)
		return code;
	return setup_save(&none, ctx->repo, err);
}

const struct command command_deinit = {
	.name = "deinit",
	.synopsis = "",
	.summary = "Take back what init made",
	.details =
		"Removes exactly the files, lines and hooks that 'track-tokens init' made in this "
		"worktree, and what was changed since is left and named. Ledgers and exports "
		"are never removed.",
	.examples = "track-tokens deinit --dry-run",
	.options = deinit_rows,
	.values_size = sizeof(struct deinit_options),
	.needs = NEED_REPO,
	.run = run,
};
