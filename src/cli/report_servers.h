/* SPDX-License-Identifier: MIT */
#ifndef CLI_REPORT_SERVERS_H
#define CLI_REPORT_SERVERS_H

#include "base/error.h"
#include "cli/context.h"

/* `report servers`: publish what is new, and show who used how much of the plan. */
enum tt_code report_servers_show(struct context *ctx, struct tt_error *err);

#endif
