/* SPDX-License-Identifier: MIT */
#ifndef CAPTURE_TRANSCRIPT_LINE_H
#define CAPTURE_TRANSCRIPT_LINE_H

#include "base/arena.h"
#include "capture/transcript.h"

/* One line that may hold usage, or a total of the client's: tell the sink.  The
 * arena is for this line only. */
void transcript_take_line(const char *line, size_t len, struct instant *last_time,
	const struct transcript_sink *sink, struct transcript_stats *stats, struct arena *arena);

/* A name that can be kept: NULL when it is absent, empty, or longer than a ledger takes. */
const char *transcript_name(const char *text);

/* --- usage.c -------------------------------------------------------------------- */

struct reported_call { /* one element of usage.iterations */
	enum call_kind { CALL_OTHER, CALL_MESSAGE, CALL_ADVISOR, CALL_COMPACTION } kind;
	const char *model; /* NULL: that of the answer */
	struct usage usage;
	bool bad; /* a count that is none, in a kind that is known */
};

struct reported_usage {
	bool present;
	bool bad; /* a count that is none, here or in a call */
	struct usage usage;
	int64_t web_searches;
	bool fast, geo_us;
	struct reported_call *calls; /* in the arena */
	size_t call_count;
	bool too_many_calls; /* not all of them are there, and it is bad */
};
/* The value of a "usage" member. */
void reported_usage_read(struct reported_usage *out, struct json_reader *r, struct arena *arena);

/* A count, 0 for null; COUNT_BAD for what is none: negative, fractional beyond .0,
 * over USAGE_MAX, of another type. */
enum { COUNT_BAD = -1 };
int64_t reported_count(struct json_reader *r);
/*
 * Cache writes, as a total and by lifetime.  The total was 0 beside a filled split in
 * older clients, and the split is empty beside a filled total in others: the greater
 * holds.  What the split does not explain lives five minutes, as the client bills it.
 */
void reported_cache_writes(struct usage *u, int64_t flat, int64_t five_minutes, int64_t hour);

struct reported_message {
	const char *id, *model;
	const char *stop_reason; /* NULL while it is being written */
	struct reported_usage usage;
};
/* The value of a "message" member. */
void reported_message_read(
	struct reported_message *out, struct json_reader *r, struct arena *arena);

/* --- transcript_total.c ------------------------------------------------------------ */

/* What a cost-state record says, member by member. */
struct reported_total {
	bool present; /* modelUsage */
	bool bad;     /* a figure in it that is none */
	bool unknown_cost;
	int64_t cost_nano; /* or COUNT_BAD */
	int64_t started_ms, lasted_ms;
	struct model_total *models; /* in the arena */
	size_t count;
};
/* False, and nothing passed, when the key is none of its members. */
bool reported_total_read(struct reported_total *out, struct json_text key, struct json_reader *r,
	struct arena *arena);
/*
 * Tell the sink.  The record has no time of its own: it was written after all that
 * stands before it, at last_time; as the first it was written when the session had
 * lasted as long as it says.
 */
void reported_total_tell(const struct reported_total *total, const char *session,
	struct instant last_time, const struct transcript_sink *sink,
	struct transcript_stats *stats);

#endif
