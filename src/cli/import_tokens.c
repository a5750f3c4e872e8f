/* SPDX-License-Identifier: MIT */
#include <stddef.h>

#include "cli/command.h"

static const struct command *const commands[] = {
	&command_import,
	&command_import_report,
	&command_import_export,
	&command_migrate,
	&command_version,
	&command_help,
	&command_completion,
	NULL,
};

static const struct program import_tokens = {
	.name = "import-tokens",
	.summary = "Import exports of track-tokens into SQLite or PostgreSQL, exactly once.",
	.commands = commands,
	.fallback = &command_import,
	.fallback_takes_words = true,
	.examples = "import-tokens\n"
		    "import-tokens --check temp\n"
		    "import-tokens --db postgresql://importer@db.example.com/tokens --clean\n"
		    "import-tokens report --format markdown",
};

int main(int argc, char **argv)
{
	return program_main(&import_tokens, argc, argv);
}
