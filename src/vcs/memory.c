/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "internal.h"

/*
 * libgit2 1.5 tells of exhausted memory nearly everywhere, and crashes where it
 * does not: reading a configuration with one allocation failing is enough.  So
 * it allocates as we do, which ends the process in good order.  Later versions
 * have another structure for this; they keep their own way.
 */
#if LIBGIT2_VER_MAJOR == 1 && LIBGIT2_VER_MINOR <= 5

#include <git2/sys/alloc.h>

static void *take(size_t size, const char *file, int line)
{
	(void)file, (void)line;
	return xmalloc(size);
}

static void *take_zeroed(size_t count, size_t size, const char *file, int line)
{
	(void)file, (void)line;
	return xcalloc(count, size);
}

static char *copy(const char *text, const char *file, int line)
{
	(void)file, (void)line;
	return xstrdup(text);
}

static char *copy_most(const char *text, size_t len, const char *file, int line)
{
	(void)file, (void)line;
	return xstrndup(text, len);
}

static char *copy_exactly(const char *text, size_t len, const char *file, int line)
{
	char *made = xmalloc(len + 1);

	(void)file, (void)line;
	memcpy(made, text, len);
	made[len] = '\0';
	return made;
}

static void *resize(void *old, size_t size, const char *file, int line)
{
	(void)file, (void)line;
	return xrealloc(old, size);
}

static void *resize_array(void *old, size_t count, size_t size, const char *file, int line)
{
	(void)file, (void)line;
	return xreallocarray(old, count, size);
}

static void *take_array(size_t count, size_t size, const char *file, int line)
{
	(void)file, (void)line;
	return xreallocarray(NULL, count, size);
}

void vcs_use_own_memory(void)
{
	static git_allocator own = {
		.gmalloc = take,
		.gcalloc = take_zeroed,
		.gstrdup = copy,
		.gstrndup = copy_most,
		.gsubstrdup = copy_exactly,
		.grealloc = resize,
		.greallocarray = resize_array,
		.gmallocarray = take_array,
		.gfree = free,
	};

	(void)git_libgit2_opts(GIT_OPT_SET_ALLOCATOR, &own);
}

#else

void vcs_use_own_memory(void) {}

#endif
