/* SPDX-License-Identifier: MIT */
#include "base/cleanup.h"
#include "base/mem.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "move_in.h"

struct move_options {
	bool status, dry_run;
};

static const struct option_row move_rows[] = {
	{ "status", 0, OPTION_FLAG, NULL, "list the files, and which are taken already",
		offsetof(struct move_options, status), false },
	{ "dry-run", 'n', OPTION_FLAG, NULL, "show what would become of what, and change nothing",
		offsetof(struct move_options, dry_run), false },
	{ 0 },
};

/* Another collector is a hook or a reminder, and quick. */
enum { WAIT_MS = 10000 };

static enum tt_code find_files(struct moving *m, int argc, char **argv, struct tt_error *err)
{
	struct tt_error problem = TT_ERROR_INIT;

	if (context_open_repo(m->ctx, &problem) != TT_OK && problem.code != TT_ENOTFOUND)
		return tt_fail(err, problem.code, "%s", problem.msg);
	for (int i = 0; i < argc; i++)
		move_add_file(m, argv[i]);
	if (argc == 0)
		move_add_known_places(m);
	return TT_OK;
}

/* Sessions that are in transcripts are counted from them: so these are read first. */
static enum tt_code settle(struct moving *m, struct collector *c, struct tt_error *err)
{
	move_add_backups(m, &c->state);
	if (move_has_sessions(m) &&
		(collect_everything(c, err) != TT_OK || collect_settle(c, err) != TT_OK))
		return err->code;
	move_entries(m, false);
	return move_usage_settle(m, c->index, err);
}

static enum tt_code write_all(struct moving *m, struct collector *c, struct tt_error *err)
{
	if (move_back_up(m, &c->state, err) != TT_OK)
		return err->code;
	move_entries(m, true);
	if (move_usage_put(m, c->index, err) != TT_OK || collect_commit(c, err) != TT_OK)
		return err->code;
	return move_set_aside(m, err);
}

static enum tt_code judge(struct context *ctx, const struct moving *m, struct tt_error *err)
{
	size_t shown, refused = move_refused(m, &shown);

	if (refused && refused == shown)
		return tt_fail(err, TT_EINPUT, "nothing was moved in: %s refused",
			refused == 1 ? "the file was" : "all files were");
	if (refused)
		ctx->status = EXIT_REJECTED;
	return TT_OK;
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	const struct move_options *o = values;
	const struct collect_options how = { .dry_run = o->dry_run || o->status,
		.show_progress = ctx->err_is_terminal && !ctx->common.quiet,
		.wait_ms = WAIT_MS };
	_cleanup_(collect_close) struct collector c = { .state = USER_STATE_INIT };
	_cleanup_(moving_release) struct moving m = { .ctx = ctx };
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	_autofree_ char *backups = NULL;

	if (find_files(&m, argc, argv, err) != TT_OK || collect_open(&c, ctx, &how, err) != TT_OK ||
		settle(&m, &c, err) != TT_OK || (!how.dry_run && write_all(&m, &c, err) != TT_OK))
		return err->code;
	backups = xasprintf("%s/migrated", c.state.dir.buf);
	move_report(&out, &m,
		o->status    ? MOVE_REPORT_STATUS
		: o->dry_run ? MOVE_REPORT_DRY
			     : MOVE_REPORT_DONE,
		backups);
	(void)fwrite(out.buf, 1, out.len, ctx->out);
	if (c.set_aside.len)
		context_warn(ctx, "the usage index was damaged: it was set aside as '%s'",
			c.set_aside.buf);
	return o->status ? TT_OK : judge(ctx, &m, err);
}

const struct command command_move_in = {
	.name = "migrate",
	.synopsis = "[file...]",
	.summary = "Move in what earlier trackers recorded",
	.details =
		"Files of earlier trackers are recognised by what they hold. What knows its branch "
		"becomes entries of that branch's ledger in this repository; the rest becomes part "
		"of the user's own history, which the plan's windows are reckoned from. The same "
		"tokens in several files (a log, the state beside it, an export) are counted once, "
		"and sessions that transcripts tell answer by answer are counted from these. "
		"Running it again changes nothing.\n"
		"\n"
		"Without a file it looks where the trackers kept theirs: the present directory and "
		"the repository, Claude Code's configuration directories, ~/.claude.json and "
		"/mnt/fileshare/claude-sync.\n"
		"\n"
		"Every file that gives something is copied to ~/.local/state/track-tokens/migrated "
		"first, and is itself left as it is; old ledgers among the present ones get "
		"another "
		"name. A file that is damaged or unknown is refused with the reason, and the "
		"others "
		"go on (exit status 3).",
	.examples = "track-tokens migrate --status\n"
		    "track-tokens migrate --dry-run\n"
		    "track-tokens migrate token_usage.json claude_usage.log",
	.options = move_rows,
	.values_size = sizeof(struct move_options),
	.run = run,
};
