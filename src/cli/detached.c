/* SPDX-License-Identifier: MIT */
#include "detached.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"

/* A pipe that takes a usual answer whole: the child ends without waiting for a reader. */
enum { FILES_MAX = 256, PIPE_SIZE = 1024 * 1024 };

/* --- the child ------------------------------------------------------------------- */

/* Nobody waits for a file that a process without end holds open, or for a lock. */
static void let_go(int keep)
{
	int null = open("/dev/null", O_RDWR);

	(void)setsid();
	for (int fd = 0; null >= 0 && fd < 3; fd++)
		(void)dup2(null, fd);
	for (int fd = 3; fd < FILES_MAX; fd++)
		if (fd != keep)
			(void)close(fd);
}

static bool write_all(int fd, const void *data, size_t len)
{
	const char *at = data;

	while (len) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

/* The answer, and its length in front, so that a part of one is not taken for all. */
_Noreturn static void run(int fd, void (*work)(struct strbuf *answer, void *ctx), void *ctx)
{
	_cleanup_(strbuf_release) struct strbuf answer = STRBUF_INIT;
	uint64_t len;

	let_go(fd);
	work(&answer, ctx);
	len = answer.len;
	if (write_all(fd, &len, sizeof len))
		(void)write_all(fd, answer.buf, answer.len);
	_exit(0);
}

bool detached_start(struct detached *d, void (*work)(struct strbuf *answer, void *ctx), void *ctx)
{
	int ends[2];
	pid_t pid;

	(void)fflush(NULL);
	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
#ifdef F_SETPIPE_SZ
	(void)fcntl(ends[1], F_SETPIPE_SZ, PIPE_SIZE);
#endif
	pid = fork();
	if (pid == 0)
		run(ends[1], work, ctx);
	(void)close(ends[1]);
	if (pid < 0) {
		(void)close(ends[0]);
		return false;
	}
	/* Where both are on one processor, the child has the longer way. */
	(void)sched_yield();
	*d = (struct detached){ pid, ends[0] };
	return true;
}

/* --- the parent -------------------------------------------------------------------- */

static int64_t clock_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Something to read, or the end of it; false when time is up. */
static bool wait_for(int fd, int64_t until)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	int64_t left;

	do {
		left = until - clock_ms();
		if (poll(&wait, 1, left > 0 ? (int)left : 0) > 0)
			return true;
	} while (errno == EINTR && left > 0);
	return false;
}

static bool read_all(int fd, void *to, size_t len, int64_t until)
{
	char *at = to;

	while (len) {
		ssize_t n = wait_for(fd, until) ? read(fd, at, len) : -1;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

static bool read_answer(int fd, struct strbuf *out, int64_t until)
{
	uint64_t len;

	if (!read_all(fd, &len, sizeof len, until))
		return false;
	strbuf_grow(out, len);
	if (!read_all(fd, out->buf + out->len, len, until)) {
		out->buf[out->len] = '\0';
		return false;
	}
	out->len += len;
	out->buf[out->len] = '\0';
	return true;
}

/* One that hangs is left alone: it ends by itself. */
bool detached_finish(struct detached *d, struct strbuf *out, int wait_ms)
{
	bool answered = read_answer(d->fd, out, clock_ms() + wait_ms);

	(void)close(d->fd);
	(void)waitpid(d->pid, NULL, answered ? 0 : WNOHANG);
	*d = (struct detached)DETACHED_INIT;
	return answered;
}
