/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/embedded.h"
#include "base/json_writer.h"
#include "base/mem.h"
#include "base/text.h"
#include "claude_settings.h"
#include "cli/command.h"
#include "cli/record.h"
#include "git_hook.h"
#include "setup.h"
#include "sharing.h"

#define WORKFLOW ".github/workflows/token-metrics.yml"

struct init_options {
	bool hooks, workflow, all, fix_ignore, statusline, dry_run;
	const char *claude; /* a scope; "" the usual one; NULL none */
	const char *shared; /* a directory; NULL none */
};

static const struct option_row init_rows[] = {
	{ "hooks", 0, OPTION_FLAG, NULL, "install the git hook too (see 'track-tokens hooks')",
		offsetof(struct init_options, hooks), false },
	{ "workflow", 0, OPTION_FLAG, NULL, "write the GitHub workflow " WORKFLOW " too",
		offsetof(struct init_options, workflow), false },
	{ "all", 'a', OPTION_FLAG, NULL, "both of these", offsetof(struct init_options, all),
		false },
	{ "claude", 0, OPTION_OPTIONAL_TEXT, "local|project|user",
		"capture by Claude Code's hooks: here for me (default), here for all, or "
		"everywhere for me",
		offsetof(struct init_options, claude), false },
	{ "statusline", 0, OPTION_FLAG, NULL,
		"with --claude: show the branch's cost in the client's status line",
		offsetof(struct init_options, statusline), false },
	{ "shared", 0, OPTION_TEXT, "DIR",
		"publish what is used here to my other servers, by way of DIR, and read theirs",
		offsetof(struct init_options, shared), false },
	{ "fix-ignore", 0, OPTION_FLAG, NULL,
		"where git ignores the exports, add lines to .gitignore that take them in",
		offsetof(struct init_options, fix_ignore), false },
	{ "dry-run", 'n', OPTION_FLAG, NULL, "show every change, and make none",
		offsetof(struct init_options, dry_run), false },
	{ 0 },
};

struct init {
	struct context *ctx;
	const struct init_options *options;
	struct setup_list made; /* the record */
	struct strbuf exports;	/* export directory below the worktree; "" when elsewhere */
	struct strbuf out;
	struct json_writer json;
	size_t changes;
};

/* --- what is said ------------------------------------------------------- */

/* What is done, in the infinitive and done. */
static const struct action {
	const char *now, *done;
} creates = { "create", "created" }, renews = { "renew", "renewed" },
  extends = { "extend", "extended" }, sets = { "set", "set" };

static void announce(struct init *run, const struct action *action, const char *path)
{
	run->changes++;
	if (run->ctx->common.json) {
		json_open(&run->json, '{');
		json_put_string(&run->json, "action", action->now);
		json_put_string(&run->json, "path", path);
		json_close(&run->json, '}');
		return;
	}
	if (run->options->dry_run)
		strbuf_addf(&run->out, "would %s ", action->now);
	else
		strbuf_addf(&run->out, "%s ", action->done);
	text_add_visible(&run->out, path);
	strbuf_addch(&run->out, '\n');
}

static void announce_item(struct init *run, const struct setup_item *item, enum setup_state state)
{
	bool elsewhere = item->base == SETUP_LEDGER && vcs_is_linked_worktree(run->ctx->repo);
	_autofree_ char *path =
		elsewhere ? xasprintf("%s/%s", record_place(run->ctx->repo).root, item->path)
			  : xstrdup(item->path);
	const struct action *action = item->kind == SETUP_LINES ? &extends
				      : state == SETUP_EARLIER	? &renews
								: &creates;

	announce(run, action, path);
}

static void begin_answer(struct init *run)
{
	run->json.out = &run->out;
	if (!run->ctx->common.json)
		return;
	json_open(&run->json, '{');
	json_put_int(&run->json, "version", 1);
	json_put_bool(&run->json, "dry_run", run->options->dry_run);
	json_key(&run->json, "changes");
	json_open(&run->json, '[');
}

static void end_answer(struct init *run, bool ignored)
{
	if (run->ctx->common.json) {
		json_close(&run->json, ']');
		json_put_string(
			&run->json, "export_directory", run->exports.len ? run->exports.buf : NULL);
		json_put_bool(&run->json, "exports_are_ignored", ignored);
		json_close(&run->json, '}');
		strbuf_addch(&run->out, '\n');
	} else if (!run->changes) {
		strbuf_addstr(&run->out, "nothing to do: everything is in place\n");
	}
	(void)fputs(run->out.buf, run->ctx->out);
}

/* --- what is to be made ------------------------------------------------- */

/* Every directory on the way, so that each can be taken back. */
static void add_dirs(struct setup_list *plan, const char *path)
{
	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		_autofree_ char *part = xstrndup(path, (size_t)(slash - path));

		setup_add(plan, SETUP_DIRECTORY, SETUP_WORKTREE, part, "", 0755);
	}
	setup_add(plan, SETUP_DIRECTORY, SETUP_WORKTREE, path, "", 0755);
}

static void find_exports(struct init *run)
{
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;
	const char *top = vcs_worktree(run->ctx->repo);
	size_t len = top ? strlen(top) : 0;

	if (!record_export_dir(&dir, run->ctx->repo))
		return;
	while (dir.len && dir.buf[dir.len - 1] == '/')
		strbuf_setlen(&dir, dir.len - 1);
	if (len && strncmp(dir.buf, top, len) == 0 && dir.buf[len] == '/')
		strbuf_addstr(&run->exports, dir.buf + len + 1);
	else
		context_note(run->ctx,
			"exports go to '%s', outside this worktree: they are not committed with it",
			dir.buf);
}

static enum tt_code add_workflow(
	struct setup_list *plan, const struct init *run, struct tt_error *err)
{
	const struct embedded *file = embedded_find(WORKFLOW);

	if (!vcs_worktree(run->ctx->repo))
		return tt_fail(err, TT_EUSAGE, "a bare repository has no place for a workflow");
	if (!file)
		return tt_fail(err, TT_EBUG, "this program was built without its workflow");
	add_dirs(plan, ".github/workflows");
	setup_add(plan, SETUP_FILE, SETUP_WORKTREE, WORKFLOW, file->text, 0644);
	return TT_OK;
}

static enum tt_code make_plan(struct setup_list *plan, struct init *run, struct tt_error *err)
{
	setup_add_ledger_dir(plan, run->ctx->repo);
	find_exports(run);
	if (run->exports.len) {
		_autofree_ char *keep = xasprintf("%s/.gitkeep", run->exports.buf);

		add_dirs(plan, run->exports.buf);
		setup_add(plan, SETUP_FILE, SETUP_WORKTREE, keep, "", 0644);
	}
	if (run->options->workflow || run->options->all)
		return add_workflow(plan, run, err);
	return TT_OK;
}

/* --- making it ---------------------------------------------------------- */

static void note_made(struct init *run, const struct setup_item *item)
{
	struct setup_item *known = (struct setup_item *)setup_find(&run->made, item);

	if (known)
		known->hash = item->hash;
	else
		setup_add(&run->made, item->kind, item->base, item->path, item->text, item->mode);
}

/* Make one thing.  The record is on disk before the thing is. */
static enum tt_code make_one(struct init *run, const struct setup_item *item, struct tt_error *err)
{
	const struct vcs_repo *repo = run->ctx->repo;
	const struct setup_item *known = setup_find(&run->made, item);
	enum setup_state state;

	if (setup_look(&state, item, known, repo, err) != TT_OK)
		return err->code;
	if (state == SETUP_CHANGED) {
		context_note(run->ctx, "'%s' is there with other content: it is left as it is",
			item->path);
		return TT_OK;
	}
	if (state == SETUP_THERE && !known)
		return TT_OK;
	if (state != SETUP_THERE)
		announce_item(run, item, state);
	if (run->options->dry_run || (state == SETUP_THERE && known->hash == item->hash))
		return TT_OK;
	if (state == SETUP_EARLIER && setup_make(item, repo, err) != TT_OK)
		return err->code;
	note_made(run, item);
	if (setup_save(&run->made, repo, err) != TT_OK)
		return err->code;
	return state == SETUP_MISSING ? setup_make(item, repo, err) : TT_OK;
}

static enum tt_code make_hook(struct init *run, struct tt_error *err)
{
	_cleanup_(git_hook_release) struct git_hook hook = GIT_HOOK_INIT;
	const struct setup_item item = { .kind = SETUP_HOOK,
		.base = SETUP_LEDGER,
		.path = (char[]){ "pre-commit" },
		.text = (char[]){ "" } };

	if (git_hook_read(&hook, GIT_HOOK_REMINDER, run->ctx->repo, err) != TT_OK)
		return err->code;
	if (hook.state == HOOK_CURRENT)
		return TT_OK;
	if (!git_hook_is_writable(&hook)) {
		context_warn(run->ctx,
			"the git hook is not installed: %s writes '%s' itself; "
			"'track-tokens hooks install' says what to add",
			git_hook_keeper_name(&hook), hook.path.buf);
		return TT_OK;
	}
	announce(run, hook.state == HOOK_OUTDATED ? &renews : &creates, hook.path.buf);
	if (run->options->dry_run)
		return TT_OK;
	if (hook.state != HOOK_OUTDATED)
		note_made(run, &item);
	if (setup_save(&run->made, run->ctx->repo, err) != TT_OK)
		return err->code;
	return git_hook_install(&hook, err);
}

/* --- the client's hooks --------------------------------------------------- */

static enum tt_code note_settings(
	struct init *run, const struct claude_settings *s, struct tt_error *err)
{
	const struct setup_item item = { .kind = SETUP_CLAUDE,
		.base = SETUP_WORKTREE,
		.path = (char *)claude_scope_names[s->scope],
		.text = (char[]){ "" } };

	note_made(run, &item);
	return setup_save(&run->made, run->ctx->repo, err);
}

static enum tt_code change_settings(struct init *run, struct claude_settings *s,
	const struct strbuf *wanted, struct tt_error *err)
{
	announce(run, s->exists ? &extends : &creates, s->shown.buf);
	if (run->options->dry_run)
		return TT_OK;
	if (note_settings(run, s, err) != TT_OK || claude_settings_install(s, wanted, err) != TT_OK)
		return err->code;
	return claude_settings_hide(s->scope, run->ctx->repo, err);
}

static enum tt_code make_settings(struct init *run, struct tt_error *err)
{
	_cleanup_(claude_settings_release) struct claude_settings s = CLAUDE_SETTINGS_INIT;
	_cleanup_(strbuf_release) struct strbuf wanted = STRBUF_INIT;
	const char *word = run->options->claude;
	enum claude_scope scope = CLAUDE_LOCAL;

	if (word && *word && !claude_scope_parse(&scope, word))
		return tt_fail(
			err, TT_EUSAGE, "--claude: '%s' is not local, project or user", word);
	if (claude_settings_read(&s, scope, run->ctx->repo, err) != TT_OK ||
		claude_settings_wanted(&wanted, &s, run->options->statusline, err) != TT_OK)
		return err->code;
	if (wanted.len == s.text.len && memcmp(wanted.buf, s.text.buf, wanted.len) == 0)
		return TT_OK;
	return change_settings(run, &s, &wanted, err);
}

/* --- the other servers ------------------------------------------------------ */

static enum tt_code share(struct init *run, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;
	struct sharing_setup todo;

	if (sharing_plan(&todo, &dir, run->options->shared, err) != TT_OK)
		return err->code;
	if (todo.make_dir)
		announce(run, &creates, dir.buf);
	if (todo.set_config)
		announce(run, &sets, "track-tokens.sharedDir");
	return run->options->dry_run ? TT_OK : sharing_set_up(&todo, dir.buf, err);
}

/* --- exports that git would ignore -------------------------------------- */

static bool exports_are_ignored(const struct init *run)
{
	_autofree_ char *probe =
		xasprintf("%s/tokens_x_20260101_000000_00000000.json", run->exports.buf);

	return run->exports.len && vcs_is_ignored(run->ctx->repo, probe);
}

/* The directory as a pattern of .gitignore. */
static void add_pattern(struct strbuf *out, const char *path)
{
	for (; *path; path++) {
		if (strchr("\\*?[ ", *path))
			strbuf_addch(out, '\\');
		strbuf_addch(out, *path);
	}
}

static enum tt_code fix_ignore(struct init *run, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;
	_cleanup_(setup_release) struct setup_list lines = SETUP_LIST_INIT;
	_autofree_ char *text = NULL;

	add_pattern(&dir, run->exports.buf);
	text = xasprintf("# Exports of track-tokens are committed.\n!/%s/\n!/%s/tokens_*.json\n",
		dir.buf, dir.buf);
	setup_add(&lines, SETUP_LINES, SETUP_WORKTREE, ".gitignore", text, 0644);
	return make_one(run, &lines.items[0], err);
}

static void say_ignored(const struct init *run, bool tried)
{
	const char *dir = run->exports.buf;

	if (tried)
		context_warn(run->ctx,
			"'%s' is still ignored by git ('git check-ignore -v %s/tokens_x.json' "
			"names "
			"the rule): choose another directory with "
			"'git config track-tokens.exportDir <dir>'",
			dir, dir);
	else
		context_warn(run->ctx,
			"'%s' is ignored by git, so exports would never be imported: add '!/%s/' "
			"to "
			".gitignore ('track-tokens init --fix-ignore' does it), or choose another "
			"directory with 'git config track-tokens.exportDir <dir>'",
			dir, dir);
}

static enum tt_code settle_ignore(struct init *run, bool *ignored, struct tt_error *err)
{
	_autofree_ char *question = xasprintf(
		"'%s' is ignored by git, so exports would never be imported. Add '!/%s/' to "
		".gitignore?",
		run->exports.buf, run->exports.buf);
	bool fix;

	*ignored = exports_are_ignored(run);
	if (!*ignored)
		return TT_OK;
	fix = run->options->fix_ignore ||
	      (!run->options->dry_run && !run->ctx->common.json && context_ask(run->ctx, question));
	if (fix && fix_ignore(run, err) != TT_OK)
		return err->code;
	if (fix && run->options->dry_run)
		return TT_OK;
	*ignored = exports_are_ignored(run);
	if (*ignored)
		say_ignored(run, fix);
	return TT_OK;
}

/* --- the command -------------------------------------------------------- */

static enum tt_code set_up_repository(struct init *run, bool *ignored, struct tt_error *err)
{
	_cleanup_(setup_release) struct setup_list plan = SETUP_LIST_INIT;

	if (setup_load(&run->made, run->ctx->repo, err) != TT_OK ||
		make_plan(&plan, run, err) != TT_OK)
		return err->code;
	for (size_t i = 0; i < plan.count; i++)
		if (make_one(run, &plan.items[i], err) != TT_OK)
			return err->code;
	if ((run->options->hooks || run->options->all) && make_hook(run, err) != TT_OK)
		return err->code;
	if (run->options->claude && make_settings(run, err) != TT_OK)
		return err->code;
	return settle_ignore(run, ignored, err);
}

static enum tt_code set_up(struct init *run, struct tt_error *err)
{
	_autoclose_ int lock = -1;
	bool ignored = false;

	if (run->ctx->repo && !run->options->dry_run &&
		setup_lock(&lock, run->ctx->repo, err) != TT_OK)
		return err->code;
	begin_answer(run);
	if (run->options->shared && share(run, err) != TT_OK)
		return err->code;
	if (run->ctx->repo && set_up_repository(run, &ignored, err) != TT_OK)
		return err->code;
	end_answer(run, ignored);
	return TT_OK;
}

/* The other servers are the user's business, everything else the repository's. */
static enum tt_code find_repository(
	struct context *ctx, const struct init_options *o, struct tt_error *err)
{
	struct tt_error problem = TT_ERROR_INIT;
	bool only_shared =
		o->shared && !o->hooks && !o->workflow && !o->all && !o->claude && !o->fix_ignore;

	if (context_open_repo(ctx, &problem) == TT_OK ||
		(problem.code == TT_ENOTFOUND && only_shared))
		return TT_OK;
	*err = problem;
	return err->code;
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	struct init init = { .ctx = ctx,
		.options = values,
		.made = SETUP_LIST_INIT,
		.exports = STRBUF_INIT,
		.out = STRBUF_INIT };
	enum tt_code code;

	if (argc)
		return tt_fail(err, TT_EUSAGE, "init takes no operand: '%s'", argv[0]);
	if (init.options->statusline && !init.options->claude)
		return tt_fail(err, TT_EUSAGE, "--statusline goes with --claude");
	if (find_repository(ctx, init.options, err) != TT_OK)
		return err->code;
	code = set_up(&init, err);
	setup_release(&init.made);
	strbuf_release(&init.exports);
	strbuf_release(&init.out);
	return code;
}

const struct command command_init = {
	.name = "init",
	.synopsis = "",
	.summary = "Prepare this repository for tracking",
	.details = "Makes token_metrics/local_tracking/ for the ledgers, with a .gitignore of its "
		   "own, and temp/ (track-tokens.exportDir) for the exports, which are committed. "
		   "Says so when git would ignore the exports, and offers the mend. Running it "
		   "again does nothing; 'track-tokens deinit' takes back what it made.\n"
		   "\n"
		   "--claude adds hooks to Claude Code's settings, touching nothing else in them, "
		   "so that every session fills the ledgers by itself; with the git hook, each "
		   "commit takes the exports along. --statusline wraps a status line that is "
		   "there.\n"
		   "\n"
		   "--shared sets track-tokens.sharedDir in the user's git configuration, also "
		   "outside a repository: this server publishes what it used into DIR, which all "
		   "of the user's servers see, and counts what the others used in the plan's "
		   "windows.",
	.examples = "track-tokens init --dry-run --all\n"
		    "track-tokens init --all --claude\n"
		    "track-tokens init --claude=user --statusline\n"
		    "track-tokens init --shared /mnt/fileshare/claude-sync",
	.options = init_rows,
	.values_size = sizeof(struct init_options),
	.needs = TELLS_SERVERS,
	.run = run,
};
