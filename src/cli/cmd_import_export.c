/* SPDX-License-Identifier: MIT */
#include "base/cleanup.h"
#include "cli/command.h"
#include "import_target.h"

struct store_export_options {
	struct target_options target;
	bool canonical;
};

static const struct option_row export_rows[] = {
	{ "canonical", 0, OPTION_FLAG, NULL,
		"one JSON line per entry, ordered by key (the only form, and the default)",
		offsetof(struct store_export_options, canonical), false },
	{ "db", 0, OPTION_TEXT, "URL", "sqlite:FILE or postgresql://...",
		offsetof(struct store_export_options, target.db), false },
	{ "insecure-tls", 0, OPTION_FLAG, NULL, "do not verify the server's certificate",
		offsetof(struct store_export_options, target.insecure_tls), false },
	{ 0 },
};

static enum tt_code write_line(void *ctx, const char *line, size_t len, struct tt_error *err)
{
	const struct context *c = ctx;

	if (fwrite(line, 1, len, c->out) != len || putc('\n', c->out) == EOF)
		return tt_fail_errno(err, "cannot write the export");
	return TT_OK;
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	_cleanup_(target_release) struct target t = TARGET_INIT;
	const struct store_export_options *o = values;

	if (argc)
		return tt_fail(err, TT_EUSAGE, "unexpected operand '%s'", argv[0]);
	if (target_find_database(&t, ctx, &o->target, err) != TT_OK ||
		target_open(&t, ctx, &o->target, false, err) != TT_OK)
		return err->code;
	return store_export(t.store, write_line, ctx, err);
}

const struct command command_import_export = {
	.name = "export",
	.synopsis = "",
	.summary = "Write every entry of the database, the same bytes for the same entries",
	.details = "Two databases that hold the same entries give the same bytes, whatever they "
		   "are and in whatever order and pieces the entries came.",
	.examples =
		"import-tokens export --canonical | sha256sum\n"
		"import-tokens export --db postgresql://reader@db.example.com/tokens >all.jsonl",
	.options = export_rows,
	.values_size = sizeof(struct store_export_options),
	.run = run,
};
