/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "screen.h"
#include "totals_json.h"

enum { SHORT_ID = 8 };

static const struct rollup_total nothing;

static const struct rollup_total *total_of(const struct report_commit *commit)
{
	return commit->total ? commit->total : &nothing;
}

static void add_commit(struct table *t, const struct report_commit *commit)
{
	char id[SHORT_ID + 1] = "", day[DAY_TEXT] = "";

	if (commit->id) {
		(void)snprintf(id, sizeof id, "%.*s", SHORT_ID, commit->id);
		day_format(day, instant_local_day(commit->time));
	}
	table_add_text(t, id);
	table_add_text(t, day);
	table_add_count(t, total_of(commit)->tokens);
	table_add_cost(t, total_of(commit));
	if (commit->label)
		table_add_text(t, commit->label);
	else
		table_add_name(t, commit->summary);
}

static void add_sentence(const struct screen *s, struct strbuf *text, bool said)
{
	if (said)
		screen_wrap(s, text->buf, 0);
	strbuf_reset(text);
}

void report_log_text(
	struct strbuf *out, const struct report_log *log, const struct report_style *style)
{
	static const struct column columns[] = {
		{ "Commit", COLUMN_TEXT },
		{ "Date", COLUMN_TEXT },
		{ "Tokens", COLUMN_NUMBER },
		{ "Cost", COLUMN_NUMBER },
		{ "Subject", COLUMN_LONG },
	};
	struct screen s = { .out = out, .style = style };
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct pen pen = screen_pen(&s, &text);
	struct table t;

	table_init(&t, columns, sizeof columns / sizeof *columns, style->glyphs);
	for (size_t i = 0; i < log->count; i++)
		add_commit(&t, &log->commits[i]);
	screen_table(&s, &t, true);
	strbuf_addch(out, '\n');
	pen_name(&pen, log->branch);
	pen_text(&pen, ": ");
	pen_cost(&pen, &log->totals->all);
	pen_text(&pen, ", ");
	pen_plural(&pen, log->totals->all.tokens, "token", "tokens");
	pen_text(&pen, ".");
	add_sentence(&s, &text, true);
	phrase_prices(&pen, log->prices);
	add_sentence(&s, &text, true);
	add_sentence(&s, &text, phrase_ranges(&pen, &log->totals->all, log->prices));
	add_sentence(&s, &text, phrase_unpriced(&pen, &log->totals->unpriced));
}

void report_log_json(struct strbuf *out, const struct report_log *log)
{
	struct json_writer w = { .out = out };

	json_open(&w, '{');
	json_put_int(&w, "version", 1);
	json_put_string(&w, "branch", log->branch);
	json_key(&w, "commits");
	json_open(&w, '[');
	for (size_t i = 0; i < log->count; i++) {
		const struct report_commit *commit = &log->commits[i];

		json_open(&w, '{');
		json_put_string(&w, "commit", commit->id);
		json_put_string(&w, "subject", commit->id ? commit->summary : NULL);
		json_put_string(&w, "label", commit->label);
		if (commit->id)
			json_put_time(&w, "time", commit->time);
		else
			json_put_null(&w, "time");
		json_put_total_members(&w, total_of(commit));
		json_close(&w, '}');
	}
	json_close(&w, ']');
	json_put_total(&w, "total", &log->totals->all);
	json_put_prices(&w, log->prices);
	json_close(&w, '}');
	strbuf_addch(out, '\n');
}
