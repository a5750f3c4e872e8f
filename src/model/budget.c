/* SPDX-License-Identifier: MIT */
#include "model/budget.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/strbuf.h"

enum { NEAR_PERCENT = 80 };

const char *const budget_names[BUDGET_SCOPES] = { "branch", "day", "month" };
const char *const budget_verdicts[] = { "kept", "near", "over", "unknown" };

/* --- what is set ------------------------------------------------------------------- */

bool budgets_set(struct budgets *out, enum budget_scope scope, const char *dollars)
{
	if (!money_parse_dollars(&out->limit[scope], dollars))
		return false;
	out->has[scope] = true;
	return true;
}

static bool set_by_name(struct budgets *out, const char *item)
{
	for (int scope = 0; scope < BUDGET_SCOPES; scope++) {
		size_t len = strlen(budget_names[scope]);

		if (strncmp(item, budget_names[scope], len) == 0 && item[len] == '=')
			return budgets_set(out, (enum budget_scope)scope, item + len + 1);
	}
	return false;
}

bool budgets_parse(struct budgets *out, const char *list)
{
	_cleanup_(strbuf_release) struct strbuf item = STRBUF_INIT;
	struct budgets budgets = *out;

	for (;;) {
		size_t len = strcspn(list, ",");

		strbuf_reset(&item);
		strbuf_add(&item, list, len);
		if (!set_by_name(&budgets, item.buf))
			return false;
		if (!list[len])
			break;
		list += len + 1;
	}
	*out = budgets;
	return true;
}

bool budgets_any(const struct budgets *b)
{
	return b->has[BUDGET_BRANCH] || b->has[BUDGET_DAY] || b->has[BUDGET_MONTH];
}

/* --- what was spent ---------------------------------------------------------------- */

enum budget_verdict budget_judge(const struct cost *spent, struct money limit)
{
	if (money_compare(spent->low, limit) > 0)
		return BUDGET_OVER;
	if (spent->unpriced_tokens > 0 || money_compare(spent->high, limit) > 0)
		return BUDGET_UNKNOWN;
	return spent->high.pico * 100 >= limit.pico * NEAR_PERCENT ? BUDGET_NEAR : BUDGET_KEPT;
}

static void add_days(
	struct budget_state *state, const struct rollup_list *days, struct day from, struct day to)
{
	for (size_t i = 0; i < days->count; i++) {
		const struct rollup_total *t = &days->items[i];

		if (t->day.number < from.number || t->day.number > to.number)
			continue;
		cost_add(&state->spent, &t->cost);
		state->tokens += t->tokens;
	}
}

static void add_branch(struct budget_state *state, const struct rollup_total *branch)
{
	if (!branch)
		return;
	state->spent = branch->cost;
	state->tokens = branch->tokens;
}

size_t budgets_judge(struct budget_state out[static BUDGET_SCOPES], const struct budgets *budgets,
	const struct rollup_list *days, const struct rollup_total *branch, struct day today)
{
	size_t count = 0;

	for (int scope = 0; scope < BUDGET_SCOPES; scope++) {
		struct budget_state *state = &out[count];

		if (!budgets->has[scope])
			continue;
		*state = (struct budget_state){ .scope = (enum budget_scope)scope,
			.limit = budgets->limit[scope] };
		if (scope == BUDGET_BRANCH)
			add_branch(state, branch);
		else if (scope == BUDGET_DAY)
			add_days(state, days, today, today);
		else
			add_days(state, days, day_month(today), today);
		state->verdict = budget_judge(&state->spent, state->limit);
		count++;
	}
	return count;
}

bool budgets_over(const struct budget_state *states, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (states[i].verdict == BUDGET_OVER)
			return true;
	return false;
}
