/* SPDX-License-Identifier: MIT */
#include "report/servers.h"

#include "totals_json.h"

static void put_time_or_null(struct json_writer *w, const char *key, struct instant t)
{
	if (t.ms)
		json_put_time(w, key, t);
	else
		json_put_null(w, key);
}

static void put_used(struct json_writer *w, const char *key, const struct window_used *used)
{
	static const struct window_used nothing;
	const struct window_used *u = used ? used : &nothing;

	json_key(w, key);
	json_open(w, '{');
	json_put_int(w, "tokens", u->tokens);
	json_put_int(w, "budget_tokens", u->budget_tokens);
	json_put_int(w, "requests", u->requests);
	json_put_int(w, "messages", u->messages);
	json_close(w, '}');
}

static void put_lifetime(struct json_writer *w, const struct report_server *server)
{
	json_key(w, "lifetime");
	json_open(w, '{');
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		json_put_int(w, usage_names[kind], usage_get(&server->lifetime, kind));
	json_put_int(w, "requests", server->lifetime_requests);
	json_put_int(w, "messages", server->lifetime_messages);
	json_close(w, '}');
}

static void put_server(struct json_writer *w, const struct report_server *server)
{
	json_open(w, '{');
	json_put_string(w, "server", server->label);
	json_put_string(w, "name", server->name);
	json_put_bool(w, "this", server->is_this);
	json_put_bool(w, "name_is_claimed_twice", server->name_is_claimed_twice);
	put_time_or_null(w, "last_activity", server->last_activity);
	put_time_or_null(w, "published_at", server->published_at);
	put_used(w, "five_hour", server->used[WINDOW_FIVE_HOUR]);
	put_used(w, "seven_day", server->used[WINDOW_WEEKLY]);
	put_lifetime(w, server);
	json_close(w, '}');
}

void report_servers_json(struct strbuf *out, const struct report_servers *report)
{
	struct json_writer w = { .out = out };

	json_open(&w, '{');
	json_put_int(&w, "version", 1);
	json_put_string(&w, "directory", report->directory);
	json_put_string(&w, "pending", report->pending);
	json_key(&w, "servers");
	json_open(&w, '[');
	for (size_t i = 0; i < report->count; i++)
		put_server(&w, &report->servers[i]);
	json_close(&w, ']');
	json_key(&w, "left_out");
	json_open(&w, '[');
	for (size_t i = 0; i < report->problem_count; i++) {
		json_open(&w, '{');
		json_put_string(&w, "file", report->problems[i].file);
		json_put_string(&w, "reason", report->problems[i].reason);
		json_close(&w, '}');
	}
	json_close(&w, ']');
	json_close(&w, '}');
	strbuf_addch(out, '\n');
}
