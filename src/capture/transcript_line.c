/* SPDX-License-Identifier: MIT */
#include "transcript_line.h"

#include <limits.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "lenient.h"
#include "model/entry.h"

/* --- reading a line --------------------------------------------------------------- */

/* What one envelope says of an answer. */
struct answer {
	struct reported_message message;
	const char *uuid, *request_id, *timestamp;
};

/* What a line says, as far as it is of use. */
struct line {
	struct answer own;
	struct answer progress; /* of the one inside a `progress` record */
	struct reported_total total;
	struct worktree_record worktree;
	const char *type, *session, *request_session, *cwd, *git_branch;
	bool sidechain, is_error;
};

const char *transcript_name(const char *text)
{
	return text && *text && strlen(text) <= ENTRY_NAME_MAX ? text : NULL;
}

static void read_worktree(struct worktree_record *out, struct json_reader *r, struct arena *arena)
{
	struct json_text key;

	*out = (struct worktree_record){ 0 };
	if (!lenient_object(r))
		return;
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "worktreePath"))
			out->path = lenient_text(r, arena);
		else if (json_text_is(key, "worktreeBranch"))
			out->branch = lenient_text(r, arena);
		else if (json_text_is(key, "originalCwd"))
			out->original_cwd = lenient_text(r, arena);
		else
			json_skip(r);
	}
}

static bool read_answer(
	struct answer *out, struct json_text key, struct json_reader *r, struct arena *arena)
{
	if (json_text_is(key, "uuid"))
		out->uuid = lenient_text(r, arena);
	else if (json_text_is(key, "requestId"))
		out->request_id = lenient_text(r, arena);
	else if (json_text_is(key, "timestamp"))
		out->timestamp = lenient_text(r, arena);
	else if (json_text_is(key, "message"))
		reported_message_read(&out->message, r, arena);
	else
		return false;
	return true;
}

static void read_progress_message(struct answer *out, struct json_reader *r, struct arena *arena)
{
	struct json_text key;

	*out = (struct answer){ 0 };
	if (!lenient_object(r))
		return;
	while (json_next_key(r, &key))
		if (!read_answer(out, key, r, arena))
			json_skip(r);
}

/* {"data":{"message":{"type":"assistant","message":{...},...}}}: how clients once
 * wrote what their subagents did. */
static void read_progress(struct answer *out, struct json_reader *r, struct arena *arena)
{
	struct json_text key;

	*out = (struct answer){ 0 };
	if (!lenient_object(r))
		return;
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "message"))
			read_progress_message(out, r, arena);
		else
			json_skip(r);
	}
}

static bool read_place(
	struct line *line, struct json_text key, struct json_reader *r, struct arena *arena)
{
	if (json_text_is(key, "sessionId"))
		line->session = lenient_text(r, arena);
	else if (json_text_is(key, "requestSessionId"))
		line->request_session = lenient_text(r, arena);
	else if (json_text_is(key, "cwd"))
		line->cwd = lenient_text(r, arena);
	else if (json_text_is(key, "gitBranch"))
		line->git_branch = lenient_text(r, arena);
	else if (json_text_is(key, "isSidechain"))
		line->sidechain = lenient_bool(r);
	else if (json_text_is(key, "isApiErrorMessage"))
		line->is_error = lenient_bool(r);
	else
		return false;
	return true;
}

static void read_other(
	struct line *line, struct json_text key, struct json_reader *r, struct arena *arena)
{
	if (json_text_is(key, "type"))
		line->type = lenient_text(r, arena);
	else if (json_text_is(key, "data"))
		read_progress(&line->progress, r, arena);
	else if (json_text_is(key, "worktreeSession"))
		read_worktree(&line->worktree, r, arena);
	else if (!reported_total_read(&line->total, key, r, arena))
		json_skip(r);
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
	while (json_next_key(&r, &key))
		if (!read_answer(&out->own, key, &r, arena) && !read_place(out, key, &r, arena))
			read_other(out, key, &r, arena);
	json_reader_end(&r);
	return json_reader_error(&r, &ignored) == TT_OK;
}

/* --- telling the sink ----------------------------------------------------------------- */

static const char *choose_key(const struct answer *answer, const struct line *line)
{
	const char *const keys[] = { answer->message.id, answer->request_id, answer->uuid,
		line->own.request_id, line->own.uuid };

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (transcript_name(keys[i]))
			return keys[i];
	return NULL;
}

static const char *branch_of(const char *name)
{
	return name && strcmp(name, "HEAD") != 0 ? transcript_name(name) : NULL;
}

static const char *directory_of(const char *path)
{
	return path && path[0] == '/' && strlen(path) < PATH_MAX ? path : NULL;
}

static bool is_made_by_client(const struct answer *answer, bool is_error)
{
	const struct usage *u = &answer->message.usage.usage;
	bool empty = !u->input && !u->output && !u->cache_read && !u->cache_write_5m &&
		     !u->cache_write_1h && !answer->message.usage.bad;
	const char *model = answer->message.model;

	return empty && (is_error || (model && strcmp(model, "<synthetic>") == 0));
}

/* Are the iterations the parts of the top level? */
static bool calls_are_parts(const struct reported_usage *u)
{
	struct usage sum = { 0 };
	size_t messages = 0;

	for (size_t i = 0; i < u->call_count; i++) {
		if (u->calls[i].kind != CALL_MESSAGE)
			continue;
		messages++;
		if (!usage_add(&sum, &u->calls[i].usage))
			return false;
	}
	return messages > 1 && memcmp(&sum, &u->usage, sizeof sum) == 0;
}

static void tell_calls(const struct response *whole, const struct reported_usage *u,
	const char *holder, const struct transcript_sink *sink)
{
	for (size_t i = 0; i < u->call_count; i++) {
		const struct reported_call *call = &u->calls[i];
		struct response part = *whole;
		_cleanup_(strbuf_release) struct strbuf key = STRBUF_INIT;

		if (call->kind == CALL_OTHER || (call->kind == CALL_MESSAGE && !whole->is_split))
			continue;
		strbuf_addf(&key, "%s#%zu", whole->key, i);
		part.key = key.buf;
		part.usage = call->usage;
		part.web_searches = 0;
		part.is_split = false;
		part.is_part = call->kind == CALL_MESSAGE;
		part.ends_turn = false;
		if (transcript_name(call->model))
			part.model = call->model;
		sink->response(sink->ctx, &part, holder);
	}
}

/* It was not stopped to go on later. */
static bool ends_turn(const char *stop_reason)
{
	return stop_reason && strcmp(stop_reason, "tool_use") != 0 &&
	       strcmp(stop_reason, "pause_turn") != 0;
}

static void tell_response(const struct line *line, const struct answer *answer, const char *key,
	struct instant time, const struct transcript_sink *sink)
{
	const struct reported_usage *u = &answer->message.usage;
	const char *holder = transcript_name(line->session);
	const char *owner = transcript_name(line->request_session);
	struct response r = {
		.key = key,
		.session = owner ? owner : holder,
		.model = transcript_name(answer->message.model),
		.cwd = directory_of(line->cwd),
		.git_branch = branch_of(line->git_branch),
		.time = time,
		.last_time = time,
		.usage = u->usage,
		.web_searches = u->web_searches,
		.is_copy = owner && holder && strcmp(owner, holder) != 0,
		.sidechain = line->sidechain || answer == &line->progress,
		.fast = u->fast,
		.geo_us = u->geo_us,
		.is_split = calls_are_parts(u),
		.ends_turn = ends_turn(answer->message.stop_reason),
	};

	sink->response(sink->ctx, &r, holder ? holder : r.session);
	tell_calls(&r, u, holder ? holder : r.session, sink);
}

/* The time of an answer: its own, or the latest before it.  0: neither. */
static struct instant time_of(
	const struct answer *answer, const struct line *line, struct instant *last_time)
{
	const char *text = answer->timestamp ? answer->timestamp : line->own.timestamp;
	struct instant time;

	if (!text || !instant_parse(&time, text) || !entry_time_is_valid(time))
		return *last_time;
	if (time.ms > last_time->ms)
		*last_time = time;
	return time;
}

static void take_usage(const struct line *line, const struct answer *answer,
	struct instant *last_time, const struct transcript_sink *sink,
	struct transcript_stats *stats)
{
	const char *key = choose_key(answer, line);
	struct instant time;

	if (is_made_by_client(answer, line->is_error)) {
		stats->skipped[SKIP_SYNTHETIC]++;
	} else if (answer->message.usage.bad) {
		stats->skipped[SKIP_BAD_COUNT]++;
	} else if (!key) {
		stats->skipped[SKIP_NO_KEY]++;
	} else if ((time = time_of(answer, line, last_time)).ms == 0) {
		stats->skipped[SKIP_NO_TIME]++;
	} else {
		stats->usages++;
		tell_response(line, answer, key, time, sink);
	}
}

static void tell_worktree(const struct worktree_record *w, const struct transcript_sink *sink)
{
	const struct worktree_record known = { directory_of(w->path), branch_of(w->branch),
		directory_of(w->original_cwd) };

	if (sink->worktree && known.path)
		sink->worktree(sink->ctx, &known);
}

static bool is_type(const struct line *line, const char *type)
{
	return line->type && strcmp(line->type, type) == 0;
}

void transcript_take_line(const char *text, size_t len, struct instant *last_time,
	const struct transcript_sink *sink, struct transcript_stats *stats, struct arena *arena)
{
	struct line line;

	arena_reset(arena);
	if (!read_line(&line, text, len, arena)) {
		stats->skipped[SKIP_INVALID_JSON]++;
		return;
	}
	if (is_type(&line, "cost-state"))
		reported_total_tell(&line.total, line.session, *last_time, sink, stats);
	else if (is_type(&line, "worktree-state"))
		tell_worktree(&line.worktree, sink);
	else if (line.own.message.usage.present)
		take_usage(&line, &line.own, last_time, sink, stats);
	else if (line.progress.message.usage.present)
		take_usage(&line, &line.progress, last_time, sink, stats);
}
