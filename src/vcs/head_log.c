/* SPDX-License-Identifier: MIT */
#include "vcs/head_log.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"
#include "head_log_line.h"
#include "head_log_times.h"
#include "internal.h"

enum {
	LOG_MAX = 256 * 1024 * 1024,
	SHORT_ID = 7,
	ID_SIZE = 64 + 1,
	MS = 1000,
};

static const char heads[] = "refs/heads/";

/* Where HEAD is: on a branch, or detached; neither: that is not known. */
struct state {
	const char *branch;
	bool detached;
};

/* A line of the log, and where HEAD was from then on. */
struct event {
	struct state state;
	char id[SHORT_ID + 1]; /* the commit */
	bool is_switch;	       /* it was elsewhere just before */
	bool is_brief;	       /* known for this second only */
	bool is_odd;	       /* HEAD may have moved before this line, unsaid */
};

struct head_log {
	struct event *events; /* in the order of the file */
	int64_t *seconds;     /* theirs; ascending */
	size_t count, alloc;
	bool reaches_back;     /* begins with the first commit: it was that branch ever before */
	struct state head;     /* now; the branch that is rebased counts as HEAD's */
	char id[SHORT_ID + 1]; /* of HEAD now, when detached */
	struct arena arena;    /* of names */
};

void head_log_free(struct head_log *log)
{
	if (!log)
		return;
	free(log->events);
	free(log->seconds);
	arena_release(&log->arena);
	free(log);
}

void head_log_freep(struct head_log **log)
{
	head_log_free(*log);
}

static bool same_state(const struct state *a, const struct state *b)
{
	if (a->branch && b->branch)
		return strcmp(a->branch, b->branch) == 0;
	return !a->branch && !b->branch && a->detached == b->detached;
}

/* --- reading the log ------------------------------------------------------------------
 *
 * The lines between two moves of HEAD are a stretch.  A checkout tells where it
 * led ("to"), in the words of the user: they may name a branch, or a tag, or be
 * "feature" in `git switch --detach feature`.  The checkout that ends the stretch
 * tells where HEAD was ("from"), in git's own words: a branch, or an id.  So a
 * stretch is judged at its end; the last one by HEAD now.
 *
 * Where both ends name different branches, something was never logged (an orphan
 * branch, symbolic-ref), or its lines have been dropped (those of commits that
 * nothing reaches any more go after 30 days): then where HEAD was is not known,
 * but for lines beyond which nothing odd is seen.
 */
struct stretch {
	struct head_log *log;
	size_t start;
	const char *name;      /* where it leads, as far as was said; NULL nothing */
	bool is_branch;	       /* it is one, without doubt */
	size_t rebase;	       /* where a rebase began in it; NONE */
	char last_id[ID_SIZE]; /* the new id of the latest line */
};
static const size_t NONE = (size_t)-1;

static void fill(struct head_log *log, size_t from, size_t to, struct state state)
{
	for (size_t i = from; i < to; i++)
		log->events[i].state = state;
}

static struct state on_branch(const char *name)
{
	return (struct state){ .branch = name };
}

/* Could a branch have this name, and would one write it so? */
static bool is_plausible_branch(const char *name)
{
	return *name && strcmp(name, "HEAD") != 0 && !strpbrk(name, "~^:?*[\\ ") &&
	       !strstr(name, "@{") && !text_starts_with(name, "refs/") &&
	       !head_line_is_object_id(name);
}

static struct state believed(const struct stretch *s)
{
	if (!s->name)
		return (struct state){ 0 };
	if (s->is_branch || is_plausible_branch(s->name))
		return on_branch(s->name);
	return (struct state){ .detached = true };
}

static void begin(struct stretch *s, size_t start, const char *name, bool is_branch)
{
	s->start = start;
	s->name = name;
	s->is_branch = is_branch;
	s->rebase = NONE;
}

static bool is_odd_at(const struct head_log *log, size_t i)
{
	return i < log->count && log->events[i].is_odd;
}

/* The ends of the stretch do not agree: `first` and `last` are where HEAD may
 * have moved first and last. */
static void fill_doubtful(struct stretch *s, size_t end, struct state at_end)
{
	struct head_log *log = s->log;
	size_t first = s->start + 1, last = end;

	while (first < end && !is_odd_at(log, first))
		first++;
	while (last > first && !is_odd_at(log, last))
		last--;
	if (first == end && !is_odd_at(log, end))
		first = s->start + 1; /* nothing to go by */
	fill(log, s->start, first, believed(s));
	fill(log, first, last, (struct state){ 0 });
	fill(log, last, end, at_end);
	log->events[first - 1].is_brief = true;
}

/* The stretch ends before event `end`, in this state. */
static void close_stretch(struct stretch *s, size_t end, struct state at_end)
{
	struct state start = believed(s);

	if (s->start >= end)
		return;
	/* a rebase that was left alone: it was the branch's until then */
	if (s->rebase != NONE && at_end.detached)
		at_end = start;
	if (!s->name || same_state(&start, &at_end) || (at_end.detached && !s->is_branch))
		fill(s->log, s->start, end, at_end);
	else
		fill_doubtful(s, end, at_end);
}

/* It ends on the branch that a rebase, if one began in it, has been about:
 * `git rebase X B` makes B from anywhere. */
static void close_rebase(struct stretch *s, size_t end, const char *branch)
{
	bool same = !s->name || strcmp(s->name, branch) == 0;

	if (s->rebase == NONE) {
		fill(s->log, s->start, end, believed(s));
		return;
	}
	fill(s->log, s->start, s->rebase, same ? on_branch(branch) : believed(s));
	fill(s->log, s->rebase, end, on_branch(branch));
}

static void take_checkout(struct stretch *s, size_t here, const struct head_line *line)
{
	struct state from = { 0 };

	if (!line->from)
		from = believed(s);
	else if (head_line_is_object_id(line->from))
		from.detached = true;
	else if (strcmp(line->from, "(invalid)") != 0)
		from.branch = arena_strdup(&s->log->arena, line->from);
	/* left before its first commit: none of the lines was on it */
	if (line->from_nothing && here > s->start) {
		from = believed(s);
		s->log->events[here - 1].is_brief = true;
	}
	close_stretch(s, here, from);
	begin(s, here, arena_strdup(&s->log->arena, line->to), false);
	s->log->events[here].is_switch = !from.branch || strcmp(from.branch, line->to) != 0;
	if (!line->from)
		s->rebase = here;
}

/* git says it twice where HEAD's own branch is renamed. */
static void take_rename(struct stretch *s, size_t here, const struct head_line *line)
{
	if (s->is_branch && strcmp(s->name, line->to) == 0)
		return;
	close_stretch(s, here, on_branch(arena_strdup(&s->log->arena, line->from)));
	begin(s, here, arena_strdup(&s->log->arena, line->to), true);
}

static void take_line(struct stretch *s, size_t here, const struct head_line *line)
{
	switch (line->move) {
	case HEAD_STAYS:
		break;
	case HEAD_LEAVES:
		take_checkout(s, here, line);
		break;
	case HEAD_REBASES:
		if (s->rebase == NONE)
			s->rebase = here;
		break;
	case HEAD_RETURNS:
		close_rebase(s, here, arena_strdup(&s->log->arena, line->to));
		begin(s, here, arena_strdup(&s->log->arena, line->to), true);
		break;
	case HEAD_RENAMED:
		take_rename(s, here, line);
		break;
	}
}

static size_t add_event(struct stretch *s, const struct head_line *line)
{
	struct head_log *log = s->log;
	bool is_broken = *s->last_id && strcmp(s->last_id, line->old_id) != 0;
	bool is_strange = line->move == HEAD_STAYS && (line->from_nothing || !line->is_explained);
	struct event *event;

	if (log->count == log->alloc) {
		log->alloc = log->alloc ? 2 * log->alloc : 64;
		log->events = xreallocarray(log->events, log->alloc, sizeof *log->events);
		log->seconds = xreallocarray(log->seconds, log->alloc, sizeof *log->seconds);
	}
	event = &log->events[log->count];
	*event = (struct event){ .is_odd = is_broken || is_strange };
	memcpy(event->id, line->new_id, SHORT_ID);
	log->seconds[log->count] = line->seconds;
	(void)snprintf(s->last_id, sizeof s->last_id, "%s", line->new_id);
	return log->count++;
}

static void take_text(struct stretch *s, const char *text, size_t len)
{
	const char *newline;

	/* a line without its end is still being written */
	while (len && (newline = memchr(text, '\n', len))) {
		size_t n = (size_t)(newline - text);
		_autofree_ char *copy = xstrndup(text, n);
		struct head_line line;

		if (head_line_parse(&line, copy)) {
			size_t here = add_event(s, &line);

			s->log->reaches_back |= here == 0 && line.is_first;
			take_line(s, here, &line);
		}
		text = newline + 1;
		len -= n + 1;
	}
}

/* --- switches and times -------------------------------------------------------------------- */

static bool same_place(const struct event *a, const struct event *b)
{
	return same_state(&a->state, &b->state) &&
	       (!a->state.detached || strcmp(a->id, b->id) == 0);
}

static void find_switches(struct head_log *log)
{
	for (size_t i = 1; i < log->count; i++)
		log->events[i].is_switch = !same_place(&log->events[i - 1], &log->events[i]);
}

static bool has_switch(const struct head_log *log, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (log->events[i].is_switch)
			return true;
	return false;
}

/*
 * Times may run backwards (a clock that was set, GIT_COMMITTER_DATE): the order of
 * the lines is what happened.  Most lines are right: the longest row of them
 * whose times ascend is believed.  The others lie somewhere between their
 * neighbours of that row, and if HEAD moved there, where it was in between is
 * not known.
 */
static void straighten_times(struct head_log *log)
{
	_autofree_ bool *believed_times = times_ascending(log->seconds, log->count);
	size_t last = 0;

	for (size_t i = 0, end; i < log->count; i = end) {
		for (end = i; end < log->count && !believed_times[end]; end++)
			;
		if (end == i) {
			last = i;
			end = i + 1;
			continue;
		}
		if (i > 0 && has_switch(log, i, end))
			log->events[last].is_brief = true;
		if (end == log->count)
			log->events[end - 1].is_brief |= has_switch(log, i, end);
		for (size_t k = i; k < end; k++)
			log->seconds[k] = log->seconds[end < log->count ? end : last];
	}
}

/* --- HEAD now ------------------------------------------------------------------------------ */

static void take_head(struct head_log *log, const char *head)
{
	size_t len = strcspn(head, "\r\n");
	_autofree_ char *line = xstrndup(head, len);
	const char *ref;

	if (!text_starts_with(line, "ref:")) {
		log->head.detached = head_line_is_object_id(line);
		memcpy(log->id, line, len < SHORT_ID ? len : SHORT_ID);
		return;
	}
	ref = line + strlen("ref:");
	ref += strspn(ref, " \t");
	/* in a reftable repository this stands for those who look into the file */
	if (text_starts_with(ref, heads) && strcmp(ref, heads) != 0 &&
		strcmp(ref, "refs/heads/.invalid") != 0)
		log->head.branch = arena_strdup(&log->arena, ref + strlen(heads));
}

/* HEAD is detached while a branch is rebased, and will return to it. */
static bool take_rebase(struct head_log *log, const char *git_dir)
{
	static const char *const files[] = { "rebase-merge/head-name", "rebase-apply/head-name" };

	for (size_t i = 0; log->head.detached && i < sizeof files / sizeof *files; i++) {
		_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;

		if (vcs_first_line(&line, git_dir, files[i]) && text_starts_with(line.buf, heads))
			log->head = on_branch(arena_strdup(&log->arena, line.buf + strlen(heads)));
	}
	return log->head.branch != NULL;
}

/* --- the whole ------------------------------------------------------------------------------ */

static void build(struct head_log *log, const char *text, size_t len, bool is_rebasing)
{
	struct stretch s = { .log = log, .rebase = NONE };

	take_text(&s, text, len);
	if (is_rebasing && s.rebase != NONE)
		close_rebase(&s, log->count, log->head.branch);
	else if (log->head.branch || log->head.detached)
		close_stretch(&s, log->count, log->head);
	else
		close_stretch(&s, log->count, believed(&s));
	find_switches(log);
	straighten_times(log);
}

struct head_log *head_log_parse(const char *text, size_t len, const char *head)
{
	struct head_log *log = xcalloc(1, sizeof *log);

	take_head(log, head);
	build(log, text, len, false);
	return log;
}

struct head_log *head_log_load(const char *git_dir)
{
	struct head_log *log = xcalloc(1, sizeof *log);
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT, head = STRBUF_INIT;
	_autofree_ char *path = vcs_path_join(git_dir, "logs/HEAD");
	struct tt_error absent = TT_ERROR_INIT;
	bool is_rebasing;

	(void)fs_read(&text, AT_FDCWD, path, LOG_MAX, path, &absent);
	(void)vcs_first_line(&head, git_dir, "HEAD");
	take_head(log, head.buf);
	is_rebasing = log->head.detached && take_rebase(log, git_dir);
	build(log, text.buf, text.len, is_rebasing);
	return log;
}

/* --- answers --------------------------------------------------------------------------------- */

static bool add_place(struct strbuf *out, struct state state, const char *id)
{
	if (state.branch)
		strbuf_addstr(out, state.branch);
	else if (state.detached)
		strbuf_addf(out, "HEAD@%s", id);
	return state.branch || state.detached;
}

/* The number of events at or before that second. */
static size_t events_until(const struct head_log *log, int64_t seconds)
{
	size_t low = 0, high = log->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (log->seconds[middle] <= seconds)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static enum head_answer before_all(struct strbuf *out, const struct head_log *log)
{
	if (!log->reaches_back || !log->events[0].state.branch)
		return HEAD_UNKNOWN;
	strbuf_addstr(out, log->events[0].state.branch);
	return HEAD_CERTAIN;
}

enum head_answer head_log_branch(struct strbuf *out, const struct head_log *log, struct instant t)
{
	int64_t seconds = t.ms / MS;
	size_t n = events_until(log, seconds);
	const struct event *at;

	if (!log->count)
		return add_place(out, log->head, log->id) ? HEAD_UNLOGGED : HEAD_UNKNOWN;
	if (n == 0)
		return before_all(out, log);
	at = &log->events[n - 1];
	if ((at->is_brief && log->seconds[n - 1] != seconds) || !add_place(out, at->state, at->id))
		return HEAD_UNKNOWN;
	for (; n > 0 && log->seconds[n - 1] == seconds; n--)
		if (log->events[n - 1].is_switch)
			return HEAD_SWITCHING;
	return HEAD_CERTAIN;
}

bool vcs_location_branch(struct strbuf *out, const struct vcs_location *location)
{
	_cleanup_(head_log_freep) struct head_log *log = xcalloc(1, sizeof *log);
	_cleanup_(strbuf_release) struct strbuf head = STRBUF_INIT;

	if (!vcs_first_line(&head, location->git_dir.buf, "HEAD"))
		return false;
	take_head(log, head.buf);
	(void)take_rebase(log, location->git_dir.buf);
	return add_place(out, log->head, log->id);
}
