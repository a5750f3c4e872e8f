/* SPDX-License-Identifier: MIT */
#ifndef BASE_INSTANT_H
#define BASE_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

/* A point in time: UTC milliseconds since 1970.  A struct, so that the
 * compiler refuses to add a time to a token count. */
struct instant {
	int64_t ms;
};

/* A calendar day: days since 1970-01-01, in the zone of whoever made it. */
struct day {
	int32_t number;
};

enum { INSTANT_TEXT = 32, DAY_TEXT = 16 };

/* The current time, or the one set by clock_set(): the one clock of the
 * program, which tests stop. */
struct instant clock_now(void);
void clock_set(struct instant now);

/* Exactly RFC 3339: date, T (or a space), time, optional fraction, Z or +hh:mm.
 * Years 1970 to 9999. */
bool instant_parse(struct instant *out, const char *text);
/* The same without a zone, read in the process's local zone (utc = false) or
 * as UTC: how the earlier trackers wrote time.  A zone is accepted too. */
bool instant_parse_naive(struct instant *out, const char *text, bool utc);
/* "2026-11-23T09:00:00Z"; milliseconds only when there are any. */
void instant_format(char buf[static INSTANT_TEXT], struct instant t);
/* "20261123_090000", UTC: the stamp in file names. */
void instant_format_stamp(char buf[static INSTANT_TEXT], struct instant t);
/* "2026-11-23 10:00:00" in the process's local zone, for people. */
void instant_format_local(char buf[static INSTANT_TEXT], struct instant t);

/* The day on which t falls in the process's local zone, or in UTC. */
struct day instant_local_day(struct instant t);
struct day instant_utc_day(struct instant t);
/* Exactly "2026-11-23". */
bool day_parse(struct day *out, const char *text);
void day_format(char buf[static DAY_TEXT], struct day day);
/* Noon in the local zone of that day: the time of an entry that has only a day. */
struct instant day_noon(struct day day);
/* When the local clock shows that minute (0 to 1439) of that day.  Where clocks go
 * back and show it twice: the first time.  Where they go forward past it: as if
 * they had not yet, so that a day without a midnight begins when it begins. */
struct instant day_moment(struct day day, int minute);
/* The first day of its month. */
struct day day_month(struct day day);
/* 0 Monday ... 6 Sunday. */
int day_weekday(struct day day);

#endif
