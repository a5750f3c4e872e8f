/* SPDX-License-Identifier: MIT */
#include "base/json_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "json_string.h"

/* --- errors ----------------------------------------------------------- */

static void fail_at(struct json_reader *r, const char *where, const char *message)
{
	size_t line = 1, column;
	const char *line_start = r->start;

	if (r->failed)
		return;
	for (const char *p = r->start; p < where; p++)
		if (*p == '\n') {
			line++;
			line_start = p + 1;
		}
	column = (size_t)(where - line_start) + 1;
	r->failed = true;
	(void)tt_fail(&r->error, TT_EINPUT, "line %zu, column %zu: %s", line, column, message);
}

void json_reader_fail(struct json_reader *r, const char *fmt, ...)
{
	char message[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	fail_at(r, r->value, message);
}

enum tt_code json_reader_error(const struct json_reader *r, struct tt_error *err)
{
	return r->failed ? tt_fail(err, TT_EINPUT, "%s", r->error.msg) : TT_OK;
}

/* --- input ------------------------------------------------------------ */

void json_reader_init(struct json_reader *r, const char *text, size_t len)
{
	*r = (struct json_reader){ .start = text, .at = text, .end = text + len };
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		r->at += 3;
	r->value = r->at;
}

static inline void skip_space(struct json_reader *r)
{
	while (r->at < r->end && (unsigned char)*r->at <= ' ' &&
		(*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t'))
		r->at++;
}

/* The next character that is not white space; '\0' at the end or after an error. */
static inline char next_char(struct json_reader *r)
{
	if (r->failed)
		return '\0';
	skip_space(r);
	return r->at < r->end ? *r->at : '\0';
}

static bool accept(struct json_reader *r, char c)
{
	if (next_char(r) != c || r->at == r->end)
		return false;
	r->at++;
	return true;
}

static bool expect(struct json_reader *r, char c, const char *message)
{
	if (accept(r, c))
		return true;
	fail_at(r, r->at, r->at == r->end ? "the text ends too early" : message);
	return false;
}

static enum json_type type_of(char c)
{
	switch (c) {
	case 'n':
		return JSON_NULL;
	case 't':
	case 'f':
		return JSON_BOOL;
	case '"':
		return JSON_STRING;
	case '[':
		return JSON_ARRAY;
	case '{':
		return JSON_OBJECT;
	default:
		return c == '-' || (c >= '0' && c <= '9') ? JSON_NUMBER : JSON_INVALID;
	}
}

enum json_type json_peek(struct json_reader *r)
{
	return type_of(next_char(r));
}

/* Begin a value of the given type, or fail saying what was wanted. */
static bool begin(struct json_reader *r, enum json_type type, const char *wanted)
{
	enum json_type found = json_peek(r);

	if (r->failed)
		return false;
	r->value = r->at;
	if (found == type)
		return true;
	if (found == JSON_INVALID)
		fail_at(r, r->at, r->at == r->end ? "the text ends too early" : "not JSON");
	else
		json_reader_fail(r, "expected %s", wanted);
	return false;
}

/* --- scalars ---------------------------------------------------------- */

static bool word(struct json_reader *r, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(r->end - r->at) < len || memcmp(r->at, text, len) != 0) {
		fail_at(r, r->at, "not JSON");
		return false;
	}
	r->at += len;
	return true;
}

bool json_read_null(struct json_reader *r)
{
	if (json_peek(r) != JSON_NULL)
		return false;
	r->value = r->at;
	return word(r, "null");
}

bool json_read_bool(struct json_reader *r)
{
	if (!begin(r, JSON_BOOL, "true or false"))
		return false;
	if (*r->at == 't')
		return word(r, "true");
	(void)word(r, "false");
	return false;
}

static size_t digits(struct json_reader *r)
{
	const char *from = r->at;

	while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
		r->at++;
	return (size_t)(r->at - from);
}

static bool at_one_of(const struct json_reader *r, char a, char b)
{
	return r->at < r->end && (*r->at == a || *r->at == b);
}

/* Pass a number by RFC 8259's grammar; false (and failed) when it is none. */
static bool pass_number(struct json_reader *r)
{
	const char *integer;
	size_t n;

	if (*r->at == '-')
		r->at++;
	integer = r->at;
	n = digits(r);
	if (n == 0 || (n > 1 && *integer == '0'))
		goto malformed;
	if (at_one_of(r, '.', '.')) {
		r->at++;
		if (digits(r) == 0)
			goto malformed;
	}
	if (at_one_of(r, 'e', 'E')) {
		r->at++;
		if (at_one_of(r, '+', '-'))
			r->at++;
		if (digits(r) == 0)
			goto malformed;
	}
	return true;
malformed:
	fail_at(r, r->value, "malformed number");
	return false;
}

/* The exact value of a number without a fraction; false when it has one or
 * does not fit. */
static bool whole_number(const char *at, const char *end, int64_t *out)
{
	bool negative = *at == '-';
	int64_t value = 0;
	int exponent = 0;

	for (at += negative; at < end && *at >= '0' && *at <= '9'; at++)
		if (__builtin_mul_overflow(value, 10, &value) ||
			__builtin_sub_overflow(value, *at - '0', &value))
			return false;
	if (at < end && (*at == '.' || at[1] == '-'))
		return false;
	if (at < end)
		for (at += at[1] == '+' ? 2 : 1; at < end; at++)
			exponent = exponent > 100 ? exponent : exponent * 10 + (*at - '0');
	for (; exponent > 0 && value != 0; exponent--)
		if (__builtin_mul_overflow(value, 10, &value))
			return false;
	return !__builtin_mul_overflow(value, negative ? 1 : -1, out);
}

/* What most whole numbers are: up to 18 digits.  False, and nothing passed, for any
 * other value. */
static inline bool pass_plain_number(struct json_reader *r, int64_t *out)
{
	const char *at = r->at, *end = r->end - at > 18 ? at + 18 : r->end;
	int64_t value = 0;

	while (at < end && *at >= '0' && *at <= '9')
		value = 10 * value + (*at++ - '0');
	if (r->failed || at == end || (*at != ',' && *at != ']' && *at != '}') || at == r->at ||
		(*r->at == '0' && at - r->at > 1))
		return false;
	r->value = r->at;
	r->at = at;
	*out = value;
	return true;
}

static bool pass_whole_number(struct json_reader *r, int64_t *out)
{
	if (!begin(r, JSON_NUMBER, "a whole number") || !pass_number(r))
		return false;
	if (whole_number(r->value, r->at, out))
		return true;
	json_reader_fail(r, "not a whole number that fits in 64 bits");
	return false;
}

static int64_t checked(struct json_reader *r, int64_t value, int64_t min, int64_t max)
{
	if (value >= min && value <= max)
		return value;
	json_reader_fail(r, "%lld is outside %lld to %lld", (long long)value, (long long)min,
		(long long)max);
	return 0;
}

int64_t json_read_int(struct json_reader *r, int64_t min, int64_t max)
{
	int64_t value;

	if (!pass_plain_number(r, &value) && !pass_whole_number(r, &value))
		return 0;
	return checked(r, value, min, max);
}

/* --- strings ---------------------------------------------------------- */

/* Pass a string; the bytes between its quotes.  *escaped: it has escapes. */
static struct json_text pass_string(struct json_reader *r, bool *escaped)
{
	const char *from = r->at + 1, *stop = json_string_scan(from, r->end, r->lenient, escaped);

	if (stop == r->end) {
		fail_at(r, stop, "the text ends inside a string");
	} else if (*stop == '"') {
		r->at = stop + 1;
		return (struct json_text){ from, (size_t)(stop - from) };
	} else {
		fail_at(r, stop,
			*stop == '\\' ? "invalid escape in a string"
				      : "control or non-UTF-8 byte in a string");
	}
	return (struct json_text){ "", 0 };
}

const char *json_read_string(struct json_reader *r, struct arena *arena)
{
	struct json_text raw;
	bool escaped;

	if (!begin(r, JSON_STRING, "a string"))
		return NULL;
	raw = pass_string(r, &escaped);
	if (r->failed)
		return NULL;
	return escaped ? json_string_unescape(raw.at, raw.len, arena)
		       : arena_strndup(arena, raw.at, raw.len);
}

const char *json_read_string_or_null(struct json_reader *r, struct arena *arena)
{
	if (json_peek(r) == JSON_NULL) {
		(void)json_read_null(r);
		return NULL;
	}
	return json_read_string(r, arena);
}

/* --- containers ------------------------------------------------------- */

static void enter(struct json_reader *r, enum json_type type, const char *wanted)
{
	if (!begin(r, type, wanted))
		return;
	if (r->depth == (r->lenient ? JSON_LENIENT_DEPTH : JSON_MAX_DEPTH)) {
		fail_at(r, r->at, "nested too deeply");
		return;
	}
	r->at++;
	r->depth++;
	r->first = true;
}

/* Before a member or element: pass the comma, or the closing bracket. */
static bool next_item(struct json_reader *r, char close)
{
	if (r->failed)
		return false;
	if (accept(r, close)) {
		r->depth--;
		r->first = false;
		return false;
	}
	if (!r->first && !expect(r, ',', "expected a comma or the end of the container"))
		return false;
	r->first = false;
	return true;
}

void json_enter_object(struct json_reader *r)
{
	enter(r, JSON_OBJECT, "an object");
}

bool json_next_key(struct json_reader *r, struct json_text *key)
{
	bool escaped;

	if (!next_item(r, '}'))
		return false;
	if (next_char(r) != '"') {
		fail_at(r, r->at, r->at == r->end ? "the text ends too early" : "expected a key");
		return false;
	}
	r->value = r->at;
	*key = pass_string(r, &escaped);
	return !r->failed && expect(r, ':', "expected a colon");
}

void json_enter_array(struct json_reader *r)
{
	enter(r, JSON_ARRAY, "an array");
}

bool json_next_element(struct json_reader *r)
{
	return next_item(r, ']') && !r->failed;
}

/* Most elements are: a comma, and digits.  False, and nothing passed, for others. */
static inline bool pass_plain_element(struct json_reader *r, int64_t *out)
{
	if (r->first || r->at == r->end || *r->at != ',')
		return false;
	r->at++;
	if (pass_plain_number(r, out))
		return true;
	r->at--;
	return false;
}

size_t json_read_ints(struct json_reader *r, int64_t *out, size_t count, int64_t min, int64_t max)
{
	size_t n = 0;

	for (; n < count; n++) {
		if (pass_plain_element(r, &out[n]))
			out[n] = checked(r, out[n], min, max);
		else if (json_next_element(r))
			out[n] = json_read_int(r, min, max);
		else
			break;
	}
	return r->failed ? 0 : n;
}

/* --- passing values --------------------------------------------------- */

/* Recursion ends at the greatest depth. */
void json_skip(struct json_reader *r)
{
	struct json_text key;
	bool escaped;

	switch (json_peek(r)) {
	case JSON_OBJECT:
		json_enter_object(r);
		while (json_next_key(r, &key))
			json_skip(r);
		break;
	case JSON_ARRAY:
		json_enter_array(r);
		while (json_next_element(r))
			json_skip(r);
		break;
	case JSON_STRING:
		r->value = r->at;
		(void)pass_string(r, &escaped);
		break;
	case JSON_NUMBER:
		r->value = r->at;
		(void)pass_number(r);
		break;
	case JSON_BOOL:
		(void)json_read_bool(r);
		break;
	case JSON_NULL:
		(void)json_read_null(r);
		break;
	case JSON_INVALID:
		(void)begin(r, JSON_NULL, "a value");
		break;
	}
}

struct json_text json_read_raw(struct json_reader *r)
{
	const char *from;

	(void)next_char(r);
	from = r->at;
	json_skip(r);
	r->value = from;
	return (struct json_text){ from, r->failed ? 0 : (size_t)(r->at - from) };
}

void json_reader_end(struct json_reader *r)
{
	if (r->failed)
		return;
	skip_space(r);
	if (r->at != r->end)
		fail_at(r, r->at, "text after the end of the document");
}
