/* SPDX-License-Identifier: MIT */
#ifndef MODEL_AUXILIARY_H
#define MODEL_AUXILIARY_H

#include <stddef.h>

#include "base/arena.h"
#include "model/prices.h"
#include "model/response.h"
#include "model/transcript.h"

/*
 * What a session's client spent beyond the answers in its transcripts (titles,
 * summaries, compaction): known only from its own cumulative totals.
 *
 *	auxiliary = the client's total - what the session's files hold up to then
 *
 * per model and kind of token, never below zero; the cost likewise, from the
 * client's costUSD less the price of what is known.  A session has several
 * totals when it was resumed: each adds what it has over the one before, so that
 * later work moves nothing to another branch or day.
 *
 *	auxiliary_new -> (auxiliary_add_known ..., auxiliary_take) for each total,
 *	in the order of time -> auxiliary_free
 */
struct auxiliary;

/* What to add to the session: one row per model. */
struct auxiliary_row {
	const char *model; /* as the client names it */
	struct usage usage;
	int64_t web_searches;
	int64_t cost_nano_usd;
	/* The class whose price is the cost, when there is one; else "standard". */
	const char *price_class;
};

struct auxiliary *auxiliary_new(const struct prices *prices); /* prices are borrowed */
void auxiliary_free(struct auxiliary *a);
void auxiliary_freep(struct auxiliary **a);
/* Before each total: everything that the session's files hold up to its time.
 * Starts anew after every auxiliary_take. */
void auxiliary_add_known(struct auxiliary *a, const struct usage_row *row);
/* rows and their strings live until the next call on a.  Models are compared by
 * their canonical names.  day prices the rows. */
void auxiliary_take(struct auxiliary *a, const struct cost_state *total, struct day day,
	const struct auxiliary_row **rows, size_t *count);

#endif
