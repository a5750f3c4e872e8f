/* SPDX-License-Identifier: MIT */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

/* Small things about text that several layers need. */

bool text_starts_with(const char *text, const char *prefix);
bool text_ends_with(const char *text, const char *suffix);

/* Length of the valid UTF-8 sequence at text (1..4), or 0 if there is none. */
size_t utf8_sequence(const char *text, size_t len);
bool utf8_is_valid(const char *text, size_t len);
/* Decode the sequence at text; len must come from utf8_sequence. */
uint32_t utf8_decode(const char *text, size_t len);
/* Does this character beyond ASCII hide, reorder or control what is shown? */
bool utf8_is_invisible(uint32_t c);

/* "54,161" or, grouped = false, "54161". */
void text_add_count(struct strbuf *out, int64_t count);

/* A count as people type it: "54161", "54,161", "54_161", "54k", "1.5m",
 * "2M".  Thousands separators must stand where they belong.  False for
 * anything else, negatives and overflow included. */
bool text_parse_count(int64_t *out, const char *text);

/*
 * Append text made safe to show on a terminal or in a log: control bytes,
 * DEL, C1 controls, bidirectional and invisible format characters and invalid
 * UTF-8 become \xNN (or \u{NNNN}); everything else is kept.
 */
void text_add_visible(struct strbuf *out, const char *text);
/* The same as a new string. */
char *text_visible(const char *text);
/* The same, cut between two characters after at most `max` bytes and then ended
 * with "...": for values quoted in messages. */
char *text_visible_short(const char *text, size_t max);

/* 64-bit content hash, stable across machines and releases (it is stored).
 * Not cryptographic: it finds accidents, not attacks. */
uint64_t text_hash(const void *data, size_t len, uint64_t seed);

#endif
