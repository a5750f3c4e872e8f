/* SPDX-License-Identifier: MIT */
#include "code_span.h"
#include "report/escape.h"

/* One code span that no "|" splits and nothing leaves, of bounded length. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_autofree_ char *text = input_text(data, size);
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	_autofree_ char *inner = NULL;
	size_t pipes = 0;

	escape_markdown_cell(&out, text);
	must((*text == '\0') == (out.len == 0));
	if (!out.len)
		return 0;
	must(is_harmless(out.buf));
	inner = take_code_span(out.buf);
	for (const char *at = inner; *at; at++)
		if (*at == '|') {
			must(at > inner && at[-1] == '\\');
			pipes++;
		}
	must(count_characters(inner) <= 64 + 2 + pipes);
	return 0;
}
