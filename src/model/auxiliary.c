/* SPDX-License-Identifier: MIT */
#include "model/auxiliary.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"

#define uthash_fatal(msg) mem_exhausted()
#include <uthash.h>

/* What one model used. */
struct amount {
	struct usage usage;
	int64_t searches, cost_nano_usd;
};

/* By its canonical name: a total may name it in several ways ("x", "x[1m]"). */
struct model {
	char *name;
	struct amount known; /* from answers, for the present total; the cost is below */
	struct money known_cost;
	struct amount added; /* by earlier totals */
	/* Of both, what the present total has not named yet. */
	struct amount left;
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

/* Only garbage has sums that do not fit: they stay at the limit. */
static void add_to(int64_t *sum, int64_t more)
{
	if (__builtin_add_overflow(*sum, more, sum))
		*sum = INT64_MAX;
}

static void add_usage(struct usage *sum, const struct usage *more)
{
	for (int kind = 0; kind < USAGE_KINDS; kind++) {
		int64_t tokens = usage_get(sum, kind);

		add_to(&tokens, usage_get(more, kind));
		usage_set(sum, kind, tokens);
	}
}

static void add_amount(struct amount *sum, const struct amount *more)
{
	add_usage(&sum->usage, &more->usage);
	add_to(&sum->searches, more->searches);
	add_to(&sum->cost_nano_usd, more->cost_nano_usd);
}

void auxiliary_add_known(struct auxiliary *a, const struct usage_row *row)
{
	const struct response *r = &row->response;
	struct usage usage = response_counted(r);
	struct model *model = model_at(a, r->model ? r->model : "");
	struct cost cost;

	prices_cost(&cost, a->prices, r->model, row->placement.price_class, row->placement.day,
		&usage, r->web_searches);
	add_usage(&model->known.usage, &usage);
	add_to(&model->known.searches, r->web_searches);
	(void)money_add(&model->known_cost, cost.low);
}

/* --- the difference ---------------------------------------------------------------- */

/* total beyond *left, which becomes what is left of it then. */
static int64_t beyond(int64_t total, int64_t *left)
{
	int64_t explained = total < *left ? total : *left;

	*left -= explained;
	return total - explained;
}

static struct usage usage_beyond(const struct usage *total, struct usage *left)
{
	struct usage rest = { 0 };

	for (int kind = 0; kind < USAGE_KINDS; kind++) {
		int64_t kind_left = usage_get(left, kind);

		usage_set(&rest, kind, beyond(usage_get(total, kind), &kind_left));
		usage_set(left, kind, kind_left);
	}
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

/* False: what is known explains all of it. */
static bool take_model(struct auxiliary_row *out, struct auxiliary *a,
	const struct model_total *total, struct day day)
{
	struct model *model = model_at(a, total->model);
	struct amount added;

	added.usage = usage_beyond(&total->usage, &model->left.usage);
	added.searches = beyond(total->web_searches, &model->left.searches);
	added.cost_nano_usd = beyond(total->cost_nano_usd, &model->left.cost_nano_usd);
	*out = (struct auxiliary_row){
		.model = arena_strdup(&a->arena, total->model),
		.usage = added.usage,
		.web_searches = added.searches,
		.cost_nano_usd = added.cost_nano_usd,
	};
	if (is_empty(out))
		return false;
	out->price_class = class_of_cost(a, out, day);
	add_amount(&model->added, &added);
	return true;
}

/* Rounded once: the sum of the answers, not each of them. */
static void begin_total(struct auxiliary *a)
{
	for (struct model *model = a->models; model; model = model->hh.next) {
		if (!money_nano(&model->known.cost_nano_usd, model->known_cost))
			model->known.cost_nano_usd = INT64_MAX;
		model->left = model->known;
		add_amount(&model->left, &model->added);
	}
}

static void forget_known(struct auxiliary *a)
{
	for (struct model *model = a->models; model; model = model->hh.next) {
		model->known = (struct amount){ 0 };
		model->known_cost = (struct money){ 0 };
	}
}

void auxiliary_take(struct auxiliary *a, const struct cost_state *total, struct day day,
	const struct auxiliary_row **rows, size_t *count)
{
	arena_reset(&a->arena);
	a->rows = xreallocarray(a->rows, total->count + 1, sizeof *a->rows);
	*count = 0;
	begin_total(a);
	for (size_t i = 0; i < total->count; i++)
		*count += take_model(&a->rows[*count], a, &total->models[i], day);
	*rows = a->rows;
	forget_known(a);
}
