/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/cleanup.h"
#include "cli/command.h"
#include "wrap.h"

enum { COLUMN_MAX = 28 };

/* "  -n, --number N" */
static void add_label(struct strbuf *out, const struct option_row *row)
{
	const char *argument = row->argument ? row->argument : "TEXT";

	if (row->letter)
		strbuf_addf(out, "  -%c, --%s", row->letter, row->name);
	else
		strbuf_addf(out, "      --%s", row->name);
	if (row->type == OPTION_OPTIONAL_TEXT)
		strbuf_addf(out, "[=%s]", argument);
	else if (row->type != OPTION_FLAG)
		strbuf_addf(out, " %s", argument);
}

static size_t label_column(const struct option_row *rows)
{
	_cleanup_(strbuf_release) struct strbuf label = STRBUF_INIT;
	size_t widest = 0;

	for (const struct option_row *row = rows; row->name; row++) {
		strbuf_reset(&label);
		add_label(&label, row);
		if (!row->hidden && label.len + 2 <= COLUMN_MAX && label.len > widest)
			widest = label.len;
	}
	return widest ? widest + 2 : COLUMN_MAX;
}

void options_add_help(struct strbuf *out, const struct option_row *rows)
{
	_cleanup_(strbuf_release) struct strbuf label = STRBUF_INIT;
	size_t column = label_column(rows);

	for (const struct option_row *row = rows; row->name; row++) {
		if (row->hidden)
			continue;
		strbuf_reset(&label);
		add_label(&label, row);
		wrap_add_item(out, label.buf, row->help, column);
	}
}

/* Each line of `lines` behind two spaces. */
static void add_indented(struct strbuf *out, const char *lines)
{
	while (*lines) {
		size_t len = strcspn(lines, "\n");

		strbuf_addf(out, "  %.*s\n", (int)len, lines);
		lines += len + (lines[len] == '\n');
	}
}

/* "Usage: track-tokens add [options] <total> [notes]", a line for each form. */
static void add_usage(
	struct strbuf *out, const char *program, const char *command, const char *synopsis)
{
	const char *label = "Usage: ";

	do {
		size_t len = strcspn(synopsis, "\n");

		strbuf_addf(out, "%s%s%s%s [options]%s%.*s\n", label, program, *command ? " " : "",
			command, len ? " " : "", (int)len, synopsis);
		synopsis += len + (synopsis[len] == '\n');
		label = "       ";
	} while (*synopsis);
}

void command_add_help(
	struct strbuf *out, const struct program *program, const struct command *command)
{
	bool listed = command_find(program, command->name) == command;

	add_usage(out, program->name, listed ? command->name : "",
		command->synopsis ? command->synopsis : "");
	strbuf_addch(out, '\n');
	wrap_add(out, command->summary, 0, 0);
	if (command->details) {
		strbuf_addch(out, '\n');
		wrap_add(out, command->details, 0, 0);
	}
	if (command->options) {
		strbuf_addstr(out, "\nOptions:\n");
		options_add_help(out, command->options);
	}
	strbuf_addstr(out, "\nOptions of every command:\n");
	options_add_help(out, common_rows);
	if (command->examples) {
		strbuf_addstr(out, "\nExamples:\n");
		add_indented(out, command->examples);
	}
}

static void add_commands(struct strbuf *out, const struct program *program)
{
	size_t widest = 0;

	for (const struct command *const *c = program->commands; *c; c++)
		if (!((*c)->needs & HIDDEN) && strlen((*c)->name) > widest)
			widest = strlen((*c)->name);
	for (const struct command *const *c = program->commands; *c; c++) {
		_cleanup_(strbuf_release) struct strbuf label = STRBUF_INIT;

		if ((*c)->needs & HIDDEN)
			continue;
		strbuf_addf(&label, "  %s", (*c)->name);
		wrap_add_item(out, label.buf, (*c)->summary, widest + 4);
	}
}

void program_add_help(struct strbuf *out, const struct program *program)
{
	const struct command *fallback = program->fallback;

	add_usage(out, program->name, "", "<command> [...]");
	if (fallback)
		strbuf_addf(out, "       %s [options]%s%s\n", program->name,
			*fallback->synopsis ? " " : "", fallback->synopsis);
	strbuf_addch(out, '\n');
	wrap_add(out, program->summary, 0, 0);
	strbuf_addstr(out, "\nCommands:\n");
	add_commands(out, program);
	if (fallback && fallback->options) {
		strbuf_addstr(out, "\nOptions:\n");
		options_add_help(out, fallback->options);
	}
	strbuf_addstr(out, "\nOptions of every command:\n");
	options_add_help(out, common_rows);
	if (program->examples) {
		strbuf_addstr(out, "\nExamples:\n");
		add_indented(out, program->examples);
	}
	strbuf_addf(out, "\n'%s help <command>' tells more about a command.\n", program->name);
}
