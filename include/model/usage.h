/* SPDX-License-Identifier: MIT */
#ifndef MODEL_USAGE_H
#define MODEL_USAGE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Token counts by kind, as the API bills them.  The kinds never overlap:
 * `input` excludes what was read from or written to the cache.  `unsplit` is a
 * total typed by a person, whose split into kinds nobody knows; it stays
 * unknown.
 *
 * Counts are never negative and at most USAGE_MAX each: 2^53 - 1, the largest
 * integer that every reader of our JSON (jq, JavaScript) takes exactly.
 */
#define USAGE_MAX INT64_C(9007199254740991)

struct usage {
	int64_t input;
	int64_t output;
	int64_t cache_read;
	int64_t cache_write_5m;
	int64_t cache_write_1h;
	int64_t unsplit;
};

enum { USAGE_KINDS = 6 };

/* The kinds in order, for tables and codecs: "input" ... "unsplit". */
extern const char *const usage_names[USAGE_KINDS];
int64_t usage_get(const struct usage *u, int kind);
void usage_set(struct usage *u, int kind, int64_t tokens);

/* *sum += u.  False, and *sum unchanged, on overflow. */
bool usage_add(struct usage *sum, const struct usage *u);
/* Sum over the kinds; false on overflow. */
bool usage_total(int64_t *out, const struct usage *u);

#endif
