/* SPDX-License-Identifier: MIT */
#include "model/auxiliary.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"

#define uthash_fatal(msg) mem_exhausted()
#include <uthash.h>

/* One model, by its canonical name. */
struct model {
	char *name;
	/* Known from answers, for the present total. */
	struct usage known;
	int64_t known_searches;
	struct money known_cost;
	/* Added by earlier totals. */
	struct usage added;
	int64_t added_searches, added_cost_nano;
	UT_hash_handle hh;
};

struct auxiliary {
	const struct prices *prices;
	struct model *models;
	struct auxiliary_row *rows;
	struct arena arena; /* of the rows */
};

struct auxiliary *auxiliary_new(const struct prices *prices)
{
	struct auxiliary *a = xcalloc(1, sizeof *a);

	a->prices = prices;
	return a;
}

void auxiliary_free(struct auxiliary *a)
{
	struct model *model, *next;

	if (!a)
		return;
	HASH_ITER (hh, a->models, model, next) {
		HASH_DEL(a->models, model);
		free(model->name);
		free(model);
	}
	free(a->rows);
	arena_release(&a->arena);
	free(a);
}

void auxiliary_freep(struct auxiliary **a)
{
	auxiliary_free(*a);
}

static struct model *model_at(struct auxiliary *a, const char *reported)
{
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;
	struct model *model;

	prices_normalise(&name, reported);
	HASH_FIND(hh, a->models, name.buf, name.len, model);
	if (model)
		return model;
	model = xcalloc(1, sizeof *model);
	model->name = xstrdup(name.buf);
	HASH_ADD_KEYPTR(hh, a->models, model->name, name.len, model);
	return model;
}

void auxiliary_add_known(struct auxiliary *a, const struct usage_row *row)
{
	const struct response *r = &row->response;
	struct usage usage = response_counted(r);
	struct model *model = model_at(a, r->model ? r->model : "");
	struct cost cost;

	prices_cost(&cost, a->prices, r->model, row->placement.price_class, row->placement.day,
		&usage, r->web_searches);
	(void)usage_add(&model->known, &usage);
	model->known_searches += r->web_searches;
	(void)money_add(&model->known_cost, cost.low);
}

/* --- the difference ---------------------------------------------------------------- */

static int64_t beyond(int64_t total, int64_t known, int64_t added)
{
	int64_t rest = total - known - added;

	return rest > 0 ? rest : 0;
}

static struct usage usage_beyond(const struct usage *total, const struct model *model)
{
	struct usage rest = { 0 };

	for (int kind = 0; kind < USAGE_KINDS; kind++)
		usage_set(&rest, kind,
			beyond(usage_get(total, kind), usage_get(&model->known, kind),
				usage_get(&model->added, kind)));
	return rest;
}

/* Which class the client paid for is not said: the one whose price is the cost. */
static const char *class_of_cost(
	const struct auxiliary *a, const struct auxiliary_row *row, struct day day)
{
	static const char *const classes[] = { "standard", "fast", "us", "long", "fast+us",
		"us+long" };

	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
		struct cost cost;
		int64_t nano;

		prices_cost(&cost, a->prices, row->model, classes[i], day, &row->usage,
			row->web_searches);
		if (!cost.unpriced_tokens && money_nano(&nano, cost.low) &&
			nano == row->cost_nano_usd)
			return classes[i];
	}
	return classes[0];
}

static bool is_empty(const struct auxiliary_row *row)
{
	const struct usage none = { 0 };

	return memcmp(&row->usage, &none, sizeof none) == 0 && row->web_searches == 0;
}

/* False: the answers explain all of it. */
static bool take_model(struct auxiliary_row *out, struct auxiliary *a,
	const struct model_total *total, struct day day)
{
	struct model *model = model_at(a, total->model);
	int64_t known_nano = 0;

	(void)money_nano(&known_nano, model->known_cost);
	*out = (struct auxiliary_row){
		.model = arena_strdup(&a->arena, total->model),
		.usage = usage_beyond(&total->usage, model),
		.web_searches =
			beyond(total->web_searches, model->known_searches, model->added_searches),
		.cost_nano_usd = beyond(total->cost_nano_usd, known_nano, model->added_cost_nano),
	};
	if (is_empty(out))
		return false;
	out->price_class = class_of_cost(a, out, day);
	(void)usage_add(&model->added, &out->usage);
	model->added_searches += out->web_searches;
	model->added_cost_nano += out->cost_nano_usd;
	return true;
}

static void forget_known(struct auxiliary *a)
{
	for (struct model *model = a->models; model; model = model->hh.next) {
		model->known = (struct usage){ 0 };
		model->known_searches = 0;
		model->known_cost = (struct money){ 0 };
	}
}

void auxiliary_take(struct auxiliary *a, const struct cost_state *total, struct day day,
	const struct auxiliary_row **rows, size_t *count)
{
	arena_reset(&a->arena);
	a->rows = xreallocarray(a->rows, total->count + 1, sizeof *a->rows);
	*count = 0;
	for (size_t i = 0; i < total->count; i++)
		*count += take_model(&a->rows[*count], a, &total->models[i], day);
	*rows = a->rows;
	forget_known(a);
}
