/* SPDX-License-Identifier: MIT */
#ifndef TESTS_TRANSCRIPT_WORLD_H
#define TESTS_TRANSCRIPT_WORLD_H

/* The four headers in the order that cmocka wants. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "capture/transcript.h"
#include "model/response_set.h"

/*
 * What a scan finds, kept for looking at.
 *
 *	struct found found;
 *	found_scan(&found, "{...}\n{...}\n");
 *	found_response(&found, "msg_1")->usage.output;
 *	found_release(&found);
 */
struct found {
	struct response_set *responses;
	struct transcript_stats stats;
	struct instant last_time;
	size_t told; /* calls of the sink for responses */
	size_t totals, worktrees;
	struct cost_state total; /* the last one, with its strings in the arena */
	struct model_total models[8];
	struct worktree_record worktree;
	struct arena arena;
};

static inline const char *found_keep(struct found *f, const char *text)
{
	return text ? arena_strdup(&f->arena, text) : NULL;
}

static inline void found_take_response(void *ctx, const struct response *r, const char *holder)
{
	struct found *f = ctx;

	f->told++;
	response_set_add(f->responses, r, holder);
}

static inline void found_take_total(void *ctx, const struct cost_state *c)
{
	struct found *f = ctx;

	f->totals++;
	f->total = *c;
	f->total.session = found_keep(f, c->session);
	for (size_t i = 0; i < c->count && i < sizeof f->models / sizeof *f->models; i++) {
		f->models[i] = c->models[i];
		f->models[i].model = found_keep(f, c->models[i].model);
	}
	f->total.models = f->models;
}

static inline void found_take_worktree(void *ctx, const struct worktree_record *w)
{
	struct found *f = ctx;

	f->worktrees++;
	f->worktree = (struct worktree_record){ found_keep(f, w->path), found_keep(f, w->branch),
		found_keep(f, w->original_cwd) };
}

static inline struct transcript_sink found_sink(struct found *f)
{
	return (struct transcript_sink){
		.ctx = f,
		.response = found_take_response,
		.cost_state = found_take_total,
		.worktree = found_take_worktree,
	};
}

static inline void found_begin(struct found *f)
{
	*f = (struct found){ .responses = response_set_new() };
}

static inline void found_scan_bytes(struct found *f, const char *text, size_t len)
{
	struct transcript_sink sink;

	found_begin(f);
	sink = found_sink(f);
	transcript_scan_text(text, len, &f->last_time, &sink, &f->stats);
}

static inline void found_scan(struct found *f, const char *text)
{
	found_scan_bytes(f, text, strlen(text));
}

static inline void found_release(struct found *f)
{
	response_set_free(f->responses);
	arena_release(&f->arena);
}

/* NULL when there is no such response. */
static inline const struct response *found_response(struct found *f, const char *key)
{
	const struct response *const *all = response_set_sorted(f->responses);

	for (size_t i = 0; i < response_set_count(f->responses); i++)
		if (strcmp(all[i]->key, key) == 0)
			return all[i];
	return NULL;
}

/* What everything found adds up to; unsplit is the number of requests. */
static inline struct usage found_sum(struct found *f)
{
	const struct response *const *all = response_set_sorted(f->responses);
	struct usage sum = { 0 };

	for (size_t i = 0; i < response_set_count(f->responses); i++) {
		struct usage u = response_counted(all[i]);

		assert_true(usage_add(&sum, &u));
		sum.unsplit += response_requests(all[i]);
	}
	return sum;
}

/* The only response, when one line is scanned. */
static inline struct response found_only(struct found *f)
{
	assert_int_equal(response_set_count(f->responses), 1);
	return *response_set_sorted(f->responses)[0];
}

#endif
