/* SPDX-License-Identifier: MIT */
#include "report_order.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { MICRO_DIGITS = 6, PICO_PER_MICRO = 1000000 };

enum tt_code report_choice_parse(
	struct report_choice *choice, const char *sort, const char *min_cost, struct tt_error *err)
{
	static const char *const names[] = { "cost", "tokens", "sessions", "time", "name" };
	int64_t micro;

	for (size_t i = 0; sort && i < sizeof names / sizeof *names; i++)
		if (strcmp(sort, names[i]) == 0)
			choice->order = (enum report_order)i;
	if (!min_cost)
		return TT_OK;
	if (!money_parse_scaled(&micro, *min_cost == '$' ? min_cost + 1 : min_cost, MICRO_DIGITS))
		return tt_fail(err, TT_EUSAGE,
			"--min-cost: '%s' is not an amount of dollars such as 2.50", min_cost);
	choice->has_min_cost = true;
	choice->min_cost.pico = (__int128)micro * PICO_PER_MICRO;
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

void report_groups_release(struct report_groups *groups)
{
	free(groups->items);
}
