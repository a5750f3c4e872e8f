/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/price_table.h"
#include "collect.h"
#include "report/usage_report.h"
#include "report_order.h"
#include "report_servers.h"
#include "requests.h"
#include "usage_report.h"

enum { UNSET = -1 };

struct report_options {
	const char *since, *until, *project, *branch, *model, *min_cost, *sort, *prices;
	int64_t days, number;
	bool all, no_sync;
};

static const struct option_row report_rows[] = {
	{ "since", 0, OPTION_TEXT, "DAY", "from this day on",
		offsetof(struct report_options, since), false },
	{ "until", 0, OPTION_TEXT, "DAY", "up to this day, included",
		offsetof(struct report_options, until), false },
	{ "days", 'd', OPTION_INT, "N", "the last N days, today included; 0: ever",
		offsetof(struct report_options, days), false },
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
	{ "all", 'a', OPTION_FLAG, NULL, "branches: of every project, not only of this one",
		offsetof(struct report_options, all), false },
	{ "no-sync", 0, OPTION_FLAG, NULL, "do not look for new transcripts before",
		offsetof(struct report_options, no_sync), false },
	{ "prices", 0, OPTION_TEXT, "FILE", "use this price table",
		offsetof(struct report_options, prices), false },
	{ 0 },
};

static const struct report_options report_defaults = { .days = UNSET, .number = UNSET };

/* What the word after the report's name is. */
enum operand { NO_OPERAND, DAYS, ROWS, PROJECT, SESSION };

static const struct report_kind {
	const char *name, *key_title;
	enum usage_grouping by;
	enum report_order order;
	int days, rows; /* unless told otherwise; 0: all */
	enum operand operand;
	void (*text)(struct strbuf *out, const struct report_usage *report,
		const struct report_style *style);
} kinds[] = {
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
	{ "branches", "Branch", USAGE_BY_BRANCH, ORDER_COST, 0, 0, NO_OPERAND,
		report_usage_table_text },
	{ "models", "Model", USAGE_BY_MODEL, ORDER_COST, 0, 0, NO_OPERAND,
		report_usage_table_text },
};

struct view {
	struct context *ctx;
	const struct report_kind *kind;
	const struct report_options *options;
	const char *operand;
	struct usage_query query;
	struct prices *prices;
	struct usage_rows rows;
	struct strbuf scope, common_dir;
	int64_t shown_rows;
};

static void view_release(struct view *v)
{
	usage_rows_release(&v->rows);
	prices_free(v->prices);
	strbuf_release(&v->scope);
	strbuf_release(&v->common_dir);
}

/* --- which time ------------------------------------------------------------------------ */

static enum tt_code parse_day(
	struct day *out, const char *option, const char *text, struct tt_error *err)
{
	if (!day_parse(out, text))
		return tt_fail(
			err, TT_EUSAGE, "%s: '%s' is not a day such as 2026-11-23", option, text);
	return TT_OK;
}

static struct day first_of_month(struct day day)
{
	char text[DAY_TEXT];
	struct day first = day;

	day_format(text, day);
	text[strlen(text) - 2] = '0';
	text[strlen(text) - 1] = '1';
	(void)day_parse(&first, text);
	return first;
}

/* Whole weeks and months: half of one would look like a cheap one. */
static struct day begin_whole(enum usage_grouping by, struct day day)
{
	if (by == USAGE_BY_WEEK)
		return usage_week_of(day);
	return by == USAGE_BY_MONTH ? first_of_month(day) : day;
}

/* A century: more days than that are all of them. */
enum { MOST_DAYS = 36500 };

static void ask_for_last_days(struct view *v, int64_t days)
{
	struct day today = instant_local_day(clock_now());

	if (days <= 0 || days > MOST_DAYS || v->query.has_until)
		return;
	v->query.has_since = true;
	v->query.since = begin_whole(v->kind->by, (struct day){ today.number - (int32_t)days + 1 });
}

static void add_scope_day(struct view *v, const char *word, struct day day)
{
	char text[DAY_TEXT];

	day_format(text, day);
	strbuf_addf(&v->scope, "%s%s %s", v->scope.len ? ", " : "", word, text);
}

static enum tt_code choose_days(struct view *v, int64_t days, struct tt_error *err)
{
	const struct report_options *o = v->options;
	struct usage_query *q = &v->query;

	if (o->until && parse_day(&q->until, "--until", o->until, err) != TT_OK)
		return err->code;
	q->has_until = o->until != NULL;
	if (o->since) {
		if (parse_day(&q->since, "--since", o->since, err) != TT_OK)
			return err->code;
		q->has_since = true;
	} else {
		ask_for_last_days(v, days);
	}
	if (q->has_since && !o->since &&
		q->since.number == instant_local_day(clock_now()).number - (int32_t)days + 1)
		strbuf_addf(&v->scope, days == 1 ? "Today" : "Last %" PRId64 " days", days);
	else if (q->has_since)
		add_scope_day(v, "since", q->since);
	if (q->has_until)
		add_scope_day(v, "until", q->until);
	return TT_OK;
}

/* --- which projects ------------------------------------------------------------------------ */

static enum tt_code take_repository_at(struct view *v, const char *path, struct tt_error *err)
{
	_cleanup_(vcs_closep) struct vcs_repo *repo = NULL;

	if (vcs_open(&repo, path, err) != TT_OK)
		return err->code;
	strbuf_addstr(&v->common_dir, vcs_common_dir(repo));
	v->query.common_dir = v->common_dir.buf;
	return TT_OK;
}

/* "app" is a name even where there is a directory of that name; "./app" is a path. */
static void take_project(struct view *v, const char *name)
{
	struct tt_error none = TT_ERROR_INIT;

	v->query.project = name;
	if ((strchr(name, '/') || *name == '.') && access(name, F_OK) == 0)
		(void)take_repository_at(v, name, &none);
}

static enum tt_code take_this_project(struct view *v, bool must, struct tt_error *err)
{
	struct tt_error problem = TT_ERROR_INIT;

	if (take_repository_at(v, ".", &problem) == TT_OK ||
		(!must && problem.code == TT_ENOTFOUND))
		return TT_OK;
	if (problem.code == TT_ENOTFOUND)
		return tt_fail(err, TT_EUSAGE,
			"which project? This is none: 'track-tokens report project PATH', or a "
			"name that 'track-tokens report summary' shows");
	return tt_fail(err, problem.code, "%s", problem.msg);
}

static enum tt_code choose_project(struct view *v, struct tt_error *err)
{
	const struct report_options *o = v->options;

	if (v->kind->operand == PROJECT && v->operand) {
		if (o->project)
			return tt_fail(err, TT_EUSAGE, "one project at a time: '%s' and '%s'",
				v->operand, o->project);
		take_project(v, v->operand);
		return TT_OK;
	}
	if (o->project) {
		take_project(v, o->project);
		return TT_OK;
	}
	if (v->kind->operand == PROJECT)
		return take_this_project(v, true, err);
	if (v->kind->by == USAGE_BY_BRANCH && !o->all)
		return take_this_project(v, false, err);
	return TT_OK;
}

/* --- what is asked for ------------------------------------------------------------------------ */

static enum tt_code take_number(
	int64_t *out, const struct report_kind *kind, const char *text, struct tt_error *err)
{
	if (!text_parse_count(out, text))
		return tt_fail(
			err, TT_EUSAGE, "report %s takes a number: '%s' is none", kind->name, text);
	return TT_OK;
}

static enum tt_code build_query(struct view *v, struct tt_error *err)
{
	const struct report_options *o = v->options;
	int64_t days = o->days != UNSET ? o->days : v->kind->days;

	v->shown_rows = o->number != UNSET ? o->number : v->kind->rows;
	if (v->operand && v->kind->operand == NO_OPERAND)
		return tt_fail(err, TT_EUSAGE, "report %s takes no operand: '%s'", v->kind->name,
			v->operand);
	if (v->operand && v->kind->operand == DAYS &&
		take_number(&days, v->kind, v->operand, err) != TT_OK)
		return err->code;
	if (v->operand && v->kind->operand == ROWS &&
		take_number(&v->shown_rows, v->kind, v->operand, err) != TT_OK)
		return err->code;
	if (v->kind->operand == SESSION && !v->operand)
		return tt_fail(err, TT_EUSAGE,
			"which session? The beginning of its id will do: 'track-tokens report "
			"recent' shows some");
	v->query.by = v->kind->by;
	v->query.branch = o->branch;
	v->query.model = o->model;
	v->query.session = v->kind->operand == SESSION ? v->operand : NULL;
	if (price_table_load(&v->prices, v->ctx, o->prices, err) != TT_OK ||
		choose_days(v, days, err) != TT_OK)
		return err->code;
	v->query.prices = v->prices;
	return choose_project(v, err);
}

/* --- reading ------------------------------------------------------------------------------------
 */

enum { INDEX_WAIT_MS = 2000 };

static enum tt_code collect(const struct context *ctx, struct tt_error *err)
{
	const struct collect_options how = {
		.show_progress = ctx->err_is_terminal && !ctx->common.quiet,
	};
	_cleanup_(collect_close) struct collector c = { .state = USER_STATE_INIT };

	if (collect_open(&c, ctx, &how, err) != TT_OK || collect_everything(&c, err) != TT_OK ||
		collect_settle(&c, err) != TT_OK)
		return err->code;
	return collect_commit(&c, err);
}

/* A report of what was known before is better than none. */
static void collect_what_is_new(const struct view *v)
{
	struct tt_error problem = TT_ERROR_INIT;

	requests_take(v->ctx);
	if (v->options->no_sync || collect(v->ctx, &problem) == TT_OK)
		return;
	if (problem.code == TT_EBUSY)
		context_detail(v->ctx, "another command is reading the transcripts");
	else
		context_warn(v->ctx, "what is new is not in the report: %s", problem.msg);
}

static enum tt_code read_rows(struct view *v, struct tt_error *err)
{
	_cleanup_(usage_index_closep) struct usage_index *index = NULL;
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;
	enum tt_code code;

	collect_what_is_new(v);
	if (user_state_path(&dir, err) != TT_OK)
		return err->code;
	code = usage_index_open(&index, dir.buf, false, INDEX_WAIT_MS, NULL, err);
	if (code == TT_ENOTFOUND)
		return tt_fail(err, TT_ENOTFOUND,
			"nothing is known yet: 'track-tokens sync' reads Claude Code's "
			"transcripts");
	if (code != TT_OK || usage_index_begin(index, err) != TT_OK)
		return err->code;
	return usage_rows_read(&v->rows, index, &v->query, err);
}

/* --- what was found ----------------------------------------------------------------------------
 */

static enum tt_code check_project(const struct view *v, struct tt_error *err)
{
	if (!v->query.project || v->rows.any_project)
		return TT_OK;
	return tt_fail(err, TT_ENOTFOUND,
		"nothing is known of a project '%s': 'track-tokens report summary' shows those "
		"that "
		"there are",
		v->query.project);
}

enum { MOST_CANDIDATES = 10 };

static enum tt_code check_session(const struct view *v, struct tt_error *err)
{
	const struct rollup_list *found = &v->rows.totals->branches;
	_cleanup_(strbuf_release) struct strbuf names = STRBUF_INIT;

	if (!v->query.session || found->count == 1)
		return TT_OK;
	if (found->count == 0)
		return tt_fail(err, TT_ENOTFOUND,
			"no session begins with '%s': 'track-tokens report recent' shows some",
			v->query.session);
	for (size_t i = 0; i < found->count && i < MOST_CANDIDATES; i++) {
		if (strcmp(found->items[i].name, v->query.session) == 0)
			return TT_OK;
		strbuf_addf(&names, "\n  %s", found->items[i].name);
	}
	return tt_fail(err, TT_EUSAGE, "%zu sessions begin with '%s': say more of it%s%s",
		found->count, v->query.session, names.buf,
		found->count > MOST_CANDIDATES ? "\n  ..." : "");
}

/* The one project or session, however little is known of it. */
static bool shows_one(const struct view *v)
{
	return v->kind->operand == PROJECT || v->kind->operand == SESSION;
}

static void show(struct view *v, struct report_groups *groups)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	const struct report_usage report = {
		.report = v->kind->name,
		.key_title = v->kind->key_title,
		.scope = v->scope.len ? v->scope.buf : NULL,
		.groups = groups->items,
		.count = groups->count,
		.left_out = groups->left_out,
		.sessions = v->rows.sessions,
		.totals = v->rows.totals,
		.prices = v->prices,
	};

	if (v->ctx->common.json)
		report_usage_json(&out, &report);
	else if (shows_one(v) && groups->count != 1)
		report_usage_table_text(&out, &report, &v->ctx->style);
	else
		v->kind->text(&out, &report, &v->ctx->style);
	(void)fwrite(out.buf, 1, out.len, v->ctx->out);
}

static enum tt_code show_usage(struct view *v, struct tt_error *err)
{
	_cleanup_(report_groups_release) struct report_groups groups = { 0 };
	struct report_choice choice = { .order = v->kind->order };

	if (report_choice_parse(&choice, v->options->sort, v->options->min_cost, err) != TT_OK ||
		build_query(v, err) != TT_OK || read_rows(v, err) != TT_OK ||
		check_project(v, err) != TT_OK || check_session(v, err) != TT_OK)
		return err->code;
	choice.rows = v->shown_rows;
	report_groups_choose(&groups, &v->rows, &choice);
	show(v, &groups);
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
	return tt_fail(err, TT_EUSAGE, "there is no report '%s', only: %sservers", name, names.buf);
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	const char *name = argc ? argv[0] : "summary";
	_cleanup_(view_release) struct view v = { .ctx = ctx,
		.kind = find_kind(name),
		.options = values,
		.operand = argc > 1 ? argv[1] : NULL,
		.scope = STRBUF_INIT,
		.common_dir = STRBUF_INIT };

	if (argc > 2 || (argc > 1 && strcmp(name, "servers") == 0))
		return tt_fail(err, TT_EUSAGE, "report %s: '%s' is one word too many", name,
			argv[argc - 1]);
	if (strcmp(name, "servers") == 0)
		return report_servers_show(ctx, err);
	if (!v.kind)
		return unknown_report(name, err);
	return show_usage(&v, err);
}

const struct command command_report = {
	.name = "report",
	.synopsis = "[summary]\nrecent [rows]\ndaily|weekly|monthly [days]\nproject [path]\n"
		    "session <id>\nbranches|models|servers",
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
		"default this one, of the last 30 days; branches those of this project.\n"
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
		    "track-tokens report servers",
	.options = report_rows,
	.values_size = sizeof(struct report_options),
	.defaults = &report_defaults,
	.run = run,
};
