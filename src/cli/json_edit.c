/* SPDX-License-Identifier: MIT */
#include "json_edit.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"

static const char blanks[] = " \t\r\n";

/* --- where things stand ---------------------------------------------------------- */

struct json_span json_edit_root(const struct json_edit *e)
{
	size_t from = strcspn(e->text.buf, "{"), to = e->text.len;

	while (to > from + 1 && e->text.buf[to - 1] != '}')
		to--;
	return (struct json_span){ from, to };
}

struct json_reader json_edit_reader(const struct json_edit *e, struct json_span span)
{
	struct json_reader r;

	json_reader_init(&r, e->text.buf + span.from, span.to - span.from);
	return r;
}

struct json_span json_edit_read(const struct json_edit *e, struct json_reader *r)
{
	struct json_text value = json_read_raw(r);
	size_t from = (size_t)(value.at - e->text.buf);

	return (struct json_span){ from, from + value.len };
}

enum json_type json_edit_type(const struct json_edit *e, struct json_span value)
{
	struct json_reader r = json_edit_reader(e, value);

	return json_peek(&r);
}

struct json_member json_edit_member(
	const struct json_edit *e, struct json_span object, const char *name)
{
	struct json_member found = { 0 };
	struct json_reader r = json_edit_reader(e, object);
	struct json_text key;

	if (json_peek(&r) != JSON_OBJECT)
		return found;
	json_enter_object(&r);
	while (json_next_key(&r, &key)) {
		struct json_span value = json_edit_read(e, &r);

		found.last = value.to;
		if (!json_text_is(key, name))
			continue;
		found.present = true;
		found.key.from = (size_t)(key.at - e->text.buf) - 1;
		found.key.to = found.key.from + key.len + 2;
		found.value = value;
	}
	return found;
}

struct json_span json_edit_member_span(const struct json_member *member)
{
	return (struct json_span){ member->key.from, member->value.to };
}

const char *json_edit_string(
	const struct json_edit *e, struct json_span object, const char *name, struct arena *arena)
{
	struct json_member found = json_edit_member(e, object, name);
	struct json_reader r;

	if (!found.present || json_edit_type(e, found.value) != JSON_STRING)
		return NULL;
	r = json_edit_reader(e, found.value);
	return json_read_string(&r, arena);
}

bool json_edit_is_empty(const struct json_edit *e, struct json_span container)
{
	const char *inside = e->text.buf + container.from + 1;

	return container.from + 1 + strspn(inside, blanks) == container.to - 1;
}

size_t json_edit_last_element(const struct json_edit *e, struct json_span array)
{
	struct json_reader r = json_edit_reader(e, array);
	size_t last = 0;

	json_enter_array(&r);
	while (json_next_element(&r))
		last = json_edit_read(e, &r).to;
	return last;
}

/* --- style -------------------------------------------------------------------------- */

static void measure_style(struct json_edit *e)
{
	const char *text = e->text.buf, *brace = strchr(text, '{');
	const char *line = brace ? strchr(brace, '\n') : NULL;
	size_t indent;

	if (!line || strspn(brace + 1, " \t\r") < (size_t)(line - brace - 1))
		return;
	e->newline = line[-1] == '\r' ? "\r\n" : "\n";
	indent = strspn(line + 1, " \t");
	if (line[1 + indent] == '}' || indent == 0)
		strbuf_addstr(&e->unit, "  ");
	else
		strbuf_add(&e->unit, line + 1, indent);
}

void json_edit_init(struct json_edit *e, const char *text, size_t len)
{
	*e = (struct json_edit)JSON_EDIT_INIT;
	strbuf_add(&e->text, text, len);
	measure_style(e);
}

void json_edit_release(struct json_edit *e)
{
	strbuf_release(&e->text);
	strbuf_release(&e->unit);
}

/* --- changes -------------------------------------------------------------------------- */

void json_edit_replace(struct json_edit *e, struct json_span span, const char *with)
{
	_autofree_ char *rest = xstrdup(e->text.buf + span.to);

	strbuf_setlen(&e->text, span.from);
	strbuf_addstr(&e->text, with);
	strbuf_addstr(&e->text, rest);
}

static void add_indent(struct strbuf *out, const struct json_edit *e, int depth)
{
	strbuf_addstr(out, e->newline);
	if (*e->newline)
		for (int i = 0; i < depth; i++)
			strbuf_addstr(out, e->unit.buf);
}

void json_edit_add(struct json_edit *e, struct json_span container, size_t last, int depth,
	const char *name, const char *value)
{
	_cleanup_(strbuf_release) struct strbuf item = STRBUF_INIT;
	struct json_span at = { last, last };

	if (last)
		strbuf_addch(&item, ',');
	else /* an empty container keeps nothing of its own between its brackets */
		at = (struct json_span){ container.from + 1, container.to - 1 };
	add_indent(&item, e, depth);
	if (name)
		strbuf_addf(&item, "\"%s\":%s", name, *e->newline ? " " : "");
	strbuf_addstr(&item, value);
	if (!last)
		add_indent(&item, e, depth - 1);
	json_edit_replace(e, at, item.buf);
}

void json_edit_cut(struct json_edit *e, struct json_span item)
{
	const char *text = e->text.buf;
	size_t before = item.from, after = item.to;

	while (before > 0 && strchr(blanks, text[before - 1]))
		before--;
	after += strspn(text + after, blanks);
	if (before > 0 && text[before - 1] == ',')
		item.from = before - 1;
	else if (text[after] == ',')
		item.to = after + 1 + strspn(text + after + 1, blanks);
	else
		item = (struct json_span){ before, after }; /* it was alone */
	json_edit_replace(e, item, "");
}
