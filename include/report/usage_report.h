/* SPDX-License-Identifier: MIT */
#ifndef REPORT_USAGE_REPORT_H
#define REPORT_USAGE_REPORT_H

#include "model/rollup.h"
#include "report/report.h"

/*
 * Usage of one's own, in groups: by project, day, branch, session and so on.  Every
 * group's tokens include the cache; what is not known has a group of its own; the groups
 * add up to the total, but for sessions, of which one may be in several groups.
 */
struct report_usage_group {
	const char *name;	      /* "2026-11-23", a path, a branch, a session's id */
	const char *project, *branch; /* of a session; NULL otherwise, or not known */
	const struct rollup_total *total;
	/* What each model had of it, most expensive first; NULL where that was not asked. */
	const struct report_usage_group *parts;
	size_t part_count;
};
struct report_usage {
	const char *report;    /* "daily" */
	const char *key_title; /* "Date": what the groups are called in a table */
	const char *scope;     /* "Last 7 days"; NULL: all time */
	const struct report_usage_group *groups;
	size_t count;	  /* that are shown */
	size_t left_out;  /* by -n, --min-cost */
	int64_t sessions; /* distinct ones, of all groups */
	const struct rollup *totals;
	const struct prices *prices;
};

/* The earlier tracker's summary: a paragraph for each project. */
void report_usage_summary_text(
	struct strbuf *out, const struct report_usage *report, const struct report_style *style);
/* Daily, weekly, monthly, branches, models: a row for each group, and their sum. */
void report_usage_table_text(
	struct strbuf *out, const struct report_usage *report, const struct report_style *style);
/* Numbered sessions, a paragraph each. */
void report_usage_recent_text(
	struct strbuf *out, const struct report_usage *report, const struct report_style *style);
/* One project, or one session: the only group, in full. */
void report_usage_project_text(
	struct strbuf *out, const struct report_usage *report, const struct report_style *style);
void report_usage_session_text(
	struct strbuf *out, const struct report_usage *report, const struct report_style *style);

/* Version 1, for all of them:
 * {"version":1,"report":text,"groups":[{"name":...,"project":...,"branch":...,TOTAL
 * members}],"total":TOTAL,"distinct_sessions":n,"left_out":n,"prices":...} */
void report_usage_json(struct strbuf *out, const struct report_usage *report);

/* A table that GitHub shows, and what has to be known of it. */
void report_usage_markdown(struct strbuf *out, const struct report_usage *report);
/* A header, and a row for each group: costs with all nine decimals, so that sums of a
 * column are exact; empty for the unknown.  No row for the total. */
void report_usage_csv(struct strbuf *out, const struct report_usage *report);
/* As `ccusage claude daily|weekly|monthly|session|blocks --json` has it (version 20; held
 * by tests/bench/bench_ccusage.sh), for those reports; every other report in the shape of
 * sessions.  Needs the parts.  Costs are decimal numbers there, and 0 for what has no
 * price. */
void report_usage_ccusage(struct strbuf *out, const struct report_usage *report);

#endif
