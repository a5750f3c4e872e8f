/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK_SIZE = 16 * 1024 };

struct arena_block {
	struct arena_block *next;
	size_t size;
	max_align_t data[];
};

static void add_block(struct arena *arena, size_t at_least)
{
	size_t size = at_least > BLOCK_SIZE ? at_least : BLOCK_SIZE;
	struct arena_block *block = xmalloc(sizeof *block + size);

	block->next = arena->head;
	block->size = size;
	arena->head = block;
	arena->used = 0;
}

static void *take(struct arena *arena, size_t size)
{
	void *p;

	if (!arena->head || arena->head->size - arena->used < size)
		add_block(arena, size);
	p = (char *)arena->head->data + arena->used;
	arena->used += size;
	return p;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	size_t mask = _Alignof(max_align_t) - 1;

	arena->used = (arena->used + mask) & ~mask;
	if (arena->head && arena->used > arena->head->size)
		arena->used = arena->head->size;
	return take(arena, size);
}

char *arena_strndup(struct arena *arena, const char *text, size_t len)
{
	char *copy = take(arena, len + 1);

	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return arena_strndup(arena, text, strlen(text));
}

void arena_reset(struct arena *arena)
{
	while (arena->head && arena->head->next) {
		struct arena_block *old = arena->head;

		arena->head = old->next;
		free(old);
	}
	arena->used = 0;
}

void arena_release(struct arena *arena)
{
	while (arena->head) {
		struct arena_block *old = arena->head;

		arena->head = old->next;
		free(old);
	}
	arena->used = 0;
}
