/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "adding.h"
#include "base/cleanup.h"
#include "cli/command.h"
#include "estimator.h"

struct add_options {
	struct figure_options figures; /* first: FIGURE_ROWS */
	struct adding how;
	const char *estimate_input, *estimate_output; /* files; "" standard input */
};

static const struct option_row add_rows[] = {
	FIGURE_ROWS,
	{ "estimate-input", 0, OPTION_OPTIONAL_TEXT, "FILE",
		"estimate the input tokens from this text (default: standard input)",
		offsetof(struct add_options, estimate_input), false },
	{ "estimate-output", 0, OPTION_OPTIONAL_TEXT, "FILE",
		"estimate the output tokens from this text",
		offsetof(struct add_options, estimate_output), false },
	{ "branch", 'b', OPTION_TEXT, "NAME", "record on this branch instead of the present one",
		offsetof(struct add_options, how.branch), false },
	{ "no-export", 0, OPTION_FLAG, NULL, "write no export; the next one will hold it",
		offsetof(struct add_options, how.no_export), false },
	{ 0 },
};

static const struct add_options add_defaults = { .figures = FIGURE_OPTIONS_INIT };

/* --- estimates --------------------------------------------------------------------- */

static enum tt_code estimate_file(int64_t *out, const struct context *ctx, const char *file,
	const struct estimator *e, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	if (!file)
		return TT_OK;
	if (estimator_read(&text, ctx, file, err) != TT_OK)
		return err->code;
	*out = estimator_tokens(e, &text, NULL);
	return TT_OK;
}

static bool is_stdin(const char *file)
{
	return file && (!*file || strcmp(file, "-") == 0);
}

/* The figures that the texts stand for, in the place of those of the options. */
static enum tt_code estimate_figures(struct figure_options *figures, const struct context *ctx,
	const struct add_options *o, struct tt_error *err)
{
	const struct estimator_options usual = { 0 };
	struct estimator e;

	if (figures->input >= 0 || figures->output >= 0)
		return tt_fail(err, TT_EUSAGE, "the figures are given in more than one way");
	if (is_stdin(o->estimate_input) && is_stdin(o->estimate_output))
		return tt_fail(err, TT_EUSAGE,
			"standard input is one text: name a file for the other, as in "
			"--estimate-output=FILE");
	if (estimator_open(&e, ctx, &usual, err) != TT_OK ||
		estimate_file(&figures->input, ctx, o->estimate_input, &e, err) != TT_OK)
		return err->code;
	return estimate_file(&figures->output, ctx, o->estimate_output, &e, err);
}

/* --- the command ------------------------------------------------------------------- */

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	const struct add_options *o = values;
	struct figure_options options = o->figures;
	bool estimated = o->estimate_input || o->estimate_output;
	struct tt_error ignored = TT_ERROR_INIT;
	struct figures f;
	int64_t total;

	if (estimated) {
		(void)context_open_repo(ctx, &ignored); /* for its configuration */
		if (estimate_figures(&options, ctx, o, err) != TT_OK)
			return err->code;
	}
	if (figures_read(&f, &arena, &options, argc, argv, err) != TT_OK)
		return err->code;
	if (!f.has_usage)
		return tt_fail(err, TT_EUSAGE,
			"how many tokens? For example: track-tokens add 54161 "
			"\"what was done\"");
	if (!usage_total(&total, &f.usage) || total == 0)
		return tt_fail(err, TT_EINPUT, "0 tokens: there is nothing to record");
	if (estimated) {
		f.kind = ENTRY_ESTIMATED;
		f.source = "estimate";
	}
	return add_figures(ctx, &o->how, &f, err);
}

const struct command command_add = {
	.name = "add",
	.synopsis = "<total> [note...]\n"
		    "<input> <output> [note...]\n"
		    "--input N --output N [note...]\n"
		    "-|'Token usage: ...'",
	.summary = "Record tokens on this branch",
	.details =
		"Counts may be written 54161, 54,161 or 54k. A total has no split into kinds, so "
		"its cost is shown as a range; give input and output where they are known.\n"
		"\n"
		"A 'Token usage: 54161/200000' line tells how full the context window is. It is "
		"kept as a context reading and counts in no total: --from-message takes it, and "
		"'-' reads it from standard input.\n"
		"\n"
		"Where nothing was measured, --estimate-input and --estimate-output estimate the "
		"tokens of a text, and mark them so; 'track-tokens help estimate' tells how.\n"
		"\n"
		"Every add writes an export with what is new into temp/; commit it, and the "
		"import brings it into the team's database exactly once.\n"
		"\n"
		"Outside a repository the tokens count in the plan's windows only ('track-tokens "
		"status'). Where track-tokens.style is set, the answer ends with that line.",
	.examples = "track-tokens add 54161 \"Fixed token tracking\"\n"
		    "track-tokens add 1500 800 --model claude-opus-5-5\n"
		    "track-tokens add 54k -m 2024 --date 2026-11-20 --branch feature/login\n"
		    "xclip -o | track-tokens add -\n"
		    "track-tokens add --estimate-input=prompt.txt --estimate-output=answer.txt",
	.options = add_rows,
	.values_size = sizeof(struct add_options),
	.defaults = &add_defaults,
	.needs = TELLS_SERVERS,
	.run = run,
};
