/* SPDX-License-Identifier: MIT */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/*
 * Allocation that does not fail: out of memory ends the process with one line
 * on standard error and exit status 70.  That is safe at any point because
 * every write of ours is atomic and every lock dies with its process.
 *
 * Memory that a library hands out (cJSON, libgit2, SQLite, libpq) is still
 * checked where it is received.
 */
void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t size);
/* count * size, refusing overflow. */
void *xreallocarray(void *old, size_t count, size_t size);
char *xstrdup(const char *text);
char *xstrndup(const char *text, size_t len);
__attribute__((format(printf, 1, 2))) char *xasprintf(const char *fmt, ...);

/* What xmalloc does when memory is gone, for callers of libraries. */
_Noreturn void mem_exhausted(void);
/* What it does first: for whoever changed something that outlives the process. */
void mem_before_exhaustion(void (*fn)(void));

#endif
