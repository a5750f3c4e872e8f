/* SPDX-License-Identifier: MIT */
#ifndef CLI_REMINDER_H
#define CLI_REMINDER_H

#include "cli/context.h"

/*
 * What the pre-commit hook says: that nothing was recorded on this branch since
 * its last commit, or that exports are not staged.  One line each on standard
 * error; never a question, never a change.  True when the commit must not go on
 * (track-tokens.requireTracking).  Trouble of our own is no reason to stop a
 * commit: it is shown at most, and the answer is false.
 */
bool reminder_run(struct context *ctx);

#endif
