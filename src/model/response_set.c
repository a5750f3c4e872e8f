/* SPDX-License-Identifier: MIT */
#include "model/response_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/text.h"

/* Open addressing on both tables: a slot is the index of an item + 1, or 0. */
struct table {
	uint32_t *slots;
	size_t size, used;
};

struct item {
	struct response response;
	uint64_t hash;
};

struct word {
	const char *text;
	uint64_t hash;
};

struct response_set {
	struct arena arena;
	struct table by_key, by_text;
	struct item *items;
	struct word *words;
	size_t item_alloc, word_alloc;
	size_t last; /* the item that was asked for last, + 1 */
	const struct response **sorted;
	struct response_copy *copies;
	size_t copy_count, copy_alloc;
};

enum { FIRST_SIZE = 1024 };

struct response_set *response_set_new(void)
{
	return xcalloc(1, sizeof(struct response_set));
}

void response_set_free(struct response_set *set)
{
	if (!set)
		return;
	arena_release(&set->arena);
	free(set->by_key.slots);
	free(set->by_text.slots);
	free(set->items);
	free(set->words);
	free(set->sorted);
	free(set->copies);
	free(set);
}

void response_set_freep(struct response_set **set)
{
	response_set_free(*set);
}

/* --- the tables -------------------------------------------------------------- */

static uint64_t hash_of(const char *text, size_t len)
{
	return text_hash(text, len, 0);
}

/* hash_at gives the hash of item i, for moving the slots to a larger table. */
static void table_grow(struct table *t, uint64_t (*hash_at)(const struct response_set *, size_t),
	const struct response_set *set)
{
	size_t size = t->size ? 2 * t->size : FIRST_SIZE;

	if (2 * (t->used + 1) <= t->size)
		return;
	free(t->slots);
	t->slots = xcalloc(size, sizeof *t->slots);
	t->size = size;
	for (size_t i = 0; i < t->used; i++) {
		size_t at = hash_at(set, i) & (size - 1);

		while (t->slots[at])
			at = (at + 1) & (size - 1);
		t->slots[at] = (uint32_t)i + 1;
	}
}

static uint64_t item_hash(const struct response_set *set, size_t i)
{
	return set->items[i].hash;
}

static uint64_t word_hash(const struct response_set *set, size_t i)
{
	return set->words[i].hash;
}

/* The one copy of a text that many rows share. */
static const char *intern(struct response_set *set, const char *text)
{
	struct table *t = &set->by_text;
	size_t len = text ? strlen(text) : 0, at;
	uint64_t hash;

	if (!text)
		return NULL;
	hash = hash_of(text, len);
	table_grow(t, word_hash, set);
	for (at = hash & (t->size - 1); t->slots[at]; at = (at + 1) & (t->size - 1)) {
		const struct word *word = &set->words[t->slots[at] - 1];

		if (word->hash == hash && strcmp(word->text, text) == 0)
			return word->text;
	}
	if (t->used == set->word_alloc) {
		set->word_alloc = set->word_alloc ? 2 * set->word_alloc : 64;
		set->words = xreallocarray(set->words, set->word_alloc, sizeof *set->words);
	}
	set->words[t->used] = (struct word){ arena_strndup(&set->arena, text, len), hash };
	t->slots[at] = (uint32_t)++t->used;
	return set->words[t->used - 1].text;
}

/* The item of this key; *added says that it is new and still empty. */
static struct item *item_at(struct response_set *set, const char *key, bool *added)
{
	struct table *t = &set->by_key;
	size_t len, at;
	uint64_t hash;

	*added = false;
	/* an answer has many lines in a row */
	if (set->last && strcmp(set->items[set->last - 1].response.key, key) == 0)
		return &set->items[set->last - 1];
	len = strlen(key);
	hash = hash_of(key, len);
	table_grow(t, item_hash, set);
	for (at = hash & (t->size - 1); t->slots[at]; at = (at + 1) & (t->size - 1)) {
		struct item *item = &set->items[t->slots[at] - 1];

		if (item->hash == hash && strcmp(item->response.key, key) == 0) {
			set->last = t->slots[at];
			return item;
		}
	}
	if (t->used == set->item_alloc) {
		set->item_alloc = set->item_alloc ? 2 * set->item_alloc : 256;
		set->items = xreallocarray(set->items, set->item_alloc, sizeof *set->items);
	}
	set->items[t->used] = (struct item){ .hash = hash };
	set->items[t->used].response.key = arena_strndup(&set->arena, key, len);
	t->slots[at] = (uint32_t)++t->used;
	set->last = t->used;
	*added = true;
	return &set->items[t->used - 1];
}

/* --- adding ------------------------------------------------------------------- */

static void intern_texts(struct response_set *set, struct response *r)
{
	r->session = intern(set, r->session);
	r->model = intern(set, r->model);
	r->cwd = intern(set, r->cwd);
	r->git_branch = intern(set, r->git_branch);
}

static void note_copy(struct response_set *set, const char *session, const char *key)
{
	const struct response_copy *last =
		set->copy_count ? &set->copies[set->copy_count - 1] : NULL;

	/* an answer has many lines in a row */
	if (last && last->key == key && strcmp(last->session, session) == 0)
		return;
	if (set->copy_count == set->copy_alloc) {
		set->copy_alloc = set->copy_alloc ? 2 * set->copy_alloc : 64;
		set->copies = xreallocarray(set->copies, set->copy_alloc, sizeof *set->copies);
	}
	set->copies[set->copy_count++] = (struct response_copy){ intern(set, session), key };
}

/* Order of texts; one that is not known comes last. */
static int compare_texts(const char *a, const char *b)
{
	if (!a || !b)
		return !a - !b;
	return strcmp(a, b);
}

/* Two witnesses that are equally good and do not agree: which is heard must not
 * depend on which was read first. */
static bool comes_first(const struct response *a, const struct response *b)
{
	int order;

	if (response_is_better_witness(a, b) || response_is_better_witness(b, a))
		return false;
	order = compare_texts(a->cwd, b->cwd);
	if (!order)
		order = compare_texts(a->git_branch, b->git_branch);
	if (!order)
		order = compare_texts(a->session, b->session);
	return (order ? order : compare_texts(a->model, b->model)) < 0;
}

static void merge(struct response *into, const struct response *from)
{
	struct response first = *from;

	if (!comes_first(from, into)) {
		response_merge(into, from);
		return;
	}
	response_merge(&first, into);
	*into = first;
}

/* A session that has lines of an answer and did not make it, or not as far as is
 * heard: clients once copied lines into a fork without saying so. */
static void note_if_other(struct response_set *set, const struct item *item, const char *session)
{
	const struct response *r = &item->response;

	if (session && (!r->session || strcmp(session, r->session) != 0))
		note_copy(set, session, r->key);
}

static struct item *add(struct response_set *set, const struct response *r)
{
	bool added;
	struct item *item = item_at(set, r->key, &added);
	const char *key = item->response.key, *session = item->response.session;

	if (added)
		item->response = *r;
	else
		merge(&item->response, r);
	item->response.key = key;
	intern_texts(set, &item->response);
	note_if_other(set, item, session);
	note_if_other(set, item, r->session);
	free(set->sorted);
	set->sorted = NULL;
	return item;
}

void response_set_add(struct response_set *set, const struct response *r, const char *holder)
{
	note_if_other(set, add(set, r), holder);
}

void response_set_join(struct response_set *set, struct response_set *from)
{
	bool added;

	for (size_t i = 0; i < from->by_key.used; i++)
		(void)add(set, &from->items[i].response);
	for (size_t i = 0; i < from->copy_count; i++)
		note_copy(set, from->copies[i].session,
			item_at(set, from->copies[i].key, &added)->response.key);
	arena_release(&from->arena);
	free(from->by_key.slots);
	free(from->by_text.slots);
	free(from->items);
	free(from->words);
	free(from->sorted);
	free(from->copies);
	*from = (struct response_set){ 0 };
}

/* --- reading ------------------------------------------------------------------- */

size_t response_set_count(const struct response_set *set)
{
	return set->by_key.used;
}

static int compare_keys(const void *a, const void *b)
{
	const struct response *const *x = a, *const *y = b;

	return strcmp((*x)->key, (*y)->key);
}

const struct response *const *response_set_sorted(struct response_set *set)
{
	size_t count = set->by_key.used;

	if (set->sorted)
		return set->sorted;
	set->sorted = xcalloc(count + 1, sizeof(struct response *));
	for (size_t i = 0; i < count; i++)
		set->sorted[i] = &set->items[i].response;
	qsort(set->sorted, count, sizeof(struct response *), compare_keys);
	return set->sorted;
}

const struct response_copy *response_set_copies(const struct response_set *set, size_t *count)
{
	*count = set->copy_count;
	return set->copies;
}
