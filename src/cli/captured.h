/* SPDX-License-Identifier: MIT */
#ifndef CLI_CAPTURED_H
#define CLI_CAPTURED_H

#include "collect.h"
#include "model/entry.h"

/*
 * From the usage index to the ledgers: every index entry that changed becomes,
 * or updates, the entry of the same id in its branch's ledger.
 *
 * The index remembers the revision that it wrote.  A ledger that holds another
 * one knows something that the index does not (it was lost, or somebody
 * amended the entry): then no count is ever lowered.  An entry that was removed
 * stays removed.
 */
struct captured {
	size_t branches, entries; /* written */
	size_t skipped;		  /* branches whose ledger could not be written */
	struct tt_error problem;  /* of the first of them */
};

/* All that changed in this repository.  lock_ms: how long to wait for a ledger. */
enum tt_code captured_record(struct captured *out, struct collector *c, int64_t repository,
	int lock_ms, struct tt_error *err);
/* In every repository that was touched, or that is known (all). */
enum tt_code captured_record_touched(
	struct captured *out, struct collector *c, bool all, int lock_ms, struct tt_error *err);

/* A branch whose ledger is gone, and was not archived, gets it again: the clone was
 * made anew.  Marks its entries; captured_record writes them. */
enum tt_code captured_restore(struct collector *c, int64_t repository, struct tt_error *err);

/* The ledger entry of an index entry; id is derived from what it stands for. */
void captured_entry(struct entry *out, const struct usage_entry *u);

/* --- repository_facts.c ---------------------------------------------------- */

/* What the index remembers of a repository, asked of git again when its
 * configuration has changed.  Strings go to arena.  TT_ENOTFOUND: it is gone. */
enum tt_code repository_facts(struct repository_row *out, struct collector *c, int64_t repository,
	struct arena *arena, struct tt_error *err);

#endif
