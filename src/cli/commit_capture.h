/* SPDX-License-Identifier: MIT */
#ifndef CLI_COMMIT_CAPTURE_H
#define CLI_COMMIT_CAPTURE_H

#include <stdbool.h>

#include "cli/context.h"

/*
 * Before a commit: where usage is captured, bring the ledgers of this repository up
 * to date, export what no export holds yet, and stage that export, so that it is
 * pushed with the work that it is about (unless track-tokens.stageExports is
 * false).  Says whether usage is captured here: it was, or
 * the client's hooks are installed.  Trouble is no reason to
 * disturb a commit, and goes to the log.
 */
bool commit_capture(struct context *ctx);

#endif
