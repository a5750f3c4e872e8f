/* SPDX-License-Identifier: MIT */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "cli/context.h"
#include "cli/options.h"

/* What dispatch prepares before a command runs. */
enum command_need {
	NEED_NOTHING = 0,
	NEED_REPO = 1 << 0,	/* ctx->repo is open, or the command is not run (exit 66) */
	NEVER_FAIL = 1 << 1,	/* run by a hook: trouble goes to standard error, exit 0 */
	HIDDEN = 1 << 2,	/* works, but is shown neither in help nor by completion */
	TELLS_SERVERS = 1 << 3, /* what is new is published at its end, when it has answered */
	PAGED = 1 << 4,		/* a long answer on a terminal goes through the user's pager */
};

/*
 * One command.  Each src/cli/cmd_<name>.c defines one, `command_<name>`, with
 * its options, its help and its run function together; track_tokens.c and
 * import_tokens.c list them.  --help, completion and the manual-page check
 * show what stands here.
 *
 * run gets the values that the options filled and the operands (argv[0] is the
 * first operand, not the command's name; argv[argc] is NULL).
 */
struct command {
	const char *name;
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
	const struct command *const *commands; /* ended by NULL */
	const struct command *fallback;	       /* run when no command is named; or NULL */
	/* A first word that names no command is an operand of the fallback;
	 * otherwise it is a mistake. */
	bool fallback_takes_words;
	const char *examples;
	/* Run at the very end; NULL: nothing. */
	void (*at_end)(const struct command *command);
};

/* Commands that every program has. */
extern const struct command command_help, command_version, command_completion;

/* Commands of track-tokens. */
extern const struct command command_add;
extern const struct command command_alone;
extern const struct command command_amend;
extern const struct command command_deinit;
extern const struct command command_detail;
extern const struct command command_detailed;
extern const struct command command_doctor;
extern const struct command command_estimate;
extern const struct command command_export;
extern const struct command command_hook;
extern const struct command command_hooks;
extern const struct command command_init;
extern const struct command command_log;
extern const struct command command_monitor;
extern const struct command command_move_in;
extern const struct command command_plan;
extern const struct command command_prices;
extern const struct command command_query;
extern const struct command command_remove;
extern const struct command command_report;
extern const struct command command_request;
extern const struct command command_reset;
extern const struct command command_show;
extern const struct command command_status;
extern const struct command command_statusline;
extern const struct command command_submit;
extern const struct command command_sync;
extern const struct command command_watch;

/* Commands of import-tokens. */
extern const struct command command_import, command_import_export, command_import_report,
	command_migrate;

/* The life of a program: locale, common options, dispatch, flush, status. */
int program_main(const struct program *program, int argc, char **argv);
/* NULL when there is no such command. */
const struct command *command_find(const struct program *program, const char *name);
/* TT_EUSAGE that names what was probably meant. */
enum tt_code command_unknown(const struct program *program, const char *name, struct tt_error *err);

/* Generated from the tables. */
extern const struct option_row common_rows[]; /* of struct common_options */
void program_add_help(struct strbuf *out, const struct program *program);
void command_add_help(
	struct strbuf *out, const struct program *program, const struct command *command);
/* shell: "bash", "zsh" or "fish". */
enum tt_code program_add_completion(
	struct strbuf *out, const struct program *program, const char *shell, struct tt_error *err);

#endif
