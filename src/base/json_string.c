/* SPDX-License-Identifier: MIT */
#include "json_string.h"

#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/text.h"

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Four hex digits at p (which must be before end), or -1. */
static int hex4(const char *p, const char *end)
{
	int value = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int digit = hex_value(p[i]);

		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

enum { REPLACEMENT = 0xfffd };

/* Length of the \u escape at p: 6, 12 for a surrogate pair, 0 when invalid.
 * *code is the character. */
static size_t unicode_escape(const char *p, const char *end, uint32_t *code)
{
	int high = hex4(p + 2, end), low;

	if (high <= 0 || (high >= 0xdc00 && high < 0xe000))
		return 0;
	*code = (uint32_t)high;
	if (high < 0xd800 || high >= 0xe000)
		return 6;
	if (end - p < 12 || p[6] != '\\' || p[7] != 'u')
		return 0;
	low = hex4(p + 8, end);
	if (low < 0xdc00 || low >= 0xe000)
		return 0;
	*code = 0x10000 + (((uint32_t)high - 0xd800) << 10) + ((uint32_t)low - 0xdc00);
	return 12;
}

/* The same for what only a lenient reader takes: half of a pair, or nothing. */
static size_t lone_escape(const char *p, const char *end, uint32_t *code)
{
	*code = REPLACEMENT;
	return hex4(p + 2, end) < 0 ? 0 : 6;
}

static bool is_simple_escape(char c)
{
	switch (c) {
	case '"':
	case '\\':
	case '/':
	case 'b':
	case 'f':
	case 'n':
	case 'r':
	case 't':
		return true;
	default:
		return false;
	}
}

static size_t escape_length(const char *p, const char *end, bool lenient)
{
	uint32_t code;

	if (end - p < 2)
		return 0;
	if (p[1] == 'u') {
		size_t len = unicode_escape(p, end, &code);

		return len || !lenient ? len : lone_escape(p, end, &code);
	}
	return is_simple_escape(p[1]) ? 2 : 0;
}

/* Pass plain bytes: most of what there is to read. */
#ifdef __SSE2__
static const char *pass_plain(const char *p, const char *end)
{
	const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'),
		      below_space = _mm_set1_epi8(0x1f);

	while (end - p >= 16) {
		__m128i bytes = _mm_loadu_si128((const __m128i *)p);
		__m128i special = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote),
						       _mm_cmpeq_epi8(bytes, backslash)),
			_mm_cmpeq_epi8(_mm_max_epu8(bytes, below_space), below_space));
		/* the top bit of a byte tells that it is not ASCII */
		int stop = _mm_movemask_epi8(_mm_or_si128(special, bytes));

		if (stop)
			return p + __builtin_ctz((unsigned int)stop);
		p += 16;
	}
	while (p < end && json_is_plain((unsigned char)*p))
		p++;
	return p;
}
#else
/* Are eight bytes plain (json_is_plain), found out at once?  Each term sets the
 * top bit of a byte that is not. */
static bool eight_plain(const char *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t w, quote, backslash;

	memcpy(&w, p, sizeof w);
	quote = w ^ ones * '"';
	backslash = w ^ ones * '\\';
	return (((w - ones * 0x20) | (quote - ones) | (backslash - ones) | w) & ones * 0x80) == 0;
}

static const char *pass_plain(const char *p, const char *end)
{
	while (end - p >= 8 && eight_plain(p))
		p += 8;
	while (p < end && json_is_plain((unsigned char)*p))
		p++;
	return p;
}
#endif

const char *json_string_scan(const char *p, const char *end, bool lenient, bool *escaped)
{
	*escaped = false;
	for (;;) {
		size_t step;

		p = pass_plain(p, end);
		if (p == end || *p == '"')
			return p;
		if (*p == '\\') {
			step = escape_length(p, end, lenient);
			*escaped = true;
		} else {
			step = (unsigned char)*p < 0x80 ? 0 : utf8_sequence(p, (size_t)(end - p));
		}
		if (!step)
			return p;
		p += step;
	}
}

static char *put_utf8(char *to, uint32_t code)
{
	if (code < 0x80) {
		*to++ = (char)code;
	} else if (code < 0x800) {
		*to++ = (char)(0xc0 | code >> 6);
		*to++ = (char)(0x80 | (code & 0x3f));
	} else if (code < 0x10000) {
		*to++ = (char)(0xe0 | code >> 12);
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
		*to++ = (char)(0x80 | (code & 0x3f));
	} else {
		*to++ = (char)(0xf0 | code >> 18);
		*to++ = (char)(0x80 | (code >> 12 & 0x3f));
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
		*to++ = (char)(0x80 | (code & 0x3f));
	}
	return to;
}

static char simple_escape(char c)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	const char *found = strchr(from, c);

	return found ? to[found - from] : c;
}

/* A string never grows by undoing its escapes. */
const char *json_string_unescape(const char *raw, size_t len, struct arena *arena)
{
	char *out = arena_alloc(arena, len + 1), *to = out;
	const char *p = raw, *end = raw + len;

	while (p < end) {
		uint32_t code = 0;

		if (*p != '\\') {
			*to++ = *p++;
		} else if (p[1] == 'u') {
			size_t step = unicode_escape(p, end, &code);

			p += step ? step : lone_escape(p, end, &code);
			to = put_utf8(to, code);
		} else {
			*to++ = simple_escape(p[1]);
			p += 2;
		}
	}
	*to = '\0';
	return out;
}
