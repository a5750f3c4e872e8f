/* SPDX-License-Identifier: MIT */
#include "model/watch.h"

#include <string.h>

enum {
	QUIET_SHARE = 20,
	SETTLE_MS = 200,
	REST_SHARE = 10,
	REST_MIN_MS = 300,
	REST_MAX_MS = 60 * 1000,
	RETRY_FIRST_MS = 1000,
	RETRY_MAX_MS = 5 * 60 * 1000,
	SLEPT_MS = 2000,
};

static int64_t clamp(int64_t value, int64_t min, int64_t max)
{
	if (value > max)
		value = max;
	return value < min ? min : value;
}

int64_t watch_interval(const struct watch_pace *pace, int64_t quiet_ms)
{
	return clamp(quiet_ms / QUIET_SHARE, pace->active_ms, pace->idle_ms);
}

int64_t watch_round_due(int64_t seen, int64_t ended, int64_t took)
{
	int64_t rested = ended + clamp(REST_SHARE * took, REST_MIN_MS, REST_MAX_MS);
	int64_t settled = seen + SETTLE_MS;

	return settled > rested ? settled : rested;
}

int64_t watch_retry_after(unsigned int failures)
{
	int64_t wait = RETRY_FIRST_MS;

	while (failures-- > 1 && wait < RETRY_MAX_MS)
		wait *= 2;
	return wait < RETRY_MAX_MS ? wait : RETRY_MAX_MS;
}

bool watch_has_slept(const struct watch_clocks *before, const struct watch_clocks *now)
{
	return (now->total - before->total) - (now->awake - before->awake) > SLEPT_MS;
}

/* --- the clipboard -------------------------------------------------------------------- */

static int count_marks(const char *text, size_t len, const char *const *marks, size_t count)
{
	int found = 0;

	for (size_t i = 0; i < count; i++)
		found += memmem(text, len, marks[i], strlen(marks[i])) != NULL;
	return found;
}

bool watch_is_conversation(const char *text, size_t len)
{
	static const char *const of_talk[] = { "Assistant:", "Human:", "User:", "Claude:",
		"I'll help you", "Let me ", "<function_calls>", "\u23fa " };
	static const char *const of_code[] = { "```", "def ", "function ", "#include", "class " };
	int talk = count_marks(text, len, of_talk, sizeof of_talk / sizeof *of_talk);

	return talk >= 2 ||
	       (talk == 1 && count_marks(text, len, of_code, sizeof of_code / sizeof *of_code));
}
