/* SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "report/escape.h"

/* Read back as the runner does: the text comes out, and nothing follows. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char random[33] = "0123456789abcdef0123456789abcdef";
	_autofree_ char *text = input_text(data, size);
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT, value = STRBUF_INIT;
	_autofree_ char *delimiter = NULL;
	const char *line;
	size_t len;

	escape_github_output(&out, "name", text, random);
	must(text_starts_with(out.buf, "name<<"));
	line = out.buf + strlen("name<<");
	len = strcspn(line, "\n");
	must(len >= 32);
	delimiter = xstrndup(line, len);
	for (line += len + 1; *line; line += len + 1) {
		len = strcspn(line, "\n");
		must(line[len] == '\n');
		if (len == strlen(delimiter) && strncmp(line, delimiter, len) == 0)
			break;
		strbuf_add(&value, line, len + 1);
	}
	must(strcmp(line + len, "\n") == 0);
	must(value.len == strlen(text) + 1 && strncmp(value.buf, text, strlen(text)) == 0);
	return 0;
}
