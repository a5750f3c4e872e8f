/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"

/*
 * A fuzz target is one file fuzz_<name>.c with one LLVMFuzzerTestOneInput.
 * It does more than not crash: must() says what holds for every input.  Inputs
 * that once broke something lie in regressions/<name>/, and `make fuzz-replay`
 * runs them, and the seeds in corpus/<name>/, with any compiler.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define must(claim)                                                                               \
	do {                                                                                      \
		if (!(claim)) {                                                                   \
			(void)fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #claim); \
			abort();                                                                  \
		}                                                                                 \
	} while (0)

/* The input as a string, up to its first NUL. */
static inline char *input_text(const uint8_t *data, size_t size)
{
	return xstrndup((const char *)data, strnlen((const char *)data, size));
}

/* Valid UTF-8, and nothing in it that a terminal acts upon or that turns text
 * around.  Deliberately not made of text_add_visible, which is tested by it. */
static inline bool is_harmless(const char *text)
{
	size_t len = strlen(text), n;

	for (size_t i = 0; i < len; i += n) {
		uint32_t c;

		n = utf8_sequence(text + i, len - i);
		if (n == 0)
			return false;
		c = utf8_decode(text + i, n);
		if (c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
			(c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069))
			return false;
	}
	return true;
}

static inline size_t count_characters(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += (*text & 0xc0) != 0x80;
	return count;
}

#endif
