/* SPDX-License-Identifier: MIT */
#ifndef TESTS_TRANSCRIPT_ORACLE_H
#define TESTS_TRANSCRIPT_ORACLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/text.h"

/*
 * JSON once more, slow and plain, to judge the scanner by: it shares no code with
 * base/json_reader.  A value is a piece of the text; looking up a member walks
 * its object from the start.
 */
struct piece {
	const char *at, *end; /* at NULL: there is none */
};

enum { ORACLE_DEPTH = 1024 };

static const char *oracle_value(const char *p, const char *end, int depth);

static inline const char *oracle_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
		p++;
	return p;
}

static inline bool oracle_is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* Behind the closing quote; NULL when it is no string. */
static inline const char *oracle_string(const char *p, const char *end)
{
	if (p == end || *p != '"')
		return NULL;
	for (p++; p < end && *p != '"'; p++) {
		if ((unsigned char)*p < 0x20)
			return NULL;
		if (*p != '\\')
			continue;
		if (++p == end || !*p || !strchr("\"\\/bfnrtu", *p))
			return NULL;
		if (*p != 'u')
			continue;
		for (int i = 0; i < 4; i++)
			if (++p >= end || !oracle_is_hex(*p))
				return NULL;
	}
	return p < end ? p + 1 : NULL;
}

static inline const char *oracle_digits(const char *p, const char *end)
{
	const char *from = p;

	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p > from ? p : NULL;
}

static inline const char *oracle_number(const char *p, const char *end)
{
	if (p < end && *p == '-')
		p++;
	p = p < end && *p == '0' ? p + 1 : oracle_digits(p, end);
	if (p && p < end && *p == '.')
		p = oracle_digits(p + 1, end);
	if (p && p < end && (*p == 'e' || *p == 'E')) {
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			p++;
		p = oracle_digits(p, end);
	}
	return p;
}

static inline const char *oracle_word(const char *p, const char *end, const char *word)
{
	size_t len = strlen(word);

	return (size_t)(end - p) >= len && memcmp(p, word, len) == 0 ? p + len : NULL;
}

/* Behind "key": for an object's member; p itself for an element. */
static inline const char *oracle_key(const char *p, const char *end, bool is_object)
{
	if (!is_object)
		return p;
	p = oracle_string(p, end);
	if (!p)
		return NULL;
	p = oracle_space(p, end);
	return p < end && *p == ':' ? oracle_space(p + 1, end) : NULL;
}

static inline const char *oracle_container(const char *p, const char *end, int depth)
{
	bool is_object = *p == '{';
	char close = is_object ? '}' : ']';

	if (depth == ORACLE_DEPTH)
		return NULL;
	p = oracle_space(p + 1, end);
	if (p < end && *p == close)
		return p + 1;
	for (;;) {
		p = oracle_key(p, end, is_object);
		p = p ? oracle_value(p, end, depth + 1) : NULL;
		if (!p)
			return NULL;
		p = oracle_space(p, end);
		if (p == end || (*p != close && *p != ','))
			return NULL;
		if (*p == close)
			return p + 1;
		p = oracle_space(p + 1, end);
	}
}

/* Behind the value; NULL when there is none. */
static const char *oracle_value(const char *p, const char *end, int depth)
{
	if (p == end)
		return NULL;
	switch (*p) {
	case '{':
	case '[':
		return oracle_container(p, end, depth);
	case '"':
		return oracle_string(p, end);
	case 't':
		return oracle_word(p, end, "true");
	case 'f':
		return oracle_word(p, end, "false");
	case 'n':
		return oracle_word(p, end, "null");
	default:
		return oracle_number(p, end);
	}
}

/* The object that a line is; none when it is anything else. */
static inline struct piece oracle_line(const char *p, const char *end)
{
	const char *from, *stop;

	if (!utf8_is_valid(p, (size_t)(end - p)))
		return (struct piece){ 0 };
	if (end - p >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		p += 3;
	from = oracle_space(p, end);
	stop = from < end && *from == '{' ? oracle_value(from, end, 0) : NULL;
	if (!stop || oracle_space(stop, end) != end)
		return (struct piece){ 0 };
	return (struct piece){ from, stop };
}

static inline bool oracle_is(struct piece p, char first)
{
	return p.at && *p.at == first;
}

/* Walk a container that is known to be valid: the next member or element, with
 * its key (none in arrays).  *at begins as container.at + 1. */
static inline bool oracle_next(
	struct piece container, const char **at, struct piece *key, struct piece *value)
{
	const char *p = oracle_space(*at, container.end);

	if (*p == ',')
		p = oracle_space(p + 1, container.end);
	if (*p == '}' || *p == ']')
		return false;
	*key = (struct piece){ 0 };
	if (*container.at == '{') {
		key->at = p + 1;
		key->end = oracle_string(p, container.end) - 1;
	}
	value->at = oracle_key(p, container.end, *container.at == '{');
	*at = value->end = oracle_value(value->at, container.end, 0);
	return true;
}

/* The last member of this name. */
static inline struct piece oracle_get(struct piece object, const char *name)
{
	struct piece found = { 0 }, key, value;
	const char *at;

	if (!oracle_is(object, '{'))
		return found;
	at = object.at + 1;
	while (oracle_next(object, &at, &key, &value))
		if ((size_t)(key.end - key.at) == strlen(name) &&
			memcmp(key.at, name, strlen(name)) == 0)
			found = value;
	return found;
}

/* --- scalars -------------------------------------------------------------------- */

static inline uint32_t oracle_hex(const char *p)
{
	char four[5] = { p[0], p[1], p[2], p[3] };

	return (uint32_t)strtoul(four, NULL, 16);
}

static inline void oracle_add_character(struct strbuf *out, uint32_t c)
{
	if (c == 0 || (c >= 0xd800 && c < 0xe000))
		c = 0xfffd;
	if (c < 0x80) {
		strbuf_addch(out, (char)c);
	} else if (c < 0x800) {
		strbuf_addch(out, (char)(0xc0 + c / 64));
		strbuf_addch(out, (char)(0x80 + c % 64));
	} else if (c < 0x10000) {
		strbuf_addch(out, (char)(0xe0 + c / 4096));
		strbuf_addch(out, (char)(0x80 + c / 64 % 64));
		strbuf_addch(out, (char)(0x80 + c % 64));
	} else {
		strbuf_addch(out, (char)(0xf0 + c / 262144));
		strbuf_addch(out, (char)(0x80 + c / 4096 % 64));
		strbuf_addch(out, (char)(0x80 + c / 64 % 64));
		strbuf_addch(out, (char)(0x80 + c % 64));
	}
}

static inline const char *oracle_unescape(struct strbuf *out, const char *p)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	uint32_t c;

	if (*p != 'u') {
		strbuf_addch(out, to[strchr(from, *p) - from]);
		return p + 1;
	}
	c = oracle_hex(p + 1);
	p += 5;
	if (c >= 0xd800 && c < 0xdc00 && p[0] == '\\' && p[1] == 'u') {
		uint32_t low = oracle_hex(p + 2);

		if (low >= 0xdc00 && low < 0xe000) {
			c = 0x10000 + (c - 0xd800) * 0x400 + (low - 0xdc00);
			p += 6;
		}
	}
	oracle_add_character(out, c);
	return p;
}

/* The inside of a string; the caller frees. */
static inline char *oracle_decode(const char *p, const char *end)
{
	struct strbuf out = STRBUF_INIT;

	while (p < end) {
		if (*p == '\\')
			p = oracle_unescape(&out, p + 1);
		else
			strbuf_addch(&out, *p++);
	}
	return strbuf_detach(&out);
}

/* NULL when it is no string; the caller frees. */
static inline char *oracle_text(struct piece p)
{
	return oracle_is(p, '"') ? oracle_decode(p.at + 1, p.end - 1) : NULL;
}

/* The rest behind the digits that are kept: 0 nothing, 1 under a half, 2 a half, 3 over. */
static inline int oracle_rest(const char *digits)
{
	if (digits[strspn(digits, "0")] == '\0')
		return 0;
	if (digits[0] != '5')
		return digits[0] < '5' ? 1 : 3;
	return digits[1 + strspn(digits + 1, "0")] == '\0' ? 2 : 3;
}

/* number * 10^scale, half to even; false when it is no number or does not fit.
 * The point is moved in the text of the digits. */
static inline bool oracle_scaled(struct piece p, int scale, int64_t *out, bool *exact)
{
	_cleanup_(strbuf_release) struct strbuf digits = STRBUF_INIT;
	long point = -1, exponent = 0, zeros;
	__int128 value = 0;
	const char *at;
	int rest;

	if (!p.at || !(*p.at == '-' || (*p.at >= '0' && *p.at <= '9')))
		return false;
	for (at = p.at + (*p.at == '-'); at < p.end && *at != 'e' && *at != 'E'; at++) {
		if (*at == '.')
			point = (long)digits.len;
		else
			strbuf_addch(&digits, *at);
	}
	if (at < p.end)
		exponent = strtol(at + 1, NULL, 10);
	if (exponent > 20000 || exponent < -20000)
		exponent = exponent > 0 ? 20000 : -20000;
	point = (point < 0 ? (long)digits.len : point) + exponent + scale;
	for (zeros = point - (long)digits.len; zeros > 0; zeros--)
		strbuf_addch(&digits, '0');
	rest = point < 0 ? oracle_rest(digits.buf) > 0 : oracle_rest(digits.buf + point);
	for (long i = 0; i < point; i++) {
		value = value * 10 + (digits.buf[i] - '0');
		if (value > INT64_MAX)
			return false;
	}
	value += rest == 3 || (rest == 2 && value % 2 == 1);
	if (value > INT64_MAX)
		return false;
	*exact = rest == 0;
	*out = (int64_t)(*p.at == '-' ? -value : value);
	return true;
}

#endif
