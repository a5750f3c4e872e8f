/* SPDX-License-Identifier: MIT */
#ifndef MODEL_TRANSCRIPT_H
#define MODEL_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/instant.h"
#include "model/usage.h"

/* What is known of a transcript and of what was found in it: plain data, for
 * the scanner that fills it and the index that keeps it. */

/* How far a transcript was read. */
struct transcript_position {
	int64_t offset;		  /* behind the last complete line that was read */
	uint64_t tail_hash;	  /* text_hash of the (up to) 4096 bytes before offset */
	struct instant last_time; /* the latest timestamp before offset; 0 none */
};
enum { TRANSCRIPT_TAIL = 4096 };

/* Why a line with usage, or with a total of the client's, was not counted.  Stored: append only. */
enum transcript_skip {
	SKIP_INVALID_JSON, /* torn, not JSON, NUL bytes */
	SKIP_TOO_LONG,	   /* over TRANSCRIPT_LINE_MAX */
	SKIP_NO_KEY,	   /* neither message.id, requestId nor uuid */
	SKIP_BAD_COUNT,	   /* negative, fractional beyond .0, over USAGE_MAX, no number */
	SKIP_NO_TIME,	   /* no timestamp, and none before it in the file */
	SKIP_SYNTHETIC,	   /* made by the client itself, without tokens */
};
enum { TRANSCRIPT_SKIPS = 6 };
extern const char *const transcript_skip_names[TRANSCRIPT_SKIPS]; /* "invalid JSON", ... */

struct transcript_stats {
	int64_t bytes, lines; /* read in this run */
	int64_t usages;	      /* lines with usage that were counted (before joining) */
	int64_t skipped[TRANSCRIPT_SKIPS];
};

/* What the client itself says a session cost, so far: a `cost-state` record.
 * Cumulative; the last one counts. */
struct model_total {
	const char *model;
	struct usage usage;
	int64_t web_searches;
	int64_t cost_nano_usd; /* rounded half to even from the decimal that is written */
};
struct cost_state {
	const char *session;
	struct instant time; /* the latest timestamp before it in its file: it has none */
	int64_t cost_nano_usd;
	bool has_unknown_cost; /* hasUnknownModelCost */
	const struct model_total *models;
	size_t count;
};

/* A `worktree-state` record: where a linked worktree came from, for when it is
 * gone. */
struct worktree_record {
	const char *path, *branch; /* branch may be NULL */
	const char *original_cwd;
};

#endif
