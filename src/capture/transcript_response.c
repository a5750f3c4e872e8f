/* SPDX-License-Identifier: MIT */
#include "lenient.h"
#include "model/entry.h"
#include "transcript_line.h"

/* What a document says at its top level, and inside `message` and `response`. */
struct document {
	struct reported_message top, message, response;
	const char *request_id, *session, *timestamp, *cwd;
};

static void read_member(
	struct document *doc, struct json_text key, struct json_reader *r, struct arena *arena)
{
	if (json_text_is(key, "id"))
		doc->top.id = lenient_text(r, arena);
	else if (json_text_is(key, "model"))
		doc->top.model = lenient_text(r, arena);
	else if (json_text_is(key, "usage"))
		reported_usage_read(&doc->top.usage, r, arena);
	else if (json_text_is(key, "message"))
		reported_message_read(&doc->message, r, arena);
	else if (json_text_is(key, "response"))
		reported_message_read(&doc->response, r, arena);
	else if (json_text_is(key, "requestId") || json_text_is(key, "request_id"))
		doc->request_id = lenient_text(r, arena);
	else if (json_text_is(key, "sessionId") || json_text_is(key, "session_id"))
		doc->session = lenient_text(r, arena);
	else if (json_text_is(key, "timestamp"))
		doc->timestamp = lenient_text(r, arena);
	else if (json_text_is(key, "cwd"))
		doc->cwd = lenient_text(r, arena);
	else
		json_skip(r);
}

static const struct reported_message *choose_message(const struct document *doc)
{
	if (doc->top.usage.present)
		return &doc->top;
	if (doc->message.usage.present)
		return &doc->message;
	return doc->response.usage.present ? &doc->response : NULL;
}

enum tt_code transcript_read_response(struct response *out, struct arena *arena, const char *json,
	size_t len, struct tt_error *err)
{
	struct document doc = { 0 };
	const struct reported_message *from;
	struct instant time = { 0 };
	struct json_reader r;
	struct json_text key;

	json_reader_init(&r, json, len);
	r.lenient = true;
	json_enter_object(&r);
	while (json_next_key(&r, &key))
		read_member(&doc, key, &r, arena);
	json_reader_end(&r);
	if (json_reader_error(&r, err) != TT_OK)
		return err->code;
	from = choose_message(&doc);
	if (!from)
		return tt_fail(err, TT_EINPUT,
			"no usage in it: expected 'usage', 'message.usage' or 'response.usage'");
	if (from->usage.bad)
		return tt_fail(err, TT_EINPUT,
			"a count in 'usage' is not a whole number from 0 to %lld",
			(long long)USAGE_MAX);
	if (doc.timestamp && instant_parse(&time, doc.timestamp) && !entry_time_is_valid(time))
		time.ms = 0;
	*out = (struct response){
		.key = transcript_name(from->id) ? from->id : transcript_name(doc.request_id),
		.session = transcript_name(doc.session),
		.model = transcript_name(from->model),
		.cwd = doc.cwd && doc.cwd[0] == '/' ? doc.cwd : NULL,
		.time = time,
		.last_time = time,
		.usage = from->usage.usage,
		.web_searches = from->usage.web_searches,
		.fast = from->usage.fast,
		.geo_us = from->usage.geo_us,
	};
	return TT_OK;
}
