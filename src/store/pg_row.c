/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "pg_store.h"

/* Type numbers of pg_type.h, fixed for ever. */
enum { BOOL = 16, INT8 = 20, TEXT = 25, DATE = 1082, TIMESTAMPTZ = 1184, UUID = 2950 };

/* PostgreSQL counts days and microseconds from 2000-01-01. */
#define EPOCH_DAYS 10957
#define EPOCH_MS (INT64_C(86400000) * EPOCH_DAYS)

const Oid pg_row_types[PG_ROW_FIELDS] = {
	UUID, TEXT, INT8, TEXT, TEXT, TIMESTAMPTZ, DATE, /* entry_id ... day */
	INT8, INT8, INT8, INT8, INT8, INT8, INT8, INT8,	 /* tokens ... web_searches */
	TEXT, TEXT, TEXT, TIMESTAMPTZ, INT8,		 /* model ... cost_nano_usd */
	TEXT, TEXT, TEXT, TEXT, BOOL, TEXT, INT8,	 /* notes ... content_hash */
};

/* --- fields -------------------------------------------------------------- */

static void add_be(struct strbuf *out, uint64_t value, int bytes)
{
	unsigned char buf[8];

	for (int i = 0; i < bytes; i++)
		buf[i] = (unsigned char)(value >> 8 * (bytes - 1 - i));
	strbuf_add(out, buf, (size_t)bytes);
}

static void add_null(struct strbuf *out)
{
	add_be(out, UINT32_MAX, 4);
}

static void add_text(struct strbuf *out, const char *text)
{
	size_t len;

	if (!text) {
		add_null(out);
		return;
	}
	len = strlen(text);
	add_be(out, len, 4);
	strbuf_add(out, text, len);
}

static void add_int8(struct strbuf *out, int64_t value)
{
	add_be(out, 8, 4);
	add_be(out, (uint64_t)value, 8);
}

static void add_time(struct strbuf *out, struct instant t)
{
	add_int8(out, (t.ms - EPOCH_MS) * 1000);
}

static void add_day(struct strbuf *out, struct day day)
{
	add_be(out, 4, 4);
	add_be(out, (uint32_t)(day.number - EPOCH_DAYS), 4);
}

static void add_bool(struct strbuf *out, bool value)
{
	add_be(out, 1, 4);
	strbuf_addch(out, value ? 1 : 0);
}

static unsigned char digit(char c)
{
	return (unsigned char)(c <= '9' ? c - '0' : c - 'a' + 10);
}

void pg_uuid_bytes(unsigned char out[static 16], const char *text)
{
	for (int i = 0; i < 16; i++, text += 2) {
		if (*text == '-')
			text++;
		out[i] = (unsigned char)(digit(text[0]) << 4 | digit(text[1]));
	}
}

static void add_uuid(struct strbuf *out, const char *text)
{
	unsigned char bytes[16];

	pg_uuid_bytes(bytes, text);
	add_be(out, sizeof bytes, 4);
	strbuf_add(out, bytes, sizeof bytes);
}

/* --- the row -------------------------------------------------------------- */

static void add_counts(struct strbuf *out, const struct entry *e)
{
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		add_int8(out, usage_get(&e->usage, kind));
	add_int8(out, e->requests);
	add_int8(out, e->web_searches);
}

static void add_origin(struct strbuf *out, const struct entry *e)
{
	add_text(out, e->model);
	add_text(out, e->price_class);
	add_text(out, e->session_id);
	if (e->has_last_activity)
		add_time(out, e->last_activity);
	else
		add_null(out);
	if (e->has_cost)
		add_int8(out, e->cost_nano_usd);
	else
		add_null(out);
	add_text(out, e->notes);
	add_text(out, e->commit);
	add_text(out, e->author);
	add_text(out, e->host);
}

void pg_row_add(struct strbuf *out, const char *branch, const struct entry *e)
{
	add_uuid(out, e->id);
	add_text(out, branch);
	add_int8(out, e->revision);
	add_text(out, entry_kind_name(e->kind));
	add_text(out, e->source);
	add_time(out, e->timestamp);
	add_day(out, e->day);
	add_counts(out, e);
	add_origin(out, e);
	add_bool(out, e->is_void);
	add_text(out, e->unknown);
	add_int8(out, store_content_hash(branch, e));
}
