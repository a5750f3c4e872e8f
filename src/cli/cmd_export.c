/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/cleanup.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "branches.h"
#include "cli/command.h"
#include "recorded.h"
#include "requests.h"
#include "user_file.h"

struct export_options {
	const char *branch;
	bool all_branches, force;
};

static const struct option_row export_rows[] = {
	{ "branch", 'b', OPTION_TEXT, "NAME", "export this branch instead of the present one",
		offsetof(struct export_options, branch), false },
	{ "all-branches", 'a', OPTION_FLAG, NULL, "export every branch that has a ledger",
		offsetof(struct export_options, all_branches), false },
	{ "force", 'f', OPTION_FLAG, NULL, "replace FILE if it exists",
		offsetof(struct export_options, force), false },
	{ 0 },
};

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

static enum tt_code encode_branch(struct export_writer *w, const struct record *record,
	const char *branch, struct record_export *x, struct tt_error *err)
{
	_cleanup_(ledger_freep) struct ledger *ledger = NULL;

	if (ledger_read(&ledger, &record->place, branch, err) != TT_OK)
		return err->code;
	return record_export_all(w, ledger, x, err);
}

static enum tt_code encode_all(struct strbuf *out, const struct record *record, bool all,
	struct record_export *x, struct tt_error *err)
{
	_cleanup_(branches_release) struct branches branches = { 0 };
	struct export_meta meta = record_export_meta(record, !all);
	struct export_writer w = { 0 };

	export_begin(&w, out, &meta);
	if (!all && encode_branch(&w, record, record->branch.buf, x, err) != TT_OK)
		return err->code;
	if (all && branches_list(&branches, &record->place, err) != TT_OK)
		return err->code;
	for (size_t i = 0; i < branches.count; i++)
		if (encode_branch(&w, record, branches.names[i], x, err) != TT_OK)
			return err->code;
	export_end(&w);
	return TT_OK;
}

static enum tt_code export_file(
	struct context *ctx, const struct export_options *o, const char *file, struct tt_error *err)
{
	_cleanup_(record_release) struct record record = RECORD_INIT;
	_cleanup_(record_export_release) struct record_export x = RECORD_EXPORT_INIT;
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	_cleanup_(answer_release) struct answer answer;

	answer_begin(&answer, ctx);
	if (record_open(&record, ctx, o->branch, err) != TT_OK ||
		encode_all(&text, &record, o->all_branches, &x, err) != TT_OK)
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

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	struct export_options o = *(const struct export_options *)values;

	if (argc > 2 || (argc == 2 && o.branch))
		return tt_fail(err, TT_EUSAGE, "one file and one branch at a time");
	if (argc == 2)
		o.branch = argv[1];
	if (o.branch && o.all_branches)
		return tt_fail(err, TT_EUSAGE, "either a branch or --all-branches");
	requests_take(ctx);
	return argc ? export_file(ctx, &o, argv[0], err) : export_pending(ctx, &o, err);
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
		"any of them again, or in another order, changes nothing.",
	.examples = "track-tokens export\n"
		    "track-tokens export week_23_tokens.json\n"
		    "track-tokens export - --all-branches | gzip >tokens.json.gz",
	.options = export_rows,
	.values_size = sizeof(struct export_options),
	.needs = NEED_REPO,
	.run = run,
};
