/* SPDX-License-Identifier: MIT */
#include "base/cleanup.h"
#include "cli/command.h"
#include "import_target.h"

struct migrate_options {
	struct target_options target;
	bool roles;
};

static const struct option_row migrate_rows[] = {
	{ "db", 0, OPTION_TEXT, "URL", "sqlite:FILE or postgresql://...",
		offsetof(struct migrate_options, target.db), false },
	{ "roles", 0, OPTION_FLAG, NULL,
		"print the SQL that makes the roles of owner, importer and reader, and stop",
		offsetof(struct migrate_options, roles), false },
	{ "insecure-tls", 0, OPTION_FLAG, NULL, "do not verify the server's certificate",
		offsetof(struct migrate_options, target.insecure_tls), false },
	{ 0 },
};

static void notice(void *ctx, const char *message)
{
	context_note(ctx, "%s", message);
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	_cleanup_(target_release) struct target t = TARGET_INIT;
	const struct migrate_options *o = values;
	const struct store_options options = { .create = true,
		.insecure_tls = o->target.insecure_tls,
		.application_name = "import-tokens/" VERSION,
		.notice = notice,
		.notice_ctx = ctx };
	int from, to;

	if (argc)
		return tt_fail(err, TT_EUSAGE, "unexpected operand '%s'", argv[0]);
	if (o->roles) {
		(void)fputs(store_roles_sql(), ctx->out);
		return TT_OK;
	}
	if (target_find_database(&t, ctx, &o->target, err) != TT_OK ||
		store_open(&t.store, t.url.buf, &options, err) != TT_OK ||
		store_migrate(t.store, &from, &to, err) != TT_OK)
		return err->code;
	if (ctx->common.json)
		(void)fprintf(ctx->out, "{\"version\":1,\"from\":%d,\"to\":%d}\n", from, to);
	else if (from == to)
		(void)fprintf(ctx->out, "%s: schema %d, nothing to do\n", t.shown.buf, to);
	else
		(void)fprintf(ctx->out, "%s: schema %d -> %d\n", t.shown.buf, from, to);
	return TT_OK;
}

const struct command command_migrate = {
	.name = "migrate",
	.synopsis = "",
	.summary = "Make or update the database's tables",
	.details = "Migrations only go forward, and several may run at once. For PostgreSQL this "
		   "is a step of its own, so that the role that imports needs no right to change "
		   "tables.",
	.examples = "import-tokens migrate --db postgresql://owner@db.example.com/tokens\n"
		    "import-tokens migrate --roles | psql postgresql://admin@db.example.com/tokens",
	.options = migrate_rows,
	.values_size = sizeof(struct migrate_options),
	.run = run,
};
