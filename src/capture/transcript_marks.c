/* SPDX-License-Identifier: MIT */
#include "transcript_marks.h"

#include <stdbool.h>
#include <string.h>
#ifdef __x86_64__
#include <immintrin.h>
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

#ifdef __x86_64__
static bool has_mark(const char *p, uint32_t found)
{
	for (; found; found &= found - 1)
		if (is_mark(p + __builtin_ctz(found)))
			return true;
	return false;
}

/* Many places at once.  Both marks end in a quote, and differ from nearly all other
 * text in their first two bytes.  Returns where the plain search goes on: at a mark,
 * or close to the end. */
#define BYTES_EQUAL(bytes, c) _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c))

static const char *approach_16(const char *p, const char *end, int64_t *newlines)
{
	for (; end - p >= 16 + TRANSCRIPT_MARK; p += 16) {
		__m128i first = _mm_loadu_si128((const __m128i *)p);
		__m128i second = _mm_loadu_si128((const __m128i *)(p + 1));
		__m128i last = _mm_loadu_si128((const __m128i *)(p + TRANSCRIPT_MARK - 1));
		__m128i usage = _mm_and_si128(BYTES_EQUAL(first, '"'), BYTES_EQUAL(second, 'u'));
		__m128i state = _mm_and_si128(BYTES_EQUAL(first, '-'), BYTES_EQUAL(second, 's'));
		uint32_t found = (uint32_t)_mm_movemask_epi8(
			_mm_and_si128(_mm_or_si128(usage, state), BYTES_EQUAL(last, '"')));
		uint32_t lines;

		if (found && has_mark(p, found))
			return p;
		lines = (uint32_t)_mm_movemask_epi8(BYTES_EQUAL(first, '\n'));
		if (lines) /* there may be no instruction that counts bits */
			*newlines += __builtin_popcount(lines);
	}
	return p;
}

#define WIDE_EQUAL(bytes, c) _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(c))

__attribute__((target("avx2,popcnt"))) static const char *approach_32(
	const char *p, const char *end, int64_t *newlines)
{
	for (; end - p >= 32 + TRANSCRIPT_MARK; p += 32) {
		__m256i first = _mm256_loadu_si256((const __m256i *)p);
		__m256i second = _mm256_loadu_si256((const __m256i *)(p + 1));
		__m256i last = _mm256_loadu_si256((const __m256i *)(p + TRANSCRIPT_MARK - 1));
		__m256i usage = _mm256_and_si256(WIDE_EQUAL(first, '"'), WIDE_EQUAL(second, 'u'));
		__m256i state = _mm256_and_si256(WIDE_EQUAL(first, '-'), WIDE_EQUAL(second, 's'));
		uint32_t found = (uint32_t)_mm256_movemask_epi8(
			_mm256_and_si256(_mm256_or_si256(usage, state), WIDE_EQUAL(last, '"')));

		if (found && has_mark(p, found))
			return p;
		*newlines +=
			__builtin_popcount((uint32_t)_mm256_movemask_epi8(WIDE_EQUAL(first, '\n')));
	}
	return p;
}

static const char *approach(const char *p, const char *end, int64_t *newlines)
{
	return __builtin_cpu_supports("avx2") ? approach_32(p, end, newlines)
					      : approach_16(p, end, newlines);
}
#else
static const char *approach(const char *p, const char *end, int64_t *newlines)
{
	(void)end;
	(void)newlines;
	return p;
}
#endif

const char *transcript_next_mark(const char *p, const char *end, int64_t *newlines)
{
	return next_mark_plain(approach(p, end, newlines), end, newlines);
}
