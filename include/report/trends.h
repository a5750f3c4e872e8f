/* SPDX-License-Identifier: MIT */
#ifndef REPORT_TRENDS_H
#define REPORT_TRENDS_H

#include "report/report.h"
#include "report/usage_report.h"

/* How usage goes on: weeks and months side by side, and what the cache is worth. */
struct report_period {
	const char *name;
	struct day since, until; /* both included */
	int64_t tokens;
	struct cost cost;
};
enum report_periods {
	PERIOD_THIS_WEEK,
	PERIOD_LAST_WEEK_SO_FAR, /* as many days of it */
	PERIOD_LAST_WEEK,
	PERIOD_THIS_MONTH,
	PERIOD_LAST_MONTH,
	PERIOD_THIRTY_DAYS,
	PERIODS,
};

struct report_trends {
	struct report_period periods[PERIODS];
	/* This month's cost, times the month's length, by what of it has passed; after its
	 * first day only. */
	bool has_projection;
	struct cost projection;
	/* Of the last thirty days: what was sent, what of it the cache had, and what it all
	 * would have cost if nothing had been cached. */
	int64_t sent, from_cache;
	struct cost without_cache;
	const struct report_usage_group *sessions; /* the most expensive, of thirty days */
	size_t session_count;
	const struct prices *prices;
};

void report_trends_text(
	struct strbuf *out, const struct report_trends *trends, const struct report_style *style);
/* {"version":1,"report":"trends","periods":[{"name":...,"since":day,"until":day,
 * "tokens":n,"cost_nano_usd":COST}],"projection_nano_usd":COST or null,
 * "cache":{"sent":n,"from_cache":n,"cost_without_nano_usd":COST},
 * "sessions":[{"name":id,"project":text or null,TOTAL members}],"prices":...} */
void report_trends_json(struct strbuf *out, const struct report_trends *trends);

#endif
