/* SPDX-License-Identifier: MIT */
#ifndef MODEL_ESTIMATE_H
#define MODEL_ESTIMATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * How many tokens a text may have, for those who have no count of them.  An estimate
 * knows only the visible text: no system prompt, no tools, no cache, no thinking.  It is
 * always shown as one, and never mixed with what was measured.
 *
 * By kinds: a tokenizer cuts prose, code, digits and scripts into pieces of different
 * length, so characters are counted by kind and each kind has a rate.
 *
 *	text_profile_add -> estimate_by_kinds
 *
 * The rates are learned from answers whose text and count are known:
 *
 *	estimate_fit (samples) -> rates, and how wrong they were on samples held out
 *
 * All arithmetic is in integers, so that an estimate is the same everywhere.
 */
enum text_kind {
	TEXT_PROSE, /* Latin letters, in lines that read like prose */
	TEXT_CODE,  /* Latin letters, in lines with much punctuation */
	TEXT_SPACE,
	TEXT_DIGIT,
	TEXT_MARK,     /* punctuation and symbols */
	TEXT_ALPHABET, /* Greek, Cyrillic, Arabic, Devanagari, ... */
	TEXT_WIDE,     /* Chinese, Japanese, Korean, and what comes behind them: emoji */
};
enum { TEXT_KINDS = 7 };
extern const char *const text_kind_names[TEXT_KINDS]; /* "prose", ... */

struct text_profile {
	int64_t chars[TEXT_KINDS]; /* code points */
};
/* Adds the characters of a whole text.  Bytes that are no UTF-8 count one each. */
void text_profile_add(struct text_profile *profile, const char *text, size_t len);
int64_t text_profile_chars(const struct text_profile *profile);

struct estimate_rates {
	int32_t per_million[TEXT_KINDS]; /* tokens in a million characters of the kind */
};
enum { ESTIMATE_RATE_MAX = 8000000 };
/* Learned from nobody's answers: typical of byte-pair vocabularies. */
extern const struct estimate_rates estimate_default_rates;
/* Rounded up: a text has at least one token; nothing has none. */
int64_t estimate_by_kinds(const struct text_profile *profile, const struct estimate_rates *rates);

/* --- learning the rates ------------------------------------------------------- */

struct estimate_sample {
	struct text_profile profile;
	int64_t tokens; /* measured */
};
/* How far estimates are from what was measured. */
struct estimate_error {
	size_t samples;
	int64_t measured, estimated;	/* sums */
	int64_t mean_absolute_permille; /* of single answers, each as much as another */
};
struct estimate_error estimate_error_of(
	const struct estimate_sample *samples, size_t count, const struct estimate_rates *rates);

/* Can so many tokens be those of the text?  No vocabulary needs more than two for a
 * character, a few for the answer itself aside, or puts more than twenty characters in
 * one: there was more in the answer than is to be seen. */
bool estimate_sample_is_plausible(const struct estimate_sample *sample);

enum { ESTIMATE_SAMPLES_MIN = 20 };
struct estimate_fitted {
	struct estimate_rates rates;
	/* Every fifth sample, which was not learned from: with what was learned, and with
	 * the default rates. */
	struct estimate_error held_out, by_default;
	size_t learned_from;
};
/* False: too few samples.  They stand in an order that says nothing. */
bool estimate_fit(struct estimate_fitted *out, const struct estimate_sample *samples, size_t count);

/* --- the formula of an earlier tracker ---------------------------------------- */

/* Characters by chars_per_token; a fifth more when over a tenth of them are brackets,
 * stops and commas, a tenth more when over a twentieth are signs of code; then the
 * buffer; rounded down. */
struct estimate_s0 {
	int32_t chars_per_token; /* in thousandths: 4000 */
	int32_t buffer;		 /* in thousandths: 1100 */
};
#define ESTIMATE_S0_INIT                                \
	{                                               \
		.chars_per_token = 4000, .buffer = 1100 \
	}
int64_t estimate_by_s0(const char *text, size_t len, const struct estimate_s0 *how);

#endif
