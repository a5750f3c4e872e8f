/* SPDX-License-Identifier: MIT */
#ifndef MODEL_EARLIER_USAGE_H
#define MODEL_EARLIER_USAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/instant.h"
#include "model/entry.h"
#include "model/usage.h"

/*
 * What the earlier trackers knew without a branch, and what of it counts.
 *
 * They kept the same tokens several times: a line in a log, a line in the log of
 * the hook that called, the total of the window, the total of the week around it;
 * a session in a database, in its export and in the client's own file.  Nothing
 * may be counted twice and nothing may be lost, in whatever order the files turn
 * up.  So all that was ever read is looked at together, every time:
 *
 *	parsers -> struct earlier_usage ... -> earlier_settle -> struct earlier_verdict
 *
 * - A line of a log (EVENT) counts.  The line of another log about the same tokens
 *   within ECHO_MS (ECHO) does not.  What nobody took yet (REQUEST) counts, and is in no
 *   total.
 * - Of a window the greatest total counts, less what lines of logs, and the totals
 *   of windows inside it, say already.
 * - Of a session the source that knows most of it counts: its parts (turns, models),
 *   and its total less these.  A session that is known answer by answer does not.
 */
enum earlier_tracker {
	EARLIER_CYCLE_TRACKER,	 /* token_usage.json: cycles of five hours */
	EARLIER_WINDOW_TRACKER,	 /* usage-tracking.json: windows of several servers */
	EARLIER_SESSION_TRACKER, /* tokens.db: the client's own totals of sessions */
};

enum earlier_what {
	EARLIER_EVENT,
	EARLIER_ECHO,
	EARLIER_REQUEST,
	EARLIER_WINDOW,
	EARLIER_SESSION,
	EARLIER_SESSION_PART,
};

/* Strings are borrowed; NULL is "not known". */
struct earlier_usage {
	enum earlier_what what;
	enum earlier_tracker tracker;
	enum entry_kind kind;
	const char *source; /* for people: "claude_usage.log" */
	/* What makes it the same in whatever file it is found, within its tracker and
	 * what: "2025-10-07 02:10:00|MAIN|850|1200|0". */
	const char *key;
	struct instant time;	    /* when it is counted */
	struct instant from, until; /* of a window: [from, until) */
	struct usage usage;
	int64_t requests, messages;
	const char *model, *session, *project, *server;
	size_t file; /* which one it comes from: the parts of a session's total share it */
	bool known;  /* a session: its answers are known one by one */
};

/* The UUID under which it is counted. */
void earlier_usage_id(char id[static ENTRY_ID_TEXT], const struct earlier_usage *u);

enum earlier_reason {
	EARLIER_COUNTS,	  /* whole, or what is left of it */
	EARLIER_REPEATED, /* the same was read before */
	EARLIER_LOGGED,	  /* logs, or other totals, say all of it */
	EARLIER_EXCEEDED, /* another source says more of the same */
	EARLIER_KNOWN,	  /* known from transcripts */
	EARLIER_ORPHANED, /* a part whose session has no total in that file */
};
const char *earlier_reason_text(enum earlier_reason reason); /* "counted", "told by a log" ... */

struct earlier_verdict {
	enum earlier_reason reason;
	struct usage counted; /* zeros unless EARLIER_COUNTS */
	int64_t requests, messages;
};

/* How far apart two logs may write the same tokens down. */
enum { EARLIER_ECHO_MS = 10000 };

/* out[i] is about items[i].  Of equal ones the first counts; else the order of the
 * items does not matter. */
void earlier_settle(struct earlier_verdict *out, const struct earlier_usage *items, size_t count);

#endif
