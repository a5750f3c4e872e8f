/* SPDX-License-Identifier: MIT */
/*
 * scan_tool DIRECTORY [THREADS]: reads every transcript below DIRECTORY/projects
 * as `sync` does, without the usage index, and prints what they hold and what
 * reading them took.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "base/mem.h"
#include "capture/scan_all.h"

static double seconds(struct timespec t)
{
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return seconds(t);
}

static struct scan_job *make_jobs(const struct transcript_list *list)
{
	struct scan_job *jobs = xcalloc(list->count + 1, sizeof *jobs);

	for (size_t i = 0; i < list->count; i++) {
		jobs[i].path = list->files[i].path;
		jobs[i].size = list->files[i].size;
	}
	return jobs;
}

static int add_stats(struct transcript_stats *sum, const struct scan_job *jobs, size_t count)
{
	int failed = 0;

	for (size_t i = 0; i < count; i++) {
		if (jobs[i].code != TT_OK) {
			(void)fprintf(stderr, "scan_tool: %s\n", jobs[i].error.msg);
			failed++;
		}
		sum->bytes += jobs[i].stats.bytes;
		sum->lines += jobs[i].stats.lines;
		sum->usages += jobs[i].stats.usages;
		for (int k = 0; k < TRANSCRIPT_SKIPS; k++)
			sum->skipped[k] += jobs[i].stats.skipped[k];
	}
	return failed;
}

static void print_tokens(struct scan_result *result)
{
	const struct response *const *all = response_set_sorted(result->responses);
	size_t count = response_set_count(result->responses);
	struct usage sum = { 0 };
	int64_t requests = 0, searches = 0;

	for (size_t i = 0; i < count; i++) {
		struct usage u = response_counted(all[i]);

		(void)usage_add(&sum, &u);
		requests += response_requests(all[i]);
		searches += all[i]->web_searches;
	}
	printf("responses %zu\nrequests %" PRId64 "\nweb_searches %" PRId64 "\n", count, requests,
		searches);
	for (int kind = 0; kind < USAGE_KINDS; kind++)
		printf("%s %" PRId64 "\n", usage_names[kind], usage_get(&sum, kind));
}

static void print_stats(const struct transcript_stats *s, size_t files)
{
	printf("files %zu\nbytes %" PRId64 "\nlines %" PRId64 "\nusages %" PRId64 "\n", files,
		s->bytes, s->lines, s->usages);
	for (int k = 0; k < TRANSCRIPT_SKIPS; k++)
		printf("skipped, %s %" PRId64 "\n", transcript_skip_names[k], s->skipped[k]);
}

int main(int argc, char **argv)
{
	double wall = now(CLOCK_MONOTONIC), cpu;
	struct transcript_list list = TRANSCRIPT_LIST_INIT;
	struct transcript_stats stats = { 0 };
	struct tt_error err = TT_ERROR_INIT;
	struct scan_result result;
	struct scan_job *jobs;
	struct rusage used;
	int failed;

	if (argc < 2 || argc > 3)
		return 64;
	if (transcript_find(&list, argv[1], &err) != TT_OK) {
		(void)fprintf(stderr, "scan_tool: %s\n", err.msg);
		return 66;
	}
	jobs = make_jobs(&list);
	scan_all(&result, jobs, list.count, argc > 2 ? (int)strtol(argv[2], NULL, 10) : 0, NULL,
		NULL, NULL);
	failed = add_stats(&stats, jobs, list.count);
	print_stats(&stats, list.count);
	print_tokens(&result);
	wall = now(CLOCK_MONOTONIC) - wall;
	cpu = now(CLOCK_PROCESS_CPUTIME_ID);
	(void)getrusage(RUSAGE_SELF, &used);
	printf("wall_seconds %.3f\ncpu_seconds %.3f\npeak_kib %ld\n", wall, cpu, used.ru_maxrss);
	printf("bytes_per_cpu_second %.0f\n", (double)stats.bytes / cpu);
	scan_result_release(&result);
	transcript_list_release(&list);
	free(jobs);
	return failed ? 1 : 0;
}
