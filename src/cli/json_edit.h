/* SPDX-License-Identifier: MIT */
#ifndef CLI_JSON_EDIT_H
#define CLI_JSON_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/json_reader.h"
#include "base/strbuf.h"

/*
 * Changing a JSON text in place: a member goes in or out, and no other byte moves.
 * The text must be known to be JSON with an object at its root.
 *
 *	json_edit_init -> json_edit_member, json_edit_add, json_edit_cut, ...
 *	-> json_edit_release
 *
 * Every change moves what stands behind it: spans that were found before a change
 * are void after it.
 */
struct json_edit {
	struct strbuf text;
	const char *newline; /* "\n", "\r\n", or "" in a text of one line */
	struct strbuf unit;  /* one level of indentation */
};
#define JSON_EDIT_INIT                                                  \
	{                                                               \
		.text = STRBUF_INIT, .newline = "", .unit = STRBUF_INIT \
	}

void json_edit_init(struct json_edit *e, const char *text, size_t len);
void json_edit_release(struct json_edit *e);

/* Where something stands in the text: [from, to). */
struct json_span {
	size_t from, to;
};
struct json_member {
	bool present;
	struct json_span key, value; /* key with its quotes */
	size_t last;		     /* the end of the last member of the object; 0: empty */
};

struct json_span json_edit_root(const struct json_edit *e);
/* The member that counts, which is the last of its name; not present either when the
 * span is no object. */
struct json_member json_edit_member(
	const struct json_edit *e, struct json_span object, const char *name);
struct json_span json_edit_member_span(const struct json_member *member);
enum json_type json_edit_type(const struct json_edit *e, struct json_span value);
/* A string member's text, unescaped; NULL when there is none. */
const char *json_edit_string(
	const struct json_edit *e, struct json_span object, const char *name, struct arena *arena);
bool json_edit_is_empty(const struct json_edit *e, struct json_span container);
/* The end of the last element of an array; 0 when it is empty. */
size_t json_edit_last_element(const struct json_edit *e, struct json_span array);
/* The elements of an array, one after the other: a reader for `span`, and each value
 * that it reads as a span of the text. */
struct json_reader json_edit_reader(const struct json_edit *e, struct json_span span);
struct json_span json_edit_read(const struct json_edit *e, struct json_reader *r);

void json_edit_replace(struct json_edit *e, struct json_span span, const char *with);
/* Add a member (or, without a name, an element) behind the last one of a container
 * whose items stand at `depth`; last: the end of that one, or 0. */
void json_edit_add(struct json_edit *e, struct json_span container, size_t last, int depth,
	const char *name, const char *value);
/* Take out an item of a container with the comma that goes with it. */
void json_edit_cut(struct json_edit *e, struct json_span item);

#endif
