/* SPDX-License-Identifier: MIT */
#ifndef BASE_TEXT_CACHE_H
#define BASE_TEXT_CACHE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * What was looked up last for a text that comes again and again at the same address:
 * spares hashing it.  Memory may be reused, so the value's own copy of the text is
 * compared: a hit is always right.
 *
 *	node = text_cache_get(&cache, text);
 *	if (!node) {
 *		node = ...look it up...;
 *		text_cache_put(&cache, text, node->text, node);
 *	}
 */
enum { TEXT_CACHE_SLOTS = 512 };

struct text_cache {
	struct {
		const char *at, *own;
		void *value;
	} slots[TEXT_CACHE_SLOTS];
};

static inline size_t text_cache_slot(const char *text)
{
	return (size_t)((uintptr_t)text * UINT64_C(0x9e3779b97f4a7c15) >> 55);
}

static inline void *text_cache_get(const struct text_cache *cache, const char *text)
{
	size_t slot = text_cache_slot(text);

	if (cache->slots[slot].at != text || strcmp(cache->slots[slot].own, text) != 0)
		return NULL;
	return cache->slots[slot].value;
}

/* own: the value's copy of the text, which lives as long as the cache. */
static inline void text_cache_put(
	struct text_cache *cache, const char *text, const char *own, void *value)
{
	size_t slot = text_cache_slot(text);

	cache->slots[slot].at = text;
	cache->slots[slot].own = own;
	cache->slots[slot].value = value;
}

#endif
