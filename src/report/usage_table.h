/* SPDX-License-Identifier: MIT */
#ifndef SRC_REPORT_USAGE_TABLE_H
#define SRC_REPORT_USAGE_TABLE_H

#include "phrases.h"
#include "report/usage_report.h"

/* Pieces that the text and the Markdown of one's own reports share. */

/* "DAILY USAGE". */
void usage_add_title(struct strbuf *out, const struct report_usage *report);
/* What a group is called where its name is empty. */
const char *usage_group_name(const struct report_usage_group *group);
int64_t usage_cache_written(const struct rollup_total *total);
/* What has to be known of the figures: sentence after sentence, each given to `say`, the
 * pen's text then being begun anew. */
void usage_remarks(const struct report_usage *report, const struct pen *pen,
	void (*say)(void *ctx, const char *sentence), void *ctx);
#define USAGE_NOTHING                                                                     \
	"No data found: nothing was captured or added in that time. 'track-tokens sync' " \
	"reads Claude Code's transcripts; 'track-tokens doctor' tells what is missing."

#endif
