/* SPDX-License-Identifier: MIT */
#include "wrap.h"

#include <stdbool.h>
#include <string.h>

static void add_spaces(struct strbuf *out, size_t n)
{
	while (n--)
		strbuf_addch(out, ' ');
}

void wrap_add(struct strbuf *out, const char *text, size_t at, size_t indent)
{
	bool fresh = true; /* no word on this line yet */

	while (*text) {
		size_t len = strcspn(text, " \n");

		if (!fresh && at + 1 + len > HELP_WIDTH) {
			strbuf_addch(out, '\n');
			add_spaces(out, indent);
			at = indent;
			fresh = true;
		}
		if (!fresh)
			strbuf_addch(out, ' ');
		strbuf_add(out, text, len);
		at += len + !fresh;
		fresh = false;
		text += len;
		if (*text == '\n' && text[1]) {
			strbuf_addch(out, '\n');
			add_spaces(out, text[1] == '\n' ? 0 : indent);
			at = indent;
			fresh = true;
		}
		text += *text != '\0';
	}
	strbuf_addch(out, '\n');
}

void wrap_add_item(struct strbuf *out, const char *label, const char *text, size_t indent)
{
	size_t len = strlen(label);

	strbuf_addstr(out, label);
	if (len + 2 > indent) {
		strbuf_addch(out, '\n');
		len = 0;
	}
	add_spaces(out, indent - len);
	wrap_add(out, text, indent, indent);
}
