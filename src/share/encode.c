/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/json_writer.h"
#include "internal.h"

/* One row a line, so that people can read it; arrays, since every name would stand
 * there a thousand times. */

#define STAMP_KEY "\n\"published_at\":"

static void put_time(struct json_writer *w, const char *key, struct instant t)
{
	char text[INSTANT_TEXT];

	instant_format(text, t);
	json_put_string(w, key, text);
}

static void put_total(struct json_writer *w, const struct share_total *total)
{
	json_open(w, '{');
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		json_put_int(w, usage_names[kind], usage_get(&total->usage, kind));
	json_put_int(w, "requests", total->requests);
	json_put_int(w, "messages", total->messages);
	json_close(w, '}');
}

static void put_limits(struct json_writer *w, const struct window_report *reports)
{
	json_open(w, '[');
	for (int kind = 0; kind < WINDOW_KINDS; kind++) {
		if (!reports[kind].known)
			continue;
		json_open(w, '{');
		json_put_string(w, "window", share_window_names[kind]);
		json_put_int(w, "used_permille", reports[kind].used_permille);
		if (reports[kind].has_reset)
			put_time(w, "resets_at", reports[kind].resets_at);
		put_time(w, "reported_at", reports[kind].reported_at);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void put_resets(struct json_writer *w, const struct share_server *s)
{
	json_open(w, '[');
	for (size_t i = 0; i < s->reset_count; i++) {
		json_open(w, '{');
		json_put_string(w, "window", share_window_names[s->resets[i].kind]);
		put_time(w, "time", s->resets[i].time);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void put_columns(struct json_writer *w)
{
	json_open(w, '[');
	json_string(w, "time");
	json_string(w, "kind");
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		json_string(w, usage_names[kind]);
	json_string(w, "requests");
	json_string(w, "messages");
	json_close(w, ']');
}

static void put_row(struct json_writer *w, const struct window_event *row)
{
	json_open(w, '[');
	json_int(w, row->time.ms);
	json_string(w, entry_kind_name(row->kind));
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		json_int(w, usage_get(&row->usage, kind));
	json_int(w, row->requests);
	json_int(w, row->messages);
	json_close(w, ']');
}

/* A comma and a new line: the writer knows no layout. */
static void key_on_new_line(struct json_writer *w, const char *key)
{
	if (w->comma)
		strbuf_addch(w->out, ',');
	w->comma = false;
	strbuf_addch(w->out, '\n');
	json_key(w, key);
}

static void put_rows(struct json_writer *w, const struct share_server *s)
{
	json_open(w, '[');
	for (size_t i = 0; i < s->row_count; i++) {
		strbuf_addstr(w->out, i ? ",\n" : "\n");
		w->comma = false;
		put_row(w, &s->rows[i]);
	}
	strbuf_addch(w->out, '\n');
	json_close(w, ']');
}

static void put_head(struct json_writer *w, const struct share_server *s)
{
	char text[INSTANT_TEXT];

	json_put_int(w, "format_version", SHARE_FORMAT);
	key_on_new_line(w, "published_at");
	instant_format(text, s->published_at);
	json_string(w, text);
	key_on_new_line(w, "server");
	json_string(w, s->name);
	json_put_string(w, "installation", s->installation);
	if (s->last_activity.ms)
		put_time(w, "last_activity", s->last_activity);
}

void share_encode(struct strbuf *out, const struct share_server *s)
{
	struct json_writer w = { .out = out };

	json_open(&w, '{');
	put_head(&w, s);
	key_on_new_line(&w, "lifetime");
	put_total(&w, &s->lifetime);
	key_on_new_line(&w, "limits");
	put_limits(&w, s->reports);
	key_on_new_line(&w, "resets");
	put_resets(&w, s);
	key_on_new_line(&w, "columns");
	put_columns(&w);
	key_on_new_line(&w, "rows");
	put_rows(&w, s);
	json_close(&w, '}');
	strbuf_addch(out, '\n');
}

/* The line with the time, as its begin and end; none: both at the end of the text. */
static void find_stamp(const struct strbuf *text, size_t *from, size_t *to)
{
	const char *at = strstr(text->buf, STAMP_KEY);
	const char *end = at ? strchr(at + 1, '\n') : NULL;

	*from = end ? (size_t)(at - text->buf) : text->len;
	*to = end ? (size_t)(end - text->buf) : text->len;
}

bool share_says_the_same(const struct strbuf *a, const struct strbuf *b)
{
	size_t a_from, a_to, b_from, b_to;

	find_stamp(a, &a_from, &a_to);
	find_stamp(b, &b_from, &b_to);
	return a_from == b_from && a->len - a_to == b->len - b_to &&
	       memcmp(a->buf, b->buf, a_from) == 0 &&
	       memcmp(a->buf + a_to, b->buf + b_to, a->len - a_to) == 0;
}
