/* SPDX-License-Identifier: MIT */
#include "limits.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/json_reader.h"
#include "base/json_writer.h"
#include "base/mem.h"
#include "user_state.h"

#define FILE_NAME "limits.json"

enum { FILE_MODE = 0600, FILE_LIMIT = 64 * 1024, PERMILLE_MAX = 9999 };

static const char *const names[WINDOW_KINDS] = { "five_hour", "seven_day" };

/* --- reading ------------------------------------------------------------------------ */

static bool read_time(struct instant *out, struct json_reader *r, struct arena *arena)
{
	const char *text = json_read_string_or_null(r, arena);

	return text && instant_parse(out, text);
}

static void read_report(struct window_report *out, struct json_reader *r, struct arena *arena)
{
	struct window_report report = { 0 };
	struct json_text key;
	bool has_time = false;

	json_enter_object(r);
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "used_permille"))
			report.used_permille = (int32_t)json_read_int(r, 0, PERMILLE_MAX);
		else if (json_text_is(key, "resets_at"))
			report.has_reset = read_time(&report.resets_at, r, arena);
		else if (json_text_is(key, "reported_at"))
			has_time = read_time(&report.reported_at, r, arena);
		else
			json_skip(r);
	}
	report.known = has_time;
	*out = report;
}

static void read_all(struct limits *out, const struct strbuf *text)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct tt_error ignored = TT_ERROR_INIT;
	struct limits limits = { 0 };
	struct json_reader r;
	struct json_text key;

	json_reader_init(&r, text->buf, text->len);
	json_enter_object(&r);
	while (json_next_key(&r, &key)) {
		if (json_text_is(key, names[WINDOW_FIVE_HOUR]))
			read_report(&limits.of[WINDOW_FIVE_HOUR], &r, &arena);
		else if (json_text_is(key, names[WINDOW_WEEKLY]))
			read_report(&limits.of[WINDOW_WEEKLY], &r, &arena);
		else
			json_skip(&r);
	}
	json_reader_end(&r);
	if (json_reader_error(&r, &ignored) == TT_OK)
		*out = limits;
}

static void read_from(struct limits *out, const struct user_state *state)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct tt_error ignored = TT_ERROR_INIT;

	*out = (struct limits){ 0 };
	if (fs_read(&text, state->dirfd, FILE_NAME, FILE_LIMIT, FILE_NAME, &ignored) == TT_OK)
		read_all(out, &text);
}

void limits_read(struct limits *out)
{
	_cleanup_(user_state_close) struct user_state state = USER_STATE_INIT;
	struct tt_error ignored = TT_ERROR_INIT;

	*out = (struct limits){ 0 };
	if (user_state_open(&state, false, &ignored) == TT_OK)
		read_from(out, &state);
}

/* --- remembering ---------------------------------------------------------------------- */

bool limits_take(struct limits *into, const struct limits *from)
{
	bool any = false;

	for (int kind = 0; kind < WINDOW_KINDS; kind++) {
		const struct window_report *new = &from->of[kind];

		if (!new->known || (into->of[kind].known &&
					   into->of[kind].reported_at.ms >= new->reported_at.ms))
			continue;
		into->of[kind] = *new;
		any = true;
	}
	return any;
}

static void put_time(struct json_writer *w, const char *key, struct instant time)
{
	char text[INSTANT_TEXT];

	instant_format(text, time);
	json_put_string(w, key, text);
}

static void encode(struct strbuf *out, const struct limits *limits)
{
	struct json_writer w = { .out = out };

	json_open(&w, '{');
	json_put_int(&w, "version", 1);
	for (int kind = 0; kind < WINDOW_KINDS; kind++) {
		const struct window_report *report = &limits->of[kind];

		if (!report->known)
			continue;
		json_key(&w, names[kind]);
		json_open(&w, '{');
		json_put_int(&w, "used_permille", report->used_permille);
		if (report->has_reset)
			put_time(&w, "resets_at", report->resets_at);
		put_time(&w, "reported_at", report->reported_at);
		json_close(&w, '}');
	}
	json_close(&w, '}');
	strbuf_addch(out, '\n');
}

static bool write_whole(int dirfd, const char *name, const struct strbuf *text)
{
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	_autoclose_ int fd = openat(dirfd, name, flags, FILE_MODE);

	return fd >= 0 && write(fd, text->buf, text->len) == (ssize_t)text->len;
}

/* Readers see the old file or the new one; of two writers the later one wins, and what
 * the other knew is reported again with its next answer. */
static void write_to(const struct user_state *state, const struct limits *limits)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	_autofree_ char *name = xasprintf(FILE_NAME ".%ld", (long)getpid());

	encode(&text, limits);
	if (!write_whole(state->dirfd, name, &text) ||
		renameat(state->dirfd, name, state->dirfd, FILE_NAME) != 0)
		(void)unlinkat(state->dirfd, name, 0);
}

/* When the session was last answered, and told of its limits. */
static struct instant told_at(const struct client_status *status)
{
	struct instant now = clock_now();
	struct instant written;
	struct stat st;

	if (!status->transcript_path || status->transcript_path[0] != '/' ||
		stat(status->transcript_path, &st) != 0)
		return now;
	written.ms = (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
	return written.ms < now.ms ? written : now;
}

static struct window_report report_of(const struct reported_limit *limit, struct instant time)
{
	return (struct window_report){ .known = limit->known,
		.used_permille = limit->used_permille,
		.has_reset = limit->has_reset,
		.resets_at = limit->resets_at,
		.reported_at = time };
}

void limits_remember(const struct client_status *status)
{
	_cleanup_(user_state_close) struct user_state state = USER_STATE_INIT;
	struct instant time = told_at(status);
	const struct limits told = { .of = { report_of(&status->five_hour, time),
					     report_of(&status->seven_day, time) } };
	struct tt_error ignored = TT_ERROR_INIT;
	struct limits known;

	if ((!status->five_hour.known && !status->seven_day.known) ||
		user_state_open(&state, true, &ignored) != TT_OK)
		return;
	read_from(&known, &state);
	if (limits_take(&known, &told))
		write_to(&state, &known);
}
