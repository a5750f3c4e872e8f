/* SPDX-License-Identifier: MIT */
#include "cli/command.h"
#include "sharing.h"

static const struct command *const commands[] = {
	&command_add,
	&command_show,
	&command_log,
	&command_status,
	&command_detail,
	&command_detailed,
	&command_amend,
	&command_remove,
	&command_estimate,
	&command_export,
	&command_submit,
	&command_reset,
	&command_report,
	&command_query,
	&command_monitor,
	&command_request,
	&command_sync,
	&command_move_in,
	&command_hook,
	&command_watch,
	&command_statusline,
	&command_init,
	&command_deinit,
	&command_hooks,
	&command_plan,
	&command_prices,
	&command_doctor,
	&command_version,
	&command_help,
	&command_completion,
	NULL,
};

static void tell_servers(const struct command *command)
{
	if (command->needs & TELLS_SERVERS)
		(void)sharing_publish((command->needs & NEVER_FAIL) != 0, NULL);
}

static const struct program track_tokens = {
	.name = "track-tokens",
	.summary = "Track the tokens that Claude Code uses, per git branch.",
	.commands = commands,
	.fallback = &command_alone,
	.at_end = tell_servers,
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
