/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/mem.h"
#include "internal.h"

/* The client's own totals: one row for each model, and one for the whole. */

static enum tt_code put_total(struct usage_index *index, int64_t session, struct instant time,
	const struct model_total *total, bool unknown, struct tt_error *err)
{
	sqlite3_stmt *stmt;
	int64_t model;

	if (index_text_id(index, total->model, &model, err) != TT_OK)
		return err->code;
	stmt = index_statement(index, STMT_TOTAL_PUT, err);
	if (!stmt)
		return err->code;
	(void)sqlite3_bind_int64(stmt, 1, session);
	(void)sqlite3_bind_int64(stmt, 2, time.ms);
	(void)sqlite3_bind_int64(stmt, 3, model);
	index_bind_usage(stmt, 4, &total->usage);
	(void)sqlite3_bind_int64(stmt, 9, total->web_searches);
	(void)sqlite3_bind_int64(stmt, 10, total->cost_nano_usd);
	(void)sqlite3_bind_int(stmt, 11, unknown);
	return index_run(index, stmt, err);
}

enum tt_code usage_index_put_cost_state(
	struct usage_index *index, const struct cost_state *c, struct tt_error *err)
{
	struct model_total all = { .cost_nano_usd = c->cost_nano_usd };
	sqlite3_stmt *stmt;
	int64_t session;

	if (index_text_id(index, c->session, &session, err) != TT_OK)
		return err->code;
	stmt = index_statement(index, STMT_TOTALS_DELETE, err);
	if (!stmt)
		return err->code;
	(void)sqlite3_bind_int64(stmt, 1, session);
	(void)sqlite3_bind_int64(stmt, 2, c->time.ms);
	if (index_run(index, stmt, err) != TT_OK)
		return err->code;
	for (size_t i = 0; i < c->count; i++) {
		(void)usage_add(&all.usage, &c->models[i].usage);
		all.web_searches += c->models[i].web_searches;
		if (put_total(index, session, c->time, &c->models[i], false, err) != TT_OK)
			return err->code;
	}
	return put_total(index, session, c->time, &all, c->has_unknown_cost, err);
}

/* --- reading ----------------------------------------------------------------------- */

/* The rows of one total, model 0 first. */
struct gathered {
	struct cost_state state;
	struct model_total *models;
	size_t alloc;
	bool any;
};

static enum tt_code add_row(
	struct gathered *g, struct usage_index *index, sqlite3_stmt *stmt, struct tt_error *err)
{
	struct model_total *to;

	if (sqlite3_column_int64(stmt, 1) == 0) {
		g->state.cost_nano_usd = sqlite3_column_int64(stmt, 8);
		g->state.has_unknown_cost = sqlite3_column_int(stmt, 9) != 0;
		return TT_OK;
	}
	if (g->state.count == g->alloc) {
		g->alloc = g->alloc ? 2 * g->alloc : 8;
		g->models = xreallocarray(g->models, g->alloc, sizeof *g->models);
		g->state.models = g->models;
	}
	to = &g->models[g->state.count++];
	*to = (struct model_total){ .web_searches = sqlite3_column_int64(stmt, 7),
		.cost_nano_usd = sqlite3_column_int64(stmt, 8) };
	index_column_usage(&to->usage, stmt, 2);
	return index_text_of(index, sqlite3_column_int64(stmt, 1), &to->model, err);
}

static enum tt_code give(
	struct gathered *g, cost_state_visit visit, void *ctx, struct tt_error *err)
{
	if (!g->any)
		return TT_OK;
	g->any = false;
	return visit(ctx, &g->state, err);
}

static enum tt_code gather(struct gathered *g, struct usage_index *index, sqlite3_stmt *stmt,
	cost_state_visit visit, void *ctx, struct tt_error *err)
{
	const char *session = g->state.session;
	bool found;

	for (;;) {
		struct instant time;

		if (index_step(index, stmt, &found, err) != TT_OK)
			return err->code;
		if (!found)
			return give(g, visit, ctx, err);
		time.ms = sqlite3_column_int64(stmt, 0);
		if (g->any && time.ms != g->state.time.ms && give(g, visit, ctx, err) != TT_OK)
			return err->code;
		if (!g->any)
			g->state = (struct cost_state){
				.session = session, .time = time, .models = g->models
			};
		g->any = true;
		if (add_row(g, index, stmt, err) != TT_OK)
			return err->code;
	}
}

enum tt_code usage_index_cost_states(struct usage_index *index, const char *session,
	cost_state_visit visit, void *ctx, struct tt_error *err)
{
	struct gathered g = { .state = { .session = session } };
	sqlite3_stmt *stmt;
	enum tt_code code;
	int64_t id;

	if (index_find_text_id(index, session, &id, err) != TT_OK)
		return err->code;
	stmt = index_statement(index, STMT_TOTALS, err);
	if (!stmt)
		return err->code;
	(void)sqlite3_bind_int64(stmt, 1, id);
	code = gather(&g, index, stmt, visit, ctx, err);
	(void)sqlite3_reset(stmt);
	free(g.models);
	return code;
}
