/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lenient.h"
#include "transcript_line.h"

/* Counts as they are written, before they are made one usage. */
struct raw_counts {
	int64_t input, output, cache_read, cache_write, cache_5m, cache_1h;
	bool bad;
};

static int64_t read_count(struct json_reader *r, bool *bad)
{
	enum json_type type = json_peek(r);
	int64_t count = 0;
	bool exact = true;

	if (!lenient_decimal(r, 0, &count, &exact)) {
		*bad = *bad || type == JSON_NUMBER;
		return 0;
	}
	if (!exact || count < 0 || count > USAGE_MAX) {
		*bad = true;
		return 0;
	}
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
			c->cache_5m = read_count(r, &c->bad);
		else if (json_text_is(key, "ephemeral_1h_input_tokens"))
			c->cache_1h = read_count(r, &c->bad);
		else
			json_skip(r);
	}
}

/* True when the key was one of the counters. */
static bool read_counter(struct raw_counts *c, struct json_text key, struct json_reader *r)
{
	if (json_text_is(key, "input_tokens"))
		c->input = read_count(r, &c->bad);
	else if (json_text_is(key, "output_tokens"))
		c->output = read_count(r, &c->bad);
	else if (json_text_is(key, "cache_read_input_tokens"))
		c->cache_read = read_count(r, &c->bad);
	else if (json_text_is(key, "cache_creation_input_tokens"))
		c->cache_write = read_count(r, &c->bad);
	else if (json_text_is(key, "cache_creation"))
		read_cache_split(c, r);
	else
		return false;
	return true;
}

/*
 * The flat count of cache writes was 0 beside a filled split in older clients,
 * and the split is empty beside a filled count in others: the greater holds.
 * What the split does not explain lives five minutes, as the client bills it.
 */
static struct usage counted(const struct raw_counts *c)
{
	struct usage u = { .input = c->input, .output = c->output, .cache_read = c->cache_read };
	int64_t split = c->cache_5m + c->cache_1h;

	u.cache_write_1h = c->cache_1h;
	u.cache_write_5m = (c->cache_write > split ? c->cache_write : split) - c->cache_1h;
	return u;
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

static void read_call(
	struct reported_call *out, struct json_reader *r, struct arena *arena, bool *bad)
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
	out->usage = counted(&counts);
	*bad = *bad || (counts.bad && out->kind != CALL_OTHER);
}

static void read_calls(struct reported_usage *out, struct json_reader *r, struct arena *arena)
{
	size_t alloc = 0;

	out->call_count = 0;
	if (!lenient_array(r))
		return;
	while (json_next_element(r)) {
		if (out->call_count == alloc) {
			struct reported_call *more;

			alloc = alloc ? 2 * alloc : 4;
			more = arena_alloc(arena, alloc * sizeof *more);
			if (out->call_count)
				memcpy(more, out->calls, out->call_count * sizeof *more);
			out->calls = more;
		}
		read_call(&out->calls[out->call_count++], r, arena, &out->bad);
	}
}

static int64_t read_searches(struct json_reader *r, bool *bad)
{
	struct json_text key;
	int64_t count = 0;

	if (!lenient_object(r))
		return 0;
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "web_search_requests"))
			count = read_count(r, bad);
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
			out->web_searches = read_searches(r, &out->bad);
		else if (json_text_is(key, "speed"))
			out->fast = is_word(lenient_text(r, arena), "fast");
		else if (json_text_is(key, "inference_geo"))
			out->geo_us = is_word(lenient_text(r, arena), "us");
		else if (json_text_is(key, "iterations"))
			read_calls(out, r, arena);
		else
			json_skip(r);
	}
	out->usage = counted(&counts);
	out->bad = out->bad || counts.bad || out->usage.cache_write_5m > USAGE_MAX;
}
