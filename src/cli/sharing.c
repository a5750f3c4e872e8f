/* SPDX-License-Identifier: MIT */
#include "sharing.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/json_reader.h"
#include "base/json_writer.h"
#include "base/mem.h"
#include "base/text.h"
#include "server.h"
#include "user_log.h"
#include "user_state.h"
#include "vcs/repo.h"

#define STATE_FILE "share.json"
#define LOCK_FILE "share.lock"
#define PENDING_FILE "share.pending"
#define TAKEN_FILE "share.taken"

enum {
	FILE_MODE = 0600,
	STATE_MAX = 64 * 1024,
	HOOK_WAIT_MS = 500,
	PERSON_WAIT_MS = 1000,
	READ_WAIT_MS = 1000,
	ROUNDS = 3,
};
/* No window needs what is older: a week, the day before it, and hours that daylight saving
 * moves. */
#define REACH_MS INT64_C(777600000)

bool sharing_dir(struct strbuf *out)
{
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;

	if (!vcs_config_get(&dir, NULL, SHARING_DIR_KEY) || dir.buf[0] != '/')
		return false;
	while (dir.len > 1 && dir.buf[dir.len - 1] == '/')
		strbuf_setlen(&dir, dir.len - 1);
	strbuf_addstr(out, dir.buf);
	return true;
}

/* --- what is remembered ---------------------------------------------------------------- */

/* share.json: who this is, and under which name its file was written last. */
struct identity {
	const char *installation, *directory, *file; /* NULL: not yet */
};

static enum tt_code parse_identity(
	struct identity *out, struct arena *arena, const struct strbuf *text, struct tt_error *err)
{
	struct identity id = { 0 };
	struct json_reader r;
	struct json_text key;

	json_reader_init(&r, text->buf, text->len);
	json_enter_object(&r);
	while (json_next_key(&r, &key)) {
		if (json_text_is(key, "installation"))
			id.installation = json_read_string(&r, arena);
		else if (json_text_is(key, "directory"))
			id.directory = json_read_string_or_null(&r, arena);
		else if (json_text_is(key, "file"))
			id.file = json_read_string_or_null(&r, arena);
		else
			json_skip(&r);
	}
	json_reader_end(&r);
	if (json_reader_error(&r, err) != TT_OK)
		return err->code;
	if (!id.installation || !entry_id_is_valid(id.installation))
		return tt_fail(err, TT_EINPUT, "there is no installation in it");
	*out = id;
	return TT_OK;
}

/* Nothing known where there is no such file, or one that is damaged. */
static void read_identity(struct identity *out, struct arena *arena, const struct user_state *state)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct tt_error ignored = TT_ERROR_INIT;

	*out = (struct identity){ 0 };
	if (fs_read(&text, state->dirfd, STATE_FILE, STATE_MAX, STATE_FILE, &ignored) == TT_OK)
		(void)parse_identity(out, arena, &text, &ignored);
}

static enum tt_code write_identity(
	const struct identity *id, const struct user_state *state, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	_autofree_ char *shown = xasprintf("%s/" STATE_FILE, state->dir.buf);
	struct json_writer w = { .out = &text };

	json_open(&w, '{');
	json_put_int(&w, "format_version", 1);
	json_put_string(&w, "installation", id->installation);
	json_put_string(&w, "directory", id->directory);
	json_put_string(&w, "file", id->file);
	json_close(&w, '}');
	strbuf_addch(&text, '\n');
	return fs_replace(state->dirfd, STATE_FILE, text.buf, text.len, FILE_MODE, shown, err);
}

bool sharing_installation(struct strbuf *out)
{
	_cleanup_(user_state_close) struct user_state state = USER_STATE_INIT;
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct tt_error ignored = TT_ERROR_INIT;
	struct identity id;

	if (user_state_open(&state, false, &ignored) != TT_OK)
		return false;
	read_identity(&id, &arena, &state);
	if (id.installation)
		strbuf_addstr(out, id.installation);
	return id.installation != NULL;
}

/* --- one publication --------------------------------------------------------------------- */

static bool is_same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* The name was changed: the file goes along. */
static enum tt_code follow_name(const struct identity *known, const struct identity *now,
	const struct user_state *state, struct tt_error *err)
{
	if (is_same(known->directory, now->directory) && is_same(known->file, now->file))
		return TT_OK;
	if (known->file && is_same(known->directory, now->directory) &&
		share_rename(now->directory, known->file, now->file, now->installation, err) !=
			TT_OK)
		return err->code;
	return write_identity(now, state, err);
}

/* An installation is known before anything is published under it. */
static enum tt_code ensure_installation(struct identity *id, char fresh[static ENTRY_ID_TEXT],
	const struct user_state *state, struct tt_error *err)
{
	if (id->installation)
		return TT_OK;
	if (entry_new_id(fresh, err) != TT_OK)
		return err->code;
	*id = (struct identity){ .installation = fresh };
	return write_identity(id, state, err);
}

static enum tt_code publish_once(const struct user_state *state, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT, name = STRBUF_INIT,
						file = STRBUF_INIT;
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	_cleanup_(share_list_release) struct share_list others = SHARE_LIST_INIT;
	struct share_server server = { 0 };
	struct identity known, now;
	char fresh[ENTRY_ID_TEXT];
	bool written;

	if (!sharing_dir(&dir))
		return TT_OK;
	read_identity(&known, &arena, state);
	if (server_name(&name, err) != TT_OK ||
		ensure_installation(&known, fresh, state, err) != TT_OK)
		return err->code;
	server.name = name.buf;
	server.installation = known.installation;
	share_add_file_name(&file, server.name, server.installation);
	now = (struct identity){ known.installation, dir.buf, file.buf };
	if (share_load(&others, dir.buf, SHARE_NO_ROWS, err) != TT_OK ||
		sharing_snapshot(&server, &arena, &others, err) != TT_OK ||
		follow_name(&known, &now, state, err) != TT_OK)
		return err->code;
	return share_publish(dir.buf, &server, &written, err);
}

/* --- exactly one publisher, and nothing forgotten ----------------------------------------- */

/*
 * The mark says that there is something to publish.  It is renamed before the index is
 * read, so that whoever records something meanwhile leaves another, and removed after;
 * when it did not work it stays, with the reason in it.  It is not worth the wait for a
 * disk: what a power failure takes is published with the next.
 */
static bool is_marked(const struct user_state *state)
{
	return fs_exists(state->dirfd, PENDING_FILE) || fs_exists(state->dirfd, TAKEN_FILE);
}

static void write_mark(const struct user_state *state, const char *name, const char *reason)
{
	_autoclose_ int fd = openat(state->dirfd, name,
		O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, FILE_MODE);

	if (fd >= 0 && write(fd, reason, strlen(reason)) < 0)
		return; /* the mark counts, not what it says */
}

static void read_reason(struct strbuf *out, const struct user_state *state)
{
	struct tt_error ignored = TT_ERROR_INIT;

	(void)fs_read(out, state->dirfd, TAKEN_FILE, STATE_MAX, TAKEN_FILE, &ignored);
}

bool sharing_is_pending(struct strbuf *reason)
{
	_cleanup_(user_state_close) struct user_state state = USER_STATE_INIT;
	struct tt_error ignored = TT_ERROR_INIT;

	if (user_state_open(&state, false, &ignored) != TT_OK || !is_marked(&state))
		return false;
	read_reason(reason, &state);
	return true;
}

/* With the lock. */
static enum tt_code publish_marked(const struct user_state *state, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf before = STRBUF_INIT;

	read_reason(&before, state);
	(void)renameat(state->dirfd, PENDING_FILE, state->dirfd, TAKEN_FILE);
	if (publish_once(state, err) == TT_OK) {
		(void)unlinkat(state->dirfd, TAKEN_FILE, 0);
		return TT_OK;
	}
	write_mark(state, TAKEN_FILE, err->msg);
	/* Once for each kind of trouble, however often it is met. */
	if (strcmp(before.buf, err->msg) != 0)
		user_log(USER_LOG_WARNING, "share: %s", err->msg);
	return err->code;
}

/* Whoever finds the lock taken leaves the mark to its holder, who looks again after
 * letting it go: one of the two publishes. */
static enum tt_code publish_rounds(struct user_state *state, struct tt_error *err)
{
	bool again = is_marked(state);

	for (int round = 0; round < ROUNDS && again; round++) {
		int lock = -1;
		enum tt_code code =
			fs_lock(&lock, state->dirfd, LOCK_FILE, 0, FILE_MODE, LOCK_FILE, err);

		if (code == TT_EBUSY)
			return TT_OK;
		if (code == TT_OK)
			code = publish_marked(state, err);
		fs_unlock(&lock);
		if (code != TT_OK)
			return code;
		again = fs_exists(state->dirfd, PENDING_FILE);
	}
	return TT_OK;
}

/* The answer is "", or why it did not work. */
static void publish_work(struct strbuf *answer, void *ctx)
{
	_cleanup_(user_state_close) struct user_state state = USER_STATE_INIT;
	struct tt_error err = TT_ERROR_INIT;

	(void)ctx;
	if (user_state_open(&state, true, &err) != TT_OK || publish_rounds(&state, &err) != TT_OK)
		strbuf_addstr(answer, err.msg);
}

void sharing_mark(const struct user_state *state)
{
	if (fs_exists(state->dirfd, STATE_FILE) && !fs_exists(state->dirfd, PENDING_FILE))
		write_mark(state, PENDING_FILE, "");
}

/* Somebody else may have set the directory by hand: a hook does not look for it, which
 * would cost more than its work. */
static bool is_first_time(const struct user_state *state, bool in_hook)
{
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;

	return !in_hook && (state->dirfd < 0 || !fs_exists(state->dirfd, STATE_FILE)) &&
	       sharing_dir(&dir);
}

static enum sharing_outcome publish(bool in_hook, struct strbuf *reason)
{
	_cleanup_(strbuf_release) struct strbuf answer = STRBUF_INIT;
	struct detached work = DETACHED_INIT;

	if (!detached_start(&work, publish_work, NULL))
		return SHARING_PENDING;
	if (!detached_finish(&work, &answer, in_hook ? HOOK_WAIT_MS : PERSON_WAIT_MS))
		return SHARING_SLOW;
	if (reason)
		strbuf_addstr(reason, answer.buf);
	return answer.len ? SHARING_PENDING : SHARING_DONE;
}

enum sharing_outcome sharing_publish(bool in_hook, struct strbuf *reason)
{
	_cleanup_(user_state_close) struct user_state state = USER_STATE_INIT;
	struct tt_error ignored = TT_ERROR_INIT;

	(void)user_state_open(&state, false, &ignored);
	if (is_first_time(&state, in_hook)) {
		user_state_close(&state);
		if (user_state_open(&state, true, &ignored) == TT_OK)
			write_mark(&state, PENDING_FILE, "");
	}
	if (state.dirfd < 0 || !is_marked(&state))
		return SHARING_OFF;
	return publish(in_hook, reason);
}

/* --- reading -----------------------------------------------------------------------------------
 */

/* "+" and what was fetched, or "-" and why not. */
static void fetch_work(struct strbuf *answer, void *ctx)
{
	struct tt_error err = TT_ERROR_INIT;

	strbuf_addch(answer, '+');
	if (share_fetch(answer, ctx, &err) == TT_OK)
		return;
	strbuf_reset(answer);
	strbuf_addf(answer, "-%s", err.msg);
}

bool sharing_start(struct sharing_reading *r)
{
	r->since.ms = clock_now().ms - REACH_MS;
	if (!sharing_dir(&r->dir))
		return false;
	(void)detached_start(&r->work, fetch_work, r->dir.buf);
	return true;
}

void sharing_abandon(struct sharing_reading *r)
{
	closep(&r->work.fd);
	strbuf_release(&r->dir);
}

enum tt_code sharing_finish(struct share_list *out, struct sharing_reading *r, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf answer = STRBUF_INIT,
						dir = r->dir; /* released here */
	_autofree_ char *shown = text_visible(dir.buf);
	bool started = r->work.fd >= 0;

	r->dir = (struct strbuf)STRBUF_INIT;
	if (!started || !detached_finish(&r->work, &answer, READ_WAIT_MS))
		return tt_fail(err, TT_EUNAVAILABLE,
			"the shared directory '%s' does not answer: other servers do not count",
			shown);
	if (answer.buf[0] != '+')
		return tt_fail(err, TT_EUNAVAILABLE,
			"the shared directory cannot be read, other servers do not count: %s",
			answer.buf + 1);
	return share_parse(
		out, (struct json_text){ answer.buf + 1, answer.len - 1 }, r->since, err);
}
