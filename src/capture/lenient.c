/* SPDX-License-Identifier: MIT */
#include "lenient.h"

#include <string.h>

const char *lenient_text(struct json_reader *r, struct arena *arena)
{
	if (json_peek(r) == JSON_STRING)
		return json_read_string(r, arena);
	json_skip(r);
	return NULL;
}

bool lenient_bool(struct json_reader *r)
{
	if (json_peek(r) == JSON_BOOL)
		return json_read_bool(r);
	json_skip(r);
	return false;
}

bool lenient_object(struct json_reader *r)
{
	if (json_peek(r) != JSON_OBJECT) {
		json_skip(r);
		return false;
	}
	json_enter_object(r);
	return true;
}

bool lenient_array(struct json_reader *r)
{
	if (json_peek(r) != JSON_ARRAY) {
		json_skip(r);
		return false;
	}
	json_enter_array(r);
	return true;
}

/* --- decimals ------------------------------------------------------------------ */

/* A number as JSON writes it, taken apart: digits * 10^exponent. */
struct decimal {
	const char *at, *end; /* digits, with a point among them */
	bool negative;
	int exponent; /* as written, clamped */
};

enum { EXPONENT_MAX = 10000 };

static struct decimal take_apart(struct json_text text)
{
	struct decimal d = { .at = text.at, .end = text.at + text.len };
	const char *e = memchr(text.at, 'e', text.len);

	if (!e)
		e = memchr(text.at, 'E', text.len);
	if (*d.at == '-') {
		d.negative = true;
		d.at++;
	}
	if (!e)
		return d;
	for (const char *p = e + 1; p < d.end; p++)
		if (*p >= '0' && *p <= '9' && d.exponent < EXPONENT_MAX)
			d.exponent = 10 * d.exponent + (*p - '0');
	if (e[1] == '-')
		d.exponent = -d.exponent;
	d.end = e;
	return d;
}

/* What follows the last digit kept: nothing, less than a half, a half, more. */
enum rest { REST_NONE, REST_LESS, REST_HALF, REST_MORE };

static enum rest rest_with(enum rest rest, bool first, char digit)
{
	if (first)
		return digit == '0'   ? REST_NONE
		       : digit < '5'  ? REST_LESS
		       : digit == '5' ? REST_HALF
				      : REST_MORE;
	if (digit == '0')
		return rest;
	return rest == REST_NONE ? REST_LESS : rest == REST_HALF ? REST_MORE : rest;
}

static bool scale_decimal(struct decimal d, int scale, int64_t *out, bool *exact)
{
	const char *point = memchr(d.at, '.', (size_t)(d.end - d.at));
	/* how many digits make the integer part of the result */
	long keep = (point ? point : d.end) - d.at + (long)scale + d.exponent;
	enum rest rest = REST_NONE;
	int64_t value = 0;
	long digit = 0;

	/* 0.0001 is far below the half of a unit, whatever its digits */
	for (const char *p = d.at; p < d.end; p++) {
		if (*p == '.')
			continue;
		if (digit < keep) {
			if (__builtin_mul_overflow(value, 10, &value) ||
				__builtin_add_overflow(value, *p - '0', &value))
				return false;
		} else {
			rest = rest_with(rest, digit == keep, *p);
		}
		digit++;
	}
	for (; digit < keep && value != 0; digit++)
		if (__builtin_mul_overflow(value, 10, &value))
			return false;
	if (rest == REST_MORE || (rest == REST_HALF && value % 2 != 0))
		if (__builtin_add_overflow(value, 1, &value))
			return false;
	if (exact)
		*exact = rest == REST_NONE;
	*out = d.negative ? -value : value;
	return true;
}

bool lenient_decimal(struct json_reader *r, int scale, int64_t *out, bool *exact)
{
	struct json_text text;

	if (json_peek(r) != JSON_NUMBER) {
		json_skip(r);
		return false;
	}
	text = json_read_raw(r);
	return text.len > 0 && scale_decimal(take_apart(text), scale, out, exact);
}
