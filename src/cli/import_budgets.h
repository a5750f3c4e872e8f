/* SPDX-License-Identifier: MIT */
#ifndef CLI_IMPORT_BUDGETS_H
#define CLI_IMPORT_BUDGETS_H

#include "cli/context.h"
#include "model/budget.h"
#include "report/report.h"

/*
 * What a repository may cost its team: the branch that the summary is about, today and
 * this month, of everybody's entries.
 *
 *	import_budgets_read -> import_budgets_judge (the report has its figures)
 *	-> import_budgets_end
 */
struct budget_options {
	const char *list; /* "branch=50,month=200" */
	bool fail;
};
#define BUDGET_ROWS(at)                                                                   \
	{ "budget", 0, OPTION_TEXT, "LIST",                                               \
		"dollars that may be spent: branch=50,day=20,month=200",                  \
		(at) + offsetof(struct budget_options, list), false },                    \
	{                                                                                 \
		"fail-over-budget", 0, OPTION_FLAG, NULL,                                 \
			"exit with status 6 where more was spent (default: only say so)", \
			(at) + offsetof(struct budget_options, fail), false               \
	}

struct import_budgets {
	struct budgets budgets;
	struct budget_state states[BUDGET_SCOPES];
	bool fail;
};

enum tt_code import_budgets_read(struct import_budgets *out, const struct context *ctx,
	const struct budget_options *options, struct tt_error *err);
/* The report borrows the states. */
void import_budgets_judge(struct report *report, struct import_budgets *budgets);
/* Warn of what is overspent, and set the exit status where that was asked for and no other
 * is set. */
void import_budgets_end(
	struct context *ctx, const struct import_budgets *budgets, const struct report *report);

#endif
