/* SPDX-License-Identifier: MIT */
#include "csv_fields.h"

#include <inttypes.h>

#include "report/escape.h"

enum { NANO_PLACES = 9 };

static void begin_field(struct strbuf *out)
{
	if (out->len && out->buf[out->len - 1] != '\n')
		strbuf_addch(out, ',');
}

void csv_text(struct strbuf *out, const char *text)
{
	begin_field(out);
	if (text)
		escape_csv(out, text);
}

void csv_number(struct strbuf *out, int64_t number)
{
	begin_field(out);
	strbuf_addf(out, "%" PRId64, number);
}

void csv_money(struct strbuf *out, bool is_known, struct money money)
{
	begin_field(out);
	if (is_known)
		money_add_text(out, money, NANO_PLACES);
}

void csv_time(struct strbuf *out, struct instant t)
{
	char text[INSTANT_TEXT];

	instant_format(text, t);
	csv_text(out, text);
}

void csv_usage(struct strbuf *out, const struct usage *usage)
{
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		csv_number(out, usage_get(usage, kind));
}

void csv_usage_names(struct strbuf *out)
{
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		csv_text(out, usage_names[kind]);
}

void csv_end(struct strbuf *out)
{
	strbuf_addstr(out, "\r\n");
}
