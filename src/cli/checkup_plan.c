/* SPDX-License-Identifier: MIT */
#include "base/cleanup.h"
#include "checkup.h"
#include "plan_state.h"
#include "report/window_line.h"

static const char *const window_names[WINDOW_KINDS] = { "five hours", "week" };

/* --- the plan ------------------------------------------------------------------- */

static bool is_assumed(const struct plan *plan)
{
	for (int kind = 0; kind < WINDOW_KINDS; kind++)
		for (int unit = 0; unit < LIMIT_UNITS; unit++)
			if (plan->limits[kind][unit].source == LIMIT_ASSUMED)
				return true;
	return false;
}

static void check_plan(struct checkup *checkup, const struct plan_state *s)
{
	_cleanup_(strbuf_release) struct strbuf week = STRBUF_INIT;
	const struct plan *plan = &s->config.plan;

	if (!s->config.has_plan) {
		checkup_add(checkup, "plan", VERDICT_OK, NULL,
			"none is set ('track-tokens plan detect', or 'track-tokens plan set')");
		return;
	}
	week_begin_add(&week, plan->week);
	checkup_add(checkup, "plan", VERDICT_OK, NULL,
		"%s%s; unless reported, the week begins on %s ('track-tokens plan' changes it)",
		plan->title, is_assumed(plan) ? ", its budgets are assumed" : "", week.buf);
}

/* --- what the client reports -------------------------------------------------------- */

static struct instant last_use(const struct plan_state *s)
{
	struct instant last = { 0 };

	for (size_t i = 0; i < s->input.count; i++)
		if (s->input.events[i].requests && s->input.events[i].time.ms > last.ms)
			last = s->input.events[i].time;
	return last;
}

/* A report is old whenever nobody works.  It is trouble only when somebody does, and
 * the status line, which alone hears of limits, tells nothing. */
static void check_report(struct checkup *checkup, const struct plan_state *s, enum window_kind kind)
{
	const struct window_report *r = &s->input.reports[kind];
	int64_t age = s->input.now.ms - r->reported_at.ms;
	_cleanup_(strbuf_release) struct strbuf ago = STRBUF_INIT;

	report_duration(&ago, age, true);
	if (last_use(s).ms > r->reported_at.ms + WINDOW_FRESH_MS)
		checkup_add(checkup, "limits", VERDICT_WARNING,
			"track-tokens init --claude --statusline",
			"%s: reported %s ago, and Claude Code was used since: stale",
			window_names[kind], ago.buf);
	else
		checkup_add(checkup, "limits", VERDICT_OK, NULL, "%s: reported %s ago%s",
			window_names[kind], ago.buf,
			age > WINDOW_FRESH_MS ? ", and not used since" : "");
}

static void check_limits(struct checkup *checkup, const struct plan_state *s)
{
	bool any = false;

	for (int kind = 0; kind < WINDOW_KINDS; kind++) {
		if (s->input.reports[kind].known)
			check_report(checkup, s, (enum window_kind)kind);
		any = any || s->input.reports[kind].known;
	}
	if (!any)
		checkup_add(checkup, "limits", VERDICT_OK, NULL,
			"Claude Code has reported none yet (the status line hears them: "
			"'track-tokens init --claude --statusline')");
}

void checkup_plan(struct checkup *checkup)
{
	struct plan_state s = { 0 };
	struct tt_error problem = TT_ERROR_INIT;

	if (plan_state_read(&s, checkup->ctx, &problem) != TT_OK) {
		checkup_add(checkup, "plan", VERDICT_PROBLEM, "track-tokens plan set <name>", "%s",
			problem.msg);
		return;
	}
	check_plan(checkup, &s);
	check_limits(checkup, &s);
	plan_state_release(&s);
}
