/* SPDX-License-Identifier: MIT */
#ifndef REPORT_HTML_REPORT_H
#define REPORT_HTML_REPORT_H

#include "report/usage_report.h"

/*
 * Usage as one HTML file that needs nothing else: charts are inline SVG, and everything can
 * be read without a script.  The only one, which lets tables be sorted, and the style are
 * allowed by their hashes in a content security policy that forbids all else, so that
 * nothing a branch is called could ever run.
 *
 * Charts show costs at most; where a table has a cost in them, it has the range.
 */
enum html_part { HTML_DAYS, HTML_WEEKS, HTML_BRANCHES, HTML_MODELS, HTML_PROJECTS, HTML_PARTS };

struct html_report {
	const char *scope; /* "Last 7 days"; NULL: all time */
	struct instant now;
	/* NULL: left out.  Days and weeks are called "2026-11-23"; those with parts are
	 * stacked by model. */
	const struct report_usage *parts[HTML_PARTS];
	const struct rollup *totals;
	int64_t sessions; /* distinct ones */
	bool has_budget;
	struct money budget; /* for all the days together */
	const struct prices *prices;
};

void report_html(struct strbuf *out, const struct html_report *report);

/* A small SVG image that says what it all cost, for a README. */
void report_badge(struct strbuf *out, const struct rollup_total *total);

#endif
