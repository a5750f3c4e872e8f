/* SPDX-License-Identifier: MIT */
#ifndef CLI_REPORT_INDEX_H
#define CLI_REPORT_INDEX_H

#include "cli/context.h"
#include "index/usage_index.h"

/* The usage index, for reports: opened for reading, as of now.  sync: take what is new
 * in the transcripts before; where that cannot be, what is known is better than nothing,
 * and a warning tells. */
enum tt_code report_index_open(
	struct usage_index **out, const struct context *ctx, bool sync, struct tt_error *err);

#endif
