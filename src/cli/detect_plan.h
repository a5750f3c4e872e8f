/* SPDX-License-Identifier: MIT */
#ifndef CLI_DETECT_PLAN_H
#define CLI_DETECT_PLAN_H

#include "base/error.h"
#include "model/plan.h"

/* The plan of the account that the client recorded in .claude.json, in the home
 * directory or in a configuration directory.  TT_ENOTFOUND, and what to do, when none
 * says which. */
enum tt_code detect_plan(const struct plan **out, struct tt_error *err);

#endif
