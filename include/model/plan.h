/* SPDX-License-Identifier: MIT */
#ifndef MODEL_PLAN_H
#define MODEL_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

/*
 * What a subscription allows in its two windows.
 *
 * The service publishes percentages, no budgets.  The figures here are the ones
 * that the earlier trackers documented; they contradict one another (a token
 * budget of max20x below that of max5x), so each is marked LIMIT_ASSUMED and a
 * reported percentage beats it.  What the user sets is LIMIT_CONFIGURED.
 */
enum window_kind { WINDOW_FIVE_HOUR, WINDOW_WEEKLY };
enum { WINDOW_KINDS = 2 };

/* What a budget counts.  Tokens are input, output and unsplit ones: cache reads
 * would exhaust every documented budget within minutes. */
enum limit_unit { LIMIT_TOKENS, LIMIT_MESSAGES };
enum { LIMIT_UNITS = 2 };

/* Where a limit comes from, the least trustworthy first. */
enum limit_source { LIMIT_NONE, LIMIT_ASSUMED, LIMIT_CONFIGURED, LIMIT_REPORTED };
extern const char *const limit_source_names[]; /* "none", "assumed", ... */

struct plan_limit {
	int64_t amount; /* above 0, unless source is LIMIT_NONE */
	enum limit_source source;
};

/* When the calendar week of a plan begins, in the user's zone. */
struct week_begin {
	int weekday; /* 0 Monday ... 6 Sunday */
	int minute;  /* of the day, 0 to 1439 */
};

struct plan {
	const char *name;  /* "max5x" */
	const char *title; /* "Max 5x" */
	struct plan_limit limits[WINDOW_KINDS][LIMIT_UNITS];
	struct week_begin week; /* Monday, midnight */
};

/* The known plans in the order of a list; NULL past the last.  "custom" comes
 * last and limits nothing until plan_set_limit(). */
const struct plan *plan_at(size_t index);
/* By any of its names, in any spelling of the client and of the earlier trackers:
 * "max" and "max_5x" are max5x, "Max20" and "default_claude_max_20x" are max20x.
 * NULL: no such plan. */
const struct plan *plan_find(const char *name);

/* A figure of the user's own; 0 takes the limit away. */
void plan_set_limit(struct plan *plan, enum window_kind kind, enum limit_unit unit, int64_t amount);

/* "monday", "Mon 09:00": false, and *out unchanged, for anything else. */
bool week_begin_parse(struct week_begin *out, const char *text);
void week_begin_add(struct strbuf *out, struct week_begin week); /* "monday 09:00" */

#endif
