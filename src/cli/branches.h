/* SPDX-License-Identifier: MIT */
#ifndef CLI_BRANCHES_H
#define CLI_BRANCHES_H

#include "cli/record.h"

/* The branches that have a ledger, by name.  A ledger that cannot be read is a
 * failure here: what it holds would silently be missing. */
struct branches {
	char **names;
	size_t count;
};

enum tt_code branches_list(
	struct branches *out, const struct ledger_place *place, struct tt_error *err);
void branches_release(struct branches *b);

/*
 * Export what is pending on each branch that has a ledger: a file each.
 * fn (may be NULL) is told of every file.
 */
typedef void (*branches_exported)(void *to, const char *branch, const struct record_export *x);
enum tt_code branches_export_pending(
	const struct context *ctx, branches_exported fn, void *to, struct tt_error *err);

#endif
