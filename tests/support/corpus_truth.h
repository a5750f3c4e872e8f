/* SPDX-License-Identifier: MIT */
#ifndef CORPUS_TRUTH_H
#define CORPUS_TRUTH_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/mem.h"
#include "base/strbuf.h"

/* What the corpus holds in truth: a table of sums.  The prices are our own copy,
 * in nano-dollars a token, so that they check those of the program. */

enum { INPUT, OUTPUT, CACHE_READ, CACHE_5M, CACHE_1H, KINDS };

struct sums {
	int64_t tokens[KINDS];
	int64_t requests, web_searches;
	int64_t nano_usd;
};

struct corpus_model {
	const char *name, *released; /* the day from which on it has a price; NULL: long ago */
	bool priced;
	int64_t rates[KINDS];
};
enum { OPUS, SONNET, HAIKU, FABLE, OLD_OPUS, OLD_HAIKU, UNPRICED, MODELS };
static const struct corpus_model corpus_models[MODELS] = {
	[OPUS] = { "claude-opus-5-5", "2026-09-22", true, { 4000, 20000, 200, 5000, 8000 } },
	[SONNET] = { "claude-sonnet-5-5", "2026-09-28", true, { 2000, 10000, 100, 2500, 4000 } },
	[HAIKU] = { "claude-haiku-5-5", "2026-10-07", true, { 100, 500, 10, 125, 200 } },
	[FABLE] = { "claude-fable-5-1", NULL, true, { 10000, 50000, 250, 12500, 20000 } },
	[OLD_OPUS] = { "claude-opus-4-5-20251101", NULL, true, { 5000, 25000, 500, 6250, 10000 } },
	[OLD_HAIKU] = { "claude-haiku-4-5-20251001", NULL, true, { 1000, 5000, 100, 1250, 2000 } },
	/* The client costs what it does not know as Opus 5.5. */
	[UNPRICED] = { "claude-quill-7-preview", NULL, false, { 4000, 20000, 200, 5000, 8000 } },
};
enum { HAIKU_LONG_PROMPT = 100000 };

/* The date on which Sonnet 5.5's cache reads became cheaper */
static const char sonnet_cut[] = "2026-10-07";

static inline int64_t corpus_price(
	int model, const struct sums *s, const char *day, bool fast, bool us)
{
	const struct corpus_model *m = &corpus_models[model];
	int64_t prompt = s->tokens[INPUT] + s->tokens[CACHE_READ] + s->tokens[CACHE_5M] +
			 s->tokens[CACHE_1H];
	int64_t cost = 0;

	for (int kind = 0; kind < KINDS; kind++) {
		int64_t rate = m->rates[kind];

		if (model == SONNET && kind == CACHE_READ && strcmp(day, sonnet_cut) < 0)
			rate = 200;
		cost += s->tokens[kind] * rate;
	}
	if (model == HAIKU && prompt > HAIKU_LONG_PROMPT)
		cost *= 5;
	if (fast)
		cost *= 2;
	if (us)
		cost += cost / 10;
	return cost + s->web_searches * 10000000;
}

static inline void sums_add(struct sums *into, const struct sums *s)
{
	for (int kind = 0; kind < KINDS; kind++)
		into->tokens[kind] += s->tokens[kind];
	into->requests += s->requests;
	into->web_searches += s->web_searches;
	into->nano_usd += s->nano_usd;
}

struct truth_row {
	UT_hash_handle hh;
	struct sums sums;
	bool priced;
	char key[]; /* cwd, branch, day, model, session, kind: tab between */
};
static struct truth_row *truth;

struct truth_place {
	const char *cwd, *branch, *day, *session, *kind;
};

static inline void truth_add(const struct truth_place *at, int model, const struct sums *s)
{
	static struct strbuf key = STRBUF_INIT;
	struct truth_row *row;

	strbuf_reset(&key);
	strbuf_addf(&key, "%s\t%s\t%s\t%s\t%s\t%s", at->cwd, at->branch, at->day,
		corpus_models[model].name, at->session, at->kind);
	HASH_FIND(hh, truth, key.buf, (unsigned)key.len, row);
	if (!row) {
		row = xcalloc(1, sizeof *row + key.len + 1);
		memcpy(row->key, key.buf, key.len);
		row->priced = corpus_models[model].priced;
		HASH_ADD_KEYPTR(hh, truth, row->key, (unsigned)key.len, row);
	}
	sums_add(&row->sums, s);
}

static inline int truth_order(const struct truth_row *a, const struct truth_row *b)
{
	return strcmp(a->key, b->key);
}

/* Also forgets it all. */
static inline void truth_write(FILE *out)
{
	struct truth_row *row, *next;

	(void)fputs("cwd\tbranch\tday\tmodel\tsession\tkind\tinput\toutput\tcache_read\t"
		    "cache_write_5m\tcache_write_1h\trequests\tweb_searches\tcost_nano_usd\n",
		out);
	HASH_SORT(truth, truth_order);
	HASH_ITER (hh, truth, row, next) {
		const struct sums *s = &row->sums;

		(void)fputs(row->key, out);
		for (int kind = 0; kind < KINDS; kind++)
			(void)fprintf(out, "\t%" PRId64, s->tokens[kind]);
		(void)fprintf(out, "\t%" PRId64 "\t%" PRId64, s->requests, s->web_searches);
		if (row->priced)
			(void)fprintf(out, "\t%" PRId64 "\n", s->nano_usd);
		else
			(void)fputs("\t-\n", out);
		HASH_DEL(truth, row);
		free(row);
	}
}

#endif
