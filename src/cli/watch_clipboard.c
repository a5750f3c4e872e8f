/* SPDX-License-Identifier: MIT */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "adding.h"
#include "base/cleanup.h"
#include "base/sha256.h"
#include "base/text.h"
#include "detached.h"
#include "estimator.h"
#include "index/usage_index.h"
#include "model/watch.h"
#include "requests.h"
#include "user_state.h"
#include "watch_seen.h"

enum { WAIT_MS = 3000, INDEX_WAIT_MS = 1000 };

/* --- reading it ---------------------------------------------------------------------------- */

/* An error, then the text. */
static void read_clipboard(struct strbuf *answer, void *ctx)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct tt_error problem = TT_ERROR_INIT;

	(void)ctx;
	(void)estimator_read_clipboard(&text, &problem);
	strbuf_add(answer, &problem, sizeof problem);
	strbuf_add(answer, text.buf, text.len);
}

/* Whoever owns the clipboard may never answer. */
static enum tt_code ask(struct strbuf *text, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf answer = STRBUF_INIT;
	struct detached reading;
	struct tt_error problem;
	pid_t pid;

	if (!detached_start(&reading, read_clipboard, NULL))
		return tt_fail_errno(err, "cannot make a process");
	pid = reading.pid;
	if (!detached_finish(&reading, &answer, WAIT_MS) || answer.len < sizeof problem) {
		(void)kill(-pid, SIGKILL);
		return tt_fail(err, TT_EIO, "the clipboard does not answer");
	}
	memcpy(&problem, answer.buf, sizeof problem);
	if (problem.code == TT_ENOTFOUND)
		return tt_fail(err, problem.code, "%s", problem.msg);
	/* Any other trouble is an empty clipboard's. */
	if (problem.code == TT_OK)
		strbuf_add(text, answer.buf + sizeof problem, answer.len - sizeof problem);
	return TT_OK;
}

/* --- recording it ----------------------------------------------------------------------------- */

static bool is_recorded(const char *id)
{
	_cleanup_(usage_index_closep) struct usage_index *index = NULL;
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;
	struct tt_error ignored = TT_ERROR_INIT;
	bool found = false;

	return user_state_path(&dir, &ignored) == TT_OK &&
	       usage_index_open(&index, dir.buf, false, INDEX_WAIT_MS, NULL, &ignored) == TT_OK &&
	       usage_index_has_event(index, id, &found, &ignored) == TT_OK && found;
}

static enum tt_code leave_request(struct context *ctx, int64_t tokens,
	const char id[static ENTRY_ID_TEXT], struct tt_error *err)
{
	_cleanup_(record_release) struct record record = RECORD_INIT;
	const struct figures f = {
		.has_usage = true,
		.by_kind = true,
		.usage = { .input = tokens },
		.kind = ENTRY_ESTIMATED,
		.source = "clipboard",
	};
	struct request r = { 0 };

	if (add_make_entry(&r.entry, &f, err) != TT_OK)
		return err->code;
	memcpy(r.entry.id, id, ENTRY_ID_TEXT);
	if (request_place(&r, &record, ctx, NULL, err) != TT_OK)
		return err->code;
	return request_spool(&r, err);
}

static enum tt_code take_text(
	bool *taken, struct context *ctx, const struct strbuf *text, struct tt_error *err)
{
	struct estimator e;
	char hash[SHA256_TEXT], id[ENTRY_ID_TEXT];
	const char *const parts[] = { "clipboard", hash, NULL };

	sha256_hex(hash, text->buf, text->len);
	entry_derived_id(id, parts);
	if (is_recorded(id))
		return TT_OK;
	if (estimator_open(&e, ctx, &(struct estimator_options){ 0 }, err) != TT_OK ||
		leave_request(ctx, estimator_tokens(&e, text, NULL), id, err) != TT_OK)
		return err->code;
	*taken = true;
	return TT_OK;
}

enum tt_code watch_clipboard(bool *taken, uint64_t *hash, const struct context *ctx,
	const char *cwd, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct tt_error ignored = TT_ERROR_INIT;
	struct context there = *ctx;
	uint64_t before = *hash;
	enum tt_code code = TT_OK;

	if (ask(&text, err) != TT_OK)
		return err->code;
	*hash = text_hash(text.buf, text.len, 1) | 1;
	if (!before || before == *hash || !watch_is_conversation(text.buf, text.len))
		return TT_OK;
	there.repo = NULL;
	if (chdir(cwd) == 0)
		(void)context_open_repo(&there, &ignored);
	code = take_text(taken, &there, &text, err);
	vcs_close(there.repo);
	if (code != TT_OK) /* it is as new the next time */
		*hash = before;
	return code;
}
