/* SPDX-License-Identifier: MIT */
#include "commit_capture.h"

#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "branches.h"
#include "captured.h"
#include "claude_settings.h"
#include "collect.h"
#include "user_log.h"

/* A commit waits no longer than this for another collector, or for a ledger. */
enum { WAIT_MS = 1000 };

/* --- what is new ------------------------------------------------------------------ */

/* Who never had transcripts read is not captured: adds by hand make an index too. */
static bool has_captured(void)
{
	_cleanup_(usage_index_closep) struct usage_index *index = NULL;
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;
	struct tt_error ignored = TT_ERROR_INIT;
	bool any = false;

	if (user_state_path(&dir, &ignored) != TT_OK)
		return false;
	if (usage_index_open(&index, dir.buf, false, WAIT_MS, NULL, &ignored) != TT_OK)
		return ignored.code != TT_ENOTFOUND;
	return usage_index_has_transcripts(index, &any, &ignored) != TT_OK || any;
}

static enum tt_code note_any(void *ctx, const struct usage_entry *e, struct tt_error *err)
{
	(void)e;
	(void)err;
	*(bool *)ctx = true;
	return TT_OK;
}

static enum tt_code collect(struct collector *c, bool *any, struct tt_error *err)
{
	struct usage_filter here = { .has_repository = true, .any_order = true };
	struct captured done = { 0 };

	if (collect_everything(c, err) != TT_OK || collect_settle(c, err) != TT_OK ||
		attribution_repository(c->attribution, vcs_common_dir(c->ctx->repo),
			&here.repository, NULL, err) != TT_OK)
		return err->code;
	if (here.repository == REPOSITORY_UNKNOWN)
		return TT_OK;
	if (captured_record(&done, c, here.repository, WAIT_MS, err) != TT_OK ||
		usage_index_entries(c->index, &here, note_any, any, err) != TT_OK)
		return err->code;
	if (done.skipped)
		user_log(USER_LOG_ERROR, "before a commit: %s", done.problem.msg);
	return TT_OK;
}

static enum tt_code bring_up_to_date(const struct context *ctx, bool *any, struct tt_error *err)
{
	const struct collect_options how = { .wait_ms = WAIT_MS, .max_bytes = COLLECT_QUICK };
	_cleanup_(collect_close) struct collector c = { .state = USER_STATE_INIT };

	if (collect_open(&c, ctx, &how, err) != TT_OK || collect(&c, any, err) != TT_OK)
		return err->code;
	return collect_commit(&c, err);
}

/* --- the export --------------------------------------------------------------------- */

/* `git commit <files>` prepares the commit in an index of its own, which is thrown
 * away: what is staged there would come back as removed. */
static bool index_is_lasting(void)
{
	const char *index = context_env("GIT_INDEX_FILE");
	const char *name = index ? strrchr(index, '/') : NULL;

	return !index || !text_starts_with(name ? name + 1 : index, "next-index-");
}

static void stage(void *to, const char *branch, const struct record_export *x)
{
	const struct context *ctx = to;

	if (!vcs_config_bool(ctx->repo, "track-tokens.stageExports", true) || !index_is_lasting() ||
		!vcs_stage(ctx->repo, x->path.buf))
		return; /* the reminder says that it is not staged */
	context_detail(ctx, "exported %zu entries of '%s' with this commit: %s", x->entries, branch,
		x->name.buf);
}

bool commit_capture(struct context *ctx)
{
	struct tt_error problem = TT_ERROR_INIT;
	bool any = false;

	if (!has_captured())
		return claude_settings_have_hooks(ctx->repo);
	if (bring_up_to_date(ctx, &any, &problem) != TT_OK) {
		context_detail(ctx, "%s", problem.msg);
		user_log(USER_LOG_ERROR, "before a commit: %s", problem.msg);
		return any;
	}
	if (any && vcs_worktree(ctx->repo) &&
		branches_export_pending(ctx, stage, ctx, &problem) != TT_OK) {
		context_detail(ctx, "%s", problem.msg);
		user_log(USER_LOG_ERROR, "before a commit: %s", problem.msg);
	}
	return any || claude_settings_have_hooks(ctx->repo);
}
