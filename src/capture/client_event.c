/* SPDX-License-Identifier: MIT */
#include "capture/client_event.h"

#include "lenient.h"

enum { PERMILLE_MAX = 9999 };

static const char *text(struct json_reader *r, struct arena *arena)
{
	const char *value = lenient_text(r, arena);

	return value && *value ? value : NULL;
}

static enum tt_code finish(struct json_reader *r, struct tt_error *err)
{
	json_reader_end(r);
	return json_reader_error(r, err);
}

static void begin(struct json_reader *r, const char *json, size_t len)
{
	json_reader_init(r, json, len);
	r->lenient = true;
	json_enter_object(r);
}

/* --- hooks -------------------------------------------------------------------------- */

enum tt_code client_event_parse(struct client_event *out, struct arena *arena, const char *json,
	size_t len, struct tt_error *err)
{
	struct client_event e = { 0 };
	struct json_reader r;
	struct json_text key;

	begin(&r, json, len);
	while (json_next_key(&r, &key)) {
		if (json_text_is(key, "hook_event_name"))
			e.event = text(&r, arena);
		else if (json_text_is(key, "session_id"))
			e.session = text(&r, arena);
		else if (json_text_is(key, "transcript_path"))
			e.transcript_path = text(&r, arena);
		else if (json_text_is(key, "agent_transcript_path"))
			e.agent_transcript_path = text(&r, arena);
		else if (json_text_is(key, "cwd"))
			e.cwd = text(&r, arena);
		else
			json_skip(&r);
	}
	if (finish(&r, err) != TT_OK)
		return err->code;
	*out = e;
	return TT_OK;
}

/* --- the status line ------------------------------------------------------------------ */

static void read_model(struct client_status *s, struct json_reader *r, struct arena *arena)
{
	struct json_text key;

	if (!lenient_object(r))
		return;
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "id"))
			s->model_id = text(r, arena);
		else if (json_text_is(key, "display_name"))
			s->model_name = text(r, arena);
		else
			json_skip(r);
	}
}

static void read_workspace(struct client_status *s, struct json_reader *r, struct arena *arena)
{
	struct json_text key;

	if (!lenient_object(r))
		return;
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "project_dir"))
			s->project_dir = text(r, arena);
		else
			json_skip(r);
	}
}

static void read_cost(struct client_status *s, struct json_reader *r)
{
	struct json_text key;

	if (!lenient_object(r))
		return;
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "total_cost_usd"))
			s->has_cost = lenient_decimal(r, 9, &s->cost_nano_usd, NULL) &&
				      s->cost_nano_usd >= 0;
		else
			json_skip(r);
	}
}

/* A percentage in tenths of a percent; false when it is none. */
static bool read_permille(int32_t *out, struct json_reader *r)
{
	int64_t value;

	if (!lenient_decimal(r, 1, &value, NULL))
		return false;
	*out = value < 0 ? 0 : value > PERMILLE_MAX ? PERMILLE_MAX : (int32_t)value;
	return true;
}

static void read_context(struct client_status *s, struct json_reader *r)
{
	bool has_tokens = false, has_size = false;
	struct json_text key;

	if (!lenient_object(r))
		return;
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "total_input_tokens"))
			has_tokens = lenient_decimal(r, 0, &s->context_tokens, NULL) &&
				     s->context_tokens >= 0;
		else if (json_text_is(key, "context_window_size"))
			has_size = lenient_decimal(r, 0, &s->context_size, NULL) &&
				   s->context_size > 0;
		else if (!json_text_is(key, "used_percentage"))
			json_skip(r);
		else if (!read_permille(&s->context_permille, r))
			s->context_permille = -1;
	}
	s->has_context = has_tokens && has_size;
}

static void read_limit(struct reported_limit *out, struct json_reader *r)
{
	const int64_t year_9999 = INT64_C(253370764800);
	struct json_text key;
	int64_t seconds;

	*out = (struct reported_limit){ 0 };
	if (!lenient_object(r))
		return;
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "used_percentage")) {
			out->known = read_permille(&out->used_permille, r);
		} else if (json_text_is(key, "resets_at")) {
			out->has_reset = lenient_decimal(r, 0, &seconds, NULL) && seconds > 0 &&
					 seconds < year_9999;
			out->resets_at.ms = out->has_reset ? seconds * 1000 : 0;
		} else {
			json_skip(r);
		}
	}
}

static void read_limits(struct client_status *s, struct json_reader *r)
{
	struct json_text key;

	if (!lenient_object(r))
		return;
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "five_hour"))
			read_limit(&s->five_hour, r);
		else if (json_text_is(key, "seven_day"))
			read_limit(&s->seven_day, r);
		else
			json_skip(r);
	}
}

enum tt_code client_status_parse(struct client_status *out, struct arena *arena, const char *json,
	size_t len, struct tt_error *err)
{
	struct client_status s = { .context_permille = -1 };
	struct json_reader r;
	struct json_text key;

	begin(&r, json, len);
	while (json_next_key(&r, &key)) {
		if (json_text_is(key, "session_id"))
			s.session = text(&r, arena);
		else if (json_text_is(key, "transcript_path"))
			s.transcript_path = text(&r, arena);
		else if (json_text_is(key, "cwd"))
			s.cwd = text(&r, arena);
		else if (json_text_is(key, "model"))
			read_model(&s, &r, arena);
		else if (json_text_is(key, "workspace"))
			read_workspace(&s, &r, arena);
		else if (json_text_is(key, "cost"))
			read_cost(&s, &r);
		else if (json_text_is(key, "context_window"))
			read_context(&s, &r);
		else if (json_text_is(key, "rate_limits"))
			read_limits(&s, &r);
		else
			json_skip(&r);
	}
	if (finish(&r, err) != TT_OK)
		return err->code;
	*out = s;
	return TT_OK;
}
