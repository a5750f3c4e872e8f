/* SPDX-License-Identifier: MIT */
#include "monitor_deltas.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define uthash_fatal(msg) mem_exhausted()
#include <uthash.h>

struct monitor_answer {
	struct usage usage;
	struct cost cost;
	int64_t tokens;
	UT_hash_handle hh;
	char key[];
};

static void free_answers(struct monitor_answer **all)
{
	struct monitor_answer *answer, *next;

	HASH_ITER (hh, *all, answer, next) {
		HASH_DEL(*all, answer);
		free(answer);
	}
}

static void remember(struct monitor_deltas *d, const char *key, const struct monitor_change *answer)
{
	size_t len = strlen(key);
	struct monitor_answer *own = xmalloc(sizeof *own + len + 1);

	own->usage = answer->usage;
	own->cost = answer->cost;
	own->tokens = answer->tokens;
	memcpy(own->key, key, len + 1);
	HASH_ADD_KEYPTR(hh, d->now, own->key, len, own);
}

static struct monitor_change *of_session(
	struct monitor_deltas *d, const struct monitor_change *answer)
{
	for (size_t i = 0; i < d->count; i++)
		if (strcmp(d->items[i].session, answer->session) == 0)
			return &d->items[i];
	if (d->count == d->alloc) {
		d->alloc = d->alloc ? 2 * d->alloc : 8;
		d->items = xreallocarray(d->items, d->alloc, sizeof *d->items);
	}
	d->items[d->count] = (struct monitor_change){
		.session = arena_strdup(&d->arena, answer->session),
	};
	return &d->items[d->count++];
}

static bool is_same(const struct monitor_answer *old, const struct monitor_change *answer)
{
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		if (usage_get(&old->usage, kind) != usage_get(&answer->usage, kind))
			return false;
	return money_compare(old->cost.low, answer->cost.low) == 0;
}

/* A session is where it was last. */
static void add(struct monitor_deltas *d, const struct monitor_change *answer,
	const struct monitor_answer *old)
{
	struct monitor_change *sum = of_session(d, answer);

	sum->time = answer->time;
	sum->project = answer->project ? arena_strdup(&d->arena, answer->project) : NULL;
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		usage_set(&sum->usage, kind,
			usage_get(&sum->usage, kind) + usage_get(&answer->usage, kind) -
				usage_get(&old->usage, kind));
	sum->tokens += answer->tokens - old->tokens;
	sum->cost.low.pico += answer->cost.low.pico - old->cost.low.pico;
	sum->cost.high.pico += answer->cost.high.pico - old->cost.high.pico;
	sum->cost.unpriced_tokens += answer->cost.unpriced_tokens - old->cost.unpriced_tokens;
}

void monitor_deltas_begin(struct monitor_deltas *d)
{
	d->count = 0;
	arena_reset(&d->arena);
}

void monitor_deltas_take(
	struct monitor_deltas *d, const char *key, const struct monitor_change *answer)
{
	static const struct monitor_answer none;
	const struct monitor_answer *old = NULL;

	remember(d, key, answer);
	if (!d->any_before)
		return;
	HASH_FIND_STR(d->before, key, old);
	if (!old || !is_same(old, answer))
		add(d, answer, old ? old : &none);
}

void monitor_deltas_end(struct monitor_deltas *d)
{
	free_answers(&d->before);
	d->before = d->now;
	d->now = NULL;
	d->any_before = true;
}

void monitor_deltas_undo(struct monitor_deltas *d)
{
	free_answers(&d->now);
	d->count = 0;
}

void monitor_deltas_release(struct monitor_deltas *d)
{
	free_answers(&d->before);
	free_answers(&d->now);
	free(d->items);
	arena_release(&d->arena);
}
