/* SPDX-License-Identifier: MIT */
#ifndef BASE_JSON_READER_H
#define BASE_JSON_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"

/*
 * A strict pull reader for JSON in memory: for documents of many records, where
 * a tree would cost more than the work.  It allocates nothing but the strings
 * asked for, and it validates everything it passes, skipped parts included:
 * RFC 8259, valid UTF-8, no lone surrogate, no \u0000, no raw control byte,
 * no trailing text, at most JSON_MAX_DEPTH levels.  A byte-order mark at the
 * start is skipped.
 *
 * Order of calls, for {"tokens": 5, "notes": "x"}:
 *
 *	struct json_reader r;
 *	struct json_text key;
 *
 *	json_reader_init(&r, text, len);
 *	json_enter_object(&r);
 *	while (json_next_key(&r, &key)) {
 *		if (json_text_is(key, "tokens"))
 *			tokens = json_read_int(&r, 0, INT64_MAX);
 *		else if (json_text_is(key, "notes"))
 *			notes = json_read_string(&r, &arena);
 *		else
 *			json_skip(&r);
 *	}
 *	json_reader_end(&r);
 *	return json_reader_error(&r, err);
 *
 * Errors stick: after the first one every call does nothing and returns
 * false, 0 or NULL, so that only the end needs a check.  The message begins
 * with "line L, column C: ".
 */
enum { JSON_MAX_DEPTH = 64, JSON_LENIENT_DEPTH = 1024 };

/* A piece of the input, not NUL-terminated, borrowed from it. */
struct json_text {
	const char *at;
	size_t len;
};

struct json_reader {
	const char *start, *at, *end;
	const char *value; /* where the last value began, for messages */
	int depth;
	/* Set after json_reader_init, for documents that others write and that must
	 * be read all the same: lone surrogates and \u0000 pass (and are read as
	 * U+FFFD), and JSON_LENIENT_DEPTH levels. */
	bool lenient;
	bool first; /* no member or element of this level was read yet */
	bool failed;
	struct tt_error error;
};

enum json_type {
	JSON_INVALID,
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

/* The input is borrowed until the last call on r. */
void json_reader_init(struct json_reader *r, const char *text, size_t len);

/* What comes next, without passing it. */
enum json_type json_peek(struct json_reader *r);

/* Containers.  json_next_* return false after the last member and leave the
 * container by themselves.  A key is given as it is written, escapes and all:
 * a key of ours never needs one. */
void json_enter_object(struct json_reader *r);
bool json_next_key(struct json_reader *r, struct json_text *key);
void json_enter_array(struct json_reader *r);
bool json_next_element(struct json_reader *r);

/* Values.  A value of another type is an error. */
int64_t json_read_int(struct json_reader *r, int64_t min, int64_t max);
/* The next elements of an array, up to `count` of them; how many there were, 0 after an
 * error. */
size_t json_read_ints(struct json_reader *r, int64_t *out, size_t count, int64_t min, int64_t max);
bool json_read_bool(struct json_reader *r);
const char *json_read_string(struct json_reader *r, struct arena *arena);
bool json_read_null(struct json_reader *r); /* passes null and says true, or passes nothing */
const char *json_read_string_or_null(struct json_reader *r, struct arena *arena);

/* Pass one value of any type; json_read_raw also says where it lies. */
void json_skip(struct json_reader *r);
struct json_text json_read_raw(struct json_reader *r);

/* Record an error about the value read last: "line L, column C: <message>". */
__attribute__((format(printf, 2, 3))) void json_reader_fail(
	struct json_reader *r, const char *fmt, ...);

/* Only white space may follow now. */
void json_reader_end(struct json_reader *r);
/* TT_OK, or the first error (TT_EINPUT) moved to err. */
enum tt_code json_reader_error(const struct json_reader *r, struct tt_error *err);

/* Inline, so that the length of a constant costs nothing: readers ask this of every
 * key. */
static inline bool json_text_is(struct json_text text, const char *word)
{
	size_t len = strlen(word);

	return text.len == len && memcmp(text.at, word, len) == 0;
}

#endif
