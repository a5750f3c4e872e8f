/* SPDX-License-Identifier: MIT */
#ifndef MODEL_WINDOW_H
#define MODEL_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/instant.h"
#include "model/entry.h"
#include "model/plan.h"
#include "model/usage.h"

/*
 * The plan's two windows at one moment: events in, state out.  Nothing is kept
 * between calls, so reading a window never changes it.
 *
 *	windows_since	how far back the events have to reach
 *	windows_sort	when they come from several machines
 *	windows_read	the state at input.now
 *	window_by_server	the same, machine by machine
 *	windows_tightest, limit_use_over	what to show of it
 *
 * Begin and end.  A window holds its start and not its end, to the millisecond.
 * The time of an event decides, never the time of a look: an event after the end
 * opens a new window.
 *	five hours	what the service reports; else from the hour (of UTC: the
 *			service knows no zone) of the event that opens it, but
 *			not before the window or the reset that came before
 *	week		what the service reports, and on from there every seven days;
 *			else the calendar week in the process's local zone
 * An event of up to WINDOW_SKEW_MS after `now` comes from a machine whose clock is
 * ahead, and counts as happening now; later ones are left out and counted.
 *
 * Limits.  A report of the service beats the plan's figures until its window has
 * ended.  It is stale when older than WINDOW_FRESH_MS: still the best there is, but
 * shown as old.
 */
#define WINDOW_FIVE_HOURS_MS INT64_C(18000000)
#define WINDOW_WEEK_MS INT64_C(604800000)
#define WINDOW_FRESH_MS INT64_C(900000)
#define WINDOW_SKEW_MS INT64_C(600000)

/* A captured response, a manual add, or what another machine published. */
struct window_event {
	struct instant time;
	enum entry_kind kind; /* context readings are passed over */
	struct usage usage;
	int64_t requests; /* answers of the service */
	int64_t messages; /* prompts of the user: what the plans count */
	const char *server;
};

/* What the service said of one window. */
struct window_report {
	bool known;
	int32_t used_permille;
	bool has_reset; /* more than a whole window ahead: not believed */
	struct instant resets_at;
	struct instant reported_at;
};

/* The user's `reset`: usage before it no longer counts. */
struct window_reset {
	enum window_kind kind;
	struct instant time;
};

struct window_input {
	struct instant now;
	const struct window_event *events; /* by time, oldest first */
	size_t count;
	const struct plan *plan; /* NULL not known */
	struct window_report reports[WINDOW_KINDS];
	const struct window_reset *resets; /* in any order */
	size_t reset_count;
};

enum window_origin {
	WINDOW_NOT_OPEN,    /* nothing was used since the last one ended */
	WINDOW_FIRST_EVENT, /* five hours: opened by an event */
	WINDOW_CALENDAR,    /* week */
	WINDOW_REPORTED,
	WINDOW_CONTINUED, /* week: an earlier reported one, and seven days more */
};

/* How much of a limit is gone. */
struct limit_use {
	enum limit_source source; /* LIMIT_NONE: the rest is 0 */
	bool stale;
	int64_t used, limit; /* permille and 1000 where only a share is known */
	int64_t remaining;   /* below 0: over the limit */
	int64_t permille;    /* of the limit, rounded down; above 1000: over it */
};

struct window_used {
	struct usage usage;
	int64_t tokens;	       /* of all kinds, cache included */
	int64_t budget_tokens; /* input, output, unsplit */
	int64_t manual_tokens, estimated_tokens, auxiliary_tokens; /* parts of `tokens` */
	int64_t events, requests, messages;
};

struct window_state {
	enum window_kind kind;
	enum window_origin origin;
	/* WINDOW_NOT_OPEN: from now, as if it were opened now. */
	struct instant start, end;
	struct instant counted_from; /* start, or the user's reset within the window */
	struct window_used used;
	/* By the plan's figure; with a report, its share of that figure. */
	struct limit_use limits[LIMIT_UNITS];
	/* The report itself, permille of 1000. */
	struct limit_use reported;
	struct instant reported_at; /* when reported.source is not LIMIT_NONE */
};

struct windows {
	struct instant now;
	struct window_state of[WINDOW_KINDS];
	int64_t ahead; /* events left out: their time has not come */
};

void windows_read(struct windows *out, const struct window_input *in);

/* Who used a window: every server once, the most first, then by name.  Names are
 * borrowed from the events; NULL is "". */
struct window_server {
	const char *name;
	struct window_used used;
	struct instant last; /* its last event in the window, as of now at the latest */
};
struct window_servers {
	struct window_server *items;
	size_t count;
};
/* w is a window that windows_read() made of the same input. */
void window_by_server(
	struct window_servers *out, const struct window_input *in, const struct window_state *w);
void window_servers_release(struct window_servers *servers);

/* Events before this time change nothing, provided that somewhere after it nothing
 * was used for five hours; without such a pause the five-hour window is taken to
 * begin with the first event given.  It moves once a week. */
struct instant windows_since(const struct window_input *in);

/* By time. */
void windows_sort(struct window_event *events, size_t count);

/* The window whose limit, in that unit or reported, is used up furthest; the
 * five-hour one when equal.  While either window is reported, assumed figures of
 * the other do not compete.  NULL: no limit is known. */
const struct window_state *windows_tightest(const struct windows *w, enum limit_unit unit);
/* What to say of a window in that unit: its limit, else what is reported. */
const struct limit_use *window_limit(const struct window_state *w, enum limit_unit unit);
/* What to compare it by, exactly: what is reported, else its limit. */
const struct limit_use *window_share(const struct window_state *w, enum limit_unit unit);
/* The tightest share of either unit; source LIMIT_NONE: no limit is known. */
const struct limit_use *window_worst(const struct window_state *w);

/* Exact comparisons, without rounding.  Is more than `percent` used? */
bool limit_use_over(const struct limit_use *use, int percent);
/* Is a used up further than b? */
bool limit_use_tighter(const struct limit_use *a, const struct limit_use *b);

#endif
