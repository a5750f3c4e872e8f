/* SPDX-License-Identifier: MIT */
#ifndef CLI_PLAN_CONFIG_H
#define CLI_PLAN_CONFIG_H

#include <stdbool.h>

#include "base/error.h"
#include "model/plan.h"
#include "report/window_line.h"
#include "vcs/repo.h"

/*
 * The user's plan, from git's configuration:
 *
 *	track-tokens.plan                    pro, max5x, max20x, custom
 *	track-tokens.plan.tokens             budget of the five-hour window
 *	track-tokens.plan.tokensWeekly       and of the week
 *	track-tokens.plan.messages
 *	track-tokens.plan.messagesWeekly
 *	track-tokens.plan.weeklyReset        "monday 09:00"
 *	track-tokens.style                   tokens, messages, percent, s0
 *
 * Figures of the user's own beat those of the plan, and make one without a name.
 */
struct plan_config {
	bool has_plan;
	struct plan plan;
	bool has_style;
	enum window_style style; /* tokens, when has_style is false */
};

/* repo may be NULL.  TT_EINPUT names the key whose value is none. */
enum tt_code plan_config_read(
	struct plan_config *out, const struct vcs_repo *repo, struct tt_error *err);

/* What `plan set` writes to the user's configuration: all keys, the old ones taken
 * away. */
struct plan_choice {
	const struct plan *plan;
	int64_t limits[WINDOW_KINDS][LIMIT_UNITS]; /* -1: as the plan has it */
	const char *weekly_reset;		   /* NULL: Monday, midnight */
};
enum tt_code plan_config_write(const struct plan_choice *choice, struct tt_error *err);

#endif
