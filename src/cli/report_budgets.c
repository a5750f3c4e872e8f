/* SPDX-License-Identifier: MIT */
#include "report_budgets.h"

#include "base/cleanup.h"
#include "budget_config.h"
#include "cli/exit.h"
#include "cli/price_table.h"
#include "cli/record.h"
#include "report/budgets.h"
#include "report_index.h"

struct spending {
	struct prices *prices;
	struct usage_index *index;
	struct usage_rows month, branch;
	struct strbuf name; /* of the branch; "" where there is none */
};

static void spending_release(struct spending *s)
{
	usage_rows_release(&s->month);
	usage_rows_release(&s->branch);
	usage_index_close(s->index);
	prices_free(s->prices);
	strbuf_release(&s->name);
}

static enum tt_code read_month(struct spending *s, bool by_time, struct tt_error *err)
{
	const struct usage_query query = { .by = USAGE_BY_DAY,
		.by_time = by_time,
		.has_since = true,
		.since = day_month(instant_local_day(clock_now())),
		.prices = s->prices };

	return usage_rows_read(&s->month, s->index, &query, err);
}

static enum tt_code read_branch(
	struct spending *s, struct context *ctx, const char *wanted, struct tt_error *err)
{
	struct usage_query query = { .by = USAGE_BY_BRANCH, .prices = s->prices };

	if (!ctx->repo && context_open_repo(ctx, err) != TT_OK)
		return err->code;
	if (record_branch(&s->name, ctx->repo, wanted, err) != TT_OK)
		return err->code;
	query.common_dir = vcs_common_dir(ctx->repo);
	query.branch = s->name.buf;
	return usage_rows_read(&s->branch, s->index, &query, err);
}

static enum tt_code read_spending(struct spending *s, struct context *ctx,
	const struct report_options *o, const struct budgets *budgets, struct tt_error *err)
{
	if (price_table_load(&s->prices, ctx, o->prices, err) != TT_OK ||
		report_index_open(&s->index, ctx, !o->no_sync, err) != TT_OK ||
		read_month(s, o->timezone != NULL, err) != TT_OK)
		return err->code;
	return budgets->has[BUDGET_BRANCH] ? read_branch(s, ctx, o->branch, err) : TT_OK;
}

static void write_budgets(const struct context *ctx, const struct report_budgets *report)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

	if (ctx->common.json)
		report_budgets_json(&out, report);
	else
		report_budgets_text(&out, report, &ctx->style);
	(void)fwrite(out.buf, 1, out.len, ctx->out);
}

enum tt_code report_budgets_show(
	struct context *ctx, const struct report_options *o, struct tt_error *err)
{
	_cleanup_(spending_release) struct spending s = { .name = STRBUF_INIT };
	struct budget_state states[BUDGET_SCOPES];
	struct report_budgets report = { .states = states };
	struct tt_error none = TT_ERROR_INIT;
	struct budgets budgets;

	(void)context_open_repo(ctx, &none);
	if (budget_config_read(&budgets, ctx->repo, o->budget, err) != TT_OK)
		return err->code;
	if (!budgets_any(&budgets))
		return tt_fail(err, TT_ENOTFOUND,
			"there is no budget: 'git config --global track-tokens.budget.month 200', "
			"or --budget branch=50,day=20,month=200");
	if (read_spending(&s, ctx, o, &budgets, err) != TT_OK)
		return err->code;
	report.branch = s.name.len ? s.name.buf : NULL;
	report.prices = s.prices;
	report.count = budgets_judge(states, &budgets, &s.month.totals->days,
		s.branch.totals ? &s.branch.totals->all : NULL, instant_local_day(clock_now()));
	write_budgets(ctx, &report);
	if (budgets_over(states, report.count))
		ctx->status = EXIT_BUDGET;
	return TT_OK;
}
