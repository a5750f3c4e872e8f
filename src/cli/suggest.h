/* SPDX-License-Identifier: MIT */
#ifndef CLI_SUGGEST_H
#define CLI_SUGGEST_H

#include <stddef.h>

/*
 * "Did you mean": offer every known word, then look at best.
 *
 *	struct suggestion s = SUGGESTION_INIT("shwo");
 *	suggest(&s, "show");
 *	if (s.best) ...
 */
struct suggestion {
	const char *typed;
	const char *best; /* NULL: nothing is close; borrowed from what was offered */
	size_t distance;
};

#define SUGGESTION_INIT(word)   \
	{                       \
		.typed = (word) \
	}

void suggest(struct suggestion *s, const char *known);

#endif
