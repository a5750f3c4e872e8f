/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "estimator.h"

/* Where the text comes from that is to be estimated. */

enum { TEXT_MAX = 64 * 1024 * 1024, NOT_THERE = 127 };

static enum tt_code read_all(
	struct strbuf *out, FILE *from, const char *shown, struct tt_error *err)
{
	char block[16384];
	size_t n;

	while ((n = fread(block, 1, sizeof block, from)) > 0) {
		strbuf_add(out, block, n);
		if (out->len > TEXT_MAX)
			return tt_fail(
				err, TT_EINPUT, "%s is longer than %d bytes", shown, TEXT_MAX);
	}
	return ferror(from) ? tt_fail_errno(err, "cannot read %s", shown) : TT_OK;
}

enum tt_code estimator_read(
	struct strbuf *out, const struct context *ctx, const char *file, struct tt_error *err)
{
	if (*file && strcmp(file, "-") != 0)
		return fs_read(out, AT_FDCWD, file, TEXT_MAX, file, err);
	if (isatty(STDIN_FILENO))
		context_note(ctx, "type or paste the text, then end it with Ctrl-D on a new line");
	return read_all(out, stdin, "standard input", err);
}

/* --- the clipboard ---------------------------------------------------------------------- */

enum { TOOL_WORDS = 5 };
static const char *const tools[][TOOL_WORDS] = {
	{ "wl-paste", "--no-newline", NULL },
	{ "xclip", "-selection", "clipboard", "-out", NULL },
	{ "xsel", "--clipboard", "--output", NULL },
	{ "pbpaste", NULL },
};

/* In the child: errors of the tool are not the user's answer. */
static void run_tool(const char *const *words, const int pipe_fds[2])
{
	char *argv[TOOL_WORDS];
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	(void)dup2(null, STDIN_FILENO);
	(void)dup2(pipe_fds[1], STDOUT_FILENO);
	(void)dup2(null, STDERR_FILENO);
	memcpy(argv, words, sizeof argv); /* execvp changes no word, but cannot say so */
	(void)execvp(argv[0], argv);
	_exit(NOT_THERE);
}

/* The tool's exit status, or -1: it could not be run. */
static int ask(struct strbuf *out, const char *const *words, struct tt_error *err)
{
	int fds[2], status;
	FILE *from;
	pid_t child;

	if (pipe2(fds, O_CLOEXEC) != 0)
		return -1;
	child = fork();
	if (child == 0)
		run_tool(words, fds);
	(void)close(fds[1]);
	from = fdopen(fds[0], "r");
	if (!from)
		mem_exhausted();
	(void)read_all(out, from, "the clipboard", err);
	(void)fclose(from);
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

enum tt_code estimator_read_clipboard(struct strbuf *out, struct tt_error *err)
{
	bool any = false;

	for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
		int status;

		strbuf_reset(out);
		status = ask(out, tools[i], err);
		if (err->code != TT_OK)
			return err->code;
		if (status == 0)
			return TT_OK;
		any |= status != NOT_THERE;
	}
	if (any)
		return tt_fail(err, TT_EIO,
			"the clipboard cannot be read: it is empty, or there is no display");
	return tt_fail(err, TT_ENOTFOUND,
		"nothing here reads the clipboard: install wl-clipboard, xclip or xsel, or pipe "
		"the text in");
}
