/* SPDX-License-Identifier: MIT */
#include "sections.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const kind_titles[USAGE_KINDS] = { "Input", "Output", "Cache read",
	"Cache write (5 min)", "Cache write (1 hour)", "Split unknown" };

/* --- kinds -------------------------------------------------------------------- */

void section_kinds(struct table *t, const struct rollup_total *total, enum report_glyphs glyphs)
{
	static const struct column columns[] = {
		{ "Kind", COLUMN_TEXT },
		{ "Tokens", COLUMN_NUMBER },
		{ "Share", COLUMN_NUMBER },
	};

	table_init(t, columns, COUNT(columns), glyphs);
	for (int kind = 0; kind < USAGE_KINDS; kind++) {
		int64_t tokens = usage_get(&total->usage, kind);

		if (tokens == 0)
			continue;
		table_add_text(t, kind_titles[kind]);
		table_add_count(t, tokens);
		table_add_share(t, tokens, total->tokens);
	}
	if (table_rows(t) > 1) {
		table_add_text(t, "Total");
		table_add_count(t, total->tokens);
		table_add_share(t, total->tokens, total->tokens);
	}
}

/* --- lists of totals ----------------------------------------------------------- */

static void add_figures(struct table *t, const struct rollup_total *total)
{
	table_add_cost(t, total);
	table_add_count(t, total->tokens);
	table_add_count(t, total->sessions);
}

static void add_day(struct table *t, struct instant at)
{
	char text[DAY_TEXT];

	day_format(text, instant_local_day(at));
	table_add_text(t, text);
}

void section_branches(struct table *t, const struct rollup_list *branches, size_t from, size_t to,
	const char *current, enum report_glyphs glyphs)
{
	static const struct column columns[] = {
		{ "Branch", COLUMN_LONG },
		{ "Cost", COLUMN_NUMBER },
		{ "Tokens", COLUMN_NUMBER },
		{ "Sessions", COLUMN_NUMBER },
		{ "Last used", COLUMN_TEXT },
	};
	const char *mark = glyphs == REPORT_UTF8 ? "\xe2\x86\x92 " : "> ";

	table_init(t, columns, COUNT(columns), glyphs);
	for (size_t i = from; i < to && i < branches->count; i++) {
		const struct rollup_total *branch = &branches->items[i];

		table_add(t, current && strcmp(branch->name, current) == 0 ? mark : "  ",
			branch->name);
		add_figures(t, branch);
		add_day(t, branch->last);
	}
}

void section_models(struct table *t, const struct rollup_list *models, size_t from, size_t to,
	enum report_glyphs glyphs)
{
	static const struct column columns[] = {
		{ "Model", COLUMN_LONG },
		{ "Cost", COLUMN_NUMBER },
		{ "Tokens", COLUMN_NUMBER },
		{ "Sessions", COLUMN_NUMBER },
	};

	table_init(t, columns, COUNT(columns), glyphs);
	for (size_t i = from; i < to && i < models->count; i++) {
		const struct rollup_total *model = &models->items[i];

		if (*model->name)
			table_add_name(t, model->name);
		else
			table_add_text(t, "(model not given)");
		add_figures(t, model);
	}
}

static void add_to_sum(struct rollup_total *sum, const struct rollup_total *day)
{
	cost_add(&sum->cost, &day->cost);
	sum->tokens += day->tokens;
	sum->sessions += day->sessions;
}

void section_days(struct table *t, const struct report *report, enum report_glyphs glyphs)
{
	static const struct column columns[] = {
		{ "Day", COLUMN_TEXT },
		{ "Cost", COLUMN_NUMBER },
		{ "Tokens", COLUMN_NUMBER },
		{ "Sessions", COLUMN_NUMBER },
	};
	int32_t today = instant_local_day(report->now).number;
	struct rollup_total sum = { 0 };

	table_init(t, columns, COUNT(columns), glyphs);
	for (size_t i = 0; i < report->totals->days.count; i++) {
		const struct rollup_total *day = &report->totals->days.items[i];

		/* An author's zone may be a day ahead of ours. */
		if (day->day.number <= today - REPORT_DAYS || day->day.number > today + 1)
			continue;
		table_add_text(t, day->name);
		add_figures(t, day);
		add_to_sum(&sum, day);
	}
	if (table_rows(t) > 1) {
		table_add_text(t, "Total");
		add_figures(t, &sum);
	}
}

/* --- records and files ----------------------------------------------------------- */

static void add_record_cost(struct table *t, const struct report_record *record)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	if (record->entry.kind == ENTRY_CONTEXT_READING)
		strbuf_addstr(&text, "not counted");
	else
		report_cost(&text, &record->cost, entry_tokens(&record->entry), t->glyphs);
	table_add_text(t, text.buf);
}

/* "2026-11-23 14:30": a column that does not push the others out. */
static void add_minute(struct table *t, struct instant at)
{
	char time[INSTANT_TEXT];

	instant_format_local(time, at);
	time[strlen("2026-11-23 14:30")] = '\0';
	table_add_text(t, time);
}

static void add_model(struct table *t, const char *model)
{
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;

	if (model)
		prices_normalise(&name, model);
	table_add_name(t, name.buf);
}

static void add_record(struct table *t, const struct report_record *record, bool wide)
{
	add_minute(t, record->entry.timestamp);
	table_add_name(t, record->branch);
	if (wide)
		add_model(t, record->entry.model);
	add_record_cost(t, record);
	table_add_count(t, entry_tokens(&record->entry));
	table_add_name(t, record->entry.notes);
}

void section_recent(
	struct table *t, const struct report *report, bool wide, enum report_glyphs glyphs)
{
	static const struct column columns[] = {
		{ "Time", COLUMN_TEXT },
		{ "Branch", COLUMN_LONG },
		{ "Model", COLUMN_TEXT },
		{ "Cost", COLUMN_NUMBER },
		{ "Tokens", COLUMN_NUMBER },
		{ "Notes", COLUMN_LONG },
	};
	static const struct column narrow[] = {
		{ "Time", COLUMN_TEXT },
		{ "Branch", COLUMN_LONG },
		{ "Cost", COLUMN_NUMBER },
		{ "Tokens", COLUMN_NUMBER },
		{ "Notes", COLUMN_LONG },
	};

	table_init(t, wide ? columns : narrow, wide ? COUNT(columns) : COUNT(narrow), glyphs);
	for (size_t i = 0; i < report->recent_count; i++)
		add_record(t, &report->recent[i], wide);
}

void section_files(struct table *t, const struct report *report, enum report_verdict verdict,
	enum report_glyphs glyphs)
{
	static const struct column imported[] = { { "File", COLUMN_LONG },
		{ "Entries", COLUMN_NUMBER } };
	static const struct column others[] = { { "File", COLUMN_LONG },
		{ "Reason", COLUMN_LONG } };

	table_init(t, verdict == REPORT_IMPORTED ? imported : others, 2, glyphs);
	for (size_t i = 0; i < report->file_count; i++) {
		const struct report_file *file = &report->files[i];

		if (file->verdict != verdict)
			continue;
		table_add_name(t, file->name);
		if (verdict == REPORT_IMPORTED)
			table_add_count(t, file->entries);
		else
			table_add_name(t, file->reason ? file->reason : "");
	}
}
