/* SPDX-License-Identifier: MIT */
#ifndef CLI_RECORD_H
#define CLI_RECORD_H

#include <stdbool.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "cli/context.h"
#include "exchange/export_file.h"
#include "ledger/ledger.h"
#include "model/entry.h"

/*
 * What the recording commands share: where the ledgers and exports of this
 * repository are, who records, and the export of what is new.
 *
 *	record_open -> record_lock -> ledger_put (or not) -> record_save
 *	-> record_release (which also unlocks)
 */
struct record {
	struct strbuf branch;
	/* "" where not known; the repository may only be known after record_lock */
	struct strbuf repository, commit, author, host;
	const struct vcs_repo *repo; /* borrowed */
	struct ledger_place place;   /* borrows from the repository */
	struct ledger *ledger;	     /* after record_lock */
};

#define RECORD_INIT                                                                      \
	{                                                                                \
		.branch = STRBUF_INIT, .repository = STRBUF_INIT, .commit = STRBUF_INIT, \
		.author = STRBUF_INIT, .host = STRBUF_INIT                               \
	}

/* The main worktree's token_metrics/local_tracking, also from a linked one:
 * removing a worktree must not remove its history.  Below the common directory
 * when the repository is bare.  Borrows from repo. */
struct ledger_place record_place(const struct vcs_repo *repo);

/*
 * The branch that is worked on, or `wanted` (an option; may be NULL).  JSON
 * cannot hold other names than UTF-8, and two of them could become one: they
 * are refused (TT_EINPUT) with the remedy, as are empty ones, control bytes and
 * more than ENTRY_NAME_MAX bytes.
 */
enum tt_code record_branch(
	struct strbuf *out, const struct vcs_repo *repo, const char *wanted, struct tt_error *err);

enum tt_code record_open(
	struct record *out, const struct context *ctx, const char *branch, struct tt_error *err);
enum tt_code record_lock(struct record *r, struct tt_error *err);
/* For those who can come again: TT_EBUSY after wait_ms. */
enum tt_code record_lock_within(struct record *r, int wait_ms, struct tt_error *err);
/* The entry whose id begins with `prefix`; its strings live until release. */
enum tt_code record_find(
	struct entry *out, const struct record *r, const char *prefix, struct tt_error *err);
void record_release(struct record *r);
/* Who records, by track-tokens.author: appended to both, or nothing. */
enum tt_code record_identify(struct strbuf *author, struct strbuf *host,
	const struct vcs_repo *repo, struct tt_error *err);
/* Commit, author and host of whoever records. */
void record_sign(const struct record *r, struct entry *e);

/* --- exports ------------------------------------------------------------ */

/* The directory of exports: track-tokens.exportDir below this worktree
 * ("temp"), or an absolute path.  False in a bare repository, which has no
 * place for files to commit. */
bool record_export_dir(struct strbuf *out, const struct vcs_repo *repo);

/* What record_save did about the export. */
struct record_export {
	struct strbuf name; /* file name, or "" when none was written */
	struct strbuf path; /* with its directory */
	size_t entries;
	int64_t tokens;
	struct tt_error problem; /* why none was written, though one was due */
};
#define RECORD_EXPORT_INIT                               \
	{                                                \
		.name = STRBUF_INIT, .path = STRBUF_INIT \
	}
void record_export_release(struct record_export *x);

/*
 * Save the ledger, and export what is not known to be exported.  The entry is
 * recorded when this returns TT_OK, whatever became of the export: one that
 * could not be written is a warning, x->name stays empty, and it is part of the
 * next one.  x = NULL: no export.
 */
enum tt_code record_save(
	const struct context *ctx, struct record *r, struct record_export *x, struct tt_error *err);

/* Lock the ledger and export what is pending, if anything is: unlike
 * record_save, this is for the sake of the export, so failing to write it is a
 * failure.  The ledger stays locked. */
enum tt_code record_export_pending(
	const struct context *ctx, struct record *r, struct record_export *x, struct tt_error *err);

/* Entries that no export on disk holds yet. */
size_t record_pending(const struct vcs_repo *repo, const struct ledger *ledger);

/* Append everything that the ledger holds to an export that was begun. */
enum tt_code record_export_all(struct export_writer *w, struct ledger *ledger,
	struct record_export *x, struct tt_error *err);
/* Who exports, when, from which commit; borrows from r.  branch = false: the
 * export is of several branches. */
struct export_meta record_export_meta(const struct record *r, bool branch);

#endif
