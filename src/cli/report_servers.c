/* SPDX-License-Identifier: MIT */
#include "report_servers.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "plan_state.h"
#include "report/servers.h"
#include "server.h"
#include "sharing.h"

/* --- the servers -------------------------------------------------------------------- */

struct servers {
	struct plan_state state;
	struct window_servers used[WINDOW_KINDS];
	struct share_server self; /* what the index knows of this one */
	struct strbuf name;
	struct arena arena;
	struct report_server *items;
	size_t count;
	struct report_server_problem *problems;
};

static void servers_release(struct servers *s)
{
	for (int kind = 0; kind < WINDOW_KINDS; kind++)
		window_servers_release(&s->used[kind]);
	free(s->items);
	free(s->problems);
	arena_release(&s->arena);
	strbuf_release(&s->name);
	plan_state_release(&s->state);
}

static const struct window_used *find_used(const struct servers *s, int kind, const char *label)
{
	for (size_t i = 0; i < s->used[kind].count; i++)
		if (strcmp(s->used[kind].items[i].name, label) == 0)
			return &s->used[kind].items[i].used;
	return NULL;
}

static void add_server(struct servers *s, const struct share_server *from, const char *label)
{
	struct report_server *to = &s->items[s->count++];

	*to = (struct report_server){
		.label = label,
		.name = from->name,
		.name_is_claimed_twice = from->name_is_claimed_twice,
		.last_activity = from->last_activity,
		.published_at = from->published_at,
		.lifetime = from->lifetime.usage,
		.lifetime_requests = from->lifetime.requests,
		.lifetime_messages = from->lifetime.messages,
	};
	for (int kind = 0; kind < WINDOW_KINDS; kind++)
		to->used[kind] = find_used(s, kind, label);
}

/* What the index holds is newer than this server's own file. */
static void add_self(struct servers *s, const struct share_server *published)
{
	struct share_server self = s->self;

	self.published_at = published ? published->published_at : (struct instant){ 0 };
	self.name_is_claimed_twice = published && published->name_is_claimed_twice;
	add_server(s, &self, s->state.server);
	s->items[s->count - 1].is_this = true;
	if (!*s->state.server) /* its events have no name where there are no others */
		s->items[s->count - 1].label = self.name;
}

static void add_servers(struct servers *s)
{
	const struct plan_state *state = &s->state;
	bool has_self = false;

	s->items = xcalloc(state->others.count + 1, sizeof *s->items);
	for (size_t i = 0; i < state->others.count; i++) {
		const struct share_server *server = &state->others.servers[i];

		if (state->installation && strcmp(server->installation, state->installation) == 0) {
			add_self(s, server);
			has_self = true;
		} else {
			add_server(s, server, server->label);
		}
	}
	if (!has_self)
		add_self(s, NULL);
}

static void add_problems(struct servers *s)
{
	const struct share_list *others = &s->state.others;

	s->problems = xcalloc(others->problem_count + 1, sizeof *s->problems);
	for (size_t i = 0; i < others->problem_count; i++)
		s->problems[i] = (struct report_server_problem){ others->problems[i].file,
			others->problems[i].reason };
}

static enum tt_code read_servers(struct servers *s, const struct context *ctx, struct tt_error *err)
{
	struct plan_state *state = &s->state;

	if (plan_state_read(state, ctx, err) != TT_OK)
		return err->code;
	plan_state_warn(state, ctx);
	if (server_name(&s->name, err) != TT_OK)
		return err->code;
	s->self.name = s->name.buf;
	if (sharing_snapshot(&s->self, &s->arena, NULL, err) != TT_OK)
		return err->code;
	for (int kind = 0; kind < WINDOW_KINDS; kind++)
		window_by_server(&s->used[kind], &state->input, &state->windows.of[kind]);
	add_servers(s);
	add_problems(s);
	return TT_OK;
}

static void publish_again(void)
{
	_cleanup_(user_state_close) struct user_state state = USER_STATE_INIT;
	struct tt_error ignored = TT_ERROR_INIT;

	if (user_state_open(&state, false, &ignored) == TT_OK)
		sharing_mark(&state);
	(void)sharing_publish(false, NULL);
}

enum tt_code report_servers_show(struct context *ctx, struct tt_error *err)
{
	_cleanup_(servers_release) struct servers s = { .name = STRBUF_INIT };
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT, dir = STRBUF_INIT,
						pending = STRBUF_INIT;
	struct report_servers report = { 0 };

	/* First of all, so that what is shown is what the others see; this server's name may
	 * be new. */
	publish_again();
	if (read_servers(&s, ctx, err) != TT_OK)
		return err->code;
	report.directory = sharing_dir(&dir) ? dir.buf : NULL;
	report.servers = s.items;
	report.count = s.count;
	report.problems = s.problems;
	report.problem_count = s.state.others.problem_count;
	report.pending = report.directory && sharing_is_pending(&pending) ? pending.buf : NULL;
	if (ctx->common.json)
		report_servers_json(&out, &report);
	else
		report_servers_text(&out, &report, &ctx->style);
	(void)fputs(out.buf, ctx->out);
	return TT_OK;
}
