/* SPDX-License-Identifier: MIT */
#include "sync_report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/text_set.h"
#include "report/report.h"

/* The branches that are shown, each under a label of its own: no branch's name has
 * a space, so the labels of what is not known are nobody's name. */
struct rows {
	struct collector *collector;
	const struct sync_scope *scope;
	struct rollup *totals;
	struct report_sync_branch *branches;
	size_t count;
	int64_t last_repository, label_repository; /* of the last entry, and label */
	struct arena arena;
	struct repository_row repository;
	bool has_unknown;
	struct text_set sessions;
	struct strbuf key; /* of the session that is looked up */
};

static void rows_release(struct rows *rows)
{
	text_set_release(&rows->sessions);
	rollup_free(rows->totals);
	free(rows->branches);
	strbuf_release(&rows->key);
	arena_release(&rows->arena);
}

static const char *worktree_of(struct arena *arena, const char *common_dir)
{
	size_t len = strlen(common_dir), suffix = strlen("/.git");

	if (!text_ends_with(common_dir, "/.git"))
		return common_dir;
	return arena_strndup(arena, common_dir, len - suffix);
}

static enum tt_code find_repository(struct rows *rows, int64_t id, struct tt_error *err)
{
	if (rows->last_repository == id)
		return TT_OK;
	rows->last_repository = id;
	rows->repository = (struct repository_row){ 0 };
	if (id == REPOSITORY_UNKNOWN)
		return TT_OK;
	return usage_index_find_repository(
		rows->collector->index, id, &rows->arena, &rows->repository, err);
}

/* "main", or with the repository where there are several: the branch comes first,
 * since a narrow terminal cuts the end. */
static const char *make_label(struct rows *rows, const struct usage_entry *e)
{
	_cleanup_(strbuf_release) struct strbuf label = STRBUF_INIT;
	const struct repository_row *r = &rows->repository;

	if (rows->scope->all && e->repository == REPOSITORY_UNKNOWN)
		return "(no repository)";
	strbuf_addstr(&label, e->branch ? e->branch : "(unknown branch)");
	if (rows->scope->all)
		strbuf_addf(&label, " (%s)",
			r->name && !text_starts_with(r->name, "root:")
				? r->name
				: worktree_of(&rows->arena, r->common_dir));
	return arena_strdup(&rows->arena, label.buf);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Entries of a repository and branch come together. */
static const char *find_label(struct rows *rows, const struct usage_entry *e)
{
	struct report_sync_branch *last = rows->count ? &rows->branches[rows->count - 1] : NULL;
	const struct repository_row *r = &rows->repository;
	const char *label;

	if (last && rows->label_repository == e->repository && same_text(last->branch, e->branch))
		return last->label;
	label = make_label(rows, e);
	rows->label_repository = e->repository;
	rows->branches = xreallocarray(rows->branches, rows->count + 1, sizeof *rows->branches);
	rows->branches[rows->count++] = (struct report_sync_branch){
		.label = label,
		.repository = r->name,
		.path = r->common_dir ? worktree_of(&rows->arena, r->common_dir) : NULL,
		.branch = e->branch ? arena_strdup(&rows->arena, e->branch) : NULL,
	};
	return label;
}

/* A session has an entry for each day and model: it counts once on a branch. */
static bool is_new_session(struct rows *rows, const char *label, const char *session)
{
	strbuf_reset(&rows->key);
	strbuf_addf(&rows->key, "%s\n%s", label, session ? session : "");
	return text_set_add(&rows->sessions, rows->key.buf, rows->key.len);
}

static enum tt_code add_entry(void *ctx, const struct usage_entry *e, struct tt_error *err)
{
	struct rows *rows = ctx;
	struct rollup_cell cell = {
		.model = e->model,
		.price_class = e->price_class,
		.kind = e->kind,
		.day = e->day,
		.usage = e->usage,
		.web_searches = e->web_searches,
		.requests = e->requests,
		.first = e->first,
		.last = e->last,
	};

	if (rows->scope->has_since && e->day.number < rows->scope->since.number)
		return TT_OK;
	if (find_repository(rows, e->repository, err) != TT_OK)
		return err->code;
	rows->has_unknown = rows->has_unknown || !e->branch;
	cell.branch = find_label(rows, e);
	cell.sessions = is_new_session(rows, cell.branch, e->session);
	return rollup_add_cell(rows->totals, &cell, err);
}

static enum tt_code add_entries(struct rows *rows, struct tt_error *err)
{
	const struct usage_filter filter = { .has_repository = !rows->scope->all,
		.repository = rows->scope->repository,
		.any_order = true };

	if (usage_index_entries(rows->collector->index, &filter, add_entry, rows, err) != TT_OK)
		return err->code;
	rollup_finish(rows->totals);
	return TT_OK;
}

/* --- text ------------------------------------------------------------------------------ */

static void add_bytes(struct strbuf *out, int64_t bytes)
{
	if (bytes >= 1000000)
		strbuf_addf(
			out, "%" PRId64 ".%" PRId64 " MB", bytes / 1000000, bytes / 100000 % 10);
	else
		strbuf_addf(out, "%" PRId64 " kB", (bytes + 999) / 1000);
}

static void add_work(struct strbuf *out, const struct collector *c)
{
	strbuf_addstr(out, c->dry_run ? "Would read " : "Read ");
	text_add_count(out, (int64_t)c->read);
	strbuf_addstr(out, " of ");
	text_add_count(out, (int64_t)c->files);
	strbuf_addstr(out, c->files == 1 ? " transcript (" : " transcripts (");
	add_bytes(out, c->stats.bytes);
	strbuf_addstr(out, "): ");
	text_add_count(out, c->new_responses);
	strbuf_addstr(out, c->new_responses == 1 ? " new response.\n" : " new responses.\n");
}

static void add_skipped(struct strbuf *out, const struct collector *c)
{
	for (int i = 0; i < TRANSCRIPT_SKIPS; i++) {
		if (!c->stats.skipped[i])
			continue;
		strbuf_addstr(out, "Skipped ");
		text_add_count(out, c->stats.skipped[i]);
		strbuf_addf(out, "%s with usage: %s.\n",
			c->stats.skipped[i] == 1 ? " line" : " lines", transcript_skip_names[i]);
	}
}

static void add_text(struct strbuf *out, const struct rows *rows)
{
	const struct collector *c = rows->collector;
	struct report_branches report = { rows->totals, NULL, c->prices };

	add_work(out, c);
	if (c->ctx->common.verbose)
		add_skipped(out, c);
	strbuf_addch(out, '\n');
	report_branches_text(out, &report, &c->ctx->style);
	if (rows->has_unknown)
		strbuf_addstr(out, "Neither reflog nor transcript tells the branch of some: see "
				   "'track-tokens doctor'.\n");
}

static enum tt_code add_json(struct strbuf *out, const struct rows *rows, struct tt_error *err)
{
	const struct collector *c = rows->collector;
	struct report_sync report = {
		.dry_run = c->dry_run,
		.files = (int64_t)c->files,
		.read = (int64_t)c->read,
		.failed = (int64_t)c->failed,
		.stats = &c->stats,
		.new_responses = c->new_responses,
		.branches = rows->branches,
		.count = rows->count,
		.totals = rows->totals,
		.prices = c->prices,
	};

	if (usage_index_count(c->index, &report.responses, err) != TT_OK)
		return err->code;
	report_sync_json(out, &report);
	return TT_OK;
}

enum tt_code sync_report(struct strbuf *out, struct collector *c, const struct sync_scope *scope,
	struct tt_error *err)
{
	_cleanup_(rows_release) struct rows rows = { .collector = c,
		.scope = scope,
		.last_repository = -1,
		.key = STRBUF_INIT,
		.totals = rollup_new(c->prices) };

	if (add_entries(&rows, err) != TT_OK)
		return err->code;
	if (c->ctx->common.json)
		return add_json(out, &rows, err);
	add_text(out, &rows);
	return TT_OK;
}
