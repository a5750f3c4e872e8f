/* SPDX-License-Identifier: MIT */
#ifndef MODEL_RESPONSE_SET_H
#define MODEL_RESPONSE_SET_H

#include <stddef.h>

#include "model/response.h"

/*
 * Responses by key, each joined from all the lines that were seen of it: what
 * a scan collects before the usage index takes it.  Owns its strings (equal ones
 * once).  What it holds in the end does not depend on the order in which lines and
 * sets came: of equally good witnesses the one whose directory, branch, session and
 * model come first by their bytes is heard.
 */
struct response_set;

struct response_set *response_set_new(void);
void response_set_free(struct response_set *set); /* NULL is fine */
void response_set_freep(struct response_set **set);

/* Joins r with what is known under its key; strings are copied.  holder: the
 * session whose file holds the line.  A copy is noted for the holder, and for every
 * session that a line named as its own, when in the end it is not the response's. */
void response_set_add(struct response_set *set, const struct response *r, const char *holder);
/* Take over everything from another set, which is empty then. */
void response_set_join(struct response_set *set, struct response_set *from);

size_t response_set_count(const struct response_set *set);
/* All, sorted by key (bytes); borrowed, valid until the set is changed. */
const struct response *const *response_set_sorted(struct response_set *set);

/* Which sessions hold copies of which responses, each pair at least once. */
struct response_copy {
	const char *session, *key;
};
const struct response_copy *response_set_copies(const struct response_set *set, size_t *count);

#endif
