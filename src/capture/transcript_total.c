/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "lenient.h"
#include "model/entry.h"
#include "transcript_line.h"

/* No session uses more; it bounds the search for a name that comes twice. */
enum { MODELS_MAX = 1000, NANO = 9 };

/* Dollars as nano-dollars, 0 for null (what the client writes for not a number). */
static int64_t read_cost(struct json_reader *r)
{
	int64_t cost;

	if (json_peek(r) == JSON_NULL) {
		json_skip(r);
		return 0;
	}
	return lenient_decimal(r, NANO, &cost, NULL) && cost >= 0 ? cost : COUNT_BAD;
}

struct raw_total {
	int64_t input, output, cache_read, cache_write, cache_5m, cache_1h, searches, cost;
};

static void read_figure(struct raw_total *t, struct json_text key, struct json_reader *r)
{
	if (json_text_is(key, "inputTokens"))
		t->input = reported_count(r);
	else if (json_text_is(key, "outputTokens"))
		t->output = reported_count(r);
	else if (json_text_is(key, "cacheReadInputTokens"))
		t->cache_read = reported_count(r);
	else if (json_text_is(key, "cacheCreationInputTokens"))
		t->cache_write = reported_count(r);
	else if (json_text_is(key, "cacheCreationEphemeral5mInputTokens"))
		t->cache_5m = reported_count(r);
	else if (json_text_is(key, "cacheCreationEphemeral1hInputTokens"))
		t->cache_1h = reported_count(r);
	else if (json_text_is(key, "webSearchRequests"))
		t->searches = reported_count(r);
	else if (json_text_is(key, "costUSD"))
		t->cost = read_cost(r);
	else
		json_skip(r);
}

static bool is_bad(const struct raw_total *t)
{
	return t->input < 0 || t->output < 0 || t->cache_read < 0 || t->cache_write < 0 ||
	       t->cache_5m < 0 || t->cache_1h < 0 || t->searches < 0 || t->cost < 0;
}

/* The value beside a model's name.  A figure that is none is left as it is, COUNT_BAD,
 * for total_is_bad: the same name may come again, and the last one holds. */
static void read_model_total(struct model_total *out, struct json_reader *r)
{
	struct raw_total t = { 0 };
	struct json_text key;

	if (!lenient_object(r))
		return;
	while (json_next_key(r, &key))
		read_figure(&t, key, r);
	if (is_bad(&t)) {
		out->cost_nano_usd = COUNT_BAD;
		return;
	}
	out->usage.input = t.input;
	out->usage.output = t.output;
	out->usage.cache_read = t.cache_read;
	reported_cache_writes(&out->usage, t.cache_write, t.cache_5m, t.cache_1h);
	out->web_searches = t.searches;
	out->cost_nano_usd = t.cost;
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

/* Where the totals of this model go: those of an equal name, or new ones. */
static struct model_total *model_at(
	struct reported_total *out, const char *model, size_t *alloc, struct arena *arena)
{
	for (size_t i = 0; i < out->count; i++)
		if (strcmp(out->models[i].model, model) == 0)
			return &out->models[i];
	if (out->count == *alloc) {
		struct model_total *more;

		*alloc = *alloc ? 2 * *alloc : 4;
		more = arena_alloc(arena, *alloc * sizeof *more);
		if (out->count)
			memcpy(more, out->models, out->count * sizeof *more);
		out->models = more;
	}
	return &out->models[out->count++];
}

static void read_models(struct reported_total *out, struct json_reader *r, struct arena *arena)
{
	size_t alloc = 0;
	struct json_text key;

	out->count = 0;
	out->bad = false;
	out->present = lenient_object(r);
	if (!out->present)
		return;
	while (json_next_key(r, &key)) {
		const char *model = key_text(key, arena);
		struct model_total *to;

		if (out->count == MODELS_MAX || !transcript_name(model)) {
			out->bad = true;
			json_skip(r);
			continue;
		}
		to = model_at(out, model, &alloc, arena);
		*to = (struct model_total){ .model = model };
		read_model_total(to, r);
	}
}

/* Milliseconds, 0 for what is no time. */
static int64_t read_ms(struct json_reader *r)
{
	struct instant t = { 0 };

	return lenient_decimal(r, 0, &t.ms, NULL) && entry_time_is_valid(t) ? t.ms : 0;
}

bool reported_total_read(struct reported_total *out, struct json_text key, struct json_reader *r,
	struct arena *arena)
{
	if (json_text_is(key, "modelUsage"))
		read_models(out, r, arena);
	else if (json_text_is(key, "totalCostUSD"))
		out->cost_nano = read_cost(r);
	else if (json_text_is(key, "startTime"))
		out->started_ms = read_ms(r);
	else if (json_text_is(key, "totalDuration"))
		out->lasted_ms = read_ms(r);
	else if (json_text_is(key, "hasUnknownModelCost"))
		out->unknown_cost = lenient_bool(r);
	else
		return false;
	return true;
}

static bool total_is_bad(const struct reported_total *total)
{
	for (size_t i = 0; i < total->count; i++)
		if (total->models[i].cost_nano_usd < 0)
			return true;
	return total->bad || total->cost_nano < 0;
}

void reported_total_tell(const struct reported_total *total, const char *session,
	struct instant last_time, const struct transcript_sink *sink,
	struct transcript_stats *stats)
{
	struct cost_state c = {
		.session = transcript_name(session),
		.time = last_time,
		.cost_nano_usd = total->cost_nano,
		.has_unknown_cost = total->unknown_cost,
		.models = total->models,
		.count = total->count,
	};

	if (!total->present)
		return;
	if (c.time.ms == 0)
		c.time.ms = total->started_ms + total->lasted_ms;
	if (total_is_bad(total))
		stats->skipped[SKIP_BAD_COUNT]++;
	else if (!c.session)
		stats->skipped[SKIP_NO_KEY]++;
	else if (c.time.ms == 0 || !entry_time_is_valid(c.time))
		stats->skipped[SKIP_NO_TIME]++;
	else
		sink->cost_state(sink->ctx, &c);
}
