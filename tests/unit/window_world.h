/* SPDX-License-Identifier: MIT */
#ifndef TESTS_UNIT_WINDOW_WORLD_H
#define TESTS_UNIT_WINDOW_WORLD_H

/* Events, reports and resets, in words: for the tests of windows.  Include after cmocka.h. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model/window.h"

static struct window_event events[64];
static struct window_reset resets[4];
static struct window_input input;

static inline void set_zone(const char *zone)
{
	assert_int_equal(setenv("TZ", zone, 1), 0);
	tzset();
}

static inline struct instant at(const char *time)
{
	struct instant t;

	if (!instant_parse(&t, time))
		fail_msg("no time: %s", time);
	return t;
}

static inline int begin(void **state)
{
	(void)state;
	memset(events, 0, sizeof events);
	input = (struct window_input){
		.events = events, .plan = plan_find("pro"), .resets = resets
	};
	set_zone("UTC");
	return 0;
}

static inline struct window_event *use(const char *time, int64_t in, int64_t out)
{
	struct window_event *e = &events[input.count++];

	e->time = at(time);
	e->usage = (struct usage){ .input = in, .output = out };
	e->requests = e->messages = 1;
	return e;
}

static inline void reset(enum window_kind kind, const char *time)
{
	resets[input.reset_count++] = (struct window_reset){ kind, at(time) };
}

static inline void report(
	enum window_kind kind, int permille, const char *resets_at, const char *when)
{
	struct window_report *r = &input.reports[kind];

	*r = (struct window_report){ .known = true, .used_permille = permille };
	r->reported_at = at(when);
	r->has_reset = resets_at != NULL;
	if (resets_at)
		r->resets_at = at(resets_at);
}

static inline struct windows look(const char *now)
{
	struct windows w;

	input.now = at(now);
	windows_read(&w, &input);
	return w;
}

static inline void assert_span(
	const struct window_state *w, enum window_origin origin, const char *start, const char *end)
{
	char text[INSTANT_TEXT];

	assert_int_equal(w->origin, origin);
	instant_format(text, w->start);
	assert_string_equal(text, start);
	instant_format(text, w->end);
	assert_string_equal(text, end);
}

#define FIVE_HOUR(now) (&(struct windows[]){ look(now) }[0].of[WINDOW_FIVE_HOUR])
#define WEEK(now) (&(struct windows[]){ look(now) }[0].of[WINDOW_WEEKLY])

#endif
