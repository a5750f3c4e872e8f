/* SPDX-License-Identifier: MIT */
#ifndef CLI_ADDING_H
#define CLI_ADDING_H

#include "cli/context.h"
#include "figures.h"

/* What `add` does with figures, for whoever else has some to record. */
struct adding {
	const char *branch; /* NULL: the present one */
	bool no_export;
};
/* An entry of these figures with a new id, unsigned; it borrows from them. */
enum tt_code add_make_entry(struct entry *out, const struct figures *f, struct tt_error *err);
/* Record in the repository's ledger, or, outside of one, for the plan's windows only;
 * and answer. */
enum tt_code add_figures(struct context *ctx, const struct adding *how, const struct figures *f,
	struct tt_error *err);

#endif
