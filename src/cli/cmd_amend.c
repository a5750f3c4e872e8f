/* SPDX-License-Identifier: MIT */
#include "base/cleanup.h"
#include "base/text.h"
#include "cli/command.h"
#include "event.h"
#include "figures.h"
#include "recorded.h"

struct amend_options {
	struct figure_options figures; /* first: FIGURE_ROWS */
	const char *branch;
	bool no_export;
};

static const struct option_row amend_rows[] = {
	FIGURE_ROWS,
	{ "branch", 'b', OPTION_TEXT, "NAME", "the entry is on this branch",
		offsetof(struct amend_options, branch), false },
	{ "no-export", 0, OPTION_FLAG, NULL, "write no export; the next one will hold it",
		offsetof(struct amend_options, no_export), false },
	{ 0 },
};

static const struct amend_options amend_defaults = { .figures = FIGURE_OPTIONS_INIT };

/* A total replaces all kinds; single kinds replace only themselves, and what
 * was known as a mere total is split now. */
static void change_usage(struct entry *e, const struct figures *f)
{
	if (f->by_kind) {
		for (int kind = 0; kind < USAGE_KINDS; kind++)
			if (f->split[kind])
				usage_set(&e->usage, kind, usage_get(&f->usage, kind));
		e->usage.unsplit = 0;
	} else {
		e->usage = f->usage;
		e->requests = f->requests;
		e->web_searches = f->web_searches;
	}
	if (f->kind != ENTRY_MANUAL || e->kind != ENTRY_CONTEXT_READING) {
		e->kind = f->kind; /* figures typed by a person are no measurement */
		e->source = f->source;
	}
	e->has_cost = false;
	e->cost_nano_usd = 0;
}

static enum tt_code change(struct entry *e, const struct figures *f, struct tt_error *err)
{
	int64_t total;

	if (e->is_void)
		return tt_fail(err, TT_EINPUT, "entry '%s' was removed: add it anew", e->id);
	if (f->has_usage)
		change_usage(e, f);
	if (f->model)
		e->model = f->model;
	if (f->price_class)
		e->price_class = f->price_class;
	if (f->notes)
		e->notes = f->notes;
	if (f->has_when) {
		e->timestamp = f->when;
		e->day = f->day;
	}
	e->revision++;
	if (!usage_total(&total, &e->usage) || total == 0)
		return tt_fail(
			err, TT_EINPUT, "0 tokens are left: use 'track-tokens remove %.8s'", e->id);
	return entry_check(e, err);
}

static enum tt_code amend(struct context *ctx, const struct amend_options *o, const char *id,
	const struct figures *f, struct tt_error *err)
{
	_cleanup_(record_release) struct record record = RECORD_INIT;
	_cleanup_(record_export_release) struct record_export x = RECORD_EXPORT_INIT;
	_cleanup_(strbuf_release) struct strbuf sentence = STRBUF_INIT;
	struct entry e;

	if (record_open(&record, ctx, o->branch, err) != TT_OK ||
		record_lock(&record, err) != TT_OK || record_find(&e, &record, id, err) != TT_OK ||
		change(&e, f, err) != TT_OK || ledger_put(record.ledger, &e, err) != TT_OK ||
		record_save(ctx, &record, o->no_export ? NULL : &x, err) != TT_OK)
		return err->code;
	event_note(&e, &record);
	strbuf_addf(&sentence, "Amended %.8s: ", e.id);
	text_add_count(&sentence, entry_tokens(&e));
	strbuf_addstr(&sentence, " tokens");
	recorded_show(ctx, &(struct recorded){ "amended", sentence.buf, &e, &record, &x });
	return TT_OK;
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	const struct amend_options *o = values;
	struct figures f;

	if (argc == 0)
		return tt_fail(err, TT_EUSAGE, "which entry? 'track-tokens show' lists their ids");
	if (figures_read(&f, &arena, &o->figures, argc - 1, argv + 1, err) != TT_OK)
		return err->code;
	if (!f.has_usage && !f.model && !f.notes && !f.has_when)
		return tt_fail(
			err, TT_EUSAGE, "what is to change? Give a total, a note or an option");
	return amend(ctx, o, argv[0], &f, err);
}

const struct command command_amend = {
	.name = "amend",
	.synopsis = "<id> <total> [note...]\n"
		    "<id> <input> <output> [note...]\n"
		    "<id> -m NOTE",
	.summary = "Correct an entry",
	.details = "The id may be shortened to any unique beginning of four characters or more. "
		   "What is not given stays; a total replaces all kinds, --input and the like only "
		   "themselves. The earlier state is kept in the ledger, and the correction "
		   "travels with the next export and import.",
	.examples = "track-tokens amend 5f1c 54161\n"
		    "track-tokens amend 5f1c -m \"Fixed token tracking\"\n"
		    "track-tokens amend 5f1c --model claude-opus-5-5",
	.options = amend_rows,
	.values_size = sizeof(struct amend_options),
	.defaults = &amend_defaults,
	.needs = NEED_REPO | TELLS_SERVERS,
	.run = run,
};
