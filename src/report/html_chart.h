/* SPDX-License-Identifier: MIT */
#ifndef SRC_REPORT_HTML_CHART_H
#define SRC_REPORT_HTML_CHART_H

#include "report/html_report.h"

/*
 * Inline SVG without a style or a script of its own: colours are classes, m0 to m6.  A
 * chart is a figure with a title, a description and a tooltip for each bar; its figures
 * are in a table, too.  `id` is unlike every other chart's.
 */
struct chart {
	const char *id, *title;
	const struct report_usage *usage;
	int days; /* from one bar to the next: 1, 7 */
};

/* Days or weeks from left to right, stacked by model where there are parts. */
void html_chart_bars(struct strbuf *out, const struct chart *chart);
/* The sum as it grew from day to day; under a budget unless that is NULL. */
void html_chart_sum(struct strbuf *out, const struct chart *chart, const struct money *budget);
/* The most expensive groups, one below the other. */
void html_chart_ranks(struct strbuf *out, const struct chart *chart);

#endif
