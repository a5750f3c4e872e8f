/* SPDX-License-Identifier: MIT */
#include "transcript_line.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "lenient.h"
#include "model/entry.h"

/* --- reading a line --------------------------------------------------------------- */

struct message {
	const char *id, *model;
	struct reported_usage usage;
};

/* What a line says, as far as it is of use. */
struct line {
	struct message message;
	struct line_total {
		bool present; /* modelUsage */
		int64_t cost_nano, started_ms, lasted_ms;
		bool unknown_cost;
		struct model_total *models;
		size_t count;
	} total;
	struct worktree_record worktree;
	const char *type, *uuid, *request_id, *timestamp;
	const char *session, *request_session, *cwd, *git_branch;
	bool sidechain, is_error;
};

static void read_message(struct message *out, struct json_reader *r, struct arena *arena)
{
	struct json_text key;

	*out = (struct message){ 0 };
	if (!lenient_object(r))
		return;
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "id"))
			out->id = lenient_text(r, arena);
		else if (json_text_is(key, "model"))
			out->model = lenient_text(r, arena);
		else if (json_text_is(key, "usage"))
			reported_usage_read(&out->usage, r, arena);
		else
			json_skip(r);
	}
}

static int64_t read_tokens(struct json_reader *r)
{
	int64_t count;

	return lenient_decimal(r, 0, &count, NULL) && count > 0 && count <= USAGE_MAX ? count : 0;
}

static void read_model_total(struct model_total *out, struct json_reader *r)
{
	int64_t written = 0, short_lived = 0, long_lived = 0;
	struct json_text key;

	if (!lenient_object(r))
		return;
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "inputTokens"))
			out->usage.input = read_tokens(r);
		else if (json_text_is(key, "outputTokens"))
			out->usage.output = read_tokens(r);
		else if (json_text_is(key, "cacheReadInputTokens"))
			out->usage.cache_read = read_tokens(r);
		else if (json_text_is(key, "cacheCreationInputTokens"))
			written = read_tokens(r);
		else if (json_text_is(key, "cacheCreationEphemeral5mInputTokens"))
			short_lived = read_tokens(r);
		else if (json_text_is(key, "cacheCreationEphemeral1hInputTokens"))
			long_lived = read_tokens(r);
		else if (json_text_is(key, "webSearchRequests"))
			out->web_searches = read_tokens(r);
		else if (json_text_is(key, "costUSD"))
			(void)lenient_decimal(r, 9, &out->cost_nano_usd, NULL);
		else
			json_skip(r);
	}
	if (written < short_lived + long_lived)
		written = short_lived + long_lived;
	out->usage.cache_write_1h = long_lived;
	out->usage.cache_write_5m = written - long_lived;
}

/* A key with its escapes undone. */
static const char *key_text(struct json_text key, struct arena *arena)
{
	struct json_reader r;
	const char *text;

	if (!memchr(key.at, '\\', key.len))
		return arena_strndup(arena, key.at, key.len);
	json_reader_init(&r, key.at - 1, key.len + 2); /* with its quotes */
	r.lenient = true;
	text = json_read_string(&r, arena);
	return text ? text : "";
}

static void read_models(struct line *line, struct json_reader *r, struct arena *arena)
{
	size_t alloc = 0;
	struct json_text key;

	line->total.count = 0;
	line->total.present = lenient_object(r);
	if (!line->total.present)
		return;
	while (json_next_key(r, &key)) {
		struct model_total *to;

		if (line->total.count == alloc) {
			alloc = alloc ? 2 * alloc : 4;
			to = arena_alloc(arena, alloc * sizeof *to);
			if (line->total.count)
				memcpy(to, line->total.models, line->total.count * sizeof *to);
			line->total.models = to;
		}
		to = &line->total.models[line->total.count++];
		*to = (struct model_total){ .model = key_text(key, arena) };
		read_model_total(to, r);
	}
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

/* Members of the envelope, which `progress` records repeat one level down. */
static bool read_envelope(
	struct line *line, struct json_text key, struct json_reader *r, struct arena *arena)
{
	if (json_text_is(key, "uuid"))
		line->uuid = lenient_text(r, arena);
	else if (json_text_is(key, "requestId"))
		line->request_id = lenient_text(r, arena);
	else if (json_text_is(key, "timestamp"))
		line->timestamp = lenient_text(r, arena);
	else if (json_text_is(key, "message"))
		read_message(&line->message, r, arena);
	else
		return false;
	return true;
}

/* {"data":{"message":{"type":"assistant","message":{...},...}}}: how clients once
 * wrote what their subagents did. */
static void read_progress(struct line *line, struct json_reader *r, struct arena *arena)
{
	struct line inner = { 0 };
	struct json_text key;

	if (!lenient_object(r))
		return;
	while (json_next_key(r, &key)) {
		if (!json_text_is(key, "message") || !lenient_object(r)) {
			if (!json_text_is(key, "message"))
				json_skip(r);
			continue;
		}
		while (json_next_key(r, &key))
			if (!read_envelope(&inner, key, r, arena))
				json_skip(r);
	}
	if (!inner.message.usage.present || line->message.usage.present)
		return;
	line->message = inner.message;
	line->uuid = inner.uuid ? inner.uuid : line->uuid;
	line->request_id = inner.request_id ? inner.request_id : line->request_id;
	line->timestamp = inner.timestamp ? inner.timestamp : line->timestamp;
	line->sidechain = true;
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
		line->sidechain = lenient_bool(r) || line->sidechain;
	else if (json_text_is(key, "isApiErrorMessage"))
		line->is_error = lenient_bool(r);
	else
		return false;
	return true;
}

static void read_time_span(struct line *line, struct json_text key, struct json_reader *r)
{
	int64_t value = 0;

	(void)lenient_decimal(r, 0, &value, NULL);
	if (json_text_is(key, "startTime"))
		line->total.started_ms = value;
	else
		line->total.lasted_ms = value;
}

static void read_other(
	struct line *line, struct json_text key, struct json_reader *r, struct arena *arena)
{
	if (json_text_is(key, "type"))
		line->type = lenient_text(r, arena);
	else if (json_text_is(key, "data"))
		read_progress(line, r, arena);
	else if (json_text_is(key, "modelUsage"))
		read_models(line, r, arena);
	else if (json_text_is(key, "totalCostUSD"))
		(void)lenient_decimal(r, 9, &line->total.cost_nano, NULL);
	else if (json_text_is(key, "startTime") || json_text_is(key, "totalDuration"))
		read_time_span(line, key, r);
	else if (json_text_is(key, "hasUnknownModelCost"))
		line->total.unknown_cost = lenient_bool(r);
	else if (json_text_is(key, "worktreeSession"))
		read_worktree(&line->worktree, r, arena);
	else
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
		if (!read_envelope(out, key, &r, arena) && !read_place(out, key, &r, arena))
			read_other(out, key, &r, arena);
	json_reader_end(&r);
	return json_reader_error(&r, &ignored) == TT_OK;
}

/* --- telling the sink ----------------------------------------------------------------- */

static const char *or_null(const char *text)
{
	return text && *text ? text : NULL;
}

static const char *choose_key(const struct line *line)
{
	if (or_null(line->message.id))
		return line->message.id;
	return or_null(line->request_id) ? line->request_id : or_null(line->uuid);
}

static const char *branch_of(const char *name)
{
	return name && *name && strcmp(name, "HEAD") != 0 ? name : NULL;
}

static bool is_made_by_client(const struct line *line)
{
	const struct usage *u = &line->message.usage.usage;
	bool empty = !u->input && !u->output && !u->cache_read && !u->cache_write_5m &&
		     !u->cache_write_1h;

	if (line->message.model && strcmp(line->message.model, "<synthetic>") == 0)
		return empty;
	return line->is_error && empty;
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
		if (or_null(call->model))
			part.model = call->model;
		sink->response(sink->ctx, &part, holder);
	}
}

static void tell_response(
	const struct line *line, struct instant time, const struct transcript_sink *sink)
{
	const struct reported_usage *u = &line->message.usage;
	const char *holder = or_null(line->session);
	const char *owner = or_null(line->request_session);
	struct response r = {
		.key = choose_key(line),
		.session = owner ? owner : holder,
		.model = or_null(line->message.model),
		.cwd = line->cwd && line->cwd[0] == '/' ? line->cwd : NULL,
		.git_branch = branch_of(line->git_branch),
		.time = time,
		.last_time = time,
		.usage = u->usage,
		.web_searches = u->web_searches,
		.is_copy = owner && holder && strcmp(owner, holder) != 0,
		.sidechain = line->sidechain,
		.fast = u->fast,
		.geo_us = u->geo_us,
		.is_split = calls_are_parts(u),
	};

	sink->response(sink->ctx, &r, holder ? holder : r.session);
	tell_calls(&r, u, holder ? holder : r.session, sink);
}

static void take_usage(const struct line *line, struct instant *last_time,
	const struct transcript_sink *sink, struct transcript_stats *stats)
{
	struct instant time;

	if (is_made_by_client(line)) {
		stats->skipped[SKIP_SYNTHETIC]++;
	} else if (line->message.usage.bad) {
		stats->skipped[SKIP_BAD_COUNT]++;
	} else if (!choose_key(line)) {
		stats->skipped[SKIP_NO_KEY]++;
	} else {
		if (line->timestamp && instant_parse(&time, line->timestamp) && time.ms >= 0) {
			if (time.ms > last_time->ms)
				*last_time = time;
		} else {
			time = *last_time;
		}
		if (time.ms == 0) {
			stats->skipped[SKIP_NO_TIME]++;
			return;
		}
		stats->usages++;
		tell_response(line, time, sink);
	}
}

/* The record has no time of its own: it was written after all that stands before
 * it, or, as the first, when the session had lasted so long. */
static void take_total(
	const struct line *line, struct instant last_time, const struct transcript_sink *sink)
{
	struct cost_state c = {
		.session = line->session,
		.time = last_time,
		.cost_nano_usd = line->total.cost_nano,
		.has_unknown_cost = line->total.unknown_cost,
		.models = line->total.models,
		.count = line->total.count,
	};

	if (!or_null(c.session) || !line->total.present)
		return;
	if (c.time.ms == 0)
		c.time.ms = line->total.started_ms + line->total.lasted_ms;
	if (entry_time_is_valid(c.time) && c.time.ms > 0)
		sink->cost_state(sink->ctx, &c);
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
		take_total(&line, *last_time, sink);
	else if (is_type(&line, "worktree-state") && sink->worktree && or_null(line.worktree.path))
		sink->worktree(sink->ctx, &line.worktree);
	else if (line.message.usage.present)
		take_usage(&line, last_time, sink, stats);
}
