/* SPDX-License-Identifier: MIT */
#include "capture/text_samples.h"
#include "fuzz.h"

/* Whatever a transcript holds: samples are plausible, and no more than answers. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text_samples samples = { 0 };
	struct text_profile profile = { 0 };
	int64_t tokens;

	text_samples_read_text(&samples, (const char *)data, size);
	must((int64_t)samples.count <= samples.answers);
	for (size_t i = 0; i < samples.count; i++)
		must(estimate_sample_is_plausible(&samples.items[i]));
	text_samples_release(&samples);

	text_profile_add(&profile, (const char *)data, size);
	tokens = estimate_by_kinds(&profile, &estimate_default_rates);
	must(text_profile_chars(&profile) <= (int64_t)size);
	must((tokens > 0) == (size > 0) && tokens <= (int64_t)size);
	must(estimate_by_s0((const char *)data, size, &(struct estimate_s0)ESTIMATE_S0_INIT) <=
		(int64_t)size);
	return 0;
}
