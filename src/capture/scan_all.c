/* SPDX-License-Identifier: MIT */
#include "capture/scan_all.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"

enum {
	THREADS_MAX = 8,
	WORTH_THREADS = 32 * 1024 * 1024, /* bytes */
	TICK_MS = 100,
};

void scan_result_release(struct scan_result *result)
{
	response_set_free(result->responses);
	free(result->cost_states);
	free(result->worktrees);
	arena_release(&result->arena);
	*result = (struct scan_result){ 0 };
}

/* --- collecting ---------------------------------------------------------------- */

static const char *keep(struct arena *arena, const char *text)
{
	return text ? arena_strdup(arena, text) : NULL;
}

static void add_cost_state(struct scan_result *to, const struct cost_state *c)
{
	struct model_total *models =
		arena_alloc(&to->arena, (c->count ? c->count : 1) * sizeof *models);
	struct cost_state *kept;

	to->cost_states =
		xreallocarray(to->cost_states, to->cost_state_count + 1, sizeof *to->cost_states);
	kept = &to->cost_states[to->cost_state_count++];
	*kept = *c;
	kept->session = keep(&to->arena, c->session);
	kept->models = models;
	for (size_t i = 0; i < c->count; i++) {
		models[i] = c->models[i];
		models[i].model = keep(&to->arena, c->models[i].model);
	}
}

static void add_worktree(struct scan_result *to, const struct worktree_record *w)
{
	to->worktrees = xreallocarray(to->worktrees, to->worktree_count + 1, sizeof *to->worktrees);
	to->worktrees[to->worktree_count++] = (struct worktree_record){ keep(&to->arena, w->path),
		keep(&to->arena, w->branch), keep(&to->arena, w->original_cwd) };
}

/* --- the work -------------------------------------------------------------------- */

struct work {
	struct scan_job **jobs; /* largest first */
	size_t count;
	atomic_size_t next;
	atomic_llong *bytes_done;
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t ended;
	int running;
};

struct worker {
	struct work *work;
	struct scan_result result;
	pthread_t thread;
};

static void take_response(void *ctx, const struct response *r, const char *holder)
{
	struct worker *worker = ctx;

	response_set_add(worker->result.responses, r, holder);
}

static void take_cost_state(void *ctx, const struct cost_state *c)
{
	struct worker *worker = ctx;

	add_cost_state(&worker->result, c);
}

static void take_worktree(void *ctx, const struct worktree_record *w)
{
	struct worker *worker = ctx;

	add_worktree(&worker->result, w);
}

static void count_bytes(void *ctx, int64_t bytes)
{
	struct worker *worker = ctx;

	if (worker->work->bytes_done)
		(void)atomic_fetch_add(worker->work->bytes_done, bytes);
}

/* The whole file counts as done in the end, with what was read before this run. */
static void scan_one(struct worker *worker, struct scan_job *job)
{
	const struct transcript_sink sink = {
		.ctx = worker,
		.response = take_response,
		.cost_state = take_cost_state,
		.worktree = take_worktree,
		.progress = count_bytes,
	};

	job->code = transcript_scan(
		job->path, &job->position, &job->rewritten, &sink, &job->stats, &job->error);
	count_bytes(worker, job->size - job->stats.bytes);
}

static void add_running(struct work *work, int change)
{
	(void)pthread_mutex_lock(&work->lock);
	work->running += change;
	(void)pthread_cond_signal(&work->ended);
	(void)pthread_mutex_unlock(&work->lock);
}

static void *run_worker(void *arg)
{
	struct worker *worker = arg;
	struct work *work = worker->work;
	size_t i;

	while ((i = atomic_fetch_add(&work->next, 1)) < work->count)
		scan_one(worker, work->jobs[i]);
	add_running(work, -1);
	return NULL;
}

/* What is left to read: a hook comes again and again for the end of a large file. */
static int64_t left(const struct scan_job *job)
{
	return job->size > job->position.offset ? job->size - job->position.offset : 0;
}

static int larger_first(const void *a, const void *b)
{
	const struct scan_job *const *x = a, *const *y = b;

	if (left(*x) != left(*y))
		return left(*x) < left(*y) ? 1 : -1;
	return strcmp((*x)->path, (*y)->path);
}

/* 0: too little to share out. */
static int choose_threads(const struct scan_job *jobs, size_t count, int wanted)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	int64_t bytes = 0;

	for (size_t i = 0; i < count; i++)
		bytes += left(&jobs[i]);
	if (bytes < WORTH_THREADS)
		return 0;
	if (wanted <= 0)
		wanted = cores > 1 ? (int)cores : 1;
	return wanted < THREADS_MAX ? wanted : THREADS_MAX;
}

/* In a tenth of a second, by the clock of pthread_cond_timedwait. */
static struct timespec next_tick(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	t.tv_nsec += TICK_MS * 1000000L;
	t.tv_sec += t.tv_nsec / 1000000000L;
	t.tv_nsec %= 1000000000L;
	return t;
}

static void wait_ticking(struct work *work, void (*tick)(void *ctx), void *tick_ctx)
{
	(void)pthread_mutex_lock(&work->lock);
	while (work->running > 0) {
		struct timespec until = next_tick();

		if (pthread_cond_timedwait(&work->ended, &work->lock, &until) == 0)
			continue;
		(void)pthread_mutex_unlock(&work->lock);
		tick(tick_ctx);
		(void)pthread_mutex_lock(&work->lock);
	}
	(void)pthread_mutex_unlock(&work->lock);
}

/* How many of them run; fewer, down to none, where there can be no more threads. */
static size_t start(struct worker *workers, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct work *work = workers[i].work;

		add_running(work, 1);
		if (pthread_create(&workers[i].thread, NULL, run_worker, &workers[i]) == 0)
			continue;
		add_running(work, -1);
		return i;
	}
	return n;
}

/* --- joining what the workers found ------------------------------------------------ */

static void join(struct scan_result *out, struct scan_result *from)
{
	response_set_join(out->responses, from->responses);
	for (size_t i = 0; i < from->cost_state_count; i++)
		add_cost_state(out, &from->cost_states[i]);
	for (size_t i = 0; i < from->worktree_count; i++)
		add_worktree(out, &from->worktrees[i]);
	scan_result_release(from);
}

/* The calling thread waits and ticks when there is something to show, and works
 * otherwise. */
static void run(struct work *work, struct worker *workers, size_t n, void (*tick)(void *ctx),
	void *tick_ctx)
{
	size_t own = tick && n > 0 ? 0 : 1, started = n > own ? start(workers + own, n - own) : 0;

	if (own || started == 0) {
		add_running(work, 1);
		(void)run_worker(&workers[0]);
	} else {
		wait_ticking(work, tick, tick_ctx);
	}
	for (size_t i = 0; i < started; i++)
		(void)pthread_join(workers[own + i].thread, NULL);
}

void scan_all(struct scan_result *out, struct scan_job *jobs, size_t count, int threads,
	atomic_llong *bytes_done, void (*tick)(void *ctx), void *tick_ctx)
{
	struct worker workers[THREADS_MAX];
	struct work work = {
		.count = count,
		.bytes_done = bytes_done,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.ended = PTHREAD_COND_INITIALIZER,
	};
	size_t n = (size_t)choose_threads(jobs, count, threads), sets = n ? n : 1;

	work.jobs = xcalloc(count + 1, sizeof(struct scan_job *));
	for (size_t i = 0; i < count; i++)
		work.jobs[i] = &jobs[i];
	qsort(work.jobs, count, sizeof(struct scan_job *), larger_first);
	for (size_t i = 0; i < sets; i++)
		workers[i] = (struct worker){ .work = &work,
			.result = { .responses = response_set_new() } };
	run(&work, workers, n, tick, tick_ctx);
	*out = workers[0].result;
	for (size_t i = 1; i < sets; i++)
		join(out, &workers[i].result);
	free(work.jobs);
}
