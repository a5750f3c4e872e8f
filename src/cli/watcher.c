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
	SLOW_MS = 2000,
	REST_MS = 100,
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

void watcher_look(struct watcher *w, int64_t now)
{
	for (size_t i = 0; watch_sources[i].name; i++) {
		if (w->trees[i])
			look_at_tree(w, i);
		else if (watch_sources[i].poll && watch_sources[i].is_wanted(w->settings))
			watch_sources[i].poll(w, now);
	}
	w->looked_at = now;
	w->is_called = false;
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
	watcher_look(w, hook_clock_ms());
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

/* --- telling ----------------------------------------------------------------------------- */

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
	/* On a full disk what was told before is taken back: it is not so any more. */
	w->is_told = watch_status_write(&w->status, &ignored) == TT_OK;
	if (!w->is_told)
		watch_status_remove();
	for (size_t i = 0; i < WATCH_SOURCES_MAX; i++)
		strbuf_release(&where[i]);
}

/* --- the loop ---------------------------------------------------------------------------- */

static int64_t next_look(const struct watcher *w, int64_t now)
{
	return w->looked_at + watch_interval(&w->settings->pace, now - w->changed_at);
}

static nfds_t add_trees(const struct watcher *w, struct pollfd *fds)
{
	nfds_t count = 0;

	for (size_t i = 0; watch_sources[i].name; i++)
		if (w->trees[i] && watch_tree_fd(w->trees[i]) >= 0)
			fds[count++] = (struct pollfd){ .fd = watch_tree_fd(w->trees[i]),
				.events = POLLIN };
	return count;
}

/* Until something comes or is due.  While something is to be taken, and for a moment after
 * each look, what else comes waits with the kernel: a busy file wakes nobody. */
static void wait_for_something(struct watcher *w)
{
	struct pollfd fds[FDS] = { { .fd = signal_pipe[0], .events = POLLIN } };
	int64_t now = hook_clock_ms(), until = next_look(w, now), due = watcher_round_due(w);
	int64_t rested = w->looked_at + REST_MS;
	nfds_t count = 1;

	if (due < until)
		until = due;
	if (w->at_work)
		fds[count++] = (struct pollfd){ .fd = w->round.fd, .events = POLLIN };
	else if (!w->seen_at && now >= rested)
		count += add_trees(w, fds + 1);
	else if (!w->seen_at && rested < until)
		until = rested;
	if (poll(fds, count, until > now ? (int)(until - now) : 0) <= 0)
		return;
	if (w->at_work && fds[1].revents)
		watcher_finish_round(w);
	for (nfds_t i = 1; !w->at_work && i < count; i++)
		w->is_called |= fds[i].revents != 0;
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
		watcher_note_trouble(w, err);
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
		if (w->is_called || now >= next_look(w, now)) {
			if (keep_lock(w, err) != TT_OK)
				return err->code;
			watcher_look(w, now);
		}
		watcher_start_round_when_due(w, now);
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
		watcher_finish_round(w);
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
