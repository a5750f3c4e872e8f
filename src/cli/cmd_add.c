/* SPDX-License-Identifier: MIT */
#include "base/cleanup.h"
#include "base/text.h"
#include "cli/command.h"
#include "figures.h"
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

static enum tt_code make_entry(struct entry *out, const struct figures *f,
	const struct record *record, struct tt_error *err)
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
	record_sign(record, &e);
	if (entry_check(&e, err) != TT_OK)
		return err->code;
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

static void add_sentence(struct strbuf *out, const struct entry *e)
{
	bool reading = e->kind == ENTRY_CONTEXT_READING;

	strbuf_addstr(out, reading ? "Noted a context reading of " : "Added ");
	text_add_count(out, entry_tokens(e));
	strbuf_addstr(out, reading ? " tokens" : " tokens to tracking");
}

static enum tt_code record_entry(struct context *ctx, const struct add_options *o,
	const struct figures *f, struct tt_error *err)
{
	_cleanup_(record_release) struct record record = RECORD_INIT;
	_cleanup_(record_export_release) struct record_export x = RECORD_EXPORT_INIT;
	_cleanup_(strbuf_release) struct strbuf sentence = STRBUF_INIT;
	struct entry e;

	if (record_open(&record, ctx, o->branch, err) != TT_OK ||
		make_entry(&e, f, &record, err) != TT_OK || record_lock(&record, err) != TT_OK ||
		ledger_put(record.ledger, &e, err) != TT_OK ||
		record_save(ctx, &record, o->no_export ? NULL : &x, err) != TT_OK)
		return err->code;
	add_sentence(&sentence, &e);
	recorded_show(ctx, &(struct recorded){ "added", sentence.buf, &e, &record, &x });
	explain(ctx, f);
	return TT_OK;
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
	return record_entry(ctx, o, &f, err);
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
		"import brings it into the team's database exactly once.",
	.examples = "track-tokens add 54161 \"Fixed token tracking\"\n"
		    "track-tokens add 1500 800 --model claude-opus-5-5\n"
		    "track-tokens add 54k -m 2024 --date 2026-11-20 --branch feature/login\n"
		    "xclip -o | track-tokens add -",
	.options = add_rows,
	.values_size = sizeof(struct add_options),
	.defaults = &add_defaults,
	.needs = NEED_REPO,
	.run = run,
};
