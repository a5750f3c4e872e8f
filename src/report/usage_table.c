/* SPDX-License-Identifier: MIT */
#include "usage_table.h"

void usage_add_title(struct strbuf *out, const struct report_usage *report)
{
	for (const char *c = report->report; *c; c++)
		strbuf_addch(out, *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c);
	strbuf_addstr(out, " USAGE");
}

const char *usage_group_name(const struct report_usage_group *group)
{
	return *group->name ? group->name : "(model not given)";
}

int64_t usage_cache_written(const struct rollup_total *total)
{
	return total->usage.cache_write_5m + total->usage.cache_write_1h;
}

void usage_remarks(const struct report_usage *report, const struct pen *pen,
	void (*say)(void *ctx, const char *sentence), void *ctx)
{
	const struct rollup *totals = report->totals;

	if (report->left_out) {
		pen_plural(pen, (int64_t)report->left_out, "more is", "more are");
		pen_text(pen, " not shown, and part of the total.");
		say(ctx, pen->out->buf);
		strbuf_reset(pen->out);
	}
	phrase_prices(pen, report->prices);
	say(ctx, pen->out->buf);
	strbuf_reset(pen->out);
	if (phrase_ranges(pen, &totals->all, report->prices))
		say(ctx, pen->out->buf);
	strbuf_reset(pen->out);
	if (phrase_unpriced(pen, &totals->unpriced))
		say(ctx, pen->out->buf);
	strbuf_reset(pen->out);
	if (phrase_sources(pen, &totals->all))
		say(ctx, pen->out->buf);
	strbuf_reset(pen->out);
}
