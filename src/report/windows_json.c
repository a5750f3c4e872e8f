/* SPDX-License-Identifier: MIT */
#include "report/windows.h"

#include "totals_json.h"

static const char *const kinds[WINDOW_KINDS] = { "five_hour", "seven_day" };
static const char *const units[LIMIT_UNITS] = { "tokens", "messages" };
static const char *const origins[] = { "not_open", "first_event", "calendar", "reported",
	"continued" };

static void put_limits(struct json_writer *w, const struct window_state *s)
{
	json_key(w, "limits");
	json_open(w, '[');
	for (int unit = 0; unit < LIMIT_UNITS; unit++) {
		const struct limit_use *use = &s->limits[unit];

		if (use->source == LIMIT_NONE)
			continue;
		json_open(w, '{');
		json_put_string(w, "unit", units[unit]);
		json_put_string(w, "source", limit_source_names[use->source]);
		json_put_int(w, "used", use->used);
		json_put_int(w, "limit", use->limit);
		json_put_int(w, "remaining", use->remaining);
		json_put_int(w, "used_permille", use->permille);
		json_close(w, '}');
	}
	json_close(w, ']');
}

static void put_reported(struct json_writer *w, const struct window_state *s)
{
	if (s->reported.source == LIMIT_NONE) {
		json_put_null(w, "reported");
		return;
	}
	json_key(w, "reported");
	json_open(w, '{');
	json_put_int(w, "used_permille", s->reported.permille);
	json_put_bool(w, "stale", s->reported.stale);
	json_put_time(w, "reported_at", s->reported_at);
	json_close(w, '}');
}

static void put_used(struct json_writer *w, const struct window_used *used)
{
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		json_put_int(w, usage_names[kind], usage_get(&used->usage, kind));
	json_put_int(w, "tokens", used->tokens);
	json_put_int(w, "budget_tokens", used->budget_tokens);
	json_put_int(w, "manual_tokens", used->manual_tokens);
	json_put_int(w, "estimated_tokens", used->estimated_tokens);
	json_put_int(w, "auxiliary_tokens", used->auxiliary_tokens);
	json_put_int(w, "requests", used->requests);
	json_put_int(w, "messages", used->messages);
}

static void put_servers(
	struct json_writer *w, const struct report_windows *report, const struct window_state *s)
{
	struct window_servers servers;

	window_by_server(&servers, report->input, s);
	json_key(w, "servers");
	json_open(w, '[');
	for (size_t i = 0; i < servers.count; i++) {
		json_open(w, '{');
		json_put_string(w, "server", *servers.items[i].name ? servers.items[i].name : NULL);
		put_used(w, &servers.items[i].used);
		json_put_time(w, "last", servers.items[i].last);
		json_close(w, '}');
	}
	json_close(w, ']');
	window_servers_release(&servers);
}

static void put_window(
	struct json_writer *w, const struct report_windows *report, const struct window_state *s)
{
	json_open(w, '{');
	json_put_string(w, "window", kinds[s->kind]);
	json_put_string(w, "origin", origins[s->origin]);
	json_put_time(w, "start", s->start);
	json_put_time(w, "end", s->end);
	json_put_time(w, "counted_from", s->counted_from);
	json_put_int(w, "remaining_ms", s->end.ms - report->windows->now.ms);
	put_limits(w, s);
	put_reported(w, s);
	json_key(w, "used");
	json_open(w, '{');
	put_used(w, &s->used);
	json_close(w, '}');
	put_servers(w, report, s);
	json_close(w, '}');
}

void report_windows_json(struct strbuf *out, const struct report_windows *report)
{
	const struct plan *plan = report->input->plan;
	struct json_writer w = { .out = out };

	json_open(&w, '{');
	json_put_int(&w, "version", 1);
	json_put_time(&w, "now", report->windows->now);
	json_put_string(&w, "line", report->line);
	json_put_string(&w, "plan", plan ? plan->name : NULL);
	json_key(&w, "windows");
	json_open(&w, '[');
	for (int kind = 0; kind < WINDOW_KINDS; kind++)
		put_window(&w, report, &report->windows->of[kind]);
	json_close(&w, ']');
	json_put_int(&w, "not_counted", report->windows->ahead);
	json_close(&w, '}');
	strbuf_addch(out, '\n');
}
