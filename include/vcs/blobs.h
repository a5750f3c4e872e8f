/* SPDX-License-Identifier: MIT */
#ifndef VCS_BLOBS_H
#define VCS_BLOBS_H

#include "vcs/repo.h"

/*
 * Files as commits hold them: also those that a later commit removed.
 *
 * range: "<from>..<to>", or one revision for its whole history.  Of every
 * commit in it, the files below `directory` (relative to the root) that it
 * added or changed are told, each content once, the newest commit first.
 * TT_EUSAGE when the range names no commits.
 */
typedef enum tt_code (*vcs_blob_fn)(
	void *ctx, const char *path, const char *id, struct tt_error *err);
enum tt_code vcs_blobs_added(const struct vcs_repo *repo, const char *range, const char *directory,
	vcs_blob_fn fn, void *ctx, struct tt_error *err);

/* Append the content of a blob; TT_EINPUT when it has more than cap bytes. */
enum tt_code vcs_blob_read(struct strbuf *out, const struct vcs_repo *repo, const char *id,
	size_t cap, struct tt_error *err);

#endif
