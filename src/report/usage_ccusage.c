/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/cleanup.h"
#include "base/json_writer.h"
#include "report/usage_report.h"

enum { NANO_PLACES = 9, FIVE_HOURS_MS = 5 * 3600 * 1000, HOUR_MS = 3600 * 1000 };

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

static void put_time(struct json_writer *w, const char *key, struct instant t)
{
	char text[INSTANT_TEXT];

	instant_format(text, t);
	if (strlen(text) == strlen("2026-11-23T09:00:00Z")) /* it writes milliseconds always */
		memcpy(text + strlen(text) - 1, ".000Z", sizeof ".000Z");
	json_put_string(w, key, text);
}

static void put_group(
	struct json_writer *w, const struct shape *shape, const struct report_usage_group *g)
{
	json_open(w, '{');
	json_put_string(w, shape->key, g->name);
	put_totals(w, g->total);
	if (strcmp(shape->list, "sessions") == 0) {
		json_put_string(w, "projectPath", g->project ? g->project : "Unknown Project");
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

static void put_block(struct json_writer *w, const struct report_usage_group *g)
{
	const struct rollup_total *t = g->total;
	struct instant begin = { t->first.ms - t->first.ms % HOUR_MS };
	struct instant end = { begin.ms + FIVE_HOURS_MS };

	json_open(w, '{');
	put_time(w, "id", begin);
	put_time(w, "startTime", begin);
	put_time(w, "endTime", end);
	put_time(w, "actualEndTime", t->last);
	json_put_bool(w, "isActive", clock_now().ms < end.ms);
	json_put_bool(w, "isGap", false);
	json_put_int(w, "entries", t->requests);
	put_block_counts(w, t);
	json_put_int(w, "totalTokens", t->tokens);
	put_cost(w, "costUSD", t);
	put_models(w, "models", g);
	json_put_null(w, "burnRate");
	json_put_null(w, "projection");
	json_close(w, '}');
}

void report_usage_ccusage(struct strbuf *out, const struct report_usage *report)
{
	const struct shape *shape = shape_of(report);
	struct json_writer w = { .out = out };

	json_open(&w, '{');
	json_key(&w, shape->list);
	json_open(&w, '[');
	for (size_t i = report->count; i-- > 0;) /* the oldest first */
		if (shape->key)
			put_group(&w, shape, &report->groups[i]);
		else
			put_block(&w, &report->groups[i]);
	json_close(&w, ']');
	if (shape->key) {
		json_key(&w, "totals");
		json_open(&w, '{');
		put_totals(&w, &report->totals->all);
		json_close(&w, '}');
	}
	json_close(&w, '}');
	strbuf_addch(out, '\n');
}
