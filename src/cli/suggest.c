/* SPDX-License-Identifier: MIT */
#include "suggest.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"

/* Longer words are no typing mistakes of ours. */
enum { WORD_MAX = 32 };

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Single-letter edits and swaps of neighbours that turn a into b; both at most
 * WORD_MAX bytes. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b);
	size_t d[WORD_MAX + 1][WORD_MAX + 1];

	for (size_t i = 0; i <= la; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= lb; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= la; i++) {
		for (size_t j = 1; j <= lb; j++) {
			bool same = a[i - 1] == b[j - 1];

			d[i][j] =
				least(d[i - 1][j - 1] + !same, least(d[i - 1][j], d[i][j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[la][lb];
}

void suggest(struct suggestion *s, const char *known)
{
	size_t typed = strlen(s->typed), distance;

	if (typed < 2 || typed > WORD_MAX || strlen(known) > WORD_MAX)
		return;
	distance = text_starts_with(known, s->typed) ? 0 : edit_distance(s->typed, known);
	if (distance > (typed < 5 ? 1 : 2) || (s->best && distance >= s->distance))
		return;
	s->best = known;
	s->distance = distance;
}
