/* SPDX-License-Identifier: MIT */
#include "lenient.h"
#include "transcript_line.h"

/* An answer of the API, wherever it stands in what wraps it. */
struct answer {
	const char *id, *model, *session, *cwd, *timestamp;
	struct reported_usage usage;
};

/* false: the key is not one of an answer's own. */
static bool read_member(
	struct answer *a, struct json_text key, struct json_reader *r, struct arena *arena)
{
	if (json_text_is(key, "id"))
		a->id = lenient_text(r, arena);
	else if (json_text_is(key, "model"))
		a->model = lenient_text(r, arena);
	else if (json_text_is(key, "usage"))
		reported_usage_read(&a->usage, r, arena);
	else
		return false;
	return true;
}

static void read_inner(struct answer *a, struct json_reader *r, struct arena *arena)
{
	struct answer inner = { 0 };
	struct json_text key;

	if (!lenient_object(r))
		return;
	while (json_next_key(r, &key))
		if (!read_member(&inner, key, r, arena))
			json_skip(r);
	if (!inner.usage.present)
		return;
	a->id = inner.id;
	a->model = inner.model;
	a->usage = inner.usage;
}

static void read_outer(struct answer *a, struct json_reader *r, struct arena *arena)
{
	struct answer outer = { 0 };
	struct json_text key;

	json_enter_object(r);
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "message") || json_text_is(key, "response"))
			read_inner(a, r, arena);
		else if (json_text_is(key, "sessionId") || json_text_is(key, "session_id"))
			outer.session = lenient_text(r, arena);
		else if (json_text_is(key, "cwd"))
			outer.cwd = lenient_text(r, arena);
		else if (json_text_is(key, "timestamp"))
			outer.timestamp = lenient_text(r, arena);
		else if (!read_member(&outer, key, r, arena))
			json_skip(r);
	}
	if (!a->usage.present) {
		a->id = outer.id;
		a->model = outer.model;
		a->usage = outer.usage;
	}
	a->session = outer.session;
	a->cwd = outer.cwd;
	a->timestamp = outer.timestamp;
}

static const char *or_null(const char *text)
{
	return text && *text ? text : NULL;
}

enum tt_code transcript_read_response(struct response *out, struct arena *arena, const char *json,
	size_t len, struct tt_error *err)
{
	struct answer a = { 0 };
	struct instant time = { 0 };
	struct json_reader r;

	json_reader_init(&r, json, len);
	r.lenient = true;
	read_outer(&a, &r, arena);
	json_reader_end(&r);
	if (json_reader_error(&r, err) != TT_OK)
		return err->code;
	if (!a.usage.present)
		return tt_fail(err, TT_EINPUT, "there is no 'usage' in it");
	if (a.usage.bad)
		return tt_fail(err, TT_EINPUT, "a count in 'usage' is not a whole number");
	if (a.timestamp)
		(void)instant_parse(&time, a.timestamp);
	*out = (struct response){
		.key = or_null(a.id),
		.session = or_null(a.session),
		.model = or_null(a.model),
		.cwd = a.cwd && a.cwd[0] == '/' ? a.cwd : NULL,
		.time = time,
		.last_time = time,
		.usage = a.usage.usage,
		.web_searches = a.usage.web_searches,
		.fast = a.usage.fast,
		.geo_us = a.usage.geo_us,
	};
	return TT_OK;
}
