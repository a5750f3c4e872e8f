/* SPDX-License-Identifier: MIT */
#include "event.h"

#include "base/cleanup.h"
#include "requests.h"
#include "sharing.h"
#include "user_log.h"
#include "user_state.h"

enum { WAIT_MS = 500, RESET_WAIT_MS = 10000 };

/* The index, for one small change under the collectors' lock. */
struct pen_of_index {
	struct user_state state;
	struct usage_index *index;
};

static void close_pen(struct pen_of_index *pen)
{
	usage_index_close(pen->index);
	user_state_close(&pen->state);
}

static enum tt_code open_pen(struct pen_of_index *pen, int wait_ms, struct tt_error *err)
{
	if (user_state_open(&pen->state, true, err) != TT_OK ||
		user_state_lock(&pen->state, wait_ms, err) != TT_OK ||
		usage_index_open(&pen->index, pen->state.dir.buf, true, wait_ms, NULL, err) !=
			TT_OK)
		return err->code;
	return usage_index_begin(pen->index, err);
}

static enum tt_code commit(struct pen_of_index *pen, struct tt_error *err)
{
	sharing_mark(&pen->state);
	return usage_index_commit(pen->index, err);
}

enum tt_code event_put(const struct usage_event *event, struct tt_error *err)
{
	_cleanup_(close_pen) struct pen_of_index pen = { .state = USER_STATE_INIT };

	if (open_pen(&pen, WAIT_MS, err) != TT_OK ||
		usage_index_put_event(pen.index, event, err) != TT_OK)
		return err->code;
	return commit(&pen, err);
}

enum tt_code event_put_new(const struct usage_event *event, struct tt_error *err)
{
	_cleanup_(close_pen) struct pen_of_index pen = { .state = USER_STATE_INIT };
	bool known = false;

	if (open_pen(&pen, WAIT_MS, err) != TT_OK ||
		usage_index_has_event(pen.index, event->id, &known, err) != TT_OK)
		return err->code;
	if (known)
		return TT_OK;
	if (usage_index_put_event(pen.index, event, err) != TT_OK)
		return err->code;
	return commit(&pen, err);
}

static void event_of_entry(
	struct usage_event *out, const struct entry *e, const struct record *record)
{
	*out = (struct usage_event){
		.id = e->id,
		.time = e->timestamp,
		.kind = e->kind,
		.usage = e->usage,
		.requests = e->requests,
		.messages = 1, /* as the trackers counted whose users add by hand */
		.repository = vcs_common_dir(record->repo),
		.branch = record->branch.buf,
		.model = e->model,
		.source = e->source,
		.notes = e->notes,
		.is_void = e->is_void,
	};
}

void event_note(const struct entry *e, const struct record *record)
{
	struct tt_error problem = TT_ERROR_INIT, none = TT_ERROR_INIT;
	struct usage_event event;
	struct request later;

	event_of_entry(&event, e, record);
	later = (struct request){ event.repository, event.branch, *e };
	if (event_put(&event, &problem) == TT_OK ||
		(problem.code == TT_EBUSY && request_spool(&later, &none) == TT_OK))
		return;
	user_log(USER_LOG_WARNING, "the plan's windows do not count entry %s: %s", e->id,
		problem.msg);
}

enum tt_code event_put_reset(const struct window_reset *reset, struct tt_error *err)
{
	_cleanup_(close_pen) struct pen_of_index pen = { .state = USER_STATE_INIT };

	if (open_pen(&pen, RESET_WAIT_MS, err) != TT_OK ||
		usage_index_put_reset(pen.index, reset, err) != TT_OK)
		return err->code;
	return commit(&pen, err);
}
