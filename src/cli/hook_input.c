/* SPDX-License-Identifier: MIT */
#include "hook_input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	INPUT_MAX = 16 * 1024 * 1024,
	INPUT_WAIT_MS = 1000,
	OUTPUT_MAX = 64 * 1024,
	CHUNK = 16 * 1024,
};

int64_t hook_clock_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Append what can be read now; false at the end. */
static bool read_some(struct strbuf *out, int fd)
{
	char buf[CHUNK];
	ssize_t n = read(fd, buf, sizeof buf);

	if (n > 0)
		strbuf_add(out, buf, (size_t)n);
	return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

enum tt_code hook_input_read(struct strbuf *out, struct tt_error *err)
{
	int64_t deadline = hook_clock_ms() + INPUT_WAIT_MS;

	while (out->len < INPUT_MAX) {
		struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
		int64_t left = deadline - hook_clock_ms();

		if (left <= 0 || (poll(&fd, 1, (int)left) <= 0 && errno != EINTR))
			return TT_OK;
		if (fd.revents && !read_some(out, STDIN_FILENO))
			return TT_OK;
	}
	return tt_fail(err, TT_EINPUT, "standard input is too long");
}

/* --- somebody else's command --------------------------------------------------------- */

struct child {
	pid_t pid;
	int in, out; /* our ends */
};

static void be_child(const char *command, const int in[2], const int out[2])
{
	int null = open("/dev/null", O_WRONLY);

	(void)setpgid(0, 0);
	(void)signal(SIGPIPE, SIG_DFL);
	if (dup2(in[0], STDIN_FILENO) >= 0 && dup2(out[1], STDOUT_FILENO) >= 0 &&
		dup2(null, STDERR_FILENO) >= 0)
		(void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static bool start(struct child *c, const char *command)
{
	int in[2], out[2];

	if (pipe2(in, O_CLOEXEC) != 0)
		return false;
	if (pipe2(out, O_CLOEXEC) != 0) {
		(void)close(in[0]);
		(void)close(in[1]);
		return false;
	}
	c->pid = fork();
	if (c->pid == 0)
		be_child(command, in, out);
	(void)close(in[0]);
	(void)close(out[1]);
	c->in = in[1];
	c->out = out[0];
	(void)fcntl(c->in, F_SETFL, O_NONBLOCK);
	(void)fcntl(c->out, F_SETFL, O_NONBLOCK);
	return c->pid > 0;
}

static void close_input(struct child *c)
{
	if (c->in >= 0)
		(void)close(c->in);
	c->in = -1;
}

/* One round: give it what it takes, take what it gives.  False when it has closed its
 * output. */
static bool exchange(struct child *c, struct strbuf *out, const struct strbuf *input,
	size_t *written, int wait_ms)
{
	struct pollfd fds[2] = { { .fd = c->out, .events = POLLIN },
		{ .fd = c->in, .events = POLLOUT } };

	if (poll(fds, c->in >= 0 ? 2 : 1, wait_ms) <= 0)
		return true;
	if (c->in >= 0 && fds[1].revents) {
		ssize_t n = write(c->in, input->buf + *written, input->len - *written);

		if (n > 0)
			*written += (size_t)n;
		if ((n < 0 && errno != EAGAIN) || *written == input->len)
			close_input(c);
	}
	return !fds[0].revents || read_some(out, c->out);
}

void hook_run_command(
	struct strbuf *out, const char *command, const struct strbuf *input, int wait_ms)
{
	int64_t deadline = hook_clock_ms() + wait_ms, left;
	struct child c = { .in = -1, .out = -1 };
	size_t written = 0, before = out->len;

	if (!start(&c, command))
		return;
	while ((left = deadline - hook_clock_ms()) > 0 && out->len - before < OUTPUT_MAX)
		if (!exchange(&c, out, input, &written, (int)left))
			break;
	close_input(&c);
	(void)close(c.out);
	if (waitpid(c.pid, NULL, WNOHANG) == 0) {
		(void)kill(-c.pid, SIGKILL);
		(void)kill(c.pid, SIGKILL);
		(void)waitpid(c.pid, NULL, 0);
	}
}
