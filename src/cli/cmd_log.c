/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cli/command.h"
#include "cli/record.h"
#include "commit_usage.h"
#include "log_show.h"

struct log_options {
	const char *branch, *prices;
	int64_t number;
};

static const struct option_row log_rows[] = {
	{ "branch", 'b', OPTION_TEXT, "NAME", "the usage of this branch, not of the present one",
		offsetof(struct log_options, branch), false },
	{ "number", 'n', OPTION_INT, "N", "show the last N commits (default: all with usage)",
		offsetof(struct log_options, number), false },
	{ "prices", 0, OPTION_TEXT, "FILE", "use this price table",
		offsetof(struct log_options, prices), false },
	{ 0 },
};

/* "A..B", "A..", "..B" or "B", as git reads them; *base and *tip are the caller's. */
static void parse_range(const char *text, char **base, char **tip)
{
	const char *dots = strstr(text, "..");

	if (!dots) {
		*tip = xstrdup(text);
		return;
	}
	if (dots > text)
		*base = xstrndup(text, (size_t)(dots - text));
	dots += dots[2] == '.' ? 3 : 2;
	*tip = xstrdup(*dots ? dots : "HEAD");
}

static enum tt_code show(
	struct context *ctx, struct commit_range *range, const char *wanted, struct tt_error *err)
{
	_cleanup_(commit_usage_release) struct commit_usage usage = COMMIT_USAGE_INIT;
	_cleanup_(strbuf_release) struct strbuf branch = STRBUF_INIT, out = STRBUF_INIT;
	struct report_log log;

	if (record_branch(&branch, ctx->repo, wanted, err) != TT_OK)
		return err->code;
	range->branch = branch.buf;
	if (commit_usage_load(&usage, ctx, range, err) != TT_OK)
		return err->code;
	log = (struct report_log){ branch.buf, usage.rows, usage.count, usage.totals,
		usage.prices };
	if (ctx->common.json)
		report_log_json(&out, &log);
	else
		report_log_text(&out, &log, &ctx->style);
	(void)fwrite(out.buf, 1, out.len, ctx->out);
	return TT_OK;
}

enum tt_code log_show(struct context *ctx, const char *branch, int64_t number,
	const char *prices_file, struct tt_error *err)
{
	struct commit_range range = { .limit = (size_t)number, .prices_file = prices_file };

	if (!ctx->repo && context_open_repo(ctx, err) != TT_OK)
		return err->code;
	return show(ctx, &range, branch, err);
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	const struct log_options *o = values;
	_autofree_ char *base = NULL, *tip = NULL;
	struct commit_range range = { .limit = (size_t)o->number, .prices_file = o->prices };

	if (argc > 1)
		return tt_fail(err, TT_EUSAGE, "one range at a time");
	if (argc)
		parse_range(argv[0], &base, &tip);
	range.base = base;
	range.tip = tip;
	return show(ctx, &range, o->branch, err);
}

const struct command command_log = {
	.name = "log",
	.synopsis = "[range]",
	.summary = "Show what each commit of the branch cost",
	.details =
		"A commit's usage is what was used on the branch between its predecessor and "
		"itself, along the first parents. What came after the last commit, and what lies "
		"before a range, have rows of their own, so that the rows add up to the branch's "
		"total. Answers are told apart by their own times where the usage index has them; "
		"an entry made by hand counts at its time.",
	.examples = "track-tokens log\n"
		    "track-tokens log -n 5\n"
		    "track-tokens log main..feature/login --branch feature/login\n"
		    "track-tokens log --json",
	.options = log_rows,
	.values_size = sizeof(struct log_options),
	.needs = NEED_REPO | PAGED,
	.run = run,
};
