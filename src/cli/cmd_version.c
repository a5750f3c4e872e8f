/* SPDX-License-Identifier: MIT */
#include "base/cleanup.h"
#include "base/json_writer.h"
#include "cli/command.h"

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf library = STRBUF_INIT, text = STRBUF_INIT;
	struct json_writer w = { .out = &text };

	(void)values;
	if (argc)
		return tt_fail(err, TT_EUSAGE, "version takes no operand: '%s'", argv[0]);
	vcs_library_version(&library);
	if (ctx->common.json) {
		json_open(&w, '{');
		json_put_int(&w, "version", 1);
		json_put_string(&w, "program", ctx->program->name);
		json_put_string(&w, "release", VERSION);
		json_put_string(&w, "libgit2", library.buf);
		json_close(&w, '}');
		strbuf_addch(&text, '\n');
	} else {
		strbuf_addf(&text, "%s %s\n", ctx->program->name, VERSION);
		if (ctx->common.verbose)
			strbuf_addf(&text, "libgit2 %s\n", library.buf);
	}
	(void)fputs(text.buf, ctx->out);
	return TT_OK;
}

const struct command command_version = {
	.name = "version",
	.synopsis = "",
	.summary = "Show the version; -v also that of libgit2",
	.run = run,
};
