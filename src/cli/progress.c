/* SPDX-License-Identifier: MIT */
#include "progress.h"

#include <stdio.h>
#include <time.h>

enum { BAR = 30, PATIENCE_MS = 1000, MEGABYTE = 1000000 };

/* Not the program's clock, which tests stop. */
static int64_t monotonic_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void progress_begin(struct progress *p, bool wanted, const char *what, int64_t total_bytes)
{
	*p = (struct progress){ .what = what, .total = total_bytes, .wanted = wanted };
	p->started_ms = wanted ? monotonic_ms() : 0;
}

void progress_tick(void *progress)
{
	struct progress *p = progress;
	int64_t done = atomic_load(&p->done), part;
	char bar[BAR + 1];

	if (!p->wanted || p->total <= 0 || monotonic_ms() - p->started_ms < PATIENCE_MS)
		return;
	if (done > p->total)
		done = p->total;
	part = (int64_t)((__int128)done * BAR / p->total);
	for (int i = 0; i < BAR; i++)
		bar[i] = i < part ? '#' : '.';
	bar[BAR] = '\0';
	(void)fprintf(stderr, "\r%s [%s] %lld of %lld MB", p->what, bar,
		(long long)(done / MEGABYTE), (long long)(p->total / MEGABYTE));
	(void)fflush(stderr);
	p->shown = true;
}

void progress_end(struct progress *p)
{
	if (p->shown)
		(void)fputs("\r\033[K", stderr);
}
