/* SPDX-License-Identifier: MIT */
#ifndef CLI_IMPORT_OUTCOME_H
#define CLI_IMPORT_OUTCOME_H

#include "base/error.h"
#include "cli/context.h"
#include "report/report.h"

/* How an import tells what it did: lines for people, the job summary, and what
 * GitHub Actions reads (annotations, outputs, masks). */

bool outcome_in_github(void);
/* Keep the database's password out of the job's log. */
void outcome_mask_password(const struct context *ctx, const char *url);

/* On standard output: what became of the files, in a few lines. */
void outcome_print(
	const struct context *ctx, const struct report *report, size_t removed, bool cleaned);
/* ::error and ::warning for rejected and skipped files, at most ten. */
void outcome_annotate(const struct context *ctx, const struct report *report);
/* Append the job summary to `file`, within the size that GitHub accepts. */
enum tt_code outcome_write_summary(
	const char *file, const struct report *report, struct tt_error *err);
/* Append the outputs to the file that $GITHUB_OUTPUT names. */
enum tt_code outcome_write_outputs(
	const char *file, const struct report *report, const char *summary, struct tt_error *err);

/* Of each budget that is overspent: an annotation in GitHub, else a warning. */
void outcome_warn_of_budgets(const struct context *ctx, const struct report *report);

#endif
