/* SPDX-License-Identifier: MIT */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"

/*
 * The options of a command are a table; parsing, --help, shell completion and
 * the check of the manual pages all read it.
 *
 *	struct add_options { bool no_export; const char *model; int64_t input; };
 *
 *	static const struct option_row add_rows[] = {
 *		{ "no-export", 0, OPTION_FLAG, NULL, "do not write an export",
 *		  offsetof(struct add_options, no_export), false },
 *		{ "model", 0, OPTION_TEXT, "NAME", "the model that was used",
 *		  offsetof(struct add_options, model), false },
 *		{ "input", 0, OPTION_COUNT, "N", "input tokens",
 *		  offsetof(struct add_options, input), false },
 *		{ 0 }
 *	};
 *
 * Values are written into a struct of the command's own, at `offset`; the
 * command sets its defaults there before.
 */
enum option_type {
	OPTION_FLAG,	      /* bool: set to true */
	OPTION_TEXT,	      /* const char *: borrowed from argv */
	OPTION_OPTIONAL_TEXT, /* const char *: "--x=TEXT"; plain "--x" gives "" */
	OPTION_COUNT,	      /* int64_t: a token count ("54,161", "54k") */
	OPTION_INT,	      /* int64_t: a plain whole number, 0 or more */
	OPTION_WORD,	      /* const char *: one of the words in `argument`, "a|b|c" */
};

struct option_row {
	const char *name; /* without "--"; NULL ends the table */
	char letter;	  /* short form, or 0 */
	enum option_type type;
	const char *argument; /* its name in help, or NULL */
	const char *help;
	size_t offset;
	bool hidden; /* an alias: parsed, but not shown */
};

/*
 * Parse argv (argv[0] is the command's name) by two tables: the command's own
 * (may be NULL) into `values`, and the common ones into `common`.  Options and
 * operands may be mixed; "--" ends options; "-" is an operand.  Long names may
 * be abbreviated where that is unique.  A negative number is an operand, so
 * that its command can refuse it in its own words.
 *
 * On success operands (argv[0] excluded) are moved to the front of argv + 1 and
 * *operands is their number.  TT_EUSAGE names the option and what is wrong.
 */
enum tt_code options_parse(const struct option_row *rows, void *values,
	const struct option_row *common, void *common_values, int argc, char **argv, int *operands,
	struct tt_error *err);

/* The index in argv of the first operand, by the same rules, or 0 when there is
 * none: where the command's name stands.  Nothing is stored or refused. */
int options_find_operand(
	const struct option_row *rows, const struct option_row *common_rows, int argc, char **argv);

/* The help lines of a table, aligned, at most 80 columns. */
void options_add_help(struct strbuf *out, const struct option_row *rows);

#endif
