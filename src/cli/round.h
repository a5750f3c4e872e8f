/* SPDX-License-Identifier: MIT */
#ifndef CLI_ROUND_H
#define CLI_ROUND_H

#include "capture/client_event.h"
#include "collect.h"

/*
 * What the hook and the watcher do alike, with an open collector:
 *
 *	collect_open -> round_event | round_transcript | round_answer ... ->
 *	round_finish -> collect_close
 */

/* The transcripts of an event's session, and the branch that it is on now. */
enum tt_code round_event(
	struct collector *c, const struct client_event *event, struct tt_error *err);
/* A transcript that has grown, with its subagents' ones. */
enum tt_code round_transcript(struct collector *c, const char *path, struct tt_error *err);

/* One answer of the API as JSON.  cwd tells of which repository it is; where the answer
 * has no id, `key` stands for one. */
struct round_answer {
	const char *json;
	size_t len;
	const char *cwd, *key;
};
enum tt_code round_answer(
	struct collector *c, const struct round_answer *answer, struct tt_error *err);

/* Take what other hooks left in the queue, write the ledgers (all: also those that were
 * not touched), commit, and log what was done as `who`. */
enum tt_code round_finish(struct collector *c, const char *who, bool all, struct tt_error *err);

#endif
