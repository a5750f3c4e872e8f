/* SPDX-License-Identifier: MIT */
#ifndef MODEL_PRICES_H
#define MODEL_PRICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/instant.h"
#include "base/strbuf.h"
#include "model/money.h"
#include "model/usage.h"

/*
 * The dated price table, and what usage costs by it.
 *
 * A model may have several rows; the one with the latest valid_from on or
 * before the day of the usage applies.  Five explicit rates per row: cache
 * rates are not always a fixed part of the input rate.
 *
 * Formula (as the client bills): geo * sum(tokens * rate) + web searches *
 * price.  "fast" and "long" choose other rates for the whole request; "us"
 * multiplies the tokens' cost by geo_us.
 */
struct price_rates {
	struct rate input, output, cache_read, cache_write_5m, cache_write_1h;
};

struct price_row {
	char *model; /* canonical name */
	struct day valid_from;
	struct price_rates standard;
	bool has_fast, has_long;
	struct price_rates fast, long_prompt;
	int64_t long_over; /* prompt tokens above which long_prompt applies */
	char *source;	   /* where the figures were read, and when */
};

struct prices {
	struct price_row *rows; /* sorted by model, then valid_from */
	size_t count;
	struct day as_of;	 /* "price table of" */
	char *default_model;	 /* assumed for usage without a model, and named */
	int64_t geo_us_permille; /* 1100: times 1.1 */
	struct money web_search; /* per search */
};

enum tt_code prices_parse(struct prices **out, const char *json, size_t len, struct tt_error *err);
/* The table compiled in (token_metrics/prices.json). */
enum tt_code prices_builtin(struct prices **out, struct tt_error *err);
/* LiteLLM's model_prices_and_context_window.json: Anthropic's own Claude prices
 * join those of `base`; *count says how many differed.  A changed price holds
 * from as_of on, a new model's for all days.  Rows without all five rates, with
 * one that is not exact, or with rates out of order (cache reads dearer than
 * input, one-hour writes cheaper than five-minute ones), are left out. */
enum tt_code prices_import_litellm(struct prices **out, const struct prices *base, const char *json,
	size_t len, struct day as_of, size_t *count, struct tt_error *err);
/* The table as JSON, in the form prices_parse reads. */
void prices_encode(struct strbuf *out, const struct prices *p);
void prices_free(struct prices *p);
void prices_freep(struct prices **p);

/* The canonical name of a reported model: provider prefixes, dates, versions,
 * "[1m]", "-thinking", "-latest" taken off at token boundaries (Bedrock,
 * Vertex, ARN).  Names that are not Claude's are left as they are. */
void prices_normalise(struct strbuf *out, const char *model);
/* NULL when the model is not in the table, or not yet on that day. */
const struct price_row *prices_find(const struct prices *p, const char *model, struct day day);

/*
 * What a usage costs: exact when low equals high.  A total without a split
 * costs between all-input and all-output.  Tokens whose model or price class
 * has no price (or not yet on that day) are counted in unpriced_tokens and
 * cost nothing here: show them as unknown, never as $0.
 *
 * model NULL: the default model is assumed, on days before its first row with
 * that row.  price_class: "standard", or parts of "fast+us+long".
 */
struct cost {
	struct money low, high;
	int64_t unpriced_tokens;
	bool assumed_model; /* the default model was assumed for a part */
};
void prices_cost(struct cost *out, const struct prices *p, const char *model,
	const char *price_class, struct day day, const struct usage *usage, int64_t web_searches);
void cost_add(struct cost *sum, const struct cost *c);
/* Nothing can be said about the cost of these tokens. */
bool cost_is_unknown(const struct cost *c, int64_t tokens);

#endif
