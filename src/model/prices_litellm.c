/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "model/prices.h"
#include "prices_table.h"

/* Dollars per token to micro-dollars per million tokens. */
enum { PER_TOKEN = 12, PERMILLE_PLACES = 3, LONG_OVER = 200000 };

static bool read_rate(struct rate *out, const struct json *item, const char *key)
{
	const char *digits = json_number(json_get(item, key));

	return digits && money_parse_scaled(&out->micro_per_mtok, digits, PER_TOKEN) &&
	       out->micro_per_mtok <= PRICES_RATE_MAX;
}

static bool read_standard(struct price_rates *out, const struct json *item)
{
	return read_rate(&out->input, item, "input_cost_per_token") &&
	       read_rate(&out->output, item, "output_cost_per_token") &&
	       read_rate(&out->cache_read, item, "cache_read_input_token_cost") &&
	       read_rate(&out->cache_write_5m, item, "cache_creation_input_token_cost") &&
	       read_rate(&out->cache_write_1h, item, "cache_creation_input_token_cost_above_1hr");
}

static bool read_long(struct price_rates *out, const struct json *item)
{
	return read_rate(&out->input, item, "input_cost_per_token_above_200k_tokens") &&
	       read_rate(&out->output, item, "output_cost_per_token_above_200k_tokens") &&
	       read_rate(&out->cache_read, item, "cache_read_input_token_cost_above_200k_tokens") &&
	       read_rate(&out->cache_write_5m, item,
		       "cache_creation_input_token_cost_above_200k_tokens") &&
	       read_rate(&out->cache_write_1h, item,
		       "cache_creation_input_token_cost_above_1hr_above_200k_tokens");
}

/* Exactly rate * permille / 1000, or false. */
static bool multiply(struct rate *rate, int64_t permille)
{
	__int128 product = (__int128)rate->micro_per_mtok * permille;

	if (product % 1000 != 0 || product / 1000 > PRICES_RATE_MAX)
		return false;
	rate->micro_per_mtok = (int64_t)(product / 1000);
	return true;
}

static bool read_fast(
	struct price_rates *out, const struct json *item, const struct price_rates *standard)
{
	const struct json *entry = json_get(item, "provider_specific_entry");
	const char *factor = json_number(json_get(entry, "fast"));
	int64_t permille;

	if (!factor || !money_parse_scaled(&permille, factor, PERMILLE_PLACES))
		return false;
	*out = *standard;
	return multiply(&out->input, permille) && multiply(&out->output, permille) &&
	       multiply(&out->cache_read, permille) && multiply(&out->cache_write_5m, permille) &&
	       multiply(&out->cache_write_1h, permille);
}

/* First-party prices only: the resellers' differ, and usage does not say
 * which of them was asked. */
static bool is_first_party(const struct json *item, const char *canonical)
{
	const char *provider = json_text(json_get(item, "litellm_provider"));

	return provider && strcmp(provider, "anthropic") == 0 &&
	       text_starts_with(canonical, "claude-");
}

/* A price list that is kept by many hands has slips: claude-3-opus's one-hour
 * writes at a third of its five-minute writes.  Better no row than a wrong one. */
static bool is_plausible(const struct price_rates *r)
{
	return r->cache_read.micro_per_mtok <= r->input.micro_per_mtok &&
	       r->input.micro_per_mtok <= r->cache_write_5m.micro_per_mtok &&
	       r->cache_write_5m.micro_per_mtok <= r->cache_write_1h.micro_per_mtok &&
	       r->cache_write_1h.micro_per_mtok <= r->output.micro_per_mtok;
}

static struct price_row *latest_row(struct prices *p, const char *model)
{
	struct price_row *found = NULL;

	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->rows[i].model, model) == 0 &&
			(!found || p->rows[i].valid_from.number > found->valid_from.number))
			found = &p->rows[i];
	return found;
}

/* What LiteLLM does not say of a model stays as it was. */
static bool adds_nothing(const struct price_row *row, const struct price_row *old)
{
	if (!prices_rates_equal(&row->standard, &old->standard))
		return false;
	if (row->has_long &&
		!(old->has_long && prices_rates_equal(&row->long_prompt, &old->long_prompt)))
		return false;
	return !row->has_fast || (old->has_fast && prices_rates_equal(&row->fast, &old->fast));
}

/* A known model whose price changed gets a row from as_of on; what was used
 * before keeps its price.  A new model's price reaches back. */
static bool merge_row(struct prices *p, struct price_row *row, const char *model, struct day as_of)
{
	struct price_row *old = latest_row(p, model);

	if (old && adds_nothing(row, old))
		return false;
	if (!old)
		(void)day_parse(&row->valid_from, PRICES_ALWAYS);
	else
		row->valid_from = as_of;
	row->source = xstrdup("LiteLLM");
	if (old && old->valid_from.number >= as_of.number) {
		row->model = old->model;
		row->valid_from = old->valid_from;
		free(old->source);
		*old = *row;
		return true;
	}
	row->model = xstrdup(model);
	prices_append(p, row);
	return true;
}

static bool merge_item(struct prices *p, const struct json *item, struct day as_of)
{
	_cleanup_(strbuf_release) struct strbuf model = STRBUF_INIT;
	struct price_row row = { .long_over = LONG_OVER };

	prices_normalise(&model, json_name(item));
	if (!is_first_party(item, model.buf) || !read_standard(&row.standard, item) ||
		!is_plausible(&row.standard))
		return false;
	row.has_long = read_long(&row.long_prompt, item);
	row.has_fast = read_fast(&row.fast, item, &row.standard);
	return merge_row(p, &row, model.buf, as_of);
}

enum tt_code prices_import_litellm(struct prices **out, const struct prices *base, const char *text,
	size_t len, struct day as_of, size_t *count, struct tt_error *err)
{
	_cleanup_(json_freep) struct json *root = NULL;
	_cleanup_(prices_freep) struct prices *p = prices_clone(base);
	size_t merged = 0;

	if (json_parse(&root, text, len, err) != TT_OK)
		return err->code;
	if (json_typeof(root) != JSON_OBJECT)
		return tt_fail(err, TT_EINPUT, "not a price list of LiteLLM: not an object");
	for (const struct json *item = json_first(root); item; item = json_next(item))
		merged += merge_item(p, item, as_of);
	prices_sort(p);
	p->as_of = as_of;
	*count = merged;
	*out = steal(&p);
	return TT_OK;
}
