/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "base/cleanup.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "cli/command.h"
#include "event.h"
#include "figures.h"
#include "plan_state.h"
#include "recorded.h"

struct add_options {
	struct figure_options figures; /* first: FIGURE_ROWS */
	const char *branch;
	bool no_export;
};

static const struct option_row add_rows[] = {
	FIGURE_ROWS,
	{ "branch", 'b', OPTION_TEXT, "NAME", "record on this branch instead of the present one",
		offsetof(struct add_options, branch), false },
	{ "no-export", 0, OPTION_FLAG, NULL, "write no export; the next one will hold it",
		offsetof(struct add_options, no_export), false },
	{ 0 },
};

static const struct add_options add_defaults = { .figures = FIGURE_OPTIONS_INIT };

static enum tt_code make_entry(struct entry *out, const struct figures *f, struct tt_error *err)
{
	struct instant now = clock_now();
	struct entry e = ENTRY_INIT;

	if (entry_new_id(e.id, err) != TT_OK)
		return err->code;
	e.kind = f->kind;
	e.source = f->source;
	e.timestamp = f->has_when ? f->when : now;
	e.day = f->has_when ? f->day : instant_local_day(now);
	e.usage = f->usage;
	e.requests = f->requests;
	e.web_searches = f->web_searches;
	e.model = f->model;
	if (f->price_class)
		e.price_class = f->price_class;
	if (f->notes)
		e.notes = f->notes;
	*out = e;
	return TT_OK;
}

static void explain(const struct context *ctx, const struct figures *f)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	if (f->kind == ENTRY_CONTEXT_READING) {
		context_note(ctx, "a context reading says how full the context window is, not what "
				  "was consumed: kept, but in no total");
	} else if (f->usage.input && f->usage.output && !f->by_kind && f->kind == ENTRY_MANUAL) {
		text_add_count(&text, f->usage.input);
		strbuf_addstr(&text, " input + ");
		text_add_count(&text, f->usage.output);
		context_note(
			ctx, "%s output tokens (a note that is a number goes with -m)", text.buf);
	}
}

/* --- what is said ------------------------------------------------------------------ */

/* As the trackers of the plan's windows said it: "Added 2050 tokens (850 input + 1200
 * output) - 1 message tracked". */
static void add_plain_sentence(
	struct strbuf *out, const struct entry *e, const struct plan_config *config)
{
	strbuf_addf(out, "Added %" PRId64 " tokens", entry_tokens(e));
	if (!e->usage.unsplit)
		strbuf_addf(out, " (%" PRId64 " input + %" PRId64 " output)",
			entry_tokens(e) - e->usage.output, e->usage.output);
	if (config->style == WINDOW_MESSAGES)
		strbuf_addstr(out, " - 1 message tracked");
}

static void add_sentence(
	struct strbuf *out, const struct entry *e, const struct plan_config *config)
{
	bool reading = e->kind == ENTRY_CONTEXT_READING;

	if (config->has_style && !reading) {
		add_plain_sentence(out, e, config);
		return;
	}
	strbuf_addstr(out, reading ? "Noted a context reading of " : "Added ");
	text_add_count(out, entry_tokens(e));
	strbuf_addstr(out, reading ? " tokens" : " tokens to tracking");
}

/* What is left now: in its own way the answer of an add. */
static enum tt_code show_line(const struct context *ctx, struct tt_error *err)
{
	_cleanup_(plan_state_release) struct plan_state state = { 0 };
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;

	if (plan_state_read(&state, ctx, err) != TT_OK)
		return err->code;
	plan_state_add_line(&line, &state, ctx);
	(void)fprintf(ctx->out, "%s\n", line.buf);
	return TT_OK;
}

/* --- in a repository, and outside ------------------------------------------------------ */

static enum tt_code record_entry(struct context *ctx, const struct add_options *o,
	const struct figures *f, struct tt_error *err)
{
	_cleanup_(record_release) struct record record = RECORD_INIT;
	_cleanup_(record_export_release) struct record_export x = RECORD_EXPORT_INIT;
	_cleanup_(strbuf_release) struct strbuf sentence = STRBUF_INIT;
	struct plan_config config;
	struct usage_event event;
	struct entry e;

	if (plan_config_read(&config, ctx->repo, err) != TT_OK ||
		record_open(&record, ctx, o->branch, err) != TT_OK ||
		make_entry(&e, f, err) != TT_OK)
		return err->code;
	record_sign(&record, &e);
	if (entry_check(&e, err) != TT_OK || record_lock(&record, err) != TT_OK ||
		ledger_put(record.ledger, &e, err) != TT_OK ||
		record_save(ctx, &record, o->no_export ? NULL : &x, err) != TT_OK)
		return err->code;
	event_of_entry(&event, &e, &record);
	event_note(&event);
	add_sentence(&sentence, &e, &config);
	recorded_show(ctx, &(struct recorded){ "added", sentence.buf, &e, &record, &x });
	explain(ctx, f);
	return config.has_style && !ctx->common.json ? show_line(ctx, err) : TT_OK;
}

static void show_unplaced(
	const struct context *ctx, const struct entry *e, const struct plan_config *config)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct json_writer w = { .out = &out };

	if (ctx->common.json) {
		json_open(&w, '{');
		json_put_int(&w, "version", 1);
		json_key(&w, "added");
		json_open(&w, '{');
		json_put_string(&w, "id", e->id);
		json_put_string(&w, "kind", entry_kind_name(e->kind));
		json_put_int(&w, "tokens", entry_tokens(e));
		json_close(&w, '}');
		json_put_null(&w, "branch");
		json_close(&w, '}');
	} else {
		strbuf_addstr(&out, glyph(ctx, "✅ "));
		add_sentence(&out, e, config);
	}
	(void)fprintf(ctx->out, "%s\n", out.buf);
}

/* There is no branch to count it for: only the plan's windows know of it. */
static enum tt_code record_unplaced(
	struct context *ctx, const struct figures *f, struct tt_error *err)
{
	struct plan_config config;
	struct usage_event event;
	struct entry e;

	if (plan_config_read(&config, NULL, err) != TT_OK || make_entry(&e, f, err) != TT_OK ||
		entry_check(&e, err) != TT_OK)
		return err->code;
	event = (struct usage_event){ .id = e.id,
		.time = e.timestamp,
		.kind = e.kind,
		.usage = e.usage,
		.requests = e.requests,
		.messages = 1,
		.model = e.model,
		.source = e.source,
		.notes = e.notes };
	if (event_put(&event, err) != TT_OK)
		return err->code;
	config.has_style = true;
	show_unplaced(ctx, &e, &config);
	explain(ctx, f);
	context_note(ctx, "this is no git repository: the tokens count in the plan's windows, "
			  "and for no branch");
	return ctx->common.json ? TT_OK : show_line(ctx, err);
}

static enum tt_code record_somewhere(struct context *ctx, const struct add_options *o,
	const struct figures *f, struct tt_error *err)
{
	struct tt_error problem = TT_ERROR_INIT;

	if (context_open_repo(ctx, &problem) == TT_OK)
		return record_entry(ctx, o, f, err);
	if (problem.code != TT_ENOTFOUND || o->branch) {
		*err = problem;
		return err->code;
	}
	return record_unplaced(ctx, f, err);
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	const struct add_options *o = values;
	struct figures f;
	int64_t total;

	if (figures_read(&f, &arena, &o->figures, argc, argv, err) != TT_OK)
		return err->code;
	if (!f.has_usage)
		return tt_fail(err, TT_EUSAGE,
			"how many tokens? For example: track-tokens add 54161 "
			"\"what was done\"");
	if (!usage_total(&total, &f.usage) || total == 0)
		return tt_fail(err, TT_EINPUT, "0 tokens: there is nothing to record");
	return record_somewhere(ctx, o, &f, err);
}

const struct command command_add = {
	.name = "add",
	.synopsis = "<total> [note...]\n"
		    "<input> <output> [note...]\n"
		    "--input N --output N [note...]\n"
		    "-|'Token usage: ...'",
	.summary = "Record tokens on this branch",
	.details =
		"Counts may be written 54161, 54,161 or 54k. A total has no split into kinds, so "
		"its cost is shown as a range; give input and output where they are known.\n"
		"\n"
		"A 'Token usage: 54161/200000' line tells how full the context window is. It is "
		"kept as a context reading and counts in no total: --from-message takes it, and "
		"'-' reads it from standard input.\n"
		"\n"
		"Every add writes an export with what is new into temp/; commit it, and the "
		"import brings it into the team's database exactly once.\n"
		"\n"
		"Outside a repository the tokens count in the plan's windows only ('track-tokens "
		"status'). Where track-tokens.style is set, the answer ends with that line.",
	.examples = "track-tokens add 54161 \"Fixed token tracking\"\n"
		    "track-tokens add 1500 800 --model claude-opus-5-5\n"
		    "track-tokens add 54k -m 2024 --date 2026-11-20 --branch feature/login\n"
		    "xclip -o | track-tokens add -",
	.options = add_rows,
	.values_size = sizeof(struct add_options),
	.defaults = &add_defaults,
	.run = run,
};
