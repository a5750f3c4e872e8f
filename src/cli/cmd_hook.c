/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/json_writer.h"
#include "base/mem.h"
#include "base/text.h"
#include "capture/client_event.h"
#include "captured.h"
#include "cli/command.h"
#include "collect.h"
#include "hook_input.h"
#include "requests.h"
#include "user_log.h"
#include "vcs/head_log.h"

/*
 * Run by the client at the end of an answer or a session.  Whatever happens, it
 * prints nothing, ends with 0, and takes at most about two seconds: what it cannot
 * do now is left to the next event, and trouble goes to the log.
 */
enum {
	ANSWER_MAX = 16 * 1024 * 1024,
	LEDGER_WAIT_MS = 1000,
	DRAIN_MS = 1500,
};

/* A path that may be a transcript: the payload is not trusted with more. */
static bool is_transcript_path(const char *path)
{
	return path && path[0] == '/' && text_ends_with(path, ".jsonl") && !strstr(path, "/../");
}

/* For whoever takes it over: what client_event_parse reads again. */
static void encode_event(struct strbuf *out, const struct client_event *event)
{
	struct json_writer w = { .out = out };

	json_open(&w, '{');
	json_put_string(&w, "hook_event_name", event->event);
	json_put_string(&w, "session_id", event->session);
	json_put_string(&w, "transcript_path", event->transcript_path);
	json_put_string(&w, "agent_transcript_path", event->agent_transcript_path);
	json_put_string(&w, "cwd", event->cwd);
	json_close(&w, '}');
}

/* --- collecting ---------------------------------------------------------------------------- */

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

static enum tt_code collect_event(
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

/* What others left while this one, or an earlier one, was at work. */
static enum tt_code collect_queue(
	struct collector *c, struct user_state *state, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf lines = STRBUF_INIT;
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;

	if (user_state_take_queue(&lines, state, err) != TT_OK)
		return err->code;
	for (const char *line = lines.buf; *line;) {
		size_t len = strcspn(line, "\n");
		struct client_event event;
		struct tt_error torn = TT_ERROR_INIT;

		arena_reset(&arena);
		if (client_event_parse(&event, &arena, line, len, &torn) == TT_OK &&
			collect_event(c, &event, err) != TT_OK)
			return err->code;
		line += len + (line[len] == '\n');
	}
	return TT_OK;
}

static void log_outcome(const struct collector *c, const struct captured *done)
{
	if (c->new_responses)
		user_log(USER_LOG_INFO, "hook: %" PRId64 " new answers from %zu transcripts",
			c->new_responses, c->read);
	if (c->set_aside.len)
		user_log(USER_LOG_WARNING, "the usage index was damaged, and is set aside as '%s'",
			c->set_aside.buf);
	if (c->failed)
		user_log(USER_LOG_ERROR, "%s", c->problem.msg);
	if (done->skipped)
		user_log(USER_LOG_ERROR, "%s", done->problem.msg);
}

static enum tt_code collect_all_of_it(
	struct collector *c, const struct client_event *event, struct tt_error *err)
{
	struct captured done = { 0 };

	if ((event && collect_event(c, event, err) != TT_OK) ||
		collect_queue(c, &c->state, err) != TT_OK || collect_settle(c, err) != TT_OK ||
		captured_record_touched(&done, c, false, LEDGER_WAIT_MS, err) != TT_OK ||
		collect_commit(c, err) != TT_OK || user_state_done(&c->state, err) != TT_OK)
		return err->code;
	log_outcome(c, &done);
	return TT_OK;
}

/* One round as the collector; *busy: somebody else is at it. */
static enum tt_code collect_once(const struct context *ctx, const struct client_event *event,
	bool *busy, struct tt_error *err)
{
	const struct collect_options how = { .max_bytes = COLLECT_QUICK };
	struct collector c;
	enum tt_code code;

	*busy = false;
	code = collect_open(&c, ctx, &how, err);
	if (code == TT_EBUSY) {
		*busy = true;
		return TT_OK;
	}
	if (code != TT_OK)
		return code;
	code = collect_all_of_it(&c, event, err);
	collect_close(&c);
	return code;
}

/* Leave the event in the queue.  Whoever has the lock looks there again after
 * letting it go, so one of the two takes it: nothing is left lying. */
static enum tt_code hand_over(const struct client_event *event, struct tt_error *err)
{
	_cleanup_(user_state_close) struct user_state state = USER_STATE_INIT;
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;

	encode_event(&line, event);
	if (user_state_open(&state, true, err) != TT_OK)
		return err->code;
	return user_state_enqueue(&state, line.buf, err);
}

static bool queue_is_waiting(void)
{
	_cleanup_(user_state_close) struct user_state state = USER_STATE_INIT;
	struct tt_error ignored = TT_ERROR_INIT;

	return user_state_open(&state, false, &ignored) == TT_OK && user_state_has_queue(&state);
}

static enum tt_code take_event(
	const struct context *ctx, const struct client_event *event, struct tt_error *err)
{
	int64_t started = hook_clock_ms();
	bool busy;

	if (collect_once(ctx, event, &busy, err) != TT_OK)
		return err->code;
	if (busy && hand_over(event, err) != TT_OK)
		return err->code;
	while (queue_is_waiting() && hook_clock_ms() - started < DRAIN_MS)
		if (collect_once(ctx, NULL, &busy, err) != TT_OK || busy)
			return err->code;
	return TT_OK;
}

static enum tt_code run_event(const struct context *ctx, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct client_event event;

	if (hook_input_read(&text, err) != TT_OK ||
		client_event_parse(&event, &arena, text.buf, text.len, err) != TT_OK)
		return err->code;
	if (take_event(ctx, &event, err) != TT_OK)
		return err->code;
	requests_take(ctx);
	return TT_OK;
}

/* --- an API response by hand ------------------------------------------------------------------ */

/* An answer without an id counts each time that it is given. */
static enum tt_code complete(struct response *r, char *id, const char *cwd, struct tt_error *err)
{
	if (!r->key) {
		if (entry_new_id(id, err) != TT_OK)
			return err->code;
		r->key = id;
	}
	if (!r->time.ms)
		r->time = r->last_time = clock_now();
	if (!r->cwd)
		r->cwd = cwd;
	return TT_OK;
}

static enum tt_code record_response(
	const struct context *ctx, const struct response *r, struct tt_error *err)
{
	const struct collect_options how = { .wait_ms = DRAIN_MS };
	_cleanup_(collect_close) struct collector c = { .state = USER_STATE_INIT };
	struct captured done = { 0 };

	if (collect_open(&c, ctx, &how, err) != TT_OK || collect_response(&c, r, err) != TT_OK ||
		captured_record_touched(&done, &c, false, LEDGER_WAIT_MS, err) != TT_OK ||
		collect_commit(&c, err) != TT_OK)
		return err->code;
	log_outcome(&c, &done);
	return TT_OK;
}

static enum tt_code run_response(const struct context *ctx, const char *file, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	_autofree_ char *cwd = getcwd(NULL, 0);
	char id[ENTRY_ID_TEXT];
	struct response r;

	if (file && strcmp(file, "-") != 0
			? fs_read(&text, AT_FDCWD, file, ANSWER_MAX, file, err) != TT_OK
			: hook_input_read(&text, err) != TT_OK)
		return err->code;
	if (transcript_read_response(&r, &arena, text.buf, text.len, err) != TT_OK)
		return tt_context(err, "'%s'", file ? file : "standard input");
	if (complete(&r, id, cwd, err) != TT_OK)
		return err->code;
	return record_response(ctx, &r, err);
}

/* --- the command -------------------------------------------------------------------------------
 */

/* Words of earlier trackers' hooks: what they are about stands in the event. */
static bool is_event_word(const char *word)
{
	static const char *const words[] = { "claude", "stop", "post-tool", "subagent-stop",
		"session-end" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

static enum tt_code run_words(
	const struct context *ctx, int argc, char **argv, struct tt_error *err)
{
	if (argc == 0 || (argc == 1 && is_event_word(argv[0])))
		return run_event(ctx, err);
	if (argc <= 2 && strcmp(argv[0], "post-request") == 0)
		return run_response(ctx, argv[1], err);
	return tt_fail(err, TT_EUSAGE, "hook: unknown operand '%s'", argv[0]);
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	struct tt_error problem = TT_ERROR_INIT;

	(void)values;
	(void)err;
	if (run_words(ctx, argc, argv, &problem) != TT_OK) {
		context_detail(ctx, "%s", problem.msg);
		user_log(USER_LOG_ERROR, "hook: %s", problem.msg);
	}
	return TT_OK;
}

const struct command command_hook = {
	.name = "hook",
	.synopsis = "\n"
		    "post-request [FILE|-]",
	.summary = "Capture what a Claude Code session used (run by the client)",
	.details =
		"The client runs this at its Stop, SubagentStop and SessionEnd events, where "
		"'track-tokens init --claude' installed it, with the event on standard input. It "
		"reads what is new in the session's transcript into the usage index and the "
		"ledger, prints nothing, and always exits 0: trouble is shown by 'track-tokens "
		"doctor'.\n"
		"\n"
		"post-request takes one answer of the API as JSON instead, from FILE or standard "
		"input, and records its usage on the present branch; the same answer counts once.",
	.examples = "track-tokens hook <event.json\n"
		    "curl ... | track-tokens hook post-request",
	.needs = NEVER_FAIL | TELLS_SERVERS,
	.run = run,
};
