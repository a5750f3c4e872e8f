/* SPDX-License-Identifier: MIT */
#ifndef CLI_REPORT_BUDGETS_H
#define CLI_REPORT_BUDGETS_H

#include "cli/context.h"
#include "report_query.h"

/* `track-tokens report budgets`: what may be spent, and is.  A day and a month are of all
 * projects, a branch is the one here.  The exit status is 6 where one is overspent. */
enum tt_code report_budgets_show(
	struct context *ctx, const struct report_options *options, struct tt_error *err);

#endif
