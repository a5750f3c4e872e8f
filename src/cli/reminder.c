/* SPDX-License-Identifier: MIT */
#include "reminder.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/instant.h"
#include "base/text.h"
#include "cli/record.h"
#include "shell_word.h"

/* An author's time this close to now belongs to a commit that is just made. */
enum { JUST_NOW_MS = 2000 };

/* The last commit of the branch; time.ms = -1 when there is none. */
struct last_commit {
	struct strbuf id;
	struct instant time;
};

/*
 * Is the last commit being amended?  git hands the author's time to its hooks,
 * and an amended commit keeps it.  A second commit within the same second looks
 * alike, and is the likelier one then.
 */
static bool is_amending(const struct vcs_repo *repo)
{
	const char *text = context_env("GIT_AUTHOR_DATE");
	struct instant authored, now = clock_now();
	int64_t ms;

	if (!text || *text != '@' || !vcs_head_authored(&authored, repo))
		return false;
	ms = strtoll(text + 1, NULL, 10) * 1000;
	return ms == authored.ms && now.ms - ms > JUST_NOW_MS;
}

/* Was an entry recorded while HEAD was that commit?  Entries come last in the
 * order they were recorded, so the search begins there. */
static bool has_entry_of(struct ledger *ledger, const char *commit)
{
	struct tt_error ignored = TT_ERROR_INIT;
	struct entry e;

	for (size_t i = ledger_count(ledger); i-- > 0;)
		if (ledger_entry(ledger, i, &e, &ignored) == TT_OK && !e.is_void && e.commit &&
			strcmp(e.commit, commit) == 0)
			return true;
	return false;
}

static bool is_recorded(struct context *ctx, const char *branch, const struct last_commit *last)
{
	struct ledger_place place = record_place(ctx->repo);
	_cleanup_(ledger_freep) struct ledger *ledger = NULL;
	struct tt_error problem = TT_ERROR_INIT;
	const struct ledger_info *info;

	if (ledger_read(&ledger, &place, branch, &problem) != TT_OK) {
		if (problem.code == TT_ENOTFOUND)
			return false;
		context_warn(ctx, "%s", problem.msg);
		return true;
	}
	info = ledger_info(ledger);
	if (info->sessions == 0)
		return false;
	/* Commit times are whole seconds: later means later than all of it. */
	return last->time.ms < 0 || info->last_updated.ms >= last->time.ms + 1000 ||
	       has_entry_of(ledger, last->id.buf);
}

static void find_last_commit(struct last_commit *out, const struct vcs_repo *repo)
{
	struct tt_error ignored = TT_ERROR_INIT;

	out->time.ms = -1;
	if (vcs_head_commit(&out->id, &out->time, repo, &ignored) != TT_OK)
		out->time.ms = -1;
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
	struct last_commit last = { .id = STRBUF_INIT };
	struct tt_error problem = TT_ERROR_INIT;
	bool missing;

	if (record_branch(&branch, ctx->repo, NULL, &problem) != TT_OK) {
		context_detail(ctx, "%s", problem.msg);
		return false;
	}
	find_last_commit(&last, ctx->repo);
	missing = !is_amending(ctx->repo) && !is_recorded(ctx, branch.buf, &last);
	strbuf_release(&last.id);
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
	bool required, missing;

	if (wish && strcmp(wish, "0") == 0)
		return false;
	if (context_open_repo(ctx, &problem) != TT_OK) {
		context_detail(ctx, "%s", problem.msg);
		return false;
	}
	if (vcs_is_replaying(ctx->repo))
		return false;
	required = vcs_config_bool(ctx->repo, "track-tokens.requireTracking", false);
	missing = remind_to_record(ctx, required);
	return (remind_to_stage(ctx, required) || missing) && required;
}
