/* SPDX-License-Identifier: MIT */
#include "model/entry.h"

#include <string.h>

#include "base/cleanup.h"

/* What is known while one entry is read. */
struct decoder {
	struct json_reader *r;
	struct arena *arena;
	struct entry *e;
	int64_t tokens;
	uint32_t seen; /* bit i: members[i] was there */
	struct strbuf unknown;
};

/* One member: how it is read, and where the value goes. */
struct member {
	const char *name;
	size_t len; /* of the name */
	void (*read)(struct decoder *d, const struct member *m);
	size_t offset;
	bool required;
};

/* --- values ----------------------------------------------------------- */

static void *field(struct decoder *d, const struct member *m)
{
	return (char *)d->e + m->offset;
}

static const char *read_text(struct decoder *d, const struct member *m, size_t max)
{
	const char *text = json_read_string_or_null(d->r, d->arena);

	if (text && strlen(text) > max)
		json_reader_fail(d->r, "'%s' has more than %zu bytes", m->name, max);
	return text;
}

static void read_name(struct decoder *d, const struct member *m)
{
	*(const char **)field(d, m) = read_text(d, m, ENTRY_NAME_MAX);
}

static void read_notes(struct decoder *d, const struct member *m)
{
	const char *notes = read_text(d, m, ENTRY_NOTES_MAX);

	d->e->notes = notes ? notes : "";
}

static void read_count(struct decoder *d, const struct member *m)
{
	if (m->required || !json_read_null(d->r))
		*(int64_t *)field(d, m) = json_read_int(d->r, 0, USAGE_MAX);
}

static void read_tokens(struct decoder *d, const struct member *m)
{
	(void)m;
	d->tokens = json_read_int(d->r, 0, USAGE_MAX);
}

static void read_cost(struct decoder *d, const struct member *m)
{
	(void)m;
	if (json_read_null(d->r))
		return;
	d->e->cost_nano_usd = json_read_int(d->r, 0, USAGE_MAX);
	d->e->has_cost = true;
}

static void read_id(struct decoder *d, const struct member *m)
{
	const char *id = json_read_string(d->r, d->arena);

	(void)m;
	if (d->r->failed)
		return;
	if (!entry_id_is_valid(id))
		json_reader_fail(d->r, "'id' is not a UUID in lower case");
	else
		memcpy(d->e->id, id, ENTRY_ID_TEXT);
}

static void read_kind(struct decoder *d, const struct member *m)
{
	const char *kind = json_read_string(d->r, d->arena);

	(void)m;
	if (!d->r->failed &&
		!entry_kind_parse(&d->e->kind, (struct json_text){ kind, strlen(kind) }))
		json_reader_fail(d->r, "'kind' is none that this version knows");
}

static void read_instant(struct decoder *d, const struct member *m)
{
	struct instant *t = field(d, m);
	const char *text = json_read_string(d->r, d->arena);

	if (!d->r->failed && (!instant_parse(t, text) || !entry_time_is_valid(*t)))
		json_reader_fail(d->r, "'%s' is not a time like 2026-11-23T09:00:00Z", m->name);
}

static void read_last_activity(struct decoder *d, const struct member *m)
{
	if (json_read_null(d->r))
		return;
	read_instant(d, m);
	d->e->has_last_activity = true;
}

static void read_day(struct decoder *d, const struct member *m)
{
	const char *text = json_read_string(d->r, d->arena);

	if (!d->r->failed && !day_parse(field(d, m), text))
		json_reader_fail(d->r, "'%s' is not a day like 2026-11-23", m->name);
}

static void read_price_class(struct decoder *d, const struct member *m)
{
	const char *text = json_read_string_or_null(d->r, d->arena);

	if (!text)
		return;
	if (!entry_price_class_is_valid(text))
		json_reader_fail(d->r, "'%s' is not made of lower-case words and '+'", m->name);
	d->e->price_class = text;
}

static void read_void(struct decoder *d, const struct member *m)
{
	(void)m;
	if (!json_read_null(d->r))
		d->e->is_void = json_read_bool(d->r);
}

/* The kind of usage that `key` names, from the one that is expected on. */
static int usage_kind(struct json_text key, int expected)
{
	for (int i = 0; i < USAGE_KINDS; i++) {
		int kind = (expected + i) % USAGE_KINDS;

		if (json_text_is(key, usage_names[kind]))
			return kind;
	}
	return -1;
}

static void read_usage(struct decoder *d, const struct member *m)
{
	struct json_text key;
	unsigned seen = 0;
	int kind = -1;

	(void)m;
	json_enter_object(d->r);
	while (json_next_key(d->r, &key)) {
		kind = usage_kind(key, kind + 1);
		if (kind < 0)
			json_reader_fail(d->r, "a kind of usage that this version does not know");
		else if (seen & 1u << kind)
			json_reader_fail(d->r, "'%s' appears twice", usage_names[kind]);
		else
			usage_set(&d->e->usage, kind, json_read_int(d->r, 0, USAGE_MAX));
		if (d->r->failed)
			return;
		seen |= 1u << kind;
	}
}

/* --- kept as it is ---------------------------------------------------- */

/* Append JSON without the white space between its tokens: a line feed there
 * would break "one entry per line". */
static void add_compact(struct strbuf *out, const char *at, size_t len)
{
	const char *end = at + len;
	bool quoted = false;

	for (; at < end; at++) {
		if (quoted && *at == '\\')
			strbuf_addch(out, *at++);
		else if (*at == '"')
			quoted = !quoted;
		else if (!quoted && strchr(" \t\r\n", *at))
			continue;
		strbuf_addch(out, *at);
	}
}

static void read_history(struct decoder *d, const struct member *m)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct json_text raw;

	if (json_read_null(d->r))
		return;
	if (json_peek(d->r) != JSON_ARRAY) {
		json_enter_array(d->r);
		return;
	}
	raw = json_read_raw(d->r);
	add_compact(&text, raw.at, raw.len);
	if (text.len > ENTRY_HISTORY_MAX)
		json_reader_fail(d->r, "'%s' has more than %d bytes", m->name, ENTRY_HISTORY_MAX);
	d->e->history = arena_strndup(d->arena, text.buf, text.len);
}

static void keep_unknown(struct decoder *d, struct json_text key)
{
	struct json_text value = json_read_raw(d->r);

	if (d->r->failed)
		return;
	if (d->unknown.len)
		strbuf_addch(&d->unknown, ',');
	strbuf_addch(&d->unknown, '"');
	strbuf_add(&d->unknown, key.at, key.len);
	strbuf_addstr(&d->unknown, "\":");
	add_compact(&d->unknown, value.at, value.len);
	if (d->unknown.len > ENTRY_UNKNOWN_MAX)
		json_reader_fail(d->r,
			"the members that this version does not know have more "
			"than %d bytes",
			ENTRY_UNKNOWN_MAX);
}

/* --- the entry -------------------------------------------------------- */

#define NAME(text) text, sizeof text - 1
#define AT(name) offsetof(struct entry, name)

/* In the order in which entry_encode writes them. */
static const struct member members[] = {
	{ NAME("id"), read_id, 0, true },
	{ NAME("revision"), read_count, AT(revision), true },
	{ NAME("kind"), read_kind, 0, true },
	{ NAME("source"), read_name, AT(source), false },
	{ NAME("timestamp"), read_instant, AT(timestamp), true },
	{ NAME("day"), read_day, AT(day), true },
	{ NAME("tokens"), read_tokens, 0, true },
	{ NAME("usage"), read_usage, 0, true },
	{ NAME("requests"), read_count, AT(requests), false },
	{ NAME("web_searches"), read_count, AT(web_searches), false },
	{ NAME("model"), read_name, AT(model), false },
	{ NAME("price_class"), read_price_class, 0, false },
	{ NAME("session_id"), read_name, AT(session_id), false },
	{ NAME("last_activity"), read_last_activity, AT(last_activity), false },
	{ NAME("cost_nano_usd"), read_cost, 0, false },
	{ NAME("notes"), read_notes, 0, false },
	{ NAME("commit"), read_name, AT(commit), false },
	{ NAME("author"), read_name, AT(author), false },
	{ NAME("host"), read_name, AT(host), false },
	{ NAME("void"), read_void, 0, false },
	{ NAME("history"), read_history, 0, false },
};
enum { MEMBERS = sizeof members / sizeof *members };

/* Our own lines have the members in order: the expected one is tried first. */
static int find_member(struct json_text key, int expected)
{
	for (int i = 0; i < MEMBERS; i++) {
		int n = (expected + i) % MEMBERS;

		if (members[n].len == key.len && memcmp(members[n].name, key.at, key.len) == 0)
			return n;
	}
	return -1;
}

static void read_member(struct decoder *d, int n)
{
	if (d->seen & 1u << n) {
		json_reader_fail(d->r, "'%s' appears twice", members[n].name);
		return;
	}
	d->seen |= 1u << n;
	members[n].read(d, &members[n]);
}

static void check_whole(struct decoder *d)
{
	if (d->r->failed)
		return;
	for (int n = 0; n < MEMBERS; n++)
		if (members[n].required && !(d->seen & 1u << n)) {
			json_reader_fail(d->r, "the entry has no '%s'", members[n].name);
			return;
		}
	if (entry_tokens(d->e) != d->tokens)
		json_reader_fail(d->r, "'tokens' is %lld, but 'usage' adds up to %lld",
			(long long)d->tokens, (long long)entry_tokens(d->e));
}

void entry_decode(struct json_reader *r, struct arena *arena, struct entry *out)
{
	struct entry e = ENTRY_INIT;
	struct decoder d = { .r = r, .arena = arena, .e = &e, .unknown = STRBUF_INIT };
	struct json_text key;
	const char *start;
	int n = -1;

	(void)json_peek(r);
	start = r->at;
	json_enter_object(r);
	while (json_next_key(r, &key)) {
		int found = find_member(key, n + 1);

		if (found >= 0)
			read_member(&d, n = found);
		else
			keep_unknown(&d, key);
	}
	if (!r->failed)
		r->value = start;
	check_whole(&d);
	if (!r->failed && d.unknown.len)
		e.unknown = arena_strndup(arena, d.unknown.buf, d.unknown.len);
	strbuf_release(&d.unknown);
	if (!r->failed)
		*out = e;
}
