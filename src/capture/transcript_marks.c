/* SPDX-License-Identifier: MIT */
#include "transcript_marks.h"

#include <stdbool.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

static bool is_mark(const char *p)
{
	return memcmp(p, "\"usage\"", TRANSCRIPT_MARK) == 0 ||
	       memcmp(p, "-state\"", TRANSCRIPT_MARK) == 0;
}

static const char *next_mark_plain(const char *p, const char *end, int64_t *newlines)
{
	for (; p < end; p++) {
		if (*p == '\n')
			++*newlines;
		else if (end - p >= TRANSCRIPT_MARK && is_mark(p))
			return p;
	}
	return end;
}

#ifdef __SSE2__
/* 16 places at once.  Both marks end in a quote, and differ from nearly all other
 * text in their first two bytes. */
enum { STEP = 16 };

static inline __m128i load(const char *p)
{
	return _mm_loadu_si128((const __m128i *)p);
}

static inline __m128i equal(__m128i bytes, char c)
{
	return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
}

static inline unsigned int candidates(const char *p, __m128i first)
{
	__m128i second = load(p + 1), last = load(p + TRANSCRIPT_MARK - 1);
	__m128i usage = _mm_and_si128(equal(first, '"'), equal(second, 'u'));
	__m128i state = _mm_and_si128(equal(first, '-'), equal(second, 's'));

	return (unsigned int)_mm_movemask_epi8(
		_mm_and_si128(_mm_or_si128(usage, state), equal(last, '"')));
}

const char *transcript_next_mark(const char *p, const char *end, int64_t *newlines)
{
	while (end - p >= STEP + TRANSCRIPT_MARK) {
		__m128i first = load(p);
		unsigned int found = candidates(p, first);
		unsigned int lines = (unsigned int)_mm_movemask_epi8(equal(first, '\n'));

		for (; found; found &= found - 1) {
			unsigned int at = (unsigned int)__builtin_ctz(found);

			if (!is_mark(p + at))
				continue;
			*newlines += __builtin_popcount(lines & ((1U << at) - 1));
			return p + at;
		}
		if (lines)
			*newlines += __builtin_popcount(lines);
		p += STEP;
	}
	return next_mark_plain(p, end, newlines);
}
#else
const char *transcript_next_mark(const char *p, const char *end, int64_t *newlines)
{
	return next_mark_plain(p, end, newlines);
}
#endif
