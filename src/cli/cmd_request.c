/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>

#include "adding.h"
#include "base/cleanup.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "cli/command.h"
#include "recorded.h"
#include "requests.h"

struct request_options {
	struct figure_options figures; /* first: FIGURE_ROWS */
	const char *branch;
};

static const struct option_row request_rows[] = {
	FIGURE_ROWS,
	{ "branch", 'b', OPTION_TEXT, "NAME", "record on this branch instead of the present one",
		offsetof(struct request_options, branch), false },
	{ 0 },
};

static const struct request_options request_defaults = { .figures = FIGURE_OPTIONS_INIT };

static void show_json(struct strbuf *out, const struct request *r)
{
	struct json_writer w = { .out = out };

	json_open(&w, '{');
	json_put_int(&w, "version", 1);
	json_key(&w, "requested");
	json_open(&w, '{');
	json_put_string(&w, "id", r->entry.id);
	json_put_string(&w, "kind", entry_kind_name(r->entry.kind));
	json_put_int(&w, "tokens", entry_tokens(&r->entry));
	json_close(&w, '}');
	json_put_string(&w, "branch", r->branch);
	json_close(&w, '}');
}

static void show(const struct context *ctx, const struct request *r)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

	if (ctx->common.json) {
		show_json(&out, r);
	} else {
		strbuf_addf(&out, "%sRequested: ", glyph(ctx, "✅ "));
		text_add_count(&out, entry_tokens(&r->entry));
		strbuf_addstr(&out, " tokens; the next command counts them");
		if (r->branch) {
			strbuf_addstr(&out, " on ");
			text_add_visible(&out, r->branch);
		}
	}
	(void)fprintf(ctx->out, "%s\n", out.buf);
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	_cleanup_(record_release) struct record record = RECORD_INIT;
	const struct request_options *o = values;
	struct request r = { 0 };
	struct figures f;

	if (figures_read(&f, &arena, &o->figures, argc, argv, err) != TT_OK)
		return err->code;
	if (!f.has_usage)
		return tt_fail(err, TT_EUSAGE,
			"how many tokens? For example: track-tokens request --input 1000 "
			"--output 500");
	if (add_make_entry(&r.entry, &f, err) != TT_OK)
		return err->code;
	r.entry.source = "request";
	if (request_place(&r, &record, ctx, o->branch, err) != TT_OK ||
		entry_check(&r.entry, err) != TT_OK || request_spool(&r, err) != TT_OK)
		return err->code;
	show(ctx, &r);
	return TT_OK;
}

const struct command command_request = {
	.name = "request",
	.synopsis = "<total> [note...]\n"
		    "<input> <output> [note...]\n"
		    "--input N --output N [note...]",
	.summary = "Leave tokens to the next command that records",
	.details =
		"Takes what 'add' takes, and writes it into a small file of its own "
		"(~/.local/state/track-tokens/requests), without opening ledger or usage index: "
		"for scripts that must not wait, and where the repository cannot be written now. "
		"The next add, show, export, reset, sync, status, report or hook records it, "
		"exactly once.",
	.examples = "track-tokens request --input 1000 --output 500\n"
		    "track-tokens request 54161 \"night run\" --branch main",
	.options = request_rows,
	.values_size = sizeof(struct request_options),
	.defaults = &request_defaults,
	.run = run,
};
