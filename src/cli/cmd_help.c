/* SPDX-License-Identifier: MIT */
#include "base/cleanup.h"
#include "cli/command.h"

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	const struct command *command = argc ? command_find(ctx->program, argv[0]) : NULL;

	(void)values;
	if (argc > 1)
		return tt_fail(err, TT_EUSAGE, "help is about one command at a time");
	if (argc && !command)
		return command_unknown(ctx->program, argv[0], err);
	if (command)
		command_add_help(&text, ctx->program, command);
	else
		program_add_help(&text, ctx->program);
	(void)fputs(text.buf, ctx->out);
	return TT_OK;
}

const struct command command_help = {
	.name = "help",
	.synopsis = "[command]",
	.summary = "Show help, about a command too",
	.run = run,
};
