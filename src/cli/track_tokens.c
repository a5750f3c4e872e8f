/* SPDX-License-Identifier: MIT */
#include <stddef.h>

#include "cli/command.h"

static const struct command *const commands[] = {
	&command_version,
	&command_help,
	&command_completion,
	NULL,
};

static const struct program track_tokens = {
	.name = "track-tokens",
	.summary = "Track the tokens that Claude Code uses, per git branch.",
	.commands = commands,
};

int main(int argc, char **argv)
{
	return program_main(&track_tokens, argc, argv);
}
