/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text_cache.h"
#include "collect.h"

#define uthash_fatal(msg) mem_exhausted()
#include <uthash.h>

struct session_node {
	struct touched_session session;
	UT_hash_handle hh;
};
struct repository_node {
	int64_t id;
	UT_hash_handle hh;
};
struct touched {
	struct text_cache cache;
	struct session_node *sessions;
	struct repository_node *repositories;
};

struct touched *touched_new(void)
{
	return xcalloc(1, sizeof(struct touched));
}

void touched_free(struct touched *t)
{
	struct session_node *s, *next_session;
	struct repository_node *r, *next_repository;

	if (!t)
		return;
	HASH_ITER (hh, t->sessions, s, next_session) {
		HASH_DEL(t->sessions, s);
		free((char *)s->session.name);
		free(s);
	}
	HASH_ITER (hh, t->repositories, r, next_repository) {
		HASH_DEL(t->repositories, r);
		free(r);
	}
	free(t);
}

void touched_session(struct touched *t, const char *session, struct instant time, bool new_total)
{
	struct session_node *node = text_cache_get(&t->cache, session);

	if (!node)
		HASH_FIND_STR(t->sessions, session, node);
	if (!node) {
		node = xcalloc(1, sizeof *node);
		node->session.name = xstrdup(session);
		node->session.earliest = time;
		HASH_ADD_KEYPTR(
			hh, t->sessions, node->session.name, strlen(node->session.name), node);
	}
	text_cache_put(&t->cache, session, node->session.name, node);
	if (time.ms < node->session.earliest.ms)
		node->session.earliest = time;
	node->session.has_new_total = node->session.has_new_total || new_total;
}

void touched_repository(struct touched *t, int64_t repository)
{
	struct repository_node *node;

	if (repository == REPOSITORY_UNKNOWN || touched_has_repository(t, repository))
		return;
	node = xcalloc(1, sizeof *node);
	node->id = repository;
	HASH_ADD(hh, t->repositories, id, sizeof node->id, node);
}

bool touched_has_repository(const struct touched *t, int64_t repository)
{
	struct repository_node *node;

	HASH_FIND(hh, t->repositories, &repository, sizeof repository, node);
	return node != NULL;
}

enum tt_code touched_each_session(const struct touched *t,
	enum tt_code (*fn)(void *ctx, const struct touched_session *s, struct tt_error *err),
	void *ctx, struct tt_error *err)
{
	for (const struct session_node *node = t->sessions; node; node = node->hh.next)
		if (fn(ctx, &node->session, err) != TT_OK)
			return err->code;
	return TT_OK;
}
