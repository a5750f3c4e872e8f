/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/text.h"
#include "base/trace.h"

static int64_t monotonic_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* 1 ms doubling to 64 ms, each with up to half of it in random addition, so
 * that waiting processes do not march in step. */
static void pause_for(int attempt)
{
	long ms = 1L << (attempt < 6 ? attempt : 6);
	unsigned int jitter = 0;
	struct tt_error ignored;
	struct timespec nap;

	(void)fs_random(&jitter, sizeof jitter, &ignored);
	ms += (long)(jitter % (unsigned int)(ms / 2 + 1));
	nap = (struct timespec){ 0, ms * 1000000 };
	(void)nanosleep(&nap, NULL);
}

static enum tt_code wait_for(int fd, int wait_ms, const char *visible, struct tt_error *err)
{
	int64_t end = monotonic_ms() + wait_ms;

	for (int attempt = 0;; attempt++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return TT_OK;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return tt_fail_errno(err, "cannot lock '%s'", visible);
		if (monotonic_ms() >= end)
			return tt_fail(err, TT_EBUSY,
				"'%s' is locked by another process; try again when it has finished",
				visible);
		pause_for(attempt);
	}
}

enum tt_code fs_lock(int *out, int dirfd, const char *name, int wait_ms, mode_t mode,
	const char *shown, struct tt_error *err)
{
	_autofree_ char *visible = text_visible(shown);
	/* Read and write: over NFS, flock becomes a byte-range lock, which wants both. */
	_autoclose_ int fd =
		openat(dirfd, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, mode);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		return tt_fail_errno(err, "cannot open the lock '%s'", visible);
	if (!S_ISREG(st.st_mode))
		return tt_fail(err, TT_EINPUT, "the lock '%s' is not a regular file", visible);
	if (wait_for(fd, wait_ms, visible, err) != TT_OK)
		return err->code;
	trace("locked '%s'", shown);
	*out = fd;
	fd = -1;
	return TT_OK;
}

void fs_unlock(int *lock)
{
	if (*lock >= 0)
		(void)close(*lock);
	*lock = -1;
}

/* /dev/urandom rather than getrandom(2): the same on every Unix. */
enum tt_code fs_random(void *out, size_t len, struct tt_error *err)
{
	_autoclose_ int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
	char *to = out;

	if (fd < 0)
		return tt_fail_errno(err, "cannot open '/dev/urandom'");
	while (len) {
		ssize_t n = read(fd, to, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return tt_fail_errno(err, "cannot read '/dev/urandom'");
		to += n;
		len -= (size_t)n;
	}
	return TT_OK;
}
