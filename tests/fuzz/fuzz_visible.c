/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

/* Nothing acts on a terminal any more, what was harmless stays as it is, and
 * doing it twice changes nothing. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_autofree_ char *text = input_text(data, size);
	_autofree_ char *once = text_visible(text);
	_autofree_ char *twice = text_visible(once);
	size_t plain = 0;

	must(is_harmless(once));
	must(strcmp(once, twice) == 0);
	while (text[plain] >= ' ' && text[plain] <= '~')
		plain++;
	must(strncmp(once, text, plain) == 0);
	return 0;
}
