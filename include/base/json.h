/* SPDX-License-Identifier: MIT */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/json_reader.h"

/*
 * A whole JSON document as a tree, for small documents that are looked up by
 * key: price tables, records of earlier trackers, event payloads.  (For many
 * records, json_reader.h.)  cJSON keeps the tree; this module makes it strict:
 * the text passes json_reader first, keys compare with case, and every number
 * keeps its digits as written (cJSON alone rounds integers from 10^15 on).
 *
 * Pointers to nodes are borrowed from the document; json_free() ends them all.
 */
struct json; /* one node; the root is what json_parse gives */

enum tt_code json_parse(struct json **out, const char *text, size_t len, struct tt_error *err);
void json_free(struct json *root); /* NULL is fine */
void json_freep(struct json **root);

enum json_type json_typeof(const struct json *node); /* JSON_INVALID for NULL */
/* NULL when obj is not an object or has no such member. */
const struct json *json_get(const struct json *obj, const char *key);
/* First member or element, and the next one; NULL at the end. */
const struct json *json_first(const struct json *container);
const struct json *json_next(const struct json *node);
const char *json_name(const struct json *member); /* its key, or NULL */

/* The text of a string, or NULL for any other type. */
const char *json_text(const struct json *node);
/* A whole number in range; false for anything else. */
bool json_integer(const struct json *node, int64_t *out);
/* The digits of a number as they were written, or NULL for any other type. */
const char *json_number(const struct json *node);
bool json_is_true(const struct json *node);

#endif
