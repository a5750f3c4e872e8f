/* SPDX-License-Identifier: MIT */
#ifndef CLI_ESTIMATOR_H
#define CLI_ESTIMATOR_H

#include "capture/text_samples.h"
#include "cli/context.h"
#include "model/estimate.h"

/*
 * A way to estimate, set up from options, configuration and what was learned:
 *
 *	estimator_open -> estimator_tokens, for each text
 *
 * What `estimate --calibrate` learned lies in the user's state (estimate.json): rates
 * and errors, no text.
 */
struct estimator_options {
	const char *method; /* "kinds", "s0"; NULL: track-tokens.estimate.method */
	const char *chars_per_token, *buffer; /* of s0; NULL: as configured */
};
#define ESTIMATOR_ROWS(type, member)                                                           \
	{ "method", 0, OPTION_WORD, "kinds|s0",                                                \
		"by kinds of text (default), or by an earlier tracker's formula",              \
		offsetof(type, member.method), false },                                        \
		{ "chars-per-token", 0, OPTION_TEXT, "N", "s0: characters in a token (4)",     \
			offsetof(type, member.chars_per_token), false },                       \
	{                                                                                      \
		"buffer", 0, OPTION_TEXT, "N", "s0: what the estimate is multiplied by (1.1)", \
			offsetof(type, member.buffer), false                                   \
	}

struct estimator {
	bool is_s0;
	struct estimate_s0 s0;
	bool is_calibrated;
	struct estimate_fitted fitted; /* the default rates, where nothing was learned */
};
/* With the repository that ctx has open, if any. */
enum tt_code estimator_open(struct estimator *out, const struct context *ctx,
	const struct estimator_options *options, struct tt_error *err);
/* profile (may be NULL) gets the characters by kind, too. */
int64_t estimator_tokens(
	const struct estimator *e, const struct strbuf *text, struct text_profile *profile);
const char *estimator_method(const struct estimator *e); /* "kinds", "s0" */

/* Keep what was learned. */
enum tt_code estimator_save(const struct estimate_fitted *fitted, struct tt_error *err);
/* All answers of all transcripts that one can learn from. */
enum tt_code estimator_samples(
	struct text_samples *out, const struct context *ctx, struct tt_error *err);

/* The text of a file; "" and "-": of standard input, to its end. */
enum tt_code estimator_read(
	struct strbuf *out, const struct context *ctx, const char *file, struct tt_error *err);
/* What is on the clipboard, by the first tool of the system's that is there. */
enum tt_code estimator_read_clipboard(struct strbuf *out, struct tt_error *err);

#endif
