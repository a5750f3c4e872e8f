/* SPDX-License-Identifier: MIT */
#ifndef CLI_LOG_SHOW_H
#define CLI_LOG_SHOW_H

#include "cli/context.h"

/* What each commit of the branch (NULL: the present one) cost: the last `number`, 0: all
 * that have usage.  Opens the repository. */
enum tt_code log_show(struct context *ctx, const char *branch, int64_t number,
	const char *prices_file, struct tt_error *err);

#endif
