/* SPDX-License-Identifier: MIT */
#include "report_order.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum tt_code report_choice_parse(
	struct report_choice *choice, const char *sort, const char *min_cost, struct tt_error *err)
{
	static const char *const names[] = { "cost", "tokens", "sessions", "time", "name" };

	for (size_t i = 0; sort && i < sizeof names / sizeof *names; i++)
		if (strcmp(sort, names[i]) == 0)
			choice->order = (enum report_order)i;
	if (!min_cost)
		return TT_OK;
	if (!money_parse_dollars(&choice->min_cost, min_cost))
		return tt_fail(err, TT_EUSAGE,
			"--min-cost: '%s' is not an amount of dollars such as 2.50", min_cost);
	choice->has_min_cost = true;
	return TT_OK;
}

static int descending(int64_t a, int64_t b)
{
	return (a < b) - (a > b);
}

static int by_name(const void *left, const void *right)
{
	const struct report_usage_group *a = left, *b = right;

	return strcmp(a->name, b->name);
}

static int by_cost(const void *left, const void *right)
{
	const struct report_usage_group *a = left, *b = right;
	int order = money_compare(b->total->cost.high, a->total->cost.high);

	if (!order)
		order = descending(a->total->tokens, b->total->tokens);
	return order ? order : by_name(left, right);
}

static int by_tokens(const void *left, const void *right)
{
	const struct report_usage_group *a = left, *b = right;
	int order = descending(a->total->tokens, b->total->tokens);

	return order ? order : by_name(left, right);
}

static int by_sessions(const void *left, const void *right)
{
	const struct report_usage_group *a = left, *b = right;
	int order = descending(a->total->sessions, b->total->sessions);

	return order ? order : by_cost(left, right);
}

static int by_time(const void *left, const void *right)
{
	const struct report_usage_group *a = left, *b = right;
	int order = descending(a->total->last.ms, b->total->last.ms);

	return order ? order : by_name(left, right);
}

static bool is_shown(const struct rollup_total *total, const struct report_choice *choice)
{
	return !choice->has_min_cost || money_compare(total->cost.high, choice->min_cost) >= 0;
}

void report_groups_choose(struct report_groups *out, const struct usage_rows *rows,
	const struct report_choice *choice)
{
	static int (*const orders[])(
		const void *, const void *) = { by_cost, by_tokens, by_sessions, by_time, by_name };
	const struct rollup_list *all = &rows->totals->branches;

	out->items = xcalloc(all->count + 1, sizeof *out->items);
	for (size_t i = 0; i < all->count; i++) {
		const struct usage_group *group = usage_rows_find(rows, all->items[i].name);

		if (is_shown(&all->items[i], choice))
			out->items[out->count++] =
				(struct report_usage_group){ .name = all->items[i].name,
					.project = group->project,
					.branch = group->branch,
					.total = &all->items[i] };
	}
	qsort(out->items, out->count, sizeof *out->items, orders[choice->order]);
	if (choice->rows > 0 && (int64_t)out->count > choice->rows)
		out->count = (size_t)choice->rows;
	out->left_out = all->count - out->count;
}

/* --- models ------------------------------------------------------------------------ */

static const char *model_of(const struct rollup_total *total)
{
	return strrchr(total->name, USAGE_MODEL_MARK) + 1;
}

static bool is_of(const struct rollup_total *part, const char *group)
{
	size_t len = strlen(group);

	return strncmp(part->name, group, len) == 0 && part->name[len] == USAGE_MODEL_MARK;
}

static int by_group(const void *left, const void *right)
{
	const struct rollup_total *a = left, *b = right;
	const char *a_end = strrchr(a->name, USAGE_MODEL_MARK);
	const char *b_end = strrchr(b->name, USAGE_MODEL_MARK);
	size_t a_len = (size_t)(a_end - a->name), b_len = (size_t)(b_end - b->name);
	int order = memcmp(a->name, b->name, a_len < b_len ? a_len : b_len);

	if (!order)
		order = (a_len > b_len) - (a_len < b_len);
	if (!order)
		order = money_compare(b->cost.high, a->cost.high);
	return order ? order : strcmp(a->name, b->name);
}

/* The parts of a group lie together. */
static void give_parts(struct report_usage_group *group, struct report_groups *g)
{
	const struct rollup_list *all = &g->models.totals->branches;
	size_t low = 0, high = all->count;
	size_t len = strlen(group->name);

	while (low < high) {
		size_t middle = (low + high) / 2;
		const char *name = all->items[middle].name;
		size_t name_len = (size_t)(strrchr(name, USAGE_MODEL_MARK) - name);
		int order = memcmp(name, group->name, name_len < len ? name_len : len);

		if (order < 0 || (order == 0 && name_len < len))
			low = middle + 1;
		else
			high = middle;
	}
	group->parts = &g->parts[low];
	while (low < all->count && is_of(&all->items[low], group->name)) {
		group->part_count++;
		low++;
	}
}

enum tt_code report_groups_read_models(struct report_groups *groups, struct usage_index *index,
	const struct usage_query *query, struct tt_error *err)
{
	struct usage_query by_model = *query;
	struct rollup_list *all;

	by_model.with_model = true;
	if (usage_rows_read(&groups->models, index, &by_model, err) != TT_OK)
		return err->code;
	all = &groups->models.totals->branches;
	qsort(all->items, all->count, sizeof *all->items, by_group);
	groups->parts = xcalloc(all->count + 1, sizeof *groups->parts);
	for (size_t i = 0; i < all->count; i++)
		groups->parts[i] = (struct report_usage_group){ .name = model_of(&all->items[i]),
			.total = &all->items[i] };
	for (size_t i = 0; i < groups->count; i++)
		give_parts(&groups->items[i], groups);
	return TT_OK;
}

void report_groups_release(struct report_groups *groups)
{
	free(groups->items);
	free(groups->parts);
	usage_rows_release(&groups->models);
}
