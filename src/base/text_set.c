/* SPDX-License-Identifier: MIT */
#include "base/text_set.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"

#define uthash_fatal(msg) mem_exhausted()
#define HASH_FUNCTION(key, len, hash) (hash) = (unsigned int)text_hash(key, len, 0)
#include <uthash.h>

struct text_set_node {
	char *text;
	UT_hash_handle hh;
};

bool text_set_has(const struct text_set *set, const char *text, size_t len)
{
	struct text_set_node *node;

	HASH_FIND(hh, set->nodes, text, len, node);
	return node;
}

bool text_set_add(struct text_set *set, const char *text, size_t len)
{
	struct text_set_node *node;

	if (text_set_has(set, text, len))
		return false;
	node = xcalloc(1, sizeof *node);
	node->text = xstrndup(text, len);
	HASH_ADD_KEYPTR(hh, set->nodes, node->text, len, node);
	return true;
}

void text_set_release(struct text_set *set)
{
	struct text_set_node *node, *next;

	HASH_ITER (hh, set->nodes, node, next) {
		HASH_DEL(set->nodes, node);
		free(node->text);
		free(node);
	}
}
