/* SPDX-License-Identifier: MIT */
#include "prices_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_writer.h"
#include "base/mem.h"

void prices_append(struct prices *p, const struct price_row *row)
{
	p->rows = xreallocarray(p->rows, p->count + 1, sizeof *p->rows);
	p->rows[p->count++] = *row;
}

static int compare_rows(const void *left, const void *right)
{
	const struct price_row *a = left, *b = right;
	int order = strcmp(a->model, b->model);

	if (order)
		return order;
	return (a->valid_from.number > b->valid_from.number) -
	       (a->valid_from.number < b->valid_from.number);
}

void prices_sort(struct prices *p)
{
	if (p->count)
		qsort(p->rows, p->count, sizeof *p->rows, compare_rows);
}

struct prices *prices_clone(const struct prices *p)
{
	struct prices *copy = xmalloc(sizeof *copy);

	*copy = *p;
	copy->default_model = xstrdup(p->default_model);
	copy->rows = NULL;
	copy->count = 0;
	for (size_t i = 0; i < p->count; i++) {
		struct price_row row = p->rows[i];

		row.model = xstrdup(row.model);
		row.source = row.source ? xstrdup(row.source) : NULL;
		prices_append(copy, &row);
	}
	return copy;
}

bool prices_rates_equal(const struct price_rates *a, const struct price_rates *b)
{
	return a->input.micro_per_mtok == b->input.micro_per_mtok &&
	       a->output.micro_per_mtok == b->output.micro_per_mtok &&
	       a->cache_read.micro_per_mtok == b->cache_read.micro_per_mtok &&
	       a->cache_write_5m.micro_per_mtok == b->cache_write_5m.micro_per_mtok &&
	       a->cache_write_1h.micro_per_mtok == b->cache_write_1h.micro_per_mtok;
}

/* --- writing -------------------------------------------------------------- */

/* Dollars as a JSON number, as short as they go: 3, 0.375. */
static void put_dollars(struct json_writer *w, const char *key, struct money m)
{
	struct strbuf text = STRBUF_INIT;

	money_add_text(&text, m, 12);
	while (text.buf[text.len - 1] == '0')
		strbuf_setlen(&text, text.len - 1);
	if (text.buf[text.len - 1] == '.')
		strbuf_setlen(&text, text.len - 1);
	json_key(w, key);
	json_raw(w, text.buf, text.len);
	strbuf_release(&text);
}

static void put_rate(struct json_writer *w, const char *key, struct rate rate)
{
	put_dollars(w, key, money_cost(1000000, rate));
}

static void put_rates(struct json_writer *w, const char *key, const struct price_rates *rates)
{
	json_key(w, key);
	json_open(w, '{');
	put_rate(w, "input", rates->input);
	put_rate(w, "output", rates->output);
	put_rate(w, "cache_read", rates->cache_read);
	put_rate(w, "cache_write_5m", rates->cache_write_5m);
	put_rate(w, "cache_write_1h", rates->cache_write_1h);
	json_close(w, '}');
}

static void put_day(struct json_writer *w, const char *key, struct day day)
{
	char text[DAY_TEXT];

	day_format(text, day);
	json_put_string(w, key, text);
}

static void put_row(struct json_writer *w, const struct price_row *row)
{
	json_open(w, '{');
	json_put_string(w, "model", row->model);
	put_day(w, "valid_from", row->valid_from);
	put_rates(w, "usd_per_mtok", &row->standard);
	if (row->has_fast)
		put_rates(w, "fast", &row->fast);
	if (row->has_long) {
		json_key(w, "long_prompt");
		json_open(w, '{');
		json_put_int(w, "over_prompt_tokens", row->long_over);
		put_rates(w, "usd_per_mtok", &row->long_prompt);
		json_close(w, '}');
	}
	if (row->source)
		json_put_string(w, "source", row->source);
	json_close(w, '}');
}

void prices_encode(struct strbuf *out, const struct prices *p)
{
	struct json_writer w = { .out = out };

	json_open(&w, '{');
	json_put_int(&w, "format_version", 1);
	put_day(&w, "as_of", p->as_of);
	json_put_string(&w, "default_model", p->default_model);
	strbuf_addstr(out, ",\n ");
	w.comma = false;
	json_put_int(&w, "geo_us_permille", p->geo_us_permille);
	put_dollars(&w, "web_search_usd", p->web_search);
	json_key(&w, "rows");
	json_open(&w, '[');
	for (size_t i = 0; i < p->count; i++) {
		strbuf_addstr(out, i ? ",\n" : "\n");
		w.comma = false;
		put_row(&w, &p->rows[i]);
	}
	strbuf_addch(out, '\n');
	json_close(&w, ']');
	json_close(&w, '}');
	strbuf_addch(out, '\n');
}
