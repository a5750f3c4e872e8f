/* SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "vcs/head_log.h"

/* An answer names a branch, or "HEAD@", exactly where it is one; and no answer has
 * a line of its own. */
static void ask(const struct head_log *log, int64_t seconds)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	const struct instant t = { seconds * 1000 };
	enum head_answer answer = head_log_branch(&out, log, t);

	must((answer == HEAD_UNKNOWN) == (out.len == 0));
	must(!strchr(out.buf, '\n'));
	must(strncmp(out.buf, "HEAD@", 5) != 0 || out.len >= 5);
}

/* The first line is HEAD, the others are its log. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	const char *newline = size ? memchr(text, '\n', size) : NULL;
	size_t head_len = newline ? (size_t)(newline - text) : size;
	_autofree_ char *head = input_text(data, head_len);
	_cleanup_(head_log_freep) struct head_log *log = NULL;

	if (newline)
		log = head_log_parse(newline + 1, size - head_len - 1, head);
	else
		log = head_log_parse("", 0, head);
	for (int64_t t = 1700000000; t < 1700001000; t += 5)
		ask(log, t);
	ask(log, 0);
	ask(log, INT64_MAX / 1000);
	return 0;
}
