/* SPDX-License-Identifier: MIT */
#ifndef REPORT_CSV_FIELDS_H
#define REPORT_CSV_FIELDS_H

#include "base/instant.h"
#include "model/prices.h"
#include "model/usage.h"

/* The fields of a row of CSV, one after the other, and its end.  Empty is what is not
 * known.  Dollars have all nine decimals, so that the sum of a column is exact. */
void csv_text(struct strbuf *out, const char *text); /* NULL: empty */
void csv_number(struct strbuf *out, int64_t number);
void csv_money(struct strbuf *out, bool is_known, struct money money);
void csv_time(struct strbuf *out, struct instant t);
void csv_usage(struct strbuf *out, const struct usage *usage); /* a field for each kind */
void csv_usage_names(struct strbuf *out);		       /* what these are called */
void csv_end(struct strbuf *out);

#endif
