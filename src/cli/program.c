/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/instant.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/trace.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "pager.h"
#include "suggest.h"
#include "trace_output.h"
#include "user_log.h"

const struct option_row common_rows[] = {
	{ "directory", 'C', OPTION_TEXT, "DIR", "work as if started in DIR",
		offsetof(struct common_options, directory), false },
	{ "json", 0, OPTION_FLAG, NULL, "answer in JSON", offsetof(struct common_options, json),
		false },
	{ "color", 0, OPTION_WORD, "auto|always|never",
		"when to use colour (default: auto; NO_COLOR is honoured)",
		offsetof(struct common_options, colour), false },
	{ "colour", 0, OPTION_WORD, "auto|always|never", "",
		offsetof(struct common_options, colour), true },
	{ "quiet", 'q', OPTION_FLAG, NULL, "no warnings and notes, only errors",
		offsetof(struct common_options, quiet), false },
	{ "verbose", 'v', OPTION_FLAG, NULL, "say more about what is done, step by step",
		offsetof(struct common_options, verbose), false },
	{ "no-pager", 0, OPTION_FLAG, NULL, "do not show a long answer page by page",
		offsetof(struct common_options, no_pager), false },
	{ "help", 'h', OPTION_FLAG, NULL, "show help, of a command too",
		offsetof(struct common_options, help), false },
	{ "version", 0, OPTION_FLAG, NULL, "show the version",
		offsetof(struct common_options, version), false },
	{ 0 },
};

/* --- surroundings ------------------------------------------------------- */

/* A closed standard descriptor would be given to the next file opened, which
 * then receives what is printed.  Opened the wrong way round, so that using it
 * is an error as it was. */
static void open_standard_descriptors(void)
{
	static const int modes[] = { O_WRONLY, O_RDONLY, O_RDONLY };

	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd)
			_exit(EXIT_BUG);
}

static void prepare_process(void)
{
	open_standard_descriptors();
	(void)setlocale(LC_CTYPE, "");
	/* Writing reports these as errors, and the error is handled. */
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN);
}

static enum tt_code set_clock(struct tt_error *err)
{
	const char *text = context_env("TRACK_TOKENS_NOW");
	struct instant now;

	if (!text)
		return TT_OK;
	if (!instant_parse(&now, text))
		return tt_fail(
			err, TT_EUSAGE, "TRACK_TOKENS_NOW: '%s' is not an RFC 3339 time", text);
	clock_set(now);
	return TT_OK;
}

static bool wants_colour(const char *when)
{
	const char *term = context_env("TERM");

	if (when && strcmp(when, "auto") != 0)
		return strcmp(when, "always") == 0;
	if (context_env("NO_COLOR") || !isatty(STDOUT_FILENO))
		return false;
	return term && strcmp(term, "dumb") != 0;
}

/* Who writes to a file or a mail may say how wide its lines may be. */
static int wanted_width(void)
{
	const char *columns = context_env("COLUMNS");
	int64_t width = 0;

	if (!columns || !text_parse_count(&width, columns) || width > INT16_MAX)
		return 0;
	return (int)width;
}

static int terminal_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO))
		return wanted_width();
	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static void set_style(struct context *ctx)
{
	bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;

	ctx->style.glyphs = utf8 ? REPORT_UTF8 : REPORT_ASCII;
	ctx->style.colour = wants_colour(ctx->common.colour);
	ctx->style.width = terminal_width();
}

static enum tt_code enter_directory(const char *directory, struct tt_error *err)
{
	if (!directory || chdir(directory) == 0)
		return TT_OK;
	if (errno == ENOENT || errno == ENOTDIR)
		return tt_fail(err, TT_ENOTFOUND, "no such directory: '%s'", directory);
	return tt_fail_errno(err, "cannot enter '%s'", directory);
}

/* --- dispatch ----------------------------------------------------------- */

const struct command *command_find(const struct program *program, const char *name)
{
	for (const struct command *const *c = program->commands; *c; c++)
		if (strcmp((*c)->name, name) == 0)
			return *c;
	return NULL;
}

enum tt_code command_unknown(const struct program *program, const char *name, struct tt_error *err)
{
	struct suggestion s = SUGGESTION_INIT(name);

	for (const struct command *const *c = program->commands; *c; c++)
		if (!((*c)->needs & HIDDEN))
			suggest(&s, (*c)->name);
	if (s.best)
		return tt_fail(
			err, TT_EUSAGE, "unknown command '%s': did you mean '%s'?", name, s.best);
	return tt_fail(err, TT_EUSAGE, "unknown command '%s'", name);
}

/* The word at argv[at] names no command: say so, unless an option before it is
 * unknown, so that the word may have been its value. */
static enum tt_code refuse_word(
	const struct program *program, int at, char **argv, struct tt_error *err)
{
	const char *word = argv[at];
	struct common_options ignored = { 0 };
	int operands;

	if (options_parse(NULL, NULL, common_rows, &ignored, at, argv, &operands, err) != TT_OK)
		return err->code;
	return command_unknown(program, word, err);
}

/* Which command argv names.  Its name is taken out, so that options may stand
 * before it; *command stays NULL when no word is there and nothing falls back. */
static enum tt_code choose_command(const struct command **command, const struct program *program,
	int *argc, char **argv, struct tt_error *err)
{
	const struct command *fallback = program->fallback;
	int at =
		options_find_operand(fallback ? fallback->options : NULL, common_rows, *argc, argv);
	const struct command *found = at ? command_find(program, argv[at]) : NULL;

	if (!found && at && !program->fallback_takes_words)
		return refuse_word(program, at, argv, err);
	if (found) {
		memmove(argv + at, argv + at + 1, (size_t)(*argc - at) * sizeof *argv);
		--*argc;
	}
	*command = found ? found : fallback;
	return TT_OK;
}

/* The operands are left out: notes are among them. */
static void trace_start(const struct command *command)
{
	_autofree_ char *here = trace_wanted() ? getcwd(NULL, 0) : NULL;

	trace("version %s, command '%s' in '%s'", VERSION, command->name, here ? here : "?");
}

static enum tt_code run_command(struct context *ctx, const struct command *command,
	const void *values, int argc, char **argv, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf help = STRBUF_INIT;
	struct pager pager = PAGER_INIT;
	enum tt_code code;

	if (ctx->common.help) {
		command_add_help(&help, ctx->program, command);
		(void)fputs(help.buf, ctx->out);
		return TT_OK;
	}
	trace_start(command);
	if (enter_directory(ctx->common.directory, err) != TT_OK)
		return err->code;
	if ((command->needs & NEED_REPO) && context_open_repo(ctx, err) != TT_OK)
		return err->code;
	set_style(ctx);
	if (command->needs & PAGED)
		pager_open(&pager, ctx);
	code = command->run(ctx, values, argc, argv, err);
	pager_close(&pager, ctx);
	return code;
}

/* Help or version of the program itself, when that is asked for. */
static bool answer_about_program(struct context *ctx, bool named)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	if (ctx->common.version)
		strbuf_addf(&text, "%s %s\n", ctx->program->name, VERSION);
	else if (!named && (ctx->common.help || !ctx->program->fallback))
		program_add_help(&text, ctx->program);
	(void)fputs(text.buf, ctx->out);
	return text.len > 0;
}

static enum tt_code dispatch(struct context *ctx, const struct command **command, int argc,
	char **argv, struct tt_error *err)
{
	_autofree_ void *values = NULL;
	const struct command *c;
	int words = argc, operands;

	if (set_clock(err) != TT_OK ||
		choose_command(command, ctx->program, &argc, argv, err) != TT_OK)
		return err->code;
	c = *command;
	values = xcalloc(1, c && c->values_size ? c->values_size : 1);
	if (c && c->defaults)
		memcpy(values, c->defaults, c->values_size);
	if (options_parse(c ? c->options : NULL, values, common_rows, &ctx->common, argc, argv,
		    &operands, err) != TT_OK)
		return err->code;
	trace_output_verbose(ctx);
	if (answer_about_program(ctx, argc < words))
		return TT_OK;
	return run_command(ctx, c, values, operands, argv + 1, err);
}

/* --- the end ------------------------------------------------------------ */

/* *reader_left: "| head" has seen enough, which is no mistake of anyone's. */
static enum tt_code finish_output(bool *reader_left, struct tt_error *err)
{
	bool failed = ferror(stdout);

	if (fflush(stdout) != 0) {
		*reader_left = errno == EPIPE;
		return tt_fail_errno(err, "cannot write to standard output");
	}
	if (failed)
		return tt_fail(err, TT_EIO, "cannot write to standard output");
	return TT_OK;
}

/* What is nobody's slip of the keyboard is logged, for whoever looks later. */
static void log_failure(const struct command *command, const struct tt_error *err)
{
	if (err->code == TT_EIO || err->code == TT_EBUSY || err->code == TT_EBUG)
		user_log(USER_LOG_ERROR, "%s: %s", command ? command->name : "", err->msg);
}

static void show_failure(
	const struct context *ctx, const struct command *command, const struct tt_error *err)
{
	const char *name = ctx->program->name;
	bool named = command && command != ctx->program->fallback;

	context_error(ctx, err);
	if (err->code == TT_EUSAGE)
		(void)fprintf(stderr, "%s: see '%s %s%s--help'\n", name, name,
			named ? command->name : "", named ? " " : "");
}

static int finish(
	struct context *ctx, const struct command *command, enum tt_code code, struct tt_error *err)
{
	bool reader_left = false;

	if (code != TT_OK) {
		log_failure(command, err);
		show_failure(ctx, command, err);
	}
	if (finish_output(&reader_left, err) != TT_OK) {
		if (!reader_left)
			context_error(ctx, err);
		code = code == TT_OK ? TT_EIO : code;
	}
	if (command && (command->needs & NEVER_FAIL))
		return EXIT_DONE;
	return code == TT_OK ? ctx->status : (int)exit_status_of(code);
}

int program_main(const struct program *program, int argc, char **argv)
{
	struct context ctx = { .program = program, .out = stdout };
	const struct command *command = NULL;
	struct tt_error err = TT_ERROR_INIT;
	enum tt_code code;
	int status;

	prepare_process();
	ctx.err_is_terminal = isatty(STDERR_FILENO);
	trace_output_begin(&ctx);
	code = dispatch(&ctx, &command, argc, argv, &err);
	vcs_close(ctx.repo);
	status = finish(&ctx, command, code, &err);
	if (command && program->at_end)
		program->at_end(command);
	trace_output_end(status);
	return status;
}
