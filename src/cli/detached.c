/* SPDX-License-Identifier: MIT */
#include "detached.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"

/* A pipe that takes a usual answer whole: the child ends without waiting for a reader. */
enum { FILES_MAX = 256, PIPE_SIZE = 1024 * 1024, PIECE = 256 * 1024 };

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

/* One piece more; false at the end, or when time is up (*in_time). */
static bool read_piece(int fd, struct strbuf *into, int64_t until, bool *in_time)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	int64_t left = until - clock_ms();
	ssize_t n;

	*in_time = poll(&wait, 1, left > 0 ? (int)left : 0) > 0;
	if (!*in_time)
		return errno == EINTR && left > 0;
	strbuf_grow(into, PIECE);
	n = read(fd, into->buf + into->len, PIECE);
	if (n <= 0)
		return false;
	into->len += (size_t)n;
	into->buf[into->len] = '\0';
	return true;
}

bool detached_finish(struct detached *d, struct strbuf *out, int wait_ms)
{
	_cleanup_(strbuf_release) struct strbuf answer = STRBUF_INIT;
	int64_t until = clock_ms() + wait_ms;
	bool in_time = false;
	uint64_t len = 0;

	errno = 0;
	while (read_piece(d->fd, &answer, until, &in_time))
		continue;
	(void)close(d->fd);
	if (in_time)
		(void)waitpid(d->pid, NULL, 0);
	*d = (struct detached)DETACHED_INIT;
	if (answer.len >= sizeof len)
		memcpy(&len, answer.buf, sizeof len);
	if (!in_time || answer.len < sizeof len || answer.len - sizeof len != len)
		return false;
	strbuf_add(out, answer.buf + sizeof len, len);
	return true;
}
