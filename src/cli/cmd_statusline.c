/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/command.h"
#include "hook_input.h"
#include "index/usage_index.h"
#include "limits.h"
#include "statusline.h"
#include "user_state.h"
#include "vcs/head_log.h"

/*
 * Run by the client every second or so while somebody types: it reads two small
 * files of git's and a few rows of the usage index, waits for nobody, and leaves out
 * what it cannot tell.
 */
enum { INDEX_WAIT_MS = 20, THEN_WAIT_MS = 1000 };

struct statusline_options {
	const char *style, *format, *then;
};

static const struct option_row statusline_rows[] = {
	{ "style", 0, OPTION_WORD, "full|compact|cost", "how much to show (default: full)",
		offsetof(struct statusline_options, style), false },
	{ "format", 0, OPTION_TEXT, "TEXT", "show this text, with {fields} filled in",
		offsetof(struct statusline_options, format), false },
	{ "then", 0, OPTION_TEXT, "COMMAND",
		"run this on the same input, and show what it prints before",
		offsetof(struct statusline_options, then), false },
	{ 0 },
};

static const struct statusline_options statusline_defaults = { .style = "full" };

/* --- what the branch has cost -------------------------------------------------------- */

struct sums {
	const struct prices *prices;
	struct statusline *line;
	const char *common_dir;
	int64_t repository;
};

static enum tt_code match_repository(
	void *ctx, const struct repository_row *row, struct tt_error *err)
{
	struct sums *sums = ctx;

	(void)err;
	if (strcmp(row->common_dir, sums->common_dir) == 0)
		sums->repository = row->id;
	return TT_OK;
}

static enum tt_code add_entry(void *ctx, const struct usage_entry *e, struct tt_error *err)
{
	struct sums *sums = ctx;
	struct cost cost;
	int64_t tokens = 0;

	(void)err;
	prices_cost(
		&cost, sums->prices, e->model, e->price_class, e->day, &e->usage, e->web_searches);
	(void)usage_total(&tokens, &e->usage);
	cost_add(&sums->line->branch_cost, &cost);
	sums->line->branch_tokens += tokens;
	return TT_OK;
}

static enum tt_code add_up(struct sums *sums, struct tt_error *err)
{
	_cleanup_(usage_index_closep) struct usage_index *index = NULL;
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;
	struct usage_filter filter = { .has_repository = true, .branch = sums->line->branch };

	if (user_state_path(&dir, err) != TT_OK ||
		usage_index_open(&index, dir.buf, false, INDEX_WAIT_MS, NULL, err) != TT_OK ||
		usage_index_repositories(index, match_repository, sums, err) != TT_OK)
		return err->code;
	if (!sums->repository)
		return TT_ENOTFOUND;
	filter.repository = sums->repository;
	return usage_index_entries(index, &filter, add_entry, sums, err);
}

static void find_branch_cost(struct statusline *line, const struct vcs_location *at)
{
	_cleanup_(prices_freep) struct prices *prices = NULL;
	struct sums sums = { .line = line, .common_dir = at->common_dir.buf };
	struct tt_error ignored = TT_ERROR_INIT;

	if (prices_builtin(&prices, &ignored) != TT_OK)
		return;
	sums.prices = prices;
	line->has_branch_cost = add_up(&sums, &ignored) == TT_OK;
}

/* --- the line ---------------------------------------------------------------------------- */

static void show(const struct context *ctx, const struct statusline *line,
	const struct statusline_options *o, const struct strbuf *theirs)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	size_t len = theirs->len;

	while (len && (theirs->buf[len - 1] == '\n' || theirs->buf[len - 1] == '\r'))
		len--;
	strbuf_add(&out, theirs->buf, len);
	if (len)
		strbuf_addstr(&out, ctx->style.glyphs == REPORT_UTF8 ? " \xc2\xb7 " : " | ");
	if (o->format)
		statusline_add_format(&out, line, o->format);
	else
		statusline_add_style(&out, line, o->style);
	strbuf_addch(&out, '\n');
	(void)fwrite(out.buf, 1, out.len, ctx->out);
}

static void make_line(const struct context *ctx, const struct strbuf *input,
	const struct statusline_options *o, const struct strbuf *theirs)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	_cleanup_(vcs_location_release) struct vcs_location at = VCS_LOCATION_INIT;
	_cleanup_(strbuf_release) struct strbuf branch = STRBUF_INIT;
	struct statusline line = { .status = { .context_permille = -1 }, .style = &ctx->style };
	struct tt_error ignored = TT_ERROR_INIT;

	(void)client_status_parse(&line.status, &arena, input->buf, input->len, &ignored);
	limits_remember(&line.status);
	if (line.status.cwd && vcs_locate(&at, line.status.cwd) &&
		vcs_location_branch(&branch, &at)) {
		line.branch = branch.buf;
		find_branch_cost(&line, &at);
	}
	show(ctx, &line, o, theirs);
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	const struct statusline_options *o = values;
	_cleanup_(strbuf_release) struct strbuf input = STRBUF_INIT, theirs = STRBUF_INIT;
	struct tt_error ignored = TT_ERROR_INIT;

	(void)argc;
	(void)argv;
	(void)err;
	(void)hook_input_read(&input, &ignored);
	if (o->then)
		hook_run_command(&theirs, o->then, &input, THEN_WAIT_MS);
	make_line(ctx, &input, o, &theirs);
	return TT_OK;
}

const struct command command_statusline = {
	.name = "statusline",
	.synopsis = "",
	.summary = "Show the branch's cost in Claude Code's status line (run by the client)",
	.details =
		"Reads the client's JSON on standard input and prints one line: the branch and "
		"what was captured of its cost so far, the cost of the session, how full the "
		"context is, and the limits of the plan as the client reports them. What is not "
		"known is left out. It always exits 0. 'track-tokens init --claude --statusline' "
		"installs it.\n"
		"\n"
		"Fields of --format: {branch} {branch_cost} {branch_tokens} {session_cost} "
		"{context} {context_tokens} {five_hour} {five_hour_reset} {seven_day} "
		"{seven_day_reset} {model} {directory}; '?' stands for what is not known.",
	.examples = "track-tokens statusline --style compact <status.json\n"
		    "track-tokens statusline --format '{model}: {branch} {branch_cost}'\n"
		    "track-tokens statusline --then '~/bin/my-status-line'",
	.options = statusline_rows,
	.values_size = sizeof(struct statusline_options),
	.defaults = &statusline_defaults,
	.needs = NEVER_FAIL,
	.run = run,
};
