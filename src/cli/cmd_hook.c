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
#include "cli/command.h"
#include "hook_input.h"
#include "requests.h"
#include "round.h"
#include "user_log.h"

/*
 * Run by the client at the end of an answer or a session.  Whatever happens, it
 * prints nothing, ends with 0, and takes at most about two seconds: what it cannot
 * do now is left to the next event, and trouble goes to the log.
 */
enum {
	ANSWER_MAX = 16 * 1024 * 1024,
	DRAIN_MS = 1500,
};

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
	if ((event && round_event(&c, event, err) != TT_OK) ||
		round_finish(&c, "hook", false, err) != TT_OK)
		code = err->code;
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
static enum tt_code run_response(const struct context *ctx, const char *file, struct tt_error *err)
{
	const struct collect_options how = { .wait_ms = DRAIN_MS };
	_cleanup_(collect_close) struct collector c = { .state = USER_STATE_INIT };
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	_autofree_ char *cwd = getcwd(NULL, 0);
	char id[ENTRY_ID_TEXT];
	struct round_answer answer = { .cwd = cwd, .key = id };

	if (file && strcmp(file, "-") != 0
			? fs_read(&text, AT_FDCWD, file, ANSWER_MAX, file, err) != TT_OK
			: hook_input_read(&text, err) != TT_OK)
		return err->code;
	answer.json = text.buf;
	answer.len = text.len;
	if (entry_new_id(id, err) != TT_OK || collect_open(&c, ctx, &how, err) != TT_OK)
		return err->code;
	if (round_answer(&c, &answer, err) != TT_OK)
		return tt_context(err, "'%s'", file ? file : "standard input");
	return round_finish(&c, "hook", false, err);
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
