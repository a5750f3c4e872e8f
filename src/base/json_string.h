/* SPDX-License-Identifier: MIT */
#ifndef BASE_JSON_STRING_H
#define BASE_JSON_STRING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* The inside of JSON strings, for the reader and the writer. */

/* A byte that stands for itself in a JSON string. */
static inline bool json_is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/* From behind the opening quote to the closing one: returns where it is, or
 * the byte that may not stand there, or end.  lenient: any \uXXXX passes. */
const char *json_string_scan(const char *p, const char *end, bool lenient, bool *escaped);
/* Undo the escapes of a string that json_string_scan has passed. */
const char *json_string_unescape(const char *raw, size_t len, struct arena *arena);

#endif
