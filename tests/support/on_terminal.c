/* SPDX-License-Identifier: MIT */
/*
 * A command on a terminal of its own, as a shell would run it:
 *
 *	on_terminal LINES COLUMNS STEP... -- COMMAND...
 *
 *	wait:TEXT	until the terminal was sent TEXT, or for a minute
 *	type:KEYS
 *	kill:NUMBER	the signal, to the command
 *	stopped		until the command is stopped
 *	continue	in the foreground
 *	background	it is left alone while the "shell" has the terminal
 *	size:LxC	the terminal is resized
 *	run:SHELL	a command of the shell
 *
 * Then the command is to end.  Everything that the terminal was sent goes to standard
 * output; how the command ended, and whether the terminal's modes were as before whenever
 * it was stopped or had ended, to standard error: "exit 0", "signal 15", "modes as before".
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/strbuf.h"

enum { PATIENCE_S = 60, FAILED = 99 };

static int master = -1, orders[2], news[2];
static pid_t command_pid;
static struct strbuf sent = STRBUF_INIT; /* to the terminal */
static size_t seen;			 /* of it, by wait: */
static struct termios before;
static bool ended;

_Noreturn static void die(const char *what)
{
	(void)fprintf(stderr, "on_terminal: %s\n", what);
	if (command_pid > 0)
		(void)kill(command_pid, SIGKILL);
	exit(FAILED);
}

/* --- the session's leader ------------------------------------------------------- */

/* What happened to the command: 'p' and its number, 's' stopped, 'e' ended. */
struct piece {
	char what;
	int value;
};

static void tell(char what, int value)
{
	const struct piece piece = { what, value };

	if (write(news[1], &piece, sizeof piece) != sizeof piece)
		_exit(FAILED);
}

_Noreturn static void run_command(char **argv)
{
	(void)setpgid(0, 0);
	(void)tcsetpgrp(0, getpgrp());
	(void)signal(SIGTTOU, SIG_DFL);
	(void)signal(SIGHUP, SIG_DFL);
	(void)signal(SIGINT, SIG_DFL); /* a shell's background ignores these two */
	(void)signal(SIGQUIT, SIG_DFL);
	(void)close(orders[0]);
	(void)close(news[1]);
	(void)execvp(argv[0], argv);
	_exit(127);
}

_Noreturn static void lead(const char *name, char **argv)
{
	int fd, status;
	pid_t pid;
	char order;

	(void)setsid();
	(void)signal(SIGTTOU, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
	fd = open(name, O_RDWR);
	if (fd < 0 || ioctl(fd, TIOCSCTTY, 0) != 0)
		_exit(FAILED);
	for (int i = 0; i < 3; i++)
		(void)dup2(fd, i);
	pid = fork();
	if (pid == 0)
		run_command(argv);
	(void)setpgid(pid, pid);
	(void)tcsetpgrp(0, pid);
	tell('p', pid);
	while (waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status)) {
		(void)tcsetpgrp(0, getpgrp());
		tell('s', 0);
		if (read(orders[0], &order, 1) != 1)
			break;
		if (order != 'c')
			continue;
		(void)tcsetpgrp(0, pid);
		(void)kill(-pid, SIGCONT);
	}
	tell('e', status);
	/* The terminal stays while it is looked at. */
	_exit(read(orders[0], &order, 1) == 1);
}

/* --- looking on --------------------------------------------------------------------- */

static void check_modes(void)
{
	struct termios now = before;

	(void)tcgetattr(master, &now);
	(void)fprintf(stderr, "modes %s\n",
		now.c_iflag == before.c_iflag && now.c_oflag == before.c_oflag &&
				now.c_lflag == before.c_lflag &&
				memcmp(now.c_cc, before.c_cc, sizeof now.c_cc) == 0
			? "as before"
			: "changed");
}

static void take_output(void)
{
	char data[4096];
	ssize_t n = read(master, data, sizeof data);

	if (n > 0)
		strbuf_add(&sent, data, (size_t)n);
}

static void take_news(char *what)
{
	struct piece piece;

	if (read(news[0], &piece, sizeof piece) != sizeof piece)
		die("its leader is gone");
	*what = piece.what;
	if (piece.what == 'p')
		command_pid = piece.value;
	if (piece.what != 'e')
		return;
	ended = true;
	if (WIFSIGNALED(piece.value))
		(void)fprintf(stderr, "signal %d\n", WTERMSIG(piece.value));
	else
		(void)fprintf(stderr, "exit %d\n", WEXITSTATUS(piece.value));
}

/* Until the text was sent, or this news came. */
static void wait_until(const char *text, char wanted)
{
	time_t end = time(NULL) + PATIENCE_S;
	char what = 0;

	for (;;) {
		struct pollfd fds[2] = { { .fd = master, .events = POLLIN },
			{ .fd = news[0], .events = POLLIN } };
		const char *found = text ? strstr(sent.buf + seen, text) : NULL;

		if (found) {
			seen = (size_t)(found - sent.buf) + strlen(text);
			return;
		}
		if (time(NULL) > end || (text && ended))
			die(text ? text : "nothing happens");
		(void)poll(fds, 2, 1000);
		if (fds[0].revents & POLLIN)
			take_output();
		else if (fds[1].revents)
			take_news(&what);
		if (wanted && what == wanted)
			return;
	}
}

static void set_size(int lines, int columns)
{
	const struct winsize size = { .ws_row = (unsigned short)lines,
		.ws_col = (unsigned short)columns };

	(void)ioctl(master, TIOCSWINSZ, &size);
}

static void do_step(const char *step)
{
	const char *value = strchr(step, ':');

	value = value ? value + 1 : "";
	if (strncmp(step, "wait:", 5) == 0) {
		wait_until(value, 0);
	} else if (strncmp(step, "type:", 5) == 0) {
		if (write(master, value, strlen(value)) < 0)
			die("cannot type");
	} else if (strncmp(step, "kill:", 5) == 0) {
		(void)kill(command_pid, (int)strtol(value, NULL, 10));
	} else if (strcmp(step, "stopped") == 0) {
		wait_until(NULL, 's');
		check_modes();
	} else if (strcmp(step, "continue") == 0 || strcmp(step, "background") == 0) {
		if (write(orders[1], step, 1) != 1)
			die("its leader is gone");
	} else if (strncmp(step, "size:", 5) == 0) {
		char *columns;
		long lines = strtol(value, &columns, 10);

		set_size((int)lines, (int)strtol(columns + 1, NULL, 10));
	} else if (strncmp(step, "run:", 4) == 0) {
		if (system(value) != 0) /* NOLINT: a test's own command */
			die(value);
	} else {
		die(step);
	}
}

static void open_terminal(char **argv, char **command)
{
	const char *name;

	master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0 || pipe(orders) != 0 ||
		pipe(news) != 0)
		die("there is no terminal to be had");
	name = ptsname(master);
	(void)tcgetattr(master, &before);
	set_size((int)strtol(argv[1], NULL, 10), (int)strtol(argv[2], NULL, 10));
	if (fork() == 0) {
		(void)close(orders[1]);
		(void)close(news[0]);
		lead(name, command);
	}
	(void)close(orders[0]);
	(void)close(news[1]);
	wait_until(NULL, 'p');
}

int main(int argc, char **argv)
{
	int command = 3;

	while (command < argc && strcmp(argv[command], "--") != 0)
		command++;
	if (command + 1 >= argc)
		die("LINES COLUMNS STEP... -- COMMAND...");
	open_terminal(argv, argv + command + 1);
	for (int i = 3; i < command; i++)
		do_step(argv[i]);
	if (!ended)
		wait_until(NULL, 'e');
	while (poll(&(struct pollfd){ .fd = master, .events = POLLIN }, 1, 100) > 0)
		take_output();
	check_modes();
	(void)fwrite(sent.buf, 1, sent.len, stdout);
	strbuf_release(&sent);
	return 0;
}
