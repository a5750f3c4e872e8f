/* SPDX-License-Identifier: MIT */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

/*
 * Memory for the many small strings of decoded records: taken piece by piece,
 * given back all at once.  A record whose strings lie in an arena borrows
 * them; whoever owns the arena decides how long they live.
 *
 *	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
 *	...decode into it...
 *	arena_reset(&arena);	// one record later: same memory again
 */
struct arena_block;
struct arena {
	struct arena_block *head;
	size_t used;
};

#define ARENA_INIT \
	{          \
		0  \
	}

void *arena_alloc(struct arena *arena, size_t size); /* aligned for any type */
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t len);
void arena_reset(struct arena *arena);	 /* forget everything, keep one block */
void arena_release(struct arena *arena); /* free everything */

#endif
