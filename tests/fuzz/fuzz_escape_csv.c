/* SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "report/escape.h"

/* The value of a field, by RFC 4180; it must be exactly one. */
static void parse_field(struct strbuf *value, const char *field)
{
	const char *at = field + 1;

	if (*field != '"') {
		must(field[strcspn(field, ",\"\r\n")] == '\0');
		strbuf_addstr(value, field);
		return;
	}
	for (; *at != '"' || at[1] == '"'; at++) {
		must(*at != '\0');
		if (*at == '"')
			at++;
		strbuf_addch(value, *at);
	}
	must(at[1] == '\0');
}

/* One field that no spreadsheet takes for a formula, holding the text. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_autofree_ char *text = input_text(data, size);
	_autofree_ char *visible = text_visible(text);
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT, value = STRBUF_INIT;

	escape_csv(&out, text);
	must(is_harmless(out.buf));
	parse_field(&value, out.buf);
	must(value.len == 0 || !strchr("=+-@", value.buf[0]));
	must(strcmp(value.buf[0] == '\'' ? value.buf + 1 : value.buf, visible) == 0 ||
		strcmp(value.buf, visible) == 0);
	return 0;
}
