/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/command.h"
#include "log_show.h"
#include "report/openmetrics.h"
#include "report_budgets.h"
#include "report_index.h"
#include "report_page.h"
#include "report_query.h"
#include "report_servers.h"
#include "report_trends.h"
#include "timezone.h"

static const struct option_row report_rows[] = {
	{ "since", 0, OPTION_TEXT, "DAY", "from this day on",
		offsetof(struct report_options, since), false },
	{ "until", 0, OPTION_TEXT, "DAY", "up to this day, included",
		offsetof(struct report_options, until), false },
	{ "days", 'd', OPTION_INT, "N", "the last N days, today included; 0: ever",
		offsetof(struct report_options, days), false },
	{ "timezone", 'z', OPTION_TEXT, "ZONE",
		"the days of this zone, such as Europe/Berlin (default: track-tokens.timezone, "
		"else "
		"those of where it was used)",
		offsetof(struct report_options, timezone), false },
	{ "number", 'n', OPTION_INT, "N", "show at most N rows; 0: all",
		offsetof(struct report_options, number), false },
	{ "limit", 'l', OPTION_INT, "N", "-n", offsetof(struct report_options, number), true },
	{ "project", 'p', OPTION_TEXT, "NAME",
		"only this one: its directory, its path or its remote",
		offsetof(struct report_options, project), false },
	{ "branch", 'b', OPTION_TEXT, "NAME", "only this branch",
		offsetof(struct report_options, branch), false },
	{ "model", 'm', OPTION_TEXT, "NAME", "only models whose name has this in it",
		offsetof(struct report_options, model), false },
	{ "min-cost", 0, OPTION_TEXT, "USD", "show only what cost at least this much",
		offsetof(struct report_options, min_cost), false },
	{ "sort", 0, OPTION_WORD, REPORT_ORDERS, "in another order",
		offsetof(struct report_options, sort), false },
	{ "format", 'f', OPTION_WORD, "text|markdown|json|csv|html|openmetrics|prometheus",
		"how to write it (default: text)", offsetof(struct report_options, format), false },
	{ "budget", 0, OPTION_TEXT, "USD",
		"html: what the days shown may cost together; budgets: branch=50,month=200",
		offsetof(struct report_options, budget), false },
	{ "compat", 0, OPTION_WORD, "ccusage", "JSON in the shape of another program's",
		offsetof(struct report_options, compat), false },
	{ "all", 'a', OPTION_FLAG, NULL, "branches: of every project, not only of this one",
		offsetof(struct report_options, all), false },
	{ "no-sync", 0, OPTION_FLAG, NULL, "do not look for new transcripts before",
		offsetof(struct report_options, no_sync), false },
	{ "prices", 0, OPTION_TEXT, "FILE", "use this price table",
		offsetof(struct report_options, prices), false },
	{ 0 },
};

static const struct report_options report_defaults = {
	.days = REPORT_UNSET, .number = REPORT_UNSET, .format = "text"
};

static const struct report_kind kinds[] = {
	{ "summary", "Project", USAGE_BY_PROJECT, ORDER_COST, 0, 0, NO_OPERAND,
		report_usage_summary_text },
	{ "recent", "Session", USAGE_BY_SESSION, ORDER_TIME, 0, 10, ROWS,
		report_usage_recent_text },
	{ "daily", "Date", USAGE_BY_DAY, ORDER_TIME, 7, 0, DAYS, report_usage_table_text },
	{ "weekly", "Week of", USAGE_BY_WEEK, ORDER_TIME, 56, 0, DAYS, report_usage_table_text },
	{ "monthly", "Month", USAGE_BY_MONTH, ORDER_TIME, 365, 0, DAYS, report_usage_table_text },
	{ "project", "Project", USAGE_BY_PROJECT, ORDER_COST, 30, 0, PROJECT,
		report_usage_project_text },
	{ "session", "Session", USAGE_BY_SESSION, ORDER_TIME, 0, 0, SESSION,
		report_usage_session_text },
	{ "blocks", "Block from", USAGE_BY_BLOCK, ORDER_TIME, 3, 0, DAYS, report_usage_table_text },
	{ "branches", "Branch", USAGE_BY_BRANCH, ORDER_COST, 0, 0, NO_OPERAND,
		report_usage_table_text },
	{ "models", "Model", USAGE_BY_MODEL, ORDER_COST, 0, 0, NO_OPERAND,
		report_usage_table_text },
};

struct view {
	struct context *ctx;
	struct report_query query;
	struct usage_index *index;
	struct usage_rows rows;
	struct report_groups groups;
};

static void view_release(struct view *v)
{
	report_groups_release(&v->groups);
	usage_rows_release(&v->rows);
	usage_index_close(v->index);
	report_query_release(&v->query);
}

/* --- what was found ----------------------------------------------------------------------------
 */

static enum tt_code check_project(const struct view *v, struct tt_error *err)
{
	const struct usage_query *q = &v->query.usage;

	if (!q->project || v->rows.any_project)
		return TT_OK;
	return tt_fail(err, TT_ENOTFOUND,
		"nothing is known of a project '%s': 'track-tokens report summary' shows those "
		"that there are",
		q->project);
}

enum { MOST_CANDIDATES = 10 };

static enum tt_code check_session(const struct view *v, struct tt_error *err)
{
	const struct rollup_list *found = &v->rows.totals->branches;
	const char *wanted = v->query.usage.session;
	_cleanup_(strbuf_release) struct strbuf names = STRBUF_INIT;

	if (!wanted || found->count == 1)
		return TT_OK;
	if (found->count == 0)
		return tt_fail(err, TT_ENOTFOUND,
			"no session begins with '%s': 'track-tokens report recent' shows some",
			wanted);
	for (size_t i = 0; i < found->count && i < MOST_CANDIDATES; i++)
		strbuf_addf(&names, "\n  %s", found->items[i].name);
	return tt_fail(err, TT_EUSAGE, "%zu sessions begin with '%s': say more of it%s%s",
		found->count, wanted, names.buf, found->count > MOST_CANDIDATES ? "\n  ..." : "");
}

/* --- how it is written -------------------------------------------------------------- */

/* Of a report that is about one project or session, when there is exactly that one. */
static bool shows_one(const struct view *v)
{
	enum report_operand operand = v->query.kind->operand;

	return (operand == PROJECT || operand == SESSION) && v->groups.count == 1;
}

static void write_text(struct strbuf *out, const struct view *v, const struct report_usage *report)
{
	const struct report_kind *kind = v->query.kind;

	if ((kind->operand == PROJECT || kind->operand == SESSION) && !shows_one(v))
		report_usage_table_text(out, report, &v->ctx->style);
	else
		kind->text(out, report, &v->ctx->style);
}

static void write_report(struct strbuf *out, const struct view *v)
{
	const struct report_usage report = {
		.report = v->query.kind->name,
		.key_title = v->query.kind->key_title,
		.scope = v->query.scope.len ? v->query.scope.buf : NULL,
		.groups = v->groups.items,
		.count = v->groups.count,
		.left_out = v->groups.left_out,
		.sessions = v->rows.sessions,
		.totals = v->rows.totals,
		.prices = v->query.prices,
	};
	const char *format = v->ctx->common.json ? "json" : v->query.options->format;

	if (v->query.options->compat)
		report_usage_ccusage(out, &report);
	else if (strcmp(format, "json") == 0)
		report_usage_json(out, &report);
	else if (strcmp(format, "csv") == 0)
		report_usage_csv(out, &report);
	else if (strcmp(format, "markdown") == 0)
		report_usage_markdown(out, &report);
	else if (strcmp(format, "openmetrics") == 0)
		report_usage_metrics(out, &report, METRICS_OPENMETRICS);
	else if (strcmp(format, "prometheus") == 0)
		report_usage_metrics(out, &report, METRICS_PROMETHEUS);
	else
		write_text(out, v, &report);
}

static bool writes_html(const struct context *ctx, const struct report_options *o)
{
	return !ctx->common.json && !o->compat && strcmp(o->format, "html") == 0;
}

static bool writes_metrics(const struct report_options *o)
{
	return strcmp(o->format, "openmetrics") == 0 || strcmp(o->format, "prometheus") == 0;
}

/* Counters never fall: what some days used does, every midnight. */
static enum tt_code check_metrics(const struct report_query *q, struct tt_error *err)
{
	enum usage_grouping by = q->usage.by;
	bool is_counter = by == USAGE_BY_PROJECT || by == USAGE_BY_BRANCH || by == USAGE_BY_MODEL;

	if (!writes_metrics(q->options) ||
		(is_counter && !q->usage.has_since && !q->usage.has_until))
		return TT_OK;
	return tt_fail(err, TT_EUSAGE,
		"--format %s counts from the beginning of time: take summary, branches or models, "
		"without --since and --until, and with --days 0 if at all",
		q->options->format);
}

static enum tt_code read_usage(struct view *v, struct tt_error *err)
{
	struct report_choice choice = { .order = v->query.kind->order };
	const struct report_options *o = v->query.options;

	if (report_choice_parse(&choice, o->sort, o->min_cost, err) != TT_OK ||
		report_query_build(&v->query, err) != TT_OK ||
		check_metrics(&v->query, err) != TT_OK ||
		report_index_open(&v->index, v->ctx, !o->no_sync, err) != TT_OK ||
		usage_rows_read(&v->rows, v->index, &v->query.usage, err) != TT_OK ||
		check_project(v, err) != TT_OK || check_session(v, err) != TT_OK)
		return err->code;
	choice.rows = v->query.rows;
	if (o->compat && !o->sort && v->query.usage.by == USAGE_BY_SESSION)
		choice.order = ORDER_COST;
	report_groups_choose(&v->groups, &v->rows, &choice);
	if (!o->compat && (!writes_metrics(o) || v->query.usage.by == USAGE_BY_MODEL))
		return TT_OK;
	return report_groups_read_models(&v->groups, v->index, &v->query.usage, err);
}

static enum tt_code show_usage(struct view *v, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

	if (read_usage(v, err) != TT_OK)
		return err->code;
	if (!writes_html(v->ctx, v->query.options))
		write_report(&out, v);
	else if (report_page_write(&out, &v->query, &v->rows, v->index, err) != TT_OK)
		return err->code;
	(void)fwrite(out.buf, 1, out.len, v->ctx->out);
	return TT_OK;
}

/* --- the command
 * ----------------------------------------------------------------------------------- */

static const struct report_kind *find_kind(const char *name)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

static enum tt_code unknown_report(const char *name, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf names = STRBUF_INIT;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		strbuf_addf(&names, "%s, ", kinds[i].name);
	return tt_fail(err, TT_EUSAGE,
		"there is no report '%s', only: %scommits, trends, budgets, servers", name,
		names.buf);
}

static bool has_days(const char *name)
{
	return strcmp(name, "servers") != 0 && strcmp(name, "commits") != 0;
}

/* What is new is read before: its days are those of where it was used. */
static enum tt_code enter_timezone(const struct context *ctx, const char *name,
	struct report_options *o, struct strbuf *configured, struct tt_error *err)
{
	if (!has_days(name))
		return o->timezone ? tt_fail(err, TT_EUSAGE, "report %s has no days: no --timezone",
					     name)
				   : TT_OK;
	if (!o->timezone && vcs_config_get(configured, ctx->repo, "track-tokens.timezone") &&
		configured->len)
		o->timezone = configured->buf;
	if (!o->timezone)
		return TT_OK;
	if (!o->no_sync)
		report_index_refresh(ctx);
	o->no_sync = true;
	return timezone_use(o->timezone, err);
}

/* Of those that are no groups of usage. */
static bool is_alone(const char *name)
{
	return strcmp(name, "servers") == 0 || strcmp(name, "budgets") == 0;
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	const char *name = argc ? argv[0] : "summary";
	_cleanup_(view_release) struct view v = { .ctx = ctx, .query = REPORT_QUERY_INIT };
	_cleanup_(strbuf_release) struct strbuf zone = STRBUF_INIT;
	struct report_options options = *(const struct report_options *)values;
	const struct report_options *o = &options;

	if (enter_timezone(ctx, name, &options, &zone, err) != TT_OK)
		return err->code;
	v.query.ctx = ctx;
	v.query.options = o;
	v.query.kind = find_kind(name);
	v.query.operand = argc > 1 ? argv[1] : NULL;
	if (argc > 2 || (argc > 1 && is_alone(name)))
		return tt_fail(err, TT_EUSAGE, "report %s: '%s' is one word too many", name,
			argv[argc - 1]);
	if (!v.query.kind && (writes_metrics(o) || writes_html(ctx, o)))
		return tt_fail(err, TT_EUSAGE, "report %s cannot be had as %s", name, o->format);
	if (strcmp(name, "servers") == 0)
		return report_servers_show(ctx, err);
	if (strcmp(name, "budgets") == 0)
		return report_budgets_show(ctx, o, err);
	if (strcmp(name, "commits") == 0)
		return log_show(ctx, o->branch, o->number > 0 ? o->number : 0, o->prices, err);
	if (strcmp(name, "trends") == 0)
		return report_trends_show(ctx, o, err);
	return v.query.kind ? show_usage(&v, err) : unknown_report(name, err);
}

const struct command command_report = {
	.name = "report",
	.synopsis = "[summary]\nrecent [rows]\ndaily|weekly|monthly [days]\nproject [path]\n"
		    "session <id>\nblocks [days]\n"
		    "branches|commits|models\ntrends|budgets|servers",
	.summary = "Show what projects, days, branches, models and sessions cost",
	.details =
		"Everything that the usage index knows, of all projects, the cache included; new "
		"transcripts are read first. What is shown can be narrowed to days, a project, a "
		"branch and a model; rows that are then left out by -n or --min-cost are still "
		"part "
		"of the total. Of a session's id the beginning will do.\n"
		"\n"
		"summary shows each project; recent the last sessions (10); daily the last 7 days, "
		"weekly the last 8 weeks and monthly the last 12 months; project one of them, by "
		"default this one, of the last 30 days; branches and commits those of this "
		"project.\n"
		"\n"
		"blocks shows the last 3 days in the five-hour blocks that ccusage reckons by; "
		"trends compares this week with the last one, and tells what the month will cost "
		"if it goes on like this, what cost most, and what the cache saved.\n"
		"\n"
		"budgets shows what this branch, today and this month may cost "
		"(track-tokens.budget.branch, .day and .month, or --budget), and what they did: a "
		"day and a month of all projects together. The exit status is 6 where more was "
		"spent.\n"
		"\n"
		"servers shows the tokens of each server in the five-hour window and the week that "
		"are open now, and ever. The servers are those that publish into one directory "
		"('track-tokens init --shared DIR'); files there that do not count are named, and "
		"why.",
	.examples = "track-tokens report\n"
		    "track-tokens report daily 14\n"
		    "track-tokens report branches --since 2026-11-01 --sort tokens\n"
		    "track-tokens report session 953809ed\n"
		    "track-tokens report models --json\n"
		    "track-tokens report --format prometheus >claude.prom\n"
		    "track-tokens report monthly 1 --format html --budget 200 >claude.html\n"
		    "track-tokens report budgets --budget day=20,month=200\n"
		    "track-tokens report servers",
	.options = report_rows,
	.values_size = sizeof(struct report_options),
	.defaults = &report_defaults,
	.needs = PAGED,
	.run = run,
};
