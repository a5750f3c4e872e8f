/* SPDX-License-Identifier: MIT */
#include "fuzz.h"

/* A count that was read is not negative, and reads the same when it is shown,
 * with and without separators. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_autofree_ char *text = input_text(data, size);
	_cleanup_(strbuf_release) struct strbuf shown = STRBUF_INIT;
	int64_t count = -1, again = -1;

	if (!text_parse_count(&count, text)) {
		must(count == -1);
		return 0;
	}
	must(count >= 0);
	text_add_count(&shown, count);
	must(text_parse_count(&again, shown.buf));
	must(count == again);
	must(strspn(text, "0123456789,_.kKmM") == strlen(text));
	return 0;
}
