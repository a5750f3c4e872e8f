/* SPDX-License-Identifier: MIT */
#include "model/window.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define uthash_fatal(msg) mem_exhausted()
#include <uthash.h>

#define HOUR_MS INT64_C(3600000)
#define DAY_MS INT64_C(86400000)

static const int64_t lengths[] = { WINDOW_FIVE_HOURS_MS, WINDOW_WEEK_MS };

static int64_t max(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t min(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* --- time ------------------------------------------------------------------------ */

/* A moment as we count it, or false: its time has not come. */
static bool seen_at(int64_t *out, struct instant time, struct instant now)
{
	if (time.ms - WINDOW_SKEW_MS > now.ms)
		return false;
	*out = min(time.ms, now.ms);
	return true;
}

static bool reset_is_believed(const struct window_input *in, enum window_kind kind)
{
	const struct window_report *r = &in->reports[kind];

	return r->known && r->has_reset &&
	       r->resets_at.ms <= in->now.ms + lengths[kind] + WINDOW_SKEW_MS;
}

/* The last of the user's resets of that window; INT64_MIN without one. */
static int64_t last_reset(const struct window_input *in, enum window_kind kind)
{
	int64_t last = INT64_MIN, time;

	for (size_t i = 0; i < in->reset_count; i++)
		if (in->resets[i].kind == kind && seen_at(&time, in->resets[i].time, in->now))
			last = max(last, time);
	return last;
}

static void set_span(struct window_state *w, enum window_origin origin, int64_t start, int64_t end)
{
	w->origin = origin;
	w->start.ms = start;
	w->end.ms = end;
}

/* Both windows alike: what the service reports, when it has not ended. */
static bool span_reported(struct window_state *w, const struct window_input *in)
{
	int64_t end = in->reports[w->kind].resets_at.ms;

	if (!reset_is_believed(in, w->kind) || end <= in->now.ms)
		return false;
	set_span(w, WINDOW_REPORTED, min(end - lengths[w->kind], in->now.ms), end);
	return true;
}

static int64_t floor_to_hour(int64_t ms)
{
	return ms - (ms % HOUR_MS + HOUR_MS) % HOUR_MS;
}

/* From event to event: one that is not in a window opens the next.  `closed` is when
 * the last known window ended, or was reset. */
static void span_five_hour(struct window_state *w, const struct window_input *in)
{
	int64_t closed = last_reset(in, WINDOW_FIVE_HOUR), start = closed, end = closed;

	if (reset_is_believed(in, WINDOW_FIVE_HOUR))
		start = end = closed = max(closed, in->reports[WINDOW_FIVE_HOUR].resets_at.ms);
	for (size_t i = 0; i < in->count; i++) {
		int64_t time;

		if (in->events[i].kind == ENTRY_CONTEXT_READING ||
			!seen_at(&time, in->events[i].time, in->now) || time < end)
			continue;
		start = max(floor_to_hour(time), end);
		end = start + WINDOW_FIVE_HOURS_MS;
	}
	if (end > in->now.ms)
		set_span(w, WINDOW_FIRST_EVENT, start, end);
	else
		set_span(w, WINDOW_NOT_OPEN, in->now.ms, in->now.ms + WINDOW_FIVE_HOURS_MS);
}

static void span_continued(struct window_state *w, const struct window_input *in)
{
	int64_t reset = in->reports[WINDOW_WEEKLY].resets_at.ms;
	int64_t start = reset + (in->now.ms - reset) / WINDOW_WEEK_MS * WINDOW_WEEK_MS;

	set_span(w, WINDOW_CONTINUED, start, start + WINDOW_WEEK_MS);
}

static void span_calendar(struct window_state *w, const struct window_input *in)
{
	struct week_begin week = in->plan ? in->plan->week : (struct week_begin){ 0 };
	struct day day = instant_local_day(in->now), next;

	day.number -= (day_weekday(day) - week.weekday + 7) % 7;
	if (day_moment(day, week.minute).ms > in->now.ms)
		day.number -= 7;
	next.number = day.number + 7;
	set_span(w, WINDOW_CALENDAR, day_moment(day, week.minute).ms,
		day_moment(next, week.minute).ms);
}

static void find_span(struct window_state *w, const struct window_input *in)
{
	if (!span_reported(w, in)) {
		if (w->kind == WINDOW_FIVE_HOUR)
			span_five_hour(w, in);
		else if (reset_is_believed(in, WINDOW_WEEKLY))
			span_continued(w, in);
		else
			span_calendar(w, in);
	}
	w->counted_from.ms = max(w->start.ms, last_reset(in, w->kind));
}

/* --- counting ---------------------------------------------------------------------- */

/* Counts that overflow are lies, and stay at the top. */
static void add(int64_t *sum, int64_t count)
{
	if (__builtin_add_overflow(*sum, count, sum))
		*sum = INT64_MAX;
}

_Static_assert(USAGE_KINDS == 6, "add_usage() names every kind");

/* Kind by kind and not by usage_get(): a hundred thousand events go through here. */
static void add_usage(struct window_used *sum, const struct window_event *e)
{
	const struct usage *u = &e->usage;
	int64_t budget = u->input, tokens;

	add(&budget, u->output);
	add(&budget, u->unsplit);
	tokens = budget;
	add(&tokens, u->cache_read);
	add(&tokens, u->cache_write_5m);
	add(&tokens, u->cache_write_1h);
	add(&sum->usage.input, u->input);
	add(&sum->usage.output, u->output);
	add(&sum->usage.unsplit, u->unsplit);
	add(&sum->usage.cache_read, u->cache_read);
	add(&sum->usage.cache_write_5m, u->cache_write_5m);
	add(&sum->usage.cache_write_1h, u->cache_write_1h);
	add(&sum->tokens, tokens);
	add(&sum->budget_tokens, budget);
	if (e->kind == ENTRY_MANUAL)
		add(&sum->manual_tokens, tokens);
	if (e->kind == ENTRY_ESTIMATED)
		add(&sum->estimated_tokens, tokens);
	if (e->kind == ENTRY_AUXILIARY)
		add(&sum->auxiliary_tokens, tokens);
}

static void add_event(struct window_used *sum, const struct window_event *e)
{
	add_usage(sum, e);
	add(&sum->events, 1);
	add(&sum->requests, e->requests);
	add(&sum->messages, e->messages);
}

static void count_events(struct windows *out, const struct window_input *in)
{
	for (size_t i = 0; i < in->count; i++) {
		const struct window_event *e = &in->events[i];
		int64_t time;

		if (e->kind == ENTRY_CONTEXT_READING)
			continue;
		if (!seen_at(&time, e->time, in->now)) {
			out->ahead++;
			continue;
		}
		for (int kind = 0; kind < WINDOW_KINDS; kind++)
			if (time >= out->of[kind].counted_from.ms)
				add_event(&out->of[kind].used, e);
	}
}

/* --- by server ------------------------------------------------------------------------ */

struct server {
	struct window_server server;
	UT_hash_handle hh;
};

static struct window_server *server_at(struct server **map, const char *name)
{
	struct server *found;

	HASH_FIND_STR(*map, name, found);
	if (found)
		return &found->server;
	found = xcalloc(1, sizeof *found);
	found->server.name = name;
	HASH_ADD_KEYPTR(hh, *map, name, strlen(name), found);
	return &found->server;
}

static int compare_servers(const void *a, const void *b)
{
	const struct window_server *x = a, *y = b;

	if (x->used.tokens != y->used.tokens)
		return x->used.tokens > y->used.tokens ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void take_servers(struct window_servers *out, struct server *map)
{
	struct server *s, *next;

	*out = (struct window_servers){ .items = xcalloc(HASH_COUNT(map) + 1, sizeof *out->items) };
	HASH_ITER (hh, map, s, next) {
		out->items[out->count++] = s->server;
		HASH_DEL(map, s);
		free(s);
	}
	qsort(out->items, out->count, sizeof *out->items, compare_servers);
}

void window_by_server(
	struct window_servers *out, const struct window_input *in, const struct window_state *w)
{
	struct server *map = NULL;

	for (size_t i = 0; i < in->count; i++) {
		const struct window_event *e = &in->events[i];
		struct window_server *server;
		int64_t time;

		if (e->kind == ENTRY_CONTEXT_READING || !seen_at(&time, e->time, in->now) ||
			time < w->counted_from.ms)
			continue;
		server = server_at(&map, e->server ? e->server : "");
		add_event(&server->used, e);
		server->last.ms = time;
	}
	take_servers(out, map);
}

void window_servers_release(struct window_servers *servers)
{
	free(servers->items);
	*servers = (struct window_servers){ 0 };
}

/* --- limits -------------------------------------------------------------------------- */

static int64_t permille(int64_t used, int64_t limit)
{
	__int128 share = (__int128)used * 1000 / limit;

	return share > INT64_MAX ? INT64_MAX : (int64_t)share;
}

static struct limit_use use_of(enum limit_source source, int64_t used, int64_t limit)
{
	return (struct limit_use){
		.source = source,
		.used = used,
		.limit = limit,
		.remaining = limit - used,
		.permille = permille(used, limit),
	};
}

/* Clients repeat a report after its window has ended.  One without a reset counts as
 * long as the window in which it was made. */
static bool report_holds(const struct window_state *w, const struct window_input *in)
{
	const struct window_report *r = &in->reports[w->kind];

	if (!r->known || w->origin == WINDOW_REPORTED)
		return r->known;
	if (reset_is_believed(in, w->kind))
		return false;
	if (w->origin == WINDOW_NOT_OPEN)
		return in->now.ms - r->reported_at.ms <= WINDOW_FRESH_MS;
	return r->reported_at.ms >= w->start.ms;
}

static void set_reported(struct window_state *w, const struct window_input *in)
{
	const struct window_report *r = &in->reports[w->kind];

	if (!report_holds(w, in))
		return;
	w->reported = use_of(LIMIT_REPORTED, max(r->used_permille, 0), 1000);
	w->reported.stale = in->now.ms - r->reported_at.ms > WINDOW_FRESH_MS;
	w->reported_at = r->reported_at;
}

/* The reported share of the plan's figure, rounded so that something remains unless
 * all of it is reported as gone. */
static int64_t share_of(const struct limit_use *reported, int64_t limit)
{
	__int128 used = (__int128)limit * reported->used / 1000;

	return used > INT64_MAX ? INT64_MAX : (int64_t)used;
}

static void set_limits(struct window_state *w, const struct window_input *in)
{
	const int64_t used[] = { w->used.budget_tokens, w->used.messages };
	bool reported;

	set_reported(w, in);
	reported = w->reported.source == LIMIT_REPORTED;
	for (int unit = 0; in->plan && unit < LIMIT_UNITS; unit++) {
		const struct plan_limit *limit = &in->plan->limits[w->kind][unit];

		if (limit->source == LIMIT_NONE || limit->amount <= 0)
			continue;
		w->limits[unit] = use_of(reported ? LIMIT_REPORTED : limit->source,
			reported ? share_of(&w->reported, limit->amount) : used[unit],
			limit->amount);
		w->limits[unit].stale = reported && w->reported.stale;
	}
}

void windows_read(struct windows *out, const struct window_input *in)
{
	*out = (struct windows){ .now = in->now };
	for (int kind = 0; kind < WINDOW_KINDS; kind++) {
		out->of[kind].kind = (enum window_kind)kind;
		find_span(&out->of[kind], in);
	}
	count_events(out, in);
	for (int kind = 0; kind < WINDOW_KINDS; kind++)
		set_limits(&out->of[kind], in);
}

struct instant windows_since(const struct window_input *in)
{
	struct window_state week = { .kind = WINDOW_WEEKLY };

	find_span(&week, in);
	return (struct instant){ week.start.ms - DAY_MS };
}

static int compare(const void *a, const void *b)
{
	const struct window_event *x = a, *y = b;

	return (x->time.ms > y->time.ms) - (x->time.ms < y->time.ms);
}

void windows_sort(struct window_event *events, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (events[i].time.ms < events[i - 1].time.ms) {
			qsort(events, count, sizeof *events, compare);
			return;
		}
}

/* --- choosing ---------------------------------------------------------------------------- */

bool limit_use_over(const struct limit_use *use, int percent)
{
	return use->source != LIMIT_NONE &&
	       (__int128)use->used * 100 > (__int128)use->limit * percent;
}

bool limit_use_tighter(const struct limit_use *a, const struct limit_use *b)
{
	if (a->source == LIMIT_NONE || b->source == LIMIT_NONE)
		return a->source != LIMIT_NONE;
	return (__int128)a->used * b->limit > (__int128)b->used * a->limit;
}

const struct limit_use *window_limit(const struct window_state *w, enum limit_unit unit)
{
	return w->limits[unit].source != LIMIT_NONE ? &w->limits[unit] : &w->reported;
}

const struct limit_use *window_share(const struct window_state *w, enum limit_unit unit)
{
	return w->reported.source != LIMIT_NONE ? &w->reported : &w->limits[unit];
}

const struct limit_use *window_worst(const struct window_state *w)
{
	const struct limit_use *tokens = window_share(w, LIMIT_TOKENS);
	const struct limit_use *messages = window_share(w, LIMIT_MESSAGES);

	return limit_use_tighter(messages, tokens) ? messages : tokens;
}

static bool competes(const struct windows *w, enum window_kind kind, enum limit_unit unit)
{
	enum limit_source source = window_share(&w->of[kind], unit)->source;

	if (source == LIMIT_ASSUMED)
		return w->of[!kind].reported.source == LIMIT_NONE;
	return source != LIMIT_NONE;
}

const struct window_state *windows_tightest(const struct windows *w, enum limit_unit unit)
{
	const struct window_state *five_hour = &w->of[WINDOW_FIVE_HOUR],
				  *week = &w->of[WINDOW_WEEKLY];

	if (!competes(w, WINDOW_WEEKLY, unit))
		return competes(w, WINDOW_FIVE_HOUR, unit) ? five_hour : NULL;
	if (!competes(w, WINDOW_FIVE_HOUR, unit))
		return week;
	return limit_use_tighter(window_share(week, unit), window_share(five_hour, unit))
		       ? week
		       : five_hour;
}
