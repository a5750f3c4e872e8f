/* SPDX-License-Identifier: MIT */
#ifndef REPORT_OPENMETRICS_H
#define REPORT_OPENMETRICS_H

#include "report/usage_report.h"

/*
 * Usage as metrics: counters of tokens, requests, searches and dollars by project,
 * branch and model, for monitoring.
 *
 * OpenMetrics (1.0) names a counter's family without "_total", tells its unit and ends
 * with "# EOF".  Prometheus's older text format, the only one that node_exporter's textfile
 * collector and `promtool check metrics` read, names the family as its samples: one text
 * cannot be both.
 *
 * Dollars are exact: all twelve decimals of a sum of pico-dollars.  claude_cost_usd is what
 * it cost at least, claude_cost_most_usd at most; what has no price has no cost, and is
 * counted in claude_unpriced_tokens.  Each sample belongs to a group, or to a part of it
 * where the groups have parts: sums over labels never count anything twice.
 */
enum metrics_syntax { METRICS_OPENMETRICS, METRICS_PROMETHEUS };

/* Groups of "models" have their name as the label "model", their parts elsewhere; labels
 * for what is not known are left out.  Only what was counted from the beginning of time
 * is a counter: reports of some days are not. */
void report_usage_metrics(
	struct strbuf *out, const struct report_usage *report, enum metrics_syntax syntax);

#endif
