/* SPDX-License-Identifier: MIT */
#ifndef CLI_TRAILERS_H
#define CLI_TRAILERS_H

#include "cli/context.h"

/*
 * The prepare-commit-msg hook: add to the message what was used on the branch since
 * its last commit.  argv is what git gives the hook: the file, and where the message
 * comes from.  Merges, squashes, amended and replayed commits are left alone: their
 * usage was told already, or is nobody's.  Trouble goes to the log.
 */
void trailers_run(struct context *ctx, int argc, char **argv);

#endif
