/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "collect.h"
#include "model/auxiliary.h"

/*
 * The client's own totals against what the transcripts hold: the difference
 * becomes rows of kind auxiliary, at the time of the total, on the branch on
 * which the session was then.
 */

/* --- a session's totals, kept while the index is read on -------------------- */

struct totals {
	struct arena arena;
	struct cost_state *items;
	size_t count;
};

static void totals_release(struct totals *t)
{
	arena_release(&t->arena);
	free(t->items);
}

static const char *keep(struct arena *arena, const char *text)
{
	return text ? arena_strdup(arena, text) : NULL;
}

static enum tt_code add_total(void *ctx, const struct cost_state *c, struct tt_error *err)
{
	struct totals *t = ctx;
	struct model_total *models =
		arena_alloc(&t->arena, (c->count ? c->count : 1) * sizeof *models);
	struct cost_state *to;

	(void)err;
	t->items = xreallocarray(t->items, t->count + 1, sizeof *t->items);
	to = &t->items[t->count++];
	*to = *c;
	to->session = keep(&t->arena, c->session);
	to->models = models;
	for (size_t i = 0; i < c->count; i++) {
		models[i] = c->models[i];
		models[i].model = keep(&t->arena, c->models[i].model);
	}
	return TT_OK;
}

/*
 * A total was written after everything that the client had done, its background
 * agents included, and before the next answer of the main conversation: so it
 * covers what is earlier than that one.
 */
static enum tt_code find_until(struct instant *out, struct collector *c,
	const struct cost_state *total, struct tt_error *err)
{
	struct instant next;
	bool found;

	if (usage_index_next_answer(c->index, total->session, total->time, &found, &next, err) !=
		TT_OK)
		return err->code;
	out->ms = found ? next.ms - 1 : INT64_MAX;
	return TT_OK;
}

/* --- one total ----------------------------------------------------------------- */

/* What the session's files hold up to the total, and the last answer of the
 * session itself, which says where the session was. */
struct covered {
	struct auxiliary *auxiliary;
	struct arena *arena;
	const char *session;
	struct usage_row last;
	bool found, own;
};

static enum tt_code cover(void *ctx, const struct usage_row *row, struct tt_error *err)
{
	struct covered *c = ctx;
	bool own = row->response.session && strcmp(row->response.session, c->session) == 0;

	(void)err;
	auxiliary_add_known(c->auxiliary, row);
	if (c->found && (c->own > own || (c->own == own &&
						 row->response.time.ms < c->last.response.time.ms)))
		return TT_OK;
	c->found = true;
	c->own = own;
	c->last = *row;
	c->last.response.cwd = keep(c->arena, row->response.cwd);
	c->last.response.git_branch = keep(c->arena, row->response.git_branch);
	c->last.placement.branch = keep(c->arena, row->placement.branch);
	return TT_OK;
}

static void make_row(struct usage_row *out, const struct covered *where,
	const struct auxiliary_row *row, const struct cost_state *total, const char *key)
{
	*out = (struct usage_row){
		.response = {
			.key = key,
			.session = total->session,
			.model = row->model,
			.time = total->time,
			.last_time = total->time,
			.usage = row->usage,
			.web_searches = row->web_searches,
		},
		.placement = { .day = instant_local_day(total->time),
			.price_class = row->price_class },
		.kind = ENTRY_AUXILIARY,
		.has_cost = true,
		.cost_nano_usd = row->cost_nano_usd,
	};
	if (!where->found)
		return;
	out->response.cwd = where->last.response.cwd;
	out->response.git_branch = where->last.response.git_branch;
	out->placement.repository = where->last.placement.repository;
	out->placement.branch = where->last.placement.branch;
	out->placement.reason = where->last.placement.reason;
}

/* Put it, or correct what an earlier run put: where it was counted stays. */
static enum tt_code put_row(struct collector *c, struct usage_row *row, struct tt_error *err)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct usage_row old;
	enum tt_code code =
		usage_index_find_response(c->index, row->response.key, &arena, &old, err);

	if (code != TT_OK && code != TT_ENOTFOUND)
		return code;
	if (code == TT_OK) {
		if (old.placement.branch && old.placement.repository) {
			struct placement placement = old.placement;

			placement.price_class = row->placement.price_class;
			row->placement = placement;
		}
		if (memcmp(&old.response.usage, &row->response.usage, sizeof(struct usage)) == 0 &&
			old.response.web_searches == row->response.web_searches &&
			old.cost_nano_usd == row->cost_nano_usd)
			return TT_OK;
	}
	touched_repository(c->touched, row->placement.repository);
	return usage_index_put_response(c->index, code == TT_OK ? &old : NULL, row, err);
}

static char *row_key(const struct cost_state *total, const char *model)
{
	return xasprintf("auxiliary:%s:%" PRId64 ":%s", total->session, total->time.ms, model);
}

/* A model that needs nothing any more, since late lines explain it all. */
static enum tt_code clear_missing(struct collector *c, const struct cost_state *total,
	const struct auxiliary_row *rows, size_t count, struct tt_error *err)
{
	for (size_t m = 0; m < total->count; m++) {
		_autofree_ char *key = row_key(total, total->models[m].model);
		_cleanup_(arena_release) struct arena arena = ARENA_INIT;
		struct usage_row old, none;
		bool wanted = false;
		enum tt_code code;

		for (size_t i = 0; i < count; i++)
			wanted = wanted || strcmp(rows[i].model, total->models[m].model) == 0;
		if (wanted)
			continue;
		code = usage_index_find_response(c->index, key, &arena, &old, err);
		if (code == TT_ENOTFOUND)
			continue;
		if (code != TT_OK)
			return code;
		none = old;
		none.response.usage = (struct usage){ 0 };
		none.response.web_searches = 0;
		none.cost_nano_usd = 0;
		if (put_row(c, &none, err) != TT_OK)
			return err->code;
	}
	return TT_OK;
}

static enum tt_code settle_total(struct collector *c, struct auxiliary *auxiliary,
	const struct cost_state *total, struct tt_error *err)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct covered where = {
		.auxiliary = auxiliary, .arena = &arena, .session = total->session
	};
	const struct auxiliary_row *rows;
	struct instant until = { 0 };
	size_t count;

	if (find_until(&until, c, total, err) != TT_OK ||
		usage_index_covered(c->index, total->session, until, cover, &where, err) != TT_OK)
		return err->code;
	auxiliary_take(auxiliary, total, instant_local_day(total->time), &rows, &count);
	if (clear_missing(c, total, rows, count, err) != TT_OK)
		return err->code;
	for (size_t i = 0; i < count; i++) {
		_autofree_ char *key = row_key(total, rows[i].model);
		struct usage_row row;

		make_row(&row, &where, &rows[i], total, key);
		if (put_row(c, &row, err) != TT_OK)
			return err->code;
	}
	return TT_OK;
}

/* --- a session -------------------------------------------------------------------- */

static enum tt_code settle_session(
	void *ctx, const struct touched_session *session, struct tt_error *err)
{
	struct collector *c = ctx;
	_cleanup_(totals_release) struct totals totals = { 0 };
	_cleanup_(auxiliary_freep) struct auxiliary *auxiliary = NULL;
	struct instant until = { 0 };

	if (usage_index_cost_states(c->index, session->name, add_total, &totals, err) != TT_OK)
		return err->code;
	if (!totals.count)
		return TT_OK;
	if (find_until(&until, c, &totals.items[totals.count - 1], err) != TT_OK)
		return err->code;
	/* What came after the last total is covered by none. */
	if (!session->has_new_total && session->earliest.ms > until.ms)
		return TT_OK;
	auxiliary = auxiliary_new(c->prices);
	for (size_t i = 0; i < totals.count; i++)
		if (settle_total(c, auxiliary, &totals.items[i], err) != TT_OK)
			return err->code;
	return TT_OK;
}

enum tt_code collect_settle(struct collector *c, struct tt_error *err)
{
	return touched_each_session(c->touched, settle_session, c, err);
}
