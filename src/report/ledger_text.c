/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "screen.h"
#include "sections.h"

/* track-tokens show, after the tracker whose users know it. */
enum { RULE = 60, SHORT_ID = 8 };

static void begin_line(const struct screen *s, const char *glyph, const char *label)
{
	screen_glyph(s, glyph);
	strbuf_addf(s->out, "%s: ", label);
}

static void add_title(const struct screen *s)
{
	screen_rule(s, '=', RULE);
	strbuf_addstr(s->out, "  ");
	screen_bold(s, "TOKEN TRACKING STATUS");
	strbuf_addch(s->out, '\n');
	screen_rule(s, '=', RULE);
}

static void add_figures(const struct screen *s, const struct report_ledger *ledger)
{
	struct pen pen = screen_pen(s, s->out);

	begin_line(s, "\xf0\x9f\x8c\xb3", "Branch");
	pen_name(&pen, ledger->branch);
	strbuf_addstr(s->out, ledger->current ? "\n" : " (not the current branch)\n");
	begin_line(s, "\xf0\x9f\x93\x8a", "Total Tokens");
	pen_count(&pen, ledger->total->tokens);
	strbuf_addch(s->out, '\n');
	begin_line(s, "\xf0\x9f\x93\x9d", "Sessions");
	pen_count(&pen, ledger->total->sessions);
	strbuf_addch(s->out, '\n');
	begin_line(s, "\xf0\x9f\x92\xb0", "Estimated Cost");
	pen_cost(&pen, ledger->total);
	strbuf_addch(s->out, '\n');
}

static void add_time(const struct screen *s, const char *label, struct instant t)
{
	char text[INSTANT_TEXT];

	instant_format_local(text, t);
	begin_line(s, "\xf0\x9f\x95\x90", label);
	strbuf_addf(s->out, "%s\n", text);
}

static void add_sentence(const struct screen *s, struct strbuf *text, bool said)
{
	if (said)
		screen_wrap(s, text->buf, 0);
	strbuf_reset(text);
}

static void add_notes(const struct screen *s, const struct report_ledger *ledger)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct pen pen = screen_pen(s, &text);

	if (ledger->budget)
		phrase_budget(&pen, ledger->budget);
	add_sentence(s, &text, ledger->budget != NULL);
	add_sentence(s, &text, phrase_sources(&pen, ledger->total));
	add_sentence(s, &text, phrase_readings(&pen, ledger->total));
	phrase_prices(&pen, ledger->prices);
	add_sentence(s, &text, ledger->total->tokens > 0);
	add_sentence(s, &text, phrase_ranges(&pen, ledger->total, ledger->prices));
	add_sentence(s, &text, phrase_unpriced(&pen, ledger->unpriced));
	if (ledger->pending > 0) {
		pen_plural(&pen, (int64_t)ledger->pending, "entry is", "entries are");
		pen_text(&pen, " not exported yet: run 'track-tokens export'.");
		add_sentence(s, &text, true);
	}
}

/* --- sessions ---------------------------------------------------------------- */

static void add_session(struct table *t, const struct report_record *record)
{
	const struct entry *e = &record->entry;
	_cleanup_(strbuf_release) struct strbuf tokens = STRBUF_INIT;
	char time[INSTANT_TEXT], id[SHORT_ID + 1];

	(void)snprintf(id, sizeof id, "%.*s", SHORT_ID, e->id);
	instant_format_local(time, e->timestamp);
	text_add_count(&tokens, entry_tokens(e));
	strbuf_addstr(&tokens, e->kind == ENTRY_CONTEXT_READING ? " context" : " tokens");
	table_add_text(t, time);
	table_add_text(t, tokens.buf);
	table_add_text(t, id);
	table_add_name(t, e->notes);
}

static void begin_list(const struct screen *s, const char *title)
{
	strbuf_addch(s->out, '\n');
	screen_bold(s, title);
	strbuf_addstr(s->out, ":\n");
	screen_rule(s, '-', RULE);
}

static void add_sessions(const struct screen *s, const struct report_ledger *ledger)
{
	static const struct column columns[] = {
		{ "Time", COLUMN_TEXT },
		{ "Tokens", COLUMN_NUMBER },
		{ "Id", COLUMN_TEXT },
		{ "Notes", COLUMN_LONG },
	};
	_cleanup_(strbuf_release) struct strbuf title = STRBUF_INIT;
	struct table t;

	if (ledger->recent_count == 0)
		return;
	strbuf_addstr(&title, "Recent Sessions");
	if (ledger->sessions > ledger->recent_count)
		strbuf_addf(&title, " (%zu of %zu)", ledger->recent_count, ledger->sessions);
	begin_list(s, title.buf);
	table_init(&t, columns, sizeof columns / sizeof *columns, s->style->glyphs);
	for (size_t i = 0; i < ledger->recent_count; i++)
		add_session(&t, &ledger->recent[i]);
	screen_table(s, &t, false);
}

void report_ledger_text(
	struct strbuf *out, const struct report_ledger *ledger, const struct report_style *style)
{
	struct screen s = { .out = out, .style = style };
	struct table kinds;

	add_title(&s);
	add_figures(&s, ledger);
	if (ledger->created_at.ms)
		add_time(&s, "Created", ledger->created_at);
	if (ledger->last_updated.ms)
		add_time(&s, "Last Updated", ledger->last_updated);
	if (ledger->total->tokens > 0) {
		begin_list(&s, "By Kind");
		section_kinds(&kinds, ledger->total, style->glyphs);
		screen_table(&s, &kinds, false);
	}
	add_sessions(&s, ledger);
	strbuf_addch(out, '\n');
	add_notes(&s, ledger);
}

void report_branches_text(struct strbuf *out, const struct report_branches *branches,
	const struct report_style *style)
{
	const struct rollup *totals = branches->totals;
	struct screen s = { .out = out, .style = style };
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct pen pen = screen_pen(&s, &text);
	struct table t;

	if (report_is_empty(totals)) {
		phrase_nothing(&pen);
		screen_wrap(&s, text.buf, 0);
		return;
	}
	section_branches(&t, &totals->branches, 0, totals->branches.count, branches->current_branch,
		style->glyphs);
	screen_table(&s, &t, true);
	strbuf_addch(out, '\n');
	phrase_total(&pen, &totals->all);
	add_sentence(&s, &text, true);
	add_sentence(&s, &text, phrase_readings(&pen, &totals->all));
	phrase_prices(&pen, branches->prices);
	add_sentence(&s, &text, true);
	add_sentence(&s, &text, phrase_ranges(&pen, &totals->all, branches->prices));
	add_sentence(&s, &text, phrase_unpriced(&pen, &totals->unpriced));
}
