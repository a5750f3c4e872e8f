/* SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "report/escape.h"

/* No character of the text can begin a tag, an entity or end an attribute. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const entities[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&#39;" };
	_autofree_ char *text = input_text(data, size);
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

	escape_html(&out, text);
	must(is_harmless(out.buf));
	must(strcspn(out.buf, "<>\"'") == out.len);
	for (const char *at = strchr(out.buf, '&'); at; at = strchr(at + 1, '&')) {
		bool known = false;

		for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
			known |= text_starts_with(at, entities[i]);
		must(known);
	}
	return 0;
}
