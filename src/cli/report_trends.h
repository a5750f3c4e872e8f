/* SPDX-License-Identifier: MIT */
#ifndef CLI_REPORT_TRENDS_H
#define CLI_REPORT_TRENDS_H

#include "cli/context.h"

/* `report trends`. */
enum tt_code report_trends_show(
	const struct context *ctx, const char *prices_file, bool sync, struct tt_error *err);

#endif
