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

static void take_response(void *ctx, const struct response *r, const char *holder)
{
	struct scan_result *to = ctx;

	response_set_add(to->responses, r, holder);
}

static void take_cost_state(void *ctx, const struct cost_state *c)
{
	struct scan_result *to = ctx;
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

static void take_worktree(void *ctx, const struct worktree_record *w)
{
	struct scan_result *to = ctx;

	to->worktrees = xreallocarray(to->worktrees, to->worktree_count + 1, sizeof *to->worktrees);
	to->worktrees[to->worktree_count++] = (struct worktree_record){ keep(&to->arena, w->path),
		keep(&to->arena, w->branch), keep(&to->arena, w->original_cwd) };
}

/* --- the work -------------------------------------------------------------------- */

struct work {
	struct scan_job **jobs; /* largest first */
	size_t count;
	atomic_size_t next, finished;
	atomic_llong *bytes_done;
};

struct worker {
	struct work *work;
	struct scan_result result;
	pthread_t thread;
};

static void scan_one(struct work *work, struct scan_job *job, struct scan_result *result)
{
	const struct transcript_sink sink = {
		.ctx = result,
		.response = take_response,
		.cost_state = take_cost_state,
		.worktree = take_worktree,
	};

	job->code = transcript_scan(
		job->path, &job->position, &job->rewritten, &sink, &job->stats, &job->error);
	if (work->bytes_done)
		(void)atomic_fetch_add(work->bytes_done, job->size);
}

static void *run_worker(void *arg)
{
	struct worker *worker = arg;
	struct work *work = worker->work;
	size_t i;

	while ((i = atomic_fetch_add(&work->next, 1)) < work->count)
		scan_one(work, work->jobs[i], &worker->result);
	(void)atomic_fetch_add(&work->finished, 1);
	return NULL;
}

static int larger_first(const void *a, const void *b)
{
	const struct scan_job *const *x = a, *const *y = b;

	if ((*x)->size != (*y)->size)
		return (*x)->size < (*y)->size ? 1 : -1;
	return strcmp((*x)->path, (*y)->path);
}

static int choose_threads(const struct scan_job *jobs, size_t count, int wanted)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	int64_t bytes = 0;

	for (size_t i = 0; i < count; i++)
		bytes += jobs[i].size;
	if (bytes < WORTH_THREADS || count < 2)
		return 1;
	if (wanted > 0)
		return wanted < THREADS_MAX ? wanted : THREADS_MAX;
	return cores > THREADS_MAX ? THREADS_MAX : cores > 1 ? (int)cores : 1;
}

static void wait_ticking(struct work *work, size_t workers, void (*tick)(void *ctx), void *tick_ctx)
{
	const struct timespec pause = { 0, TICK_MS * 1000000L / 4 };

	while (tick && atomic_load(&work->finished) < workers) {
		(void)nanosleep(&pause, NULL);
		tick(tick_ctx);
	}
}

/* --- joining what the workers found ------------------------------------------------ */

static void join(struct scan_result *out, struct scan_result *from)
{
	response_set_join(out->responses, from->responses);
	for (size_t i = 0; i < from->cost_state_count; i++)
		take_cost_state(out, &from->cost_states[i]);
	for (size_t i = 0; i < from->worktree_count; i++)
		take_worktree(out, &from->worktrees[i]);
	scan_result_release(from);
}

void scan_all(struct scan_result *out, struct scan_job *jobs, size_t count, int threads,
	atomic_llong *bytes_done, void (*tick)(void *ctx), void *tick_ctx)
{
	struct worker workers[THREADS_MAX];
	struct work work = { .count = count, .bytes_done = bytes_done };
	size_t n = (size_t)choose_threads(jobs, count, threads), started = 0;

	work.jobs = xcalloc(count + 1, sizeof(struct scan_job *));
	for (size_t i = 0; i < count; i++)
		work.jobs[i] = &jobs[i];
	qsort(work.jobs, count, sizeof(struct scan_job *), larger_first);
	for (size_t i = 0; i < n; i++)
		workers[i] = (struct worker){ .work = &work,
			.result = { .responses = response_set_new() } };
	for (size_t i = 1; i < n; i++)
		if (pthread_create(&workers[i].thread, NULL, run_worker, &workers[i]) == 0)
			started++;
		else
			break;
	if (started && tick) {
		/* one more worker, so that this thread can show how far it is */
		if (pthread_create(&workers[0].thread, NULL, run_worker, &workers[0]) == 0) {
			wait_ticking(&work, started + 1, tick, tick_ctx);
			(void)pthread_join(workers[0].thread, NULL);
		} else {
			(void)run_worker(&workers[0]);
		}
	} else {
		(void)run_worker(&workers[0]);
	}
	for (size_t i = 1; i <= started; i++)
		(void)pthread_join(workers[i].thread, NULL);
	*out = workers[0].result;
	for (size_t i = 1; i < n; i++)
		join(out, &workers[i].result);
	free(work.jobs);
}
