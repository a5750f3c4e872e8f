/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "model/window.h"

/*
 * The windows against a second implementation, written from the rules and as
 * simple as can be: recursion over events, mktime for the calendar, sums of one
 * count at a time.  Random events gather around the edges: hours, ends of
 * windows, changes of clocks, turns of years.
 */
enum { CASES = 100000, CASES_PER_ZONE = 2500, EVENTS_MAX = 24, RESETS_MAX = 3 };

static uint64_t seed = 88172645463325252;

static int64_t draw(int64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int64_t)(seed % (uint64_t)below);
}

/* --- a random world ------------------------------------------------------------------ */

struct world {
	struct window_event events[EVENTS_MAX];
	struct window_reset resets[RESETS_MAX];
	struct plan plan;
	struct window_input in;
};

static const int64_t hour = 3600000, minute = 60000;

/* A span back from now, or a little ahead, often by whole hours and off by one
 * millisecond. */
static int64_t moment(int64_t now, int64_t hours_back)
{
	int64_t t = now - draw(hours_back * 60) * minute + draw(15) * minute;

	if (draw(3) == 0)
		t = t / hour * hour;
	return t + draw(3) - 1;
}

static int64_t any_now(void)
{
	/* Changes of clocks in the zones below, and the turn of a year. */
	static const int64_t edges[] = { 1774746000, 1792890000, 1772953200, 1793512800, 1775313000,
		1791041400, 1798761600, 1795392000 };
	int64_t edge = edges[draw(sizeof edges / sizeof *edges)] * 1000;

	return edge + draw(16 * 24 * 60) * minute - 8 * 24 * hour + draw(2) * draw(60000);
}

static void fill_events(struct world *w, int64_t now, int64_t spread)
{
	static const char *const servers[] = { "MAIN", "LXC115", "LXC116", NULL };

	w->in.count = (size_t)draw(EVENTS_MAX + 1);
	for (size_t i = 0; i < w->in.count; i++) {
		struct window_event *e = &w->events[i];

		e->time.ms = moment(now, spread);
		e->kind = (enum entry_kind)draw(ENTRY_KINDS);
		for (int kind = 0; kind < USAGE_KINDS; kind++)
			usage_set(&e->usage, kind, draw(4) ? draw(9000) : 0);
		e->requests = draw(3);
		e->messages = draw(3);
		e->server = servers[draw(4)];
	}
	windows_sort(w->events, w->in.count);
}

static void fill_report(struct window_report *r, int64_t now, int64_t length)
{
	*r = (struct window_report){ .known = draw(2) != 0 };
	r->used_permille = (int32_t)draw(1100);
	r->has_reset = draw(4) != 0;
	r->resets_at.ms = moment(now + length, 2 * length / hour);
	r->reported_at.ms = moment(now, draw(2) ? 1 : length / hour);
}

static void fill_plan(struct world *w)
{
	w->plan = *plan_at((size_t)draw(4));
	for (int i = 0; i < WINDOW_KINDS * LIMIT_UNITS; i++)
		if (draw(3) == 0)
			plan_set_limit(&w->plan, (enum window_kind)(i / 2),
				(enum limit_unit)(i % 2), draw(2) ? draw(100) : draw(200000));
	/* Not at the hours that a day may lack or have twice: mktime has its own mind there,
	 * and test_instant has ours. */
	if (draw(2))
		w->plan.week = (struct week_begin){ (int)draw(7), (4 + (int)draw(20)) * 60 };
	w->in.plan = draw(8) ? &w->plan : NULL;
}

static void fill(struct world *w)
{
	int64_t now = any_now(), spread = draw(2) ? 12 : 10 * 24;

	memset(w, 0, sizeof *w);
	w->in.now.ms = now;
	w->in.events = w->events;
	w->in.resets = w->resets;
	fill_events(w, now, spread);
	fill_report(&w->in.reports[WINDOW_FIVE_HOUR], now, 5 * hour);
	fill_report(&w->in.reports[WINDOW_WEEKLY], now, 168 * hour);
	w->in.reset_count = draw(2) ? (size_t)draw(RESETS_MAX + 1) : 0;
	for (size_t i = 0; i < w->in.reset_count; i++)
		w->resets[i] = (struct window_reset){ (enum window_kind)draw(WINDOW_KINDS),
			{ moment(now, spread) } };
	fill_plan(w);
}

/* --- the second implementation --------------------------------------------------------- */

struct naive {
	enum window_origin origin;
	int64_t start, end, from;
};

static bool has_come(const struct window_input *in, int64_t time)
{
	return time <= in->now.ms + 10 * minute;
}

static int64_t as_of_now(const struct window_input *in, int64_t time)
{
	return time > in->now.ms ? in->now.ms : time;
}

static bool counts(const struct window_input *in, const struct window_event *e)
{
	return e->kind != ENTRY_CONTEXT_READING && has_come(in, e->time.ms);
}

static int64_t newest_reset(const struct window_input *in, int kind)
{
	int64_t newest = -1;

	for (size_t i = 0; i < in->reset_count; i++) {
		int64_t t = as_of_now(in, in->resets[i].time.ms);

		if ((int)in->resets[i].kind == kind && has_come(in, in->resets[i].time.ms) &&
			t > newest)
			newest = t;
	}
	return newest;
}

static bool believed(const struct window_input *in, int kind, int64_t length)
{
	const struct window_report *r = &in->reports[kind];

	return r->known && r->has_reset && has_come(in, r->resets_at.ms - length);
}

/* The window that is open at the event after all events up to it, when nothing
 * may begin before `floor`. */
static struct naive chain(const struct window_input *in, int64_t floor, size_t upto)
{
	struct naive before = { .origin = WINDOW_NOT_OPEN, .end = floor };
	int64_t t;

	if (upto == 0)
		return before;
	before = chain(in, floor, upto - 1);
	t = as_of_now(in, in->events[upto - 1].time.ms);
	if (!counts(in, &in->events[upto - 1]) || t < before.end)
		return before;
	before.start = t - t % hour < before.end ? before.end : t - t % hour;
	before.end = before.start + 5 * hour;
	before.origin = WINDOW_FIRST_EVENT;
	return before;
}

static struct naive naive_five_hour(const struct window_input *in)
{
	const int64_t now = in->now.ms, length = 5 * hour;
	int64_t floor = newest_reset(in, WINDOW_FIVE_HOUR), end;
	struct naive n;

	if (believed(in, WINDOW_FIVE_HOUR, length)) {
		end = in->reports[WINDOW_FIVE_HOUR].resets_at.ms;
		if (end > now)
			return (struct naive){ WINDOW_REPORTED, as_of_now(in, end - length), end,
				0 };
		if (end > floor)
			floor = end;
	}
	n = chain(in, floor, in->count);
	if (n.origin == WINDOW_NOT_OPEN || n.end <= now)
		return (struct naive){ WINDOW_NOT_OPEN, now, now + length, 0 };
	return n;
}

/* The n-th beginning of a week before (n > 0) or after now's day. */
static int64_t calendar(const struct window_input *in, int weeks)
{
	struct week_begin week = in->plan ? in->plan->week : (struct week_begin){ 0, 0 };
	time_t now = (time_t)(in->now.ms / 1000);
	struct tm tm;

	localtime_r(&now, &tm);
	while ((tm.tm_wday + 6) % 7 != week.weekday) {
		tm.tm_mday--;
		tm.tm_wday = (tm.tm_wday + 6) % 7;
	}
	tm.tm_mday += weeks * 7;
	tm.tm_hour = week.minute / 60;
	tm.tm_min = tm.tm_sec = 0;
	tm.tm_isdst = -1;
	return (int64_t)mktime(&tm) * 1000;
}

static struct naive naive_week(const struct window_input *in)
{
	const int64_t now = in->now.ms, length = 168 * hour;

	if (believed(in, WINDOW_WEEKLY, length)) {
		int64_t end = in->reports[WINDOW_WEEKLY].resets_at.ms;

		if (end > now)
			return (struct naive){ WINDOW_REPORTED, as_of_now(in, end - length), end,
				0 };
		while (end + length <= now)
			end += length;
		return (struct naive){ WINDOW_CONTINUED, end, end + length, 0 };
	}
	if (calendar(in, 0) > now)
		return (struct naive){ WINDOW_CALENDAR, calendar(in, -1), calendar(in, 0), 0 };
	return (struct naive){ WINDOW_CALENDAR, calendar(in, 0), calendar(in, 1), 0 };
}

static struct naive naive_window(const struct window_input *in, int kind)
{
	struct naive n = kind == WINDOW_FIVE_HOUR ? naive_five_hour(in) : naive_week(in);

	n.from = newest_reset(in, kind) > n.start ? newest_reset(in, kind) : n.start;
	return n;
}

static bool naive_reported(const struct window_input *in, int kind, const struct naive *n)
{
	const struct window_report *r = &in->reports[kind];

	if (!r->known)
		return false;
	if (believed(in, kind, kind == WINDOW_FIVE_HOUR ? 5 * hour : 168 * hour))
		return r->resets_at.ms > in->now.ms;
	if (n->origin == WINDOW_NOT_OPEN)
		return r->reported_at.ms >= in->now.ms - 15 * minute;
	return r->reported_at.ms >= n->start;
}

/* --- comparing ---------------------------------------------------------------------------- */

typedef int64_t (*count_fn)(const struct window_event *e);

static int64_t budget(const struct window_event *e)
{
	return e->usage.input + e->usage.output + e->usage.unsplit;
}

static int64_t everything(const struct window_event *e)
{
	return budget(e) + e->usage.cache_read + e->usage.cache_write_5m + e->usage.cache_write_1h;
}

static int64_t manual(const struct window_event *e)
{
	return e->kind == ENTRY_MANUAL ? everything(e) : 0;
}

static int64_t cache_read(const struct window_event *e)
{
	return e->usage.cache_read;
}

static int64_t requests(const struct window_event *e)
{
	return e->requests;
}

static int64_t messages(const struct window_event *e)
{
	return e->messages;
}

static int64_t sum(const struct window_input *in, const struct naive *n, count_fn count)
{
	int64_t total = 0;

	for (size_t i = 0; i < in->count; i++)
		if (counts(in, &in->events[i]) && as_of_now(in, in->events[i].time.ms) >= n->from)
			total += count(&in->events[i]);
	return total;
}

static void assert_used(
	const struct window_input *in, const struct naive *n, const struct window_used *used)
{
	assert_int_equal(used->tokens, sum(in, n, everything));
	assert_int_equal(used->budget_tokens, sum(in, n, budget));
	assert_int_equal(used->manual_tokens, sum(in, n, manual));
	assert_int_equal(used->usage.cache_read, sum(in, n, cache_read));
	assert_int_equal(used->requests, sum(in, n, requests));
	assert_int_equal(used->messages, sum(in, n, messages));
}

static void assert_limit(const struct window_input *in, int kind, enum limit_unit unit,
	const struct naive *n, const struct limit_use *use)
{
	const struct plan_limit *limit = in->plan ? &in->plan->limits[kind][unit] : NULL;
	int64_t used = sum(in, n, unit == LIMIT_TOKENS ? budget : messages);

	if (!limit || !limit->amount) {
		assert_int_equal(use->source, LIMIT_NONE);
		return;
	}
	if (naive_reported(in, kind, n))
		used = limit->amount * in->reports[kind].used_permille / 1000;
	assert_int_equal(use->source, naive_reported(in, kind, n) ? LIMIT_REPORTED : limit->source);
	assert_int_equal(use->limit, limit->amount);
	assert_int_equal(use->used, used);
	assert_int_equal(use->remaining, limit->amount - used);
	assert_int_equal(use->permille, used * 1000 / limit->amount);
}

/* Every count of a window is somebody's. */
static void assert_servers(const struct window_input *in, const struct window_state *w)
{
	_cleanup_(window_servers_release) struct window_servers servers = { 0 };
	int64_t tokens = 0, of_events = 0;

	window_by_server(&servers, in, w);
	for (size_t i = 0; i < servers.count; i++) {
		tokens += servers.items[i].used.tokens;
		of_events += servers.items[i].used.events;
	}
	assert_int_equal(tokens, w->used.tokens);
	assert_int_equal(of_events, w->used.events);
}

static void assert_window(const struct window_input *in, int kind, const struct window_state *w)
{
	const struct naive n = naive_window(in, kind);
	const struct window_report *r = &in->reports[kind];

	assert_int_equal(w->kind, kind);
	assert_int_equal(w->origin, n.origin);
	assert_int_equal(w->start.ms, n.start);
	assert_int_equal(w->end.ms, n.end);
	assert_int_equal(w->counted_from.ms, n.from);
	assert_used(in, &n, &w->used);
	assert_servers(in, w);
	assert_int_equal(
		w->reported.source, naive_reported(in, kind, &n) ? LIMIT_REPORTED : LIMIT_NONE);
	if (w->reported.source == LIMIT_REPORTED) {
		assert_int_equal(w->reported.permille, r->used_permille);
		assert_int_equal(w->reported.stale, r->reported_at.ms < in->now.ms - 15 * minute);
	}
	assert_limit(in, kind, LIMIT_TOKENS, &n, &w->limits[LIMIT_TOKENS]);
	assert_limit(in, kind, LIMIT_MESSAGES, &n, &w->limits[LIMIT_MESSAGES]);
}

static void set_zone(int64_t number)
{
	static const char *const zones[] = { "Europe/Berlin", "America/New_York", "UTC",
		"Australia/Lord_Howe", "Asia/Kolkata" };

	assert_int_equal(setenv("TZ", zones[number % 5], 1), 0);
	tzset();
}

static void windows_read__agrees_with_a_second_implementation(void **state)
{
	int64_t seen[WINDOW_CONTINUED + 1] = { 0 };
	struct world w;
	struct windows out;

	(void)state;
	for (int i = 0; i < CASES; i++) {
		if (i % CASES_PER_ZONE == 0)
			set_zone(i / CASES_PER_ZONE);
		fill(&w);
		windows_read(&out, &w.in);
		for (int kind = 0; kind < WINDOW_KINDS; kind++) {
			assert_window(&w.in, kind, &out.of[kind]);
			seen[out.of[kind].origin]++;
		}
	}
	for (int origin = 0; origin <= WINDOW_CONTINUED; origin++)
		assert_true(seen[origin] > CASES / 50);
	set_zone(2);
}

static void assert_same(const struct window_state *a, const struct window_state *b)
{
	assert_int_equal(a->origin, b->origin);
	assert_int_equal(a->start.ms, b->start.ms);
	assert_int_equal(a->end.ms, b->end.ms);
	assert_int_equal(a->counted_from.ms, b->counted_from.ms);
	assert_int_equal(a->reported.source, b->reported.source);
	assert_memory_equal(&a->used, &b->used, sizeof a->used);
}

/* An event before windows_since() and five silent hours after it: the same windows
 * with and without it. */
static void windows_since__leaves_out_only_what_changes_nothing(void **state)
{
	int64_t compared = 0;
	struct world w;
	struct windows all, some;

	(void)state;
	for (int i = 0; i < CASES; i++) {
		size_t skip = 0;
		int64_t since;

		fill(&w);
		since = windows_since(&w.in).ms;
		while (skip < w.in.count && w.events[skip].time.ms < since)
			skip++;
		if (!skip || (skip < w.in.count && w.events[skip].time.ms < since + 5 * hour))
			continue;
		compared++;
		windows_read(&all, &w.in);
		w.in.events += skip;
		w.in.count -= skip;
		windows_read(&some, &w.in);
		assert_same(&all.of[WINDOW_FIVE_HOUR], &some.of[WINDOW_FIVE_HOUR]);
		assert_same(&all.of[WINDOW_WEEKLY], &some.of[WINDOW_WEEKLY]);
	}
	assert_true(compared > CASES / 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_read__agrees_with_a_second_implementation),
		cmocka_unit_test(windows_since__leaves_out_only_what_changes_nothing),
	};
	return cmocka_run_group_tests_name("window_random", tests, NULL, NULL);
}
