/* SPDX-License-Identifier: MIT */
#ifndef CLI_COMMIT_USAGE_H
#define CLI_COMMIT_USAGE_H

#include <stddef.h>

#include "base/arena.h"
#include "cli/context.h"
#include "model/rollup.h"

/*
 * What each commit of a branch cost: the usage between its predecessor on the
 * branch and itself.
 *
 * A commit's time is when it was committed, unless commits that stand behind it are
 * older: then it was made again (a rebase), and its author's time holds, which is
 * kept.  Usage up to and including the second of a commit is that commit's.
 *
 * The sum over all rows is the total of the branch's ledger.  Answers of the API
 * are told apart by their own times where the usage index has them; an entry that it
 * does not have (by hand, or from another machine) counts as a whole at its time.
 */
struct commit_usage {
	struct arena arena;
	struct report_commit *rows; /* newest first */
	size_t count;
	struct rollup *totals;
	struct prices *prices;
};
#define COMMIT_USAGE_INIT \
	{                 \
		0         \
	}

struct commit_range {
	const char *branch;	 /* whose usage; not NULL */
	const char *tip, *base;	 /* revisions; tip NULL: the branch */
	size_t limit;		 /* commits at most; 0: as far as there is usage */
	const char *prices_file; /* or NULL */
	int64_t max_bytes;	 /* as collect_options has it */
};
enum tt_code commit_usage_load(struct commit_usage *out, const struct context *ctx,
	const struct commit_range *range, struct tt_error *err);
void commit_usage_release(struct commit_usage *u);

#endif
