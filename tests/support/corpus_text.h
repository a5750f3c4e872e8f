/* SPDX-License-Identifier: MIT */
#ifndef CORPUS_TEXT_H
#define CORPUS_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"

/* Numbers, prose and sizes of files that depend on the seed alone. */

static uint64_t random_state;

static inline uint64_t random_mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

static inline uint64_t random_next(void)
{
	return random_mix(random_state += UINT64_C(0x9e3779b97f4a7c15));
}

/* low .. high, both included */
static inline int64_t random_between(int64_t low, int64_t high)
{
	return low + (int64_t)(random_next() % (uint64_t)(high - low + 1));
}

static inline bool random_one_in(int64_t n)
{
	return random_between(1, n) == 1;
}

static inline void add_uuid(struct strbuf *out, uint64_t number)
{
	uint64_t a = random_mix(number + 17), b = random_mix(number + 71);

	strbuf_addf(out, "%08x-%04x-4%03x-8%03x-%012llx", (unsigned)(a >> 32),
		(unsigned)(a >> 16 & 0xffff), (unsigned)(a & 0xfff), (unsigned)(b >> 52),
		(unsigned long long)(b & UINT64_C(0xffffffffffff)));
}

/* Phrases of one length, each whole: a text may begin at any and end at any. */
enum { PHRASE = 64, PHRASES = 4096 };
static char prose[PHRASE * PHRASES];

static inline void phrase_fill(char *to, unsigned n)
{
	static const char *const odd[] = {
		"\\\"usage\\\":{\\\"input_tokens\\\":987654,\\\"output_tokens\\\":987654},",
		"\\\"type\\\":\\\"assistant\\\",\\\"message\\\":{\\\"id\\\":\\\"msg_text\\\"}",
		"\\u00fcml\\u00e4ut \xc3\xa9t\xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x9a\x80 ",
		"C:\\\\path\\\\to\\\\\\\\ \\\"quoted \\\\\\\" twice\\\" ",
		"\\tif (usage != NULL) {\\n\\t\\treturn usage;\\n\\t}\\n",
		"{ [ } ] , : \\/ \\b \\f \\r ",
	};
	static const char *const words[] = { "commit", "the", "parser", "reads", "a", "buffer",
		"until", "newline", "return", "static", "int", "branch", "tests", "pass", "now" };
	size_t used = 0;

	memset(to, ' ', PHRASE);
	if (n % 16 == 0) {
		const char *text = odd[n / 16 % (sizeof odd / sizeof *odd)];

		memcpy(to, text, strlen(text));
		return;
	}
	for (;;) {
		const char *word = words[random_next() % (sizeof words / sizeof *words)];

		if (used + strlen(word) + 1 > PHRASE - 2)
			break;
		memcpy(to + used, word, strlen(word));
		used += strlen(word) + 1;
	}
	memcpy(to + PHRASE - 2, "\\n", 2);
}

static inline void prose_init(void)
{
	for (unsigned n = 0; n < PHRASES; n++)
		phrase_fill(prose + n * PHRASE, n);
}

/* About len bytes, inside of a JSON string */
static inline void add_prose(struct strbuf *out, int64_t len)
{
	int64_t phrases = len / PHRASE + 1;

	while (phrases > 0) {
		int64_t first = random_between(0, PHRASES - 1);
		int64_t count = PHRASES - first < phrases ? PHRASES - first : phrases;

		strbuf_add(out, prose + first * PHRASE, (size_t)count * PHRASE);
		phrases -= count;
	}
}

/* The size of the file that is larger than `share` of 1000 files: as measured of a
 * real collection of 3,142 files. */
static inline int64_t size_at(int64_t share)
{
	static const int64_t at[] = { 0, 500, 750, 900, 950, 990, 1000 };
	static const int64_t kb[] = { 8, 105, 234, 654, 1500, 5400, 9000 };
	size_t i = 1;

	while (at[i] < share)
		i++;
	return 1000 * (kb[i - 1] + (kb[i] - kb[i - 1]) * (share - at[i - 1]) / (at[i] - at[i - 1]));
}

/* Of a collection of so many files and megabytes; one is much larger than the others. */
static inline int64_t *choose_sizes(int64_t files, int64_t mb)
{
	int64_t *sizes = xcalloc((size_t)files, sizeof *sizes);
	int64_t sum = 0, wanted = mb * 1000000 - mb * 87000;

	for (int64_t i = 1; i < files; i++)
		sum += sizes[i] = size_at(i * 1000 / files);
	for (int64_t i = 1; i < files; i++)
		sizes[i] = sizes[i] * (wanted / 1000) / (sum / 1000);
	sizes[0] = mb * 87000;
	for (int64_t i = files - 1; i > 0; i--) {
		int64_t j = random_between(0, i), kept = sizes[i];

		sizes[i] = sizes[j];
		sizes[j] = kept;
	}
	return sizes;
}

#endif
