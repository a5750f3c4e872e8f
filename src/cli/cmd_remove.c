/* SPDX-License-Identifier: MIT */
#include "base/cleanup.h"
#include "base/text.h"
#include "cli/command.h"
#include "event.h"
#include "recorded.h"

struct remove_options {
	const char *branch;
	bool no_export;
};

static const struct option_row remove_rows[] = {
	{ "branch", 'b', OPTION_TEXT, "NAME", "the entry is on this branch",
		offsetof(struct remove_options, branch), false },
	{ "no-export", 0, OPTION_FLAG, NULL, "write no export; the next one will hold it",
		offsetof(struct remove_options, no_export), false },
	{ 0 },
};

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	_cleanup_(record_release) struct record record = RECORD_INIT;
	_cleanup_(record_export_release) struct record_export x = RECORD_EXPORT_INIT;
	_cleanup_(strbuf_release) struct strbuf sentence = STRBUF_INIT;
	const struct remove_options *o = values;
	struct entry e;

	if (argc != 1)
		return tt_fail(err, TT_EUSAGE, "which entry? 'track-tokens show' lists their ids");
	if (record_open(&record, ctx, o->branch, err) != TT_OK ||
		record_lock(&record, err) != TT_OK ||
		record_find(&e, &record, argv[0], err) != TT_OK)
		return err->code;
	if (e.is_void)
		return tt_fail(err, TT_ENOTFOUND, "entry '%.8s' was removed before", e.id);
	e.is_void = true;
	e.revision++;
	if (ledger_put(record.ledger, &e, err) != TT_OK ||
		record_save(ctx, &record, o->no_export ? NULL : &x, err) != TT_OK)
		return err->code;
	event_note(&e, &record);
	strbuf_addf(&sentence, "Removed %.8s: ", e.id);
	text_add_count(&sentence, entry_tokens(&e));
	strbuf_addstr(&sentence, " tokens");
	recorded_show(ctx, &(struct recorded){ "removed", sentence.buf, &e, &record, &x });
	return TT_OK;
}

const struct command command_remove = {
	.name = "remove",
	.synopsis = "<id>",
	.summary = "Take an entry out of all totals",
	.details =
		"The id may be shortened to any unique beginning of four characters or more. The "
		"entry stays in the ledger as history, and its removal travels with the next "
		"export and import.",
	.examples = "track-tokens remove 5f1c",
	.options = remove_rows,
	.values_size = sizeof(struct remove_options),
	.needs = NEED_REPO | TELLS_SERVERS,
	.run = run,
};
