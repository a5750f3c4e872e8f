/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/cleanup.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "cli/command.h"
#include "detect_plan.h"
#include "plan_config.h"

struct plan_options {
	int64_t tokens, tokens_weekly, messages, messages_weekly;
	const char *weekly_reset;
};

static const struct option_row plan_rows[] = {
	{ "tokens", 0, OPTION_COUNT, "N", "set: tokens in five hours; 0: no limit",
		offsetof(struct plan_options, tokens), false },
	{ "tokens-weekly", 0, OPTION_COUNT, "N", "set: tokens in a week",
		offsetof(struct plan_options, tokens_weekly), false },
	{ "messages-5h", 0, OPTION_COUNT, "N", "set: messages in five hours",
		offsetof(struct plan_options, messages), false },
	{ "messages-weekly", 0, OPTION_COUNT, "N", "set: messages in a week",
		offsetof(struct plan_options, messages_weekly), false },
	{ "weekly-reset", 0, OPTION_TEXT, "WHEN", "set: when the week begins: 'tuesday 09:30'",
		offsetof(struct plan_options, weekly_reset), false },
	{ 0 },
};

static const struct plan_options plan_defaults = {
	.tokens = -1, .tokens_weekly = -1, .messages = -1, .messages_weekly = -1
};

/* --- showing -------------------------------------------------------------------------- */

static void put_limit(struct json_writer *w, const char *key, struct plan_limit limit)
{
	json_key(w, key);
	if (limit.source == LIMIT_NONE) {
		json_null(w);
		return;
	}
	json_open(w, '{');
	json_put_int(w, "limit", limit.amount);
	json_put_string(w, "source", limit_source_names[limit.source]);
	json_close(w, '}');
}

static void put_plan(struct json_writer *w, const struct plan *plan)
{
	_cleanup_(strbuf_release) struct strbuf week = STRBUF_INIT;

	week_begin_add(&week, plan->week);
	json_open(w, '{');
	json_put_string(w, "name", plan->name);
	json_put_string(w, "title", plan->title);
	put_limit(w, "tokens_5h", plan->limits[WINDOW_FIVE_HOUR][LIMIT_TOKENS]);
	put_limit(w, "messages_5h", plan->limits[WINDOW_FIVE_HOUR][LIMIT_MESSAGES]);
	put_limit(w, "tokens_weekly", plan->limits[WINDOW_WEEKLY][LIMIT_TOKENS]);
	put_limit(w, "messages_weekly", plan->limits[WINDOW_WEEKLY][LIMIT_MESSAGES]);
	json_put_string(w, "weekly_reset", week.buf);
	json_close(w, '}');
}

static void add_limit(struct strbuf *out, struct plan_limit limit)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	if (limit.source == LIMIT_NONE)
		strbuf_addch(&text, '-');
	else
		text_add_count(&text, limit.amount);
	strbuf_addf(out, " %12s", text.buf);
}

static void add_row(struct strbuf *out, const struct plan *plan)
{
	_cleanup_(strbuf_release) struct strbuf week = STRBUF_INIT;

	week_begin_add(&week, plan->week);
	strbuf_addf(out, "%-8s", plan->name);
	for (int kind = 0; kind < WINDOW_KINDS; kind++)
		for (int unit = 0; unit < LIMIT_UNITS; unit++)
			add_limit(out, plan->limits[kind][unit]);
	strbuf_addf(out, "  %s\n", week.buf);
}

static void add_heading(struct strbuf *out)
{
	strbuf_addf(out, "%-8s %12s %12s %12s %12s  %s\n", "plan", "tokens/5h", "messages/5h",
		"tokens/week", "msgs/week", "week begins");
}

static enum tt_code list(struct context *ctx, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct json_writer w = { .out = &out };

	(void)err;
	if (ctx->common.json) {
		json_open(&w, '{');
		json_put_int(&w, "version", 1);
		json_key(&w, "plans");
		json_open(&w, '[');
		for (size_t i = 0; plan_at(i); i++)
			put_plan(&w, plan_at(i));
		json_close(&w, ']');
		json_close(&w, '}');
		strbuf_addch(&out, '\n');
	} else {
		add_heading(&out);
		for (size_t i = 0; plan_at(i); i++)
			add_row(&out, plan_at(i));
		strbuf_addstr(&out, "\nThe service publishes no budgets: these are what earlier "
				    "trackers assumed.\nWhat Claude Code reports beats them.\n");
	}
	(void)fputs(out.buf, ctx->out);
	return TT_OK;
}

static enum tt_code status(struct context *ctx, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct tt_error ignored = TT_ERROR_INIT;
	struct json_writer w = { .out = &out };
	struct plan_config config;

	(void)context_open_repo(ctx, &ignored);
	if (plan_config_read(&config, ctx->repo, err) != TT_OK)
		return err->code;
	if (ctx->common.json) {
		json_open(&w, '{');
		json_put_int(&w, "version", 1);
		json_key(&w, "plan");
		if (config.has_plan)
			put_plan(&w, &config.plan);
		else
			json_null(&w);
		json_close(&w, '}');
		strbuf_addch(&out, '\n');
	} else if (config.has_plan) {
		add_heading(&out);
		add_row(&out, &config.plan);
	} else {
		strbuf_addstr(&out, "no plan is set: 'track-tokens plan set max5x' sets one, "
				    "'track-tokens plan detect' asks Claude Code's records\n");
	}
	(void)fputs(out.buf, ctx->out);
	return TT_OK;
}

/* --- setting ----------------------------------------------------------------------------- */

/* A configuration of this repository would win over what was just written. */
static void warn_if_hidden(struct context *ctx, const struct plan *plan)
{
	struct tt_error ignored = TT_ERROR_INIT;
	struct plan_config config;

	(void)context_open_repo(ctx, &ignored);
	if (plan_config_read(&config, ctx->repo, &ignored) == TT_OK && config.has_plan &&
		strcmp(config.plan.name, plan->name) != 0)
		context_warn(ctx,
			"this repository has a plan of its own, %s: see 'git config "
			"--show-origin track-tokens.plan'",
			config.plan.name);
}

static enum tt_code write_choice(struct context *ctx, const struct plan_choice *choice,
	const char *how, struct tt_error *err)
{
	if (plan_config_write(choice, err) != TT_OK)
		return err->code;
	if (!ctx->common.json)
		(void)fprintf(ctx->out, "Plan %s: %s\n", how, choice->plan->title);
	warn_if_hidden(ctx, choice->plan);
	return ctx->common.json ? status(ctx, err) : TT_OK;
}

static bool has_limit(const struct plan_options *o)
{
	return o->tokens > 0 || o->tokens_weekly > 0 || o->messages > 0 || o->messages_weekly > 0;
}

static enum tt_code set(
	struct context *ctx, const struct plan_options *o, const char *name, struct tt_error *err)
{
	struct plan_choice choice = {
		.plan = plan_find(name),
		.limits = { { o->tokens, o->messages }, { o->tokens_weekly, o->messages_weekly } },
		.weekly_reset = o->weekly_reset,
	};
	struct week_begin week;

	if (!choice.plan)
		return tt_fail(err, TT_EUSAGE,
			"no plan is called '%s': 'track-tokens plan list' shows them", name);
	if (o->weekly_reset && !week_begin_parse(&week, o->weekly_reset))
		return tt_fail(err, TT_EUSAGE,
			"'%s' is no beginning of a week: write it like 'tuesday 09:30'",
			o->weekly_reset);
	if (strcmp(choice.plan->name, "custom") == 0 && !has_limit(o))
		return tt_fail(err, TT_EUSAGE,
			"a custom plan needs a limit: --tokens, --tokens-weekly, --messages-5h or "
			"--messages-weekly");
	return write_choice(ctx, &choice, "set", err);
}

static enum tt_code detect(struct context *ctx, struct tt_error *err)
{
	struct plan_choice choice = { .limits = { { -1, -1 }, { -1, -1 } } };

	if (detect_plan(&choice.plan, err) != TT_OK)
		return err->code;
	return write_choice(ctx, &choice, "found in Claude Code's records", err);
}

/* --- the command -------------------------------------------------------------------------- */

static bool has_options(const struct plan_options *o)
{
	return memcmp(o, &plan_defaults, sizeof *o) != 0;
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	const struct plan_options *o = values;
	const char *verb = argc ? argv[0] : "status";

	if (argc == 2 && strcmp(verb, "set") == 0)
		return set(ctx, o, argv[1], err);
	if (has_options(o))
		return tt_fail(err, TT_EUSAGE, "limits go with 'plan set'");
	if (argc <= 1 && strcmp(verb, "status") == 0)
		return status(ctx, err);
	if (argc == 1 && strcmp(verb, "list") == 0)
		return list(ctx, err);
	if (argc == 1 && (strcmp(verb, "detect") == 0 || strcmp(verb, "update") == 0))
		return detect(ctx, err);
	if (argc == 1 && strcmp(verb, "set") == 0)
		return tt_fail(err, TT_EUSAGE, "which plan? 'track-tokens plan list' shows them");
	return tt_fail(err, TT_EUSAGE, "plan: unknown operand '%s'", argv[argc > 1 ? 1 : 0]);
}

const struct command command_plan = {
	.name = "plan",
	.synopsis = "[status]\n"
		    "list\n"
		    "set NAME\n"
		    "detect",
	.summary = "Show or choose the plan whose windows 'status' shows",
	.details =
		"The plan is kept in the user's git configuration (track-tokens.plan and below); "
		"one set in a repository's configuration holds there.\n"
		"\n"
		"Anthropic publishes no budgets. Those listed are what earlier trackers assumed, "
		"and are marked so; the percentages that Claude Code reports beat them, and "
		"figures of your own replace them.\n"
		"\n"
		"detect (or update) takes the plan from the account that Claude Code recorded in "
		".claude.json; no credential is read.",
	.examples = "track-tokens plan set max5x\n"
		    "track-tokens plan set custom --tokens 300k --weekly-reset 'tuesday 09:30'\n"
		    "track-tokens plan set pro --messages-5h 60\n"
		    "track-tokens plan detect",
	.options = plan_rows,
	.values_size = sizeof(struct plan_options),
	.defaults = &plan_defaults,
	.run = run,
};
