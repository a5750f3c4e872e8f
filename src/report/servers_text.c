/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/cleanup.h"
#include "report/servers.h"
#include "screen.h"

enum { MINUTES = 16 };

static int64_t tokens_of(const struct usage *usage)
{
	int64_t total = 0;

	return usage_total(&total, usage) ? total : INT64_MAX;
}

static void add_server(struct table *t, const struct report_server *server)
{
	char time[INSTANT_TEXT];

	instant_format_local(time, server->last_activity);
	time[MINUTES] = '\0';
	table_add_name(t, server->label);
	table_add_text(t, server->is_this ? "this one" : "");
	table_add_text(t, server->last_activity.ms ? time : "never");
	for (int kind = 0; kind < WINDOW_KINDS; kind++)
		table_add_count(t, server->used[kind] ? server->used[kind]->tokens : 0);
	table_add_count(t, tokens_of(&server->lifetime));
}

static void add_table(const struct screen *s, const struct report_servers *report)
{
	static const struct column columns[] = {
		{ "Server", COLUMN_LONG },
		{ "", COLUMN_TEXT },
		{ "Last active", COLUMN_TEXT },
		{ "Five hours", COLUMN_NUMBER },
		{ "Week", COLUMN_NUMBER },
		{ "Ever", COLUMN_NUMBER },
	};
	struct table t;

	table_init(&t, columns, sizeof columns / sizeof *columns, s->style->glyphs);
	for (size_t i = 0; i < report->count; i++)
		add_server(&t, &report->servers[i]);
	screen_table(s, &t, true);
}

static void say(const struct screen *s, struct strbuf *text)
{
	strbuf_addch(s->out, '\n');
	screen_wrap(s, text->buf, 0);
	strbuf_reset(text);
}

/* Once for each name. */
static void say_claims(
	const struct screen *s, const struct pen *pen, const struct report_servers *report)
{
	for (size_t i = 0; i < report->count; i++) {
		const char *name = report->servers[i].name;

		if (!report->servers[i].name_is_claimed_twice ||
			(i && strcmp(name, report->servers[i - 1].name) == 0))
			continue;
		pen_text(pen, "Several servers call themselves ");
		pen_name(pen, name);
		pen_text(pen, ": all of them count. Name each with 'git config --global "
			      "track-tokens.server NAME'.");
		say(s, pen->out);
	}
}

static void say_problems(
	const struct screen *s, const struct pen *pen, const struct report_servers *report)
{
	for (size_t i = 0; i < report->problem_count; i++) {
		pen_text(pen, "Left out: ");
		pen_name(pen, report->problems[i].file);
		pen_text(pen, ": ");
		pen_name(pen, report->problems[i].reason);
		pen_text(pen, ".");
		say(s, pen->out);
	}
}

void report_servers_text(
	struct strbuf *out, const struct report_servers *report, const struct report_style *style)
{
	struct screen s = { .out = out, .style = style };
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct pen pen = screen_pen(&s, &text);

	add_table(&s, report);
	say_claims(&s, &pen, report);
	say_problems(&s, &pen, report);
	if (report->pending) {
		pen_text(&pen, "What was used here is not published yet: ");
		pen_name(&pen, *report->pending ? report->pending : "the directory is slow");
		pen_text(&pen, ".");
		say(&s, &text);
	}
	if (!report->directory) {
		pen_text(&pen,
			"Only this server is known: 'track-tokens init --shared DIR' names a "
			"directory that all of them see.");
		say(&s, &text);
	}
}
