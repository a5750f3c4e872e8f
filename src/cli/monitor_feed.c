/* SPDX-License-Identifier: MIT */
#include "monitor_feed.h"

#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "watch_instance.h"

enum { ANSWER_WAIT_MS = 1000 };

static void on_file(void *ctx, const char *path)
{
	struct monitor_feed *f = ctx;

	f->looking_at->file(&f->seen, path);
}

static void on_lost(void *ctx)
{
	struct monitor_feed *f = ctx;

	f->looking_at->lost(&f->seen);
}

static void look(struct monitor_feed *f, int64_t now)
{
	const struct watch_sink sink = { .ctx = f, .file = on_file, .lost = on_lost };

	for (size_t i = 0; watch_sources[i].name; i++) {
		f->looking_at = &watch_sources[i];
		if (f->trees[i])
			watch_tree_look(f->trees[i], &sink);
	}
	if (!f->seen_at && !watch_seen_is_empty(&f->seen))
		f->seen_at = now;
}

void monitor_feed_open(struct monitor_feed *f, const struct context *ctx,
	void (*before_round)(void *arg), void *arg)
{
	*f = (struct monitor_feed){ .ctx = ctx,
		.before_round = before_round,
		.arg = arg,
		.settings = { .pace = WATCH_PACE_INIT },
		.round = DETACHED_INIT,
		.trouble = TT_ERROR_INIT };
	for (size_t i = 0; watch_sources[i].name; i++)
		if (watch_sources[i].open && watch_sources[i].is_wanted(&f->settings))
			f->trees[i] = watch_sources[i].open(&f->settings);
}

void monitor_feed_close(struct monitor_feed *f)
{
	for (size_t i = 0; i < WATCH_SOURCES_MAX; i++)
		watch_tree_free(f->trees[i]);
	if (f->at_work)
		(void)close(f->round.fd);
	watch_seen_clear(&f->seen);
	watch_seen_clear(&f->taken);
}

/* --- rounds ---------------------------------------------------------------------------- */

static void fail(struct monitor_feed *f, const struct tt_error *problem, int64_t now)
{
	f->trouble = *problem;
	f->retry_at = now + watch_retry_after(++f->failures);
	watch_seen_merge(&f->seen, &f->taken);
	if (!f->seen_at)
		f->seen_at = now;
}

static void start(struct monitor_feed *f, int64_t now)
{
	struct watch_job job = { .ctx = f->ctx, .seen = &f->taken, .cwd = "/", .who = "monitor" };

	watch_seen_merge(&f->taken, &f->seen);
	f->seen_at = 0;
	f->began_at = now;
	f->before_round(f->arg);
	f->at_work = detached_start(&f->round, watch_round, &job);
	if (!f->at_work) {
		struct tt_error problem = TT_ERROR_INIT;

		(void)tt_fail_errno(&problem, "cannot make a process");
		fail(f, &problem, now);
	}
}

/* What a watcher did not take before it ended is among all there is. */
static void start_unless_watched(struct monitor_feed *f, int64_t now)
{
	pid_t pid;

	if (watch_instance_find(&pid)) {
		f->is_left_to_watcher = true;
		f->seen_at = 0;
		watch_seen_clear(&f->seen);
		return;
	}
	if (f->is_left_to_watcher)
		watch_paths_add_all(&f->seen.transcripts);
	f->is_left_to_watcher = false;
	start(f, now);
}

static void finish(struct monitor_feed *f, int64_t now)
{
	_cleanup_(strbuf_release) struct strbuf answer = STRBUF_INIT;
	struct watch_outcome done = { .code = TT_EBUG };

	(void)detached_finish(&f->round, &answer, ANSWER_WAIT_MS);
	f->at_work = false;
	f->took = now - f->began_at;
	f->ended_at = now;
	if (answer.len >= sizeof done)
		memcpy(&done, answer.buf, sizeof done);
	else
		(void)tt_fail(&done.problem, TT_EBUG, "a round ended without an answer");
	if (done.code != TT_OK) {
		fail(f, &done.problem, now);
		return;
	}
	f->failures = 0;
	f->trouble = done.problem; /* of a file that is tried again when it changes */
	watch_seen_clear(&f->taken);
}

bool monitor_feed_step(struct monitor_feed *f, int64_t now)
{
	struct pollfd fd = { .fd = f->round.fd, .events = POLLIN };

	if (f->at_work) {
		if (poll(&fd, 1, 0) <= 0)
			return false;
		finish(f, now);
		return true;
	}
	look(f, now);
	if (now >= monitor_feed_due(f))
		start_unless_watched(f, now);
	return false;
}

/* --- waiting ------------------------------------------------------------------------------ */

bool monitor_feed_is_idle(const struct monitor_feed *f)
{
	return !f->at_work && (!f->seen_at || f->failures);
}

int64_t monitor_feed_due(const struct monitor_feed *f)
{
	int64_t due;

	if (f->at_work || !f->seen_at)
		return INT64_MAX;
	due = watch_round_due(f->seen_at, f->ended_at, f->took);
	return due > f->retry_at ? due : f->retry_at;
}

nfds_t monitor_feed_fds(const struct monitor_feed *f, struct pollfd fds[static MONITOR_FEED_FDS])
{
	nfds_t count = 0;

	if (f->at_work)
		fds[count++] = (struct pollfd){ .fd = f->round.fd, .events = POLLIN };
	for (size_t i = 0; !f->at_work && !f->seen_at && watch_sources[i].name; i++)
		if (f->trees[i] && watch_tree_fd(f->trees[i]) >= 0)
			fds[count++] = (struct pollfd){ .fd = watch_tree_fd(f->trees[i]),
				.events = POLLIN };
	return count;
}
