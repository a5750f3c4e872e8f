/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "hook_input.h"
#include "user_log.h"
#include "watcher.h"

enum { ANSWER_WAIT_MS = 1000 };

/* --- trouble ----------------------------------------------------------------------------- */

void watcher_note_trouble(struct watcher *w, const struct tt_error *problem)
{
	if (w->trouble.code == TT_OK)
		w->status.trouble_since = clock_now();
	if (strcmp(w->trouble.msg, problem->msg) != 0)
		user_log(USER_LOG_WARNING, "watch: %s", problem->msg);
	w->trouble = *problem;
	w->status.failures++;
}

static void note_no_trouble(struct watcher *w)
{
	if (w->trouble.code != TT_OK)
		user_log(USER_LOG_INFO, "watch: all is well again");
	w->trouble = (struct tt_error)TT_ERROR_INIT;
	w->status.failures = 0;
}

/* --- rounds ------------------------------------------------------------------------------ */

static void add_up(struct watcher *w, const struct watch_outcome *done)
{
	struct watch_status *s = &w->status;
	int64_t taken = done->responses + done->snapshots + done->requests + done->estimates;

	s->rounds++;
	s->responses += done->responses;
	s->transcripts += done->transcripts;
	s->answers += done->answers;
	s->snapshots += done->snapshots;
	s->requests += done->requests;
	s->estimates += done->estimates;
	w->clipboard = done->clipboard;
	w->clipboard_problem = done->clipboard_problem;
	if (taken)
		s->last = clock_now();
	if (w->settings->tells && taken)
		context_note(w->ctx,
			"%" PRId64 " new answers, from %" PRId64 " transcripts and %" PRId64
			" files",
			done->responses, done->transcripts, done->answers);
}

/* What could not be read may be half written: it is tried again, apart from the rest. */
static void keep_unreadable(struct watcher *w, const struct watch_outcome *done,
	const struct strbuf *answer, int64_t now)
{
	for (size_t at = sizeof *done; at < answer->len; at += strlen(answer->buf + at) + 1)
		watch_paths_add(&w->again.answers, answer->buf + at);
	if (done->transcripts_again)
		watch_paths_merge(&w->again.transcripts, &w->taken.transcripts);
	w->again.client_state |= done->client_state_again;
	w->again.requests |= done->requests_again;
	if (done->problem.code != TT_OK)
		watcher_note_trouble(w, &done->problem);
	if (done->problem.code != TT_OK || done->requests_again) {
		w->again_at = now + watch_retry_after(++w->again_failures);
	} else if (watch_seen_is_empty(&w->again)) {
		w->again_failures = 0;
		note_no_trouble(w);
	}
}

/* A look at the clipboard, and it was as before: not worth writing to the disk for. */
static bool is_nothing_new(const struct watcher *w, const struct watch_outcome *done)
{
	const struct watch_seen *taken = &w->taken;

	return watch_paths_is_empty(&taken->transcripts) && watch_paths_is_empty(&taken->answers) &&
	       !taken->client_state && !taken->requests && !done->estimates &&
	       done->clipboard_problem.code == w->clipboard_problem.code;
}

static void fail_round(struct watcher *w, const struct tt_error *problem, int64_t now)
{
	w->is_told = false;
	watch_seen_merge(&w->seen, &w->taken);
	watcher_note(w, false);
	watcher_note_trouble(w, problem);
	w->retry_at = now + watch_retry_after(++w->round_failures);
}

static void end_round(struct watcher *w, const struct strbuf *answer, int64_t now)
{
	struct watch_outcome done;

	w->took = 0;
	if (answer->len < sizeof done) {
		struct tt_error broken = TT_ERROR_INIT;

		(void)tt_fail(&broken, TT_EBUG, "a round ended without an answer");
		fail_round(w, &broken, now);
		return;
	}
	memcpy(&done, answer->buf, sizeof done);
	w->took = done.processor_ms;
	w->is_told &= is_nothing_new(w, &done);
	if (done.code != TT_OK) {
		fail_round(w, &done.problem, now);
		return;
	}
	w->round_failures = 0;
	add_up(w, &done);
	keep_unreadable(w, &done, answer, now);
	watch_seen_clear(&w->taken);
}

void watcher_finish_round(struct watcher *w)
{
	_cleanup_(strbuf_release) struct strbuf answer = STRBUF_INIT;
	int64_t now;

	(void)detached_finish(&w->round, &answer, ANSWER_WAIT_MS);
	w->at_work = false;
	now = hook_clock_ms();
	w->ended_at = now;
	end_round(w, &answer, now);
}

static void start_round(struct watcher *w, int64_t now)
{
	struct watch_job job = { .ctx = w->ctx,
		.seen = &w->taken,
		.dir = w->settings->dir,
		.cwd = w->settings->cwd,
		.clipboard = w->clipboard,
		.who = "watch" };

	watcher_look(w, now);
	watch_seen_merge(&w->taken, &w->seen);
	w->seen_at = 0;
	w->began_at = now;
	w->at_work = detached_start(&w->round, watch_round, &job);
	if (!w->at_work) {
		struct tt_error problem = TT_ERROR_INIT;

		(void)tt_fail_errno(&problem, "cannot make a process");
		fail_round(w, &problem, now);
	}
}

int64_t watcher_round_due(const struct watcher *w)
{
	int64_t due = INT64_MAX;

	if (w->at_work)
		return INT64_MAX;
	if (w->seen_at) {
		due = watch_round_due(w->seen_at, w->ended_at, w->took);
		due = due < w->retry_at ? w->retry_at : due;
	}
	if (!watch_seen_is_empty(&w->again) && w->again_at < due)
		due = w->again_at;
	return due;
}

void watcher_start_round_when_due(struct watcher *w, int64_t now)
{
	if (now < watcher_round_due(w))
		return;
	if (!watch_seen_is_empty(&w->again) && now >= w->again_at) {
		watch_seen_merge(&w->seen, &w->again);
		watcher_note(w, false);
	}
	if (now >= w->retry_at)
		start_round(w, now);
}
