/* SPDX-License-Identifier: MIT */
#ifndef MODEL_ROLLUP_H
#define MODEL_ROLLUP_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/instant.h"
#include "model/entry.h"
#include "model/prices.h"
#include "model/usage.h"

/*
 * Totals of entries by branch, model, day, kind: the one place where figures
 * are added up, for the terminal, the job summary and every export, so that
 * they agree everywhere.
 *
 *	rollup_new -> rollup_add (per entry) or rollup_add_cell (per row of a
 *	GROUP BY) -> rollup_finish (sorts) -> read -> rollup_free
 *
 * Void entries are left out.  Context readings are counted in `readings` and
 * `reading_tokens` only: occupancy is not consumption.
 */
struct rollup_cell { /* entries that share everything named here */
	const char *branch;
	const char *model; /* NULL unknown */
	const char *price_class;
	enum entry_kind kind;
	struct day day;
	struct usage usage;
	int64_t web_searches, requests, sessions; /* sessions: number of entries */
	struct instant first, last;
};

struct rollup_total {
	char *name; /* branch, model ("" unknown) or day; NULL for a grand total */
	struct usage usage;
	int64_t tokens; /* sum of the kinds */
	int64_t sessions, requests, web_searches;
	int64_t manual_tokens, estimated_tokens, auxiliary_tokens; /* parts of `tokens` */
	int64_t readings, reading_tokens;			   /* not part of `tokens` */
	struct cost cost;
	struct instant first, last;
	struct day day; /* in by_day only */
};

struct rollup_list {
	struct rollup_total *items;
	size_t count;
};

struct rollup {
	struct rollup_total all;
	struct rollup_list branches; /* most expensive first, then most tokens, then name */
	struct rollup_list models;   /* the same; canonical names */
	struct rollup_list days;     /* newest first */
	struct rollup_list unpriced; /* models without a price, by name */
};

struct rollup *rollup_new(const struct prices *prices); /* prices are borrowed */
enum tt_code rollup_add_cell(struct rollup *r, const struct rollup_cell *c, struct tt_error *err);
enum tt_code rollup_add(
	struct rollup *r, const char *branch, const struct entry *e, struct tt_error *err);
void rollup_finish(struct rollup *r);
/* NULL when nothing was recorded on it. */
const struct rollup_total *rollup_branch(const struct rollup *r, const char *name);
void rollup_free(struct rollup *r);
void rollup_freep(struct rollup **r);

#endif
