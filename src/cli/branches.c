/* SPDX-License-Identifier: MIT */
#include "branches.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"

static enum tt_code add_name(void *ctx, struct ledger *ledger, const char *path,
	const struct tt_error *problem, struct tt_error *err)
{
	struct branches *b = ctx;

	(void)path;
	if (!ledger)
		return tt_fail(err, problem->code, "%s", problem->msg);
	b->names = xreallocarray(b->names, b->count + 1, sizeof *b->names);
	b->names[b->count++] = xstrdup(ledger_info(ledger)->branch);
	return TT_OK;
}

enum tt_code branches_list(
	struct branches *out, const struct ledger_place *place, struct tt_error *err)
{
	_cleanup_(branches_release) struct branches b = { 0 };

	if (ledger_each(place, add_name, &b, err) != TT_OK)
		return err->code;
	*out = b;
	b = (struct branches){ 0 };
	return TT_OK;
}

void branches_release(struct branches *b)
{
	for (size_t i = 0; i < b->count; i++)
		free(b->names[i]);
	free(b->names);
}

enum tt_code branches_export_pending(
	const struct context *ctx, branches_exported fn, void *to, struct tt_error *err)
{
	_cleanup_(branches_release) struct branches b = { 0 };
	struct ledger_place place = record_place(ctx->repo);

	if (branches_list(&b, &place, err) != TT_OK)
		return err->code;
	for (size_t i = 0; i < b.count; i++) {
		_cleanup_(record_release) struct record record = RECORD_INIT;
		_cleanup_(record_export_release) struct record_export x = RECORD_EXPORT_INIT;

		if (record_open(&record, ctx, b.names[i], err) != TT_OK ||
			record_export_pending(ctx, &record, &x, err) != TT_OK)
			return err->code;
		if (fn && x.name.len)
			fn(to, b.names[i], &x);
	}
	return TT_OK;
}
