/* SPDX-License-Identifier: MIT */
#include "plan_config.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/text.h"

#define PLAN_KEY "track-tokens.plan"
#define WEEK_KEY "track-tokens.plan.weeklyReset"
#define STYLE_KEY "track-tokens.style"

static const char *const limit_keys[WINDOW_KINDS][LIMIT_UNITS] = {
	{ "track-tokens.plan.tokens", "track-tokens.plan.messages" },
	{ "track-tokens.plan.tokensWeekly", "track-tokens.plan.messagesWeekly" },
};

enum { KEYS = 2 + WINDOW_KINDS * LIMIT_UNITS, NUMBER_TEXT = 24 };

/* --- reading ----------------------------------------------------------------------- */

static enum tt_code fail_value(
	const char *key, const char *value, const char *expected, struct tt_error *err)
{
	return tt_fail(err, TT_EINPUT, "%s is '%s': it can be %s", key, value, expected);
}

static enum tt_code read_name(
	struct plan_config *out, const struct vcs_repo *repo, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf value = STRBUF_INIT;
	const struct plan *plan;

	if (!vcs_config_get(&value, repo, PLAN_KEY))
		return TT_OK;
	plan = plan_find(value.buf);
	if (!plan)
		return fail_value(PLAN_KEY, value.buf, "pro, max5x, max20x or custom", err);
	out->plan = *plan;
	out->has_plan = true;
	return TT_OK;
}

static enum tt_code read_limit(struct plan_config *out, const struct vcs_repo *repo,
	enum window_kind kind, enum limit_unit unit, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf value = STRBUF_INIT;
	const char *key = limit_keys[kind][unit];
	int64_t amount;

	if (!vcs_config_get(&value, repo, key))
		return TT_OK;
	if (!text_parse_count(&amount, value.buf))
		return fail_value(key, value.buf, "a number, 0 for no limit", err);
	if (!out->has_plan)
		out->plan = *plan_find("custom");
	out->has_plan = true;
	plan_set_limit(&out->plan, kind, unit, amount);
	return TT_OK;
}

static enum tt_code read_week(
	struct plan_config *out, const struct vcs_repo *repo, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf value = STRBUF_INIT;

	if (!vcs_config_get(&value, repo, WEEK_KEY))
		return TT_OK;
	if (!out->has_plan)
		out->plan = *plan_find("custom");
	out->has_plan = true;
	if (!week_begin_parse(&out->plan.week, value.buf))
		return fail_value(WEEK_KEY, value.buf, "like 'monday' or 'tuesday 09:30'", err);
	return TT_OK;
}

static enum tt_code read_style(
	struct plan_config *out, const struct vcs_repo *repo, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf value = STRBUF_INIT;

	out->has_style = vcs_config_get(&value, repo, STYLE_KEY);
	if (out->has_style && !window_style_parse(&out->style, value.buf))
		return fail_value(STYLE_KEY, value.buf, "tokens, messages, percent or s0", err);
	return TT_OK;
}

enum tt_code plan_config_read(
	struct plan_config *out, const struct vcs_repo *repo, struct tt_error *err)
{
	struct plan_config config = { .style = WINDOW_TOKENS };

	if (read_name(&config, repo, err) != TT_OK)
		return err->code;
	for (int kind = 0; kind < WINDOW_KINDS; kind++)
		for (int unit = 0; unit < LIMIT_UNITS; unit++)
			if (read_limit(&config, repo, (enum window_kind)kind, (enum limit_unit)unit,
				    err) != TT_OK)
				return err->code;
	if (read_week(&config, repo, err) != TT_OK || read_style(&config, repo, err) != TT_OK)
		return err->code;
	*out = config;
	return TT_OK;
}

/* --- writing ------------------------------------------------------------------------- */

enum tt_code plan_config_write(const struct plan_choice *choice, struct tt_error *err)
{
	char numbers[WINDOW_KINDS * LIMIT_UNITS][NUMBER_TEXT];
	struct vcs_setting settings[KEYS] = {
		{ PLAN_KEY, choice->plan->name },
		{ WEEK_KEY, choice->weekly_reset },
	};
	size_t count = 2;

	for (int kind = 0; kind < WINDOW_KINDS; kind++) {
		for (int unit = 0; unit < LIMIT_UNITS; unit++) {
			int64_t amount = choice->limits[kind][unit];
			char *text = numbers[count - 2];

			(void)snprintf(text, NUMBER_TEXT, "%" PRId64, amount);
			settings[count++] = (struct vcs_setting){ limit_keys[kind][unit],
				amount < 0 ? NULL : text };
		}
	}
	return vcs_user_config_set(settings, count, err);
}
