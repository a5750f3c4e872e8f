/* SPDX-License-Identifier: MIT */
#ifndef BASE_TEXT_SET_H
#define BASE_TEXT_SET_H

#include <stdbool.h>
#include <stddef.h>

/* Texts, each once: to count what is distinct.  The set keeps copies of its own. */
struct text_set {
	struct text_set_node *nodes;
};

#define TEXT_SET_INIT \
	{             \
		0     \
	}

/* Whether it was not in there yet. */
bool text_set_add(struct text_set *set, const char *text, size_t len);
bool text_set_has(const struct text_set *set, const char *text, size_t len);
void text_set_release(struct text_set *set);

#endif
