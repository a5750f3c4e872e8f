/* SPDX-License-Identifier: MIT */
#ifndef CLI_REPORT_TRENDS_H
#define CLI_REPORT_TRENDS_H

#include "cli/context.h"
#include "report_query.h"

/* `report trends`. */
enum tt_code report_trends_show(
	const struct context *ctx, const struct report_options *options, struct tt_error *err);

#endif
