/* SPDX-License-Identifier: MIT */
#include "model/entry.h"

#include <string.h>

#include "base/json_writer.h"

static void put_instant(struct json_writer *w, const char *key, struct instant t)
{
	char text[INSTANT_TEXT];

	instant_format(text, t);
	json_put_string(w, key, text);
}

static void put_day(struct json_writer *w, const char *key, struct day day)
{
	char text[DAY_TEXT];

	day_format(text, day);
	json_put_string(w, key, text);
}

static void put_usage(struct json_writer *w, const struct usage *u)
{
	json_key(w, "usage");
	json_open(w, '{');
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		json_put_int(w, usage_names[kind], usage_get(u, kind));
	json_close(w, '}');
}

static void put_counts(struct json_writer *w, const struct entry *e)
{
	json_put_int(w, "tokens", entry_tokens(e));
	put_usage(w, &e->usage);
	json_put_int(w, "requests", e->requests);
	json_put_int(w, "web_searches", e->web_searches);
}

static void put_origin(struct json_writer *w, const struct entry *e)
{
	json_put_string(w, "model", e->model);
	json_put_string(w, "price_class", e->price_class);
	json_put_string(w, "session_id", e->session_id);
	if (e->has_last_activity)
		put_instant(w, "last_activity", e->last_activity);
	else
		json_put_null(w, "last_activity");
	if (e->has_cost)
		json_put_int(w, "cost_nano_usd", e->cost_nano_usd);
	else
		json_put_null(w, "cost_nano_usd");
	json_put_string(w, "notes", e->notes);
	json_put_string(w, "commit", e->commit);
	json_put_string(w, "author", e->author);
	json_put_string(w, "host", e->host);
	json_put_bool(w, "void", e->is_void);
}

static void put_content(struct json_writer *w, const struct entry *e)
{
	json_put_string(w, "kind", entry_kind_name(e->kind));
	json_put_string(w, "source", e->source);
	put_instant(w, "timestamp", e->timestamp);
	put_day(w, "day", e->day);
	put_counts(w, e);
	put_origin(w, e);
	if (e->unknown)
		json_raw(w, e->unknown, strlen(e->unknown));
}

void entry_encode(struct strbuf *out, const struct entry *e, enum entry_form form)
{
	struct json_writer w = { .out = out };

	strbuf_grow(out, 768);
	json_open(&w, '{');
	json_put_string(&w, "id", e->id);
	json_put_int(&w, "revision", e->revision);
	put_content(&w, e);
	if (e->history && form == ENTRY_FORM_LEDGER) {
		json_key(&w, "history");
		json_raw(&w, e->history, strlen(e->history));
	}
	json_close(&w, '}');
}
