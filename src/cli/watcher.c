/* SPDX-License-Identifier: MIT */
#include "watcher.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/trace.h"
#include "hook_input.h"
#include "user_log.h"
#include "watch_instance.h"

enum {
	RESCAN_MS = 5 * 60 * 1000, /* what nothing told of is found by then */
	ANSWER_WAIT_MS = 1000,
	SLOW_MS = 2000,
	END_WAIT_MS = 5000, /* for a round, when the watcher is to end */
	FDS = WATCH_SOURCES_MAX + 2,
};

/* --- signals ------------------------------------------------------------------------------- */

/* A pipe to oneself: a signal that comes just before poll() ends it, too. */
static int signal_pipe[2] = { -1, -1 };

static void on_signal(int number)
{
	int before = errno;
	char byte = (char)number;

	if (write(signal_pipe[1], &byte, 1) < 0)
		errno = before; /* full: there are signals enough in it */
	errno = before;
}

static enum tt_code catch_signals(struct tt_error *err)
{
	const struct sigaction action = { .sa_handler = on_signal };

	if (pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) != 0)
		return tt_fail_errno(err, "cannot make a pipe");
	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGHUP, &action, NULL);
	return TT_OK;
}

/* --- the sources ----------------------------------------------------------------------------- */

void watcher_note(struct watcher *w, bool is_change)
{
	int64_t now = hook_clock_ms();

	if (!w->seen_at)
		w->seen_at = now;
	if (is_change)
		w->changed_at = now;
}

static void on_file(void *ctx, const char *path)
{
	struct watcher *w = ctx;

	w->looking_at->file(&w->seen, path);
	if (!watch_seen_is_empty(&w->seen))
		watcher_note(w, true);
}

static void on_lost(void *ctx)
{
	struct watcher *w = ctx;

	w->looking_at->lost(&w->seen);
	w->is_told = false;
	watcher_note(w, true);
}

static void look_at_tree(struct watcher *w, size_t i)
{
	const struct watch_sink sink = { .ctx = w, .file = on_file, .lost = on_lost };

	w->looking_at = &watch_sources[i];
	watch_tree_look(w->trees[i], &sink);
}

static void look(struct watcher *w, int64_t now)
{
	for (size_t i = 0; watch_sources[i].name; i++) {
		if (w->trees[i])
			look_at_tree(w, i);
		else if (watch_sources[i].poll && watch_sources[i].is_wanted(w->settings))
			watch_sources[i].poll(w, now);
	}
	w->looked_at = now;
}

static void close_sources(struct watcher *w)
{
	for (size_t i = 0; watch_sources[i].name; i++) {
		watch_tree_free(w->trees[i]);
		w->trees[i] = NULL;
	}
}

static void open_sources(struct watcher *w)
{
	close_sources(w);
	for (size_t i = 0; watch_sources[i].name; i++)
		if (watch_sources[i].open && watch_sources[i].is_wanted(w->settings))
			w->trees[i] = watch_sources[i].open(w->settings);
	w->client_stamp = 0;
	w->rescan_at = hook_clock_ms() + RESCAN_MS;
	look(w, hook_clock_ms());
}

/* Whatever was not told of: by a file system that does not tell, or while asleep. */
static void rescan(struct watcher *w, const char *why)
{
	trace("looking at everything: %s", why);
	for (size_t i = 0; watch_sources[i].name; i++) {
		if (!w->trees[i])
			continue;
		watch_tree_retry(w->trees[i]);
		watch_sources[i].lost(&w->seen);
	}
	watcher_note(w, false);
	w->rescan_at = hook_clock_ms() + RESCAN_MS;
}

static struct watch_clocks read_clocks(void)
{
	struct watch_clocks clocks = { .awake = hook_clock_ms() };
	struct timespec t;

#ifdef CLOCK_BOOTTIME
	(void)clock_gettime(CLOCK_BOOTTIME, &t);
#else
	(void)clock_gettime(CLOCK_REALTIME, &t);
#endif
	clocks.total = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
	return clocks;
}

static void notice_sleep(struct watcher *w, int64_t now)
{
	struct watch_clocks clocks = read_clocks();

	if (watch_has_slept(&w->clocks, &clocks))
		rescan(w, "the machine slept");
	else if (now >= w->rescan_at)
		rescan(w, "it is time to");
	w->clocks = clocks;
}

/* --- trouble -----------------------------------------------------------------------------------
 */

static void note_trouble(struct watcher *w, const struct tt_error *problem)
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

/* --- rounds ------------------------------------------------------------------------------------
 */

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
		note_trouble(w, &done->problem);
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
	note_trouble(w, problem);
	w->retry_at = now + watch_retry_after(++w->round_failures);
}

static void end_round(struct watcher *w, const struct strbuf *answer, int64_t now)
{
	struct watch_outcome done;

	if (answer->len < sizeof done) {
		struct tt_error broken = TT_ERROR_INIT;

		(void)tt_fail(&broken, TT_EBUG, "a round ended without an answer");
		fail_round(w, &broken, now);
		return;
	}
	memcpy(&done, answer->buf, sizeof done);
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

static void finish_round(struct watcher *w)
{
	_cleanup_(strbuf_release) struct strbuf answer = STRBUF_INIT;
	int64_t now;

	(void)detached_finish(&w->round, &answer, ANSWER_WAIT_MS);
	w->at_work = false;
	now = hook_clock_ms();
	w->took = now - w->began_at;
	w->ended_at = now;
	end_round(w, &answer, now);
}

static void start_round(struct watcher *w, int64_t now)
{
	struct watch_job job = { .ctx = w->ctx,
		.seen = &w->taken,
		.dir = w->settings->dir,
		.cwd = w->settings->cwd,
		.clipboard = w->clipboard };

	look(w, now);
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

/* When the next round may begin; INT64_MAX: nothing is to be taken. */
static int64_t round_due(const struct watcher *w)
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

static void start_round_when_due(struct watcher *w, int64_t now)
{
	if (now < round_due(w))
		return;
	if (!watch_seen_is_empty(&w->again) && now >= w->again_at) {
		watch_seen_merge(&w->seen, &w->again);
		watcher_note(w, false);
	}
	if (now >= w->retry_at)
		start_round(w, now);
}

/* --- telling -----------------------------------------------------------------------------------
 */

static void tell_of_source(struct watcher *w, size_t i, struct strbuf *where)
{
	struct watch_source_status *out = &w->status.sources[w->status.count++];
	const struct watch_tree *tree = w->trees[i];

	*out = (struct watch_source_status){ .name = watch_sources[i].name, .how = "polling" };
	if (tree) {
		watch_tree_add_places(where, tree);
		out->where = where->buf;
		out->how = watch_tree_fd(tree) >= 0 ? "inotify" : "polling";
		out->directories = (int64_t)watch_tree_directories(tree);
		out->trouble = watch_tree_refusal(tree);
		if (!watch_tree_is_there(tree))
			out->trouble = "not there yet";
	}
	if (watch_sources[i].describe)
		watch_sources[i].describe(out, w);
}

/* On a full disk it cannot be told, and is told with the next round. */
static void tell(struct watcher *w)
{
	struct strbuf where[WATCH_SOURCES_MAX];
	struct tt_error ignored = TT_ERROR_INIT;

	w->status.count = 0;
	for (size_t i = 0; i < WATCH_SOURCES_MAX; i++)
		where[i] = (struct strbuf)STRBUF_INIT;
	for (size_t i = 0; watch_sources[i].name; i++)
		if (watch_sources[i].is_wanted(w->settings))
			tell_of_source(w, i, &where[i]);
	w->status.at_work = w->at_work;
	w->status.trouble = w->trouble.code != TT_OK ? w->trouble.msg : NULL;
	w->status.updated = clock_now();
	(void)watch_status_write(&w->status, &ignored);
	w->is_told = true;
	for (size_t i = 0; i < WATCH_SOURCES_MAX; i++)
		strbuf_release(&where[i]);
}

/* --- the loop ------------------------------------------------------------------------------------
 */

static int64_t next_look(const struct watcher *w, int64_t now)
{
	return w->looked_at + watch_interval(&w->settings->pace, now - w->changed_at);
}

/* Until something comes or is due.  While something is to be taken, what else comes waits
 * with the kernel: a busy file wakes nobody. */
static void wait_for_something(struct watcher *w)
{
	struct pollfd fds[FDS] = { { .fd = signal_pipe[0], .events = POLLIN } };
	int64_t now = hook_clock_ms(), until = next_look(w, now), due = round_due(w);
	nfds_t count = 1;

	if (due < until)
		until = due;
	if (w->at_work)
		fds[count++] = (struct pollfd){ .fd = w->round.fd, .events = POLLIN };
	else if (!w->seen_at)
		for (size_t i = 0; watch_sources[i].name; i++)
			if (w->trees[i] && watch_tree_fd(w->trees[i]) >= 0)
				fds[count++] = (struct pollfd){ .fd = watch_tree_fd(w->trees[i]),
					.events = POLLIN };
	if (poll(fds, count, until > now ? (int)(until - now) : 0) <= 0)
		return;
	if (w->at_work && fds[1].revents)
		finish_round(w);
	else if (!w->at_work && count > 1)
		w->looked_at = 0; /* look at once */
}

/* Is the watcher to end? */
static bool take_signals(struct watcher *w)
{
	char number;
	bool is_end = false;

	while (read(signal_pipe[0], &number, 1) == 1) {
		is_end |= number != SIGHUP;
		if (number == SIGHUP)
			open_sources(w);
	}
	return is_end;
}

/* The state directory was removed: so was the lock, for whoever comes next. */
static enum tt_code keep_lock(struct watcher *w, struct tt_error *err)
{
	enum tt_code code;
	int lock = -1;

	if (watch_instance_is_current(w->lock))
		return TT_OK;
	code = watch_instance_take(&lock, 0, err);
	if (code == TT_EBUSY)
		return code;
	if (code != TT_OK) { /* it cannot be made now: later, perhaps */
		note_trouble(w, err);
		*err = (struct tt_error)TT_ERROR_INIT;
		return TT_OK;
	}
	(void)close(w->lock);
	w->lock = lock;
	w->is_told = false;
	return TT_OK;
}

/* A round that takes as long as it does the first time is told of. */
static bool is_slow(const struct watcher *w, int64_t now)
{
	return w->at_work && now - w->began_at >= SLOW_MS;
}

static enum tt_code loop(struct watcher *w, struct tt_error *err)
{
	while (!take_signals(w)) {
		int64_t now = hook_clock_ms();

		notice_sleep(w, now);
		if (now >= next_look(w, now)) {
			if (keep_lock(w, err) != TT_OK)
				return err->code;
			look(w, now);
		}
		start_round_when_due(w, now);
		if (!w->is_told || (is_slow(w, now) && !w->status.at_work))
			tell(w);
		wait_for_something(w);
	}
	return TT_OK;
}

/* What it was at is undone when it is not ready in time, and done the next time. */
static void end(struct watcher *w)
{
	struct pollfd fd = { .fd = w->round.fd, .events = POLLIN };

	if (w->at_work) {
		if (poll(&fd, 1, END_WAIT_MS) <= 0)
			(void)kill(w->round.pid, SIGTERM);
		finish_round(w);
	}
	watch_seen_clear(&w->seen);
	watch_seen_clear(&w->taken);
	watch_seen_clear(&w->again);
	close_sources(w);
}

enum tt_code watcher_run(const struct context *ctx, const struct watch_settings *settings,
	int *lock, void (*ready)(void *arg), void *arg, struct tt_error *err)
{
	struct watcher w = { .ctx = ctx,
		.settings = settings,
		.lock = *lock,
		.round = DETACHED_INIT,
		.trouble = TT_ERROR_INIT,
		.clocks = read_clocks(),
		.status = { .pid = getpid(), .since = clock_now(), .clients = -1 } };
	enum tt_code code;

	if (catch_signals(err) != TT_OK)
		return err->code;
	user_log(USER_LOG_INFO, "watch: process %jd begins", (intmax_t)getpid());
	open_sources(&w);
	tell(&w);
	if (ready)
		ready(arg);
	code = loop(&w, err);
	end(&w);
	user_log(USER_LOG_INFO, "watch: process %jd ends", (intmax_t)getpid());
	*lock = w.lock;
	return code;
}
