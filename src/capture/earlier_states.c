/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "earlier_parts.h"

/* token_usage.json, token_update_request.json and usage-tracking.json: the present
 * totals of the trackers, small documents of one object. */

enum { CYCLE_MS = 5 * 3600 * 1000 };
#define WEEK_MS INT64_C(604800000)

/* --- what the readers share ------------------------------------------- */

enum tt_code earlier_count(
	int64_t *out, const struct json *object, const char *name, struct tt_error *err)
{
	const struct json *value = json_get(object, name);
	int64_t count = 0;

	if (value && json_typeof(value) != JSON_NULL &&
		(!json_integer(value, &count) || count < 0 || count > USAGE_MAX))
		return tt_fail(err, TT_EINPUT, "'%s' is no count of tokens", name);
	*out = count;
	return TT_OK;
}

enum tt_code earlier_epoch(struct instant *out, bool *has, const struct json *object,
	const char *name, struct tt_error *err)
{
	const struct json *value = json_get(object, name);
	int64_t seconds = 0;

	*has = false;
	if (!value || json_typeof(value) == JSON_NULL)
		return TT_OK;
	if (!json_integer(value, &seconds) || seconds < 0 || seconds > INT64_MAX / 1000 ||
		!entry_time_is_valid((struct instant){ seconds * 1000 }))
		return tt_fail(err, TT_EINPUT, "'%s' is no time in seconds since 1970", name);
	*has = seconds > 0;
	out->ms = seconds * 1000;
	return TT_OK;
}

enum tt_code earlier_send(
	const struct earlier_reading *r, const struct earlier_usage *u, struct tt_error *err)
{
	int64_t total;

	if (!usage_total(&total, &u->usage) || total > USAGE_MAX)
		return tt_fail(err, TT_EINPUT, "its tokens are too many to count");
	if (!entry_time_is_valid(u->time))
		return tt_fail(err, TT_EINPUT, "its time is out of range");
	return r->sink ? r->sink->usage(r->sink->ctx, u, err) : TT_OK;
}

struct instant earlier_hour(struct instant t)
{
	char local[INSTANT_TEXT];
	struct instant hour;

	instant_format_local(local, t);
	memcpy(local + 13, ":00:00", 7);
	return instant_parse_naive(&hour, local, false) ? hour : t;
}

static enum tt_code read_time(
	struct instant *out, const struct json *object, const char *name, struct tt_error *err)
{
	const char *text = json_text(json_get(object, name));

	if (!text)
		return tt_fail(err, TT_EINPUT, "it has no '%s'", name);
	if (!instant_parse_naive(out, text, false) || !entry_time_is_valid(*out)) {
		_autofree_ char *shown = text_visible_short(text, 64);

		return tt_fail(err, TT_EINPUT, "'%s': '%s' is not a time like 2026-11-23T09:00:00",
			name, shown);
	}
	return TT_OK;
}

/* --- cycles of five hours ------------------------------------------------ */

/* Input, output, and what the total says beyond them. */
static enum tt_code read_cycle_usage(
	struct usage *out, const struct json *root, struct tt_error *err)
{
	int64_t total;

	if (earlier_count(&out->input, root, "input", err) != TT_OK ||
		earlier_count(&out->output, root, "output", err) != TT_OK ||
		earlier_count(&total, root, "total", err) != TT_OK)
		return err->code;
	if (total > out->input + out->output)
		out->unsplit = total - out->input - out->output;
	return TT_OK;
}

/* One and the same cycle is written with more and fewer digits by the two programs of
 * this tracker: to the second, it is known by when its clock was started. */
static enum tt_code read_state(
	struct earlier_reading *r, const struct json *root, struct tt_error *err)
{
	_autofree_ char *key = NULL;
	struct earlier_usage u = { .what = EARLIER_WINDOW,
		.tracker = EARLIER_CYCLE_TRACKER,
		.source = "token_usage.json" };
	int64_t estimated, manual;

	if (read_cycle_usage(&u.usage, root, err) != TT_OK ||
		read_time(&u.from, root, "start_time", err) != TT_OK ||
		read_time(&u.until, root, "reset_time", err) != TT_OK ||
		earlier_count(&estimated, root, "estimated_sessions", err) != TT_OK ||
		earlier_count(&manual, root, "manual_updates", err) != TT_OK)
		return err->code;
	if (u.until.ms <= u.from.ms)
		return tt_fail(err, TT_EINPUT, "'reset_time' is not after 'start_time'");
	u.time = u.from;
	key = xasprintf("%.19s", json_text(json_get(root, "start_time")));
	u.key = key;
	u.kind = estimated > 0 ? ENTRY_ESTIMATED : ENTRY_MANUAL;
	u.requests = estimated + manual;
	return earlier_send(r, &u, err);
}

/* One that is still there was never taken: whoever takes it removes it. */
static enum tt_code read_request(
	struct earlier_reading *r, const struct json *root, struct tt_error *err)
{
	_autofree_ char *key = NULL;
	struct earlier_usage u = { .what = EARLIER_REQUEST,
		.tracker = EARLIER_CYCLE_TRACKER,
		.kind = ENTRY_MANUAL,
		.source = "token_update_request.json",
		.requests = 1 };

	if (read_cycle_usage(&u.usage, root, err) != TT_OK ||
		read_time(&u.time, root, "timestamp", err) != TT_OK)
		return err->code;
	key = xasprintf("%s|%" PRId64 "|%" PRId64, json_text(json_get(root, "timestamp")),
		u.usage.input, u.usage.output);
	u.key = key;
	return earlier_send(r, &u, err);
}

enum tt_code earlier_read_cycle(
	struct earlier_reading *r, enum earlier_file_format format, struct tt_error *err)
{
	_cleanup_(json_freep) struct json *root = NULL;

	if (json_parse(&root, r->file->text, r->file->len, err) != TT_OK)
		return err->code;
	return format == EARLIER_FILE_REQUEST ? read_request(r, root, err)
					      : read_state(r, root, err);
}

/* --- windows of several servers ------------------------------------------- */

/* A window as a file tells it. */
struct window {
	const char *name; /* "5h", "week", "before" */
	struct usage usage;
	struct instant start, reset, time;
	bool has_start, has_reset;
	int64_t requests, messages;
	const char *server;
};

/* A total whose parts are 0, or fewer than it, has an unknown split: it came from the
 * first version of the tracker, which had none. */
static enum tt_code read_totals(struct window *w, const struct json *from, struct tt_error *err)
{
	int64_t total;

	if (earlier_count(&total, from, "total_tokens", err) != TT_OK ||
		earlier_count(&w->usage.input, from, "input_tokens", err) != TT_OK ||
		earlier_count(&w->usage.output, from, "output_tokens", err) != TT_OK ||
		earlier_count(&w->requests, from, "total_requests", err) != TT_OK ||
		earlier_count(&w->messages, from, "total_messages", err) != TT_OK)
		return err->code;
	if (total > w->usage.input + w->usage.output)
		w->usage.unsplit = total - w->usage.input - w->usage.output;
	return TT_OK;
}

static bool is_empty(const struct usage *usage)
{
	int64_t total;

	return usage_total(&total, usage) && total == 0;
}

/* Counted where the window began, so that it begins there again. */
static enum tt_code send_window(
	struct earlier_reading *r, const struct window *w, int64_t length_ms, struct tt_error *err)
{
	_autofree_ char *key = xasprintf("%s|%" PRId64, w->name, w->start.ms / 1000);
	struct earlier_usage u = { .what = EARLIER_WINDOW,
		.tracker = EARLIER_WINDOW_TRACKER,
		.kind = ENTRY_MANUAL,
		.source = "usage-tracking.json",
		.key = key,
		.from = w->start,
		.until = w->has_reset ? w->reset : (struct instant){ w->start.ms + length_ms },
		.usage = w->usage,
		.requests = w->requests,
		.messages = w->messages,
		.server = w->server };

	if (is_empty(&w->usage))
		return TT_OK;
	if (!w->has_start)
		return tt_fail(err, TT_EINPUT, "nothing says when its window began");
	if (u.until.ms <= u.from.ms)
		return tt_fail(err, TT_EINPUT, "its window ends before it begins");
	u.time = w->time.ms ? w->time : u.from;
	return earlier_send(r, &u, err);
}

/* What belongs to the longer period but not to the window is counted before it, and so
 * long before it that it begins no window of five hours that reaches into this one. */
static void place_before(struct window *longer, const struct window *window)
{
	struct instant before = { window->start.ms - CYCLE_MS - 1 };

	if (window->has_start && before.ms > longer->start.ms)
		longer->time = before;
}

static enum tt_code read_flat(
	struct earlier_reading *r, const struct json *root, bool dual, struct tt_error *err)
{
	struct window w = { .name = "5h" }, week = { .name = "week" };
	const char *tokens = dual ? "tokens_5h" : "tokens_used";
	const char *reset = dual ? "next_5h_reset" : "next_reset";

	if (earlier_count(&w.usage.unsplit, root, tokens, err) != TT_OK ||
		earlier_count(&w.requests, root, "requests", err) != TT_OK ||
		earlier_count(&w.messages, root, "messages_5h", err) != TT_OK ||
		earlier_epoch(&w.start, &w.has_start, root, "session_start", err) != TT_OK ||
		earlier_epoch(&w.reset, &w.has_reset, root, reset, err) != TT_OK ||
		earlier_count(&week.usage.unsplit, root, "tokens_weekly", err) != TT_OK ||
		earlier_count(&week.messages, root, "messages_weekly", err) != TT_OK ||
		earlier_epoch(&week.start, &week.has_start, root, "week_start", err) != TT_OK ||
		earlier_epoch(&week.reset, &week.has_reset, root, "next_weekly_reset", err) !=
			TT_OK)
		return err->code;
	w.server = json_text(json_get(root, "last_server"));
	place_before(&week, &w);
	if (send_window(r, &w, CYCLE_MS, err) != TT_OK)
		return err->code;
	return dual ? send_window(r, &week, WEEK_MS, err) : TT_OK;
}

static enum tt_code read_period(struct window *w, const struct json *root, const char *session,
	const char *start, const char *totals, struct tt_error *err)
{
	const struct json *period = json_get(json_get(root, "session_management"), session);

	if (earlier_epoch(&w->start, &w->has_start, period, start, err) != TT_OK ||
		earlier_epoch(&w->reset, &w->has_reset, period, "next_reset", err) != TT_OK)
		return err->code;
	return read_totals(w, json_get(json_get(root, "token_usage"), totals), err);
}

static enum tt_code read_2_1(
	struct earlier_reading *r, const struct json *root, struct tt_error *err)
{
	struct window w = { .name = "5h" }, week = { .name = "week" };

	if (read_period(&w, root, "current_session_5h", "session_start", "window_5h", err) !=
			TT_OK ||
		read_period(&week, root, "weekly_session", "week_start", "window_weekly", err) !=
			TT_OK)
		return err->code;
	place_before(&week, &w);
	if (send_window(r, &w, CYCLE_MS, err) != TT_OK)
		return err->code;
	return send_window(r, &week, WEEK_MS, err);
}

/* --- the second version's servers -------------------------------------------- */

/* Their counters were never set back: what they hold beyond the window is older. */
static enum tt_code add_server(
	int64_t *tokens, int64_t *requests, const struct json *server, struct tt_error *err)
{
	int64_t session, lifetime, asked;

	if (earlier_count(&session, json_get(server, "session_tokens"), "total", err) != TT_OK ||
		earlier_count(&lifetime, json_get(server, "lifetime_stats"), "total_tokens", err) !=
			TT_OK ||
		earlier_count(&asked, server, "session_requests", err) != TT_OK)
		return err->code;
	*tokens += session > lifetime ? session : lifetime;
	*requests += asked;
	if (*tokens > USAGE_MAX || *requests > USAGE_MAX)
		return tt_fail(err, TT_EINPUT, "its tokens are too many to count");
	return TT_OK;
}

static enum tt_code read_servers(struct earlier_reading *r, const struct window *w,
	const struct json *servers, struct tt_error *err)
{
	struct window before = { .name = "before", .has_start = true, .has_reset = true };
	int64_t tokens = 0, requests = 0, inside = 0;

	for (const struct json *s = json_first(servers); s; s = json_next(s))
		if (add_server(&tokens, &requests, s, err) != TT_OK)
			return err->code;
	if (!usage_total(&inside, &w->usage) || tokens <= inside || !w->has_start)
		return TT_OK;
	before.usage.unsplit = tokens - inside;
	before.requests = requests > w->requests ? requests - w->requests : 0;
	before.reset = w->start;
	place_before(&before, w);
	return send_window(r, &before, 0, err);
}

static enum tt_code read_2_0(
	struct earlier_reading *r, const struct json *root, struct tt_error *err)
{
	struct window w = { .name = "5h" };
	const struct json *current = json_get(json_get(root, "token_usage"), "current_window");
	const struct json *tracking = json_get(root, "server_tracking");
	struct instant first;
	bool has_first;

	if (read_period(&w, root, "current_session", "session_start", "current_window", err) !=
			TT_OK ||
		earlier_epoch(&first, &has_first, current, "first_request", err) != TT_OK)
		return err->code;
	if (!w.has_start && has_first) {
		w.start = earlier_hour(first);
		w.has_start = true;
	}
	w.server = json_text(json_get(tracking, "last_active_server"));
	if (send_window(r, &w, CYCLE_MS, err) != TT_OK)
		return err->code;
	return read_servers(r, &w, json_get(tracking, "servers"), err);
}

enum tt_code earlier_read_windows(
	struct earlier_reading *r, enum earlier_file_format format, struct tt_error *err)
{
	_cleanup_(json_freep) struct json *root = NULL;

	if (json_parse(&root, r->file->text, r->file->len, err) != TT_OK)
		return err->code;
	if (format == EARLIER_FILE_WINDOW_2_1)
		return read_2_1(r, root, err);
	if (format == EARLIER_FILE_WINDOW_2_0 || format == EARLIER_FILE_WINDOW_2_0_ENHANCED)
		return read_2_0(r, root, err);
	return read_flat(r, root, format == EARLIER_FILE_WINDOW_DUAL, err);
}
