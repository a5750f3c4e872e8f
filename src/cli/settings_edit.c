/* SPDX-License-Identifier: MIT */
#include "settings_edit.h"

#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/json_reader.h"
#include "base/json_writer.h"
#include "base/mem.h"
#include "base/text.h"
#include "shell_word.h"

const char *const settings_events[SETTINGS_EVENTS] = { "Stop", "SubagentStop", "SessionEnd" };

/* SessionEnd hooks get a second and a half unless one asks for more. */
enum { TIMEOUT_SECONDS = 10 };

/* --- where things stand -------------------------------------------------------------- */

/* A container in the text: where it begins, and the ends of its members. */
struct span {
	size_t from, to;
};

/* Find a member of the object at `object`; false when it has none.  *last is the end
 * of its last member, or 0 when it is empty. */
struct found {
	bool present;
	struct span key, value; /* key with its quotes */
	size_t last;		/* the end of the last member of the object */
	struct span object;
};

static struct json_reader reader_at(const char *text, struct span span)
{
	struct json_reader r;

	json_reader_init(&r, text + span.from, span.to - span.from);
	return r;
}

/* The text is known to be JSON. */
static struct found find_member(const char *text, struct span object, const char *name)
{
	struct found f = { .object = object };
	struct json_reader r = reader_at(text, object);
	struct json_text key;

	if (json_peek(&r) != JSON_OBJECT)
		return f;
	json_enter_object(&r);
	while (json_next_key(&r, &key)) {
		struct json_text value = json_read_raw(&r);
		size_t from = (size_t)(value.at - text);

		f.last = from + value.len;
		if (!json_text_is(key, name))
			continue;
		f.present = true;
		f.key.from = (size_t)(key.at - text) - 1;
		f.key.to = f.key.from + key.len + 2;
		f.value = (struct span){ from, from + value.len };
	}
	return f;
}

static enum json_type type_at(const char *text, struct span span)
{
	struct json_reader r = reader_at(text, span);

	return json_peek(&r);
}

/* A string member's text, unescaped; NULL when it has none. */
static const char *string_member(
	const char *text, struct span object, const char *name, struct arena *arena)
{
	struct found f = find_member(text, object, name);
	struct json_reader r;

	if (!f.present || type_at(text, f.value) != JSON_STRING)
		return NULL;
	r = reader_at(text, f.value);
	return json_read_string(&r, arena);
}

/* --- whose it is ----------------------------------------------------------------------- */

/* "track-tokens hook", by whatever path, quoted or not, whatever stands around it. */
static bool runs_us(const char *command, const char *verb)
{
	static const char program[] = "track-tokens";

	for (const char *at = command; at && (at = strstr(at, program)); at++) {
		const char *rest = at + strlen(program);

		rest += *rest == '\'' || *rest == '"';
		if (*rest != ' ' || !text_starts_with(rest + 1, verb))
			continue;
		rest += 1 + strlen(verb);
		if (!isalnum((unsigned char)*rest) && *rest != '-')
			return true;
	}
	return false;
}

/* --- editing ------------------------------------------------------------------------------ */

struct edit {
	struct strbuf text;
	const char *newline; /* "\n", "\r\n", or "" in a text of one line */
	struct strbuf unit;  /* one level of indentation */
};

static void edit_release(struct edit *e)
{
	strbuf_release(&e->text);
	strbuf_release(&e->unit);
}

static void replace(struct edit *e, struct span span, const char *with)
{
	_autofree_ char *rest = xstrdup(e->text.buf + span.to);

	strbuf_setlen(&e->text, span.from);
	strbuf_addstr(&e->text, with);
	strbuf_addstr(&e->text, rest);
}

/* Take out an item of a container with the comma that goes with it. */
static void cut(struct edit *e, struct span item)
{
	const char *text = e->text.buf;
	size_t before = item.from, after = item.to;

	while (before > 0 && strchr(" \t\r\n", text[before - 1]))
		before--;
	while (text[after] && strchr(" \t\r\n", text[after]))
		after++;
	if (before > 0 && text[before - 1] == ',')
		item.from = before - 1;
	else if (text[after] == ',')
		item.to = after + 1;
	else
		item = (struct span){ before, after }; /* it was alone */
	replace(e, item, "");
}

static void measure_style(struct edit *e)
{
	const char *text = e->text.buf, *brace = strchr(text, '{');
	const char *line = brace ? strchr(brace, '\n') : NULL;
	size_t indent;

	e->newline = "";
	if (!line || strspn(brace + 1, " \t\r") < (size_t)(line - brace - 1))
		return;
	e->newline = line > text && line[-1] == '\r' ? "\r\n" : "\n";
	indent = strspn(line + 1, " \t");
	if (line[1 + indent] == '}' || indent == 0)
		strbuf_addstr(&e->unit, "  ");
	else
		strbuf_add(&e->unit, line + 1, indent);
}

static void add_indent(struct strbuf *out, const struct edit *e, int depth)
{
	strbuf_addstr(out, e->newline);
	if (*e->newline)
		for (int i = 0; i < depth; i++)
			strbuf_addstr(out, e->unit.buf);
}

/* Add a member (or, without a name, an element) behind the last one of a container
 * whose items stand at `depth`. */
static void add_item(struct edit *e, struct span container, size_t last, int depth,
	const char *name, const char *value)
{
	_cleanup_(strbuf_release) struct strbuf item = STRBUF_INIT;
	size_t at = last ? last : container.from + 1;

	if (last)
		strbuf_addch(&item, ',');
	add_indent(&item, e, depth);
	if (name)
		strbuf_addf(&item, "\"%s\":%s", name, *e->newline ? " " : "");
	strbuf_addstr(&item, value);
	if (!last)
		add_indent(&item, e, depth - 1);
	/* an empty container keeps nothing of its own between its brackets */
	replace(e, last ? (struct span){ at, at } : (struct span){ at, container.to - 1 },
		item.buf);
}

static struct span root_of(const struct edit *e)
{
	size_t from = strcspn(e->text.buf, "{"), to = e->text.len;

	while (to > from + 1 && e->text.buf[to - 1] != '}')
		to--;
	return (struct span){ from, to };
}

/* --- hooks --------------------------------------------------------------------------------- */

/* The first hook of ours in an event's groups: the span to cut (the whole group when
 * nothing else is in it).  *command (may be NULL) is what it runs. */
static bool find_ours(struct span *out, const char *text, struct span groups, struct arena *arena,
	const char **command)
{
	struct json_reader r = reader_at(text, groups);

	json_enter_array(&r);
	while (json_next_element(&r)) {
		struct json_text group = json_read_raw(&r);
		size_t from = (size_t)(group.at - text);
		struct found hooks =
			find_member(text, (struct span){ from, from + group.len }, "hooks");
		struct json_reader inner;
		size_t count = 0;
		bool found = false;

		if (!hooks.present || type_at(text, hooks.value) != JSON_ARRAY)
			continue;
		inner = reader_at(text, hooks.value);
		json_enter_array(&inner);
		while (json_next_element(&inner)) {
			struct json_text hook = json_read_raw(&inner);
			size_t at = (size_t)(hook.at - text);
			const char *runs = string_member(
				text, (struct span){ at, at + hook.len }, "command", arena);

			count++;
			if (found || !runs || !runs_us(runs, "hook"))
				continue;
			found = true;
			*out = (struct span){ at, at + hook.len };
			if (command)
				*command = runs;
		}
		if (found && count == 1)
			*out = (struct span){ from, from + group.len };
		if (found)
			return true;
	}
	return false;
}

static struct found find_hooks(const struct edit *e)
{
	return find_member(e->text.buf, root_of(e), "hooks");
}

static struct found find_event(const struct edit *e, const char *event)
{
	struct found hooks = find_hooks(e);

	if (!hooks.present)
		return (struct found){ 0 };
	return find_member(e->text.buf, hooks.value, event);
}

static bool is_empty_container(const char *text, struct span span)
{
	size_t inside = span.from + 1 + strspn(text + span.from + 1, " \t\r\n");

	return inside == span.to - 1;
}

static struct span member_span(const struct found *f)
{
	return (struct span){ f->key.from, f->value.to };
}

static void remove_hooks(struct edit *e)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct found hooks;
	bool removed = false;
	struct span ours;

	for (int i = 0; i < SETTINGS_EVENTS; i++) {
		struct found event = find_event(e, settings_events[i]);
		bool cut_here = false;

		while (event.present && find_ours(&ours, e->text.buf, event.value, &arena, NULL)) {
			cut(e, ours);
			cut_here = removed = true;
			event = find_event(e, settings_events[i]);
		}
		if (cut_here && is_empty_container(e->text.buf, event.value))
			cut(e, member_span(&event));
	}
	hooks = find_hooks(e);
	if (removed && hooks.present && is_empty_container(e->text.buf, hooks.value))
		cut(e, member_span(&hooks));
}

static void encode_group(struct strbuf *out, const char *command)
{
	struct json_writer w = { .out = out };

	json_open(&w, '{');
	json_key(&w, "hooks");
	json_open(&w, '[');
	json_open(&w, '{');
	json_put_string(&w, "type", "command");
	json_put_string(&w, "command", command);
	json_put_int(&w, "timeout", TIMEOUT_SECONDS);
	json_close(&w, '}');
	json_close(&w, ']');
	json_close(&w, '}');
}

/* The end of the last element of an array; 0 when it is empty. */
static size_t last_element(const char *text, struct span array)
{
	struct json_reader r = reader_at(text, array);
	size_t last = 0;

	json_enter_array(&r);
	while (json_next_element(&r)) {
		struct json_text element = json_read_raw(&r);

		last = (size_t)(element.at - text) + element.len;
	}
	return last;
}

static void add_hooks(struct edit *e, const char *command)
{
	_cleanup_(strbuf_release) struct strbuf group = STRBUF_INIT, array = STRBUF_INIT;
	struct found hooks = find_hooks(e);

	encode_group(&group, command);
	strbuf_addf(&array, "[%s]", group.buf);
	if (!hooks.present) {
		add_item(e, root_of(e), hooks.last, 1, "hooks", "{}");
		hooks = find_hooks(e);
	}
	for (int i = 0; i < SETTINGS_EVENTS; i++) {
		struct found event = find_event(e, settings_events[i]);

		if (event.present) {
			size_t last = last_element(e->text.buf, event.value);

			add_item(e, event.value, last, 3, NULL, group.buf);
		} else {
			hooks = find_hooks(e);
			add_item(e, hooks.value, event.last, 2, settings_events[i], array.buf);
		}
	}
}

/* --- the status line ---------------------------------------------------------------------------
 */

static void encode_string(struct strbuf *out, const char *text)
{
	struct json_writer w = { .out = out };

	json_string(&w, text);
}

/* The command behind --then in one of ours, or NULL. */
static char *unwrap(const char *command)
{
	static const char option[] = " --then ";
	const char *at = strstr(command, option);
	struct strbuf out = STRBUF_INIT;

	if (!at)
		return NULL;
	/* what shell_add_word wrote: a plain word, or quotes with '\'' inside */
	for (at += strlen(option); *at; at++) {
		if (*at != '\'' && *at != '\\')
			strbuf_addch(&out, *at);
		else if (*at == '\\' && at[1])
			strbuf_addch(&out, *++at);
		else if (*at == '\'')
			for (at++; *at && *at != '\''; at++)
				strbuf_addch(&out, *at);
		if (!*at)
			break;
	}
	return strbuf_detach(&out);
}

static struct found find_statusline_command(
	const struct edit *e, struct found *line, const char **command, struct arena *arena)
{
	*line = find_member(e->text.buf, root_of(e), "statusLine");
	*command = NULL;
	if (!line->present || type_at(e->text.buf, line->value) != JSON_OBJECT)
		return (struct found){ 0 };
	*command = string_member(e->text.buf, line->value, "command", arena);
	return find_member(e->text.buf, line->value, "command");
}

static void remove_statusline(struct edit *e)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	_autofree_ char *theirs = NULL;
	const char *command;
	struct found line, member = find_statusline_command(e, &line, &command, &arena);

	if (!command || !runs_us(command, "statusline"))
		return;
	theirs = unwrap(command);
	if (!theirs) {
		cut(e, member_span(&line));
		return;
	}
	encode_string(&text, theirs);
	replace(e, member.value, text.buf);
}

static void add_statusline(struct edit *e, const char *ours)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT, wrapped = STRBUF_INIT;
	const char *command;
	struct found line, member = find_statusline_command(e, &line, &command, &arena);

	strbuf_addstr(&wrapped, ours);
	if (command) {
		strbuf_addstr(&wrapped, " --then ");
		shell_add_word(&wrapped, command);
		encode_string(&text, wrapped.buf);
		replace(e, member.value, text.buf);
		return;
	}
	strbuf_addstr(&text, "{\"type\":\"command\",\"command\":");
	encode_string(&text, ours);
	strbuf_addch(&text, '}');
	if (line.present)
		replace(e, line.value, text.buf);
	else
		add_item(e, root_of(e), line.last, 1, "statusLine", text.buf);
}

/* --- the whole
 * ------------------------------------------------------------------------------------ */

static enum tt_code check_hooks(struct json_reader *r, struct tt_error *err)
{
	struct json_text key;

	if (json_peek(r) != JSON_OBJECT) {
		json_skip(r);
		json_reader_fail(r, "'hooks' is not an object");
		return json_reader_error(r, err);
	}
	json_enter_object(r);
	while (json_next_key(r, &key)) {
		bool array = json_peek(r) == JSON_ARRAY, ours = false;

		for (int i = 0; i < SETTINGS_EVENTS; i++)
			ours = ours || json_text_is(key, settings_events[i]);
		json_skip(r);
		if (ours && !array)
			json_reader_fail(r, "the hooks of an event are not a list");
	}
	return json_reader_error(r, err);
}

static enum tt_code check(const char *text, size_t len, struct tt_error *err)
{
	struct json_reader r;
	struct json_text key;

	json_reader_init(&r, text, len);
	json_enter_object(&r);
	while (json_next_key(&r, &key)) {
		if (!json_text_is(key, "hooks"))
			json_skip(&r);
		else if (check_hooks(&r, err) != TT_OK)
			return err->code;
	}
	json_reader_end(&r);
	return json_reader_error(&r, err);
}

static bool is_blank(const char *text, size_t len)
{
	return strspn(text, " \t\r\n") >= len;
}

enum tt_code settings_edit(struct strbuf *out, const char *text, size_t len,
	const struct settings_wish *wish, struct tt_error *err)
{
	_cleanup_(edit_release) struct edit e = { .text = STRBUF_INIT, .unit = STRBUF_INIT };

	if (is_blank(text, len))
		strbuf_addstr(&e.text, "{\n}\n");
	else
		strbuf_add(&e.text, text, len);
	if (check(e.text.buf, e.text.len, err) != TT_OK)
		return err->code;
	measure_style(&e);
	remove_hooks(&e);
	remove_statusline(&e);
	if (wish->hook_command)
		add_hooks(&e, wish->hook_command);
	if (wish->statusline_command)
		add_statusline(&e, wish->statusline_command);
	strbuf_add(out, e.text.buf, e.text.len);
	return TT_OK;
}

enum tt_code settings_look(
	struct settings_state *out, const char *text, size_t len, struct tt_error *err)
{
	_cleanup_(edit_release) struct edit e = { .text = STRBUF_INIT, .unit = STRBUF_INIT };
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct settings_state state = { 0 };
	const char *command = NULL;
	struct found line, disabled;
	struct span ours;

	strbuf_add(&e.text, text, len);
	if (is_blank(text, len))
		strbuf_addstr(&e.text, "{}");
	if (check(e.text.buf, e.text.len, err) != TT_OK)
		return err->code;
	for (int i = 0; i < SETTINGS_EVENTS; i++) {
		struct found event = find_event(&e, settings_events[i]);

		state.hooks += event.present &&
			       find_ours(&ours, e.text.buf, event.value, &arena, &command);
	}
	state.hook_command = command ? xstrdup(command) : NULL;
	(void)find_statusline_command(&e, &line, &command, &arena);
	state.statusline = command && runs_us(command, "statusline");
	disabled = find_member(e.text.buf, root_of(&e), "disableAllHooks");
	state.all_disabled = disabled.present && e.text.buf[disabled.value.from] == 't';
	*out = state;
	return TT_OK;
}
