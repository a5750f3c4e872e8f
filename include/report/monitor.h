/* SPDX-License-Identifier: MIT */
#ifndef REPORT_MONITOR_H
#define REPORT_MONITOR_H

#include "model/rollup.h"
#include "model/window.h"
#include "report/report.h"

/*
 * What is going on at this moment: the session that was used last, what it used, how fast
 * tokens go, what is left of the plan, and the last answers.
 *
 *	report_monitor_frame		all of it, for a screen of so many columns and lines
 *	report_monitor_banner, _session, _polling, _change
 *					the same in lines, as an earlier tracker wrote them
 */

/* One answer; or, in lines, what a session used between two looks, which may be less
 * than nothing where answers were counted anew. */
struct monitor_change {
	struct instant time;
	const char *session;
	const char *project; /* its directory; NULL: it was in none */
	struct usage usage;
	struct cost cost;
	int64_t tokens; /* of all kinds */
};

/* What went in the last span_ms, in all sessions that are shown. */
struct monitor_rate {
	int64_t span_ms, tokens;
	struct cost cost;
};

struct monitor_view {
	struct instant now;
	const char *scope;	      /* the project that was asked for; NULL: all of them */
	const char *session;	      /* NULL: there is none */
	const char *project, *branch; /* of the session; NULL: not known */
	const struct rollup *totals;  /* of the session */
	struct monitor_rate rate;
	const struct windows *windows;
	const struct monitor_change *changes; /* the oldest first */
	size_t change_count;
	const char *note; /* what has to be known of it; NULL nothing */
};

/* At most `height` lines with line feeds between them, none wider than style->width,
 * which may be as little as one column.  What is worth least is left out first. */
void report_monitor_frame(struct strbuf *out, const struct monitor_view *view,
	const struct report_style *style, int height);

void report_monitor_banner(struct strbuf *out, const struct report_style *style);
void report_monitor_session(
	struct strbuf *out, const struct monitor_view *view, const struct report_style *style);
void report_monitor_polling(struct strbuf *out, int64_t interval_ms);
void report_monitor_change(
	struct strbuf *out, const struct monitor_change *change, const struct report_style *style);

#endif
