/* SPDX-License-Identifier: MIT */
#include "model/earlier_usage.h"

#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/cleanup.h"
#include "base/mem.h"

static const char *const tracker_names[] = {
	[EARLIER_CYCLE_TRACKER] = "cycle",
	[EARLIER_WINDOW_TRACKER] = "window",
	[EARLIER_SESSION_TRACKER] = "session",
};

static const char *const what_names[] = {
	[EARLIER_EVENT] = "event",
	[EARLIER_ECHO] = "echo",
	[EARLIER_REQUEST] = "request",
	[EARLIER_WINDOW] = "window",
	[EARLIER_SESSION] = "session",
	[EARLIER_SESSION_PART] = "part",
};

void earlier_usage_id(char id[static ENTRY_ID_TEXT], const struct earlier_usage *u)
{
	const char *const parts[] = { "earlier-usage", tracker_names[u->tracker],
		what_names[u->what], u->key, NULL };

	entry_derived_id(id, parts);
}

const char *earlier_reason_text(enum earlier_reason reason)
{
	static const char *const texts[] = {
		[EARLIER_COUNTS] = "counted",
		[EARLIER_REPEATED] = "in another file too",
		[EARLIER_LOGGED] = "told by other files",
		[EARLIER_EXCEEDED] = "another file says more of the same",
		[EARLIER_KNOWN] = "known from transcripts",
		[EARLIER_ORPHANED] = "a part of no session",
	};

	return texts[reason];
}

/* --- the state of the work -------------------------------------------- */

struct settlement {
	struct earlier_verdict *out;
	const struct earlier_usage *items;
	size_t count;
	size_t *order; /* items by time */
};

static int64_t total_of(const struct usage *u)
{
	int64_t total;

	return usage_total(&total, u) ? total : INT64_MAX;
}

static void count_whole(struct settlement *s, size_t i)
{
	s->out[i] = (struct earlier_verdict){
		.reason = EARLIER_COUNTS,
		.counted = s->items[i].usage,
		.requests = s->items[i].requests,
		.messages = s->items[i].messages,
	};
}

static void drop(struct settlement *s, size_t i, enum earlier_reason reason)
{
	s->out[i] = (struct earlier_verdict){ .reason = reason };
}

/* --- repetitions ------------------------------------------------------- */

struct seen_id {
	char id[ENTRY_ID_TEXT];
	size_t file; /* of the part of a session, else 0 */
};
struct seen {
	struct seen_id id;
	UT_hash_handle hh;
};

/* Logs grow and are copied: a line that was read before is the same line.  Parts are
 * compared within their file, and totals later, since they may have grown. */
static bool was_seen(struct seen **seen, const struct earlier_usage *u)
{
	struct seen_id id;
	struct seen *item;

	memset(&id, 0, sizeof id);
	earlier_usage_id(id.id, u);
	id.file = u->what == EARLIER_SESSION_PART ? u->file : 0;
	HASH_FIND(hh, *seen, &id, sizeof id, item);
	if (item)
		return true;
	item = xcalloc(1, sizeof *item);
	item->id = id;
	HASH_ADD(hh, *seen, id, sizeof item->id, item);
	return false;
}

static void drop_repeated(struct settlement *s)
{
	struct seen *seen = NULL, *item, *next;

	for (size_t i = 0; i < s->count; i++) {
		enum earlier_what what = s->items[i].what;

		if (what != EARLIER_WINDOW && what != EARLIER_SESSION &&
			was_seen(&seen, &s->items[i]))
			drop(s, i, EARLIER_REPEATED);
	}
	HASH_ITER (hh, seen, item, next) {
		HASH_DEL(seen, item);
		free(item);
	}
}

/* --- two logs about the same tokens ------------------------------------- */

static int by_time(const void *a, const void *b, void *items)
{
	const struct earlier_usage *one = (const struct earlier_usage *)items + *(const size_t *)a;
	const struct earlier_usage *two = (const struct earlier_usage *)items + *(const size_t *)b;

	if (one->time.ms != two->time.ms)
		return one->time.ms < two->time.ms ? -1 : 1;
	return strcmp(one->key, two->key); /* whatever the order of files */
}

static void sort_by_time(struct settlement *s)
{
	s->order = xcalloc(s->count + 1, sizeof *s->order);
	for (size_t i = 0; i < s->count; i++)
		s->order[i] = i;
	qsort_r(s->order, s->count, sizeof *s->order, by_time, (void *)s->items);
}

static bool is_echo_of(const struct earlier_usage *echo, const struct earlier_usage *event)
{
	return event->what == EARLIER_EVENT && event->tracker == echo->tracker &&
	       memcmp(&event->usage, &echo->usage, sizeof echo->usage) == 0;
}

/* Every event answers for one echo: the first that is near enough, by time. */
static void match_echo(struct settlement *s, size_t at, bool *answered)
{
	const struct earlier_usage *echo = &s->items[s->order[at]];
	size_t i = at;

	while (i > 0 && s->items[s->order[i - 1]].time.ms >= echo->time.ms - EARLIER_ECHO_MS)
		i--;
	for (; i < s->count; i++) {
		size_t event = s->order[i];

		if (s->items[event].time.ms > echo->time.ms + EARLIER_ECHO_MS)
			return;
		if (answered[event] || s->out[event].reason != EARLIER_COUNTS ||
			!is_echo_of(echo, &s->items[event]))
			continue;
		answered[event] = true;
		drop(s, s->order[at], EARLIER_LOGGED);
		return;
	}
}

static void match_echoes(struct settlement *s)
{
	_autofree_ bool *answered = xcalloc(s->count + 1, sizeof *answered);

	for (size_t i = 0; i < s->count; i++)
		if (s->items[s->order[i]].what == EARLIER_ECHO &&
			s->out[s->order[i]].reason == EARLIER_COUNTS)
			match_echo(s, i, answered);
}

/* --- windows ------------------------------------------------------------ */

static bool same_window(const struct earlier_usage *a, const struct earlier_usage *b)
{
	return a->tracker == b->tracker && strcmp(a->key, b->key) == 0;
}

/* Of several totals of one window the greatest stays, of equal ones the first. */
static void keep_greatest_windows(struct settlement *s, const size_t *windows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++) {
			const struct earlier_usage *a = &s->items[windows[i]];
			const struct earlier_usage *b = &s->items[windows[j]];
			int64_t mine = total_of(&a->usage), other = total_of(&b->usage);

			if (i == j || !same_window(a, b) || mine > other ||
				(mine == other && i < j))
				continue;
			drop(s, windows[i], mine == other ? EARLIER_REPEATED : EARLIER_EXCEEDED);
		}
}

/* Shorter windows first; what comes before a window last. */
static int by_length(const void *a, const void *b, void *items)
{
	const struct earlier_usage *one = (const struct earlier_usage *)items + *(const size_t *)a;
	const struct earlier_usage *two = (const struct earlier_usage *)items + *(const size_t *)b;
	int64_t x = one->until.ms - one->from.ms, y = two->until.ms - two->from.ms;

	if (x != y)
		return x < y ? -1 : 1;
	if (one->from.ms != two->from.ms)
		return one->from.ms < two->from.ms ? -1 : 1;
	return *(const size_t *)a < *(const size_t *)b ? -1 : 1;
}

/* What of the window is told by others so far. */
static struct earlier_verdict sum_told(const struct settlement *s, size_t window, const bool *ready)
{
	const struct earlier_usage *w = &s->items[window];
	struct earlier_verdict told = { 0 };

	for (size_t i = 0; i < s->count; i++) {
		const struct earlier_usage *u = &s->items[i];

		if (i == window || !ready[i] || u->tracker != w->tracker ||
			u->time.ms < w->from.ms || u->time.ms >= w->until.ms)
			continue;
		if (!usage_add(&told.counted, &s->out[i].counted))
			continue;
		told.requests += s->out[i].requests;
		told.messages += s->out[i].messages;
	}
	return told;
}

static int64_t above(int64_t total, int64_t told)
{
	return total > told ? total - told : 0;
}

/* The rest by kinds where these add up to it; else nobody knows its split. */
static struct usage rest_of(const struct usage *total, const struct usage *told)
{
	int64_t rest = above(total_of(total), total_of(told)), split = 0;
	struct usage out = { 0 };

	for (int kind = 0; kind < USAGE_KINDS; kind++) {
		int64_t part = above(usage_get(total, kind), usage_get(told, kind));

		usage_set(&out, kind, part);
		split += part;
	}
	if (split != rest)
		out = (struct usage){ .unsplit = rest };
	return out;
}

static void settle_window(struct settlement *s, size_t i, const bool *ready)
{
	const struct earlier_usage *w = &s->items[i];
	struct earlier_verdict told = sum_told(s, i, ready);
	struct usage rest = rest_of(&w->usage, &told.counted);

	if (total_of(&rest) == 0) {
		drop(s, i, EARLIER_LOGGED);
		return;
	}
	s->out[i] = (struct earlier_verdict){
		.reason = EARLIER_COUNTS,
		.counted = rest,
		.requests = above(w->requests, told.requests),
		.messages = above(w->messages, told.messages),
	};
}

static void settle_windows(struct settlement *s)
{
	_autofree_ size_t *windows = xcalloc(s->count + 1, sizeof *windows);
	_autofree_ bool *ready = xcalloc(s->count + 1, sizeof *ready);
	size_t count = 0;

	for (size_t i = 0; i < s->count; i++) {
		if (s->items[i].what == EARLIER_WINDOW)
			windows[count++] = i;
		ready[i] = s->items[i].what == EARLIER_EVENT || s->items[i].what == EARLIER_ECHO;
	}
	keep_greatest_windows(s, windows, count);
	qsort_r(windows, count, sizeof *windows, by_length, (void *)s->items);
	for (size_t i = 0; i < count; i++) {
		if (s->out[windows[i]].reason == EARLIER_COUNTS)
			settle_window(s, windows[i], ready);
		ready[windows[i]] = true;
	}
}

/* --- sessions ------------------------------------------------------------ */

/* The totals and parts of one session: items[at[0]] ... items[at[count - 1]]. */
struct group {
	struct settlement *s;
	const size_t *at;
	size_t count;
};

static bool is_part_of(const struct group *g, size_t n, const struct earlier_usage *session)
{
	const struct earlier_usage *part = &g->s->items[g->at[n]];

	return part->what == EARLIER_SESSION_PART && part->file == session->file &&
	       g->s->out[g->at[n]].reason != EARLIER_REPEATED;
}

/* The parts of a total that it holds: all of them, or, when they are more than it,
 * none. */
static struct usage sum_parts(const struct group *g, const struct earlier_usage *session)
{
	struct usage sum = { 0 };

	for (size_t n = 0; n < g->count; n++)
		if (is_part_of(g, n, session) && !usage_add(&sum, &g->s->items[g->at[n]].usage))
			return (struct usage){ 0 };
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		if (usage_get(&sum, kind) > usage_get(&session->usage, kind))
			return (struct usage){ 0 };
	return sum;
}

/* Is b the better source of the session?  More tokens, then more of them in parts. */
static bool is_better(const struct group *g, size_t b, size_t a)
{
	const struct earlier_usage *one = &g->s->items[a], *two = &g->s->items[b];
	int64_t mine = total_of(&one->usage), other = total_of(&two->usage);
	struct usage my_parts, other_parts;

	if (mine != other)
		return other > mine;
	my_parts = sum_parts(g, one);
	other_parts = sum_parts(g, two);
	if (total_of(&my_parts) != total_of(&other_parts))
		return total_of(&other_parts) > total_of(&my_parts);
	return b < a;
}

/* The best source; g->s->count when the session has no total at all. */
static size_t find_best(const struct group *g)
{
	size_t best = g->s->count;

	for (size_t n = 0; n < g->count; n++)
		if (g->s->items[g->at[n]].what == EARLIER_SESSION &&
			(best == g->s->count || is_better(g, g->at[n], best)))
			best = g->at[n];
	return best;
}

static void settle_parts(const struct group *g, const struct earlier_usage *session, bool count,
	enum earlier_reason reason)
{
	for (size_t n = 0; n < g->count; n++) {
		if (!is_part_of(g, n, session))
			continue;
		if (count)
			count_whole(g->s, g->at[n]);
		else
			drop(g->s, g->at[n], reason);
	}
}

static void count_session(const struct group *g, size_t best)
{
	const struct earlier_usage *session = &g->s->items[best];
	struct usage parts = sum_parts(g, session);
	struct usage rest = rest_of(&session->usage, &parts);
	bool has_parts = total_of(&parts) > 0;

	settle_parts(g, session, has_parts, EARLIER_EXCEEDED);
	if (has_parts && total_of(&rest) == 0)
		drop(g->s, best, EARLIER_LOGGED);
	else
		g->s->out[best].counted = rest;
}

/* The best source last: a file may hold a session twice, with the same parts. */
static void settle_session(const struct group *g)
{
	size_t best = find_best(g);
	const struct earlier_usage *chosen = best < g->s->count ? &g->s->items[best] : NULL;

	for (size_t n = 0; chosen && n < g->count; n++) {
		const struct earlier_usage *session = &g->s->items[g->at[n]];
		enum earlier_reason reason = EARLIER_EXCEEDED;

		if (session->what != EARLIER_SESSION || (session == chosen && !chosen->known))
			continue;
		if (chosen->known)
			reason = EARLIER_KNOWN;
		else if (total_of(&session->usage) == total_of(&chosen->usage))
			reason = EARLIER_REPEATED;
		settle_parts(g, session, false, reason);
		drop(g->s, g->at[n], reason);
	}
	if (chosen && !chosen->known)
		count_session(g, best);
}

static int by_session(const void *a, const void *b, void *items)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	const struct earlier_usage *all = items;
	int order = strcmp(all[x].session, all[y].session);

	return order ? order : (x > y) - (x < y);
}

static void settle_sessions(struct settlement *s)
{
	_autofree_ size_t *at = xcalloc(s->count + 1, sizeof *at);
	size_t count = 0, end;

	for (size_t i = 0; i < s->count; i++)
		if (s->items[i].what == EARLIER_SESSION || s->items[i].what == EARLIER_SESSION_PART)
			at[count++] = i;
	qsort_r(at, count, sizeof *at, by_session, (void *)s->items);
	for (size_t i = 0; i < count; i = end) {
		end = i + 1;
		while (end < count &&
			strcmp(s->items[at[i]].session, s->items[at[end]].session) == 0)
			end++;
		settle_session(&(struct group){ s, at + i, end - i });
	}
}

void earlier_settle(struct earlier_verdict *out, const struct earlier_usage *items, size_t count)
{
	struct settlement s = { .out = out, .items = items, .count = count };

	sort_by_time(&s);
	for (size_t i = 0; i < count; i++)
		if (items[i].what == EARLIER_SESSION_PART)
			drop(&s, i, EARLIER_ORPHANED);
		else
			count_whole(&s, i);
	drop_repeated(&s);
	match_echoes(&s);
	settle_windows(&s);
	settle_sessions(&s);
	free(s.order);
}
