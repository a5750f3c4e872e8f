/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "captured.h"
#include "cli/command.h"
#include "collect.h"
#include "requests.h"
#include "sync_report.h"
#include "user_log.h"

struct sync_options {
	const char *since;
	bool all, dry_run;
};

static const struct option_row sync_rows[] = {
	{ "all", 'a', OPTION_FLAG, NULL, "every repository, not only this one",
		offsetof(struct sync_options, all), false },
	{ "since", 0, OPTION_TEXT, "DAY", "show only what was used from this day on",
		offsetof(struct sync_options, since), false },
	{ "dry-run", 'n', OPTION_FLAG, NULL, "show what would be, and change nothing",
		offsetof(struct sync_options, dry_run), false },
	{ 0 },
};

/* Another collector is a hook or a reminder, and quick. */
enum { WAIT_MS = 10000 };

/* Where this command stands; without a repository, or with --all, everywhere. */
static enum tt_code find_scope(struct sync_scope *scope, struct collector *c, struct context *ctx,
	const struct sync_options *o, struct tt_error *err)
{
	struct tt_error problem = TT_ERROR_INIT;

	scope->all = o->all;
	if (o->since && !day_parse(&scope->since, o->since))
		return tt_fail(
			err, TT_EUSAGE, "--since: '%s' is not a day such as 2026-11-23", o->since);
	scope->has_since = o->since != NULL;
	if (o->all)
		return TT_OK;
	if (context_open_repo(ctx, &problem) != TT_OK) {
		if (problem.code != TT_ENOTFOUND)
			return tt_fail(err, problem.code, "%s", problem.msg);
		context_note(ctx, "not inside a git repository: showing all of them");
		scope->all = true;
		return TT_OK;
	}
	return attribution_repository(
		c->attribution, vcs_common_dir(ctx->repo), &scope->repository, NULL, err);
}

static enum tt_code tell_problems(const struct context *ctx, const struct collector *c,
	const struct captured *done, struct tt_error *err)
{
	if (c->set_aside.len)
		context_warn(ctx,
			"the usage index was damaged: it was set aside as '%s', and a new one was "
			"built from the transcripts",
			c->set_aside.buf);
	if (c->failed)
		context_warn(ctx, "%zu of %zu transcripts could not be read: %s", c->failed,
			c->files, c->problem.msg);
	if (done->skipped)
		return tt_fail(err, done->problem.code,
			"%zu %s could not be written, and %s due next time: %s", done->skipped,
			done->skipped == 1 ? "ledger" : "ledgers",
			done->skipped == 1 ? "is" : "are", done->problem.msg);
	return TT_OK;
}

static enum tt_code collect_and_record(struct collector *c, struct context *ctx,
	const struct sync_options *o, struct sync_scope *scope, struct captured *done,
	struct tt_error *err)
{
	if (find_scope(scope, c, ctx, o, err) != TT_OK || collect_everything(c, err) != TT_OK ||
		collect_settle(c, err) != TT_OK)
		return err->code;
	if (scope->all)
		return captured_record_touched(done, c, true, WAIT_MS, err);
	if (scope->repository == REPOSITORY_UNKNOWN)
		return TT_OK;
	if (captured_restore(c, scope->repository, err) != TT_OK)
		return err->code;
	return captured_record(done, c, scope->repository, WAIT_MS, err);
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	const struct sync_options *o = values;
	const struct collect_options how = { .dry_run = o->dry_run,
		.show_progress = ctx->err_is_terminal && !ctx->common.quiet,
		.wait_ms = WAIT_MS };
	_cleanup_(collect_close) struct collector c = { .state = USER_STATE_INIT };
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct sync_scope scope = { 0 };
	struct captured done = { 0 };

	if (argc)
		return tt_fail(err, TT_EUSAGE, "sync takes no operand: '%s'", argv[0]);
	if (!o->dry_run)
		requests_take(ctx);
	if (collect_open(&c, ctx, &how, err) != TT_OK ||
		collect_and_record(&c, ctx, o, &scope, &done, err) != TT_OK ||
		sync_report(&out, &c, &scope, err) != TT_OK || collect_commit(&c, err) != TT_OK)
		return err->code;
	(void)fwrite(out.buf, 1, out.len, ctx->out);
	if (c.new_responses && !c.dry_run)
		user_log(USER_LOG_INFO, "sync: %" PRId64 " new answers from %zu transcripts",
			c.new_responses, c.read);
	return tell_problems(ctx, &c, &done, err);
}

const struct command command_sync = {
	.name = "sync",
	.synopsis = "",
	.summary = "Read Claude Code's transcripts, and bring the ledgers up to date",
	.details =
		"Reads what is new in the transcripts of every configuration directory "
		"(CLAUDE_CONFIG_DIR, ~/.claude, ~/.config/claude), remembers every answer of the "
		"API in the usage index (~/.local/state/track-tokens/usage.db), which outlives the "
		"client's deletion of its transcripts after 30 days, and writes what each branch "
		"used into the ledgers of this repository. Running it again changes nothing.\n"
		"\n"
		"The branch of an answer is that of the worktree's HEAD at its time, by the "
		"reflog; what is not known has a row of its own. With the hooks of "
		"'track-tokens init --claude' this happens by itself.",
	.examples = "track-tokens sync\n"
		    "track-tokens sync --all --since 2026-11-01\n"
		    "track-tokens sync --dry-run --json",
	.options = sync_rows,
	.values_size = sizeof(struct sync_options),
	.needs = TELLS_SERVERS,
	.run = run,
};
