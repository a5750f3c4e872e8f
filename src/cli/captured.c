/* SPDX-License-Identifier: MIT */
#include "captured.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/record.h"
#include "ledger/ledger.h"
#include "model/branch_file.h"

/* --- what changed ------------------------------------------------------------ */

struct changes {
	struct arena arena;
	struct usage_entry *items; /* sorted by branch */
	size_t count, alloc;
};

static void changes_release(struct changes *c)
{
	arena_release(&c->arena);
	free(c->items);
}

static const char *keep(struct arena *arena, const char *text)
{
	return text ? arena_strdup(arena, text) : NULL;
}

static enum tt_code add_change(void *ctx, const struct usage_entry *e, struct tt_error *err)
{
	struct changes *c = ctx;
	struct usage_entry *to;

	(void)err;
	if (!e->branch)
		return TT_OK; /* no ledger can hold it: it stays in the index */
	if (c->count == c->alloc) {
		c->alloc = c->alloc ? 2 * c->alloc : 64;
		c->items = xreallocarray(c->items, c->alloc, sizeof *c->items);
	}
	to = &c->items[c->count++];
	*to = *e;
	to->session = keep(&c->arena, e->session);
	to->branch = keep(&c->arena, e->branch);
	to->model = keep(&c->arena, e->model);
	to->price_class = keep(&c->arena, e->price_class);
	return TT_OK;
}

/* --- one entry ------------------------------------------------------------------ */

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

void captured_entry(struct entry *out, const struct usage_entry *u)
{
	char day[DAY_TEXT];

	day_format(day, u->day);
	*out = (struct entry)ENTRY_INIT;
	entry_derived_id(out->id,
		(const char *const[]){ "capture", or_empty(u->session), u->branch, day,
			or_empty(u->model), u->price_class, entry_kind_name(u->kind), NULL });
	out->kind = u->kind;
	out->source = "claude-code";
	out->timestamp = u->first;
	out->day = u->day;
	out->usage = u->usage;
	out->requests = u->requests;
	out->web_searches = u->web_searches;
	out->model = u->model;
	out->price_class = u->price_class;
	out->session_id = u->session;
	out->has_last_activity = true;
	out->last_activity = u->last;
	out->has_cost = u->has_cost;
	out->cost_nano_usd = u->cost_nano_usd;
}

/* What it costs by the table of today; auxiliary ones have the client's figure. */
static void set_cost(struct entry *e, const struct prices *prices)
{
	struct cost cost;

	if (e->has_cost)
		return;
	prices_cost(&cost, prices, e->model, e->price_class, e->day, &e->usage, e->web_searches);
	e->has_cost =
		e->model && cost.unpriced_tokens == 0 && money_nano(&e->cost_nano_usd, cost.low);
}

static bool is_empty(const struct entry *e)
{
	return entry_tokens(e) == 0 && e->requests == 0 && e->web_searches == 0;
}

static int64_t greater(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* The ledger knows something that the index does not: nothing is lowered. */
static void keep_counts(struct entry *e, const struct entry *known)
{
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		usage_set(&e->usage, kind,
			greater(usage_get(&e->usage, kind), usage_get(&known->usage, kind)));
	e->requests = greater(e->requests, known->requests);
	e->web_searches = greater(e->web_searches, known->web_searches);
	if (known->timestamp.ms < e->timestamp.ms)
		e->timestamp = known->timestamp;
	if (known->has_last_activity && known->last_activity.ms > e->last_activity.ms)
		e->last_activity = known->last_activity;
}

static bool says_the_same(const struct entry *e, const struct entry *known)
{
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		if (usage_get(&e->usage, kind) != usage_get(&known->usage, kind))
			return false;
	return e->requests == known->requests && e->web_searches == known->web_searches &&
	       e->timestamp.ms == known->timestamp.ms && known->has_last_activity &&
	       e->last_activity.ms == known->last_activity.ms && e->is_void == known->is_void;
}

/* What people may have added stays. */
static void keep_words(struct entry *e, const struct entry *known)
{
	e->notes = known->notes;
	e->commit = known->commit;
	e->unknown = known->unknown;
	if (known->author)
		e->author = known->author;
	if (known->host)
		e->host = known->host;
}

struct recording {
	struct collector *collector;
	const struct repository_row *repository;
	struct captured *done;
	int lock_ms;
};

/* Update the entry of the same id.  *revision is what the ledger holds then. */
static enum tt_code update(struct ledger *ledger, struct entry *e, const struct usage_entry *u,
	size_t at, int64_t *revision, bool *changed, struct tt_error *err)
{
	struct entry known;

	if (ledger_entry(ledger, at, &known, err) != TT_OK)
		return err->code;
	*revision = known.revision;
	/* Removed by its user: it has tokens, and counts for nothing. */
	if (known.is_void && !is_empty(&known))
		return TT_OK;
	if (known.revision != u->recorded_revision && u->kind != ENTRY_AUXILIARY)
		keep_counts(e, &known);
	keep_words(e, &known);
	e->is_void = is_empty(e);
	if (says_the_same(e, &known))
		return TT_OK;
	e->revision = greater(known.revision, u->recorded_revision) + 1;
	*revision = e->revision;
	*changed = true;
	return ledger_put(ledger, e, err);
}

static enum tt_code put_entry(const struct recording *r, struct ledger *ledger,
	const struct usage_entry *u, int64_t *revision, bool *changed, struct tt_error *err)
{
	struct tt_error absent = TT_ERROR_INIT;
	struct entry e;
	size_t at;
	enum tt_code code;

	captured_entry(&e, u);
	e.author = r->repository->author;
	e.host = r->repository->host;
	set_cost(&e, r->collector->prices);
	code = ledger_find(ledger, e.id, &at, &absent);
	if (code == TT_OK)
		return update(ledger, &e, u, at, revision, changed, err);
	if (code != TT_ENOTFOUND)
		return tt_fail(err, code, "%s", absent.msg);
	*revision = u->recorded_revision;
	if (is_empty(&e))
		return TT_OK;
	/* Exports that are out already hold the revisions up to this one. */
	e.revision = u->recorded_revision + 1;
	*revision = e.revision;
	*changed = true;
	return ledger_put(ledger, &e, err);
}

/* --- one branch ------------------------------------------------------------------- */

static enum tt_code write_branch(const struct recording *r, const struct usage_entry *entries,
	size_t count, struct tt_error *err)
{
	const struct ledger_place place = { r->repository->ledger_root,
		r->repository->ledger_relative, r->repository->ledger_shared };
	_cleanup_(ledger_freep) struct ledger *ledger = NULL;
	_autofree_ int64_t *revisions = xcalloc(count, sizeof *revisions);
	size_t written = 0;

	if (ledger_lock(&ledger, &place, entries[0].branch, r->repository->name, r->lock_ms, err) !=
		TT_OK)
		return err->code;
	for (size_t i = 0; i < count; i++) {
		bool changed = false;

		if (put_entry(r, ledger, &entries[i], &revisions[i], &changed, err) != TT_OK)
			return err->code;
		written += changed;
	}
	if (written && ledger_save(ledger, err) != TT_OK)
		return err->code;
	/* The index is told afterwards: whoever dies in between does it again, and
	 * finds that the ledger has it. */
	for (size_t i = 0; i < count; i++)
		if (usage_index_recorded(r->collector->index, entries[i].row, revisions[i], err) !=
			TT_OK)
			return err->code;
	r->done->entries += written;
	r->done->branches += written > 0;
	return TT_OK;
}

/* One ledger that cannot be written does not keep the others from being written:
 * its entries stay marked, and are tried again next time. */
static void record_branch_entries(
	const struct recording *r, const struct usage_entry *entries, size_t count)
{
	struct tt_error problem = TT_ERROR_INIT;

	if (r->collector->dry_run)
		return;
	if (write_branch(r, entries, count, &problem) == TT_OK)
		return;
	if (r->done->skipped++ == 0)
		r->done->problem = problem;
}

/* --- a repository -------------------------------------------------------------------- */

static enum tt_code collect_changes(
	struct changes *out, struct collector *c, int64_t repository, struct tt_error *err)
{
	const struct usage_filter filter = {
		.has_repository = true, .repository = repository, .changed = true, .any_order = true
	};

	return usage_index_entries(c->index, &filter, add_change, out, err);
}

static int earlier_first(const void *a, const void *b)
{
	const struct usage_entry *x = a, *y = b;

	if (x->first.ms != y->first.ms)
		return x->first.ms < y->first.ms ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

enum tt_code captured_record(struct captured *out, struct collector *c, int64_t repository,
	int lock_ms, struct tt_error *err)
{
	_cleanup_(changes_release) struct changes changes = { 0 };
	struct repository_row facts;
	const struct recording r = { c, &facts, out, lock_ms };
	enum tt_code code;
	size_t from = 0;

	if (collect_changes(&changes, c, repository, err) != TT_OK)
		return err->code;
	if (changes.count == 0)
		return TT_OK;
	code = repository_facts(&facts, c, repository, &changes.arena, err);
	if (code == TT_ENOTFOUND)
		return TT_OK;
	if (code != TT_OK)
		return code;
	while (from < changes.count) {
		size_t to = from + 1;

		while (to < changes.count &&
			strcmp(changes.items[to].branch, changes.items[from].branch) == 0)
			to++;
		qsort(changes.items + from, to - from, sizeof *changes.items, earlier_first);
		record_branch_entries(&r, changes.items + from, to - from);
		from = to;
	}
	return TT_OK;
}

/* --- ledgers that are gone -------------------------------------------------------- */

static bool has_archive(const char *dir, const char *base)
{
	_autofree_ char *path = xasprintf("%s/archive", dir);
	_autofree_ char *prefix = xasprintf("%s_", base);
	DIR *archive = opendir(path);
	const struct dirent *entry;
	bool found = false;

	while (archive && !found && (entry = readdir(archive)))
		found = text_starts_with(entry->d_name, prefix);
	if (archive)
		(void)closedir(archive);
	return found;
}

/* Is there neither a ledger of the branch, under either name, nor an archive of it? */
static bool is_gone(const char *dir, const char *branch)
{
	for (int suffixed = 0; suffixed < 2; suffixed++) {
		_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;
		_autofree_ char *path = NULL, *base = NULL;

		branch_file_add_name(&name, branch, suffixed);
		path = xasprintf("%s/%s", dir, name.buf);
		base = xstrndup(name.buf, name.len - strlen(".json"));
		if (access(path, F_OK) == 0 || has_archive(dir, base))
			return false;
	}
	return true;
}

/* Branches that were recorded, each once: entries come sorted by branch. */
struct branch_list {
	struct arena arena;
	const char **names;
	size_t count;
};

static void branch_list_release(struct branch_list *list)
{
	arena_release(&list->arena);
	free(list->names);
}

static enum tt_code add_branch(void *ctx, const struct usage_entry *e, struct tt_error *err)
{
	struct branch_list *list = ctx;

	(void)err;
	if (!e->branch || !e->recorded_revision ||
		(list->count && strcmp(list->names[list->count - 1], e->branch) == 0))
		return TT_OK;
	list->names = xreallocarray(list->names, list->count + 1, sizeof *list->names);
	list->names[list->count++] = arena_strdup(&list->arena, e->branch);
	return TT_OK;
}

enum tt_code captured_restore(struct collector *c, int64_t repository, struct tt_error *err)
{
	_cleanup_(branch_list_release) struct branch_list list = { 0 };
	struct usage_filter filter = {
		.has_repository = true, .repository = repository, .any_order = true
	};
	struct repository_row facts;
	_autofree_ char *dir = NULL;
	enum tt_code code = repository_facts(&facts, c, repository, &list.arena, err);

	if (code != TT_OK)
		return code == TT_ENOTFOUND ? TT_OK : code;
	if (usage_index_entries(c->index, &filter, add_branch, &list, err) != TT_OK)
		return err->code;
	dir = xasprintf("%s/%s", facts.ledger_root, facts.ledger_relative);
	for (size_t i = 0; i < list.count; i++) {
		filter.branch = list.names[i];
		if (is_gone(dir, list.names[i]) &&
			usage_index_forget_recorded(c->index, &filter, err) != TT_OK)
			return err->code;
	}
	return TT_OK;
}

/* --- several -------------------------------------------------------------------------- */

struct id_list {
	int64_t *ids;
	size_t count;
	const struct touched *only; /* NULL: all */
};

static void id_list_release(struct id_list *list)
{
	free(list->ids);
}

static enum tt_code add_id(void *ctx, const struct repository_row *row, struct tt_error *err)
{
	struct id_list *list = ctx;

	(void)err;
	if (list->only && !touched_has_repository(list->only, row->id))
		return TT_OK;
	list->ids = xreallocarray(list->ids, list->count + 1, sizeof *list->ids);
	list->ids[list->count++] = row->id;
	return TT_OK;
}

enum tt_code captured_record_touched(
	struct captured *out, struct collector *c, bool all, int lock_ms, struct tt_error *err)
{
	_cleanup_(id_list_release) struct id_list list = { .only = all ? NULL : c->touched };

	if (usage_index_repositories(c->index, add_id, &list, err) != TT_OK)
		return err->code;
	for (size_t i = 0; i < list.count; i++)
		if (captured_record(out, c, list.ids[i], lock_ms, err) != TT_OK)
			return err->code;
	return TT_OK;
}
