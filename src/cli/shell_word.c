/* SPDX-License-Identifier: MIT */
#include "shell_word.h"

#include <string.h>

void shell_add_word(struct strbuf *out, const char *text)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_./+:@%,-";

	if (*text && *text != '-' && text[strspn(text, safe)] == '\0') {
		strbuf_addstr(out, text);
		return;
	}
	strbuf_addch(out, '\'');
	for (; *text; text++) {
		if (*text == '\'')
			strbuf_addstr(out, "'\\'");
		strbuf_addch(out, *text);
	}
	strbuf_addch(out, '\'');
}

/* Append what stands between quotes; the closing one, or the end. */
static const char *add_quoted(struct strbuf *out, const char *at, char quote)
{
	for (; *at && *at != quote; at++) {
		if (quote == '"' && *at == '\\' && at[1] && strchr("$`\"\\", at[1]))
			at++;
		strbuf_addch(out, *at);
	}
	return at;
}

char *shell_next_word(const char **at)
{
	const char *p = *at + strspn(*at, " \t");
	struct strbuf out = STRBUF_INIT;

	*at = p;
	if (!*p || strchr(";&|()\n", *p))
		return NULL;
	for (; *p && !strchr(" \t;&|()\n", *p); p += *p != '\0') {
		if (*p == '\'' || *p == '"')
			p = add_quoted(&out, p + 1, *p);
		else if (*p == '\\' && p[1])
			strbuf_addch(&out, *++p);
		else
			strbuf_addch(&out, *p);
	}
	*at = p;
	return strbuf_detach(&out);
}
