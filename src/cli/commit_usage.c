/* SPDX-License-Identifier: MIT */
#include "commit_usage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text_set.h"
#include "captured.h"
#include "cli/price_table.h"
#include "cli/record.h"
#include "vcs/commits.h"

#define uthash_fatal(msg) mem_exhausted()
#include <uthash.h>

/* Commits have whole seconds: what was used within it is theirs. */
enum { SECOND_END = 999 };

/* --- pieces of usage, each with its time ----------------------------------------- */

struct piece {
	struct rollup_cell cell; /* without its row */
	const char *entry;	 /* id of the ledger's entry */
	const char *session;	 /* of the client; NULL: it is one of its own */
};

/* What the index holds of an entry of the ledger. */
struct indexed {
	char id[ENTRY_ID_TEXT];
	struct usage usage;
	bool matches; /* and so do the ledger's figures */
	UT_hash_handle hh;
};

/* The entry that the last answer belongs to, and copies of its texts. */
struct run {
	struct usage_entry like;
	struct indexed *node; /* NULL: there was none yet */
	const char *session, *model, *price_class;
};

struct gathering {
	struct commit_usage *out;
	const char *branch;
	struct piece *pieces;
	size_t count, alloc;
	struct indexed *indexed;
	struct run run;
	struct instant first; /* of all pieces */
};

static void gathering_release(struct gathering *g)
{
	struct indexed *node, *next;

	HASH_ITER (hh, g->indexed, node, next) {
		HASH_DEL(g->indexed, node);
		free(node);
	}
	free(g->pieces);
}

static struct piece *add_piece(struct gathering *g)
{
	if (g->count == g->alloc) {
		g->alloc = g->alloc ? 2 * g->alloc : 256;
		g->pieces = xreallocarray(g->pieces, g->alloc, sizeof *g->pieces);
	}
	return &g->pieces[g->count++];
}

static const char *keep(struct gathering *g, const char *text)
{
	return text ? arena_strdup(&g->out->arena, text) : NULL;
}

static struct indexed *indexed_at(struct gathering *g, const char *id)
{
	struct indexed *node;

	HASH_FIND_STR(g->indexed, id, node);
	if (!node) {
		node = xcalloc(1, sizeof *node);
		memcpy(node->id, id, sizeof node->id);
		HASH_ADD_STR(g->indexed, id, node);
	}
	return node;
}

/* --- from the index ------------------------------------------------------------------- */

/* Answers come in runs of one session and model.  The index gives equal texts as the same
 * pointer. */
static bool same_entry(const struct usage_entry *a, const struct usage_entry *b)
{
	return a->session == b->session && a->branch == b->branch && a->model == b->model &&
	       a->price_class == b->price_class && a->day.number == b->day.number &&
	       a->kind == b->kind;
}

static const struct run *run_of(struct gathering *g, const struct usage_entry *like)
{
	struct run *run = &g->run;
	struct entry entry;

	if (run->node && same_entry(&run->like, like))
		return run;
	captured_entry(&entry, like);
	*run = (struct run){ .like = *like,
		.node = indexed_at(g, entry.id),
		.session = keep(g, like->session),
		.model = keep(g, like->model),
		.price_class = keep(g, like->price_class) };
	return run;
}

static enum tt_code add_response(void *ctx, const struct usage_row *row, struct tt_error *err)
{
	struct gathering *g = ctx;
	const struct usage_entry like = {
		.session = row->response.session,
		.branch = row->placement.branch,
		.day = row->placement.day,
		.model = row->response.model,
		.price_class = row->placement.price_class,
		.kind = row->kind,
	};
	const struct run *run = run_of(g, &like);
	struct usage usage = response_counted(&row->response);

	(void)err;
	(void)usage_add(&run->node->usage, &usage);
	*add_piece(g) = (struct piece){
		.entry = run->node->id,
		.session = run->session,
		.cell = { .model = run->model,
			.price_class = run->price_class,
			.kind = row->kind,
			.day = row->placement.day,
			.usage = usage,
			.web_searches = row->response.web_searches,
			.requests = row->kind == ENTRY_AUXILIARY
					    ? 0
					    : response_requests(&row->response),
			.first = row->response.time,
			.last = row->response.last_time },
	};
	return TT_OK;
}

/* What is new is read first, so that index and ledger agree. */
static enum tt_code read_index(
	struct gathering *g, const struct context *ctx, int64_t max_bytes, struct tt_error *err)
{
	const struct collect_options how = { .wait_ms = 1000, .max_bytes = max_bytes };
	_cleanup_(collect_close) struct collector c = { .state = USER_STATE_INIT };
	struct usage_filter filter = { .has_repository = true, .branch = g->branch };
	struct captured done = { 0 };

	if (collect_open(&c, ctx, &how, err) != TT_OK || collect_everything(&c, err) != TT_OK ||
		collect_settle(&c, err) != TT_OK ||
		attribution_repository(c.attribution, vcs_common_dir(ctx->repo), &filter.repository,
			NULL, err) != TT_OK)
		return err->code;
	if (!filter.repository)
		return TT_OK;
	if (captured_record(&done, &c, filter.repository, 1000, err) != TT_OK ||
		usage_index_responses(c.index, &filter, add_response, g, err) != TT_OK)
		return err->code;
	return collect_commit(&c, err);
}

/* --- from the ledger --------------------------------------------------------------------- */

static bool same_usage(const struct usage *a, const struct usage *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}

static void add_entry(struct gathering *g, const struct entry *e)
{
	struct indexed *node;
	struct piece *piece;

	HASH_FIND_STR(g->indexed, e->id, node);
	if (node && same_usage(&node->usage, &e->usage)) {
		node->matches = true;
		return;
	}
	piece = add_piece(g);
	*piece = (struct piece){ .cell = {
					 .model = keep(g, e->model),
					 .price_class = keep(g, e->price_class),
					 .kind = e->kind,
					 .day = e->day,
					 .usage = e->usage,
					 .web_searches = e->web_searches,
					 .requests = e->requests,
					 .first = e->timestamp,
					 .last = e->has_last_activity ? e->last_activity
								      : e->timestamp,
				 } };
}

static enum tt_code read_ledger(
	struct gathering *g, const struct context *ctx, struct tt_error *err)
{
	_cleanup_(ledger_freep) struct ledger *ledger = NULL;
	struct ledger_place place = record_place(ctx->repo);
	struct tt_error absent = TT_ERROR_INIT;
	struct entry e;

	if (ledger_read(&ledger, &place, g->branch, &absent) != TT_OK) {
		if (absent.code == TT_ENOTFOUND)
			return TT_OK;
		*err = absent;
		return err->code;
	}
	for (size_t i = 0; i < ledger_count(ledger); i++) {
		if (ledger_entry(ledger, i, &e, err) != TT_OK)
			return err->code;
		if (!e.is_void && e.kind != ENTRY_CONTEXT_READING)
			add_entry(g, &e);
	}
	return TT_OK;
}

/* Answers whose entry the ledger does not have as they make it are left out: the
 * ledger's own figures stand for them. */
static void settle_pieces(struct gathering *g)
{
	size_t kept = 0;

	g->first.ms = INT64_MAX;
	for (size_t i = 0; i < g->count; i++) {
		struct piece *piece = &g->pieces[i];
		struct indexed *node = NULL;

		if (piece->entry)
			HASH_FIND_STR(g->indexed, piece->entry, node);
		if (piece->entry && (!node || !node->matches))
			continue;
		if (piece->cell.first.ms < g->first.ms)
			g->first = piece->cell.first;
		g->pieces[kept++] = *piece;
	}
	g->count = kept;
}

/* --- commits ----------------------------------------------------------------------- */

struct walked {
	struct instant authored, committed;
	/* Usage up to then, and after that of the commit before it, is this one's.  Not so
	 * where it only came to lie before work that was there already. */
	struct instant until;
	bool came_later;
};

struct walk {
	struct gathering *g;
	struct report_commit *commits; /* newest first */
	struct walked *times;	       /* theirs */
	size_t count, limit;
	struct instant before; /* usage up to then is of commits that are not shown */
};

static void walk_release(struct walk *w)
{
	free(w->commits);
	free(w->times);
}

/* Enough: the next one is not asked for, or everything was used after it. */
static bool is_enough(const struct walk *w, const struct vcs_commit *commit)
{
	return commit->is_end || (w->limit && w->count == w->limit) ||
	       (!w->limit && commit->committed.ms + SECOND_END < w->g->first.ms);
}

static enum tt_code add_commit(
	void *ctx, const struct vcs_commit *commit, bool *stop, struct tt_error *err)
{
	struct walk *w = ctx;

	(void)err;
	if (is_enough(w, commit)) {
		*stop = true;
		w->before = commit->committed;
		return TT_OK;
	}
	w->commits = xreallocarray(w->commits, w->count + 1, sizeof *w->commits);
	w->times = xreallocarray(w->times, w->count + 1, sizeof *w->times);
	w->times[w->count] =
		(struct walked){ .authored = commit->authored, .committed = commit->committed };
	w->commits[w->count++] = (struct report_commit){
		.id = keep(w->g, commit->id),
		.summary = keep(w->g, commit->summary),
		.time = commit->committed,
	};
	return TT_OK;
}

/* Rebased: it was written before the one below it was made, or made after the one above
 * it was written. */
static bool is_made_again(const struct walk *w, size_t i)
{
	const struct walked *t = &w->times[i];
	struct instant parent = i + 1 < w->count ? t[1].committed : w->before;

	return parent.ms > t->authored.ms || (i > 0 && t->committed.ms > t[-1].authored.ms);
}

/* Where the work on a commit ended: when it was made, or, made again, when it was written.
 * Times fall from the newest to the oldest: what is later was put below by a rebase. */
static void order_times(struct walk *w)
{
	struct instant last = { INT64_MAX };

	for (size_t i = 0; i < w->count; i++) {
		struct walked *t = &w->times[i];

		t->until = is_made_again(w, i) ? t->authored : t->committed;
		t->came_later = t->until.ms > last.ms;
		if (!t->came_later)
			last = t->until;
		w->commits[i].time = t->until;
	}
	if (w->before.ms > last.ms)
		w->before = last;
}

static enum tt_code walk_commits(struct walk *w, const struct context *ctx,
	const struct commit_range *range, struct tt_error *err)
{
	_autofree_ char *ref = xasprintf("refs/heads/%s", range->branch);
	struct tt_error absent = TT_ERROR_INIT;
	const char *tip = range->tip ? range->tip : ref;
	enum tt_code code = vcs_first_parents(ctx->repo, tip, range->base, add_commit, w, &absent);

	order_times(w);
	/* a branch that is gone, or unborn, has usage all the same */
	if (code == TT_OK || (code == TT_ENOTFOUND && !range->tip && !range->base))
		return TT_OK;
	return tt_fail(err, code, "%s", absent.msg);
}

/* --- adding up ------------------------------------------------------------------------ */

enum { ROW_NAME = 24 };

/* Totals go by the number of the commit, newest 0; -1: not committed yet; the number of
 * commits: before all of them. */
static long find_row(const struct walk *w, struct instant t)
{
	size_t row = 0;

	if (t.ms <= w->before.ms + SECOND_END && w->before.ms)
		return (long)w->count;
	if (!w->count || t.ms > w->times[0].until.ms + SECOND_END)
		return -1;
	for (size_t i = 1; i < w->count; i++) {
		if (w->times[i].came_later)
			continue;
		if (t.ms > w->times[i].until.ms + SECOND_END)
			break;
		row = i;
	}
	return (long)row;
}

/* Many answers of a session are one session of a commit. */
static bool is_new_session(struct text_set *seen, const char *row, const char *session)
{
	_autofree_ char *key = session ? xasprintf("%s %s", row, session) : NULL;

	return !key || text_set_add(seen, key, strlen(key));
}

static enum tt_code add_up(struct walk *w, struct tt_error *err)
{
	_cleanup_(text_set_release) struct text_set seen = TEXT_SET_INIT;
	struct rollup *totals = w->g->out->totals;
	char name[ROW_NAME];

	for (size_t i = 0; i < w->g->count; i++) {
		const struct piece *piece = &w->g->pieces[i];
		struct rollup_cell cell = piece->cell;

		(void)snprintf(name, sizeof name, "%ld", find_row(w, cell.first));
		cell.branch = name;
		cell.sessions = is_new_session(&seen, name, piece->session);
		if (rollup_add_cell(totals, &cell, err) != TT_OK)
			return err->code;
	}
	rollup_finish(totals);
	return TT_OK;
}

static const struct rollup_total *total_of(const struct commit_usage *u, long row)
{
	char name[ROW_NAME];

	(void)snprintf(name, sizeof name, "%ld", row);
	return rollup_branch(u->totals, name);
}

static void add_row(
	struct commit_usage *u, struct report_commit row, const struct rollup_total *total)
{
	row.total = total;
	u->rows[u->count++] = row;
}

static enum tt_code note_id(
	void *ctx, const struct vcs_commit *commit, bool *stop, struct tt_error *err)
{
	struct strbuf *id = ctx;

	(void)err;
	strbuf_addstr(id, commit->id);
	*stop = true;
	return TT_OK;
}

/* What was used after the last commit that is shown may belong to a later one. */
static const char *label_of_open(
	const struct walk *w, const struct context *ctx, const struct commit_range *range)
{
	_cleanup_(strbuf_release) struct strbuf id = STRBUF_INIT;
	_autofree_ char *ref = xasprintf("refs/heads/%s", range->branch);
	struct tt_error ignored = TT_ERROR_INIT;

	if (range->tip &&
		vcs_first_parents(ctx->repo, ref, NULL, note_id, &id, &ignored) == TT_OK &&
		(!w->count || strcmp(id.buf, w->commits[0].id) != 0))
		return "(after these commits)";
	return "(not committed yet)";
}

static void make_rows(struct walk *w, const char *label)
{
	struct commit_usage *u = w->g->out;
	const struct rollup_total *open = total_of(u, -1), *before = total_of(u, (long)w->count);

	u->rows = xcalloc(w->count + 2, sizeof *u->rows);
	if (open)
		add_row(u, (struct report_commit){ .label = label }, open);
	for (size_t i = 0; i < w->count; i++)
		add_row(u, w->commits[i], total_of(u, (long)i));
	if (before)
		add_row(u, (struct report_commit){ .label = "(before these commits)" }, before);
}

enum tt_code commit_usage_load(struct commit_usage *out, const struct context *ctx,
	const struct commit_range *range, struct tt_error *err)
{
	_cleanup_(gathering_release) struct gathering g = { .out = out, .branch = range->branch };
	_cleanup_(walk_release) struct walk w = { .g = &g, .limit = range->limit };
	struct tt_error problem = TT_ERROR_INIT;

	if (price_table_load(&out->prices, ctx, range->prices_file, err) != TT_OK)
		return err->code;
	out->totals = rollup_new(out->prices);
	if (read_index(&g, ctx, range->max_bytes, &problem) != TT_OK)
		context_warn(ctx, "%s; showing what the ledger has", problem.msg);
	if (read_ledger(&g, ctx, err) != TT_OK)
		return err->code;
	settle_pieces(&g);
	if (walk_commits(&w, ctx, range, err) != TT_OK || add_up(&w, err) != TT_OK)
		return err->code;
	make_rows(&w, label_of_open(&w, ctx, range));
	return TT_OK;
}

void commit_usage_release(struct commit_usage *u)
{
	rollup_free(u->totals);
	prices_free(u->prices);
	arena_release(&u->arena);
	free(u->rows);
}
