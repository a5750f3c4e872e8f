/* SPDX-License-Identifier: MIT */
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cli/context.h"

/* The other screen, no cursor, and nothing goes on on the next line. */
static const char enter[] = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[H\x1b[2J";
static const char leave[] = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";

static struct termios before, during;
static volatile sig_atomic_t wanted, taken;
static int wake[2] = { -1, -1 };
static struct strbuf shown = STRBUF_INIT; /* what stands there */

/* --- what signal handlers do: nothing but what is safe there -------------------------------- */

static bool write_all(const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(STDOUT_FILENO, data, len);

		if (n < 0 && errno == EAGAIN) {
			struct pollfd room = { .fd = STDOUT_FILENO, .events = POLLOUT };

			(void)poll(&room, 1, 1000);
		} else if (n < 0 && errno != EINTR) {
			return false;
		}
		data += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return true;
}

static void set_modes(const struct termios *modes)
{
	while (tcsetattr(STDOUT_FILENO, TCSANOW, modes) != 0 && errno == EINTR)
		continue;
}

static bool is_ours(void)
{
	return tcgetpgrp(STDOUT_FILENO) == getpgrp();
}

/* Whoever has the terminal now has set it up as he needs it. */
static void give_back(void)
{
	if (!taken)
		return;
	if (is_ours())
		set_modes(&before);
	(void)write_all(leave, sizeof leave - 1);
	taken = 0;
}

static void take(void)
{
	set_modes(&during);
	(void)write_all(enter, sizeof enter - 1);
	taken = 1;
}

static void ask_for_drawing(void)
{
	if (write(wake[1], "", 1) < 0)
		return; /* full: it is asked for already */
}

/* One that came just as it was stopped: no further stop on the way out. */
static void on_end(int number)
{
	(void)signal(SIGTTOU, SIG_IGN);
	give_back();
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

static void on_size(int number)
{
	int saved = errno;

	(void)number;
	ask_for_drawing();
	errno = saved;
}

static void on_stop(int number);

static void call_on(int number, void (*handler)(int), int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags }, old;

	(void)sigemptyset(&action.sa_mask);
	if (sigaction(number, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
		(void)sigaction(number, &action, NULL);
}

static void on_stop(int number)
{
	int saved = errno;
	sigset_t set, old;

	give_back();
	(void)signal(number, SIG_DFL);
	(void)raise(number);
	(void)sigemptyset(&set);
	(void)sigaddset(&set, number);
	(void)sigprocmask(SIG_UNBLOCK, &set, &old); /* here it stops */
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	call_on(number, on_stop, SA_RESTART);
	errno = saved;
}

/* After any stop; the shell has used the terminal.  Who goes on in the background gets
 * another one when it is its turn. */
static void on_continue(int number)
{
	int saved = errno;

	(void)number;
	if (wanted && is_ours()) {
		take();
		ask_for_drawing();
	}
	errno = saved;
}

/* --- catching them -------------------------------------------------------------------------- */

static void catch_all(void)
{
	static const int ends[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGSEGV, SIGBUS, SIGFPE,
		SIGILL, SIGABRT, SIGALRM, SIGXCPU };

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		call_on(ends[i], on_end, SA_ONSTACK);
	call_on(SIGTSTP, on_stop, SA_RESTART);
	call_on(SIGCONT, on_continue, SA_RESTART);
	call_on(SIGWINCH, on_size, SA_RESTART);
}

/* A crash may be for want of stack. */
static void provide_stack(void)
{
	static char memory[64 * 1024];
	const stack_t stack = { .ss_sp = memory, .ss_size = sizeof memory };

	(void)sigaltstack(&stack, NULL);
}

bool terminal_can_be_taken(void)
{
	const char *term = context_env("TERM");
	struct termios modes;

	return isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0 && is_ours() &&
	       tcgetattr(STDOUT_FILENO, &modes) == 0;
}

bool terminal_take(void)
{
	if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0 || tcgetattr(STDOUT_FILENO, &before) != 0)
		return false;
	during = before;
	during.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	during.c_cc[VMIN] = 1;
	during.c_cc[VTIME] = 0;
	provide_stack();
	mem_before_exhaustion(give_back);
	catch_all();
	wanted = 1;
	take();
	return true;
}

void terminal_give_back(void)
{
	wanted = 0;
	give_back();
	strbuf_release(&shown);
}

/* --- drawing --------------------------------------------------------------------------------- */

void terminal_size(int *columns, int *lines)
{
	struct winsize size = { 0 };

	(void)ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	*columns = size.ws_col ? size.ws_col : 80;
	*lines = size.ws_row ? size.ws_row : 24;
}

int terminal_fd(void)
{
	return wake[0];
}

void terminal_refresh(void)
{
	char bytes[64];

	while (read(wake[0], bytes, sizeof bytes) > 0)
		continue;
	strbuf_reset(&shown);
}

/* The next line of both; *rest NULL: there are no more. */
static size_t next_line(const char **line, const char **rest)
{
	const char *end;

	*line = *rest;
	if (!*rest)
		return 0;
	end = *rest + strcspn(*rest, "\n");
	*rest = *end ? end + 1 : NULL;
	return (size_t)(end - *line);
}

bool terminal_draw(const struct strbuf *frame)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	const char *rest = frame->buf, *was = shown.len ? shown.buf : NULL;
	int number = 1;

	if (!taken || !is_ours())
		return true;
	if (!was)
		strbuf_addstr(&out, "\x1b[2J");
	for (; rest; number++) {
		const char *line, *old;
		size_t len = next_line(&line, &rest), old_len = next_line(&old, &was);

		if (old && len == old_len && memcmp(line, old, len) == 0)
			continue;
		strbuf_addf(&out, "\x1b[%d;1H\x1b[2K%.*s", number, (int)len, line);
	}
	if (was)
		strbuf_addf(&out, "\x1b[%d;1H\x1b[J", number);
	strbuf_reset(&shown);
	strbuf_add(&shown, frame->buf, frame->len);
	return write_all(out.buf, out.len);
}
