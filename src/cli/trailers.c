/* SPDX-License-Identifier: MIT */
#include "trailers.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cli/record.h"
#include "collect.h"
#include "commit_usage.h"
#include "user_log.h"

/* "message" (-m, -F), "template" or nothing: a commit of new work. */
static bool is_new_work(int argc, char **argv)
{
	return argc < 2 || strcmp(argv[1], "message") == 0 || strcmp(argv[1], "template") == 0;
}

static void make_trailers(
	struct strbuf *tokens, struct strbuf *cost, const struct rollup_total *total)
{
	strbuf_addf(tokens, "Claude-Tokens: %lld", (long long)total->tokens);
	strbuf_addstr(cost, "Claude-Cost: ");
	report_cost(cost, &total->cost, total->tokens, REPORT_ASCII);
}

static void add_trailers(struct context *ctx, const char *file, const struct rollup_total *total)
{
	_cleanup_(strbuf_release) struct strbuf tokens = STRBUF_INIT, cost = STRBUF_INIT;
	char *path = realpath(file, NULL);

	make_trailers(&tokens, &cost, total);
	if (!path || !vcs_add_trailers(
			     ctx->repo, path, (const char *const[]){ tokens.buf, cost.buf, NULL }))
		user_log(USER_LOG_ERROR, "cannot add trailers to '%s'", file);
	free(path);
}

static enum tt_code find_uncommitted(struct commit_usage *usage, const struct rollup_total **out,
	struct context *ctx, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf branch = STRBUF_INIT;
	struct commit_range range = { .limit = 1, .max_bytes = COLLECT_QUICK };

	*out = NULL;
	if (record_branch(&branch, ctx->repo, NULL, err) != TT_OK)
		return err->code;
	range.branch = branch.buf;
	if (commit_usage_load(usage, ctx, &range, err) != TT_OK)
		return err->code;
	if (usage->count && usage->rows[0].label)
		*out = usage->rows[0].total;
	return TT_OK;
}

void trailers_run(struct context *ctx, int argc, char **argv)
{
	_cleanup_(commit_usage_release) struct commit_usage usage = COMMIT_USAGE_INIT;
	const struct rollup_total *total;
	struct tt_error problem = TT_ERROR_INIT;

	ctx->common.quiet = true;
	if (argc < 1 || !is_new_work(argc, argv) || context_open_repo(ctx, &problem) != TT_OK ||
		vcs_is_replaying(ctx->repo))
		return;
	if (find_uncommitted(&usage, &total, ctx, &problem) != TT_OK)
		user_log(USER_LOG_ERROR, "trailers: %s", problem.msg);
	else if (total && total->tokens > 0)
		add_trailers(ctx, argv[0], total);
}
