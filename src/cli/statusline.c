/* SPDX-License-Identifier: MIT */
#include "statusline.h"

#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/instant.h"
#include "base/mem.h"
#include "base/text.h"

/* --- values: each appends what it knows, or nothing -------------------------------- */

static void add_branch(struct strbuf *out, const struct statusline *l)
{
	if (l->branch)
		text_add_visible(out, l->branch);
}

static void add_branch_cost(struct strbuf *out, const struct statusline *l)
{
	if (l->has_branch_cost)
		report_cost(out, &l->branch_cost, l->branch_tokens, l->style->glyphs);
}

static void add_branch_tokens(struct strbuf *out, const struct statusline *l)
{
	if (l->has_branch_cost)
		text_add_count(out, l->branch_tokens);
}

static void add_session_cost(struct strbuf *out, const struct statusline *l)
{
	if (l->status.has_cost)
		money_add_dollars(out, money_from_nano(l->status.cost_nano_usd));
}

/* Whole percents, rounded half up: nobody reads more of a status line. */
static void add_percent(struct strbuf *out, int32_t permille)
{
	strbuf_addf(out, "%" PRId32 "%%", (permille + 5) / 10);
}

static void add_context(struct strbuf *out, const struct statusline *l)
{
	const struct client_status *s = &l->status;

	if (s->context_permille >= 0)
		add_percent(out, s->context_permille);
	else if (s->has_context && s->context_tokens <= s->context_size)
		add_percent(out, (int32_t)((__int128)s->context_tokens * 1000 / s->context_size));
}

static void add_context_tokens(struct strbuf *out, const struct statusline *l)
{
	if (l->status.has_context)
		text_add_count(out, l->status.context_tokens);
}

/* "14:00" for what is soon, "Mon 09:00" for what is not. */
static void add_reset(struct strbuf *out, const struct reported_limit *limit, bool with_day)
{
	static const char *const days[] = { "Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed" };
	char text[INSTANT_TEXT];

	if (!limit->has_reset)
		return;
	instant_format_local(text, limit->resets_at);
	if (with_day)
		strbuf_addf(out, "%s ", days[instant_local_day(limit->resets_at).number % 7]);
	strbuf_addf(out, "%.5s", strchr(text, ' ') + 1);
}

static void add_five_hour(struct strbuf *out, const struct statusline *l)
{
	if (l->status.five_hour.known)
		add_percent(out, l->status.five_hour.used_permille);
}

static void add_five_hour_reset(struct strbuf *out, const struct statusline *l)
{
	add_reset(out, &l->status.five_hour, false);
}

static void add_seven_day(struct strbuf *out, const struct statusline *l)
{
	if (l->status.seven_day.known)
		add_percent(out, l->status.seven_day.used_permille);
}

static void add_seven_day_reset(struct strbuf *out, const struct statusline *l)
{
	add_reset(out, &l->status.seven_day, true);
}

static void add_model(struct strbuf *out, const struct statusline *l)
{
	const char *name = l->status.model_name ? l->status.model_name : l->status.model_id;

	if (name)
		text_add_visible(out, name);
}

static void add_directory(struct strbuf *out, const struct statusline *l)
{
	const char *slash = l->status.cwd ? strrchr(l->status.cwd, '/') : NULL;

	if (slash)
		text_add_visible(out, slash + 1);
}

typedef void (*value_fn)(struct strbuf *out, const struct statusline *l);

static const struct {
	const char *name;
	value_fn add;
} fields[] = {
	{ "branch", add_branch },
	{ "branch_cost", add_branch_cost },
	{ "branch_tokens", add_branch_tokens },
	{ "session_cost", add_session_cost },
	{ "context", add_context },
	{ "context_tokens", add_context_tokens },
	{ "five_hour", add_five_hour },
	{ "five_hour_reset", add_five_hour_reset },
	{ "seven_day", add_seven_day },
	{ "seven_day_reset", add_seven_day_reset },
	{ "model", add_model },
	{ "directory", add_directory },
};

/* --- formats ------------------------------------------------------------------------------ */

static value_fn find_field(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (strlen(fields[i].name) == len && memcmp(fields[i].name, name, len) == 0)
			return fields[i].add;
	return NULL;
}

void statusline_add_format(struct strbuf *out, const struct statusline *line, const char *format)
{
	for (const char *p = format; *p;) {
		size_t len = *p == '{' ? strcspn(p + 1, "{}") : 0;
		value_fn add = len && p[1 + len] == '}' ? find_field(p + 1, len) : NULL;
		size_t before = out->len;

		if (!add) {
			strbuf_addch(out, *p++);
			continue;
		}
		add(out, line);
		if (out->len == before)
			strbuf_addch(out, '?');
		p += len + 2;
	}
}

/* --- styles ------------------------------------------------------------------------------- */

struct parts {
	struct strbuf *out;
	const struct statusline *line;
	size_t begin;
};

static void separate(const struct parts *p)
{
	if (p->out->len > p->begin)
		strbuf_addstr(p->out, p->line->style->glyphs == REPORT_UTF8 ? " \xc2\xb7 " : " | ");
}

/* "<label> <value> (<detail>)", when there is a value. */
static void add_part(const struct parts *p, const char *label, value_fn value, value_fn detail)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT, more = STRBUF_INIT;

	value(&text, p->line);
	if (!text.len)
		return;
	separate(p);
	strbuf_addf(p->out, "%s%s%s", label, *label ? " " : "", text.buf);
	if (detail)
		detail(&more, p->line);
	if (more.len)
		strbuf_addf(p->out, " (%s)", more.buf);
}

static void add_branch_and_cost(struct strbuf *out, const struct statusline *l)
{
	_cleanup_(strbuf_release) struct strbuf cost = STRBUF_INIT;

	add_branch(out, l);
	add_branch_cost(&cost, l);
	if (out->len && cost.len)
		strbuf_addf(out, " %s", cost.buf);
}

void statusline_add_style(struct strbuf *out, const struct statusline *line, const char *style)
{
	const struct parts p = { out, line, out->len };
	bool full = strcmp(style, "full") == 0;

	add_part(&p, "", add_branch_and_cost, NULL);
	if (strcmp(style, "cost") == 0)
		return;
	add_part(&p, full ? "session" : "", add_session_cost, NULL);
	add_part(&p, full ? "context" : "ctx", add_context, NULL);
	add_part(&p, "5h", add_five_hour, full ? add_five_hour_reset : NULL);
	add_part(&p, full ? "week" : "wk", add_seven_day, full ? add_seven_day_reset : NULL);
}
