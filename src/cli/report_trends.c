/* SPDX-License-Identifier: MIT */
#include "report_trends.h"

#include <string.h>

#include "base/cleanup.h"
#include "cli/price_table.h"
#include "report/trends.h"
#include "report_index.h"
#include "report_order.h"

enum { WEEK = 7, THIRTY_DAYS = 30, SESSIONS = 5, DAY_MS = 24 * 3600 * 1000 };

struct trends {
	struct prices *prices;
	struct usage_index *index;
	struct usage_rows days, sessions, uncached;
	struct report_groups groups;
	struct day today;
};

static void trends_release(struct trends *t)
{
	report_groups_release(&t->groups);
	usage_rows_release(&t->days);
	usage_rows_release(&t->sessions);
	usage_rows_release(&t->uncached);
	usage_index_close(t->index);
	prices_free(t->prices);
}

static struct day earlier(struct day day, int days)
{
	return (struct day){ day.number - days };
}

/* --- periods ------------------------------------------------------------------------- */

static void add_days(struct report_period *p, const struct rollup_list *days)
{
	for (size_t i = 0; i < days->count; i++) {
		const struct rollup_total *t = &days->items[i];

		if (t->day.number < p->since.number || t->day.number > p->until.number)
			continue;
		p->tokens += t->tokens;
		cost_add(&p->cost, &t->cost);
	}
}

static void set_periods(struct report_trends *out, const struct trends *t)
{
	struct day today = t->today, week = usage_week_of(today, false),
		   month = usage_month_of(today);
	struct day last_month = usage_month_of(earlier(month, 1));
	const struct report_period periods[PERIODS] = {
		[PERIOD_THIS_WEEK] = { .name = "This week", .since = week, .until = today },
		[PERIOD_LAST_WEEK_SO_FAR] = { .name = "Last week by then",
			.since = earlier(week, WEEK),
			.until = earlier(today, WEEK) },
		[PERIOD_LAST_WEEK] = { .name = "Last week",
			.since = earlier(week, WEEK),
			.until = earlier(week, 1) },
		[PERIOD_THIS_MONTH] = { .name = "This month", .since = month, .until = today },
		[PERIOD_LAST_MONTH] = { .name = "Last month",
			.since = last_month,
			.until = earlier(month, 1) },
		[PERIOD_THIRTY_DAYS] = { .name = "Last 30 days",
			.since = earlier(today, THIRTY_DAYS - 1),
			.until = today },
	};

	for (int i = 0; i < PERIODS; i++) {
		out->periods[i] = periods[i];
		add_days(&out->periods[i], &t->days.totals->days);
	}
}

static void scale(struct money *m, int64_t by, int64_t of)
{
	m->pico = m->pico * by / of;
}

/* By the time that has passed, so that the morning of a day does not look cheap. */
static void set_projection(struct report_trends *out, struct day today)
{
	struct day month = usage_month_of(today);
	struct day next = usage_month_of((struct day){ month.number + 31 });
	int64_t begin = day_moment(month, 0).ms, length = day_moment(next, 0).ms - begin;
	int64_t passed = clock_now().ms - begin;

	if (passed < DAY_MS || passed > length)
		return;
	out->has_projection = true;
	out->projection = out->periods[PERIOD_THIS_MONTH].cost;
	scale(&out->projection.low, length, passed);
	scale(&out->projection.high, length, passed);
}

static void set_cache(struct report_trends *out, const struct trends *t)
{
	const struct usage *u = &t->sessions.totals->all.usage;

	out->from_cache = u->cache_read;
	out->sent = u->input + u->cache_read + u->cache_write_5m + u->cache_write_1h;
	out->without_cache = t->uncached.totals->all.cost;
}

/* --- reading --------------------------------------------------------------------------- */

static enum tt_code read_all(struct trends *t, bool by_time, struct tt_error *err)
{
	struct day month = usage_month_of(earlier(usage_month_of(t->today), 1));
	struct usage_query query = { .by = USAGE_BY_DAY,
		.by_time = by_time,
		.has_since = true,
		.since = month,
		.prices = t->prices };

	if (usage_rows_read(&t->days, t->index, &query, err) != TT_OK)
		return err->code;
	query.since = earlier(t->today, THIRTY_DAYS - 1);
	query.by = USAGE_BY_SESSION;
	if (usage_rows_read(&t->sessions, t->index, &query, err) != TT_OK)
		return err->code;
	query.without_cache = true;
	query.by = USAGE_BY_MODEL;
	return usage_rows_read(&t->uncached, t->index, &query, err);
}

enum tt_code report_trends_show(
	const struct context *ctx, const struct report_options *o, struct tt_error *err)
{
	_cleanup_(trends_release) struct trends t = { .today = instant_local_day(clock_now()) };
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	const struct report_choice choice = { .order = ORDER_COST, .rows = SESSIONS };
	struct report_trends report = { 0 };

	if (price_table_load(&t.prices, ctx, o->prices, err) != TT_OK ||
		report_index_open(&t.index, ctx, !o->no_sync, err) != TT_OK ||
		read_all(&t, o->timezone != NULL, err) != TT_OK)
		return err->code;
	report_groups_choose(&t.groups, &t.sessions, &choice);
	report.sessions = t.groups.items;
	report.session_count = t.groups.count;
	report.prices = t.prices;
	set_periods(&report, &t);
	set_projection(&report, t.today);
	set_cache(&report, &t);
	if (ctx->common.json)
		report_trends_json(&out, &report);
	else
		report_trends_text(&out, &report, &ctx->style);
	(void)fwrite(out.buf, 1, out.len, ctx->out);
	return TT_OK;
}
