/* SPDX-License-Identifier: MIT */
#include "model/rollup.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"

#define uthash_fatal(msg) mem_exhausted()
#include <uthash.h>

/* The nodes own the totals and their names; the lists of a finished rollup
 * are sorted copies that borrow them. */
struct node {
	struct rollup_total total;
	UT_hash_handle hh;
};

/* A name as it was reported, and the model that it means. */
struct alias {
	char *name;
	struct node *model;
	UT_hash_handle hh;
};

struct state {
	struct rollup rollup; /* first: what callers see is the state's beginning */
	const struct prices *prices;
	struct node *branches, *models, *days, *unpriced;
	struct alias *aliases;
};

static struct state *state_of(struct rollup *r)
{
	return (struct state *)r;
}

struct rollup *rollup_new(const struct prices *prices)
{
	struct state *state = xcalloc(1, sizeof *state);

	state->prices = prices;
	return &state->rollup;
}

/* --- adding --------------------------------------------------------------- */

static struct node *node_at(struct node **map, const char *name)
{
	struct node *node;
	size_t len = strlen(name);

	HASH_FIND(hh, *map, name, len, node);
	if (node)
		return node;
	node = xcalloc(1, sizeof *node);
	node->total.name = xstrdup(name);
	HASH_ADD_KEYPTR(hh, *map, node->total.name, len, node);
	return node;
}

static struct node *model_at(struct state *s, const char *name)
{
	_cleanup_(strbuf_release) struct strbuf model = STRBUF_INIT;
	struct alias *alias;

	if (!name)
		return node_at(&s->models, "");
	HASH_FIND_STR(s->aliases, name, alias);
	if (alias)
		return alias->model;
	prices_normalise(&model, name);
	alias = xcalloc(1, sizeof *alias);
	alias->name = xstrdup(name);
	alias->model = node_at(&s->models, model.buf);
	HASH_ADD_KEYPTR(hh, s->aliases, alias->name, strlen(alias->name), alias);
	return alias->model;
}

static struct node *day_at(struct state *s, struct day day)
{
	struct node *node;
	char name[DAY_TEXT];

	HASH_FIND(hh, s->days, &day.number, sizeof day.number, node);
	if (node)
		return node;
	day_format(name, day);
	node = xcalloc(1, sizeof *node);
	node->total.name = xstrdup(name);
	node->total.day = day;
	HASH_ADD(hh, s->days, total.day.number, sizeof day.number, node);
	return node;
}

static void stretch(struct rollup_total *t, const struct rollup_cell *c)
{
	bool empty = !t->first.ms && !t->last.ms;

	if (empty || c->first.ms < t->first.ms)
		t->first = c->first;
	if (empty || c->last.ms > t->last.ms)
		t->last = c->last;
}

static bool add_count(int64_t *sum, int64_t count)
{
	return !__builtin_add_overflow(*sum, count, sum);
}

static bool add_by_kind(struct rollup_total *t, enum entry_kind kind, int64_t tokens)
{
	switch (kind) {
	case ENTRY_MANUAL:
		return add_count(&t->manual_tokens, tokens);
	case ENTRY_ESTIMATED:
		return add_count(&t->estimated_tokens, tokens);
	case ENTRY_AUXILIARY:
		return add_count(&t->auxiliary_tokens, tokens);
	default:
		return true;
	}
}

static bool add_consumption(struct rollup_total *t, const struct rollup_cell *c, int64_t tokens,
	const struct cost *cost)
{
	stretch(t, c);
	cost_add(&t->cost, cost);
	return usage_add(&t->usage, &c->usage) && add_count(&t->tokens, tokens) &&
	       add_count(&t->sessions, c->sessions) && add_count(&t->requests, c->requests) &&
	       add_count(&t->web_searches, c->web_searches) && add_by_kind(t, c->kind, tokens);
}

static bool add_reading(struct rollup_total *t, const struct rollup_cell *c, int64_t tokens)
{
	stretch(t, c);
	return add_count(&t->readings, c->sessions) && add_count(&t->reading_tokens, tokens);
}

/* "claude-opus-4-5", or "claude-opus-4-5 (fast)" when it is the class that has
 * no price. */
static void add_unpriced_name(
	struct strbuf *out, const struct state *s, const char *model, const struct rollup_cell *c)
{
	strbuf_addstr(out, model);
	if (strcmp(c->price_class, "standard") != 0 && prices_find(s->prices, model, c->day))
		strbuf_addf(out, " (%s)", c->price_class);
}

static bool add_unpriced(struct state *s, const char *model, const struct rollup_cell *c,
	int64_t tokens, const struct cost *cost)
{
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;

	if (cost->unpriced_tokens == 0)
		return true;
	add_unpriced_name(&name, s, model, c);
	return add_consumption(&node_at(&s->unpriced, name.buf)->total, c, tokens, cost);
}

static bool add_everywhere(struct state *s, const struct rollup_cell *c, int64_t tokens)
{
	struct rollup_total *model = &model_at(s, c->model)->total;
	struct cost cost;

	prices_cost(&cost, s->prices, c->model ? model->name : NULL, c->price_class, c->day,
		&c->usage, c->web_searches);
	return add_unpriced(s, model->name, c, tokens, &cost) &&
	       add_consumption(&s->rollup.all, c, tokens, &cost) &&
	       add_consumption(&node_at(&s->branches, c->branch)->total, c, tokens, &cost) &&
	       add_consumption(model, c, tokens, &cost) &&
	       add_consumption(&day_at(s, c->day)->total, c, tokens, &cost);
}

enum tt_code rollup_add_cell(struct rollup *r, const struct rollup_cell *c, struct tt_error *err)
{
	struct state *s = state_of(r);
	int64_t tokens;
	bool fits;

	if (!usage_total(&tokens, &c->usage))
		fits = false;
	else if (c->kind == ENTRY_CONTEXT_READING)
		fits = add_reading(&r->all, c, tokens) &&
		       add_reading(&node_at(&s->branches, c->branch)->total, c, tokens);
	else
		fits = add_everywhere(s, c, tokens);
	if (!fits)
		return tt_fail(
			err, TT_EINPUT, "the token counts add up to more than %" PRId64, INT64_MAX);
	return TT_OK;
}

enum tt_code rollup_add(
	struct rollup *r, const char *branch, const struct entry *e, struct tt_error *err)
{
	struct rollup_cell cell = {
		.branch = branch,
		.model = e->model,
		.price_class = e->price_class,
		.kind = e->kind,
		.day = e->day,
		.usage = e->usage,
		.web_searches = e->web_searches,
		.requests = e->requests,
		.sessions = 1,
		.first = e->timestamp,
		.last = e->has_last_activity ? e->last_activity : e->timestamp,
	};

	return e->is_void ? TT_OK : rollup_add_cell(r, &cell, err);
}

/* --- reading --------------------------------------------------------------- */

static int compare_names(const void *left, const void *right)
{
	const struct rollup_total *a = left, *b = right;

	return strcmp(a->name, b->name);
}

static int compare_costs(const void *left, const void *right)
{
	const struct rollup_total *a = left, *b = right;
	int order = money_compare(b->cost.high, a->cost.high);

	if (!order)
		order = money_compare(b->cost.low, a->cost.low);
	if (!order)
		order = (a->tokens < b->tokens) - (a->tokens > b->tokens);
	return order ? order : compare_names(left, right);
}

static int compare_days(const void *left, const void *right)
{
	const struct rollup_total *a = left, *b = right;

	return (a->day.number < b->day.number) - (a->day.number > b->day.number);
}

static void fill(
	struct rollup_list *list, struct node *map, int (*compare)(const void *, const void *))
{
	list->items = xreallocarray(list->items, HASH_COUNT(map) + 1, sizeof *list->items);
	list->count = 0;
	for (struct node *node = map; node; node = node->hh.next)
		list->items[list->count++] = node->total;
	qsort(list->items, list->count, sizeof *list->items, compare);
}

void rollup_finish(struct rollup *r)
{
	struct state *s = state_of(r);

	fill(&r->branches, s->branches, compare_costs);
	fill(&r->models, s->models, compare_costs);
	fill(&r->days, s->days, compare_days);
	fill(&r->unpriced, s->unpriced, compare_names);
}

const struct rollup_total *rollup_branch(const struct rollup *r, const char *name)
{
	const struct state *s = (const struct state *)r;
	struct node *node;

	HASH_FIND(hh, s->branches, name, strlen(name), node);
	return node ? &node->total : NULL;
}

static void free_map(struct node *map)
{
	struct node *node = map, *next;

	HASH_CLEAR(hh, map); /* the table; the nodes are still linked */
	for (; node; node = next) {
		next = node->hh.next;
		free(node->total.name);
		free(node);
	}
}

static void free_aliases(struct alias *aliases)
{
	struct alias *alias, *next;

	HASH_ITER (hh, aliases, alias, next) {
		HASH_DEL(aliases, alias);
		free(alias->name);
		free(alias);
	}
}

void rollup_free(struct rollup *r)
{
	struct state *s = state_of(r);

	if (!r)
		return;
	free(r->branches.items);
	free(r->models.items);
	free(r->days.items);
	free(r->unpriced.items);
	free_map(s->branches);
	free_map(s->models);
	free_map(s->days);
	free_map(s->unpriced);
	free_aliases(s->aliases);
	free(s);
}

void rollup_freep(struct rollup **r)
{
	rollup_free(*r);
}
