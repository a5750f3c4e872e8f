/* SPDX-License-Identifier: MIT */
#include "report/claude_tokens.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/json_writer.h"

enum { NANO_PLACES = 9 };

/* As SQLite writes it. */
static void put_time(struct json_writer *w, const char *key, struct instant t)
{
	char text[INSTANT_TEXT];

	instant_format(text, t);
	text[strlen("2026-11-23")] = ' ';
	text[strlen("2026-11-23 09:00:00")] = '\0';
	json_put_string(w, key, text);
}

static void put_cost(struct json_writer *w, const char *key, const struct rollup_total *t)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	json_key(w, key);
	if (t->cost.unpriced_tokens || money_compare(t->cost.low, t->cost.high) != 0) {
		json_null(w);
		return;
	}
	money_add_text(&text, t->cost.low, NANO_PLACES);
	json_raw(w, text.buf, text.len);
}

/* What the lists call the same figures. */
struct names {
	const char *input, *output, *cost;
};

static void put_figures(
	struct json_writer *w, const struct rollup_total *t, const struct names *names)
{
	const struct usage *u = &t->usage;

	json_put_int(w, names->input, u->input);
	json_put_int(w, names->output, u->output);
	json_put_int(w, "cache_creation_tokens", u->cache_write_5m + u->cache_write_1h);
	json_put_int(w, "cache_read_tokens", u->cache_read);
	if (u->unsplit)
		json_put_int(w, "unsplit_tokens", u->unsplit);
	put_cost(w, names->cost, t);
}

static void put_project(struct json_writer *w, const struct report_usage_group *g)
{
	static const struct names names = { "total_input", "total_output", "total_cost" };

	json_put_string(w, "project_path", g->name);
	json_put_int(w, "session_count", g->total->sessions);
	put_figures(w, g->total, &names);
	put_time(w, "last_activity", g->total->last);
	json_put_int(w, "is_placeholder", 0);
}

static void put_session(struct json_writer *w, const struct report_usage_group *g)
{
	static const struct names names = { "total_input_tokens", "total_output_tokens",
		"total_cost_usd" };

	json_put_string(w, "id", g->name);
	json_put_string(w, "project_path", g->project);
	put_time(w, "started_at", g->total->first);
	put_time(w, "ended_at", g->total->last);
	put_figures(w, g->total, &names);
}

static void put_day(struct json_writer *w, const struct report_usage_group *g)
{
	static const struct names names = { "daily_input", "daily_output", "daily_cost" };

	json_put_string(w, "date", g->name);
	json_put_int(w, "session_count", g->total->sessions);
	put_figures(w, g->total, &names);
}

static void put_list(struct json_writer *w, const char *key, const struct report_usage *list,
	void (*put)(struct json_writer *w, const struct report_usage_group *g))
{
	json_key(w, key);
	json_open(w, '[');
	for (size_t i = 0; i < list->count; i++) {
		json_open(w, '{');
		put(w, &list->groups[i]);
		json_close(w, '}');
	}
	json_close(w, ']');
}

void report_claude_tokens(struct strbuf *out, const struct report_claude_tokens *report)
{
	struct json_writer w = { .out = out };
	char now[INSTANT_TEXT];

	instant_format(now, report->now);
	json_open(&w, '{');
	json_put_string(&w, "exportDate", now);
	put_list(&w, "projects", report->projects, put_project);
	put_list(&w, "recentSessions", report->sessions, put_session);
	put_list(&w, "dailyStats", report->days, put_day);
	json_close(&w, '}');
	strbuf_addch(out, '\n');
}
