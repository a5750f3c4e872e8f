/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/cleanup.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "branches.h"
#include "cli/command.h"
#include "cli/price_table.h"
#include "export_usage.h"
#include "recorded.h"
#include "report/entries_csv.h"
#include "requests.h"
#include "user_file.h"

struct export_options {
	const char *branch, *format, *prices;
	bool all_branches, force;
};

static const struct option_row export_rows[] = {
	{ "branch", 'b', OPTION_TEXT, "NAME", "export this branch instead of the present one",
		offsetof(struct export_options, branch), false },
	{ "all-branches", 'a', OPTION_FLAG, NULL, "export every branch that has a ledger",
		offsetof(struct export_options, all_branches), false },
	{ "force", 'f', OPTION_FLAG, NULL, "replace FILE if it exists",
		offsetof(struct export_options, force), false },
	{ "format", 0, OPTION_WORD, "json|csv|claude-tokens",
		"how to write FILE (default: json, for import-tokens)",
		offsetof(struct export_options, format), false },
	{ "prices", 0, OPTION_TEXT, "FILE", "csv, claude-tokens: use this price table",
		offsetof(struct export_options, prices), false },
	{ 0 },
};

static const struct export_options export_defaults = { .format = "json" };

static bool is_csv(const struct export_options *o)
{
	return strcmp(o->format, "csv") == 0;
}

/* --- the answer --------------------------------------------------------- */

/* Files written so far, as text for people and as JSON. */
struct answer {
	const struct context *ctx;
	struct strbuf text, json;
	struct json_writer w;
};

static void answer_add(void *to, const char *branch, const struct record_export *x)
{
	struct answer *a = to;

	strbuf_addf(&a->text, "%sExported ", glyph(a->ctx, "💾 "));
	text_add_count(&a->text, (int64_t)x->entries);
	strbuf_addstr(&a->text, x->entries == 1 ? " entry" : " entries");
	if (branch) {
		strbuf_addstr(&a->text, " of ");
		text_add_visible(&a->text, branch);
	}
	strbuf_addstr(&a->text, " to: ");
	text_add_visible(&a->text, x->name.buf);
	strbuf_addch(&a->text, '\n');

	json_open(&a->w, '{');
	json_put_string(&a->w, "branch", branch);
	json_put_string(&a->w, "file", x->path.buf);
	json_put_int(&a->w, "entries", (int64_t)x->entries);
	json_put_int(&a->w, "tokens", x->tokens);
	json_close(&a->w, '}');
}

static void answer_begin(struct answer *a, const struct context *ctx)
{
	*a = (struct answer){ ctx, STRBUF_INIT, STRBUF_INIT, { 0 } };
	a->w.out = &a->json;
	json_open(&a->w, '{');
	json_put_int(&a->w, "version", 1);
	json_key(&a->w, "exports");
	json_open(&a->w, '[');
}

static void answer_show(struct answer *a)
{
	if (!a->text.len)
		strbuf_addstr(&a->text, "Nothing to export: everything recorded is in an export\n");
	json_close(&a->w, ']');
	json_close(&a->w, '}');
	strbuf_addch(&a->json, '\n');
	(void)fputs(a->ctx->common.json ? a->json.buf : a->text.buf, a->ctx->out);
}

static void answer_release(struct answer *a)
{
	strbuf_release(&a->text);
	strbuf_release(&a->json);
}

/* --- what is pending ---------------------------------------------------- */

static enum tt_code export_pending(
	struct context *ctx, const struct export_options *o, struct tt_error *err)
{
	_cleanup_(record_release) struct record record = RECORD_INIT;
	_cleanup_(record_export_release) struct record_export x = RECORD_EXPORT_INIT;
	_cleanup_(answer_release) struct answer answer;

	answer_begin(&answer, ctx);
	if (o->all_branches) {
		if (branches_export_pending(ctx, answer_add, &answer, err) != TT_OK)
			return err->code;
	} else {
		if (record_open(&record, ctx, o->branch, err) != TT_OK ||
			record_export_pending(ctx, &record, &x, err) != TT_OK)
			return err->code;
		if (x.name.len)
			answer_add(&answer, record.branch.buf, &x);
	}
	answer_show(&answer);
	return TT_OK;
}

/* --- everything, into a file -------------------------------------------- */

/* Where the branches go, in one format or the other. */
struct encoder {
	struct strbuf *out;
	const struct prices *prices; /* NULL: JSON */
	struct export_writer writer;
	struct record_export *x; /* what was written */
};

static enum tt_code encode_rows(struct encoder *e, struct ledger *ledger, struct tt_error *err)
{
	struct entry entry;

	for (size_t i = 0; i < ledger_count(ledger); i++) {
		if (ledger_entry(ledger, i, &entry, err) != TT_OK)
			return err->code;
		if (!entries_csv_add(e->out, ledger_info(ledger)->branch, &entry, e->prices))
			continue;
		e->x->entries++;
		e->x->tokens += entry_counted_tokens(&entry);
	}
	return TT_OK;
}

static enum tt_code encode_branch(
	struct encoder *e, const struct record *record, const char *branch, struct tt_error *err)
{
	_cleanup_(ledger_freep) struct ledger *ledger = NULL;

	if (ledger_read(&ledger, &record->place, branch, err) != TT_OK)
		return err->code;
	return e->prices ? encode_rows(e, ledger, err)
			 : record_export_all(&e->writer, ledger, e->x, err);
}

static enum tt_code encode_branches(
	struct encoder *e, const struct record *record, bool all, struct tt_error *err)
{
	_cleanup_(branches_release) struct branches branches = { 0 };

	if (!all)
		return encode_branch(e, record, record->branch.buf, err);
	if (branches_list(&branches, &record->place, err) != TT_OK)
		return err->code;
	for (size_t i = 0; i < branches.count; i++)
		if (encode_branch(e, record, branches.names[i], err) != TT_OK)
			return err->code;
	return TT_OK;
}

static enum tt_code encode(
	struct encoder *e, const struct record *record, bool all, struct tt_error *err)
{
	struct export_meta meta = record_export_meta(record, !all);

	if (e->prices)
		entries_csv_begin(e->out);
	else
		export_begin(&e->writer, e->out, &meta);
	if (encode_branches(e, record, all, err) != TT_OK)
		return err->code;
	if (!e->prices)
		export_end(&e->writer);
	return TT_OK;
}

static enum tt_code export_file(
	struct context *ctx, const struct export_options *o, const char *file, struct tt_error *err)
{
	_cleanup_(record_release) struct record record = RECORD_INIT;
	_cleanup_(record_export_release) struct record_export x = RECORD_EXPORT_INIT;
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	_cleanup_(prices_freep) struct prices *prices = NULL;
	_cleanup_(answer_release) struct answer answer;
	struct encoder e = { .out = &text, .x = &x };

	answer_begin(&answer, ctx);
	if (is_csv(o) && price_table_load(&prices, ctx, o->prices, err) != TT_OK)
		return err->code;
	e.prices = prices;
	if (record_open(&record, ctx, o->branch, err) != TT_OK ||
		encode(&e, &record, o->all_branches, err) != TT_OK)
		return err->code;
	if (strcmp(file, "-") == 0) {
		(void)fwrite(text.buf, 1, text.len, ctx->out);
		return TT_OK;
	}
	if (user_file_write(file, &text, o->force, err) != TT_OK)
		return err->code;
	strbuf_addstr(&x.name, file);
	strbuf_addstr(&x.path, file);
	answer_add(&answer, o->all_branches ? NULL : record.branch.buf, &x);
	answer_show(&answer);
	return TT_OK;
}

/* --- all usage, for the scripts of another tracker's users --------------- */

#define CLAUDE_TOKENS_FILE "claude-usage-export.json"

static enum tt_code export_usage(
	struct context *ctx, const struct export_options *o, const char *file, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT, shown = STRBUF_INIT;

	if (o->branch || o->all_branches)
		return tt_fail(err, TT_EUSAGE,
			"--format claude-tokens is of all projects and branches together");
	if (export_claude_tokens(&text, ctx, o->prices, err) != TT_OK)
		return err->code;
	if (strcmp(file, "-") == 0) {
		(void)fwrite(text.buf, 1, text.len, ctx->out);
		return TT_OK;
	}
	if (user_file_write(file, &text, o->force, err) != TT_OK)
		return err->code;
	text_add_visible(&shown, file);
	context_note(ctx, "all usage is in '%s'", shown.buf);
	return TT_OK;
}

static enum tt_code run_in_repository(
	struct context *ctx, const struct export_options *o, const char *file, struct tt_error *err)
{
	if (o->branch && o->all_branches)
		return tt_fail(err, TT_EUSAGE, "either a branch or --all-branches");
	if (context_open_repo(ctx, err) != TT_OK)
		return err->code;
	requests_take(ctx);
	if (!file && is_csv(o))
		file = "-";
	return file ? export_file(ctx, o, file, err) : export_pending(ctx, o, err);
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	struct export_options o = *(const struct export_options *)values;
	const char *file = argc ? argv[0] : NULL;

	if (argc > 2 || (argc == 2 && o.branch))
		return tt_fail(err, TT_EUSAGE, "one file and one branch at a time");
	if (argc == 2)
		o.branch = argv[1];
	if (strcmp(o.format, "claude-tokens") == 0)
		return export_usage(ctx, &o, file ? file : CLAUDE_TOKENS_FILE, err);
	return run_in_repository(ctx, &o, file, err);
}

const struct command command_export = {
	.name = "export",
	.synopsis = "\n"
		    "FILE|- [branch]",
	.summary = "Export what is not exported yet, or a whole branch to a file",
	.details =
		"Without FILE: what no export holds yet, into the directory of exports (temp/, or "
		"track-tokens.exportDir), to be committed. With FILE: everything recorded on the "
		"branch, as a backup or for somewhere else; '-' is standard output. Importing "
		"any of them again, or in another order, changes nothing.\n"
		"\n"
		"--format csv is for spreadsheets: a row for each entry, to standard output "
		"unless FILE is named. --format claude-tokens is what that tracker exported, by "
		"default to " CLAUDE_TOKENS_FILE ": projects, the last 50 sessions and the last "
		"30 days, of everything that Claude Code's transcripts tell. import-tokens reads "
		"neither.",
	.examples = "track-tokens export\n"
		    "track-tokens export week_23_tokens.json\n"
		    "track-tokens export - --all-branches | gzip >tokens.json.gz\n"
		    "track-tokens export --format csv --all-branches >tokens.csv\n"
		    "track-tokens export --format claude-tokens - | jq '.recentSessions[0]'",
	.options = export_rows,
	.values_size = sizeof(struct export_options),
	.defaults = &export_defaults,
	.run = run,
};
