/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "checkup.h"
#include "cli/command.h"
#include "cli/exit.h"

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
	json_put_int(&w, "format_version", 1);
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

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	_cleanup_(checkup_release) struct checkup checkup = { .ctx = ctx };
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

	(void)values;
	if (argc)
		return tt_fail(err, TT_EUSAGE, "doctor takes no operand: '%s'", argv[0]);
	checkup_repository(&checkup);
	checkup_capture(&checkup);
	checkup_machine(&checkup);
	if (ctx->common.json)
		add_document(&out, &checkup);
	else
		for (size_t i = 0; i < checkup.count; i++)
			if (!ctx->common.quiet || checkup.findings[i].verdict != VERDICT_OK)
				add_line(&out, &checkup.findings[i]);
	(void)fputs(out.buf, ctx->out);
	if (count(&checkup, VERDICT_PROBLEM))
		ctx->status = EXIT_FAILED;
	return TT_OK;
}

const struct command command_doctor = {
	.name = "doctor",
	.synopsis = "",
	.summary = "Check the installation, and say how to mend it",
	.details = "One line for each thing that was checked, with a verdict (ok, warning or "
		   "problem) and, where there is one, the command that mends it. -q leaves out "
		   "what is well. Exit status 1 when there is a problem.",
	.examples = "track-tokens doctor\n"
		    "track-tokens doctor --json",
	.needs = NEED_NOTHING,
	.run = run,
};
