/* SPDX-License-Identifier: MIT */
#ifndef CLI_REPORT_INDEX_H
#define CLI_REPORT_INDEX_H

#include "cli/context.h"
#include "index/usage_index.h"

/* Take what is new in the transcripts; where that cannot be, what is known is better than
 * nothing, and a warning tells. */
void report_index_refresh(const struct context *ctx);

/* The usage index, for reports: opened for reading, as of now.  sync: refresh it
 * before. */
enum tt_code report_index_open(
	struct usage_index **out, const struct context *ctx, bool sync, struct tt_error *err);

#endif
