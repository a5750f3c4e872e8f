/* SPDX-License-Identifier: MIT */
#include "model/prices.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

enum { PERMILLE = 1000 };

void prices_free(struct prices *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->count; i++) {
		free(p->rows[i].model);
		free(p->rows[i].source);
	}
	free(p->rows);
	free(p->default_model);
	free(p);
}

void prices_freep(struct prices **p)
{
	prices_free(*p);
}

/* Index of the first row of the model, or of where it would stand. */
static size_t first_row(const struct prices *p, const char *model)
{
	size_t low = 0, high = p->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(p->rows[middle].model, model) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_row_of(const struct prices *p, size_t i, const char *model)
{
	return i < p->count && strcmp(p->rows[i].model, model) == 0;
}

static const struct price_row *find_canonical(
	const struct prices *p, const char *model, struct day day)
{
	const struct price_row *found = NULL;

	for (size_t i = first_row(p, model); is_row_of(p, i, model); i++)
		if (p->rows[i].valid_from.number <= day.number)
			found = &p->rows[i];
	return found;
}

const struct price_row *prices_find(const struct prices *p, const char *model, struct day day)
{
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;

	if (is_row_of(p, first_row(p, model), model))
		return find_canonical(p, model, day);
	prices_normalise(&name, model);
	return find_canonical(p, name.buf, day);
}

/* The assumed model prices every day: its earliest row reaches back. */
static const struct price_row *find_default(const struct prices *p, struct day day)
{
	const struct price_row *row = find_canonical(p, p->default_model, day);
	size_t first = first_row(p, p->default_model);

	if (!row && is_row_of(p, first, p->default_model))
		row = &p->rows[first];
	return row;
}

/* --- price classes ------------------------------------------------------ */

enum class_part { CLASS_FAST = 1 << 0, CLASS_US = 1 << 1, CLASS_LONG = 1 << 2 };

static const struct {
	const char *name;
	unsigned int part;
} class_parts[] = { { "fast", CLASS_FAST }, { "us", CLASS_US }, { "long", CLASS_LONG } };

static unsigned int class_part_of(const char *at, size_t len)
{
	for (size_t i = 0; i < sizeof class_parts / sizeof *class_parts; i++)
		if (strlen(class_parts[i].name) == len && memcmp(class_parts[i].name, at, len) == 0)
			return class_parts[i].part;
	return 0;
}

/* "standard", or parts joined by "+", each at most once. */
static bool parse_class(unsigned int *out, const char *text)
{
	unsigned int parts = 0;

	if (strcmp(text, "standard") == 0) {
		*out = 0;
		return true;
	}
	for (;;) {
		size_t len = strcspn(text, "+");
		unsigned int part = class_part_of(text, len);

		if (!part || (parts & part))
			return false;
		parts |= part;
		if (!text[len])
			break;
		text += len + 1;
	}
	*out = parts;
	return true;
}

/* NULL: no price is published for that combination. */
static const struct price_rates *rates_of_class(const struct price_row *row, unsigned int parts)
{
	switch (parts & (CLASS_FAST | CLASS_LONG)) {
	case 0:
		return &row->standard;
	case CLASS_FAST:
		return row->has_fast ? &row->fast : NULL;
	case CLASS_LONG:
		return row->has_long ? &row->long_prompt : NULL;
	default:
		return NULL;
	}
}

/* The rate is scaled, not the product, so that a sum does not depend on how
 * its rows were grouped.  List rates are multiples of 10 micro-dollars: 1.1
 * times one of them is exact. */
static struct rate scaled(struct rate rate, int64_t permille)
{
	struct money m = { (__int128)rate.micro_per_mtok * permille };

	(void)money_nano(&rate.micro_per_mtok, m); /* thousandths, as nano is of pico */
	return rate;
}

static struct price_rates scaled_rates(const struct price_rates *rates, int64_t permille)
{
	return (struct price_rates){
		.input = scaled(rates->input, permille),
		.output = scaled(rates->output, permille),
		.cache_read = scaled(rates->cache_read, permille),
		.cache_write_5m = scaled(rates->cache_write_5m, permille),
		.cache_write_1h = scaled(rates->cache_write_1h, permille),
	};
}

/* --- costs --------------------------------------------------------------- */

/* Rates are capped by the parser and counts by USAGE_MAX: 128 bits hold the
 * sum of more entries than there can be. */
static void add_money(struct money *sum, struct money m)
{
	(void)money_add(sum, m);
}

static struct money cost_of_split(const struct price_rates *rates, const struct usage *u)
{
	struct money sum = money_cost(u->input, rates->input);

	add_money(&sum, money_cost(u->output, rates->output));
	add_money(&sum, money_cost(u->cache_read, rates->cache_read));
	add_money(&sum, money_cost(u->cache_write_5m, rates->cache_write_5m));
	add_money(&sum, money_cost(u->cache_write_1h, rates->cache_write_1h));
	return sum;
}

static void add_unsplit(struct cost *out, const struct price_rates *rates, int64_t tokens)
{
	struct money all_input = money_cost(tokens, rates->input);
	struct money all_output = money_cost(tokens, rates->output);
	bool rising = money_compare(all_input, all_output) <= 0;

	add_money(&out->low, rising ? all_input : all_output);
	add_money(&out->high, rising ? all_output : all_input);
}

static bool choose_rates(struct price_rates *out, const struct prices *p,
	const struct price_row *row, const char *price_class)
{
	const struct price_rates *rates;
	unsigned int parts;

	if (!row || !parse_class(&parts, price_class))
		return false;
	rates = rates_of_class(row, parts);
	if (!rates)
		return false;
	*out = scaled_rates(rates, parts & CLASS_US ? p->geo_us_permille : PERMILLE);
	return true;
}

static void add_searches(struct cost *out, const struct prices *p, int64_t searches)
{
	struct money m = { p->web_search.pico * searches };

	add_money(&out->low, m);
	add_money(&out->high, m);
}

void prices_cost(struct cost *out, const struct prices *p, const char *model,
	const char *price_class, struct day day, const struct usage *usage, int64_t web_searches)
{
	const struct price_row *row = model ? prices_find(p, model, day) : find_default(p, day);
	struct price_rates rates;
	int64_t tokens = 0;

	*out = (struct cost){ 0 };
	(void)usage_total(&tokens, usage);
	if (choose_rates(&rates, p, row, price_class)) {
		out->low = out->high = cost_of_split(&rates, usage);
		add_unsplit(out, &rates, usage->unsplit);
		out->assumed_model = !model && tokens > 0;
	} else {
		out->unpriced_tokens = tokens;
	}
	add_searches(out, p, web_searches);
}

bool cost_is_unknown(const struct cost *c, int64_t tokens)
{
	return c->unpriced_tokens > 0 && c->unpriced_tokens >= tokens && c->low.pico == 0 &&
	       c->high.pico == 0;
}

void cost_add(struct cost *sum, const struct cost *c)
{
	add_money(&sum->low, c->low);
	add_money(&sum->high, c->high);
	if (__builtin_add_overflow(sum->unpriced_tokens, c->unpriced_tokens, &sum->unpriced_tokens))
		sum->unpriced_tokens = INT64_MAX;
	sum->assumed_model = sum->assumed_model || c->assumed_model;
}
