/* SPDX-License-Identifier: MIT */
#include "base/instant.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static bool clock_is_set;
static struct instant clock_value;

void clock_set(struct instant now)
{
	clock_value = now;
	clock_is_set = true;
}

struct instant clock_now(void)
{
	struct timespec now;

	if (clock_is_set)
		return clock_value;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (struct instant){ (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 };
}

/* --- the calendar: days from civil and back, proleptic Gregorian ------- */

static int32_t day_number(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year;
	int era = y / 400, year_of_era = y % 400;
	int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

static void civil(int32_t number, int *year, int *month, int *day)
{
	int32_t z = number + 719468;
	int32_t era = z / 146097, doe = z % 146097;
	int32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int32_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int32_t mp = (5 * doy + 2) / 153;

	*day = doy - (153 * mp + 2) / 5 + 1;
	*month = mp < 10 ? mp + 3 : mp - 9;
	*year = yoe + era * 400 + (*month <= 2);
}

static bool date_is_real(int year, int month, int day)
{
	int y, m, d;

	if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31)
		return false;
	civil(day_number(year, month, day), &y, &m, &d);
	return y == year && m == month && d == day;
}

/* --- parsing ---------------------------------------------------------- */

/* Exactly `digits` digits at *p, which moves past them; -1 otherwise. */
static int take_number(const char **p, int digits)
{
	int value = 0;

	for (; digits > 0; digits--, (*p)++) {
		if (**p < '0' || **p > '9')
			return -1;
		value = value * 10 + (**p - '0');
	}
	return value;
}

static bool take(const char **p, char c)
{
	if (**p != c)
		return false;
	(*p)++;
	return true;
}

static bool take_date(const char **p, int *year, int *month, int *day)
{
	return (*year = take_number(p, 4)) >= 0 && take(p, '-') &&
	       (*month = take_number(p, 2)) >= 0 && take(p, '-') &&
	       (*day = take_number(p, 2)) >= 0 && date_is_real(*year, *month, *day);
}

/* "hh:mm:ss" and an optional fraction, as milliseconds of the day.  A leap
 * second is the second before it: POSIX time has no other name for it. */
static bool take_time(const char **p, int64_t *ms)
{
	int hour, minute, second, scale = 100;

	if ((hour = take_number(p, 2)) < 0 || !take(p, ':') || (minute = take_number(p, 2)) < 0 ||
		!take(p, ':') || (second = take_number(p, 2)) < 0)
		return false;
	if (hour > 23 || minute > 59 || second > 60)
		return false;
	*ms = ((hour * 60 + minute) * 60 + (second == 60 ? 59 : second)) * INT64_C(1000);
	if (!take(p, '.'))
		return true;
	if (**p < '0' || **p > '9')
		return false;
	for (; **p >= '0' && **p <= '9'; (*p)++, scale /= 10)
		*ms += (**p - '0') * scale;
	return true;
}

/* "Z" or "+hh:mm" up to the end; false when there is none or it is malformed. */
static bool take_zone(const char *p, int64_t *offset_ms)
{
	int sign = *p == '-' ? -1 : 1, hours, minutes;

	*offset_ms = 0;
	if ((*p == 'Z' || *p == 'z') && p[1] == '\0')
		return true;
	if (*p != '+' && *p != '-')
		return false;
	p++;
	if ((hours = take_number(&p, 2)) < 0 || !take(&p, ':') ||
		(minutes = take_number(&p, 2)) < 0)
		return false;
	*offset_ms = sign * (hours * 60 + minutes) * INT64_C(60000);
	return *p == '\0' && hours <= 23 && minutes <= 59;
}

/* Date and time without the zone, as if it were UTC; *rest is the zone. */
static bool take_date_time(const char *text, int64_t *ms, const char **rest)
{
	const char *p = text;
	int year, month, day;
	int64_t time;

	if (!take_date(&p, &year, &month, &day))
		return false;
	if (!take(&p, 'T') && !take(&p, 't') && !take(&p, ' '))
		return false;
	if (!take_time(&p, &time))
		return false;
	*ms = day_number(year, month, day) * INT64_C(86400000) + time;
	*rest = p;
	return true;
}

bool instant_parse(struct instant *out, const char *text)
{
	const char *zone;
	int64_t ms, offset;

	if (!take_date_time(text, &ms, &zone) || !take_zone(zone, &offset) || ms - offset < 0)
		return false;
	out->ms = ms - offset;
	return true;
}

/* What the local clock showed as ms-if-it-were-UTC, in UTC. */
static int64_t from_local(int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;

	if (!gmtime_r(&seconds, &tm))
		return ms;
	tm.tm_isdst = -1;
	return (int64_t)mktime(&tm) * 1000 + ms % 1000;
}

bool instant_parse_naive(struct instant *out, const char *text, bool utc)
{
	const char *zone;
	int64_t ms;

	if (instant_parse(out, text))
		return true;
	if (!take_date_time(text, &ms, &zone) || *zone != '\0')
		return false;
	if (!utc)
		ms = from_local(ms);
	if (ms < 0)
		return false;
	out->ms = ms;
	return true;
}

bool day_parse(struct day *out, const char *text)
{
	int year, month, day;

	if (!take_date(&text, &year, &month, &day) || *text != '\0')
		return false;
	out->number = day_number(year, month, day);
	return true;
}

/* --- formatting ------------------------------------------------------- */

struct parts {
	int year, month, day, hour, minute, second, ms;
};

static struct parts split(struct instant t)
{
	int64_t ms = t.ms % 86400000;
	int32_t number = (int32_t)(t.ms / 86400000);
	struct parts p;

	if (ms < 0) {
		ms += 86400000;
		number--;
	}
	civil(number, &p.year, &p.month, &p.day);
	p.hour = (int)(ms / 3600000);
	p.minute = (int)(ms / 60000 % 60);
	p.second = (int)(ms / 1000 % 60);
	p.ms = (int)(ms % 1000);
	return p;
}

void instant_format(char buf[static INSTANT_TEXT], struct instant t)
{
	struct parts p = split(t);
	int n = snprintf(buf, INSTANT_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d", p.year % 10000,
		p.month, p.day, p.hour, p.minute, p.second);

	if (p.ms)
		(void)snprintf(buf + n, INSTANT_TEXT - (size_t)n, ".%03dZ", p.ms);
	else
		(void)snprintf(buf + n, INSTANT_TEXT - (size_t)n, "Z");
}

void instant_format_stamp(char buf[static INSTANT_TEXT], struct instant t)
{
	struct parts p = split(t);

	(void)snprintf(buf, INSTANT_TEXT, "%04d%02d%02d_%02d%02d%02d", p.year % 10000, p.month,
		p.day, p.hour, p.minute, p.second);
}

static bool local_parts(struct tm *tm, struct instant t)
{
	time_t seconds = (time_t)((t.ms - (t.ms % 1000 + 1000) % 1000) / 1000);

	return localtime_r(&seconds, tm) != NULL;
}

void instant_format_local(char buf[static INSTANT_TEXT], struct instant t)
{
	struct tm tm;

	if (!local_parts(&tm, t) || !strftime(buf, INSTANT_TEXT, "%Y-%m-%d %H:%M:%S", &tm))
		instant_format(buf, t);
}

struct day instant_utc_day(struct instant t)
{
	return (struct day){ (
		int32_t)((t.ms - (t.ms % 86400000 + 86400000) % 86400000) / 86400000) };
}

struct day instant_local_day(struct instant t)
{
	struct tm tm;

	if (!local_parts(&tm, t))
		return instant_utc_day(t);
	return (struct day){ day_number(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday) };
}

void day_format(char buf[static DAY_TEXT], struct day day)
{
	int year, month, date;

	civil(day.number, &year, &month, &date);
	(void)snprintf(buf, DAY_TEXT, "%04d-%02d-%02d", year % 10000, month, date);
}

struct instant day_noon(struct day day)
{
	return (struct instant){ from_local((int64_t)day.number * 86400000 + 43200000) };
}

static int64_t local_offset(int64_t ms)
{
	struct tm tm;

	return local_parts(&tm, (struct instant){ ms }) ? (int64_t)tm.tm_gmtoff * 1000 : 0;
}

struct instant day_moment(struct day day, int minute)
{
	int64_t shown = (int64_t)day.number * 86400000 + (int64_t)minute * 60000;
	int64_t before = shown - local_offset(shown - 86400000);
	int64_t after = shown - local_offset(shown + 86400000);
	bool never = after + local_offset(after) != shown;

	return (struct instant){ before + local_offset(before) == shown || never ? before : after };
}

struct day day_month(struct day day)
{
	enum { DAY_AT = 8 }; /* in "2026-11-23" */
	char text[DAY_TEXT];
	struct day first = day;

	day_format(text, day);
	text[DAY_AT] = '0';
	text[DAY_AT + 1] = '1';
	(void)day_parse(&first, text);
	return first;
}

int day_weekday(struct day day)
{
	return ((day.number + 3) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
}
