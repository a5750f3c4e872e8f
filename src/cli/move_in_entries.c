/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/text_set.h"
#include "capture/earlier.h"
#include "cli/record.h"
#include "model/branch_file.h"
#include "move_in.h"

/* Another command is quick. */
enum { WAIT_MS = 10000, NEAR_MS = 2000 };

/* --- the entries of a branch ------------------------------------------------------- */

/* Who is asked first about a session that several files tell: the ledger, with its
 * exact times, then records, then tables; sums of ledgers last. */
static int rank_of(const struct entry *e)
{
	if (earlier_is_aggregate(e))
		return 4;
	if (strcmp(e->source, "format-1-csv") == 0)
		return 3;
	if (strcmp(e->source, "format-1-row") == 0)
		return 2;
	return strcmp(e->source, "format-1-direct") == 0 ? 1 : 0;
}
enum { RANKS = 5, AGGREGATE_RANK = 4 };

/* An entry that stands in the ledger, or will. */
struct standing {
	struct entry entry;
	int rank;
	unsigned twins; /* ranks of which one was recognised as this */
};

struct branch_move {
	struct moving *m;
	const char *branch;
	bool write;
	struct record record;
	struct ledger *ledger; /* NULL: none yet */
	bool was_format_1, changed;
	struct standing *standing;
	size_t count, alloc;
	struct text_set there, taken; /* ids in the ledger; and of this run */
};

static void branch_release(struct branch_move *b)
{
	if (b->ledger != b->record.ledger)
		ledger_free(b->ledger);
	record_release(&b->record);
	free(b->standing);
	text_set_release(&b->there);
	text_set_release(&b->taken);
}

static void add_standing(struct branch_move *b, const struct entry *e)
{
	if (b->count == b->alloc) {
		b->alloc = b->alloc ? 2 * b->alloc : 64;
		b->standing = xreallocarray(b->standing, b->alloc, sizeof *b->standing);
	}
	b->standing[b->count++] = (struct standing){ *e, rank_of(e), 0 };
}

static enum tt_code open_ledger(struct branch_move *b, struct tt_error *err)
{
	struct tt_error problem = TT_ERROR_INIT;
	enum tt_code code;

	if (record_open(&b->record, b->m->ctx, b->branch, err) != TT_OK)
		return err->code;
	if (b->write) {
		if (record_lock(&b->record, err) != TT_OK)
			return err->code;
		b->ledger = b->record.ledger;
		return TT_OK;
	}
	code = ledger_read(&b->ledger, &b->record.place, b->branch, &problem);
	return code == TT_OK || code == TT_ENOTFOUND ? TT_OK
						     : tt_fail(err, code, "%s", problem.msg);
}

static enum tt_code load_ledger(struct branch_move *b, struct tt_error *err)
{
	size_t count;
	struct entry e;

	if (open_ledger(b, err) != TT_OK)
		return err->code;
	count = b->ledger ? ledger_count(b->ledger) : 0;
	b->was_format_1 = count > 0 && ledger_info(b->ledger)->format == 1;
	for (size_t i = 0; i < count; i++) {
		if (ledger_entry(b->ledger, i, &e, err) != TT_OK)
			return err->code;
		add_standing(b, &e);
		(void)text_set_add(&b->there, e.id, strlen(e.id));
	}
	return TT_OK;
}

/* --- the same session in other words ---------------------------------------------------- */

/* The moment at which the local clock showed what this shows in UTC. */
static struct instant as_local(struct instant t)
{
	char text[INSTANT_TEXT];
	struct instant local;

	instant_format(text, t);
	text[19] = '\0';
	return instant_parse_naive(&local, text, false) ? local : t;
}

/* Tables have whole seconds, and a record was written a moment after the session that it
 * repeats. */
static bool is_near(struct instant a, struct instant b)
{
	return a.ms - b.ms <= NEAR_MS && b.ms - a.ms <= NEAR_MS;
}

/* The team's database took times without a zone for UTC, whatever the clock was that
 * they were read from. */
static bool is_same_time(struct instant a, struct instant b)
{
	return is_near(a, b) || is_near(as_local(a), b) || is_near(a, as_local(b));
}

static bool is_twin(const struct standing *s, const struct entry *e, int rank)
{
	const struct entry *a = &s->entry;

	return memcmp(&a->usage, &e->usage, sizeof a->usage) == 0 && s->rank != rank &&
	       !(s->twins & 1u << rank) &&
	       (!a->model || !e->model || strcmp(a->model, e->model) == 0) &&
	       (!*a->notes || !*e->notes || strcmp(a->notes, e->notes) == 0) &&
	       is_same_time(a->timestamp, e->timestamp);
}

static bool find_twin(struct branch_move *b, const struct entry *e)
{
	int rank = rank_of(e);

	for (size_t i = 0; i < b->count; i++)
		if (is_twin(&b->standing[i], e, rank)) {
			b->standing[i].twins |= 1u << rank;
			return true;
		}
	return false;
}

static bool is_session(const struct entry *e)
{
	return !e->is_void && (rank_of(e) == 0 || rank_of(e) == 3) &&
	       text_starts_with(e->source, "format-1");
}

/* The sessions that a sum adds up came before it. */
static bool is_summed_up(const struct entry *session, const struct entry *sum)
{
	return is_session(session) && session->timestamp.ms <= sum->timestamp.ms;
}

static bool has_sessions_of(const struct branch_move *b, const struct entry *sum)
{
	for (size_t i = 0; i < b->count; i++)
		if (is_summed_up(&b->standing[i].entry, sum))
			return true;
	return false;
}

/* --- taking them --------------------------------------------------------------------------- */

static void note_fresh(struct move_file *file, const struct entry *e)
{
	file->fresh++;
	file->tokens += entry_counted_tokens(e);
	file->unsplit += e->usage.unsplit;
}

static enum tt_code take_entry(struct branch_move *b, struct move_entry *item, struct tt_error *err)
{
	struct move_file *file = &b->m->files[item->file];
	const struct entry *e = &item->entry;

	if (!text_set_add(&b->taken, e->id, strlen(e->id))) {
		move_skip(file, "in another file too", 1);
	} else if (!text_set_add(&b->there, e->id, strlen(e->id))) {
		if (b->was_format_1)
			note_fresh(file, e);
		else
			file->there++;
	} else if (rank_of(e) == AGGREGATE_RANK && has_sessions_of(b, e)) {
		move_skip(file, "the sum of sessions in the ledger", 1);
	} else if (find_twin(b, e)) {
		move_skip(file, "in another file too", 1);
	} else {
		add_standing(b, e);
		note_fresh(file, e);
		b->changed = true;
		return b->write ? ledger_put(b->ledger, e, err) : TT_OK;
	}
	return TT_OK;
}

static enum tt_code take_entries(struct branch_move *b, struct tt_error *err)
{
	for (int rank = 0; rank < RANKS; rank++)
		for (size_t i = 0; i < b->m->entry_count; i++) {
			struct move_entry *item = &b->m->entries[i];

			if (item->is_done || rank_of(&item->entry) != rank ||
				strcmp(item->branch, b->branch) != 0)
				continue;
			item->is_done = true;
			if (take_entry(b, item, err) != TT_OK)
				return err->code;
		}
	return TT_OK;
}

/* A sum that was taken while its sessions were missing: now they are there. */
static enum tt_code void_sums(struct branch_move *b, struct tt_error *err)
{
	for (size_t i = 0; b->write && i < b->count; i++) {
		struct entry e = b->standing[i].entry;

		if (e.is_void || !earlier_is_aggregate(&e) || !has_sessions_of(b, &e))
			continue;
		e.is_void = true;
		e.revision++;
		b->changed = true;
		if (ledger_put(b->ledger, &e, err) != TT_OK)
			return err->code;
	}
	return TT_OK;
}

static enum tt_code save(struct branch_move *b, struct tt_error *err)
{
	if (!b->write || (!b->changed && !b->was_format_1))
		return TT_OK;
	return record_save(b->m->ctx, &b->record, NULL, err);
}

static enum tt_code move_branch(struct branch_move *b, struct tt_error *err)
{
	if (load_ledger(b, err) != TT_OK || take_entries(b, err) != TT_OK ||
		void_sums(b, err) != TT_OK)
		return err->code;
	return save(b, err);
}

/* --- all branches ------------------------------------------------------------------------------
 */

static void refuse(struct moving *m, const char *branch, const char *why)
{
	for (size_t i = 0; i < m->entry_count; i++) {
		struct move_file *file = &m->files[m->entries[i].file];

		if (strcmp(m->entries[i].branch, branch) != 0)
			continue;
		m->entries[i].is_done = true;
		if (!file->refused) {
			_autofree_ char *reason = xasprintf("branch '%s': %s", branch, why);

			file->refused = arena_strdup(&m->arena, reason);
		}
	}
}

static void reset_outcome(struct moving *m)
{
	for (size_t i = 0; i < m->entry_count; i++) {
		struct move_file *file = &m->files[m->entries[i].file];

		m->entries[i].is_done = false;
		file->fresh = file->there = file->tokens = file->unsplit = 0;
		file->skip_count = file->read_skips;
	}
}

/* An old ledger that lies where the present ones are, under another name than theirs,
 * would be counted beside them. */
static void note_beside(struct moving *m)
{
	struct ledger_place place = record_place(m->ctx->repo);
	_autofree_ char *dir = xasprintf("%s/%s/", place.root, place.relative);
	_autofree_ char *real = realpath(dir, NULL);
	size_t len = real ? strlen(real) : 0;

	for (size_t i = 0; real && i < m->entry_count; i++) {
		struct move_file *file = &m->files[m->entries[i].file];
		_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;

		branch_file_add_name(&name, m->entries[i].branch, false);
		if (strncmp(file->path, real, len) == 0 && file->path[len] == '/' &&
			file->path + len + 1 == file->name && !file->refused &&
			branch_file_is_ledger(file->name) && strcmp(file->name, name.buf) != 0)
			file->is_beside = true;
	}
}

void move_entries(struct moving *m, bool write)
{
	reset_outcome(m);
	for (size_t i = 0; i < m->entry_count; i++) {
		struct branch_move b = { .m = m,
			.branch = m->entries[i].branch,
			.write = write,
			.record = RECORD_INIT };
		struct tt_error problem = TT_ERROR_INIT;

		if (m->entries[i].is_done)
			continue;
		if (!m->ctx->repo)
			refuse(m, b.branch, "run this inside its repository");
		else if (move_branch(&b, &problem) != TT_OK)
			refuse(m, b.branch, problem.msg);
		branch_release(&b);
	}
	if (m->ctx->repo)
		note_beside(m);
}
