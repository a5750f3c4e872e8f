/* SPDX-License-Identifier: MIT */
#include "base/cleanup.h"
#include "cli/command.h"

/* "track-tokens" alone: this branch, or, where there is none, the help. */
static enum tt_code run_alone(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf help = STRBUF_INIT;
	struct tt_error problem = TT_ERROR_INIT;

	(void)values;
	if (context_open_repo(ctx, &problem) == TT_OK)
		return command_show.run(ctx, command_show.defaults, argc, argv, err);
	if (problem.code != TT_ENOTFOUND)
		return tt_fail(err, problem.code, "%s", problem.msg);
	program_add_help(&help, ctx->program);
	(void)fputs(help.buf, ctx->out);
	return TT_OK;
}

static const struct command alone = {
	.name = "",
	.synopsis = "",
	.summary = "Show the tokens of this branch",
	.run = run_alone,
};

static const struct command *const commands[] = {
	&command_add,
	&command_show,
	&command_log,
	&command_amend,
	&command_remove,
	&command_export,
	&command_submit,
	&command_reset,
	&command_sync,
	&command_hook,
	&command_statusline,
	&command_init,
	&command_deinit,
	&command_hooks,
	&command_prices,
	&command_doctor,
	&command_version,
	&command_help,
	&command_completion,
	NULL,
};

static const struct program track_tokens = {
	.name = "track-tokens",
	.summary = "Track the tokens that Claude Code uses, per git branch.",
	.commands = commands,
	.fallback = &alone,
	.examples = "track-tokens add 54161 \"Fixed token tracking\"\n"
		    "track-tokens show\n"
		    "track-tokens show --all",
};

/*
 * libgit2, as Debian and Ubuntu build it, decodes the system's certificates
 * when it starts: four fifths of what `add` computes, in a program that never
 * opens a connection.  This stands in for the function that reads them (the
 * Makefile exports it); should a connection ever be tried, no server is
 * trusted.
 */
int mbedtls_x509_crt_parse_file(void *chain, const char *path);

int mbedtls_x509_crt_parse_file(void *chain, const char *path)
{
	(void)chain;
	(void)path;
	return 0;
}

int main(int argc, char **argv)
{
	return program_main(&track_tokens, argc, argv);
}
