/* SPDX-License-Identifier: MIT */
#ifndef CAPTURE_TRANSCRIPT_LINE_H
#define CAPTURE_TRANSCRIPT_LINE_H

#include "base/arena.h"
#include "capture/transcript.h"

/* One line that may hold usage, or a total of the client's: tell the sink.  The
 * arena is for this line only. */
void transcript_take_line(const char *line, size_t len, struct instant *last_time,
	const struct transcript_sink *sink, struct transcript_stats *stats, struct arena *arena);

/* --- usage.c -------------------------------------------------------------------- */

struct reported_call { /* one element of usage.iterations */
	enum call_kind { CALL_OTHER, CALL_MESSAGE, CALL_ADVISOR, CALL_COMPACTION } kind;
	const char *model; /* NULL: that of the answer */
	struct usage usage;
};

struct reported_usage {
	bool present;
	bool bad; /* a count that is none */
	struct usage usage;
	int64_t web_searches;
	bool fast, geo_us;
	struct reported_call *calls; /* in the arena */
	size_t call_count;
};
/* The value of a "usage" member. */
void reported_usage_read(struct reported_usage *out, struct json_reader *r, struct arena *arena);

#endif
