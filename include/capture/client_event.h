/* SPDX-License-Identifier: MIT */
#ifndef CAPTURE_CLIENT_EVENT_H
#define CAPTURE_CLIENT_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/instant.h"

/*
 * What Claude Code hands to hooks and to the status line: one JSON object on
 * standard input.  It holds no token counts of the session; it says where the
 * transcript is.
 *
 * Lenient, since a hook must not fail: unknown members are passed over, a member
 * of another type counts as absent, nulls are absent.  TT_EINPUT only when the
 * text is no JSON object.  Strings go to arena; NULL is "not given".
 */
struct client_event {
	const char *event; /* "Stop", "SubagentStop", "SessionEnd", ... */
	const char *session, *transcript_path, *agent_transcript_path;
	const char *cwd;
};
enum tt_code client_event_parse(struct client_event *out, struct arena *arena, const char *json,
	size_t len, struct tt_error *err);

/* A limit as the client reports it; times are Unix seconds in the payload. */
struct reported_limit {
	bool known;
	int32_t used_permille; /* 41.2 percent is 412; clamped to 0..9999 */
	bool has_reset;
	struct instant resets_at;
};

struct client_status {
	const char *session, *transcript_path, *cwd;
	const char *project_dir, *model_id, *model_name;
	bool has_cost;
	int64_t cost_nano_usd; /* cost.total_cost_usd */
	bool has_context;
	int64_t context_tokens, context_size; /* context_window.total_input_tokens, ..._size */
	int32_t context_permille;	      /* used_percentage; -1 not given */
	struct reported_limit five_hour, seven_day;
};
enum tt_code client_status_parse(struct client_status *out, struct arena *arena, const char *json,
	size_t len, struct tt_error *err);

#endif
