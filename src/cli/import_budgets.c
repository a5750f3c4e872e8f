/* SPDX-License-Identifier: MIT */
#include "import_budgets.h"

#include "base/cleanup.h"
#include "budget_config.h"
#include "cli/exit.h"
#include "import_outcome.h"

enum tt_code import_budgets_read(struct import_budgets *out, const struct context *ctx,
	const struct budget_options *options, struct tt_error *err)
{
	*out = (struct import_budgets){ .fail = options->fail };
	return budget_config_read(&out->budgets, ctx->repo, options->list, err);
}

void import_budgets_judge(struct report *report, struct import_budgets *b)
{
	const struct rollup_total *branch =
		report->current_branch ? rollup_branch(report->totals, report->current_branch)
				       : NULL;

	report->budget_count = budgets_judge(b->states, &b->budgets, &report->totals->days, branch,
		instant_local_day(report->now));
	report->budgets = b->states;
}

void import_budgets_end(
	struct context *ctx, const struct import_budgets *b, const struct report *report)
{
	if (!budgets_over(report->budgets, report->budget_count))
		return;
	outcome_warn_of_budgets(ctx, report);
	if (b->fail && ctx->status == EXIT_DONE)
		ctx->status = EXIT_BUDGET;
}
