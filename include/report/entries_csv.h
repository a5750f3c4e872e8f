/* SPDX-License-Identifier: MIT */
#ifndef REPORT_ENTRIES_CSV_H
#define REPORT_ENTRIES_CSV_H

#include "base/strbuf.h"
#include "model/entry.h"
#include "model/prices.h"

/*
 * The entries of ledgers for a spreadsheet: a header, and a row for each.  The first five
 * columns are those of an earlier tracker: timestamp, branch, tokens, estimated_cost,
 * notes.  The column of tokens adds up to what the ledgers count: removed entries and
 * readings of the context have no row.  Costs are dollars with all nine decimals, so that
 * sums are exact; empty for the unknown; estimated_cost is empty, too, where only the
 * bounds are known, cost_low_usd and cost_high_usd.
 *
 *	entries_csv_begin -> entries_csv_add ...
 */
void entries_csv_begin(struct strbuf *out);
/* Was a row written? */
bool entries_csv_add(
	struct strbuf *out, const char *branch, const struct entry *e, const struct prices *prices);

#endif
