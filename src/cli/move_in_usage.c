/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "move_in.h"

/* --- sessions that are known answer by answer ------------------------------------ */

static enum tt_code note_response(void *ctx, const struct usage_row *row, struct tt_error *err)
{
	(void)row, (void)err;
	*(bool *)ctx = true;
	return TT_OK;
}

/* The parts of a session follow its total: what was asked last is remembered. */
static enum tt_code mark_known(struct moving *m, struct usage_index *index, struct tt_error *err)
{
	const struct earlier_usage *last = NULL;

	for (size_t i = 0; i < m->usage_count; i++) {
		struct earlier_usage *u = &m->usages[i];
		struct usage_filter filter = { .session = u->session };

		if (!u->session)
			continue;
		if (last && strcmp(last->session, u->session) == 0)
			u->known = last->known;
		else if (usage_index_responses(index, &filter, note_response, &u->known, err) !=
			 TT_OK)
			return err->code;
		last = u;
	}
	return TT_OK;
}

/* --- what the index has ------------------------------------------------------------- */

/* An id of ours: what the index has under it, and which of the things counts. */
struct known_event {
	char id[ENTRY_ID_TEXT];
	bool is_stored, is_void;
	enum entry_kind kind;
	struct usage usage;
	int64_t requests, messages;
	bool is_wanted;
	size_t wanted; /* in usages */
	size_t any;    /* one of the things of this id */
	UT_hash_handle hh;
};

static void release_events(struct known_event **events)
{
	struct known_event *e, *next;

	HASH_ITER (hh, *events, e, next) {
		HASH_DEL(*events, e);
		free(e);
	}
}

/* What the index has of ours whose file and copy are gone: it still says what it said
 * of the tokens in a window. */
struct orphans {
	struct earlier_usage *items;
	size_t count;
};

static bool tracker_of(enum earlier_tracker *out, const char *source)
{
	static const struct {
		const char *source;
		enum earlier_tracker tracker;
	} sources[] = {
		{ "token_usage.json", EARLIER_CYCLE_TRACKER },
		{ "claude_usage.log", EARLIER_CYCLE_TRACKER },
		{ "token_monitor.log", EARLIER_CYCLE_TRACKER },
		{ "usage-tracking.json", EARLIER_WINDOW_TRACKER },
		{ "token-usage.log", EARLIER_WINDOW_TRACKER },
		{ "hook-tracking.log", EARLIER_WINDOW_TRACKER },
	};

	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
		if (strcmp(source, sources[i].source) == 0) {
			*out = sources[i].tracker;
			return true;
		}
	return false;
}

struct loading {
	struct known_event **events;
	struct orphans *orphans; /* NULL: not wanted */
	struct arena *arena;
};

static void note_orphan(struct loading *l, const struct usage_event *stored)
{
	struct earlier_usage u = { .what = EARLIER_EVENT,
		.time = stored->time,
		.usage = stored->usage,
		.requests = stored->requests,
		.messages = stored->messages };

	if (!l->orphans || stored->is_void || !tracker_of(&u.tracker, stored->source))
		return;
	u.key = arena_strdup(l->arena, stored->id);
	l->orphans->items =
		xreallocarray(l->orphans->items, l->orphans->count + 1, sizeof *l->orphans->items);
	l->orphans->items[l->orphans->count++] = u;
}

static enum tt_code note_stored(void *ctx, const struct usage_event *stored, struct tt_error *err)
{
	struct loading *l = ctx;
	struct known_event *e;

	(void)err;
	HASH_FIND_STR(*l->events, stored->id, e);
	if (!e) {
		note_orphan(l, stored);
		return TT_OK;
	}
	e->is_stored = true;
	e->is_void = stored->is_void;
	e->kind = stored->kind;
	e->usage = stored->usage;
	e->requests = stored->requests;
	e->messages = stored->messages;
	return TT_OK;
}

static struct known_event *event_at(struct known_event **events, const struct moving *m, size_t i)
{
	char id[ENTRY_ID_TEXT];
	struct known_event *e;

	earlier_usage_id(id, &m->usages[i]);
	HASH_FIND_STR(*events, id, e);
	if (e)
		return e;
	e = xcalloc(1, sizeof *e);
	memcpy(e->id, id, sizeof id);
	e->any = i;
	HASH_ADD_STR(*events, id, e);
	return e;
}

static enum tt_code load_events(struct known_event **events, struct orphans *orphans,
	struct moving *m, struct usage_index *index, struct tt_error *err)
{
	struct loading l = { events, orphans, &m->arena };

	for (size_t i = 0; i < m->usage_count; i++)
		(void)event_at(events, m, i);
	return usage_index_events(index, (struct instant){ 0 }, note_stored, &l, err);
}

static void note_wanted(struct known_event **events, const struct moving *m)
{
	for (size_t i = 0; i < m->usage_count; i++) {
		struct known_event *e;

		if (m->verdicts[i].reason != EARLIER_COUNTS)
			continue;
		e = event_at(events, m, i);
		if (!e->is_wanted)
			e->wanted = i;
		e->is_wanted = true;
	}
}

static bool is_stored_so(const struct known_event *e, const struct moving *m)
{
	const struct earlier_verdict *v = &m->verdicts[e->wanted];

	return e->is_stored && !e->is_void && e->kind == m->usages[e->wanted].kind &&
	       memcmp(&e->usage, &v->counted, sizeof v->counted) == 0 &&
	       e->requests == v->requests && e->messages == v->messages;
}

/* --- what is new ----------------------------------------------------------------------- */

static int64_t sum_of(const struct usage *u)
{
	int64_t total = 0;

	return usage_total(&total, u) ? total : 0;
}

static void note_fresh(struct move_file *file, const struct known_event *e, const struct moving *m)
{
	const struct usage *counted = &m->verdicts[e->wanted].counted;
	bool counted_before = e->is_stored && !e->is_void;
	int64_t tokens = sum_of(counted) - (counted_before ? sum_of(&e->usage) : 0);

	file->fresh++;
	file->tokens += tokens;
	file->unsplit += counted->unsplit - (counted_before ? e->usage.unsplit : 0);
	if (m->usages[e->wanted].kind == ENTRY_ESTIMATED)
		file->estimated += tokens;
}

static void note_outcome(struct moving *m, struct known_event *events)
{
	for (const struct known_event *e = events; e; e = e->hh.next) {
		struct move_file *file =
			&m->files[m->usages[e->is_wanted ? e->wanted : e->any].file];

		if (e->is_wanted && is_stored_so(e, m))
			file->there++;
		else if (e->is_wanted)
			note_fresh(file, e, m);
		else if (e->is_stored && !e->is_void)
			file->tokens -= sum_of(&e->usage);
	}
}

static void note_dropped(struct moving *m)
{
	for (size_t i = 0; i < m->usage_count; i++)
		if (m->verdicts[i].reason != EARLIER_COUNTS)
			move_skip(&m->files[m->usages[i].file],
				earlier_reason_text(m->verdicts[i].reason), 1);
}

/* The orphans stand behind the others for as long as it takes. */
static void settle_with(struct moving *m, const struct orphans *orphans)
{
	size_t count = m->usage_count + orphans->count;
	struct earlier_usage *all = xcalloc(count + 1, sizeof *all);

	if (m->usage_count)
		memcpy(all, m->usages, m->usage_count * sizeof *all);
	if (orphans->count)
		memcpy(all + m->usage_count, orphans->items, orphans->count * sizeof *all);
	m->verdicts = xcalloc(count + 1, sizeof *m->verdicts);
	earlier_settle(m->verdicts, all, count);
	free(all);
}

enum tt_code move_usage_settle(struct moving *m, struct usage_index *index, struct tt_error *err)
{
	_cleanup_(release_events) struct known_event *events = NULL;
	struct orphans orphans = { 0 };
	enum tt_code code = mark_known(m, index, err);

	if (code == TT_OK)
		code = load_events(&events, &orphans, m, index, err);
	if (code == TT_OK) {
		settle_with(m, &orphans);
		note_wanted(&events, m);
		note_outcome(m, events);
		note_dropped(m);
	}
	free(orphans.items);
	return code;
}

/* --- writing ------------------------------------------------------------------------------ */

static void add_note(struct strbuf *notes, const char *what, const char *value)
{
	if (value && *value)
		strbuf_addf(notes, "%s%s %s", notes->len ? "; " : "", what, value);
}

static enum tt_code put_usage(struct usage_index *index, const char *id,
	const struct earlier_usage *u, const struct earlier_verdict *v, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf notes = STRBUF_INIT;
	struct usage_event e = { .id = id,
		.time = u->time,
		.kind = u->kind,
		.usage = v->counted,
		.requests = v->requests,
		.messages = v->messages,
		.model = u->model,
		.source = u->source,
		.is_void = v->reason != EARLIER_COUNTS };

	add_note(&notes, "session", u->session);
	add_note(&notes, "project", u->project);
	add_note(&notes, "server", u->server);
	e.notes = notes.buf;
	return usage_index_put_event(index, &e, err);
}

enum tt_code move_usage_put(struct moving *m, struct usage_index *index, struct tt_error *err)
{
	_cleanup_(release_events) struct known_event *events = NULL;

	if (load_events(&events, NULL, m, index, err) != TT_OK)
		return err->code;
	note_wanted(&events, m);
	for (const struct known_event *e = events; e; e = e->hh.next) {
		size_t i = e->is_wanted ? e->wanted : e->any;

		if (e->is_wanted ? is_stored_so(e, m) : !e->is_stored || e->is_void)
			continue;
		if (put_usage(index, e->id, &m->usages[i], &m->verdicts[i], err) != TT_OK)
			return err->code;
	}
	return TT_OK;
}
