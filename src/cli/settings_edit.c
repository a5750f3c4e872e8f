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
#include "json_edit.h"
#include "shell_word.h"

const char *const settings_events[SETTINGS_EVENTS] = { "Stop", "SubagentStop", "SessionEnd" };

/* SessionEnd hooks get a second and a half unless one asks for more. */
enum { TIMEOUT_SECONDS = 10 };

/* --- whose it is --------------------------------------------------------------------- */

/* Does "track-tokens <verb>" stand anywhere in the command? */
static bool runs_us(const char *command, const char *verb)
{
	static const char program[] = "track-tokens";

	for (const char *at = command; at && (at = strstr(at, program)); at++) {
		const char *rest = at + strlen(program);

		rest += *rest == '\'' || *rest == '"';
		if (*rest != ' ' || !text_starts_with(rest + 1, verb))
			continue;
		if (at > command && (isalnum((unsigned char)at[-1]) || strchr("-_.", at[-1])))
			continue;
		rest += 1 + strlen(verb);
		if (!isalnum((unsigned char)*rest) && *rest != '-')
			return true;
	}
	return false;
}

/* What runs a status line of theirs where our program is not installed. */
#define FALLBACK " 2>/dev/null || sh -c "

static bool falls_back_to(const char *at, const char *theirs)
{
	static const char operator[] = "|| sh -c ";
	_autofree_ char *word = NULL;

	if (!theirs || !text_starts_with(at, operator))
		return false;
	at += strlen(operator);
	word = shell_next_word(&at);
	return word && strcmp(word, theirs) == 0 && !*at;
}

/* Is it our program and nothing else, as we write it?  What somebody composed of it and
 * commands of theirs is theirs.  *then (may be NULL): what --then names, for the caller. */
static bool is_ours(const char *command, const char *verb, char **then)
{
	static const char guard[] = SETTINGS_GUARD;
	const char *at = text_starts_with(command, guard) ? command + strlen(guard) : command;
	_autofree_ char *program = shell_next_word(&at), *second = shell_next_word(&at);
	_autofree_ char *theirs = NULL;
	const char *name = program ? strrchr(program, '/') : NULL;
	char *word;

	name = name ? name + 1 : program;
	if (!name || strcmp(name, "track-tokens") != 0 || !second || strcmp(second, verb) != 0)
		return false;
	while ((word = shell_next_word(&at))) {
		bool option = strcmp(word, "--then") == 0;

		free(word);
		if (!option)
			continue;
		free(theirs);
		theirs = shell_next_word(&at);
	}
	if (*at && !falls_back_to(at, theirs))
		return false;
	if (then)
		*then = steal(&theirs);
	return true;
}

/* --- hooks --------------------------------------------------------------------------- */

struct our_hook {
	struct json_span span; /* to cut: the whole group when nothing else is in it */
	const char *command;
	bool composed; /* with commands of somebody else's: to be left */
};

/* The first hook in a group that runs us; composed ones only when they are looked for. */
static bool find_in_group(struct our_hook *out, const struct json_edit *e, struct json_span group,
	bool composed, struct arena *arena)
{
	struct json_member hooks = json_edit_member(e, group, "hooks");
	struct our_hook found = { 0 };
	struct json_reader r;
	size_t count = 0;

	if (!hooks.present || json_edit_type(e, hooks.value) != JSON_ARRAY)
		return false;
	r = json_edit_reader(e, hooks.value);
	json_enter_array(&r);
	while (json_next_element(&r)) {
		struct json_span hook = json_edit_read(e, &r);
		const char *runs = json_edit_string(e, hook, "command", arena);

		bool ours = runs && is_ours(runs, "hook", NULL);

		count++;
		if (!found.command && (ours || (composed && runs && runs_us(runs, "hook"))))
			found = (struct our_hook){ hook, runs, !ours };
	}
	if (found.command && count == 1)
		found.span = group;
	if (found.command)
		*out = found;
	return found.command != NULL;
}

/* The first in an event's groups. */
static bool find_ours(struct our_hook *out, const struct json_edit *e, struct json_span groups,
	bool composed, struct arena *arena)
{
	struct json_reader r = json_edit_reader(e, groups);

	json_enter_array(&r);
	while (json_next_element(&r))
		if (find_in_group(out, e, json_edit_read(e, &r), composed, arena))
			return true;
	return false;
}

static struct json_member find_hooks(const struct json_edit *e)
{
	return json_edit_member(e, json_edit_root(e), "hooks");
}

static struct json_member find_event(const struct json_edit *e, const char *event)
{
	struct json_member hooks = find_hooks(e);

	return hooks.present ? json_edit_member(e, hooks.value, event) : hooks;
}

/* Is the event captured as wished for, so that nothing needs to move? */
static bool stands(const struct json_edit *e, const char *event_name, const char *command)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct json_member event = find_event(e, event_name);
	struct our_hook ours;

	return command && event.present && find_ours(&ours, e, event.value, true, &arena) &&
	       (ours.composed || strcmp(ours.command, command) == 0);
}

static bool cut_event(struct json_edit *e, const char *name)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct json_member event = find_event(e, name);
	struct our_hook ours;
	bool removed = false;

	while (event.present && find_ours(&ours, e, event.value, false, &arena)) {
		json_edit_cut(e, ours.span);
		removed = true;
		event = find_event(e, name);
	}
	if (removed && json_edit_is_empty(e, event.value))
		json_edit_cut(e, json_edit_member_span(&event));
	return removed;
}

/* All but those that stand as wished for. */
static void remove_hooks(struct json_edit *e, const char *command)
{
	struct json_member hooks;
	bool removed = false;

	for (int i = 0; i < SETTINGS_EVENTS; i++)
		if (!stands(e, settings_events[i], command))
			removed = cut_event(e, settings_events[i]) || removed;
	hooks = find_hooks(e);
	if (removed && hooks.present && json_edit_is_empty(e, hooks.value))
		json_edit_cut(e, json_edit_member_span(&hooks));
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

static void add_hook(struct json_edit *e, const char *name, const char *group)
{
	_autofree_ char *array = xasprintf("[%s]", group);
	struct json_member hooks = find_hooks(e), event;

	if (!hooks.present) {
		json_edit_add(e, json_edit_root(e), hooks.last, 1, "hooks", "{}");
		hooks = find_hooks(e);
	}
	event = json_edit_member(e, hooks.value, name);
	if (event.present)
		json_edit_add(
			e, event.value, json_edit_last_element(e, event.value), 3, NULL, group);
	else
		json_edit_add(e, hooks.value, event.last, 2, name, array);
}

static void add_hooks(struct json_edit *e, const char *command)
{
	_cleanup_(strbuf_release) struct strbuf group = STRBUF_INIT;

	encode_group(&group, command);
	for (int i = 0; i < SETTINGS_EVENTS; i++)
		if (!stands(e, settings_events[i], command))
			add_hook(e, settings_events[i], group.buf);
}

/* --- the status line ----------------------------------------------------------------- */

struct status_line {
	struct json_member line, command; /* the member, and the one inside of it */
	const char *runs;		  /* NULL: no command */
};

static struct status_line find_statusline(const struct json_edit *e, struct arena *arena)
{
	struct status_line s = { .line = json_edit_member(e, json_edit_root(e), "statusLine") };

	if (!s.line.present || json_edit_type(e, s.line.value) != JSON_OBJECT)
		return s;
	s.runs = json_edit_string(e, s.line.value, "command", arena);
	s.command = json_edit_member(e, s.line.value, "command");
	return s;
}

static void encode_string(struct strbuf *out, const char *text)
{
	struct json_writer w = { .out = out };

	json_string(&w, text);
}

static void remove_statusline(struct json_edit *e)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	_autofree_ char *theirs = NULL;
	struct status_line s = find_statusline(e, &arena);

	if (!s.runs || !is_ours(s.runs, "statusline", &theirs))
		return;
	if (!theirs) {
		json_edit_cut(e, json_edit_member_span(&s.line));
		return;
	}
	encode_string(&text, theirs);
	json_edit_replace(e, s.command.value, text.buf);
}

/* Ours, which runs theirs; and theirs alone for a colleague who has not got ours. */
static void add_wrapped(struct strbuf *out, const char *ours, const char *theirs)
{
	static const char guard[] = SETTINGS_GUARD;
	bool shared = text_starts_with(ours, guard);

	strbuf_addf(out, "%s --then ", shared ? ours + strlen(guard) : ours);
	shell_add_word(out, theirs);
	if (!shared)
		return;
	strbuf_addstr(out, FALLBACK);
	shell_add_word(out, theirs);
}

static void add_statusline(struct json_edit *e, const char *ours)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT, wrapped = STRBUF_INIT;
	struct status_line s = find_statusline(e, &arena);

	if (s.runs) {
		add_wrapped(&wrapped, ours, s.runs);
		encode_string(&text, wrapped.buf);
		json_edit_replace(e, s.command.value, text.buf);
		return;
	}
	strbuf_addstr(&text, "{\"type\":\"command\",\"command\":");
	encode_string(&text, ours);
	strbuf_addch(&text, '}');
	if (s.line.present)
		json_edit_replace(e, s.line.value, text.buf);
	else
		json_edit_add(e, json_edit_root(e), s.line.last, 1, "statusLine", text.buf);
}

/* One that is there stays with the options that its user gave it, and one that is
 * composed of ours and theirs stays at all. */
static bool statusline_stands(const struct json_edit *e, const char *wanted)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct status_line s = find_statusline(e, &arena);

	if (!wanted || !s.runs || !runs_us(s.runs, "statusline"))
		return false;
	return !is_ours(s.runs, "statusline", NULL) ||
	       (text_starts_with(s.runs, wanted) && strchr(" ", s.runs[strlen(wanted)]));
}

/* --- the whole ------------------------------------------------------------------------ */

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
	_cleanup_(json_edit_release) struct json_edit e = JSON_EDIT_INIT;

	if (is_blank(text, len) && (wish->hook_command || wish->statusline_command)) {
		text = "{\n}\n";
		len = strlen(text);
	}
	if (is_blank(text, len)) {
		strbuf_add(out, text, len);
		return TT_OK;
	}
	if (check(text, len, err) != TT_OK)
		return err->code;
	json_edit_init(&e, text, len);
	remove_hooks(&e, wish->hook_command);
	if (wish->hook_command)
		add_hooks(&e, wish->hook_command);
	if (!statusline_stands(&e, wish->statusline_command)) {
		remove_statusline(&e);
		if (wish->statusline_command)
			add_statusline(&e, wish->statusline_command);
	}
	strbuf_add(out, e.text.buf, e.text.len);
	return TT_OK;
}

enum tt_code settings_look(
	struct settings_state *out, const char *text, size_t len, struct tt_error *err)
{
	_cleanup_(json_edit_release) struct json_edit e = JSON_EDIT_INIT;
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct settings_state state = { 0 };
	struct json_member disabled;
	struct our_hook ours = { 0 };
	const char *runs;

	if (is_blank(text, len)) {
		text = "{}";
		len = strlen(text);
	}
	if (check(text, len, err) != TT_OK)
		return err->code;
	json_edit_init(&e, text, len);
	for (int i = 0; i < SETTINGS_EVENTS; i++) {
		struct json_member event = find_event(&e, settings_events[i]);

		state.hooks += event.present && find_ours(&ours, &e, event.value, true, &arena);
	}
	state.hook_command = state.hooks ? xstrdup(ours.command) : NULL;
	runs = find_statusline(&e, &arena).runs;
	state.statusline = runs && runs_us(runs, "statusline");
	disabled = json_edit_member(&e, json_edit_root(&e), "disableAllHooks");
	state.all_disabled = disabled.present && e.text.buf[disabled.value.from] == 't';
	*out = state;
	return TT_OK;
}
