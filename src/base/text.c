/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool text_starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool text_ends_with(const char *text, const char *suffix)
{
	size_t len = strlen(text), end = strlen(suffix);

	return len >= end && memcmp(text + len - end, suffix, end) == 0;
}

/* --- UTF-8 ------------------------------------------------------------ */

static bool continues(const char *text, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (((unsigned char)text[i] & 0xc0) != 0x80)
			return false;
	return true;
}

/* The second byte rules out overlong forms, surrogates and what lies beyond
 * U+10FFFF (RFC 3629, section 4). */
static bool second_byte_fits(unsigned char first, unsigned char second)
{
	switch (first) {
	case 0xe0:
		return second >= 0xa0;
	case 0xed:
		return second < 0xa0;
	case 0xf0:
		return second >= 0x90;
	case 0xf4:
		return second < 0x90;
	default:
		return true;
	}
}

size_t utf8_sequence(const char *text, size_t len)
{
	unsigned char first;
	size_t need;

	if (len == 0)
		return 0;
	first = (unsigned char)text[0];
	if (first < 0x80)
		return 1;
	if (first < 0xc2 || first > 0xf4)
		return 0;
	need = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	if (len < need || !continues(text, 1, need))
		return 0;
	return second_byte_fits(first, (unsigned char)text[1]) ? need : 0;
}

bool utf8_is_valid(const char *text, size_t len)
{
	while (len) {
		size_t n = utf8_sequence(text, len);

		if (!n)
			return false;
		text += n;
		len -= n;
	}
	return true;
}

uint32_t utf8_decode(const char *text, size_t len)
{
	static const unsigned char mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t code = (unsigned char)text[0] & mask[len];

	for (size_t i = 1; i < len; i++)
		code = code << 6 | ((unsigned char)text[i] & 0x3f);
	return code;
}

/* --- counts ----------------------------------------------------------- */

void text_add_count(struct strbuf *out, int64_t count)
{
	char digits[24];
	int len = snprintf(digits, sizeof digits, "%" PRId64, count);

	for (int i = 0; i < len; i++) {
		if (i > 0 && digits[i - 1] != '-' && (len - i) % 3 == 0)
			strbuf_addch(out, ',');
		strbuf_addch(out, digits[i]);
	}
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits, grouped by `,` or `_` in threes or not at all.  Returns where they
 * end, or NULL. */
static const char *parse_grouped(int64_t *out, const char *p)
{
	int64_t value = 0;
	int run = 0;
	char separator = '\0';

	if (!is_digit(*p))
		return NULL;
	for (; is_digit(*p) || *p == ',' || *p == '_'; p++) {
		if (!is_digit(*p)) {
			if (run == 0 || run > 3 || (separator && (run != 3 || *p != separator)))
				return NULL;
			separator = *p;
			run = 0;
			continue;
		}
		if (__builtin_mul_overflow(value, 10, &value) ||
			__builtin_add_overflow(value, *p - '0', &value))
			return NULL;
		run++;
	}
	if (separator && run != 3)
		return NULL;
	*out = value;
	return p;
}

static int64_t suffix_factor(char c)
{
	switch (c) {
	case 'k':
	case 'K':
		return 1000;
	case 'm':
	case 'M':
		return 1000000;
	default:
		return 0;
	}
}

bool text_parse_count(int64_t *out, const char *text)
{
	int64_t value, factor, part = 0, scale = 1;
	const char *p = parse_grouped(&value, text);

	if (!p)
		return false;
	if (*p == '.') {
		for (p++; is_digit(*p) && scale < 1000000; p++, scale *= 10)
			part = part * 10 + (*p - '0');
		if (scale == 1)
			return false;
	}
	factor = suffix_factor(*p);
	if (factor)
		p++;
	else if (scale > 1)
		return false;
	else
		factor = 1;
	if (*p != '\0' || part * factor % scale != 0 ||
		__builtin_mul_overflow(value, factor, &value) ||
		__builtin_add_overflow(value, part * factor / scale, &value))
		return false;
	*out = value;
	return true;
}

/* --- showing ---------------------------------------------------------- */

/* C1, soft hyphen, zero width, bidirectional marks, line separators, the BOM,
 * tags. */
bool utf8_is_invisible(uint32_t c)
{
	static const struct {
		uint32_t from, to;
	} ranges[] = {
		{ 0x80, 0x9f },
		{ 0xad, 0xad },
		{ 0x61c, 0x61c },
		{ 0x180e, 0x180e },
		{ 0x200b, 0x200f },
		{ 0x2028, 0x202e },
		{ 0x2060, 0x206f },
		{ 0xfeff, 0xfeff },
		{ 0xfff9, 0xfffb },
		{ 0xe0000, 0xe007f },
	};

	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (c >= ranges[i].from && c <= ranges[i].to)
			return true;
	return false;
}

void text_add_visible(struct strbuf *out, const char *text)
{
	size_t len = strlen(text);

	while (len) {
		size_t n = utf8_sequence(text, len);
		uint32_t c = n ? utf8_decode(text, n) : 0;

		if (!n || c < 0x20 || c == 0x7f)
			strbuf_addf(out, "\\x%02x", (unsigned char)*text);
		else if (utf8_is_invisible(c))
			strbuf_addf(out, "\\u{%04x}", c);
		else
			strbuf_add(out, text, n);
		text += n ? n : 1;
		len -= n ? n : 1;
	}
}

char *text_visible(const char *text)
{
	struct strbuf out = STRBUF_INIT;

	text_add_visible(&out, text);
	return strbuf_detach(&out);
}

char *text_visible_short(const char *text, size_t max)
{
	struct strbuf out = STRBUF_INIT;
	size_t end = max;

	text_add_visible(&out, text);
	if (out.len > max) {
		while (end > 0 && ((unsigned char)out.buf[end] & 0xc0) == 0x80)
			end--;
		strbuf_setlen(&out, end);
		strbuf_addstr(&out, "...");
	}
	return strbuf_detach(&out);
}

/* --- hash ------------------------------------------------------------- */

/* Multiply-and-fold over 8-byte words: the finaliser is MurmurHash3's. */
static uint64_t mix(uint64_t h)
{
	h ^= h >> 33;
	h *= UINT64_C(0xff51afd7ed558ccd);
	h ^= h >> 33;
	h *= UINT64_C(0xc4ceb9fe1a85ec53);
	return h ^ h >> 33;
}

/* Little-endian on every machine, since hashes are stored. */
static uint64_t load_word(const unsigned char *p, size_t len)
{
	uint64_t word = 0;

	memcpy(&word, p, len);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = __builtin_bswap64(word);
#endif
	return word;
}

uint64_t text_hash(const void *data, size_t len, uint64_t seed)
{
	const unsigned char *p = data;
	uint64_t h = seed ^ (len * UINT64_C(0x9e3779b97f4a7c15));

	for (; len >= 8; p += 8, len -= 8) {
		h = (h ^ load_word(p, 8)) * UINT64_C(0x9fb21c651e98df25);
		h ^= h >> 32;
	}
	if (len)
		h = (h ^ load_word(p, len)) * UINT64_C(0x9fb21c651e98df25);
	return mix(h);
}
