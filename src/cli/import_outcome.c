/* SPDX-License-Identifier: MIT */
#include "import_outcome.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/text.h"
#include "report/escape.h"
#include "store/store.h"

enum { ANNOTATIONS = 9 };

bool outcome_in_github(void)
{
	const char *value = context_env("GITHUB_ACTIONS");

	return value && strcmp(value, "true") == 0;
}

static void mask(const struct context *ctx, const char *secret)
{
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;

	escape_workflow_data(&line, secret);
	(void)fprintf(ctx->out, "::add-mask::%s\n", line.buf);
}

void outcome_mask_password(const struct context *ctx, const char *url)
{
	_cleanup_(strbuf_release) struct strbuf raw = STRBUF_INIT, decoded = STRBUF_INIT;

	if (!outcome_in_github() || !store_url_password(&raw, &decoded, url) || !raw.len)
		return;
	mask(ctx, raw.buf);
	if (strcmp(raw.buf, decoded.buf) != 0)
		mask(ctx, decoded.buf);
	(void)fflush(ctx->out);
}

/* --- for people --------------------------------------------------------------------- */

static size_t files_with(const struct report *report, enum report_verdict verdict)
{
	size_t n = 0;

	for (size_t i = 0; i < report->file_count; i++)
		n += report->files[i].verdict == verdict;
	return n;
}

/* "3 files", "1 file" */
static void add_number(struct strbuf *out, int64_t n, const char *one, const char *many)
{
	text_add_count(out, n);
	strbuf_addf(out, " %s", n == 1 ? one : many);
}

static void print_files(const struct context *ctx, const struct report *report)
{
	static const char *const words[] = { "imported", "skipped", "rejected" };

	for (size_t i = 0; i < report->file_count; i++) {
		const struct report_file *file = &report->files[i];
		_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;

		if (file->verdict == REPORT_IMPORTED && !ctx->common.verbose)
			continue;
		text_add_visible(&line, file->name);
		if (file->reason) {
			strbuf_addstr(&line, ": ");
			text_add_visible(&line, file->reason);
		}
		(void)fprintf(ctx->out, "  %s: %s\n", words[file->verdict], line.buf);
	}
}

static const char *opening(const struct report *report)
{
	if (report->checked_only)
		return "Checked";
	return report->dry_run ? "Would import" : "Imported";
}

void outcome_print(
	const struct context *ctx, const struct report *report, size_t removed, bool cleaned)
{
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;
	size_t skipped = files_with(report, REPORT_SKIPPED);
	size_t rejected = files_with(report, REPORT_REJECTED);

	if (ctx->common.quiet)
		return;
	print_files(ctx, report);
	strbuf_addf(&line, "%s ", opening(report));
	add_number(&line, (int64_t)files_with(report, REPORT_IMPORTED), "file", "files");
	strbuf_addstr(&line, ": ");
	add_number(&line, report->inserted, "new entry", "new entries");
	strbuf_addstr(&line, ", ");
	add_number(&line, report->updated, "corrected", "corrected");
	strbuf_addstr(&line, ", ");
	add_number(&line, report->unchanged, "already there", "already there");
	if (skipped)
		strbuf_addf(&line, "; %zu skipped", skipped);
	if (rejected)
		strbuf_addf(&line, "; %zu rejected", rejected);
	(void)fprintf(ctx->out, "%s\n", line.buf);
	if (cleaned)
		(void)fprintf(ctx->out, "Removed %zu imported %s\n", removed,
			removed == 1 ? "file" : "files");
	if (report->database)
		(void)fprintf(ctx->out, "Database: %s\n", report->database);
}

/* --- annotations ---------------------------------------------------------------------- */

static void annotate(const struct context *ctx, const struct report_file *file)
{
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT, text = STRBUF_INIT;
	bool rejected = file->verdict == REPORT_REJECTED;

	escape_workflow_property(&name, file->name);
	escape_workflow_data(&text, file->reason ? file->reason : "");
	(void)fprintf(ctx->out, "::%s file=%s,title=%s::%s\n", rejected ? "error" : "warning",
		name.buf, rejected ? "Export rejected" : "Export skipped", text.buf);
}

void outcome_annotate(const struct context *ctx, const struct report *report)
{
	size_t shown = 0, all = 0;

	for (size_t i = 0; i < report->file_count; i++) {
		if (report->files[i].verdict == REPORT_IMPORTED)
			continue;
		if (all++ < ANNOTATIONS) {
			annotate(ctx, &report->files[i]);
			shown++;
		}
	}
	if (all > shown)
		(void)fprintf(ctx->out,
			"::warning title=Exports::and %zu more files that were not imported\n",
			all - shown);
}

/* --- budgets ---------------------------------------------------------------------------- */

void outcome_warn_of_budgets(const struct context *ctx, const struct report *report)
{
	for (size_t i = 0; i < report->budget_count; i++) {
		_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT, line = STRBUF_INIT;

		if (report->budgets[i].verdict != BUDGET_OVER)
			continue;
		report_budget(&text, &report->budgets[i], REPORT_ASCII);
		escape_workflow_data(&line, text.buf);
		if (outcome_in_github())
			(void)fprintf(ctx->out, "::warning title=Budget::%s\n", line.buf);
		else
			context_warn(ctx, "%s", text.buf);
	}
}

/* --- files of the job ------------------------------------------------------------------- */

/* Append in one write, so that what other steps append stays whole. */
static enum tt_code append(const char *file, const struct strbuf *text, struct tt_error *err)
{
	_autoclose_ int fd = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	const char *at = text->buf;
	size_t left = text->len;

	if (fd < 0)
		return tt_fail_errno(err, "cannot open '%s'", file);
	while (left) {
		ssize_t n = write(fd, at, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return tt_fail_errno(err, "cannot write '%s'", file);
		at += n;
		left -= (size_t)n;
	}
	return TT_OK;
}

enum tt_code outcome_write_summary(
	const char *file, const struct report *report, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	size_t limit = REPORT_SUMMARY_MAX;
	struct stat st;

	if (stat(file, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
		if ((uintmax_t)st.st_size >= limit)
			return tt_fail(err, TT_EFAILED,
				"'%s' is full already: GitHub accepts no larger summary", file);
		limit -= (size_t)st.st_size;
	}
	report_markdown(&text, report, limit);
	return append(file, &text, err);
}

/* --- outputs ------------------------------------------------------------------------------ */

struct outputs {
	struct strbuf text;
	char random[33];
};

static void put_text(struct outputs *o, const char *name, const char *value)
{
	escape_github_output(&o->text, name, value, o->random);
}

static void put_count(struct outputs *o, const char *name, int64_t value)
{
	_cleanup_(strbuf_release) struct strbuf digits = STRBUF_INIT;

	strbuf_addf(&digits, "%" PRId64, value);
	put_text(o, name, digits.buf);
}

static void put_money(struct outputs *o, const char *name, struct money value)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	money_add_text(&text, value, 9);
	put_text(o, name, text.buf);
}

static void put_totals(struct outputs *o, const struct report *report)
{
	static const struct rollup_total none;
	const struct rollup_total *all = &report->totals->all, *before = report->before,
				  *branch = &none;

	if (report->current_branch && rollup_branch(report->totals, report->current_branch))
		branch = rollup_branch(report->totals, report->current_branch);
	put_count(o, "tokens", all->tokens);
	put_count(o, "sessions", all->sessions);
	put_count(o, "input-tokens", all->usage.input);
	put_count(o, "output-tokens", all->usage.output);
	put_count(o, "cache-read-tokens", all->usage.cache_read);
	put_count(o, "cache-write-tokens", all->usage.cache_write_5m + all->usage.cache_write_1h);
	put_count(o, "unpriced-tokens", all->cost.unpriced_tokens);
	put_money(o, "cost-usd-low", all->cost.low);
	put_money(o, "cost-usd-high", all->cost.high);
	put_text(o, "branch", report->current_branch ? report->current_branch : "");
	put_count(o, "branch-tokens", branch->tokens);
	put_count(o, "branch-sessions", branch->sessions);
	put_money(o, "branch-cost-usd-low", branch->cost.low);
	put_money(o, "branch-cost-usd-high", branch->cost.high);
	put_count(o, "branch-tokens-delta", branch->tokens - (before ? before->tokens : 0));
}

/* Over is worse than unknown, which is worse than near; "none": no budget is set. */
static const char *worst_verdict(const struct report *report)
{
	static const enum budget_verdict worst_first[] = { BUDGET_OVER, BUDGET_UNKNOWN, BUDGET_NEAR,
		BUDGET_KEPT };

	for (size_t v = 0; v < sizeof worst_first / sizeof *worst_first; v++)
		for (size_t i = 0; i < report->budget_count; i++)
			if (report->budgets[i].verdict == worst_first[v])
				return budget_verdicts[worst_first[v]];
	return "none";
}

enum tt_code outcome_write_outputs(
	const char *file, const struct report *report, const char *summary, struct tt_error *err)
{
	struct outputs o = { .text = STRBUF_INIT };
	unsigned char bytes[16];
	enum tt_code code;

	if (fs_random(bytes, sizeof bytes, err) != TT_OK)
		return err->code;
	for (size_t i = 0; i < sizeof bytes; i++)
		(void)snprintf(o.random + 2 * i, 3, "%02x", bytes[i]);
	put_totals(&o, report);
	put_count(&o, "files-imported", (int64_t)files_with(report, REPORT_IMPORTED));
	put_count(&o, "files-skipped", (int64_t)files_with(report, REPORT_SKIPPED));
	put_count(&o, "files-rejected", (int64_t)files_with(report, REPORT_REJECTED));
	put_count(&o, "rows-inserted", report->inserted);
	put_count(&o, "rows-updated", report->updated);
	put_count(&o, "rows-unchanged", report->unchanged);
	put_text(&o, "budget-status", worst_verdict(report));
	put_text(&o, "summary-path", summary ? summary : "");
	code = append(file, &o.text, err);
	strbuf_release(&o.text);
	return code;
}
