/* SPDX-License-Identifier: MIT */
#include <unistd.h>

#include "base/cleanup.h"
#include "base/json_writer.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/command.h"
#include "event.h"
#include "plan_state.h"
#include "recorded.h"
#include "requests.h"

struct reset_options {
	const char *branch;
	bool force, no_export, window, weekly;
};

static const struct option_row reset_rows[] = {
	{ "branch", 'b', OPTION_TEXT, "NAME", "this branch instead of the present one",
		offsetof(struct reset_options, branch), false },
	{ "window", 0, OPTION_FLAG, NULL,
		"begin the plan's five-hour window anew instead; no ledger is touched",
		offsetof(struct reset_options, window), false },
	{ "weekly", 0, OPTION_FLAG, NULL, "begin the plan's week anew instead",
		offsetof(struct reset_options, weekly), false },
	{ "force", 'f', OPTION_FLAG, NULL, "do not ask", offsetof(struct reset_options, force),
		false },
	{ "no-export", 0, OPTION_FLAG, NULL, "do not export what is pending first",
		offsetof(struct reset_options, no_export), false },
	{ 0 },
};

static void show_reset(const struct context *ctx, const struct record *record,
	const struct record_export *x, int64_t tokens, const char *archived)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct json_writer w = { .out = &out };

	if (ctx->common.json) {
		json_open(&w, '{');
		json_put_int(&w, "version", 1);
		json_put_string(&w, "branch", record->branch.buf);
		json_put_int(&w, "tokens", tokens);
		json_put_string(&w, "archived", archived);
		json_put_string(&w, "export", x->name.len ? x->path.buf : NULL);
		json_close(&w, '}');
	} else {
		strbuf_addf(&out, "%sArchived ", glyph(ctx, "✅ "));
		text_add_count(&out, tokens);
		strbuf_addstr(&out, " tokens of ");
		text_add_visible(&out, record->branch.buf);
		strbuf_addstr(&out, " in: ");
		text_add_visible(&out, archived);
		if (x->name.len)
			strbuf_addf(
				&out, "\n\n%sAuto-exported to: %s", glyph(ctx, "💾 "), x->name.buf);
	}
	strbuf_addch(&out, '\n');
	(void)fputs(out.buf, ctx->out);
}

/* Asked before the lock is taken: people take their time. */
static enum tt_code confirm(
	const struct context *ctx, const struct record *record, bool force, struct tt_error *err)
{
	_autofree_ char *question =
		xasprintf("archive the ledger of branch '%s' and begin at 0?", record->branch.buf);

	if (force)
		return TT_OK;
	if (!context_can_ask())
		return tt_fail(err, TT_EUSAGE, "there is no terminal to ask on: -f resets without");
	if (!context_ask(ctx, question))
		return tt_fail(err, TT_EFAILED, "nothing was changed");
	return TT_OK;
}

/* --- the ledger ------------------------------------------------------------------- */

static enum tt_code reset_ledger(
	struct context *ctx, const struct reset_options *o, struct tt_error *err)
{
	_cleanup_(record_release) struct record record = RECORD_INIT;
	_cleanup_(record_export_release) struct record_export x = RECORD_EXPORT_INIT;
	_cleanup_(ledger_freep) struct ledger *present = NULL;
	_autofree_ char *archived = NULL;
	int64_t tokens;

	if (context_open_repo(ctx, err) != TT_OK ||
		record_open(&record, ctx, o->branch, err) != TT_OK ||
		ledger_read(&present, &record.place, record.branch.buf, err) != TT_OK ||
		confirm(ctx, &record, o->force, err) != TT_OK)
		return err->code;
	if ((o->no_export ? record_lock(&record, err)
			  : record_export_pending(ctx, &record, &x, err)) != TT_OK)
		return err->code;
	tokens = ledger_info(record.ledger)->total_tokens;
	if (ledger_archive(record.ledger, clock_now(), &archived, err) != TT_OK)
		return err->code;
	show_reset(ctx, &record, &x, tokens, archived);
	return TT_OK;
}

/* --- the plan's windows --------------------------------------------------------------- */

static enum tt_code show_window(struct context *ctx, struct tt_error *err)
{
	_cleanup_(plan_state_release) struct plan_state state = { 0 };
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT, out = STRBUF_INIT;
	struct json_writer w = { .out = &out };

	if (plan_state_read_here(&state, ctx, err) != TT_OK)
		return err->code;
	plan_state_add_line(&line, &state, ctx);
	if (ctx->common.json) {
		json_open(&w, '{');
		json_put_int(&w, "version", 1);
		json_put_string(&w, "line", line.buf);
		json_close(&w, '}');
		strbuf_addch(&out, '\n');
	} else {
		strbuf_addf(&out, "%s\n", line.buf);
	}
	(void)fputs(out.buf, ctx->out);
	return TT_OK;
}

static enum tt_code reset_windows(
	struct context *ctx, const struct reset_options *o, struct tt_error *err)
{
	struct window_reset reset = { .time = clock_now() };

	if (o->branch || o->no_export)
		return tt_fail(err, TT_EUSAGE,
			"--window and --weekly touch no ledger: --branch and --no-export do not "
			"go with them");
	reset.kind = WINDOW_FIVE_HOUR;
	if (o->window && event_put_reset(&reset, err) != TT_OK)
		return err->code;
	reset.kind = WINDOW_WEEKLY;
	if (o->weekly && event_put_reset(&reset, err) != TT_OK)
		return err->code;
	return show_window(ctx, err);
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	const struct reset_options *o = values;

	if (argc)
		return tt_fail(err, TT_EUSAGE, "reset takes no operand ('%s'): --branch names one",
			argv[0]);
	requests_take(ctx);
	return o->window || o->weekly ? reset_windows(ctx, o, err) : reset_ledger(ctx, o, err);
}

const struct command command_reset = {
	.name = "reset",
	.synopsis = "",
	.summary = "Archive the ledger of this branch, or begin a window of the plan anew",
	.details = "What is pending is exported first. The ledger moves to "
		   "token_metrics/local_tracking/archive/ and nothing is deleted; what was "
		   "imported stays in the team's database.\n"
		   "\n"
		   "--window and --weekly set a mark in the plan's windows instead: usage before "
		   "it no longer counts there, and stays everywhere else.",
	.examples = "track-tokens reset\n"
		    "track-tokens reset --window\n"
		    "track-tokens reset -f --branch feature/login",
	.options = reset_rows,
	.values_size = sizeof(struct reset_options),
	.needs = TELLS_SERVERS,
	.run = run,
};
