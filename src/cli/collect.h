/* SPDX-License-Identifier: MIT */
#ifndef CLI_COLLECT_H
#define CLI_COLLECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "capture/scan_all.h"
#include "capture/transcript.h"
#include "cli/attribution.h"
#include "cli/context.h"
#include "index/usage_index.h"
#include "user_state.h"

/*
 * From the client's transcripts to the usage index: the pump between capture
 * and index, for `sync`, `hook` and the reminder.
 *
 *	collect_open (takes the lock) -> collect_files ... -> collect_settle ->
 *	captured_record (the ledgers) -> collect_commit -> collect_close (which undoes
 *	what was not committed, and unlocks)
 */
struct touched; /* sessions and repositories whose figures changed */

struct collector {
	const struct context *ctx;
	struct user_state state;
	struct strbuf scratch; /* a dry run without an index has one here */
	struct usage_index *index;
	struct prices *prices;
	struct attribution *attribution;
	struct touched *touched;
	struct strbuf set_aside; /* a damaged index, or "" */
	bool dry_run, show_progress;
	int64_t max_bytes;
	/* What was done. */
	size_t files, read, failed;
	int64_t new_responses;
	struct transcript_stats stats; /* of this run */
	struct tt_error problem;       /* of the first file that failed */
};

struct collect_options {
	bool dry_run;	    /* change nothing that lasts */
	bool show_progress; /* on standard error, once it takes longer than a second */
	int wait_ms;	    /* for another collector */
	/* Somebody waits: when there is more to read than this, read nothing and fail
	 * (TT_EBUSY), so that `sync` does it.  0: read whatever there is. */
	int64_t max_bytes;
};
/* Read in well under two seconds. */
enum { COLLECT_QUICK = 512 * 1024 * 1024 };
enum tt_code collect_open(struct collector *out, const struct context *ctx,
	const struct collect_options *options, struct tt_error *err);
void collect_close(struct collector *c);

/* Read what is new in these.  A file that cannot be read is counted, and its
 * reason kept in `problem`. */
enum tt_code collect_files(
	struct collector *c, const struct transcript_list *list, struct tt_error *err);
/* Every transcript of every configuration directory. */
enum tt_code collect_everything(struct collector *c, struct tt_error *err);
/* One response from elsewhere (`hook post-request`). */
enum tt_code collect_response(struct collector *c, const struct response *r, struct tt_error *err);
/* Compare the client's own totals with what is known by now. */
enum tt_code collect_settle(struct collector *c, struct tt_error *err);
enum tt_code collect_commit(struct collector *c, struct tt_error *err);

/* --- touched.c ------------------------------------------------------------- */

struct touched_session {
	const char *name;
	struct instant earliest; /* of what changed in it */
	bool has_new_total;
};
struct touched *touched_new(void);
void touched_free(struct touched *t); /* NULL is fine */
void touched_session(struct touched *t, const char *session, struct instant time, bool new_total);
void touched_repository(struct touched *t, int64_t repository);
bool touched_has_repository(const struct touched *t, int64_t repository);
/* Call fn for each session; stops at the first failure. */
enum tt_code touched_each_session(const struct touched *t,
	enum tt_code (*fn)(void *ctx, const struct touched_session *s, struct tt_error *err),
	void *ctx, struct tt_error *err);

#endif
