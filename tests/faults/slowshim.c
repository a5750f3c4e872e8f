/* SPDX-License-Identifier: MIT */
/*
 * Preloaded: whoever opens the directory $SLOW_DIR hangs until the file $SLOW_DIR.go
 * exists, as one does whose server of files is away.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void hang(const char *path)
{
	const char *slow = getenv("SLOW_DIR");
	char go[4096];

	if (!slow || strcmp(path, slow) != 0)
		return;
	(void)snprintf(go, sizeof go, "%s.go", slow);
	while (access(go, F_OK) != 0)
		(void)usleep(10000);
}

typedef int (*open_fn)(const char *path, int flags, ...);

int open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list ap;

	va_start(ap, flags);
	if (flags & O_CREAT)
		mode = va_arg(ap, mode_t);
	va_end(ap);
	hang(path);
	return ((open_fn)dlsym(RTLD_NEXT, "open"))(path, flags, mode);
}

int __open_2(const char *path, int flags);

int __open_2(const char *path, int flags)
{
	return open(path, flags);
}
