/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "bundle.h"
#include "checkup.h"
#include "cli/command.h"
#include "cli/exit.h"
#include "user_file.h"

struct doctor_options {
	const char *bundle;
	bool names;
};

static const struct option_row doctor_rows[] = {
	{ "bundle", 0, OPTION_OPTIONAL_TEXT, "FILE",
		"write a report for somebody who is to help, without what is yours "
		"(default: track-tokens-report.txt; '-': standard output)",
		offsetof(struct doctor_options, bundle), false },
	{ "names", 0, OPTION_FLAG, NULL,
		"with --bundle: leave the names of branches and repositories in it",
		offsetof(struct doctor_options, names), false },
	{ 0 },
};

static const char *const verdicts[] = { "ok", "warning", "problem" };

static void add_line(struct strbuf *out, const struct finding *f)
{
	strbuf_addf(out, "%-8s %s: ", verdicts[f->verdict], f->about);
	text_add_visible(out, f->detail.buf);
	strbuf_addch(out, '\n');
	if (f->mend.len) {
		strbuf_addstr(out, "         mend: ");
		text_add_visible(out, f->mend.buf);
		strbuf_addch(out, '\n');
	}
}

static void add_object(struct json_writer *w, const struct finding *f)
{
	json_open(w, '{');
	json_put_string(w, "about", f->about);
	json_put_string(w, "verdict", verdicts[f->verdict]);
	json_put_string(w, "detail", f->detail.buf);
	json_put_string(w, "mend", f->mend.len ? f->mend.buf : NULL);
	json_close(w, '}');
}

static size_t count(const struct checkup *checkup, enum verdict verdict)
{
	size_t n = 0;

	for (size_t i = 0; i < checkup->count; i++)
		n += checkup->findings[i].verdict == verdict;
	return n;
}

static void add_document(struct strbuf *out, const struct checkup *checkup)
{
	struct json_writer w = { .out = out };

	json_open(&w, '{');
	json_put_int(&w, "version", 1);
	json_put_int(&w, "problems", (int64_t)count(checkup, VERDICT_PROBLEM));
	json_put_int(&w, "warnings", (int64_t)count(checkup, VERDICT_WARNING));
	json_key(&w, "checks");
	json_open(&w, '[');
	for (size_t i = 0; i < checkup->count; i++)
		add_object(&w, &checkup->findings[i]);
	json_close(&w, ']');
	json_close(&w, '}');
	strbuf_addch(out, '\n');
}

static void show(struct context *ctx, const struct checkup *checkup)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

	if (ctx->common.json)
		add_document(&out, checkup);
	else
		for (size_t i = 0; i < checkup->count; i++)
			if (!ctx->common.quiet || checkup->findings[i].verdict != VERDICT_OK)
				add_line(&out, &checkup->findings[i]);
	(void)fputs(out.buf, ctx->out);
	if (count(checkup, VERDICT_PROBLEM))
		ctx->status = EXIT_FAILED;
}

static enum tt_code write_bundle(struct context *ctx, const struct checkup *checkup,
	const struct doctor_options *o, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT, shown = STRBUF_INIT;
	const char *file = *o->bundle ? o->bundle : "track-tokens-report.txt";

	bundle_add(&text, checkup, o->names);
	if (strcmp(file, "-") == 0) {
		(void)fputs(text.buf, ctx->out);
		return TT_OK;
	}
	if (user_file_write(file, &text, false, err) != TT_OK)
		return err->code;
	text_add_visible(&shown, file);
	(void)fprintf(ctx->out, "Wrote '%s': read it before you pass it on.\n", shown.buf);
	return TT_OK;
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	_cleanup_(checkup_release) struct checkup checkup = { .ctx = ctx };
	const struct doctor_options *o = values;

	if (argc)
		return tt_fail(err, TT_EUSAGE, "doctor takes no operand: '%s'", argv[0]);
	if (o->names && !o->bundle)
		return tt_fail(err, TT_EUSAGE, "--names goes with --bundle");
	checkup_repository(&checkup);
	checkup_capture(&checkup);
	checkup_state(&checkup);
	checkup_plan(&checkup);
	checkup_share(&checkup);
	checkup_watch(&checkup);
	checkup_machine(&checkup);
	if (o->bundle)
		return write_bundle(ctx, &checkup, o, err);
	show(ctx, &checkup);
	return TT_OK;
}

const struct command command_doctor = {
	.name = "doctor",
	.synopsis = "",
	.summary = "Check the installation, and say how to mend it",
	.details = "One line for each thing that was checked, with a verdict (ok, warning or "
		   "problem) and, where there is one, the command that mends it. -q leaves out "
		   "what is well. Exit status 1 when there is a problem.\n"
		   "\n"
		   "--bundle writes the same, with the settings and the end of the log, for "
		   "somebody who is to help: no notes, no addresses, no passwords, no names, "
		   "and no path below the home directory. Read it before you pass it on.",
	.examples = "track-tokens doctor\n"
		    "track-tokens doctor --json\n"
		    "track-tokens doctor --bundle",
	.options = doctor_rows,
	.values_size = sizeof(struct doctor_options),
	.needs = NEED_NOTHING,
	.run = run,
};
