/* SPDX-License-Identifier: MIT */
#include "collect.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/trace.h"
#include "claude_dirs.h"
#include "progress.h"

/* So much is read between two commits: bounds the memory, and what is lost when
 * the user stops the first, long run. */
enum { SLICE_BYTES = 1536 * 1024 * 1024 };

/* --- one response ------------------------------------------------------------ */

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_usage(const struct usage *a, const struct usage *b)
{
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		if (usage_get(a, kind) != usage_get(b, kind))
			return false;
	return true;
}

static bool same_response(const struct response *a, const struct response *b)
{
	return same_usage(&a->usage, &b->usage) && a->web_searches == b->web_searches &&
	       a->time.ms == b->time.ms && a->last_time.ms == b->last_time.ms &&
	       a->is_copy == b->is_copy && a->sidechain == b->sidechain && a->fast == b->fast &&
	       a->geo_us == b->geo_us && a->is_split == b->is_split && a->is_part == b->is_part &&
	       a->ends_turn == b->ends_turn && same_text(a->session, b->session) &&
	       same_text(a->model, b->model) && same_text(a->cwd, b->cwd) &&
	       same_text(a->git_branch, b->git_branch);
}

static bool same_placement(const struct placement *a, const struct placement *b)
{
	return a->repository == b->repository && a->reason == b->reason &&
	       a->day.number == b->day.number && same_text(a->branch, b->branch) &&
	       same_text(a->price_class, b->price_class);
}

static bool is_placed(const struct placement *p)
{
	return p->repository != REPOSITORY_UNKNOWN && p->branch;
}

/* What was decided stays, unless a better witness came or it was not known; the
 * price class follows the counters. */
static enum tt_code place(struct collector *c, struct usage_row *row, const struct usage_row *old,
	struct strbuf *class, struct tt_error *err)
{
	bool keep = old && is_placed(&old->placement) &&
		    same_text(old->response.cwd, row->response.cwd) &&
		    old->response.time.ms == row->response.time.ms;

	if (!keep)
		return attribution_decide(c->attribution, &row->response, &row->placement, err);
	row->placement = old->placement;
	response_price_class(class, &row->response, c->prices, row->placement.day);
	row->placement.price_class = class->buf;
	return TT_OK;
}

static void note_touched(struct collector *c, const struct usage_row *row)
{
	if (row->response.session)
		touched_session(c->touched, row->response.session, row->response.time, false);
	touched_repository(c->touched, row->placement.repository);
}

static enum tt_code put(struct collector *c, const struct usage_row *old,
	const struct usage_row *row, struct tt_error *err)
{
	if (old)
		note_touched(c, old);
	note_touched(c, row);
	return usage_index_put_response(c->index, old, row, err);
}

static enum tt_code find(struct usage_row *out, bool *known, struct collector *c, const char *key,
	struct arena *arena, struct tt_error *err)
{
	enum tt_code code = usage_index_find_response(c->index, key, arena, out, err);

	*known = code == TT_OK;
	return code == TT_ENOTFOUND ? TT_OK : code;
}

/* A session whose file says that it made what another is known to have made: a fork
 * that does not call its lines copies. */
static enum tt_code note_holder(
	struct collector *c, const struct response *r, const char *session, struct tt_error *err)
{
	if (!session || same_text(session, r->session))
		return TT_OK;
	touched_session(c->touched, session, (struct instant){ 0 }, false);
	return usage_index_put_copy(c->index, session, r->key, err);
}

static enum tt_code take_response(
	struct collector *c, const struct response *r, struct arena *arena, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf class = STRBUF_INIT;
	struct usage_row old, row = { .response = *r, .kind = ENTRY_MEASURED };
	bool known;

	arena_reset(arena);
	if (find(&old, &known, c, r->key, arena, err) != TT_OK)
		return err->code;
	if (known) {
		row.response = old.response;
		response_merge(&row.response, r);
		if (note_holder(c, &row.response, r->session, err) != TT_OK ||
			note_holder(c, &row.response, old.response.session, err) != TT_OK)
			return err->code;
		if (same_response(&row.response, &old.response) && is_placed(&old.placement))
			return TT_OK;
	}
	if (place(c, &row, known ? &old : NULL, &class, err) != TT_OK)
		return err->code;
	c->new_responses += !known;
	if (known && same_response(&row.response, &old.response) &&
		same_placement(&row.placement, &old.placement))
		return TT_OK;
	return put(c, known ? &old : NULL, &row, err);
}

enum tt_code collect_response(struct collector *c, const struct response *r, struct tt_error *err)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;

	return take_response(c, r, &arena, err);
}

/* --- a slice of files ---------------------------------------------------------- */

static enum tt_code take_responses(
	struct collector *c, struct response_set *set, struct tt_error *err)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	const struct response *const *all = response_set_sorted(set);
	size_t count = response_set_count(set), copies;
	const struct response_copy *copy = response_set_copies(set, &copies);

	for (size_t i = 0; i < count; i++)
		if (take_response(c, all[i], &arena, err) != TT_OK)
			return err->code;
	for (size_t i = 0; i < copies; i++) {
		if (usage_index_put_copy(c->index, copy[i].session, copy[i].key, err) != TT_OK)
			return err->code;
		touched_session(c->touched, copy[i].session, (struct instant){ 0 }, false);
	}
	return TT_OK;
}

static enum tt_code take_result(struct collector *c, struct scan_result *r, struct tt_error *err)
{
	for (size_t i = 0; i < r->worktree_count; i++)
		if (attribution_add_worktree(c->attribution, &r->worktrees[i], err) != TT_OK)
			return err->code;
	if (take_responses(c, r->responses, err) != TT_OK ||
		usage_index_filled(c->index, err) != TT_OK)
		return err->code;
	for (size_t i = 0; i < r->cost_state_count; i++) {
		const struct cost_state *total = &r->cost_states[i];

		if (usage_index_put_cost_state(c->index, total, err) != TT_OK)
			return err->code;
		touched_session(c->touched, total->session, total->time, true);
	}
	return TT_OK;
}

static void add_stats(struct transcript_stats *sum, const struct transcript_stats *more)
{
	sum->bytes += more->bytes;
	sum->lines += more->lines;
	sum->usages += more->usages;
	for (int i = 0; i < TRANSCRIPT_SKIPS; i++)
		sum->skipped[i] += more->skipped[i];
}

/* A file that is to be read, and what was known of it. */
struct pending_file {
	const struct transcript_file *file;
	struct transcript_stats before;
};

static enum tt_code take_file(struct collector *c, const struct pending_file *pending,
	const struct scan_job *job, struct tt_error *err)
{
	struct transcript_row row = {
		.path = job->path,
		.device = pending->file->device,
		.inode = pending->file->inode,
		.size = pending->file->size,
		.mtime_ns = pending->file->mtime_ns,
		.position = job->position,
		.stats = job->stats,
	};

	if (job->code == TT_ENOTFOUND)
		return TT_OK; /* removed meanwhile */
	if (job->code != TT_OK) {
		if (c->failed++ == 0)
			c->problem = job->error;
		return TT_OK;
	}
	c->read++;
	trace("read '%s': %" PRId64 " bytes, %" PRId64 " lines, %" PRId64 " with usage", job->path,
		job->stats.bytes, job->stats.lines, job->stats.usages);
	add_stats(&c->stats, &job->stats);
	if (!job->rewritten)
		add_stats(&row.stats, &pending->before);
	return usage_index_put_transcript(c->index, &row, err);
}

static enum tt_code read_slice(struct collector *c, const struct pending_file *pending,
	struct scan_job *jobs, size_t count, struct progress *progress, struct tt_error *err)
{
	_cleanup_(scan_result_release) struct scan_result result = { 0 };

	scan_all(&result, jobs, count, 0, &progress->done, progress_tick, progress);
	if (take_result(c, &result, err) != TT_OK)
		return err->code;
	for (size_t i = 0; i < count; i++)
		if (take_file(c, &pending[i], &jobs[i], err) != TT_OK)
			return err->code;
	return TT_OK;
}

/* --- which files ------------------------------------------------------------------ */

/* The files of a list that the index does not know as they are, side by side with
 * the jobs that read them. */
struct work {
	struct pending_file *pending;
	struct scan_job *jobs;
	size_t count, alloc;
};

static void work_release(struct work *w)
{
	free(w->pending);
	free(w->jobs);
}

static void add_work(
	struct work *w, const struct transcript_file *file, const struct transcript_row *known)
{
	if (w->count == w->alloc) {
		w->alloc = w->alloc ? 2 * w->alloc : 64;
		w->pending = xreallocarray(w->pending, w->alloc, sizeof *w->pending);
		w->jobs = xreallocarray(w->jobs, w->alloc, sizeof *w->jobs);
	}
	w->pending[w->count] = (struct pending_file){ .file = file };
	w->jobs[w->count] = (struct scan_job){ .path = file->path, .size = file->size };
	if (known) {
		struct scan_job *job = &w->jobs[w->count];

		w->pending[w->count].before = known->stats;
		job->position = known->position;
		if (job->size > known->position.offset)
			job->size -= known->position.offset;
	}
	w->count++;
}

static bool is_unchanged(const struct transcript_file *file, const struct transcript_row *known)
{
	return file->size == known->size && file->mtime_ns == known->mtime_ns &&
	       file->inode == known->inode && file->device == known->device;
}

/* Two sorted lists side by side: what is on disk, and what the index knows. */
struct matching {
	const struct transcript_list *list;
	size_t at;
	struct work *work;
};

static enum tt_code match(void *ctx, const struct transcript_row *row, struct tt_error *err)
{
	struct matching *m = ctx;

	(void)err;
	while (m->at < m->list->count) {
		const struct transcript_file *file = &m->list->files[m->at];
		int order = strcmp(file->path, row->path);

		if (order > 0)
			break;
		m->at++;
		if (order < 0)
			add_work(m->work, file, NULL);
		else if (!is_unchanged(file, row))
			add_work(m->work, file, row);
		if (order == 0)
			break;
	}
	return TT_OK;
}

static enum tt_code find_work_in_all(struct work *w, struct collector *c,
	const struct transcript_list *list, struct tt_error *err)
{
	struct matching m = { .list = list, .work = w };

	if (usage_index_transcripts(c->index, match, &m, err) != TT_OK)
		return err->code;
	while (m.at < list->count)
		add_work(w, &list->files[m.at++], NULL);
	return TT_OK;
}

static enum tt_code find_work_one_by_one(struct work *w, struct collector *c,
	const struct transcript_list *list, struct tt_error *err)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;

	for (size_t i = 0; i < list->count; i++) {
		const struct transcript_file *file = &list->files[i];
		struct transcript_row row;
		enum tt_code code =
			usage_index_find_transcript(c->index, file->path, &arena, &row, err);

		if (code != TT_OK && code != TT_ENOTFOUND)
			return code;
		if (code == TT_ENOTFOUND || !is_unchanged(file, &row))
			add_work(w, file, code == TT_OK ? &row : NULL);
	}
	return TT_OK;
}

static int64_t work_bytes(const struct work *w)
{
	int64_t bytes = 0;

	for (size_t i = 0; i < w->count; i++)
		bytes += w->jobs[i].size;
	return bytes;
}

static enum tt_code read_work(struct collector *c, struct work *w, struct tt_error *err)
{
	struct progress progress;
	size_t from = 0;
	enum tt_code code = TT_OK;

	progress_begin(&progress, c->show_progress, "reading transcripts", work_bytes(w));
	while (from < w->count && code == TT_OK) {
		int64_t bytes = 0;
		size_t to = from;

		while (to < w->count && (to == from || bytes + w->jobs[to].size <= SLICE_BYTES))
			bytes += w->jobs[to++].size;
		code = read_slice(c, w->pending + from, w->jobs + from, to - from, &progress, err);
		if (code == TT_OK && to < w->count && !c->dry_run &&
			(usage_index_commit(c->index, err) != TT_OK ||
				usage_index_begin(c->index, err) != TT_OK))
			code = err->code;
		from = to;
	}
	progress_end(&progress);
	return code;
}

/* More than so many files are compared with the whole table at once. */
enum { FEW_FILES = 64 };

enum tt_code collect_files(
	struct collector *c, const struct transcript_list *list, struct tt_error *err)
{
	_cleanup_(work_release) struct work w = { 0 };
	enum tt_code code = list->count > FEW_FILES ? find_work_in_all(&w, c, list, err)
						    : find_work_one_by_one(&w, c, list, err);

	if (code != TT_OK)
		return code;
	c->files += list->count;
	if (c->max_bytes && work_bytes(&w) > c->max_bytes)
		return tt_fail(err, TT_EBUSY,
			"there are %" PRId64
			" MB of transcripts to read, too much to wait for: run "
			"'track-tokens sync'",
			work_bytes(&w) / 1000000);
	trace("%zu of %zu transcripts have changed", w.count, list->count);
	return w.count ? read_work(c, &w, err) : TT_OK;
}

enum tt_code collect_everything(struct collector *c, struct tt_error *err)
{
	_cleanup_(transcript_list_release) struct transcript_list list = TRANSCRIPT_LIST_INIT;
	_cleanup_(claude_dirs_release) struct claude_dirs dirs = { 0 };

	claude_dirs_find(&dirs);
	for (size_t i = 0; i < dirs.count; i++)
		if (transcript_find(&list, dirs.paths[i], err) != TT_OK)
			return err->code;
	return collect_files(c, &list, err);
}
