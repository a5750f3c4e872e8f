/* SPDX-License-Identifier: MIT */
#include "requests.h"

#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/text_set.h"
#include "cli/record.h"
#include "event.h"
#include "hook_input.h"
#include "user_log.h"
#include "user_state.h"

#define DIRECTORY "requests"

enum {
	DIR_MODE = 0700,
	FILE_MODE = 0600,
	FILE_MAX = 1024 * 1024,
	/* A command has its own work to do, and the client waits for a hook: the next one
	 * takes the rest. */
	TAKE_MS = 500,
	LOCK_WAIT_MS = 100,
};

static enum tt_code open_directory(int *fd, struct strbuf *shown, bool create, struct tt_error *err)
{
	_cleanup_(user_state_close) struct user_state state = USER_STATE_INIT;

	if (user_state_open(&state, create, err) != TT_OK ||
		fs_open_dir(fd, state.dir.buf, DIRECTORY, create, DIR_MODE, err) != TT_OK)
		return err->code;
	strbuf_addf(shown, "%s/" DIRECTORY, state.dir.buf);
	return TT_OK;
}

enum tt_code request_spool(const struct request *request, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT, text = STRBUF_INIT;
	_autofree_ char *name = NULL, *shown = NULL;
	_autoclose_ int fd = -1;
	char unique[ENTRY_ID_TEXT];

	if (open_directory(&fd, &dir, true, err) != TT_OK || entry_new_id(unique, err) != TT_OK)
		return err->code;
	request_encode(&text, request);
	name = xasprintf("%s.json", unique);
	shown = xasprintf("%s/%s", dir.buf, name);
	return fs_create(fd, name, text.buf, text.len, FILE_MODE, shown, err);
}

enum tt_code request_place(struct request *r, struct record *record, struct context *ctx,
	const char *branch, struct tt_error *err)
{
	struct tt_error problem = TT_ERROR_INIT;

	if (context_open_repo(ctx, &problem) != TT_OK) {
		if (problem.code == TT_ENOTFOUND && !branch)
			return TT_OK;
		return tt_fail(err, problem.code, "%s", problem.msg);
	}
	if (record_open(record, ctx, branch, err) != TT_OK)
		return err->code;
	record_sign(record, &r->entry);
	r->repository = vcs_common_dir(ctx->repo);
	r->branch = record->branch.buf;
	return TT_OK;
}

/* --- one of them ------------------------------------------------------------------------ */

struct taking {
	const struct context *ctx;
	struct text_set refused; /* ledgers that cannot be written now */
};

/* The ledger has the last word: the entry may have been changed, or removed, since. */
static enum tt_code record_entry(
	struct record *record, struct request *r, const struct context *ctx, struct tt_error *err)
{
	struct tt_error missing = TT_ERROR_INIT;
	size_t i;

	if (record_lock_within(record, LOCK_WAIT_MS, err) != TT_OK)
		return err->code;
	if (ledger_find(record->ledger, r->entry.id, &i, &missing) == TT_OK)
		return ledger_entry(record->ledger, i, &r->entry, err);
	if (missing.code != TT_ENOTFOUND)
		return tt_fail(err, missing.code, "%s", missing.msg);
	if (ledger_put(record->ledger, &r->entry, err) != TT_OK)
		return err->code;
	return record_save(ctx, record, NULL, err);
}

static void event_of_request(struct usage_event *out, const struct request *r)
{
	*out = (struct usage_event){ .id = r->entry.id,
		.time = r->entry.timestamp,
		.kind = r->entry.kind,
		.usage = r->entry.usage,
		.requests = r->entry.requests,
		.messages = 1,
		.repository = r->repository,
		.branch = r->branch,
		.model = r->entry.model,
		.source = r->entry.source,
		.notes = r->entry.notes,
		.is_void = r->entry.is_void };
}

/* Each ledger is waited for, and complained about, once. */
static enum tt_code record_or_refuse(struct record *record, struct request *r,
	struct taking *taking, struct vcs_repo *repo, struct tt_error *err)
{
	_autofree_ char *ledger = xasprintf("%s\n%s", r->repository, r->branch);
	struct context there = *taking->ctx;

	if (text_set_has(&taking->refused, ledger, strlen(ledger)))
		return tt_fail(err, TT_EBUSY, "its ledger cannot be written now");
	there.repo = repo;
	if (record_open(record, &there, r->branch, err) == TT_OK &&
		record_entry(record, r, &there, err) == TT_OK)
		return TT_OK;
	if (err->code != TT_EINPUT) /* the ledger's trouble, not the entry's */
		(void)text_set_add(&taking->refused, ledger, strlen(ledger));
	return err->code;
}

/* Until the ledger can be written, the plan's windows count it already. */
static enum tt_code take_placed(
	struct request *r, struct taking *taking, struct vcs_repo *repo, struct tt_error *err)
{
	_cleanup_(record_release) struct record record = RECORD_INIT;
	struct tt_error problem = TT_ERROR_INIT;
	struct usage_event event;

	(void)record_or_refuse(&record, r, taking, repo, &problem);
	event_of_request(&event, r);
	if (problem.code == TT_OK)
		return event_put(&event, err);
	if (event_put_new(&event, err) != TT_OK)
		return err->code;
	return tt_fail(err, problem.code, "%s", problem.msg);
}

static enum tt_code take_unplaced(struct request *r, struct tt_error *err)
{
	struct usage_event event;

	event_of_request(&event, r);
	event.repository = NULL;
	return event_put_new(&event, err);
}

static enum tt_code record_request(struct request *r, struct taking *taking, struct tt_error *err)
{
	_cleanup_(vcs_closep) struct vcs_repo *repo = NULL;
	struct tt_error problem = TT_ERROR_INIT;

	if (!r->repository)
		return take_unplaced(r, err);
	if (vcs_open(&repo, r->repository, &problem) == TT_OK)
		return take_placed(r, taking, repo, err);
	if (problem.code == TT_ENOTFOUND) /* the repository is gone: what was used was used */
		return take_unplaced(r, err);
	return tt_fail(err, problem.code, "%s", problem.msg);
}

static enum tt_code read_request(struct request *out, struct arena *arena, int dir,
	const char *name, const char *shown, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	if (fs_read(&text, dir, name, FILE_MAX, shown, err) != TT_OK)
		return err->code;
	if (request_parse(out, arena, text.buf, text.len, err) != TT_OK)
		return tt_context(err, "'%s'", shown);
	return TT_OK;
}

static enum tt_code take(
	struct taking *taking, int dir, const char *name, const char *shown, struct tt_error *err)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct tt_error unread = TT_ERROR_INIT;
	struct request r;

	/* Another took it, or `doctor` tells what is wrong with it. */
	if (read_request(&r, &arena, dir, name, shown, &unread) != TT_OK)
		return TT_OK;
	if (record_request(&r, taking, err) != TT_OK)
		return err->code;
	return fs_remove(dir, name, shown, err);
}

/* --- all of them ----------------------------------------------------------------------- */

static bool is_request(const char *name)
{
	return name[0] != '.' && text_ends_with(name, ".json");
}

struct requests {
	DIR *stream;
	int fd;
	struct strbuf dir;
};

static void requests_close(struct requests *r)
{
	if (r->stream)
		(void)closedir(r->stream);
	closep(&r->fd);
	strbuf_release(&r->dir);
}

/* False: nothing waits. */
static bool requests_open(struct requests *r)
{
	struct tt_error none = TT_ERROR_INIT;
	int copy;

	if (open_directory(&r->fd, &r->dir, false, &none) != TT_OK)
		return false;
	copy = dup(r->fd);
	r->stream = copy >= 0 ? fdopendir(copy) : NULL;
	if (!r->stream)
		closep(&copy);
	return r->stream;
}

static const char *requests_next(struct requests *r)
{
	struct dirent *entry;

	while ((entry = readdir(r->stream)))
		if (is_request(entry->d_name))
			return entry->d_name;
	return NULL;
}

/* While a collector is at work, nothing can be taken. */
static bool index_is_free(void)
{
	_cleanup_(user_state_close) struct user_state state = USER_STATE_INIT;
	struct tt_error problem = TT_ERROR_INIT;

	return user_state_open(&state, false, &problem) == TT_OK &&
	       user_state_lock(&state, LOCK_WAIT_MS, &problem) == TT_OK;
}

static void take_all(struct taking *taking, struct requests *r, const char *first)
{
	int64_t until = hook_clock_ms() + TAKE_MS;

	for (const char *name = first; name; name = requests_next(r)) {
		_autofree_ char *shown = xasprintf("%s/%s", r->dir.buf, name);
		struct tt_error problem = TT_ERROR_INIT;

		if (take(taking, r->fd, name, shown, &problem) != TT_OK && problem.code != TT_EBUSY)
			user_log(USER_LOG_WARNING, "a request waits on: %s", problem.msg);
		if (hook_clock_ms() >= until)
			return;
	}
}

void requests_take(const struct context *ctx)
{
	_cleanup_(requests_close) struct requests r = { .fd = -1, .dir = STRBUF_INIT };
	struct taking taking = { .ctx = ctx, .refused = TEXT_SET_INIT };
	const char *first = requests_open(&r) ? requests_next(&r) : NULL;

	if (first && index_is_free())
		take_all(&taking, &r, first);
	text_set_release(&taking.refused);
}

size_t requests_survey(struct strbuf *unreadable)
{
	_cleanup_(requests_close) struct requests r = { .fd = -1, .dir = STRBUF_INIT };
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	size_t count = 0;
	const char *name;

	if (!requests_open(&r))
		return 0;
	while ((name = requests_next(&r))) {
		_autofree_ char *shown = xasprintf("%s/%s", r.dir.buf, name);
		struct tt_error problem = TT_ERROR_INIT;
		struct request request;

		count++;
		if (read_request(&request, &arena, r.fd, name, shown, &problem) != TT_OK)
			strbuf_addf(unreadable, "%s\n", problem.msg);
	}
	return count;
}
