/* SPDX-License-Identifier: MIT */
/*
 * Preloaded: time passes $FAST times as fast for whoever waits by poll() and reads the
 * clocks that only run forward.  A day of a program that mostly waits takes minutes.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

static int64_t factor(void)
{
	static int64_t known;
	const char *text = getenv("FAST");

	if (!known)
		known = text ? strtol(text, NULL, 10) : 1;
	return known;
}

typedef int (*clock_fn)(clockid_t clock, struct timespec *out);

int clock_gettime(clockid_t clock, struct timespec *out)
{
	static clock_fn real;
	int64_t ms;
	int rc;

	if (!real)
		real = (clock_fn)dlsym(RTLD_NEXT, "clock_gettime");
	rc = real(clock, out);
	if (rc != 0 || (clock != CLOCK_MONOTONIC && clock != CLOCK_BOOTTIME))
		return rc;
	ms = ((int64_t)out->tv_sec * 1000000 + out->tv_nsec / 1000) * factor() / 1000;
	out->tv_sec = ms / 1000;
	out->tv_nsec = ms % 1000 * 1000000;
	return 0;
}

int poll(struct pollfd *fds, nfds_t count, int timeout)
{
	int64_t ns = (int64_t)timeout * 1000000 / factor();
	const struct timespec wait = { ns / 1000000000, ns % 1000000000 };

	return ppoll(fds, count, timeout < 0 ? NULL : &wait, NULL);
}

int __poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t size);

int __poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t size)
{
	(void)size;
	return poll(fds, count, timeout);
}
