/* SPDX-License-Identifier: MIT */
#include "pager.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"

enum { NOT_RUN = 126 /* and 127: the shell's word for it */ };

void pager_open(struct pager *p, struct context *ctx)
{
	if (ctx->common.no_pager || !isatty(STDOUT_FILENO))
		return;
	p->kept = open_memstream(&p->text, &p->len);
	if (p->kept)
		ctx->out = p->kept;
}

/* --- is it needed, and which ----------------------------------------------------------- */

/* Nobody may be there to turn the pages of a terminal that has no size. */
static bool fits(const struct pager *p)
{
	struct winsize size = { 0 };
	size_t lines = 1, column = 0;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || !size.ws_row || !size.ws_col)
		return true;
	for (size_t i = 0; i < p->len && lines <= size.ws_row; i++) {
		bool ends = p->text[i] == '\n' || ++column > size.ws_col;

		lines += ends;
		column = ends ? 0 : column;
	}
	return lines <= size.ws_row;
}

/* False: none. */
static bool choose(struct strbuf *out, const struct context *ctx)
{
	const char *pager = getenv("GIT_PAGER");

	if (pager)
		strbuf_addstr(out, pager);
	else if (!vcs_config_get(out, ctx->repo, "core.pager"))
		strbuf_addstr(out, context_env("PAGER") ? context_env("PAGER") : "less");
	return out->len > 0 && strcmp(out->buf, "cat") != 0;
}

/* --- running it ------------------------------------------------------------------------ */

_Noreturn static void become(const char *pager, const int ends[2])
{
	(void)dup2(ends[0], STDIN_FILENO);
	(void)close(ends[0]);
	(void)close(ends[1]);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)signal(SIGXFSZ, SIG_DFL);
	(void)setenv("LESS", "FRX", 0);
	(void)setenv("LV", "-c", 0);
	(void)execl("/bin/sh", "sh", "-c", pager, (char *)NULL);
	_exit(NOT_RUN + 1);
}

/* Whoever has seen enough leaves: that is no mistake. */
static void feed(int fd, const struct pager *p)
{
	const char *at = p->text;
	size_t left = p->len;

	while (left) {
		ssize_t n = write(fd, at, left);

		if (n < 0 && errno != EINTR)
			break;
		at += n > 0 ? n : 0;
		left -= n > 0 ? (size_t)n : 0;
	}
	(void)close(fd);
}

static bool wait_for(pid_t pid)
{
	int status = 0;

	if (waitpid(pid, &status, 0) != pid)
		return false;
	return !WIFEXITED(status) || WEXITSTATUS(status) < NOT_RUN;
}

/* False: it could not be run, and nothing was shown.  Keys such as Ctrl-C are meant for
 * it, not for us, as long as it runs. */
static bool run(const char *pager, const struct pager *p)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, old_int, old_quit;
	int ends[2];
	bool shown = false;
	pid_t pid;

	if (pipe(ends) != 0)
		return false;
	pid = fork();
	if (pid == 0)
		become(pager, ends);
	(void)close(ends[0]);
	(void)sigaction(SIGINT, &ignore, &old_int);
	(void)sigaction(SIGQUIT, &ignore, &old_quit);
	if (pid > 0) {
		feed(ends[1], p);
		shown = wait_for(pid);
	} else {
		(void)close(ends[1]);
	}
	(void)sigaction(SIGINT, &old_int, NULL);
	(void)sigaction(SIGQUIT, &old_quit, NULL);
	return shown;
}

void pager_close(struct pager *p, struct context *ctx)
{
	_cleanup_(strbuf_release) struct strbuf pager = STRBUF_INIT;

	if (!p->kept)
		return;
	ctx->out = stdout;
	if (fclose(p->kept) == 0 &&
		(fits(p) || !choose(&pager, ctx) || fflush(NULL) != 0 || !run(pager.buf, p)))
		(void)fwrite(p->text, 1, p->len, stdout);
	free(p->text);
	*p = (struct pager)PAGER_INIT;
}
