/* SPDX-License-Identifier: MIT */
#include "reminder.h"

#include <string.h>

#include "amending.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "cli/record.h"
#include "commit_capture.h"
#include "shell_word.h"

static bool has_line(const char *lines, const char *line)
{
	size_t len = strlen(line);

	for (; *lines; lines += strcspn(lines, "\n") + 1)
		if (strncmp(lines, line, len) == 0 && lines[len] == '\n')
			return true;
	return false;
}

/*
 * Was an entry recorded since the last commit made here?  An entry names the
 * commit that was HEAD then; clocks are no witness, since commits can be dated
 * at will.  Entries come in the order they were recorded, so the search begins
 * at the end.
 */
static bool has_entry_since(struct ledger *ledger, const char *heads)
{
	struct tt_error ignored = TT_ERROR_INIT;
	struct entry e;

	for (size_t i = ledger_count(ledger); i-- > 0;)
		if (ledger_entry(ledger, i, &e, &ignored) == TT_OK && !e.is_void && e.commit &&
			has_line(heads, e.commit))
			return true;
	return false;
}

static bool is_recorded(struct context *ctx, const char *branch)
{
	struct ledger_place place = record_place(ctx->repo);
	_cleanup_(ledger_freep) struct ledger *ledger = NULL;
	_cleanup_(strbuf_release) struct strbuf heads = STRBUF_INIT;
	struct tt_error problem = TT_ERROR_INIT;

	if (ledger_read(&ledger, &place, branch, &problem) != TT_OK) {
		if (problem.code == TT_ENOTFOUND)
			return false;
		context_warn(ctx, "%s", problem.msg);
		return true;
	}
	if (!vcs_recent_heads(&heads, ctx->repo))
		return ledger_info(ledger)->sessions > 0;
	return has_entry_since(ledger, heads.buf);
}

/* The export directory as it is typed, when it lies in this worktree. */
static const char *export_dir_below(struct strbuf *dir, const struct vcs_repo *repo)
{
	const char *top = vcs_worktree(repo);
	size_t len = top ? strlen(top) : 0;

	if (!top || !record_export_dir(dir, repo) || !text_starts_with(dir->buf, top) ||
		dir->buf[len] != '/')
		return NULL;
	return dir->buf + len + 1;
}

static const char *stop_words(bool required)
{
	return required ? "commit stopped (TRACK_TOKENS=0 lets it go): " : "";
}

static bool remind_to_record(struct context *ctx, bool required)
{
	_cleanup_(strbuf_release) struct strbuf branch = STRBUF_INIT;
	struct tt_error problem = TT_ERROR_INIT;
	bool missing;

	if (record_branch(&branch, ctx->repo, NULL, &problem) != TT_OK) {
		context_detail(ctx, "%s", problem.msg);
		return false;
	}
	missing = !amending() && !is_recorded(ctx, branch.buf);
	if (missing)
		context_note(ctx,
			"%snothing was recorded on '%s' since its last commit: "
			"track-tokens add <total> \"notes\"",
			stop_words(required), branch.buf);
	return missing;
}

static bool remind_to_stage(struct context *ctx, bool required)
{
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;
	_cleanup_(strbuf_release) struct strbuf word = STRBUF_INIT;
	const char *relative = export_dir_below(&dir, ctx->repo);
	struct tt_error problem = TT_ERROR_INIT;
	size_t count = 0;

	if (!relative)
		return false;
	if (vcs_unstaged_below(&count, ctx->repo, relative, &problem) != TT_OK) {
		context_detail(ctx, "%s", problem.msg);
		return false;
	}
	shell_add_word(&word, relative);
	if (count)
		context_note(ctx, "%s%zu %s in '%s' not staged: git add %s", stop_words(required),
			count, count == 1 ? "file is" : "files are", relative, word.buf);
	return count > 0;
}

bool reminder_run(struct context *ctx)
{
	const char *wish = context_env("TRACK_TOKENS");
	struct tt_error problem = TT_ERROR_INIT;
	bool required, captured, missing;

	if (wish && strcmp(wish, "0") == 0)
		return false;
	if (context_open_repo(ctx, &problem) != TT_OK) {
		context_detail(ctx, "%s", problem.msg);
		return false;
	}
	if (vcs_is_replaying(ctx->repo))
		return false;
	required = vcs_config_bool(ctx->repo, "track-tokens.requireTracking", false);
	captured = commit_capture(ctx);
	missing = !captured && remind_to_record(ctx, required);
	return (remind_to_stage(ctx, required) || missing) && required;
}
