/* SPDX-License-Identifier: MIT */
#ifndef CAPTURE_SCAN_ALL_H
#define CAPTURE_SCAN_ALL_H

#include <stdatomic.h>

#include "base/arena.h"
#include "capture/transcript.h"
#include "model/response_set.h"

/*
 * Scan many transcripts at once, on several threads where there is enough to
 * read, and join what they hold.  The outcome does not depend on the order in
 * which files are read.
 */
struct scan_job {
	const char *path;
	struct transcript_position position; /* in: where to go on; out: where it ended */
	bool rewritten;
	struct transcript_stats stats; /* of this run */
	int64_t size;		       /* to share out the work, largest first */
	enum tt_code code;
	struct tt_error error; /* when code is not TT_OK */
};

struct scan_result {
	struct response_set *responses;
	struct cost_state *cost_states; /* in no particular order */
	size_t cost_state_count;
	struct worktree_record *worktrees;
	size_t worktree_count;
	struct arena arena; /* of the last two */
};
void scan_result_release(struct scan_result *result);

/* threads: at most so many (0: as many as there are cores, up to 8).
 * bytes_done (may be NULL) counts on while it works, up to the sum of the sizes (a
 * part that was read before counts as done), for a progress bar shown by `tick` (may
 * be NULL), which the calling thread runs about ten times a second.
 * Failing files are told in their jobs; the rest is read all the same. */
void scan_all(struct scan_result *out, struct scan_job *jobs, size_t count, int threads,
	atomic_llong *bytes_done, void (*tick)(void *ctx), void *tick_ctx);

#endif
