/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cli/command.h"

/* Called for every option that is shown: those of the command, then the common
 * ones. */
typedef void (*option_fn)(struct strbuf *out, const struct program *program,
	const struct command *command, const struct option_row *row);

static void each_option(struct strbuf *out, const struct program *program,
	const struct command *command, option_fn fn)
{
	const struct option_row *tables[] = { command ? command->options : NULL, common_rows };

	for (size_t t = 0; t < 2; t++)
		for (const struct option_row *row = tables[t]; row && row->name; row++)
			if (!row->hidden)
				fn(out, program, command, row);
}

static bool takes_value(const struct option_row *row)
{
	return row->type != OPTION_FLAG && row->type != OPTION_OPTIONAL_TEXT;
}

/* "import-tokens" as part of a shell function's name. */
static char *function_name(const struct program *program)
{
	char *name = xstrdup(program->name);

	for (char *c = name; *c; c++)
		if (*c == '-')
			*c = '_';
	return name;
}

/* In single quotes, for a shell; zsh also wants ':' and brackets escaped. */
static void add_quoted(struct strbuf *out, const char *text, const char *escape)
{
	for (; *text; text++) {
		if (*text == '\'')
			strbuf_addstr(out, "'\\''");
		else if (strchr(escape, *text))
			strbuf_addf(out, "\\%c", *text);
		else
			strbuf_addch(out, *text);
	}
}

/* "a|b" as "a b". */
static void add_words(struct strbuf *out, const char *list)
{
	for (; *list; list++)
		strbuf_addch(out, *list == '|' ? ' ' : *list);
}

/* --- bash --------------------------------------------------------------- */

static void bash_word(struct strbuf *out, const struct program *program,
	const struct command *command, const struct option_row *row)
{
	(void)program, (void)command;
	strbuf_addf(out, " --%s", row->name);
	if (row->letter)
		strbuf_addf(out, " -%c", row->letter);
}

static void bash_skip(struct strbuf *out, const struct program *program,
	const struct command *command, const struct option_row *row)
{
	(void)program, (void)command;
	if (!takes_value(row))
		return;
	strbuf_addf(out, "%s--%s", out->buf[out->len - 1] == '\t' ? "" : " | ", row->name);
	if (row->letter)
		strbuf_addf(out, " | -%c", row->letter);
}

static void bash_values(struct strbuf *out, const struct program *program,
	const struct command *command, const struct option_row *row)
{
	(void)program, (void)command;
	if (row->type != OPTION_WORD)
		return;
	strbuf_addf(out, "\t--%s) words='", row->name);
	add_words(out, row->argument);
	strbuf_addstr(out, "' ;;\n");
}

static void bash_commands(struct strbuf *out, const struct program *program)
{
	strbuf_addstr(out, "\tcase $command in\n\t'') words='");
	for (const struct command *const *c = program->commands; *c; c++)
		if (!((*c)->needs & HIDDEN))
			strbuf_addf(out, "%s ", (*c)->name);
	each_option(out, program, program->fallback, bash_word);
	strbuf_addstr(out, "' ;;\n");
	for (const struct command *const *c = program->commands; *c; c++) {
		strbuf_addf(out, "\t%s) words='", (*c)->name);
		each_option(out, program, *c, bash_word);
		strbuf_addstr(out, "' ;;\n");
	}
	strbuf_addstr(out, "\tesac\n");
}

/* Values of options that take one of a few words, of any command. */
static void bash_choices(struct strbuf *out, const struct program *program)
{
	strbuf_addstr(out, "\tcase $previous in\n");
	for (const struct command *const *c = program->commands; *c; c++)
		for (const struct option_row *row = (*c)->options; row && row->name; row++)
			if (!row->hidden)
				bash_values(out, program, *c, row);
	each_option(out, program, program->fallback, bash_values);
	strbuf_addstr(out, "\tesac\n");
}

static void add_bash(struct strbuf *out, const struct program *program)
{
	_autofree_ char *function = function_name(program);

	strbuf_addf(out, "# bash completion of %s\n_%s()\n{\n", program->name, function);
	strbuf_addstr(out,
		"\tlocal current=${COMP_WORDS[COMP_CWORD]} command= words= i\n"
		"\tlocal previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
		"\tif [ \"$previous\" = = ]; then previous=${COMP_WORDS[COMP_CWORD - 2]}; fi\n"
		"\tif [ \"$current\" = = ]; then current=; fi\n"
		"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
		"\t\tcase ${COMP_WORDS[i]} in\n"
		"\t\t");
	each_option(out, program, program->fallback, bash_skip);
	strbuf_addstr(out, ") ((i++)) ;;\n"
			   "\t\t-*) ;;\n"
			   "\t\t*) command=${COMP_WORDS[i]}; break ;;\n"
			   "\t\tesac\n"
			   "\tdone\n");
	bash_commands(out, program);
	bash_choices(out, program);
	strbuf_addstr(out, "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n}\n");
	strbuf_addf(out, "complete -o bashdefault -o default -F _%s %s\n", function, program->name);
}

/* --- zsh ---------------------------------------------------------------- */

static void zsh_option(struct strbuf *out, const struct program *program,
	const struct command *command, const struct option_row *row)
{
	(void)program, (void)command;
	strbuf_addstr(out, " \\\n\t\t\t");
	if (row->letter)
		strbuf_addf(out, "'(-%c --%s)'{-%c,--%s}'", row->letter, row->name, row->letter,
			row->name);
	else
		strbuf_addf(out, "'--%s", row->name);
	strbuf_addch(out, '[');
	add_quoted(out, row->help, "[]\\");
	strbuf_addch(out, ']');
	if (row->type == OPTION_WORD) {
		strbuf_addstr(out, ":value:(");
		add_words(out, row->argument);
		strbuf_addch(out, ')');
	} else if (takes_value(row)) {
		strbuf_addstr(out, ":");
		add_quoted(out, row->argument ? row->argument : "TEXT", ":\\");
		strbuf_addstr(out, row->type == OPTION_TEXT ? ":_files" : ": ");
	}
	strbuf_addch(out, '\'');
}

static void add_zsh(struct strbuf *out, const struct program *program)
{
	_autofree_ char *function = function_name(program);

	strbuf_addf(out, "#compdef %s\n_%s()\n{\n", program->name, function);
	strbuf_addstr(out, "\tlocal -a commands\n\tlocal state line\n\tcommands=(\n");
	for (const struct command *const *c = program->commands; *c; c++) {
		if ((*c)->needs & HIDDEN)
			continue;
		strbuf_addf(out, "\t\t'%s:", (*c)->name);
		add_quoted(out, (*c)->summary, "\\");
		strbuf_addstr(out, "'\n");
	}
	strbuf_addstr(out, "\t)\n\t_arguments -C");
	each_option(out, program, program->fallback, zsh_option);
	strbuf_addstr(out, " \\\n\t\t\t'1:command:->command' '*::argument:->argument'\n"
			   "\tcase $state in\n"
			   "\tcommand) _describe command commands; _files ;;\n"
			   "\targument)\n\t\tcase $line[1] in\n");
	for (const struct command *const *c = program->commands; *c; c++) {
		strbuf_addf(out, "\t\t%s)\n\t\t\t_arguments", (*c)->name);
		each_option(out, program, *c, zsh_option);
		strbuf_addstr(out, " \\\n\t\t\t'*:file:_files' ;;\n");
	}
	strbuf_addf(out, "\t\t*) _files ;;\n\t\tesac ;;\n\tesac\n}\n_%s \"$@\"\n", function);
}

/* --- fish --------------------------------------------------------------- */

static void fish_option(struct strbuf *out, const struct program *program,
	const struct command *command, const struct option_row *row)
{
	strbuf_addf(out, "complete -c %s", program->name);
	if (command)
		strbuf_addf(out, " -n '__fish_seen_subcommand_from %s'", command->name);
	strbuf_addf(out, " -l %s", row->name);
	if (row->letter)
		strbuf_addf(out, " -s %c", row->letter);
	if (row->type == OPTION_WORD) {
		strbuf_addstr(out, " -x -a '");
		add_words(out, row->argument);
		strbuf_addch(out, '\'');
	} else if (takes_value(row)) {
		strbuf_addstr(out, row->type == OPTION_TEXT ? " -r" : " -x");
	}
	strbuf_addstr(out, " -d '");
	add_quoted(out, row->help, "");
	strbuf_addstr(out, "'\n");
}

static void add_fish(struct strbuf *out, const struct program *program)
{
	strbuf_addf(out, "# fish completion of %s\n", program->name);
	for (const struct command *const *c = program->commands; *c; c++) {
		if ((*c)->needs & HIDDEN)
			continue;
		strbuf_addf(out, "complete -c %s -n __fish_use_subcommand -a %s -d '",
			program->name, (*c)->name);
		add_quoted(out, (*c)->summary, "");
		strbuf_addstr(out, "'\n");
		for (const struct option_row *row = (*c)->options; row && row->name; row++)
			if (!row->hidden)
				fish_option(out, program, *c, row);
	}
	for (const struct option_row *row = common_rows; row->name; row++)
		if (!row->hidden)
			fish_option(out, program, NULL, row);
}

enum tt_code program_add_completion(
	struct strbuf *out, const struct program *program, const char *shell, struct tt_error *err)
{
	if (strcmp(shell, "bash") == 0)
		add_bash(out, program);
	else if (strcmp(shell, "zsh") == 0)
		add_zsh(out, program);
	else if (strcmp(shell, "fish") == 0)
		add_fish(out, program);
	else
		return tt_fail(err, TT_EUSAGE, "no completion for '%s': bash, zsh or fish", shell);
	return TT_OK;
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	(void)values;
	if (argc != 1)
		return tt_fail(err, TT_EUSAGE, "which shell: bash, zsh or fish?");
	if (program_add_completion(&text, ctx->program, argv[0], err) != TT_OK)
		return err->code;
	(void)fputs(text.buf, ctx->out);
	return TT_OK;
}

const struct command command_completion = {
	.name = "completion",
	.synopsis = "bash|zsh|fish",
	.summary = "Print the completion script of a shell",
	.needs = HIDDEN,
	.run = run,
};
