/* SPDX-License-Identifier: MIT */
#ifndef BASE_JSON_WRITER_H
#define BASE_JSON_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"

/*
 * Appends compact JSON to a strbuf, commas and escapes included.
 *
 *	struct json_writer w = { .out = &buf };
 *	json_open(&w, '{');
 *	json_key(&w, "tokens");
 *	json_int(&w, 45000);
 *	json_close(&w, '}');
 *
 * Integers are written digit by digit, never through a double.  A string must
 * be valid UTF-8; bytes that are not are written as U+FFFD, so that the output
 * is always JSON.  Whatever a terminal would act upon is escaped, so that JSON
 * can be shown.
 */
struct json_writer {
	struct strbuf *out;
	bool comma; /* the next key or value needs one before it */
};

void json_open(struct json_writer *w, char bracket);  /* '{' or '[' */
void json_close(struct json_writer *w, char bracket); /* '}' or ']' */
void json_key(struct json_writer *w, const char *key);
void json_int(struct json_writer *w, int64_t value);
void json_bool(struct json_writer *w, bool value);
void json_null(struct json_writer *w);
void json_string(struct json_writer *w, const char *text); /* NULL becomes null */
void json_string_len(struct json_writer *w, const char *text, size_t len);
void json_raw(struct json_writer *w, const char *json, size_t len); /* already JSON */

/* json_key() and the value in one call. */
void json_put_int(struct json_writer *w, const char *key, int64_t value);
void json_put_bool(struct json_writer *w, const char *key, bool value);
void json_put_string(struct json_writer *w, const char *key, const char *text);
void json_put_null(struct json_writer *w, const char *key);

#endif
