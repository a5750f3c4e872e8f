/* SPDX-License-Identifier: MIT */
#ifndef CORPUS_TEXT_H
#define CORPUS_TEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"

/* Numbers and prose that depend on the seed alone. */

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

#endif
