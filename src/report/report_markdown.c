/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "phrases.h"
#include "sections.h"

/*
 * The job summary.  GitHub drops a summary above its limit as a whole, so it
 * is built in blocks, each of which can stand alone; the blocks get room in
 * the order of their weight, and one whose table does not fit whole gets as
 * many of its rows as do.
 */
struct block {
	int weight; /* the lightest ones get room first */
	struct strbuf head, table, tail;
	size_t kept; /* bytes of the table to write */
	bool left_out;
};

enum { BLOCKS_MAX = 24, NOTE_MAX = 200, RECENT_ROWS = 10, HEADING_LINES = 2 };

struct summary {
	const struct report *report;
	struct block blocks[BLOCKS_MAX];
	size_t count;
};

static struct block *new_block(struct summary *s, int weight)
{
	struct block *block = &s->blocks[s->count++];

	*block = (struct block){
		.weight = weight, .head = STRBUF_INIT, .table = STRBUF_INIT, .tail = STRBUF_INIT
	};
	return block;
}

static struct pen pen_of(struct strbuf *out)
{
	return (struct pen){ .out = out, .glyphs = REPORT_UTF8, .markdown = true };
}

static void end_paragraph(struct strbuf *out)
{
	strbuf_addstr(out, "\n\n");
}

static void take_table(struct block *block, struct table *t)
{
	if (table_rows(t) > 0) {
		table_add_markdown(&block->table, t);
		strbuf_addch(&block->tail, '\n');
	}
	table_release(t);
}

/* A table behind a line to click on.  The blank line after </summary> is what
 * makes GitHub read on as Markdown. */
static void open_details(struct block *block, size_t count, const char *one, const char *many)
{
	struct pen pen = pen_of(&block->head);

	strbuf_addstr(&block->head, "<details>\n<summary>");
	pen_plural(&pen, (int64_t)count, one, many);
	strbuf_addstr(&block->head, "</summary>\n\n");
}

static void close_details(struct block *block)
{
	strbuf_addstr(&block->tail, "</details>\n\n");
}

/* --- the blocks, in the order of the page ---------------------------------------- */

static void add_headline(struct summary *s)
{
	struct block *block = new_block(s, 0);
	struct pen pen = pen_of(&block->head);

	strbuf_addstr(&block->head, "### Token usage\n\n");
	if (report_is_empty(s->report->totals))
		phrase_nothing(&pen);
	else
		phrase_headline(&pen, s->report);
	end_paragraph(&block->head);
	if (phrase_rejected(&pen, s->report))
		end_paragraph(&block->head);
	for (size_t i = 0; i < s->report->budget_count; i++) {
		phrase_budget(&pen, &s->report->budgets[i]);
		end_paragraph(&block->head);
	}
}

static void add_total(struct block *block, const struct rollup_total *total)
{
	struct pen pen = pen_of(&block->head);
	struct table t;

	phrase_total(&pen, total);
	end_paragraph(&block->head);
	section_kinds(&t, total, REPORT_UTF8);
	take_table(block, &t);
	pen = pen_of(&block->tail);
	if (phrase_sources(&pen, total))
		end_paragraph(&block->tail);
	if (phrase_readings(&pen, total))
		end_paragraph(&block->tail);
}

static void add_overall(struct summary *s)
{
	struct block *block = new_block(s, 1);

	strbuf_addstr(&block->head, "### All branches together\n\n");
	add_total(block, &s->report->totals->all);
}

static void add_branch(struct summary *s)
{
	const struct rollup_total *branch = report_branch(s->report);
	struct block *block;
	struct pen pen;

	if (!branch)
		return;
	block = new_block(s, 2);
	pen = pen_of(&block->head);
	strbuf_addstr(&block->head, "### This branch\n\n");
	pen_name(&pen, s->report->current_branch);
	strbuf_addstr(&block->head, ": ");
	add_total(block, branch);
}

static void add_branches(struct summary *s)
{
	const struct rollup_list *branches = &s->report->totals->branches;
	struct block *block = new_block(s, 4);
	struct table t;

	strbuf_addstr(&block->head, "### Branches\n\n");
	section_branches(&t, branches, 0, REPORT_TOP, s->report->current_branch, REPORT_UTF8);
	take_table(block, &t);
	if (branches->count <= REPORT_TOP)
		return;
	block = new_block(s, 10);
	open_details(block, branches->count - REPORT_TOP, "more branch", "more branches");
	section_branches(
		&t, branches, REPORT_TOP, branches->count, s->report->current_branch, REPORT_UTF8);
	take_table(block, &t);
	close_details(block);
}

static void add_days(struct summary *s)
{
	struct block *block = new_block(s, 5);
	struct table t;

	strbuf_addstr(&block->head, "### Last 7 days\n\n");
	section_days(&t, s->report, REPORT_UTF8);
	if (table_rows(&t) == 0)
		strbuf_addstr(&block->head, "Nothing was recorded.\n\n");
	take_table(block, &t);
}

/* What each of the last days cost at most: a chart of figures and dates alone, in which
 * nothing from outside could be, and the same figures as a table. */
enum { CHART_DAYS = 30, CHART_DECIMALS = 6, MONTH_AT = 5 /* of "2026-11-23" */ };

struct chart {
	int32_t first, last;
	size_t count; /* of days that cost something */
	const struct rollup_total *days[CHART_DAYS + 1];
};

static void find_chart(struct chart *c, const struct report *report)
{
	int32_t today = instant_local_day(report->now).number;

	*c = (struct chart){ .first = today, .last = today };
	for (size_t i = 0; i < report->totals->days.count; i++) {
		const struct rollup_total *day = &report->totals->days.items[i];
		int32_t at = today + 1 - day->day.number;

		if (at < 0 || at > CHART_DAYS || day->cost.high.pico <= 0)
			continue;
		c->days[at] = day;
		c->count++;
		if (day->day.number < c->first)
			c->first = day->day.number;
		if (day->day.number > c->last)
			c->last = day->day.number;
	}
}

static const struct rollup_total *chart_day(
	const struct chart *c, const struct report *report, int32_t number)
{
	return c->days[instant_local_day(report->now).number + 1 - number];
}

static void draw_chart(struct strbuf *out, const struct chart *c, const struct report *report)
{
	char text[DAY_TEXT];

	strbuf_addstr(out, "```mermaid\nxychart-beta\n    title \"US dollars a day, at most\"\n"
			   "    x-axis [");
	for (int32_t day = c->first; day <= c->last; day++) {
		day_format(text, (struct day){ day });
		strbuf_addf(out, "%s\"%s\"", day == c->first ? "" : ", ", text + MONTH_AT);
	}
	strbuf_addstr(out, "]\n    bar [");
	for (int32_t day = c->first; day <= c->last; day++) {
		const struct rollup_total *total = chart_day(c, report, day);

		strbuf_addstr(out, day == c->first ? "" : ", ");
		money_add_text(out, total ? total->cost.high : (struct money){ 0 }, CHART_DECIMALS);
	}
	strbuf_addstr(out, "]\n```\n\n");
}

static void add_chart(struct summary *s)
{
	static const struct column columns[] = {
		{ "Day", COLUMN_TEXT },
		{ "US dollars at most", COLUMN_NUMBER },
	};
	struct block *block;
	struct chart c;
	struct table t;

	find_chart(&c, s->report);
	if (c.count < 2)
		return;
	block = new_block(s, 14);
	open_details(block, c.count, "day as a chart", "days as a chart");
	draw_chart(&block->head, &c, s->report);
	table_init(&t, columns, sizeof columns / sizeof *columns, REPORT_UTF8);
	for (int32_t day = c.last; day >= c.first; day--) {
		_cleanup_(strbuf_release) struct strbuf cost = STRBUF_INIT;
		const struct rollup_total *total = chart_day(&c, s->report, day);

		if (!total)
			continue;
		money_add_text(&cost, total->cost.high, CHART_DECIMALS);
		table_add_text(&t, total->name);
		table_add_text(&t, cost.buf);
	}
	take_table(block, &t);
	close_details(block);
}

static void add_models(struct summary *s)
{
	const struct rollup_list *models = &s->report->totals->models;
	struct block *block = new_block(s, 6);
	struct table t;

	strbuf_addstr(&block->head, "### Models\n\n");
	section_models(&t, models, 0, REPORT_TOP, REPORT_UTF8);
	take_table(block, &t);
	if (models->count <= REPORT_TOP)
		return;
	block = new_block(s, 11);
	open_details(block, models->count - REPORT_TOP, "more model", "more models");
	section_models(&t, models, REPORT_TOP, models->count, REPORT_UTF8);
	take_table(block, &t);
	close_details(block);
}

static void add_recent(struct summary *s)
{
	struct block *block;
	struct table t;

	if (s->report->recent_count == 0)
		return;
	block = new_block(s, 8);
	strbuf_addstr(&block->head, "### Most recent records\n\n");
	section_recent(&t, s->report, true, REPORT_UTF8);
	take_table(block, &t);
}

static void add_file_list(struct summary *s, enum report_verdict verdict, int weight,
	const char *one, const char *many)
{
	size_t count = report_files(s->report, verdict);
	bool folded = verdict != REPORT_REJECTED || count > REPORT_TOP;
	struct block *block;
	struct table t;

	if (count == 0)
		return;
	block = new_block(s, weight);
	if (folded)
		open_details(block, count, one, many);
	section_files(&t, s->report, verdict, REPORT_UTF8);
	take_table(block, &t);
	if (folded)
		close_details(block);
}

static void add_import(struct summary *s)
{
	struct block *block;
	struct pen pen;

	if (!s->report->imported)
		return;
	block = new_block(s, 3);
	pen = pen_of(&block->head);
	strbuf_addstr(&block->head,
		s->report->checked_only ? "### This check\n\n" : "### This import\n\n");
	phrase_import(&pen, s->report);
	end_paragraph(&block->head);
	add_file_list(s, REPORT_REJECTED, 9, "rejected file", "rejected files");
	add_file_list(s, REPORT_SKIPPED, 12, "skipped file", "skipped files");
	if (s->report->checked_only)
		add_file_list(s, REPORT_IMPORTED, 13, "good file", "good files");
	else
		add_file_list(s, REPORT_IMPORTED, 13, "imported file", "imported files");
}

static size_t begin_item(struct strbuf *out)
{
	size_t from = out->len;

	strbuf_addstr(out, "- ");
	return from;
}

static void end_item(struct strbuf *out, size_t from, bool said)
{
	if (said)
		strbuf_addch(out, '\n');
	else
		strbuf_setlen(out, from);
}

static void add_notes(struct summary *s)
{
	const struct report *report = s->report;
	struct strbuf *out = &new_block(s, 7)->head;
	struct pen pen = pen_of(out);
	size_t from;

	strbuf_addstr(out, "### About the figures\n\n");
	from = begin_item(out);
	phrase_prices(&pen, report->prices);
	end_item(out, from, true);
	from = begin_item(out);
	end_item(out, from, phrase_ranges(&pen, &report->totals->all, report->prices));
	from = begin_item(out);
	end_item(out, from, phrase_unpriced(&pen, &report->totals->unpriced));
	strbuf_addch(out, '\n');
}

/* --- fitting --------------------------------------------------------------------- */

static size_t lines(const char *text, size_t len)
{
	size_t count = 0;

	for (size_t i = 0; i < len; i++)
		count += text[i] == '\n';
	return count;
}

/* The longest part of the table, in whole rows, that is at most `room`; 0 when
 * not even one row fits. */
static size_t whole_rows(const struct strbuf *table, size_t room)
{
	size_t len = room < table->len ? room : table->len;

	while (len > 0 && table->buf[len - 1] != '\n')
		len--;
	return lines(table->buf, len) > HEADING_LINES ? len : 0;
}

static void fit(struct block *block, size_t *room)
{
	size_t frame = block->head.len + block->tail.len;

	block->left_out = true;
	if (frame > *room)
		return;
	block->kept = whole_rows(&block->table, *room - frame);
	if (block->table.len > 0 && block->kept == 0)
		return;
	block->left_out = false;
	*room -= frame + block->kept;
}

static void fit_all(struct summary *s, size_t room)
{
	for (int weight = 0; weight < BLOCKS_MAX; weight++)
		for (size_t i = 0; i < s->count; i++)
			if (s->blocks[i].weight == weight)
				fit(&s->blocks[i], &room);
}

static size_t rows_left_out(const struct block *block)
{
	size_t from = block->left_out ? 0 : block->kept;
	size_t count = lines(block->table.buf + from, block->table.len - from);

	return from == 0 && count > HEADING_LINES ? count - HEADING_LINES : count;
}

static void write_blocks(struct strbuf *out, const struct summary *s, size_t limit)
{
	struct pen pen = pen_of(out);
	size_t rows = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct block *block = &s->blocks[i];

		rows += rows_left_out(block);
		if (block->left_out)
			continue;
		strbuf_add(out, block->head.buf, block->head.len);
		strbuf_add(out, block->table.buf, block->kept);
		strbuf_add(out, block->tail.buf, block->tail.len);
	}
	if (rows == 0)
		return;
	pen_plural(&pen, (int64_t)rows, "row", "rows");
	strbuf_addstr(out, " left out: a summary has room for ");
	pen_count(&pen, (int64_t)limit);
	strbuf_addstr(out, " bytes.\n");
}

static void build(struct summary *s)
{
	add_headline(s);
	if (!report_is_empty(s->report->totals)) {
		add_overall(s);
		add_branch(s);
		add_branches(s);
		add_days(s);
		add_chart(s);
		add_models(s);
		add_recent(s);
	}
	add_import(s);
	add_notes(s);
}

void report_markdown(struct strbuf *out, const struct report *report, size_t limit)
{
	struct summary s = { .report = report };

	if (limit < NOTE_MAX)
		return;
	build(&s);
	fit_all(&s, limit - NOTE_MAX);
	write_blocks(out, &s, limit);
	for (size_t i = 0; i < s.count; i++) {
		strbuf_release(&s.blocks[i].head);
		strbuf_release(&s.blocks[i].table);
		strbuf_release(&s.blocks[i].tail);
	}
}
