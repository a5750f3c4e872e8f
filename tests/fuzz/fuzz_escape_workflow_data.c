/* SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "report/escape.h"

/* The message stays on its line, and only our own escapes are in it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_autofree_ char *text = input_text(data, size);
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

	escape_workflow_data(&out, text);
	must(is_harmless(out.buf));
	for (const char *at = strchr(out.buf, '%'); at; at = strchr(at + 1, '%'))
		must(strncmp(at, "%25", 3) == 0 || strncmp(at, "%0A", 3) == 0 ||
			strncmp(at, "%0D", 3) == 0);
	must(strcspn(out.buf, "\r\n") == out.len);
	return 0;
}
