/* SPDX-License-Identifier: MIT */
#ifndef CLI_PRICE_TABLE_H
#define CLI_PRICE_TABLE_H

#include "base/error.h"
#include "cli/context.h"
#include "model/prices.h"

/*
 * The price table to use: `file` (the --prices option; may be NULL), else the
 * configured track-tokens.prices (relative to the worktree; "~/" is the home
 * directory), else the one compiled in.
 */
enum tt_code price_table_load(
	struct prices **out, const struct context *ctx, const char *file, struct tt_error *err);

/* Where track-tokens.prices points; false when it is not set. */
bool price_table_configured(struct strbuf *out, const struct context *ctx);

#endif
