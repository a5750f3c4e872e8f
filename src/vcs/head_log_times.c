/* SPDX-License-Identifier: MIT */
#include "head_log_times.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"

static bool is_ascending(const int64_t *times, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (times[i] < times[i - 1])
			return false;
	return true;
}

/* How many of the rows so far may be followed by this time; their last times
 * ascend with their length. */
static size_t rows_before(const int64_t *times, const size_t *last, size_t rows, int64_t time)
{
	size_t low = 0, high = rows;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (times[last[middle]] <= time)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* last[n] is where the row of n + 1 times with the earliest end does end, and
 * before[i] what precedes i in its row. */
static void mark_longest(bool *marks, const int64_t *times, size_t count)
{
	_autofree_ size_t *last = xreallocarray(NULL, count, sizeof *last);
	_autofree_ size_t *before = xreallocarray(NULL, count, sizeof *before);
	size_t rows = 0, at;

	for (size_t i = 0; i < count; i++) {
		size_t n = rows_before(times, last, rows, times[i]);

		before[i] = n ? last[n - 1] : i;
		last[n] = i;
		if (n == rows)
			rows++;
	}
	for (at = last[rows - 1]; !marks[at]; at = before[at])
		marks[at] = true;
}

bool *times_ascending(const int64_t *times, size_t count)
{
	bool *marks = xcalloc(count + 1, sizeof *marks);

	if (is_ascending(times, count))
		memset(marks, true, count * sizeof *marks);
	else
		mark_longest(marks, times, count);
	return marks;
}
