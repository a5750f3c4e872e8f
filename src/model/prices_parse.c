/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/embedded.h"
#include "base/json.h"
#include "base/mem.h"
#include "model/prices.h"
#include "prices_table.h"

enum { FORMAT_VERSION = 1, MICRO = 6, PICO = 12 };

static enum tt_code read_text(
	const char **out, const struct json *object, const char *key, struct tt_error *err)
{
	const char *text = json_text(json_get(object, key));

	if (!text || !*text)
		return tt_fail(err, TT_EINPUT, "'%s' is missing or not a text", key);
	*out = text;
	return TT_OK;
}

static enum tt_code read_day(
	struct day *out, const struct json *object, const char *key, struct tt_error *err)
{
	const char *text = json_text(json_get(object, key));

	if (!text || !day_parse(out, text))
		return tt_fail(err, TT_EINPUT, "'%s' is missing or not a day (2026-11-23)", key);
	return TT_OK;
}

static enum tt_code read_rate(
	struct rate *out, const struct json *rates, const char *key, struct tt_error *err)
{
	const char *digits = json_number(json_get(rates, key));
	int64_t micro;

	if (!digits)
		return tt_fail(err, TT_EINPUT, "'%s' is missing or not a number", key);
	if (!money_parse_scaled(&micro, digits, MICRO) || micro > PRICES_RATE_MAX)
		return tt_fail(err, TT_EINPUT,
			"'%s' is not a price from 0 to 1000000 dollars with at most six decimals",
			key);
	out->micro_per_mtok = micro;
	return TT_OK;
}

static enum tt_code read_rates(
	struct price_rates *out, const struct json *object, const char *key, struct tt_error *err)
{
	const struct json *rates = json_get(object, key);

	if (json_typeof(rates) != JSON_OBJECT)
		return tt_fail(err, TT_EINPUT, "'%s' is missing or not an object", key);
	if (read_rate(&out->input, rates, "input", err) != TT_OK ||
		read_rate(&out->output, rates, "output", err) != TT_OK ||
		read_rate(&out->cache_read, rates, "cache_read", err) != TT_OK ||
		read_rate(&out->cache_write_5m, rates, "cache_write_5m", err) != TT_OK ||
		read_rate(&out->cache_write_1h, rates, "cache_write_1h", err) != TT_OK)
		return tt_context(err, "'%s'", key);
	return TT_OK;
}

static enum tt_code read_long_prompt(
	struct price_row *row, const struct json *object, struct tt_error *err)
{
	const struct json *tier = json_get(object, "long_prompt");

	if (!tier)
		return TT_OK;
	if (!json_integer(json_get(tier, "over_prompt_tokens"), &row->long_over) ||
		row->long_over < 0)
		return tt_fail(err, TT_EINPUT,
			"'long_prompt': 'over_prompt_tokens' is missing or not a count");
	row->has_long = true;
	if (read_rates(&row->long_prompt, tier, "usd_per_mtok", err) != TT_OK)
		return tt_context(err, "'long_prompt'");
	return TT_OK;
}

static enum tt_code check_canonical(const char *model, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;

	prices_normalise(&name, model);
	if (strcmp(name.buf, model) == 0)
		return TT_OK;
	return tt_fail(err, TT_EINPUT, "'model' must be the canonical name '%s'", name.buf);
}

static enum tt_code read_row(struct price_row *row, const struct json *object, struct tt_error *err)
{
	const char *model = "", *source;

	if (read_text(&model, object, "model", err) != TT_OK)
		return err->code;
	if (check_canonical(model, err) != TT_OK ||
		read_day(&row->valid_from, object, "valid_from", err) != TT_OK ||
		read_rates(&row->standard, object, "usd_per_mtok", err) != TT_OK)
		return tt_context(err, "'%s'", model);
	row->has_fast = json_get(object, "fast") != NULL;
	if (row->has_fast && read_rates(&row->fast, object, "fast", err) != TT_OK)
		return tt_context(err, "'%s'", model);
	if (read_long_prompt(row, object, err) != TT_OK)
		return tt_context(err, "'%s'", model);
	source = json_text(json_get(object, "source"));
	row->source = source ? xstrdup(source) : NULL;
	row->model = xstrdup(model);
	return TT_OK;
}

static enum tt_code read_rows(struct prices *p, const struct json *root, struct tt_error *err)
{
	const struct json *rows = json_get(root, "rows");
	size_t number = 0;

	if (json_typeof(rows) != JSON_ARRAY)
		return tt_fail(err, TT_EINPUT, "'rows' is missing or not an array");
	for (const struct json *at = json_first(rows); at; at = json_next(at)) {
		struct price_row row = { 0 };

		number++;
		if (read_row(&row, at, err) != TT_OK)
			return tt_context(err, "row %zu", number);
		prices_append(p, &row);
	}
	prices_sort(p);
	return TT_OK;
}

static enum tt_code refuse_twins(const struct prices *p, struct tt_error *err)
{
	for (size_t i = 1; i < p->count; i++) {
		const struct price_row *a = &p->rows[i - 1], *b = &p->rows[i];
		char day[DAY_TEXT];

		if (a->valid_from.number != b->valid_from.number || strcmp(a->model, b->model) != 0)
			continue;
		day_format(day, b->valid_from);
		return tt_fail(err, TT_EINPUT, "'%s' has two rows for %s", b->model, day);
	}
	return TT_OK;
}

static enum tt_code refuse_unpriced_default(const struct prices *p, struct tt_error *err)
{
	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->rows[i].model, p->default_model) == 0)
			return TT_OK;
	return tt_fail(err, TT_EINPUT, "the default model '%s' has no row", p->default_model);
}

static enum tt_code read_web_search(
	struct money *out, const struct json *root, struct tt_error *err)
{
	const char *digits = json_number(json_get(root, "web_search_usd"));
	int64_t pico;

	if (!digits || !money_parse_scaled(&pico, digits, PICO))
		return tt_fail(err, TT_EINPUT, "'web_search_usd' is missing or not a price");
	out->pico = pico;
	return TT_OK;
}

static enum tt_code read_head(struct prices *p, const struct json *root, struct tt_error *err)
{
	const char *model = "";
	int64_t version;

	if (!json_integer(json_get(root, "format_version"), &version))
		return tt_fail(err, TT_EINPUT, "'format_version' is missing: not a price table");
	if (version != FORMAT_VERSION)
		return tt_fail(err, TT_EINPUT,
			"price table format %" PRId64 " is not known to this version", version);
	if (read_day(&p->as_of, root, "as_of", err) != TT_OK ||
		read_text(&model, root, "default_model", err) != TT_OK ||
		read_web_search(&p->web_search, root, err) != TT_OK)
		return err->code;
	if (!json_integer(json_get(root, "geo_us_permille"), &p->geo_us_permille) ||
		p->geo_us_permille < 0 || p->geo_us_permille > 10000)
		return tt_fail(err, TT_EINPUT,
			"'geo_us_permille' is missing or not a whole number from 0 to 10000");
	p->default_model = xstrdup(model);
	return TT_OK;
}

enum tt_code prices_parse(struct prices **out, const char *text, size_t len, struct tt_error *err)
{
	_cleanup_(json_freep) struct json *root = NULL;
	_cleanup_(prices_freep) struct prices *p = xcalloc(1, sizeof *p);

	if (json_parse(&root, text, len, err) != TT_OK)
		return err->code;
	if (read_head(p, root, err) != TT_OK || read_rows(p, root, err) != TT_OK ||
		refuse_twins(p, err) != TT_OK || refuse_unpriced_default(p, err) != TT_OK)
		return err->code;
	*out = steal(&p);
	return TT_OK;
}

enum tt_code prices_builtin(struct prices **out, struct tt_error *err)
{
	const struct embedded *file = embedded_find("token_metrics/prices.json");

	if (!file)
		return tt_fail(err, TT_EBUG, "the price table was not compiled in");
	if (prices_parse(out, file->text, file->len, err) != TT_OK)
		return tt_context(err, "built-in price table");
	return TT_OK;
}
