/* SPDX-License-Identifier: MIT */
#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json_writer.h"
#include "report/usage_report.h"

#define PICO INT64_C(1000000000000)
#define NANO INT64_C(1000000000)
enum {
	PICO_PER_NANO = 1000,
	NANO_PLACES = 9,
	MINUTE_MS = 60 * 1000,
	HOUR_MS = 60 * MINUTE_MS,
	FIVE_HOURS_MS = 5 * HOUR_MS,
	MILLIS_TEXT = INSTANT_TEXT,
};

/* What the groups, and the list of them, are called there. */
static const struct shape {
	const char *report, *list, *key;
} shapes[] = {
	{ "daily", "daily", "date" },
	{ "weekly", "weekly", "week" },
	{ "monthly", "monthly", "month" },
	{ "blocks", "blocks", NULL },
	{ "", "sessions", "sessionId" },
};

static const struct shape *shape_of(const struct report_usage *report)
{
	const struct shape *s = shapes;

	while (*s->report && strcmp(s->report, report->report) != 0)
		s++;
	return s;
}

static void put_cost(struct json_writer *w, const char *key, const struct rollup_total *t)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	money_add_text(&text, t->cost.low, NANO_PLACES);
	json_key(w, key);
	json_raw(w, text.buf, text.len);
}

static int64_t written(const struct rollup_total *t)
{
	return t->usage.cache_write_5m + t->usage.cache_write_1h;
}

static void put_counts(struct json_writer *w, const struct rollup_total *t)
{
	json_put_int(w, "inputTokens", t->usage.input + t->usage.unsplit);
	json_put_int(w, "outputTokens", t->usage.output);
	json_put_int(w, "cacheCreationTokens", written(t));
	json_put_int(w, "cacheReadTokens", t->usage.cache_read);
}

static void put_unpriced(struct json_writer *w, const struct rollup_list *unpriced)
{
	if (!unpriced->count)
		return;
	json_key(w, "unpricedModels");
	json_open(w, '[');
	for (size_t i = 0; i < unpriced->count; i++)
		json_string(w, unpriced->items[i].name);
	json_close(w, ']');
}

static void put_totals(struct json_writer *w, const struct rollup_total *t)
{
	put_counts(w, t);
	json_put_int(w, "totalTokens", t->tokens);
	put_cost(w, "totalCost", t);
}

static void put_models(struct json_writer *w, const char *key, const struct report_usage_group *g)
{
	json_key(w, key);
	json_open(w, '[');
	for (size_t i = 0; i < g->part_count; i++)
		json_string(w, g->parts[i].name);
	json_close(w, ']');
}

static void put_breakdowns(struct json_writer *w, const struct report_usage_group *g)
{
	json_key(w, "modelBreakdowns");
	json_open(w, '[');
	for (size_t i = 0; i < g->part_count; i++) {
		const struct report_usage_group *part = &g->parts[i];

		json_open(w, '{');
		json_put_string(w, "modelName", part->name);
		put_counts(w, part->total);
		put_cost(w, "cost", part->total);
		if (part->total->cost.unpriced_tokens)
			json_put_bool(w, "missingPricing", true);
		json_close(w, '}');
	}
	json_close(w, ']');
}

/* It writes milliseconds always. */
static void format_time(char text[static MILLIS_TEXT], struct instant t)
{
	instant_format(text, t);
	if (strlen(text) == strlen("2026-11-23T09:00:00Z"))
		memcpy(text + strlen(text) - 1, ".000Z", sizeof ".000Z");
}

static void put_time(struct json_writer *w, const char *key, struct instant t)
{
	char text[MILLIS_TEXT];

	format_time(text, t);
	json_put_string(w, key, text);
}

/* It knows a project by the directory that the client names after its path. */
static void put_project(struct json_writer *w, const char *path)
{
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;

	for (const char *at = path ? path : ""; *at; at++)
		strbuf_addch(&name, isascii(*at) && isalnum((unsigned char)*at) ? *at : '-');
	json_put_string(w, "projectPath", path ? name.buf : "Unknown Project");
}

static void put_group(
	struct json_writer *w, const struct shape *shape, const struct report_usage_group *g)
{
	json_open(w, '{');
	json_put_string(w, shape->key, g->name);
	put_totals(w, g->total);
	if (strcmp(shape->list, "sessions") == 0) {
		put_project(w, g->project);
		put_time(w, "firstActivity", g->total->first);
		put_time(w, "lastActivity", g->total->last);
	}
	put_models(w, "modelsUsed", g);
	put_breakdowns(w, g);
	json_close(w, '}');
}

/* --- blocks ------------------------------------------------------------------------- */

static void put_block_counts(struct json_writer *w, const struct rollup_total *t)
{
	json_key(w, "tokenCounts");
	json_open(w, '{');
	json_put_int(w, "inputTokens", t->usage.input + t->usage.unsplit);
	json_put_int(w, "outputTokens", t->usage.output);
	json_put_int(w, "cacheCreationInputTokens", written(t));
	json_put_int(w, "cacheReadInputTokens", t->usage.cache_read);
	json_close(w, '}');
}

/* part / whole, with as many decimals. */
static void put_ratio(
	struct json_writer *w, const char *key, __int128 part, int64_t whole, int places)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	money_add_text(&text, (struct money){ part * PICO / whole }, places);
	json_key(w, key);
	json_raw(w, text.buf, text.len);
}

/* How fast it goes while the block lasts, and what that comes to at its end. */
static void put_pace(struct json_writer *w, const struct rollup_total *t, struct instant end)
{
	int64_t spent = t->last.ms - t->first.ms, left = end.ms - clock_now().ms;
	int64_t minutes = (left + MINUTE_MS / 2) / MINUTE_MS;
	int64_t read_and_written = t->usage.input + t->usage.output;
	__int128 tokens = (__int128)t->tokens * spent + (__int128)t->tokens * minutes * MINUTE_MS;
	__int128 cost = t->cost.low.pico / PICO_PER_NANO;

	json_key(w, "burnRate");
	json_open(w, '{');
	put_ratio(w, "tokensPerMinute", (__int128)t->tokens * MINUTE_MS, spent, NANO_PLACES);
	put_ratio(w, "tokensPerMinuteForIndicator", (__int128)read_and_written * MINUTE_MS, spent,
		NANO_PLACES);
	put_ratio(w, "costPerHour", cost * HOUR_MS, spent * NANO, NANO_PLACES);
	json_close(w, '}');
	json_key(w, "projection");
	json_open(w, '{');
	put_ratio(w, "totalTokens", tokens, spent, 0);
	put_ratio(w, "totalCost", cost * (spent + minutes * MINUTE_MS), spent * NANO, 2);
	json_put_int(w, "remainingMinutes", minutes);
	json_close(w, '}');
}

static void put_block(struct json_writer *w, const struct report_usage_group *g)
{
	const struct rollup_total *t = g->total;
	struct instant begin = { t->first.ms - t->first.ms % HOUR_MS };
	struct instant end = { begin.ms + FIVE_HOURS_MS };
	bool is_active = clock_now().ms < end.ms;

	json_open(w, '{');
	put_time(w, "id", begin);
	put_time(w, "startTime", begin);
	put_time(w, "endTime", end);
	put_time(w, "actualEndTime", t->last);
	json_put_bool(w, "isActive", is_active);
	json_put_bool(w, "isGap", false);
	json_put_int(w, "entries", t->requests);
	put_block_counts(w, t);
	json_put_int(w, "totalTokens", t->tokens);
	put_cost(w, "costUSD", t);
	put_models(w, "models", g);
	if (is_active && t->last.ms > t->first.ms) {
		put_pace(w, t, end);
	} else {
		json_put_null(w, "burnRate");
		json_put_null(w, "projection");
	}
	json_close(w, '}');
}

/* From five hours after the last answer to the next one. */
static void put_gap(
	struct json_writer *w, const struct report_usage_group *before, struct instant next)
{
	static const struct rollup_total nothing;
	_cleanup_(strbuf_release) struct strbuf id = STRBUF_INIT;
	struct instant begin = { before->total->last.ms + FIVE_HOURS_MS };
	char text[MILLIS_TEXT];

	format_time(text, begin);
	strbuf_addf(&id, "gap-%s", text);
	json_open(w, '{');
	json_put_string(w, "id", id.buf);
	put_time(w, "startTime", begin);
	put_time(w, "endTime", next);
	json_put_null(w, "actualEndTime");
	json_put_bool(w, "isActive", false);
	json_put_bool(w, "isGap", true);
	json_put_int(w, "entries", 0);
	put_block_counts(w, &nothing);
	json_put_int(w, "totalTokens", 0);
	json_put_int(w, "costUSD", 0);
	json_key(w, "models");
	json_open(w, '[');
	json_close(w, ']');
	json_put_null(w, "burnRate");
	json_put_null(w, "projection");
	json_close(w, '}');
}

static void put_blocks(struct json_writer *w, const struct report_usage *report)
{
	for (size_t i = report->count; i-- > 0;) {
		const struct report_usage_group *g = &report->groups[i];
		struct instant next = i > 0 ? report->groups[i - 1].total->first : g->total->last;

		put_block(w, g);
		if (next.ms - g->total->last.ms > FIVE_HOURS_MS)
			put_gap(w, g, next);
	}
}

/* Days, weeks and months are oldest first there, sessions as they come. */
static void put_groups(
	struct json_writer *w, const struct shape *shape, const struct report_usage *report)
{
	bool forward = strcmp(shape->list, "sessions") == 0;

	for (size_t i = 0; i < report->count; i++)
		put_group(w, shape, &report->groups[forward ? i : report->count - 1 - i]);
}

void report_usage_ccusage(struct strbuf *out, const struct report_usage *report)
{
	const struct shape *shape = shape_of(report);
	struct json_writer w = { .out = out };

	json_open(&w, '{');
	json_key(&w, shape->list);
	json_open(&w, '[');
	if (shape->key)
		put_groups(&w, shape, report);
	else
		put_blocks(&w, report);
	json_close(&w, ']');
	if (shape->key) {
		json_key(&w, "totals");
		json_open(&w, '{');
		put_totals(&w, &report->totals->all);
		put_unpriced(&w, &report->totals->unpriced);
		json_close(&w, '}');
	}
	json_close(&w, '}');
	strbuf_addch(out, '\n');
}
