/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "budget_config.h"
#include "cli/command.h"
#include "cli/price_table.h"
#include "cli/record.h"
#include "requests.h"

struct show_options {
	const char *branch, *prices;
	int64_t number;
	bool all;
};

static const struct option_row show_rows[] = {
	{ "number", 'n', OPTION_INT, "N", "show the last N sessions (default: 5)",
		offsetof(struct show_options, number), false },
	{ "all", 'a', OPTION_FLAG, NULL, "every branch of the repository, one row each",
		offsetof(struct show_options, all), false },
	{ "branch", 'b', OPTION_TEXT, "NAME", "show this branch instead of the present one",
		offsetof(struct show_options, branch), false },
	{ "prices", 0, OPTION_TEXT, "FILE", "use this price table",
		offsetof(struct show_options, prices), false },
	{ 0 },
};

static const struct show_options show_defaults = { .number = 5 };

/* Everything that the report of one branch borrows from. */
struct view {
	struct prices *prices;
	struct rollup *totals;
	struct ledger *ledger; /* NULL: nothing was recorded yet */
	struct report_record *records;
	size_t count;
	struct budgets budgets;
};

static void view_release(struct view *v)
{
	free(v->records);
	ledger_free(v->ledger);
	rollup_free(v->totals);
	prices_free(v->prices);
}

static enum tt_code view_init(
	struct view *v, const struct context *ctx, const char *prices, struct tt_error *err)
{
	if (price_table_load(&v->prices, ctx, prices, err) != TT_OK ||
		budget_config_read(&v->budgets, ctx->repo, NULL, err) != TT_OK)
		return err->code;
	v->totals = rollup_new(v->prices);
	return TT_OK;
}

/* --- one branch --------------------------------------------------------- */

/* Newest first; entries of one instant in the order in which they came. */
static int newer_first(const void *a, const void *b)
{
	const struct report_record *x = a, *y = b;

	if (x->entry.timestamp.ms != y->entry.timestamp.ms)
		return x->entry.timestamp.ms < y->entry.timestamp.ms ? 1 : -1;
	return strcmp(y->entry.id, x->entry.id);
}

static enum tt_code collect(struct view *v, const char *branch, struct tt_error *err)
{
	size_t n = ledger_count(v->ledger);
	struct entry e;

	v->records = xcalloc(n + 1, sizeof *v->records);
	for (size_t i = 0; i < n; i++) {
		struct report_record *record = &v->records[v->count];

		if (ledger_entry(v->ledger, i, &e, err) != TT_OK ||
			rollup_add(v->totals, branch, &e, err) != TT_OK)
			return err->code;
		if (e.is_void)
			continue;
		*record = (struct report_record){ .branch = branch, .entry = e };
		prices_cost(&record->cost, v->prices, e.model, e.price_class, e.day, &e.usage,
			e.web_searches);
		v->count++;
	}
	qsort(v->records, v->count, sizeof *v->records, newer_first);
	return TT_OK;
}

/* False: the branch has no budget. */
static bool judge_branch(struct budget_state *out, const struct view *v)
{
	const struct rollup_total *total = &v->totals->all;
	struct money limit = v->budgets.limit[BUDGET_BRANCH];

	*out = (struct budget_state){ .scope = BUDGET_BRANCH,
		.limit = limit,
		.spent = total->cost,
		.tokens = total->tokens,
		.verdict = budget_judge(&total->cost, limit) };
	return v->budgets.has[BUDGET_BRANCH];
}

static void show_view(
	struct context *ctx, const struct view *v, const char *branch, bool current, size_t number)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct budget_state budget;
	struct report_ledger report = {
		.branch = branch,
		.current = current,
		.total = &v->totals->all,
		.models = &v->totals->models,
		.unpriced = &v->totals->unpriced,
		.recent = v->records,
		.recent_count = v->count < number ? v->count : number,
		.sessions = v->count,
		.prices = v->prices,
	};

	if (judge_branch(&budget, v))
		report.budget = &budget;
	if (v->ledger) {
		report.created_at = ledger_info(v->ledger)->created_at;
		report.last_updated = ledger_info(v->ledger)->last_updated;
		report.pending = record_pending(ctx->repo, v->ledger);
	}
	if (ctx->common.json)
		report_ledger_json(&out, &report);
	else
		report_ledger_text(&out, &report, &ctx->style);
	(void)fwrite(out.buf, 1, out.len, ctx->out);
}

static enum tt_code show_branch(
	struct context *ctx, const struct show_options *o, const char *wanted, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf branch = STRBUF_INIT, present = STRBUF_INIT;
	_cleanup_(view_release) struct view v = { 0 };
	struct tt_error unknown = TT_ERROR_INIT;
	struct ledger_place place = record_place(ctx->repo);
	bool current;

	if (record_branch(&branch, ctx->repo, wanted, err) != TT_OK ||
		view_init(&v, ctx, o->prices, err) != TT_OK)
		return err->code;
	current = !wanted || (record_branch(&present, ctx->repo, NULL, &unknown) == TT_OK &&
				     strcmp(present.buf, branch.buf) == 0);
	if (ledger_read(&v.ledger, &place, branch.buf, err) != TT_OK) {
		/* The branch that is worked on has no tokens yet: that is an answer. */
		if (err->code != TT_ENOTFOUND || wanted)
			return err->code;
	} else if (collect(&v, branch.buf, err) != TT_OK) {
		return err->code;
	}
	rollup_finish(v.totals);
	show_view(ctx, &v, branch.buf, current, (size_t)o->number);
	if (!v.ledger)
		context_note(ctx,
			"nothing was recorded on branch '%s' yet: "
			"track-tokens add <total> [note]",
			branch.buf);
	return TT_OK;
}

/* --- every branch ------------------------------------------------------- */

struct walk {
	const struct context *ctx;
	struct rollup *totals;
};

static enum tt_code add_ledger(void *ctx, struct ledger *ledger, const char *path,
	const struct tt_error *problem, struct tt_error *err)
{
	struct walk *walk = ctx;
	struct entry e;

	(void)path;
	if (!ledger) {
		context_warn(walk->ctx, "%s; its tokens are left out", problem->msg);
		return TT_OK;
	}
	for (size_t i = 0; i < ledger_count(ledger); i++)
		if (ledger_entry(ledger, i, &e, err) != TT_OK ||
			rollup_add(walk->totals, ledger_info(ledger)->branch, &e, err) != TT_OK)
			return err->code;
	return TT_OK;
}

static enum tt_code show_all(struct context *ctx, const char *prices, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf current = STRBUF_INIT, out = STRBUF_INIT;
	_cleanup_(view_release) struct view v = { 0 };
	struct tt_error unknown = TT_ERROR_INIT;
	struct ledger_place place = record_place(ctx->repo);
	struct report_branches report;

	if (view_init(&v, ctx, prices, err) != TT_OK ||
		ledger_each(&place, add_ledger, &(struct walk){ ctx, v.totals }, err) != TT_OK)
		return err->code;
	rollup_finish(v.totals);
	if (record_branch(&current, ctx->repo, NULL, &unknown) != TT_OK)
		strbuf_reset(&current);
	report = (struct report_branches){ v.totals, current.len ? current.buf : NULL, v.prices };
	if (ctx->common.json)
		report_branches_json(&out, &report);
	else
		report_branches_text(&out, &report, &ctx->style);
	(void)fwrite(out.buf, 1, out.len, ctx->out);
	return TT_OK;
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	const struct show_options *o = values;
	const char *wanted = argc ? argv[0] : o->branch;

	if (argc > 1 || (argc && o->branch))
		return tt_fail(err, TT_EUSAGE, "one branch at a time, or --all");
	if (wanted && o->all)
		return tt_fail(err, TT_EUSAGE, "either a branch or --all");
	requests_take(ctx);
	return o->all ? show_all(ctx, o->prices, err) : show_branch(ctx, o, wanted, err);
}

const struct command command_show = {
	.name = "show",
	.synopsis = "[branch]\n"
		    "--all",
	.summary = "Show the tokens of this branch, of another, or of all",
	.details =
		"Costs are estimates by the price table ('track-tokens prices'). Where the split "
		"of a total into kinds is unknown, the cost is a range, from all input to all "
		"output.",
	.examples = "track-tokens show\n"
		    "track-tokens show feature/login -n 20\n"
		    "track-tokens show --all --json",
	.options = show_rows,
	.values_size = sizeof(struct show_options),
	.defaults = &show_defaults,
	.needs = NEED_REPO | PAGED,
	.run = run,
};
