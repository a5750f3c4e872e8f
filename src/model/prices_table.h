/* SPDX-License-Identifier: MIT */
#ifndef SRC_MODEL_PRICES_TABLE_H
#define SRC_MODEL_PRICES_TABLE_H

#include "model/prices.h"

/* Building price tables: shared by the readers of our form and of LiteLLM's. */

/* A million dollars per million tokens: costs of any sum of entries then fit
 * into 128 bits. */
#define PRICES_RATE_MAX INT64_C(1000000000000)
#define PRICES_ALWAYS "2024-01-01" /* valid_from of a row that has always held */

/* The row's strings become the table's.  Call prices_sort when all are in. */
void prices_append(struct prices *p, const struct price_row *row);
/* By model, then valid_from; the order that prices_find needs. */
void prices_sort(struct prices *p);
struct prices *prices_clone(const struct prices *p);
bool prices_rates_equal(const struct price_rates *a, const struct price_rates *b);

#endif
