/* SPDX-License-Identifier: MIT */
#include "model/usage.h"

#include <stddef.h>

const char *const usage_names[USAGE_KINDS] = {
	"input",
	"output",
	"cache_read",
	"cache_write_5m",
	"cache_write_1h",
	"unsplit",
};

static const size_t offsets[USAGE_KINDS] = {
	offsetof(struct usage, input),
	offsetof(struct usage, output),
	offsetof(struct usage, cache_read),
	offsetof(struct usage, cache_write_5m),
	offsetof(struct usage, cache_write_1h),
	offsetof(struct usage, unsplit),
};

int64_t usage_get(const struct usage *u, int kind)
{
	return *(const int64_t *)((const char *)u + offsets[kind]);
}

void usage_set(struct usage *u, int kind, int64_t tokens)
{
	*(int64_t *)((char *)u + offsets[kind]) = tokens;
}

bool usage_add(struct usage *sum, const struct usage *u)
{
	struct usage r;
	bool fits =
		!__builtin_add_overflow(sum->input, u->input, &r.input) &
		!__builtin_add_overflow(sum->output, u->output, &r.output) &
		!__builtin_add_overflow(sum->cache_read, u->cache_read, &r.cache_read) &
		!__builtin_add_overflow(sum->cache_write_5m, u->cache_write_5m, &r.cache_write_5m) &
		!__builtin_add_overflow(sum->cache_write_1h, u->cache_write_1h, &r.cache_write_1h) &
		!__builtin_add_overflow(sum->unsplit, u->unsplit, &r.unsplit);

	if (fits)
		*sum = r;
	return fits;
}

bool usage_total(int64_t *out, const struct usage *u)
{
	int64_t total = 0;

	for (int kind = 0; kind < USAGE_KINDS; kind++)
		if (__builtin_add_overflow(total, usage_get(u, kind), &total))
			return false;
	*out = total;
	return true;
}
