/* SPDX-License-Identifier: MIT */
#ifndef CLI_BUDGET_CONFIG_H
#define CLI_BUDGET_CONFIG_H

#include "base/error.h"
#include "model/budget.h"
#include "vcs/repo.h"

/*
 * The budgets, in US dollars, from git's configuration:
 *
 *	track-tokens.budget.branch
 *	track-tokens.budget.day
 *	track-tokens.budget.month
 *
 * and from --budget ("branch=50,month=200", or NULL), which beats it.  repo may be NULL.
 * TT_EINPUT names the key whose value is none.
 */
enum tt_code budget_config_read(
	struct budgets *out, const struct vcs_repo *repo, const char *option, struct tt_error *err);

#endif
