/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <string.h>

#include "adding.h"
#include "base/cleanup.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "cli/command.h"
#include "estimator.h"

struct estimate_options {
	struct estimator_options how;
	struct adding adding;
	const char *text_input, *text_output, *model, *message;
	bool clipboard, calibrate, compare, add;
};

static const struct option_row estimate_rows[] = {
	{ "text-input", 0, OPTION_TEXT, "TEXT", "this text, as input",
		offsetof(struct estimate_options, text_input), false },
	{ "text-output", 0, OPTION_TEXT, "TEXT", "this text, as output",
		offsetof(struct estimate_options, text_output), false },
	{ "clipboard", 0, OPTION_FLAG, NULL, "what is on the clipboard, as input",
		offsetof(struct estimate_options, clipboard), false },
	ESTIMATOR_ROWS(struct estimate_options, how),
	{ "add", 0, OPTION_FLAG, NULL, "record the estimate on this branch, marked as one",
		offsetof(struct estimate_options, add), false },
	{ "branch", 'b', OPTION_TEXT, "NAME", "record on this branch instead",
		offsetof(struct estimate_options, adding.branch), false },
	{ "model", 0, OPTION_TEXT, "NAME", "record it as this model's",
		offsetof(struct estimate_options, model), false },
	{ "message", 'm', OPTION_TEXT, "NOTE", "record it with this note",
		offsetof(struct estimate_options, message), false },
	{ "calibrate", 0, OPTION_FLAG, NULL,
		"learn from your own answers how long the tokens of a kind of text are",
		offsetof(struct estimate_options, calibrate), false },
	{ "compare", 0, OPTION_FLAG, NULL, "tell how far estimates are from what was measured",
		offsetof(struct estimate_options, compare), false },
	{ 0 },
};

/* --- texts ------------------------------------------------------------------------------ */

struct estimated {
	int64_t input, output;
	struct text_profile profile;
};

static void take(
	int64_t *sum, struct estimated *out, const struct estimator *e, const struct strbuf *text)
{
	*sum += estimator_tokens(e, text, &out->profile);
}

static void take_argument(
	int64_t *sum, struct estimated *out, const struct estimator *e, const char *text)
{
	_cleanup_(strbuf_release) struct strbuf copy = STRBUF_INIT;

	if (!text)
		return;
	strbuf_addstr(&copy, text);
	take(sum, out, e, &copy);
}

static enum tt_code take_file(struct estimated *out, const struct context *ctx,
	const struct estimator *e, const char *file, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	if (estimator_read(&text, ctx, file, err) != TT_OK)
		return err->code;
	take(&out->input, out, e, &text);
	return TT_OK;
}

static enum tt_code take_clipboard(
	struct estimated *out, const struct estimator *e, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	if (estimator_read_clipboard(&text, err) != TT_OK)
		return err->code;
	take(&out->input, out, e, &text);
	return TT_OK;
}

static enum tt_code take_texts(struct estimated *out, const struct context *ctx,
	const struct estimator *e, const struct estimate_options *o, char **files,
	struct tt_error *err)
{
	bool any = o->text_input || o->text_output || o->clipboard || *files;

	take_argument(&out->input, out, e, o->text_input);
	take_argument(&out->output, out, e, o->text_output);
	if (o->clipboard && take_clipboard(out, e, err) != TT_OK)
		return err->code;
	for (; *files; files++)
		if (take_file(out, ctx, e, *files, err) != TT_OK)
			return err->code;
	return any ? TT_OK : take_file(out, ctx, e, "-", err);
}

/* --- the answer --------------------------------------------------------------------------- */

static void show_json(struct strbuf *out, const struct estimated *what, const struct estimator *e)
{
	struct json_writer w = { .out = out };

	json_open(&w, '{');
	json_put_int(&w, "version", 1);
	json_put_int(&w, "tokens", what->input + what->output);
	json_put_bool(&w, "estimated", true);
	json_put_int(&w, "input", what->input);
	json_put_int(&w, "output", what->output);
	json_put_string(&w, "method", estimator_method(e));
	json_put_bool(&w, "calibrated", !e->is_s0 && e->is_calibrated);
	if (!e->is_s0 && e->is_calibrated)
		json_put_int(&w, "error_permille", e->fitted.held_out.mean_absolute_permille);
	else
		json_put_null(&w, "error_permille");
	json_key(&w, "chars");
	json_open(&w, '{');
	for (int kind = 0; kind < TEXT_KINDS; kind++)
		json_put_int(&w, text_kind_names[kind], what->profile.chars[kind]);
	json_close(&w, '}');
	json_close(&w, '}');
	strbuf_addch(out, '\n');
}

static void add_permille(struct strbuf *out, int64_t permille)
{
	strbuf_addf(out, "%" PRId64 ".%" PRId64 "%%", permille / 10, permille % 10);
}

static void show_text(struct strbuf *out, const struct estimated *what, const struct estimator *e)
{
	text_add_count(out, what->input + what->output);
	strbuf_addstr(out, " tokens (estimated");
	if (what->input && what->output) {
		strbuf_addstr(out, ": ");
		text_add_count(out, what->input);
		strbuf_addstr(out, " input + ");
		text_add_count(out, what->output);
		strbuf_addstr(out, " output");
	}
	if (!e->is_s0 && e->is_calibrated) {
		strbuf_addstr(out, ", an answer of yours is off by ");
		add_permille(out, e->fitted.held_out.mean_absolute_permille);
	}
	strbuf_addstr(out, ")\n");
}

static enum tt_code record(struct context *ctx, const struct estimate_options *o,
	const struct estimated *what, struct tt_error *err)
{
	const struct figures f = {
		.has_usage = true,
		.by_kind = true,
		.usage = { .input = what->input, .output = what->output },
		.kind = ENTRY_ESTIMATED,
		.source = "estimate",
		.model = o->model,
		.notes = o->message,
	};

	if (what->input + what->output == 0)
		return tt_fail(err, TT_EINPUT, "the text is empty: there is nothing to record");
	return add_figures(ctx, &o->adding, &f, err);
}

static enum tt_code estimate(
	struct context *ctx, const struct estimate_options *o, char **files, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct estimated what = { 0 };
	struct estimator e;

	if (estimator_open(&e, ctx, &o->how, err) != TT_OK ||
		take_texts(&what, ctx, &e, o, files, err) != TT_OK)
		return err->code;
	if (o->add)
		return record(ctx, o, &what, err);
	if (ctx->common.json)
		show_json(&out, &what, &e);
	else
		show_text(&out, &what, &e);
	(void)fputs(out.buf, ctx->out);
	if (!e.is_s0 && !e.is_calibrated)
		context_detail(ctx, "'track-tokens estimate --calibrate' learns from your own "
				    "answers");
	return TT_OK;
}

/* --- learning and comparing ---------------------------------------------------------------- */

static enum tt_code fail_samples(const struct text_samples *samples, struct tt_error *err)
{
	return tt_fail(err, TT_ENOTFOUND,
		"%zu of %" PRId64 " answers in your transcripts are text and nothing else: %d are "
		"needed",
		samples->count, samples->answers, ESTIMATE_SAMPLES_MIN);
}

static void put_error(struct json_writer *w, const char *key, const struct estimate_error *e)
{
	json_key(w, key);
	json_open(w, '{');
	json_put_int(w, "answers", (int64_t)e->samples);
	json_put_int(w, "measured", e->measured);
	json_put_int(w, "estimated", e->estimated);
	json_put_int(w, "mean_absolute_error_permille", e->mean_absolute_permille);
	json_close(w, '}');
}

static void add_error(struct strbuf *out, const char *label, const struct estimate_error *e)
{
	strbuf_addf(out, "%-24s", label);
	text_add_count(out, e->estimated);
	strbuf_addstr(out, " estimated, ");
	text_add_count(out, e->measured);
	strbuf_addstr(out, " measured; an answer is off by ");
	add_permille(out, e->mean_absolute_permille);
	strbuf_addch(out, '\n');
}

static void show_calibration(
	struct strbuf *out, const struct context *ctx, const struct estimate_fitted *f)
{
	struct json_writer w = { .out = out };

	if (ctx->common.json) {
		json_open(&w, '{');
		json_put_int(&w, "version", 1);
		json_put_int(&w, "learned_from", (int64_t)f->learned_from);
		put_error(&w, "held_out", &f->held_out);
		put_error(&w, "by_default", &f->by_default);
		json_key(&w, "tokens_per_million_chars");
		json_open(&w, '{');
		for (int kind = 0; kind < TEXT_KINDS; kind++)
			json_put_int(&w, text_kind_names[kind], f->rates.per_million[kind]);
		json_close(&w, '}');
		json_close(&w, '}');
		strbuf_addch(out, '\n');
		return;
	}
	strbuf_addf(out, "Learned from %zu answers; on %zu others an answer is off by ",
		f->learned_from, f->held_out.samples);
	add_permille(out, f->held_out.mean_absolute_permille);
	strbuf_addstr(out, " (before: ");
	add_permille(out, f->by_default.mean_absolute_permille);
	strbuf_addstr(out, ").\n\nTokens in 1,000 characters\n");
	for (int kind = 0; kind < TEXT_KINDS; kind++)
		strbuf_addf(out, "   %-10s%6d\n", text_kind_names[kind],
			(f->rates.per_million[kind] + 500) / 1000);
}

static enum tt_code calibrate(struct context *ctx, struct tt_error *err)
{
	_cleanup_(text_samples_release) struct text_samples samples = { 0 };
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct estimate_fitted fitted;

	if (estimator_samples(&samples, ctx, err) != TT_OK)
		return err->code;
	if (!estimate_fit(&fitted, samples.items, samples.count))
		return fail_samples(&samples, err);
	if (fitted.held_out.mean_absolute_permille >= fitted.by_default.mean_absolute_permille)
		return tt_fail(err, TT_EFAILED,
			"nothing was learned: on answers held out the usual rates are as good, so "
			"they stay");
	if (estimator_save(&fitted, err) != TT_OK)
		return err->code;
	show_calibration(&out, ctx, &fitted);
	(void)fputs(out.buf, ctx->out);
	return TT_OK;
}

/* Characters are known by kind only: four to a token, a tenth more. */
static struct estimate_error error_of_formula(const struct text_samples *samples)
{
	struct estimate_rates flat;

	for (int kind = 0; kind < TEXT_KINDS; kind++)
		flat.per_million[kind] = 275000;
	return estimate_error_of(samples->items, samples->count, &flat);
}

static enum tt_code compare(
	struct context *ctx, const struct estimate_options *o, struct tt_error *err)
{
	_cleanup_(text_samples_release) struct text_samples samples = { 0 };
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct json_writer w = { .out = &out };
	struct estimate_error kinds, formula;
	struct estimator e;

	if (estimator_open(&e, ctx, &o->how, err) != TT_OK ||
		estimator_samples(&samples, ctx, err) != TT_OK)
		return err->code;
	if (samples.count == 0)
		return fail_samples(&samples, err);
	kinds = estimate_error_of(samples.items, samples.count, &e.fitted.rates);
	formula = error_of_formula(&samples);
	if (ctx->common.json) {
		json_open(&w, '{');
		json_put_int(&w, "version", 1);
		json_put_bool(&w, "calibrated", e.is_calibrated);
		put_error(&w, "kinds", &kinds);
		put_error(&w, "four_chars_per_token", &formula);
		json_close(&w, '}');
		strbuf_addch(&out, '\n');
	} else {
		add_error(&out, e.is_calibrated ? "by kinds, calibrated" : "by kinds", &kinds);
		add_error(&out, "4 characters a token", &formula);
	}
	(void)fputs(out.buf, ctx->out);
	return TT_OK;
}

/* --- the command ------------------------------------------------------------------------------ */

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	const struct estimate_options *o = values;
	struct tt_error ignored = TT_ERROR_INIT;
	bool texts = argc || o->text_input || o->text_output || o->clipboard || o->add;

	if ((o->calibrate || o->compare) && (texts || (o->calibrate && o->compare)))
		return tt_fail(err, TT_EUSAGE,
			"--calibrate and --compare stand alone: they read your transcripts");
	if (!o->add && (o->adding.branch || o->model || o->message))
		return tt_fail(err, TT_EUSAGE, "--branch, --model and -m go with --add");
	(void)context_open_repo(ctx, &ignored);
	if (o->calibrate)
		return calibrate(ctx, err);
	return o->compare ? compare(ctx, o, err) : estimate(ctx, o, argv, err);
}

const struct command command_estimate = {
	.name = "estimate",
	.synopsis = "[FILE|-...]",
	.summary = "Estimate how many tokens a text has, where nothing measured them",
	.details =
		"Reads files, standard input, or the texts of --text-input and --text-output. An "
		"estimate knows only the visible text: no system prompt, tools, cache or "
		"thinking, which are most of what is billed. It is always marked as one.\n"
		"\n"
		"The text's characters are counted by kind (prose, code, spaces, digits, marks, "
		"alphabets, wide ones). --calibrate learns the length of a token of each kind from "
		"the answers in your transcripts that are text alone, and tells how far off it is "
		"on others; no text is kept. s0 is an earlier tracker's formula: four characters a "
		"token, more in code, and a tenth on top.",
	.examples = "track-tokens estimate prompt.txt\n"
		    "git diff | track-tokens estimate --json\n"
		    "track-tokens estimate --text-input \"Hello world\" --method s0\n"
		    "track-tokens estimate --calibrate\n"
		    "track-tokens estimate --add --clipboard -m \"pasted by hand\"",
	.options = estimate_rows,
	.values_size = sizeof(struct estimate_options),
	.run = run,
};
