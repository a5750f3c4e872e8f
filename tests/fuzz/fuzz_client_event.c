/* SPDX-License-Identifier: MIT */
#include "capture/client_event.h"
#include "fuzz.h"

/* Absent is NULL, never empty. */
static bool is_given(const char *text)
{
	return text == NULL || *text != '\0';
}

static void check_limit(const struct reported_limit *limit)
{
	must(limit->used_permille >= 0 && limit->used_permille <= 9999);
	must(limit->has_reset == (limit->resets_at.ms > 0));
}

static void check_status(const char *text, size_t len, bool is_object)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct client_status s = { .session = "before" };
	struct tt_error err = TT_ERROR_INIT;
	enum tt_code code = client_status_parse(&s, &arena, text, len, &err);

	must(code == (is_object ? TT_OK : TT_EINPUT));
	if (code != TT_OK) {
		must(strcmp(s.session, "before") == 0);
		must(strncmp(err.msg, "line ", 5) == 0);
		return;
	}
	must(is_given(s.session) && is_given(s.transcript_path) && is_given(s.cwd));
	must(is_given(s.project_dir) && is_given(s.model_id) && is_given(s.model_name));
	must(!s.has_cost || s.cost_nano_usd >= 0);
	must(!s.has_context || (s.context_tokens >= 0 && s.context_size > 0));
	must(s.context_permille >= -1 && s.context_permille <= 9999);
	check_limit(&s.five_hour);
	check_limit(&s.seven_day);
}

/* A hook and a status line take the same texts, whatever else is in them. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct client_event e = { .event = "before" };
	struct tt_error err = TT_ERROR_INIT;
	const char *text = (const char *)data;
	enum tt_code code = client_event_parse(&e, &arena, text, size, &err);

	if (code == TT_OK)
		must(is_given(e.event) && is_given(e.session) && is_given(e.cwd) &&
			is_given(e.transcript_path) && is_given(e.agent_transcript_path));
	else
		must(code == TT_EINPUT && strcmp(e.event, "before") == 0);
	check_status(text, size, code == TT_OK);
	return 0;
}
