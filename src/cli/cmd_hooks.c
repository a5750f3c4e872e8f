/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "git_hook.h"
#include "reminder.h"
#include "setup.h"
#include "trailers.h"

struct hooks_options {
	bool dry_run, trailers;
};

static const struct option_row hooks_rows[] = {
	{ "dry-run", 'n', OPTION_FLAG, NULL, "show what would change, and change nothing",
		offsetof(struct hooks_options, dry_run), false },
	{ "trailers", 0, OPTION_FLAG, NULL,
		"install: also write what was used into each commit's message",
		offsetof(struct hooks_options, trailers), false },
	{ 0 },
};

static const char *const state_names[] = { "absent", "current", "outdated", "foreign" };

static bool is_ours(const struct git_hook *hook)
{
	return hook->state == HOOK_CURRENT || hook->state == HOOK_OUTDATED;
}

/* One line of text, or a document that says the same. */
static void answer(
	struct context *ctx, const struct git_hook *hook, const char *action, const char *sentence)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT, advice = STRBUF_INIT;
	struct json_writer w = { .out = &out };

	if (!git_hook_is_writable(hook) && !is_ours(hook))
		git_hook_add_advice(&advice, hook);
	if (ctx->common.json) {
		json_open(&w, '{');
		json_put_int(&w, "version", 1);
		json_put_string(&w, "hook", hook->name);
		json_put_string(&w, "action", action);
		json_put_string(&w, "path", hook->path.buf);
		json_put_string(&w, "state", state_names[hook->state]);
		json_put_string(&w, "kept_by", git_hook_keeper_name(hook));
		json_put_bool(&w, "runs_earlier_hook", hook->kept);
		json_put_string(&w, "advice", advice.len ? advice.buf : NULL);
		json_close(&w, '}');
	} else {
		strbuf_addf(&out, "%s: ", sentence);
		text_add_visible(&out, hook->path.buf);
		if (hook->kept && is_ours(hook)) {
			strbuf_addstr(&out, " (it first runs ");
			git_hook_add_kept_name(&out, hook);
			strbuf_addch(&out, ')');
		}
	}
	strbuf_addch(&out, '\n');
	(void)fputs(out.buf, ctx->out);
}

static enum tt_code refuse(struct context *ctx, const struct git_hook *hook, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf advice = STRBUF_INIT;

	git_hook_add_advice(&advice, hook);
	if (ctx->common.json)
		answer(ctx, hook, "refuse", "");
	else
		(void)fputs(advice.buf, ctx->out);
	if (hook->keeper == HOOK_BY_OUTSIDER)
		return tt_fail(err, TT_EFAILED,
			"nothing was changed: core.hooksPath is outside this repository, so the "
			"hook '%s' serves others too",
			hook->path.buf);
	return tt_fail(err, TT_EFAILED, "nothing was changed: %s writes '%s' itself",
		git_hook_keeper_name(hook), hook->path.buf);
}

static enum tt_code install(
	struct context *ctx, struct git_hook *hook, bool dry, struct tt_error *err)
{
	if (hook->state == HOOK_CURRENT) {
		answer(ctx, hook, "none", "Already installed");
		return TT_OK;
	}
	if (!git_hook_is_writable(hook))
		return refuse(ctx, hook, err);
	if (!dry && git_hook_install(hook, err) != TT_OK)
		return err->code;
	answer(ctx, hook, "install", dry ? "Would install" : "Installed");
	return TT_OK;
}

static enum tt_code uninstall(
	struct context *ctx, struct git_hook *hook, bool dry, struct tt_error *err)
{
	bool gives_back = hook->kept && hook->keeper == HOOK_BY_GIT;

	if (!is_ours(hook)) {
		answer(ctx, hook, "none", "Nothing to take out");
		return TT_OK;
	}
	if (!git_hook_is_writable(hook))
		return tt_fail(err, TT_EFAILED,
			"take the lines with 'track-tokens' out of what %s runs: we did not write "
			"them",
			git_hook_keeper_name(hook));
	if (!dry && git_hook_uninstall(hook, err) != TT_OK)
		return err->code;
	hook->kept = false;
	hook->state = gives_back ? HOOK_FOREIGN : HOOK_ABSENT;
	answer(ctx, hook, "uninstall",
		gives_back ? (dry ? "Would put back the earlier hook" : "Put back the earlier hook")
			   : (dry ? "Would take out" : "Taken out"));
	return TT_OK;
}

static enum tt_code status(struct context *ctx, struct git_hook *hook)
{
	static const char *const sentences[] = { "Not installed", "Installed",
		"Installed by another version ('track-tokens hooks install' renews it)",
		"Not installed (there is another hook, which install would keep)" };

	answer(ctx, hook, "none", sentences[hook->state]);
	return TT_OK;
}

/* The hook calls this: only a wanted stop may look like a failure. */
static enum tt_code run_hook(struct context *ctx, int argc, char **argv)
{
	if (strcmp(argv[0], GIT_HOOK_TRAILERS) == 0)
		trailers_run(ctx, argc - 1, argv + 1);
	else if (strcmp(argv[0], GIT_HOOK_REMINDER) == 0 && reminder_run(ctx))
		ctx->status = EXIT_FAILED;
	return TT_OK;
}

static enum tt_code manage_one(struct context *ctx, struct git_hook *hook, const char *verb,
	bool dry, struct tt_error *err)
{
	if (strcmp(verb, "install") == 0)
		return install(ctx, hook, dry, err);
	if (strcmp(verb, "uninstall") == 0)
		return uninstall(ctx, hook, dry, err);
	return status(ctx, hook);
}

/* The trailers are looked at where they are asked for, or installed. */
static enum tt_code manage_trailers(
	struct context *ctx, const struct hooks_options *o, const char *verb, struct tt_error *err)
{
	_cleanup_(git_hook_release) struct git_hook hook = GIT_HOOK_INIT;

	if (git_hook_read(&hook, GIT_HOOK_TRAILERS, ctx->repo, err) != TT_OK)
		return err->code;
	if (strcmp(verb, "install") == 0 ? !o->trailers : !is_ours(&hook))
		return TT_OK;
	return manage_one(ctx, &hook, verb, o->dry_run, err);
}

static enum tt_code manage(
	struct context *ctx, const struct hooks_options *o, const char *verb, struct tt_error *err)
{
	_cleanup_(git_hook_release) struct git_hook hook = GIT_HOOK_INIT;
	_autoclose_ int lock = -1;
	bool changes = strcmp(verb, "status") != 0 && !o->dry_run;

	if (context_open_repo(ctx, err) != TT_OK ||
		(changes && setup_lock(&lock, ctx->repo, err) != TT_OK) ||
		git_hook_read(&hook, GIT_HOOK_REMINDER, ctx->repo, err) != TT_OK ||
		manage_one(ctx, &hook, verb, o->dry_run, err) != TT_OK)
		return err->code;
	return manage_trailers(ctx, o, verb, err);
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	const struct hooks_options *o = values;
	const char *verb = argc ? argv[0] : "status";

	if (strcmp(verb, "run") == 0 && argc > 1)
		return run_hook(ctx, argc - 1, argv + 1);
	if (argc > 1)
		return tt_fail(err, TT_EUSAGE, "too many operands: '%s'", argv[1]);
	if (strcmp(verb, "install") != 0 && strcmp(verb, "uninstall") != 0 &&
		strcmp(verb, "status") != 0)
		return tt_fail(err, TT_EUSAGE,
			"'%s' is not install, uninstall, status or run pre-commit", verb);
	if (o->trailers && strcmp(verb, "install") != 0)
		return tt_fail(err, TT_EUSAGE, "--trailers goes with install");
	return manage(ctx, o, verb, err);
}

const struct command command_hooks = {
	.name = "hooks",
	.synopsis = "[status]\ninstall\nuninstall\nrun pre-commit",
	.summary = "Remind at each commit that tokens should be recorded",
	.details = "The pre-commit hook says in a line or two when nothing was recorded on this "
		   "branch since its last commit, or when exports are not staged, and lets the "
		   "commit go. It blocks when git config track-tokens.requireTracking is true; "
		   "TRACK_TOKENS=0 silences it.\n\n"
		   "A hook that is there already is kept, and run first. In a repository with "
		   "husky the line goes to .husky/pre-commit; for lefthook, pre-commit and a "
		   "core.hooksPath outside the repository, install prints what to add.\n\n"
		   "Where usage is captured, it exports what is new and stages the export with "
		   "the commit (git config track-tokens.stageExports false leaves that to you). "
		   "With --trailers, a prepare-commit-msg hook adds 'Claude-Tokens:' and "
		   "'Claude-Cost:' to the messages of ordinary commits.",
	.examples = "track-tokens hooks install\n"
		    "track-tokens hooks uninstall --dry-run\n"
		    "TRACK_TOKENS=0 git commit -m 'no reminder'",
	.options = hooks_rows,
	.values_size = sizeof(struct hooks_options),
	.needs = NEED_NOTHING,
	.run = run,
};
