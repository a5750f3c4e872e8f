/* SPDX-License-Identifier: MIT */
#include "watch_status.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/json_reader.h"
#include "base/json_writer.h"
#include "base/mem.h"
#include "base/text.h"
#include "user_state.h"

#define STATUS_FILE "watch.json"

enum { FILE_MODE = 0600, STATUS_MAX = 256 * 1024 };

/* --- the form ---------------------------------------------------------------------------- */

struct count_row {
	const char *name;
	size_t offset;
	const char *one, *many; /* for people */
};
#define COUNT(member, one, many)                                              \
	{                                                                     \
#member, offsetof(struct watch_status, member), (one), (many) \
	}
static const struct count_row counts[] = {
	COUNT(responses, "answer", "answers"),
	COUNT(transcripts, "reading of a transcript", "readings of transcripts"),
	COUNT(answers, "answer in a file", "answers in files"),
	COUNT(requests, "request", "requests"),
	COUNT(estimates, "estimate of the clipboard", "estimates of the clipboard"),
	COUNT(snapshots, "snapshot of the client's figures", "snapshots of the client's figures"),
	COUNT(rounds, "round", "rounds"),
};
enum { COUNTS = sizeof counts / sizeof *counts };

static int64_t *count_of(struct watch_status *s, size_t i)
{
	return (int64_t *)(void *)((char *)s + counts[i].offset);
}

static int64_t count_in(const struct watch_status *s, size_t i)
{
	return *(const int64_t *)(const void *)((const char *)s + counts[i].offset);
}

static void put_time(struct json_writer *w, const char *key, struct instant time)
{
	char text[INSTANT_TEXT];

	if (time.ms)
		instant_format(text, time);
	json_put_string(w, key, time.ms ? text : NULL);
}

static void encode_source(struct json_writer *w, const struct watch_source_status *source)
{
	json_open(w, '{');
	json_put_string(w, "name", source->name);
	json_put_string(w, "where", source->where);
	json_put_string(w, "how", source->how);
	json_put_int(w, "directories", source->directories);
	json_put_string(w, "trouble", source->trouble);
	json_close(w, '}');
}

void watch_status_encode(struct strbuf *out, const struct watch_status *s)
{
	struct json_writer w = { .out = out };

	json_open(&w, '{');
	json_put_int(&w, "version", 1);
	json_put_int(&w, "pid", s->pid);
	put_time(&w, "since", s->since);
	put_time(&w, "updated", s->updated);
	json_put_bool(&w, "at_work", s->at_work);
	for (size_t i = 0; i < COUNTS; i++)
		json_put_int(&w, counts[i].name, count_in(s, i));
	put_time(&w, "last", s->last);
	json_put_int(&w, "clients", s->clients);
	json_put_int(&w, "failures", s->failures);
	json_put_string(&w, "trouble", s->trouble);
	put_time(&w, "trouble_since", s->trouble_since);
	json_key(&w, "sources");
	json_open(&w, '[');
	for (size_t i = 0; i < s->count; i++)
		encode_source(&w, &s->sources[i]);
	json_close(&w, ']');
	json_close(&w, '}');
}

static struct instant read_time(struct json_reader *r, struct arena *arena)
{
	const char *text = json_read_string_or_null(r, arena);
	struct instant time = { 0 };

	if (text && !instant_parse(&time, text))
		json_reader_fail(r, "'%s' is not a time", text);
	return time;
}

static void read_source(struct watch_status *s, struct json_reader *r, struct arena *arena)
{
	struct watch_source_status source = { .name = "" };
	struct json_text key;

	json_enter_object(r);
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "name"))
			source.name = json_read_string(r, arena);
		else if (json_text_is(key, "where"))
			source.where = json_read_string_or_null(r, arena);
		else if (json_text_is(key, "how"))
			source.how = json_read_string_or_null(r, arena);
		else if (json_text_is(key, "directories"))
			source.directories = json_read_int(r, 0, INT64_MAX);
		else if (json_text_is(key, "trouble"))
			source.trouble = json_read_string_or_null(r, arena);
		else
			json_skip(r);
	}
	if (s->count < WATCH_SOURCES_MAX)
		s->sources[s->count++] = source;
}

static bool read_count(struct watch_status *s, struct json_text key, struct json_reader *r)
{
	for (size_t i = 0; i < COUNTS; i++) {
		if (json_text_is(key, counts[i].name)) {
			*count_of(s, i) = json_read_int(r, 0, INT64_MAX);
			return true;
		}
	}
	return false;
}

static void read_member(
	struct watch_status *s, struct json_text key, struct json_reader *r, struct arena *arena)
{
	if (json_text_is(key, "pid"))
		s->pid = json_read_int(r, 0, INT64_MAX);
	else if (json_text_is(key, "since"))
		s->since = read_time(r, arena);
	else if (json_text_is(key, "updated"))
		s->updated = read_time(r, arena);
	else if (json_text_is(key, "last"))
		s->last = read_time(r, arena);
	else if (json_text_is(key, "at_work"))
		s->at_work = json_read_bool(r);
	else if (json_text_is(key, "clients"))
		s->clients = json_read_int(r, -1, INT64_MAX);
	else if (json_text_is(key, "failures"))
		s->failures = json_read_int(r, 0, INT64_MAX);
	else if (json_text_is(key, "trouble"))
		s->trouble = json_read_string_or_null(r, arena);
	else if (json_text_is(key, "trouble_since"))
		s->trouble_since = read_time(r, arena);
	else if (!read_count(s, key, r))
		json_skip(r);
}

enum tt_code watch_status_parse(struct watch_status *out, struct arena *arena, const char *json,
	size_t len, struct tt_error *err)
{
	struct watch_status s = { .clients = -1 };
	struct json_reader r;
	struct json_text key;

	json_reader_init(&r, json, len);
	json_enter_object(&r);
	while (json_next_key(&r, &key)) {
		if (!json_text_is(key, "sources")) {
			read_member(&s, key, &r, arena);
			continue;
		}
		json_enter_array(&r);
		while (json_next_element(&r))
			read_source(&s, &r, arena);
	}
	json_reader_end(&r);
	if (json_reader_error(&r, err) != TT_OK)
		return err->code;
	*out = s;
	return TT_OK;
}

/* --- for people --------------------------------------------------------------------------- */

static void add_time(struct strbuf *out, struct instant time)
{
	char text[INSTANT_TEXT];

	instant_format_local(text, time);
	strbuf_addstr(out, text);
}

static void show_source(struct strbuf *out, const struct watch_source_status *source)
{
	strbuf_addf(out, "   %-13s ", source->name);
	if (source->where) {
		text_add_visible(out, source->where);
		strbuf_addstr(out, " ");
	}
	strbuf_addf(out, "(%s", source->how ? source->how : "");
	if (source->directories) {
		strbuf_addstr(out, ", ");
		text_add_count(out, source->directories);
		strbuf_addstr(out, source->directories == 1 ? " directory" : " directories");
	}
	if (source->trouble) {
		strbuf_addstr(out, "; ");
		text_add_visible(out, source->trouble);
	}
	strbuf_addstr(out, ")\n");
}

static void show_counts(struct strbuf *out, const struct watch_status *s)
{
	const char *before = "";

	for (size_t i = 0; i < COUNTS; i++) {
		int64_t count = count_in(s, i);

		if (!count)
			continue;
		strbuf_addstr(out, before);
		text_add_count(out, count);
		strbuf_addf(out, " %s", count == 1 ? counts[i].one : counts[i].many);
		before = ", ";
	}
	if (!*before)
		strbuf_addstr(out, "nothing yet");
}

void watch_status_show(struct strbuf *out, const struct watch_status *s)
{
	strbuf_addstr(out, "Watching");
	if (s->since.ms) {
		strbuf_addstr(out, " since ");
		add_time(out, s->since);
	}
	strbuf_addf(out, " (process %" PRId64 ")\n", s->pid);
	for (size_t i = 0; i < s->count; i++)
		show_source(out, &s->sources[i]);
	if (s->clients >= 0)
		strbuf_addf(out, "   %-13s %" PRId64 " running\n", "Claude Code", s->clients);
	strbuf_addf(out, "   %-13s ", "taken");
	show_counts(out, s);
	if (s->last.ms) {
		strbuf_addstr(out, "; last ");
		add_time(out, s->last);
	}
	strbuf_addf(out, "%s\n   %-13s ", s->at_work ? "; at work now" : "", "trouble");
	strbuf_addstr(out, s->trouble ? "" : "none");
	if (s->trouble)
		text_add_visible(out, s->trouble);
	if (s->trouble && s->trouble_since.ms) {
		strbuf_addstr(out, " (since ");
		add_time(out, s->trouble_since);
		strbuf_addf(out, ", tried %" PRId64 " times; it goes on trying)", s->failures);
	}
	strbuf_addch(out, '\n');
}

/* --- the file ------------------------------------------------------------------------------ */

enum tt_code watch_status_write(const struct watch_status *s, struct tt_error *err)
{
	_cleanup_(user_state_close) struct user_state state = USER_STATE_INIT;
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	_autofree_ char *shown = NULL;

	watch_status_encode(&text, s);
	strbuf_addch(&text, '\n');
	if (user_state_open(&state, true, err) != TT_OK)
		return err->code;
	shown = xasprintf("%s/" STATUS_FILE, state.dir.buf);
	return fs_replace(state.dirfd, STATUS_FILE, text.buf, text.len, FILE_MODE, shown, err);
}

void watch_status_remove(void)
{
	_cleanup_(user_state_close) struct user_state state = USER_STATE_INIT;
	struct tt_error ignored = TT_ERROR_INIT;

	if (user_state_open(&state, false, &ignored) == TT_OK)
		(void)unlinkat(state.dirfd, STATUS_FILE, 0);
}

enum tt_code watch_status_read(
	struct watch_status *out, struct arena *arena, int64_t pid, struct tt_error *err)
{
	_cleanup_(user_state_close) struct user_state state = USER_STATE_INIT;
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct watch_status s;

	if (user_state_open(&state, false, err) != TT_OK ||
		fs_read(&text, state.dirfd, STATUS_FILE, STATUS_MAX, STATUS_FILE, err) != TT_OK ||
		watch_status_parse(&s, arena, text.buf, text.len, err) != TT_OK)
		return err->code;
	if (s.pid != pid)
		return tt_fail(err, TT_ENOTFOUND, "the file is of another watcher");
	*out = s;
	return TT_OK;
}
