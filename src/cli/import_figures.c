/* SPDX-License-Identifier: MIT */
#include "import_figures.h"

#include <stdlib.h>

#include "base/mem.h"

enum { RECENT = 10 };

void import_figures_release(struct import_figures *f)
{
	rollup_free(f->totals);
	rollup_free(f->before);
	free(f->recent);
	arena_release(&f->arena);
}

static enum tt_code add_cell(void *ctx, const struct rollup_cell *cell, struct tt_error *err)
{
	return rollup_add_cell(ctx, cell, err);
}

static enum tt_code read_cells(struct rollup **out, struct store *store, const char *repository,
	const char *branch, const struct prices *prices, struct tt_error *err)
{
	*out = rollup_new(prices);
	if (store_cells(store, repository, branch, add_cell, *out, err) != TT_OK)
		return err->code;
	rollup_finish(*out);
	return TT_OK;
}

enum tt_code import_figures_read_before(struct import_figures *f, struct store *store,
	const char *repository, const char *branch, const struct prices *prices,
	struct tt_error *err)
{
	return read_cells(&f->before, store, repository, branch, prices, err);
}

/* --- the most recent entries ---------------------------------------------------- */

static const char *keep(struct arena *arena, const char *text)
{
	return text ? arena_strdup(arena, text) : NULL;
}

struct keeper {
	struct import_figures *figures;
	const struct prices *prices;
};

static enum tt_code keep_entry(
	void *ctx, const char *branch, const struct entry *e, struct tt_error *err)
{
	const struct keeper *k = ctx;
	struct import_figures *f = k->figures;
	struct report_record *record = &f->recent[f->recent_count++];

	(void)err;
	*record = (struct report_record){ .branch = keep(&f->arena, branch), .entry = *e };
	record->entry.source = keep(&f->arena, e->source);
	record->entry.model = keep(&f->arena, e->model);
	record->entry.price_class = keep(&f->arena, e->price_class);
	record->entry.session_id = keep(&f->arena, e->session_id);
	record->entry.notes = keep(&f->arena, e->notes);
	record->entry.commit = keep(&f->arena, e->commit);
	record->entry.author = keep(&f->arena, e->author);
	record->entry.host = keep(&f->arena, e->host);
	record->entry.unknown = NULL;
	record->entry.history = NULL;
	if (e->kind != ENTRY_CONTEXT_READING)
		prices_cost(&record->cost, k->prices, e->model, e->price_class, e->day, &e->usage,
			e->web_searches);
	return TT_OK;
}

enum tt_code import_figures_read(struct import_figures *f, struct store *store,
	const char *repository, const struct prices *prices, struct tt_error *err)
{
	struct keeper keeper = { f, prices };
	const struct entry_sink sink = { &keeper, keep_entry };

	f->recent = xcalloc(RECENT, sizeof *f->recent);
	if (read_cells(&f->totals, store, repository, NULL, prices, err) != TT_OK)
		return err->code;
	return store_recent(store, repository, RECENT, &sink, err);
}

void import_figures_fill(struct report *report, const struct import_figures *f)
{
	report->totals = f->totals;
	report->recent = f->recent;
	report->recent_count = f->recent_count;
	report->has_before = f->before != NULL;
	if (f->before && report->current_branch)
		report->before = rollup_branch(f->before, report->current_branch);
}
