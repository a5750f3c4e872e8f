/* SPDX-License-Identifier: MIT */
#include "code_span.h"
#include "report/escape.h"

/* One code span that nothing leaves, and that shows printable text unchanged. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_autofree_ char *text = input_text(data, size);
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	_autofree_ char *visible = text_visible(text), *inner = NULL;

	escape_markdown_code(&out, text);
	must((*text == '\0') == (out.len == 0));
	if (!out.len)
		return 0;
	must(is_harmless(out.buf));
	inner = take_code_span(out.buf);
	must(strcmp(text, visible) != 0 || strstr(inner, text) != NULL);
	return 0;
}
