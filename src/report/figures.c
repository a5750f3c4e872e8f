/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "phrases.h"
#include "report/escape.h"

static bool is_utf8(enum report_glyphs glyphs)
{
	return glyphs == REPORT_UTF8;
}

enum { FOR_PEOPLE = -1 }; /* as many decimals as money_add_dollars sees fit */

static void add_dollars(struct strbuf *out, struct money m, int decimals)
{
	if (decimals == FOR_PEOPLE) {
		money_add_dollars(out, m);
		return;
	}
	strbuf_addch(out, '$');
	money_add_text(out, m, decimals);
}

static void add_range(struct strbuf *out, struct money from, struct money to,
	enum report_glyphs glyphs, int decimals)
{
	_cleanup_(strbuf_release) struct strbuf low = STRBUF_INIT, high = STRBUF_INIT;

	add_dollars(&low, from, decimals);
	add_dollars(&high, to, decimals);
	strbuf_addstr(out, low.buf);
	if (strcmp(low.buf, high.buf) == 0)
		return;
	strbuf_addstr(out, is_utf8(glyphs) ? "\xe2\x80\x93" : "-");
	strbuf_addstr(out, high.buf);
}

void report_cost_to(struct strbuf *out, const struct cost *cost, int64_t tokens,
	enum report_glyphs glyphs, int decimals)
{
	if (cost_is_unknown(cost, tokens)) {
		strbuf_addstr(out, "unpriced");
		return;
	}
	if (cost->unpriced_tokens > 0)
		strbuf_addstr(out, is_utf8(glyphs) ? "\xe2\x89\xa5 " : ">= ");
	add_range(out, cost->low, cost->high, glyphs, decimals);
}

void report_cost(
	struct strbuf *out, const struct cost *cost, int64_t tokens, enum report_glyphs glyphs)
{
	report_cost_to(out, cost, tokens, glyphs, FOR_PEOPLE);
}

void pen_text(const struct pen *pen, const char *text)
{
	strbuf_addstr(pen->out, text);
}

static bool breaks_the_line(char c)
{
	return c == '\n' || c == '\r' || c == '\t';
}

void report_add_visible(struct strbuf *out, const char *text, enum report_glyphs glyphs)
{
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT, visible = STRBUF_INIT;

	strbuf_addstr(&line, text);
	for (char *at = line.buf; *at; at++)
		if (breaks_the_line(*at))
			*at = ' ';
	text_add_visible(&visible, line.buf);
	for (const char *at = visible.buf; *at; at++)
		if (is_utf8(glyphs) || (unsigned char)*at < 0x80)
			strbuf_addch(out, *at);
		else
			strbuf_addf(out, "\\x%02x", (unsigned char)*at);
}

void pen_name(const struct pen *pen, const char *text)
{
	if (pen->markdown)
		escape_markdown_code(pen->out, text);
	else
		report_add_visible(pen->out, text, pen->glyphs);
}

void pen_count(const struct pen *pen, int64_t count)
{
	text_add_count(pen->out, count);
}

void pen_plural(const struct pen *pen, int64_t count, const char *one, const char *many)
{
	pen_count(pen, count);
	strbuf_addf(pen->out, " %s", count == 1 ? one : many);
}

void pen_cost(const struct pen *pen, const struct rollup_total *total)
{
	report_cost(pen->out, &total->cost, total->tokens, pen->glyphs);
}

void pen_range(const struct pen *pen, struct money low, struct money high)
{
	add_range(pen->out, low, high, pen->glyphs, FOR_PEOPLE);
}

void pen_share(const struct pen *pen, int64_t part, int64_t whole)
{
	__int128 permille = whole > 0 ? ((__int128)part * 1000 + whole / 2) / whole : 0;

	strbuf_addf(pen->out, "%d.%d%%", (int)(permille / 10), (int)(permille % 10));
}

void pen_day(const struct pen *pen, struct day day)
{
	char text[DAY_TEXT];

	day_format(text, day);
	strbuf_addstr(pen->out, text);
}

/* --- derived figures -------------------------------------------------------- */

bool report_is_empty(const struct rollup *totals)
{
	return totals->all.sessions == 0 && totals->all.readings == 0;
}

size_t report_files(const struct report *report, enum report_verdict verdict)
{
	size_t count = 0;

	for (size_t i = 0; i < report->file_count; i++)
		count += report->files[i].verdict == verdict;
	return count;
}

const struct rollup_total *report_branch(const struct report *report)
{
	return report->current_branch ? rollup_branch(report->totals, report->current_branch)
				      : NULL;
}

bool report_change(struct change *out, const struct report *report)
{
	static const struct rollup_total nothing;
	const struct rollup_total *now = report_branch(report);
	const struct rollup_total *before = report->before ? report->before : &nothing;

	if (!report->has_before || report->checked_only || !report->current_branch)
		return false;
	if (!now)
		now = &nothing;
	*out = (struct change){
		.tokens = now->tokens - before->tokens,
		.sessions = now->sessions - before->sessions,
		.low = money_sub(now->cost.low, before->cost.low),
		.high = money_sub(now->cost.high, before->cost.high),
		.unpriced = now->cost.unpriced_tokens - before->cost.unpriced_tokens,
	};
	return true;
}
