/* SPDX-License-Identifier: MIT */
#include "capture/text_samples.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "capture/transcript.h"
#include "lenient.h"

/* One answer, gathered from its lines: a line for each block of its content. */
struct answer {
	char *id;
	char *last_uuid; /* lines are written again, and count once */
	struct text_profile profile;
	int64_t tokens;
	bool has_other; /* blocks that are no text */
	bool is_whole;
};

/* What one line says. */
struct line {
	const char *type, *uuid, *id, *stop_reason;
	struct text_profile profile;
	int64_t tokens;
	bool has_other;
};

/* --- a line --------------------------------------------------------------------------- */

static void read_block(struct line *line, struct json_reader *r, struct arena *arena)
{
	const char *type = NULL, *text = NULL;
	struct json_text key;

	if (!lenient_object(r))
		return;
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "type"))
			type = lenient_text(r, arena);
		else if (json_text_is(key, "text"))
			text = lenient_text(r, arena);
		else
			json_skip(r);
	}
	if (type && text && strcmp(type, "text") == 0)
		text_profile_add(&line->profile, text, strlen(text));
	else
		line->has_other = true;
}

static void read_content(struct line *line, struct json_reader *r, struct arena *arena)
{
	if (json_peek(r) != JSON_ARRAY) {
		json_skip(r);
		return;
	}
	json_enter_array(r);
	while (json_next_element(r))
		read_block(line, r, arena);
}

static void read_usage(struct line *line, struct json_reader *r)
{
	struct json_text key;

	if (!lenient_object(r))
		return;
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "output_tokens") && json_peek(r) == JSON_NUMBER)
			line->tokens = json_read_int(r, 0, USAGE_MAX);
		else
			json_skip(r);
	}
}

static void read_message(struct line *line, struct json_reader *r, struct arena *arena)
{
	struct json_text key;

	if (!lenient_object(r))
		return;
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "id"))
			line->id = lenient_text(r, arena);
		else if (json_text_is(key, "stop_reason"))
			line->stop_reason = lenient_text(r, arena);
		else if (json_text_is(key, "content"))
			read_content(line, r, arena);
		else if (json_text_is(key, "usage"))
			read_usage(line, r);
		else
			json_skip(r);
	}
}

static bool read_line(struct line *out, const char *text, size_t len, struct arena *arena)
{
	struct tt_error ignored = TT_ERROR_INIT;
	struct json_reader r;
	struct json_text key;

	*out = (struct line){ 0 };
	json_reader_init(&r, text, len);
	r.lenient = true;
	json_enter_object(&r);
	while (json_next_key(&r, &key)) {
		if (json_text_is(key, "type"))
			out->type = lenient_text(&r, arena);
		else if (json_text_is(key, "uuid"))
			out->uuid = lenient_text(&r, arena);
		else if (json_text_is(key, "message"))
			read_message(out, &r, arena);
		else
			json_skip(&r);
	}
	json_reader_end(&r);
	return json_reader_error(&r, &ignored) == TT_OK && out->type && out->id &&
	       strcmp(out->type, "assistant") == 0;
}

/* --- an answer ------------------------------------------------------------------------- */

static void keep(struct text_samples *samples, const struct estimate_sample *sample)
{
	if (samples->count == samples->alloc) {
		samples->alloc = samples->alloc ? 2 * samples->alloc : 64;
		samples->items =
			xreallocarray(samples->items, samples->alloc, sizeof *samples->items);
	}
	samples->items[samples->count++] = *sample;
}

static void finish(struct text_samples *samples, struct answer *a)
{
	const struct estimate_sample sample = { a->profile, a->tokens };

	samples->answers += a->id != NULL;
	if (a->is_whole && !a->has_other && estimate_sample_is_plausible(&sample))
		keep(samples, &sample);
	free(a->id);
	free(a->last_uuid);
	*a = (struct answer){ 0 };
}

static bool is_again(const struct answer *a, const struct line *line)
{
	return a->last_uuid && line->uuid && strcmp(a->last_uuid, line->uuid) == 0;
}

static void take(struct text_samples *samples, struct answer *a, const struct line *line)
{
	if (!a->id || strcmp(a->id, line->id) != 0) {
		finish(samples, a);
		a->id = xstrdup(line->id);
	}
	if (is_again(a, line))
		return;
	free(a->last_uuid);
	a->last_uuid = line->uuid ? xstrdup(line->uuid) : NULL;
	for (int kind = 0; kind < TEXT_KINDS; kind++)
		a->profile.chars[kind] += line->profile.chars[kind];
	if (line->tokens > a->tokens)
		a->tokens = line->tokens;
	a->has_other |= line->has_other;
	a->is_whole |= line->stop_reason != NULL;
}

static void take_text(struct text_samples *samples, struct answer *a, const char *text, size_t len,
	struct arena *arena)
{
	struct line line;

	arena_reset(arena);
	if (memmem(text, len, "output_tokens", strlen("output_tokens")) &&
		read_line(&line, text, len, arena))
		take(samples, a, &line);
}

/* --- a transcript ------------------------------------------------------------------------ */

void text_samples_read_text(struct text_samples *samples, const char *text, size_t len)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct answer answer = { 0 };

	while (len) {
		const char *feed = memchr(text, '\n', len);
		size_t size = feed ? (size_t)(feed - text) : len;

		take_text(samples, &answer, text, size, &arena);
		size += feed != NULL;
		text += size;
		len -= size;
	}
	finish(samples, &answer);
}

static enum tt_code open_transcript(FILE **out, const char *path, struct tt_error *err)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0) {
		enum tt_code code = errno == ENOENT ? tt_fail(err, TT_ENOTFOUND, "no '%s'", path)
						    : tt_fail_errno(err, "cannot read '%s'", path);
		if (fd >= 0)
			closep(&fd);
		return code;
	}
	if (!S_ISREG(st.st_mode)) {
		closep(&fd);
		return tt_fail(err, TT_EINPUT, "'%s' is not a regular file", path);
	}
	*out = fdopen(fd, "r");
	if (!*out)
		mem_exhausted();
	return TT_OK;
}

enum tt_code text_samples_read(struct text_samples *samples, const char *path, struct tt_error *err)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	_cleanup_(fclosep) FILE *file = NULL;
	_autofree_ char *text = NULL;
	struct answer answer = { 0 };
	size_t size = 0;
	ssize_t len;

	if (open_transcript(&file, path, err) != TT_OK)
		return err->code;
	while ((len = getline(&text, &size, file)) > 0)
		if (len <= TRANSCRIPT_LINE_MAX)
			take_text(samples, &answer, text, (size_t)len, &arena);
	finish(samples, &answer);
	return ferror(file) ? tt_fail_errno(err, "cannot read '%s'", path) : TT_OK;
}

void text_samples_release(struct text_samples *samples)
{
	free(samples->items);
	*samples = (struct text_samples){ 0 };
}
