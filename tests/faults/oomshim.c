/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * Preloaded, this makes allocations fail:
 *
 *	OOM_AT=k	the k-th malloc, calloc or realloc gives NULL
 *	OOM_FROM=k	every one from the k-th on
 *	OOM_COUNT=file	how many there were, written at exit
 */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

static long made, fail_at, fail_from;
static bool live;

static long number(const char *name)
{
	const char *text = getenv(name);

	return text ? strtol(text, NULL, 10) : 0;
}

__attribute__((constructor)) static void begin(void)
{
	fail_at = number("OOM_AT");
	fail_from = number("OOM_FROM");
	live = true;
}

__attribute__((destructor)) static void end(void)
{
	const char *file = getenv("OOM_COUNT");
	char text[32];
	int len, fd;

	live = false;
	if (!file)
		return;
	len = snprintf(text, sizeof text, "%ld\n", made);
	fd = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, text, (size_t)len) != len)
		_exit(99);
	(void)close(fd);
}

static bool fails(void)
{
	long n;

	if (!live)
		return false;
	n = __atomic_add_fetch(&made, 1, __ATOMIC_RELAXED);
	if (n != fail_at && (fail_from == 0 || n < fail_from))
		return false;
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}
