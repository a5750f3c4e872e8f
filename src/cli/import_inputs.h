/* SPDX-License-Identifier: MIT */
#ifndef CLI_IMPORT_INPUTS_H
#define CLI_IMPORT_INPUTS_H

#include <stddef.h>

#include "base/error.h"
#include "base/sha256.h"
#include "cli/context.h"
#include "report/report.h"
#include "store/store.h"

/*
 * The files of an import.
 *
 *	inputs_add_path (or inputs_add_default) ... -> inputs_validate
 *	-> inputs_replay, as often as the store asks -> inputs_clean
 *
 * A file is read whole and checked to its end before anything of it is sent
 * anywhere; a bad one is rejected with its reason, and the others go on.  One
 * file is in memory at a time.
 */
struct input {
	size_t dir;	  /* in inputs->dirs */
	const char *name; /* in that directory; or, with inputs->repo, a blob's id */
	bool is_blob;
	const char *shown;
	char sha256[SHA256_TEXT];
	uint64_t fingerprint; /* text_hash of it: is it still the same? */
	int64_t entries;
	enum report_verdict verdict;
	const char *reason; /* why it was skipped or rejected */
};

struct input_dir {
	int fd; /* AT_FDCWD for files named one by one */
};

struct inputs {
	struct input_dir *dirs;
	size_t dir_count;
	struct input *items;
	size_t count, alloc;
	const struct vcs_repo *repo; /* of blobs; borrowed */
	const struct context *ctx;   /* for the progress line; borrowed */
	struct arena arena;
};
#define INPUTS_INIT \
	{           \
		0   \
	}
void inputs_release(struct inputs *in);

/* A file, or a directory's *.json files (its own, not those below it; hidden
 * ones are left out).  TT_ENOTFOUND when there is no such path.  A symbolic
 * link is not followed. */
enum tt_code inputs_add_path(struct inputs *in, const char *path, struct tt_error *err);
/* The directory of exports, `relative` below root; nothing when it is absent. */
enum tt_code inputs_add_default(
	struct inputs *in, const char *root, const char *relative, struct tt_error *err);

/* The *.json files below `directory` that the commits of a range added, also
 * those that were removed since: see vcs_blobs_added. */
enum tt_code inputs_add_commits(struct inputs *in, const struct vcs_repo *repo, const char *range,
	const char *directory, struct tt_error *err);

/* Read and check every file; ctx is for the progress line. */
void inputs_validate(const struct context *ctx, struct inputs *in);
size_t inputs_with(const struct inputs *in, enum report_verdict verdict);

/* What store_import calls: sends the entries of all accepted files. */
enum tt_code inputs_replay(void *inputs, const struct entry_sink *sink, struct tt_error *err);

/* Remove the accepted files (not those of commits) that still hold what was imported; *removed
 * counts them.  For the time after the commit. */
enum tt_code inputs_clean(struct inputs *in, size_t *removed, struct tt_error *err);

#endif
