/* SPDX-License-Identifier: MIT */
#include "base/json_writer.h"

#include <string.h>

#include "base/text.h"
#include "json_string.h"

static void separate(struct json_writer *w)
{
	if (w->comma)
		strbuf_addch(w->out, ',');
	w->comma = true;
}

void json_open(struct json_writer *w, char bracket)
{
	separate(w);
	strbuf_addch(w->out, bracket);
	w->comma = false;
}

void json_close(struct json_writer *w, char bracket)
{
	strbuf_addch(w->out, bracket);
	w->comma = true;
}

static void add_escape(struct strbuf *out, unsigned char c)
{
	static const char names[] = "btn\0fr"; /* \b is 8 ... \r is 13 */

	if (c == '"' || c == '\\') {
		strbuf_addch(out, '\\');
		strbuf_addch(out, (char)c);
	} else if (c >= 8 && c <= 13 && names[c - 8]) {
		strbuf_addch(out, '\\');
		strbuf_addch(out, names[c - 8]);
	} else {
		strbuf_addf(out, "\\u%04x", c);
	}
}

/* A character beyond ASCII, or a byte that is none. */
static void add_character(struct strbuf *out, const char *text, size_t len)
{
	uint32_t c = len ? utf8_decode(text, len) : 0;

	if (!len)
		strbuf_addstr(out, "\xef\xbf\xbd");
	else if (!utf8_is_invisible(c))
		strbuf_add(out, text, len);
	else if (c < 0x10000)
		strbuf_addf(out, "\\u%04x", c);
	else
		strbuf_addf(out, "\\u%04x\\u%04x", 0xd7c0 + (c >> 10), 0xdc00 + (c & 0x3ff));
}

static void add_string(struct strbuf *out, const char *text, size_t len)
{
	size_t i = 0;

	strbuf_addch(out, '"');
	while (i < len) {
		size_t from = i, sequence;

		while (i < len && json_is_plain((unsigned char)text[i]) && text[i] != 0x7f)
			i++;
		strbuf_add(out, text + from, i - from);
		if (i == len)
			break;
		if ((unsigned char)text[i] < 0x80) {
			add_escape(out, (unsigned char)text[i++]);
			continue;
		}
		sequence = utf8_sequence(text + i, len - i);
		add_character(out, text + i, sequence);
		i += sequence ? sequence : 1;
	}
	strbuf_addch(out, '"');
}

void json_key(struct json_writer *w, const char *key)
{
	separate(w);
	add_string(w->out, key, strlen(key));
	strbuf_addch(w->out, ':');
	w->comma = false;
}

void json_int(struct json_writer *w, int64_t value)
{
	uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;
	char digits[24], *first = digits + sizeof digits;

	do
		*--first = (char)('0' + left % 10);
	while (left /= 10);
	if (value < 0)
		*--first = '-';
	json_raw(w, first, (size_t)(digits + sizeof digits - first));
}

void json_bool(struct json_writer *w, bool value)
{
	json_raw(w, value ? "true" : "false", value ? 4 : 5);
}

void json_null(struct json_writer *w)
{
	json_raw(w, "null", 4);
}

void json_string_len(struct json_writer *w, const char *text, size_t len)
{
	separate(w);
	add_string(w->out, text, len);
}

void json_string(struct json_writer *w, const char *text)
{
	if (text)
		json_string_len(w, text, strlen(text));
	else
		json_null(w);
}

void json_raw(struct json_writer *w, const char *json, size_t len)
{
	separate(w);
	strbuf_add(w->out, json, len);
}

void json_put_int(struct json_writer *w, const char *key, int64_t value)
{
	json_key(w, key);
	json_int(w, value);
}

void json_put_bool(struct json_writer *w, const char *key, bool value)
{
	json_key(w, key);
	json_bool(w, value);
}

void json_put_string(struct json_writer *w, const char *key, const char *text)
{
	json_key(w, key);
	json_string(w, text);
}

void json_put_null(struct json_writer *w, const char *key)
{
	json_key(w, key);
	json_null(w);
}
