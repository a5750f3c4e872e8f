/* SPDX-License-Identifier: MIT */
#include "round.h"

#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "captured.h"
#include "user_log.h"
#include "vcs/head_log.h"

enum { LEDGER_WAIT_MS = 1000 };

/* A path that may be a transcript: the payload is not trusted with more. */
static bool is_transcript_path(const char *path)
{
	return path && path[0] == '/' && text_ends_with(path, ".jsonl") && !strstr(path, "/../");
}

/* Which branch the session is on now, for answers that nothing else can tell of. */
static enum tt_code note_sighting(
	struct collector *c, const struct client_event *event, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf branch = STRBUF_INIT;
	_cleanup_(vcs_location_release) struct vcs_location at = VCS_LOCATION_INIT;
	int64_t repository;

	if (!event->session || !event->cwd || event->cwd[0] != '/')
		return TT_OK;
	if (attribution_repository(c->attribution, event->cwd, &repository, NULL, err) != TT_OK)
		return err->code;
	/* A ledger that could not be written last time is due, whatever is new. */
	touched_repository(c->touched, repository);
	if (!repository || !vcs_locate(&at, event->cwd) || !vcs_location_branch(&branch, &at))
		return TT_OK;
	return usage_index_put_sighting(
		c->index, event->session, clock_now(), repository, branch.buf, err);
}

enum tt_code round_event(
	struct collector *c, const struct client_event *event, struct tt_error *err)
{
	_cleanup_(transcript_list_release) struct transcript_list list = TRANSCRIPT_LIST_INIT;

	if (note_sighting(c, event, err) != TT_OK)
		return err->code;
	if (is_transcript_path(event->transcript_path) &&
		transcript_find_session(&list, event->transcript_path, err) != TT_OK)
		return err->code;
	if (is_transcript_path(event->agent_transcript_path) &&
		transcript_find_session(&list, event->agent_transcript_path, err) != TT_OK)
		return err->code;
	return collect_files(c, &list, err);
}

enum tt_code round_transcript(struct collector *c, const char *path, struct tt_error *err)
{
	const struct client_event event = { .transcript_path = path };

	return round_event(c, &event, err);
}

/* --- an API response by hand ------------------------------------------------------------- */

enum tt_code round_answer(
	struct collector *c, const struct round_answer *answer, struct tt_error *err)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct response r;

	if (transcript_read_response(&r, &arena, answer->json, answer->len, err) != TT_OK)
		return err->code;
	if (!r.key)
		r.key = answer->key;
	if (!r.time.ms)
		r.time = r.last_time = clock_now();
	if (!r.cwd)
		r.cwd = answer->cwd;
	return collect_response(c, &r, err);
}

/* --- the end of a round -------------------------------------------------------------------- */

/* What others left while this one, or an earlier one, was at work. */
static enum tt_code collect_queue(struct collector *c, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf lines = STRBUF_INIT;
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;

	if (user_state_take_queue(&lines, &c->state, err) != TT_OK)
		return err->code;
	for (const char *line = lines.buf; *line;) {
		size_t len = strcspn(line, "\n");
		struct client_event event;
		struct tt_error torn = TT_ERROR_INIT;

		arena_reset(&arena);
		if (client_event_parse(&event, &arena, line, len, &torn) == TT_OK &&
			round_event(c, &event, err) != TT_OK)
			return err->code;
		line += len + (line[len] == '\n');
	}
	return TT_OK;
}

static void log_outcome(const struct collector *c, const struct captured *done, const char *who)
{
	if (c->new_responses)
		user_log(USER_LOG_INFO, "%s: %" PRId64 " new answers from %zu transcripts", who,
			c->new_responses, c->read);
	if (c->set_aside.len)
		user_log(USER_LOG_WARNING, "the usage index was damaged, and is set aside as '%s'",
			c->set_aside.buf);
	if (c->failed)
		user_log(USER_LOG_ERROR, "%s", c->problem.msg);
	if (done->skipped)
		user_log(USER_LOG_ERROR, "%s", done->problem.msg);
}

enum tt_code round_finish(struct collector *c, const char *who, bool all, struct tt_error *err)
{
	struct captured done = { 0 };

	if (collect_queue(c, err) != TT_OK || collect_settle(c, err) != TT_OK ||
		captured_record_touched(&done, c, all, LEDGER_WAIT_MS, err) != TT_OK ||
		collect_commit(c, err) != TT_OK || user_state_done(&c->state, err) != TT_OK)
		return err->code;
	log_outcome(c, &done, who);
	return TT_OK;
}
