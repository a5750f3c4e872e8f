/* SPDX-License-Identifier: MIT */
#include "base/cleanup.h"
#include "cli/command.h"
#include "plan_state.h"
#include "report/windows.h"
#include "requests.h"

struct status_options {
	const char *style;
};

static const struct option_row status_rows[] = {
	{ "style", 0, OPTION_WORD, "tokens|messages|percent|s0",
		"what the line tells (default: track-tokens.style, or tokens)",
		offsetof(struct status_options, style), false },
	{ 0 },
};

/* A plan may be set for one repository, and none is needed. */
static enum tt_code read_state(
	struct plan_state *out, struct context *ctx, const char *style, struct tt_error *err)
{
	requests_take(ctx);
	if (plan_state_read_here(out, ctx, err) != TT_OK)
		return err->code;
	if (style)
		(void)window_style_parse(&out->config.style, style);
	plan_state_warn(out, ctx);
	return TT_OK;
}

static void show_json(struct strbuf *out, const struct plan_state *state, const struct strbuf *line)
{
	const struct report_windows report = {
		.input = &state->input, .windows = &state->windows, .line = line->buf
	};

	report_windows_json(out, &report);
}

static void show_line(struct context *ctx, const struct plan_state *state)
{
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT, out = STRBUF_INIT;

	plan_state_add_line(&line, state, ctx);
	if (ctx->common.json)
		show_json(&out, state, &line);
	else
		strbuf_addf(&out, "%s\n", line.buf);
	(void)fputs(out.buf, ctx->out);
}

static enum tt_code run_status(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	const struct status_options *o = values;
	_cleanup_(plan_state_release) struct plan_state state = { 0 };

	if (argc)
		return tt_fail(err, TT_EUSAGE, "status takes no operand ('%s')", argv[0]);
	if (read_state(&state, ctx, o->style, err) != TT_OK)
		return err->code;
	show_line(ctx, &state);
	return TT_OK;
}

const struct command command_status = {
	.name = "status",
	.synopsis = "",
	.summary = "Show what is left of the plan's windows, in one line",
	.details =
		"The five-hour or the weekly window, whichever is used up further, and when it "
		"ends. What Claude Code reports to its status line beats the budgets of the plan "
		"('track-tokens plan'); a report older than 15 minutes is marked with '~'. Where "
		"no limit is known, the line tells what was used.\n"
		"\n"
		"What was captured, added by hand, and published by other servers counts. "
		"'track-tokens detail' tells where each figure comes from.",
	.examples = "track-tokens status\n"
		    "track-tokens status --style percent\n"
		    "track-tokens status --json",
	.options = status_rows,
	.values_size = sizeof(struct status_options),
	.needs = TELLS_SERVERS,
	.run = run_status,
};

static enum tt_code run_detail(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	_cleanup_(plan_state_release) struct plan_state state = { 0 };
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT, out = STRBUF_INIT;

	(void)values;
	if (argc)
		return tt_fail(err, TT_EUSAGE, "detail takes no operand ('%s')", argv[0]);
	if (read_state(&state, ctx, NULL, err) != TT_OK)
		return err->code;
	plan_state_add_line(&line, &state, ctx);
	if (ctx->common.json)
		show_json(&out, &state, &line);
	else
		report_windows_text(&out,
			&(struct report_windows){
				.input = &state.input, .windows = &state.windows },
			&ctx->style);
	(void)fputs(out.buf, ctx->out);
	return TT_OK;
}

const struct command command_detail = {
	.name = "detail",
	.synopsis = "",
	.summary = "Show the plan's windows in full: what was used, by whom, and what says so",
	.details = "Both windows with their begin and end, tokens by kind, requests, messages, "
		   "servers, and for each limit whether Claude Code reports it, the user "
		   "configured it, or it is assumed for the plan.",
	.examples = "track-tokens detail\n"
		    "track-tokens detail --json",
	.needs = TELLS_SERVERS,
	.run = run_detail,
};

const struct command command_detailed = {
	.name = "detailed",
	.synopsis = "",
	.summary = "The same as detail",
	.needs = HIDDEN | TELLS_SERVERS,
	.run = run_detail,
};

/* --- "track-tokens" alone ----------------------------------------------------------- */

static bool knows_nothing(const struct plan_state *s)
{
	return !s->config.has_plan && !s->input.reports[WINDOW_FIVE_HOUR].known &&
	       !s->input.reports[WINDOW_WEEKLY].known && s->input.count == 0 &&
	       s->problem.code == TT_OK;
}

static enum tt_code run_alone(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	_cleanup_(plan_state_release) struct plan_state state = { 0 };
	_cleanup_(strbuf_release) struct strbuf help = STRBUF_INIT;

	(void)values;
	(void)argc;
	(void)argv;
	if (read_state(&state, ctx, NULL, err) != TT_OK)
		return err->code;
	if (!knows_nothing(&state)) {
		show_line(ctx, &state);
		return TT_OK;
	}
	program_add_help(&help, ctx->program);
	(void)fputs(help.buf, ctx->out);
	return TT_OK;
}

const struct command command_alone = {
	.name = "",
	.synopsis = "",
	.summary = "The same as status; the help, where nothing was recorded yet",
	.needs = TELLS_SERVERS,
	.run = run_alone,
};
