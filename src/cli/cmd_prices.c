/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/price_table.h"
#include "cli/record.h"
#include "user_file.h"

struct prices_options {
	const char *prices, *output;
	bool force;
};

static const struct option_row prices_rows[] = {
	{ "prices", 0, OPTION_TEXT, "FILE", "use this price table",
		offsetof(struct prices_options, prices), false },
	{ "output", 'o', OPTION_TEXT, "FILE",
		"where import writes the table; '-': standard output (the default)",
		offsetof(struct prices_options, output), false },
	{ "force", 'f', OPTION_FLAG, NULL, "replace that file if it exists",
		offsetof(struct prices_options, force), false },
	{ 0 },
};

/* --- list --------------------------------------------------------------- */

/* Dollars per million tokens, without the zeros at the end. */
static void add_rate(struct strbuf *out, struct rate rate)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	money_add_text(&text, (struct money){ (__int128)rate.micro_per_mtok * 1000000 }, 6);
	while (text_ends_with(text.buf, "0"))
		strbuf_setlen(&text, text.len - 1);
	if (text_ends_with(text.buf, "."))
		strbuf_setlen(&text, text.len - 1);
	strbuf_addf(out, " %8s", text.buf);
}

static void add_rates(struct strbuf *out, const struct price_rates *r, const char *remark)
{
	add_rate(out, r->input);
	add_rate(out, r->output);
	add_rate(out, r->cache_read);
	add_rate(out, r->cache_write_5m);
	add_rate(out, r->cache_write_1h);
	strbuf_addf(out, "%s\n", remark);
}

static void add_row(struct strbuf *out, const struct price_row *row)
{
	_cleanup_(strbuf_release) struct strbuf model = STRBUF_INIT, remark = STRBUF_INIT;
	char day[DAY_TEXT];

	text_add_visible(&model, row->model);
	day_format(day, row->valid_from);
	strbuf_addf(out, "%-20s %s", model.buf, day);
	add_rates(out, &row->standard, "");
	if (row->has_fast) {
		strbuf_addf(out, "%31s", "fast:");
		add_rates(out, &row->fast, "");
	}
	if (row->has_long) {
		strbuf_addstr(&remark, "over ");
		text_add_count(&remark, row->long_over);
		strbuf_addf(out, "%30s:", remark.buf);
		add_rates(out, &row->long_prompt, "");
	}
}

static enum tt_code list(struct context *ctx, const struct prices_options *o, struct tt_error *err)
{
	_cleanup_(prices_freep) struct prices *prices = NULL;
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	char day[DAY_TEXT];

	if (price_table_load(&prices, ctx, o->prices, err) != TT_OK)
		return err->code;
	if (ctx->common.json) {
		prices_encode(&out, prices);
	} else {
		day_format(day, prices->as_of);
		strbuf_addf(&out, "US dollars per million tokens; price table of %s\n\n", day);
		strbuf_addf(&out, "%-20s %-10s %8s %8s %8s %8s %8s\n", "model", "valid from",
			"input", "output", "cached", "write 5m", "write 1h");
		for (size_t i = 0; i < prices->count; i++)
			add_row(&out, &prices->rows[i]);
		strbuf_addstr(&out, "\nAssumed for totals without a model: ");
		text_add_visible(&out, prices->default_model);
		strbuf_addch(&out, '\n');
	}
	(void)fwrite(out.buf, 1, out.len, ctx->out);
	return TT_OK;
}

/* --- check -------------------------------------------------------------- */

static enum tt_code add_ledger(void *to, struct ledger *ledger, const char *path,
	const struct tt_error *problem, struct tt_error *err)
{
	struct rollup *totals = to;
	struct entry e;

	(void)path;
	if (!ledger)
		return tt_fail(err, problem->code, "%s", problem->msg);
	for (size_t i = 0; i < ledger_count(ledger); i++)
		if (ledger_entry(ledger, i, &e, err) != TT_OK ||
			rollup_add(totals, ledger_info(ledger)->branch, &e, err) != TT_OK)
			return err->code;
	return TT_OK;
}

static void show_unpriced(struct context *ctx, const struct rollup_list *unpriced)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT, json = STRBUF_INIT;
	struct json_writer w = { .out = &json };

	json_open(&w, '{');
	json_put_int(&w, "version", 1);
	json_key(&w, "unpriced");
	json_open(&w, '[');
	for (size_t i = 0; i < unpriced->count; i++) {
		const struct rollup_total *total = &unpriced->items[i];

		text_add_visible(&text, total->name);
		strbuf_addstr(&text, ": no price for ");
		text_add_count(&text, total->tokens);
		strbuf_addstr(&text, " tokens\n");
		json_open(&w, '{');
		json_put_string(&w, "model", total->name);
		json_put_int(&w, "tokens", total->tokens);
		json_close(&w, '}');
	}
	json_close(&w, ']');
	json_close(&w, '}');
	strbuf_addch(&json, '\n');
	if (!text.len)
		strbuf_addstr(&text, "Every model in the ledgers has a price\n");
	(void)fputs(ctx->common.json ? json.buf : text.buf, ctx->out);
}

static enum tt_code check(struct context *ctx, const struct prices_options *o, struct tt_error *err)
{
	_cleanup_(prices_freep) struct prices *prices = NULL;
	_cleanup_(rollup_freep) struct rollup *totals = NULL;
	struct ledger_place place;

	if (!ctx->repo && context_open_repo(ctx, err) != TT_OK)
		return err->code;
	place = record_place(ctx->repo);
	if (price_table_load(&prices, ctx, o->prices, err) != TT_OK)
		return err->code;
	totals = rollup_new(prices);
	if (ledger_each(&place, add_ledger, totals, err) != TT_OK)
		return err->code;
	rollup_finish(totals);
	show_unpriced(ctx, &totals->unpriced);
	if (totals->unpriced.count)
		ctx->status = EXIT_FAILED;
	return TT_OK;
}

/* --- import ------------------------------------------------------------- */

enum { LITELLM_MAX = 64 * 1024 * 1024 };

static enum tt_code write_table(struct context *ctx, const struct strbuf *text, const char *file,
	bool force, struct tt_error *err)
{
	if (!file || strcmp(file, "-") == 0) {
		(void)fwrite(text->buf, 1, text->len, ctx->out);
		return TT_OK;
	}
	if (user_file_write(file, text, force, err) != TT_OK)
		return err->code;
	context_note(ctx, "to use it: git config track-tokens.prices '%s'", file);
	return TT_OK;
}

static enum tt_code import(
	struct context *ctx, const struct prices_options *o, const char *file, struct tt_error *err)
{
	_cleanup_(prices_freep) struct prices *base = NULL, *merged = NULL;
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT, out = STRBUF_INIT;
	size_t count;

	if (fs_read(&text, AT_FDCWD, file, LITELLM_MAX, file, err) != TT_OK ||
		price_table_load(&base, ctx, o->prices, err) != TT_OK)
		return err->code;
	if (prices_import_litellm(&merged, base, text.buf, text.len, instant_utc_day(clock_now()),
		    &count, err) != TT_OK)
		return tt_context(err, "'%s'", file);
	if (count == 0)
		return tt_fail(err, TT_EINPUT, "'%s' has no price of a Claude model", file);
	prices_encode(&out, merged);
	if (write_table(ctx, &out, o->output, o->force, err) != TT_OK)
		return err->code;
	context_note(ctx, "prices of %zu models were taken from '%s'", count, file);
	return TT_OK;
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	struct tt_error unknown = TT_ERROR_INIT;

	/* A price table can be looked at outside a repository, too. */
	(void)context_open_repo(ctx, &unknown);
	if (argc == 0 || (argc == 1 && strcmp(argv[0], "list") == 0))
		return list(ctx, values, err);
	if (argc == 1 && strcmp(argv[0], "check") == 0)
		return check(ctx, values, err);
	if (argc == 2 && strcmp(argv[0], "import") == 0)
		return import(ctx, values, argv[1], err);
	return tt_fail(err, TT_EUSAGE, "'list', 'check' or 'import FILE'");
}

const struct command command_prices = {
	.name = "prices",
	.synopsis = "[list]\n"
		    "check\n"
		    "import FILE",
	.summary = "Show the price table, find models without a price, import one",
	.details = "The table is track-tokens.prices of the git configuration, else the one that "
		   "this program brings. check names the models of this repository's ledgers "
		   "that have no price (exit status 1). import reads LiteLLM's "
		   "model_prices_and_context_window.json and writes a table in our form.",
	.examples = "track-tokens prices\n"
		    "track-tokens prices check\n"
		    "track-tokens prices import litellm.json -o prices.json\n"
		    "git config track-tokens.prices prices.json",
	.options = prices_rows,
	.values_size = sizeof(struct prices_options),
	.needs = PAGED,
	.run = run,
};
