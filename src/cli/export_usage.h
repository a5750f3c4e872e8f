/* SPDX-License-Identifier: MIT */
#ifndef CLI_EXPORT_USAGE_H
#define CLI_EXPORT_USAGE_H

#include "cli/context.h"

/* Everything that the usage index knows, in the shape of the earlier tracker's export
 * (report/claude_tokens.h): all projects, the last 50 sessions, the last 30 days.
 * prices: a file, or NULL. */
enum tt_code export_claude_tokens(
	struct strbuf *out, const struct context *ctx, const char *prices, struct tt_error *err);

#endif
