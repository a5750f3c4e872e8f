/* SPDX-License-Identifier: MIT */
#ifndef MODEL_MONEY_H
#define MODEL_MONEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"

/*
 * US dollars, exactly.
 *
 * A rate is a whole number of micro-dollars per million tokens (3 USD per
 * million is 3000000), so tokens * rate is a whole number of pico-dollars: no
 * division, no rounding.  Amounts are therefore added in pico-dollars, and
 * rounded once, half to even, where they are written down.  Sums come out the
 * same however the rows were grouped: no floating point anywhere.
 */
struct money {
	__int128 pico;
};

struct rate {
	int64_t micro_per_mtok;
};

/* tokens * rate; 0 <= tokens. */
struct money money_cost(int64_t tokens, struct rate rate);
struct money money_from_nano(int64_t nano);
/* *sum += m; false, and *sum unchanged, on overflow. */
bool money_add(struct money *sum, struct money m);
struct money money_sub(struct money a, struct money b);
int money_compare(struct money a, struct money b); /* <0, 0, >0 */

/* Whole nano-dollars, rounded half to even; false outside int64_t. */
bool money_nano(int64_t *out, struct money m);

/* "-12.345678": exactly `places` decimals (0..12), rounded half to even. */
void money_add_text(struct strbuf *out, struct money m, int places);
/* For people: "$1,234.50", two decimals from one cent up, four below, "$0.00"
 * for nothing. */
void money_add_dollars(struct strbuf *out, struct money m);

/* "3", "0.375", "12.5" dollars to micro-dollars, exactly; false when there are
 * more than six decimals, for negatives, exponents beyond reach and anything
 * else.  Exponents ("3e-06") are read, since LiteLLM writes them: `scale` is
 * the power of ten to multiply with (6 for dollars to micro-dollars). */
bool money_parse_scaled(int64_t *out, const char *text, int scale);
/* "2.50", "$2.50": an amount of dollars; false for anything else. */
bool money_parse_dollars(struct money *out, const char *text);

#endif
