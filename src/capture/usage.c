/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lenient.h"
#include "transcript_line.h"

/* No answer is made of more; without a bound, a hostile line would take the memory. */
enum { CALLS_MAX = 1000 };

/* Counts as they are written, before they are made one usage; COUNT_BAD is one that
 * cannot be told. */
struct raw_counts {
	int64_t input, output, cache_read, cache_write, cache_5m, cache_1h;
};

int64_t reported_count(struct json_reader *r)
{
	int64_t count;
	bool exact;

	if (json_peek(r) == JSON_NULL) {
		json_skip(r);
		return 0;
	}
	if (!lenient_decimal(r, 0, &count, &exact) || !exact || count < 0 || count > USAGE_MAX)
		return COUNT_BAD;
	return count;
}

static void read_cache_split(struct raw_counts *c, struct json_reader *r)
{
	struct json_text key;

	c->cache_5m = c->cache_1h = 0;
	if (!lenient_object(r))
		return;
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "ephemeral_5m_input_tokens"))
			c->cache_5m = reported_count(r);
		else if (json_text_is(key, "ephemeral_1h_input_tokens"))
			c->cache_1h = reported_count(r);
		else
			json_skip(r);
	}
}

/* True when the key was one of the counters. */
static bool read_counter(struct raw_counts *c, struct json_text key, struct json_reader *r)
{
	if (json_text_is(key, "input_tokens"))
		c->input = reported_count(r);
	else if (json_text_is(key, "output_tokens"))
		c->output = reported_count(r);
	else if (json_text_is(key, "cache_read_input_tokens"))
		c->cache_read = reported_count(r);
	else if (json_text_is(key, "cache_creation_input_tokens"))
		c->cache_write = reported_count(r);
	else if (json_text_is(key, "cache_creation"))
		read_cache_split(c, r);
	else
		return false;
	return true;
}

void reported_cache_writes(struct usage *u, int64_t flat, int64_t five_minutes, int64_t hour)
{
	int64_t split = five_minutes + hour;

	u->cache_write_1h = hour;
	u->cache_write_5m = (flat > split ? flat : split) - hour;
}

/* False when one of the counts cannot be told. */
static bool make_usage(struct usage *u, const struct raw_counts *c)
{
	*u = (struct usage){ .input = c->input, .output = c->output, .cache_read = c->cache_read };
	if (c->input < 0 || c->output < 0 || c->cache_read < 0 || c->cache_write < 0 ||
		c->cache_5m < 0 || c->cache_1h < 0)
		return false;
	reported_cache_writes(u, c->cache_write, c->cache_5m, c->cache_1h);
	return true;
}

static enum call_kind call_kind_of(const char *type)
{
	if (!type)
		return CALL_OTHER;
	if (strcmp(type, "message") == 0)
		return CALL_MESSAGE;
	if (strcmp(type, "advisor_message") == 0)
		return CALL_ADVISOR;
	return strcmp(type, "compaction") == 0 ? CALL_COMPACTION : CALL_OTHER;
}

static void read_call(struct reported_call *out, struct json_reader *r, struct arena *arena)
{
	struct raw_counts counts = { 0 };
	struct json_text key;

	*out = (struct reported_call){ .kind = CALL_OTHER };
	if (!lenient_object(r))
		return;
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "type"))
			out->kind = call_kind_of(lenient_text(r, arena));
		else if (json_text_is(key, "model"))
			out->model = lenient_text(r, arena);
		else if (!read_counter(&counts, key, r))
			json_skip(r);
	}
	out->bad = !make_usage(&out->usage, &counts) && out->kind != CALL_OTHER;
}

static void read_calls(struct reported_usage *out, struct json_reader *r, struct arena *arena)
{
	size_t alloc = 0;

	out->call_count = 0;
	out->too_many_calls = false;
	if (!lenient_array(r))
		return;
	while (json_next_element(r)) {
		if (out->call_count == CALLS_MAX) {
			out->too_many_calls = true;
			json_skip(r);
			continue;
		}
		if (out->call_count == alloc) {
			struct reported_call *more;

			alloc = alloc ? 2 * alloc : 4;
			more = arena_alloc(arena, alloc * sizeof *more);
			if (out->call_count)
				memcpy(more, out->calls, out->call_count * sizeof *more);
			out->calls = more;
		}
		read_call(&out->calls[out->call_count++], r, arena);
	}
}

static int64_t read_searches(struct json_reader *r)
{
	struct json_text key;
	int64_t count = 0;

	if (!lenient_object(r))
		return 0;
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "web_search_requests"))
			count = reported_count(r);
		else
			json_skip(r);
	}
	return count;
}

static bool is_word(const char *text, const char *word)
{
	return text && strcmp(text, word) == 0;
}

void reported_usage_read(struct reported_usage *out, struct json_reader *r, struct arena *arena)
{
	struct raw_counts counts = { 0 };
	struct json_text key;

	*out = (struct reported_usage){ 0 };
	if (!lenient_object(r))
		return;
	out->present = true;
	while (json_next_key(r, &key)) {
		if (read_counter(&counts, key, r))
			continue;
		if (json_text_is(key, "server_tool_use"))
			out->web_searches = read_searches(r);
		else if (json_text_is(key, "speed"))
			out->fast = is_word(lenient_text(r, arena), "fast");
		else if (json_text_is(key, "inference_geo"))
			out->geo_us = is_word(lenient_text(r, arena), "us");
		else if (json_text_is(key, "iterations"))
			read_calls(out, r, arena);
		else
			json_skip(r);
	}
	out->bad =
		!make_usage(&out->usage, &counts) || out->web_searches < 0 || out->too_many_calls;
	for (size_t i = 0; i < out->call_count; i++)
		out->bad = out->bad || out->calls[i].bad;
}

void reported_message_read(struct reported_message *out, struct json_reader *r, struct arena *arena)
{
	struct json_text key;

	*out = (struct reported_message){ 0 };
	if (!lenient_object(r))
		return;
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "id"))
			out->id = lenient_text(r, arena);
		else if (json_text_is(key, "model"))
			out->model = lenient_text(r, arena);
		else if (json_text_is(key, "stop_reason"))
			out->stop_reason = lenient_text(r, arena);
		else if (json_text_is(key, "usage"))
			reported_usage_read(&out->usage, r, arena);
		else
			json_skip(r);
	}
}
