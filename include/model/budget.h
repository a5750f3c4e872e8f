/* SPDX-License-Identifier: MIT */
#ifndef MODEL_BUDGET_H
#define MODEL_BUDGET_H

#include "model/rollup.h"

/*
 * What a branch, a day and a month may cost, and whether they did.  A budget stops
 * nobody: what is spent is spent; it tells, and lets a build fail for those who ask.
 *
 *	budgets_parse or budgets_set -> budgets_judge
 */
enum budget_scope {
	BUDGET_BRANCH, /* its whole life */
	BUDGET_DAY,    /* today */
	BUDGET_MONTH,  /* this calendar month */
};
enum { BUDGET_SCOPES = 3 };
extern const char *const budget_names[BUDGET_SCOPES]; /* "branch", "day", "month" */

struct budgets {
	bool has[BUDGET_SCOPES];
	struct money limit[BUDGET_SCOPES];
};

/* "50", "$50", "50.25"; false for anything else.  *out is unchanged then. */
bool budgets_set(struct budgets *out, enum budget_scope scope, const char *dollars);
/* "branch=50,month=200": those are set, others stay as they are.  False when that is not
 * what it says. */
bool budgets_parse(struct budgets *out, const char *list);
bool budgets_any(const struct budgets *b);

enum budget_verdict {
	BUDGET_KEPT,
	BUDGET_NEAR, /* from 80 % on */
	BUDGET_OVER,
	/* A part has no price, or what it cost is a range that the limit lies in: kept by
	 * what is known, and nobody can say more. */
	BUDGET_UNKNOWN,
};
extern const char *const budget_verdicts[]; /* "kept", "near", "over", "unknown" */

struct budget_state {
	enum budget_scope scope;
	struct money limit;
	struct cost spent;
	int64_t tokens;
	enum budget_verdict verdict;
};

enum budget_verdict budget_judge(const struct cost *spent, struct money limit);
/* A state for each budget that is set, in the order of the scopes, and their number.
 * days: those of the month at least; branch NULL: nothing was spent on it. */
size_t budgets_judge(struct budget_state out[static BUDGET_SCOPES], const struct budgets *budgets,
	const struct rollup_list *days, const struct rollup_total *branch, struct day today);
bool budgets_over(const struct budget_state *states, size_t count);

#endif
