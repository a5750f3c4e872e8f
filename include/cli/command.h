/* SPDX-License-Identifier: MIT */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stddef.h>

#include "base/error.h"
#include "cli/context.h"
#include "cli/options.h"

/* What dispatch prepares before a command runs. */
enum command_need {
	NEED_NOTHING = 0,
	NEED_REPO = 1 << 0,  /* ctx->repo is open, or the command is not run (exit 66) */
	NEVER_FAIL = 1 << 1, /* run by a hook: trouble goes to standard error, exit 0 */
};

/* One command.  The tables in track_tokens.c and import_tokens.c are what
 * --help, completion and the manual-page check show. */
struct command {
	const char *name;     /* NULL ends the table */
	const char *synopsis; /* operands, "<total> [notes]"; alternatives on lines of their own */
	const char *summary;  /* one line, no full stop */
	const char *details;  /* paragraphs for --help, or NULL */
	const char *examples; /* lines for --help, without indentation */
	const struct option_row *options; /* or NULL */
	size_t values_size;		  /* of the struct that the options fill */
	const void *defaults;		  /* its initial content; NULL: zeros */
	unsigned int needs;
	enum tt_code (*run)(struct context *ctx, const void *values, int argc, char **argv,
		struct tt_error *err);
};

struct program {
	const char *name; /* "track-tokens" */
	const char *summary;
	const struct command *commands;
	const struct command *fallback; /* run when the first word is no command; or NULL */
	const char *examples;
};

/* The life of a program: locale, common options, dispatch, flush, status. */
int program_main(const struct program *program, int argc, char **argv);
/* Generated from the tables. */
void program_add_help(struct strbuf *out, const struct program *program);
void command_add_help(
	struct strbuf *out, const struct program *program, const struct command *command);
/* shell: "bash", "zsh" or "fish". */
enum tt_code program_add_completion(struct strbuf *out, const struct program *program,
	const char *shell, struct tt_error *err);

#endif
