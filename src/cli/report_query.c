/* SPDX-License-Identifier: MIT */
#include "report_query.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cli/price_table.h"

/* --- which time ------------------------------------------------------------------------ */

static enum tt_code parse_day(
	struct day *out, const char *option, const char *text, struct tt_error *err)
{
	if (!day_parse(out, text))
		return tt_fail(
			err, TT_EUSAGE, "%s: '%s' is not a day such as 2026-11-23", option, text);
	return TT_OK;
}

/* Whole weeks and months: half of one would look like a cheap one. */
static struct day begin_whole(const struct usage_query *q, struct day day)
{
	if (q->by == USAGE_BY_WEEK)
		return usage_week_of(day, q->from_sunday);
	return q->by == USAGE_BY_MONTH ? usage_month_of(day) : day;
}

/* A century: more days than that are all of them. */
enum { MOST_DAYS = 36500 };

static void ask_for_last_days(struct report_query *v, int64_t days)
{
	struct day today = instant_local_day(clock_now());

	if (days <= 0 || days > MOST_DAYS || v->usage.has_until)
		return;
	v->usage.has_since = true;
	v->usage.since = begin_whole(&v->usage, (struct day){ today.number - (int32_t)days + 1 });
}

static void add_scope_day(struct report_query *v, const char *word, struct day day)
{
	char text[DAY_TEXT];

	day_format(text, day);
	strbuf_addf(&v->scope, "%s%s %s", v->scope.len ? ", " : "", word, text);
}

static enum tt_code choose_days(struct report_query *v, int64_t days, struct tt_error *err)
{
	const struct report_options *o = v->options;
	struct usage_query *q = &v->usage;

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

static enum tt_code take_repository_at(
	struct report_query *v, const char *path, struct tt_error *err)
{
	_cleanup_(vcs_closep) struct vcs_repo *repo = NULL;

	if (vcs_open(&repo, path, err) != TT_OK)
		return err->code;
	strbuf_addstr(&v->common_dir, vcs_common_dir(repo));
	v->usage.common_dir = v->common_dir.buf;
	return TT_OK;
}

/* "app" is a name even where there is a directory of that name; "./app" is a path. */
static void take_project(struct report_query *v, const char *name)
{
	struct tt_error none = TT_ERROR_INIT;

	v->usage.project = name;
	if ((strchr(name, '/') || *name == '.') && access(name, F_OK) == 0)
		(void)take_repository_at(v, name, &none);
}

static enum tt_code take_this_project(struct report_query *v, bool must, struct tt_error *err)
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

static enum tt_code choose_project(struct report_query *v, struct tt_error *err)
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

enum tt_code report_query_build(struct report_query *v, struct tt_error *err)
{
	const struct report_options *o = v->options;
	/* The other program shows everything where nothing is asked for. */
	int64_t days = o->days != REPORT_UNSET ? o->days : o->compat ? 0 : v->kind->days;

	v->rows = o->number != REPORT_UNSET ? o->number : o->compat ? 0 : v->kind->rows;
	if (v->operand && v->kind->operand == NO_OPERAND)
		return tt_fail(err, TT_EUSAGE, "report %s takes no operand: '%s'", v->kind->name,
			v->operand);
	if (v->operand && v->kind->operand == DAYS &&
		take_number(&days, v->kind, v->operand, err) != TT_OK)
		return err->code;
	if (v->operand && v->kind->operand == ROWS &&
		take_number(&v->rows, v->kind, v->operand, err) != TT_OK)
		return err->code;
	if (v->kind->operand == SESSION && !v->operand && !o->compat)
		return tt_fail(err, TT_EUSAGE,
			"which session? The beginning of its id will do: 'track-tokens report "
			"recent' shows some");
	v->usage.by = v->kind->by;
	v->usage.by_time = o->timezone != NULL;
	v->usage.from_sunday = o->compat != NULL;
	v->usage.branch = o->branch;
	v->usage.model = o->model;
	v->usage.session = v->kind->operand == SESSION ? v->operand : NULL;
	if (price_table_load(&v->prices, v->ctx, o->prices, err) != TT_OK ||
		choose_days(v, days, err) != TT_OK)
		return err->code;
	v->usage.prices = v->prices;
	return choose_project(v, err);
}

void report_query_release(struct report_query *v)
{
	prices_free(v->prices);
	strbuf_release(&v->scope);
	strbuf_release(&v->common_dir);
}
