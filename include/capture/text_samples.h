/* SPDX-License-Identifier: MIT */
#ifndef CAPTURE_TEXT_SAMPLES_H
#define CAPTURE_TEXT_SAMPLES_H

#include "base/error.h"
#include "model/estimate.h"

/*
 * Answers whose text is all that was billed as output: of these it is known how many
 * tokens a text has.  Answers with thinking or tool calls are passed over, since their
 * text is not in the transcript as it was billed.  Only counts of characters are kept.
 */
struct text_samples {
	struct estimate_sample *items;
	size_t count, alloc;
	int64_t answers; /* that were looked at */
};
void text_samples_release(struct text_samples *samples);

/* Adds those of one transcript.  What is no JSON is passed over.  TT_ENOTFOUND, TT_EINPUT
 * (no regular file) and TT_EIO name the path. */
enum tt_code text_samples_read(
	struct text_samples *samples, const char *path, struct tt_error *err);
/* The same rules on lines in memory. */
void text_samples_read_text(struct text_samples *samples, const char *text, size_t len);

#endif
