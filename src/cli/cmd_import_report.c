/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/cleanup.h"
#include "cli/command.h"
#include "cli/price_table.h"
#include "import_budgets.h"
#include "import_figures.h"
#include "import_page.h"
#include "import_target.h"
#include "report/html_report.h"

struct report_options {
	struct target_options target;
	struct budget_options budget;
	const char *format, *prices;
};

static const struct option_row report_rows[] = {
	{ "format", 'f', OPTION_WORD, "text|markdown|json|csv|html|badge|openmetrics|prometheus",
		"how to write it (default: text)", offsetof(struct report_options, format), false },
	{ "db", 0, OPTION_TEXT, "URL", "sqlite:FILE or postgresql://...",
		offsetof(struct report_options, target.db), false },
	{ "repository", 0, OPTION_TEXT, "NAME", "of this repository (default: the one here)",
		offsetof(struct report_options, target.repository), false },
	{ "branch", 'b', OPTION_TEXT, "NAME", "the branch to show in full",
		offsetof(struct report_options, target.branch), false },
	{ "prices", 0, OPTION_TEXT, "FILE", "use this price table",
		offsetof(struct report_options, prices), false },
	BUDGET_ROWS(offsetof(struct report_options, budget)),
	{ "insecure-tls", 0, OPTION_FLAG, NULL, "do not verify the server's certificate",
		offsetof(struct report_options, target.insecure_tls), false },
	{ 0 },
};

static void write_report(const struct context *ctx, const char *format, const struct report *report)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

	if (strcmp(format, "markdown") == 0)
		report_markdown(&out, report, REPORT_SUMMARY_MAX);
	else if (strcmp(format, "json") == 0)
		report_json(&out, report);
	else if (strcmp(format, "csv") == 0)
		report_csv(&out, report);
	else if (strcmp(format, "html") == 0)
		import_page_html(&out, report);
	else if (strcmp(format, "badge") == 0)
		report_badge(&out, &report->totals->all);
	else if (strcmp(format, "openmetrics") == 0 || strcmp(format, "prometheus") == 0)
		import_page_metrics(&out, report, *format == 'o');
	else
		report_text(&out, report, &ctx->style);
	(void)fputs(out.buf, ctx->out);
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	_cleanup_(target_release) struct target t = TARGET_INIT;
	_cleanup_(import_figures_release) struct import_figures f = IMPORT_FIGURES_INIT;
	_cleanup_(prices_freep) struct prices *prices = NULL;
	const struct report_options *o = values;
	struct import_budgets budgets;
	struct report report = { .now = clock_now() };
	struct tt_error none = TT_ERROR_INIT;

	if (argc)
		return tt_fail(err, TT_EUSAGE, "unexpected operand '%s'", argv[0]);
	(void)context_open_repo(ctx, &none);
	if (price_table_load(&prices, ctx, o->prices, err) != TT_OK ||
		import_budgets_read(&budgets, ctx, &o->budget, err) != TT_OK ||
		target_find_database(&t, ctx, &o->target, err) != TT_OK ||
		target_find_repository(&t, ctx, &o->target, err) != TT_OK ||
		target_open(&t, ctx, &o->target, false, err) != TT_OK ||
		import_figures_read(&f, t.store, t.repository.buf, prices, err) != TT_OK)
		return err->code;
	report.repository = t.repository.buf;
	report.current_branch = t.branch.len ? t.branch.buf : NULL;
	report.prices = prices;
	report.database = t.shown.buf;
	import_figures_fill(&report, &f);
	import_budgets_judge(&report, &budgets);
	write_report(ctx, ctx->common.json ? "json" : o->format ? o->format : "text", &report);
	import_budgets_end(ctx, &budgets, &report);
	return TT_OK;
}

const struct command command_import_report = {
	.name = "report",
	.synopsis = "",
	.summary = "Show what the database says about this repository",
	.examples = "import-tokens report\n"
		    "import-tokens report --budget month=500 --fail-over-budget\n"
		    "import-tokens report --format markdown >report.md\n"
		    "import-tokens report --format csv --db sqlite:/srv/tokens.db",
	.options = report_rows,
	.values_size = sizeof(struct report_options),
	.needs = PAGED,
	.run = run,
};
