/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "cli/price_table.h"
#include "cli/record.h"
#include "import_budgets.h"
#include "import_figures.h"
#include "import_inputs.h"
#include "import_outcome.h"
#include "import_target.h"

struct import_options {
	struct target_options target;
	struct budget_options budget;
	const char *summary, *prices, *from_git;
	bool clean, check, dry_run, strict;
};

#define TARGET(member) offsetof(struct import_options, target.member)
#define OPTION(member) offsetof(struct import_options, member)

static const struct option_row import_rows[] = {
	{ "db", 0, OPTION_TEXT, "URL", "sqlite:FILE or postgresql://... (default: see below)",
		TARGET(db), false },
	{ "summary", 0, OPTION_TEXT, "FILE",
		"append the job summary to FILE (default: $GITHUB_STEP_SUMMARY)", OPTION(summary),
		false },
	{ "clean", 0, OPTION_FLAG, NULL, "remove the files whose entries are committed",
		OPTION(clean), false },
	{ "from-git", 0, OPTION_TEXT, "RANGE",
		"import the exports that these commits added, also those removed since",
		OPTION(from_git), false },
	{ "check", 0, OPTION_FLAG, NULL,
		"validate and summarise the files; no database, for pull requests from forks",
		OPTION(check), false },
	{ "dry-run", 'n', OPTION_FLAG, NULL, "do everything, then roll back", OPTION(dry_run),
		false },
	{ "strict", 0, OPTION_FLAG, NULL, "import nothing when a file is rejected", OPTION(strict),
		false },
	{ "repository", 0, OPTION_TEXT, "NAME",
		"file everything under this repository (default: $GITHUB_REPOSITORY, then origin)",
		TARGET(repository), false },
	{ "branch", 'b', OPTION_TEXT, "NAME", "the branch that the summary is about",
		TARGET(branch), false },
	{ "migrate", 0, OPTION_WORD, "auto|check",
		"make or update the tables, or only check them (default: auto for SQLite)",
		TARGET(migrate), false },
	{ "prices", 0, OPTION_TEXT, "FILE", "use this price table", OPTION(prices), false },
	BUDGET_ROWS(OPTION(budget)),
	{ "insecure-tls", 0, OPTION_FLAG, NULL, "do not verify the server's certificate",
		TARGET(insecure_tls), false },
	{ 0 },
};

/* Everything that one run holds. */
struct import_run {
	struct context *ctx;
	const struct import_options *options;
	struct target_options target_options;
	struct prices *prices;
	struct inputs inputs;
	struct target target;
	struct import_figures figures;
	struct import_budgets budgets;
	struct store_file *files;
	struct report_file *report_files;
	struct report report;
	size_t removed;
};

static void run_release(struct import_run *r)
{
	inputs_release(&r->inputs);
	target_release(&r->target);
	import_figures_release(&r->figures);
	prices_free(r->prices);
	free(r->files);
	free(r->report_files);
}

/* --- input ------------------------------------------------------------------------ */

/* track-tokens.exportDir, else "temp". */
static void export_dir(struct strbuf *out, const struct vcs_repo *repo)
{
	if (!repo || !vcs_config_get(out, repo, "track-tokens.exportDir") || !out->len) {
		strbuf_reset(out);
		strbuf_addstr(out, "temp");
	}
}

static enum tt_code add_commits(struct import_run *r, const char *directory, struct tt_error *err)
{
	if (!r->ctx->repo)
		return tt_fail(err, TT_ENOTFOUND, "--from-git needs a repository");
	return inputs_add_commits(&r->inputs, r->ctx->repo, r->options->from_git, directory, err);
}

static enum tt_code collect(struct import_run *r, int argc, char **argv, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf directory = STRBUF_INIT;
	const char *root = r->ctx->repo ? vcs_worktree(r->ctx->repo) : NULL;

	export_dir(&directory, r->ctx->repo);
	if (r->options->from_git && add_commits(r, directory.buf, err) != TT_OK)
		return err->code;
	for (int i = 0; i < argc; i++)
		if (inputs_add_path(&r->inputs, argv[i], err) != TT_OK)
			return err->code;
	if (argc == 0 && !r->options->from_git &&
		inputs_add_default(&r->inputs, root ? root : ".", directory.buf, err) != TT_OK)
		return err->code;
	inputs_validate(r->ctx, &r->inputs);
	return TT_OK;
}

static void list_files(struct import_run *r)
{
	struct report_file *file;

	r->report_files = xcalloc(r->inputs.count, sizeof *r->report_files);
	r->files = xcalloc(r->inputs.count, sizeof *r->files);
	file = r->report_files;
	for (size_t i = 0; i < r->inputs.count; i++) {
		const struct input *item = &r->inputs.items[i];

		*file++ = (struct report_file){ item->shown, item->verdict, item->entries,
			item->reason };
	}
	r->report.files = r->report_files;
	r->report.file_count = r->inputs.count;
}

/* --- import ------------------------------------------------------------------------ */

static struct store_batch make_batch(struct import_run *r)
{
	struct store_batch batch = { .repository = r->target.repository.buf,
		.run_id = context_env("GITHUB_RUN_ID"),
		.commit = context_env("GITHUB_SHA"),
		.now = clock_now(),
		.files = r->files,
		.replay = inputs_replay,
		.ctx = &r->inputs,
		.dry_run = r->options->dry_run };

	for (size_t i = 0; i < r->inputs.count; i++) {
		const struct input *item = &r->inputs.items[i];
		struct store_file *file = &r->files[batch.file_count];

		if (item->verdict != REPORT_IMPORTED)
			continue;
		file->name = item->shown;
		file->entries = item->entries;
		memcpy(file->sha256, item->sha256, sizeof file->sha256);
		batch.file_count++;
	}
	return batch;
}

static const char *summary_file(const struct import_run *r)
{
	return r->options->summary ? r->options->summary : context_env("GITHUB_STEP_SUMMARY");
}

static const char *outputs_file(void)
{
	return context_env("GITHUB_OUTPUT");
}

/* Adding up a large database takes a while: only for those who will read it. */
static bool wants_figures(const struct import_run *r)
{
	return r->ctx->common.json || summary_file(r) || outputs_file() ||
	       budgets_any(&r->budgets.budgets);
}

static enum tt_code import(struct import_run *r, struct tt_error *err)
{
	struct store_batch batch = make_batch(r);
	struct store_counts counts = { 0 };
	struct store *store = r->target.store;
	const char *repository = r->target.repository.buf;

	if (wants_figures(r) && r->target.branch.len &&
		import_figures_read_before(&r->figures, store, repository, r->target.branch.buf,
			r->prices, err) != TT_OK)
		return err->code;
	if (batch.file_count && store_import(store, &batch, &counts, err) != TT_OK)
		return err->code;
	r->report.inserted = counts.inserted;
	r->report.updated = counts.updated;
	r->report.unchanged = counts.unchanged;
	if (r->options->clean && !r->options->dry_run && !r->options->check &&
		inputs_clean(&r->inputs, &r->removed, err) != TT_OK)
		return err->code;
	if (!wants_figures(r))
		return TT_OK;
	return import_figures_read(&r->figures, store, repository, r->prices, err);
}

static enum tt_code refuse_if_strict(const struct import_run *r, struct tt_error *err)
{
	size_t rejected = inputs_with(&r->inputs, REPORT_REJECTED);

	if (!r->options->strict || !rejected)
		return TT_OK;
	for (size_t i = 0; i < r->inputs.count; i++)
		if (r->inputs.items[i].verdict == REPORT_REJECTED)
			context_note(r->ctx, "'%s': %s", r->inputs.items[i].shown,
				r->inputs.items[i].reason);
	return tt_fail(err, TT_EINPUT, "nothing was imported: %zu of %zu files were rejected",
		rejected, r->inputs.count);
}

/* --- telling ------------------------------------------------------------------------- */

static enum tt_code tell_github(struct import_run *r, struct tt_error *err)
{
	const char *summary = summary_file(r), *outputs = outputs_file();

	if (outcome_in_github())
		outcome_annotate(r->ctx, &r->report);
	if (summary && outcome_write_summary(summary, &r->report, err) != TT_OK)
		return tt_context(err, "the import is done, but not its summary");
	if (outputs && outcome_write_outputs(outputs, &r->report, summary, err) != TT_OK)
		return tt_context(err, "the import is done, but not its outputs");
	return TT_OK;
}

static enum tt_code tell(struct import_run *r, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf json = STRBUF_INIT;

	r->report.repository = r->target.repository.buf;
	r->report.current_branch = r->target.branch.len ? r->target.branch.buf : NULL;
	r->report.now = clock_now();
	r->report.prices = r->prices;
	r->report.imported = true;
	r->report.dry_run = r->options->dry_run;
	r->report.checked_only = r->options->check;
	r->report.database = r->options->check ? NULL : r->target.shown.buf;
	import_figures_fill(&r->report, &r->figures);
	if (wants_figures(r) && !r->options->check) /* the files alone say little */
		import_budgets_judge(&r->report, &r->budgets);
	if (r->ctx->common.json) {
		report_json(&json, &r->report);
		(void)fputs(json.buf, r->ctx->out);
	} else if (r->inputs.count) {
		outcome_print(r->ctx, &r->report, r->removed, r->options->clean);
	} else {
		context_note(r->ctx, "there are no exports to import");
	}
	return tell_github(r, err);
}

static enum tt_code judge_run(struct import_run *r, struct tt_error *err)
{
	size_t rejected = inputs_with(&r->inputs, REPORT_REJECTED);

	if (rejected && rejected == r->inputs.count)
		return tt_fail(err, TT_EINPUT, "no file could be imported");
	if (rejected)
		r->ctx->status = EXIT_REJECTED;
	import_budgets_end(r->ctx, &r->budgets, &r->report);
	return TT_OK;
}

static enum tt_code go(struct import_run *r, int argc, char **argv, struct tt_error *err)
{
	struct tt_error none = TT_ERROR_INIT;

	/* Outside a repository --repository and --db say what it would have said. */
	(void)context_open_repo(r->ctx, &none);
	r->target_options = r->options->target;
	r->target_options.in_memory = r->options->check;
	if (price_table_load(&r->prices, r->ctx, r->options->prices, err) != TT_OK ||
		import_budgets_read(&r->budgets, r->ctx, &r->options->budget, err) != TT_OK ||
		collect(r, argc, argv, err) != TT_OK || refuse_if_strict(r, err) != TT_OK)
		return err->code;
	list_files(r);
	if (target_find_database(&r->target, r->ctx, &r->target_options, err) != TT_OK ||
		target_find_repository(&r->target, r->ctx, &r->target_options, err) != TT_OK ||
		target_open(&r->target, r->ctx, &r->target_options, true, err) != TT_OK ||
		import(r, err) != TT_OK || tell(r, err) != TT_OK)
		return err->code;
	return judge_run(r, err);
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	_cleanup_(run_release) struct import_run r = { .ctx = ctx,
		.options = values,
		.inputs = INPUTS_INIT,
		.target = TARGET_INIT,
		.figures = IMPORT_FIGURES_INIT };

	return go(&r, argc, argv, err);
}

const struct command command_import = {
	.name = "import",
	.synopsis = "[file-or-directory...]",
	.summary = "Import exports into the database (what import-tokens does by itself)",
	.details = "Without operands: the directory of exports (temp, or track-tokens.exportDir). "
		   "Importing a file again changes nothing, in any order and by any number of "
		   "importers at once.\n\n"
		   "The database is --db, else $IMPORT_TOKENS_DATABASE_URL, else $DATABASE_URL, "
		   "else what libpq's PG* variables name, else sqlite:token_metrics/tokens.db in "
		   "the worktree. Passwords belong in the environment or in ~/.pgpass.\n\n"
		   "Exit status: 0 done, 3 some files rejected, 4 database unavailable, 5 schema "
		   "mismatch, 6 over budget (with --fail-over-budget), 65 nothing could be "
		   "imported.\n\n"
		   "Budgets are what this branch, today and this month may cost in this "
		   "repository: --budget, or git's configuration (track-tokens.budget.branch, "
		   ".day and .month).",
	.examples =
		"import-tokens\n"
		"import-tokens --check temp\n"
		"import-tokens --db postgresql://importer@db.example.com/tokens --clean\n"
		"import-tokens --summary summary.md temp/tokens_main_20261123_090000_5f1c09aa.json",
	.options = import_rows,
	.values_size = sizeof(struct import_options),
	.run = run,
};
