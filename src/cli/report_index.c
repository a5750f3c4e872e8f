/* SPDX-License-Identifier: MIT */
#include "report_index.h"

#include "base/cleanup.h"
#include "collect.h"
#include "requests.h"

enum { INDEX_WAIT_MS = 2000 };

static enum tt_code collect(const struct context *ctx, struct tt_error *err)
{
	const struct collect_options how = {
		.show_progress = ctx->err_is_terminal && !ctx->common.quiet,
	};
	_cleanup_(collect_close) struct collector c = { .state = USER_STATE_INIT };

	if (collect_open(&c, ctx, &how, err) != TT_OK || collect_everything(&c, err) != TT_OK ||
		collect_settle(&c, err) != TT_OK)
		return err->code;
	return collect_commit(&c, err);
}

void report_index_refresh(const struct context *ctx)
{
	struct tt_error problem = TT_ERROR_INIT;

	requests_take(ctx);
	if (collect(ctx, &problem) == TT_OK)
		return;
	if (problem.code == TT_EBUSY)
		context_detail(ctx, "another command is reading the transcripts");
	else
		context_warn(ctx, "what is new is not in the report: %s", problem.msg);
}

enum tt_code report_index_open(
	struct usage_index **out, const struct context *ctx, bool sync, struct tt_error *err)
{
	_cleanup_(usage_index_closep) struct usage_index *index = NULL;
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;
	enum tt_code code;

	if (sync)
		report_index_refresh(ctx);
	if (user_state_path(&dir, err) != TT_OK)
		return err->code;
	code = usage_index_open(&index, dir.buf, false, INDEX_WAIT_MS, NULL, err);
	if (code == TT_ENOTFOUND)
		return tt_fail(err, TT_ENOTFOUND,
			"nothing is known yet: 'track-tokens sync' reads Claude Code's "
			"transcripts");
	if (code != TT_OK || usage_index_begin(index, err) != TT_OK)
		return err->code;
	*out = steal(&index);
	return TT_OK;
}
