/* SPDX-License-Identifier: MIT */
#include "export_usage.h"

#include <string.h>

#include "base/cleanup.h"
#include "cli/price_table.h"
#include "report/claude_tokens.h"
#include "report_index.h"
#include "report_order.h"
#include "usage_report.h"

enum { SESSIONS = 50, DAYS = 30 };

enum list { PROJECT_LIST, SESSION_LIST, DAY_LIST, LISTS };

static const enum usage_grouping groupings[LISTS] = {
	[PROJECT_LIST] = USAGE_BY_PROJECT,
	[SESSION_LIST] = USAGE_BY_SESSION,
	[DAY_LIST] = USAGE_BY_DAY,
};

struct part {
	struct usage_rows rows;
	struct report_groups groups;
	struct report_usage usage;
};

struct usage_export {
	struct prices *prices;
	struct usage_index *index;
	struct part parts[LISTS];
};

static void usage_export_release(struct usage_export *x)
{
	for (int i = 0; i < LISTS; i++) {
		report_groups_release(&x->parts[i].groups);
		usage_rows_release(&x->parts[i].rows);
	}
	usage_index_close(x->index);
	prices_free(x->prices);
}

/* What was added by hand was in no session. */
static void keep_recent_sessions(struct report_groups *groups)
{
	size_t kept = 0;

	for (size_t i = 0; i < groups->count && kept < SESSIONS; i++)
		if (strcmp(groups->items[i].name, USAGE_BY_HAND) != 0)
			groups->items[kept++] = groups->items[i];
	groups->count = kept;
}

static enum tt_code read_part(struct usage_export *x, enum list which, struct tt_error *err)
{
	struct part *part = &x->parts[which];
	const struct report_choice choice = { .order = ORDER_TIME };
	const struct usage_query query = {
		.by = groupings[which],
		.has_since = which == DAY_LIST,
		.since = { instant_local_day(clock_now()).number - DAYS + 1 },
		.prices = x->prices,
	};

	if (usage_rows_read(&part->rows, x->index, &query, err) != TT_OK)
		return err->code;
	report_groups_choose(&part->groups, &part->rows, &choice);
	if (which == SESSION_LIST)
		keep_recent_sessions(&part->groups);
	part->usage =
		(struct report_usage){ .groups = part->groups.items, .count = part->groups.count };
	return TT_OK;
}

enum tt_code export_claude_tokens(
	struct strbuf *out, const struct context *ctx, const char *prices, struct tt_error *err)
{
	_cleanup_(usage_export_release) struct usage_export x = { 0 };

	if (price_table_load(&x.prices, ctx, prices, err) != TT_OK ||
		report_index_open(&x.index, ctx, true, err) != TT_OK)
		return err->code;
	for (int i = 0; i < LISTS; i++)
		if (read_part(&x, (enum list)i, err) != TT_OK)
			return err->code;
	report_claude_tokens(out, &(struct report_claude_tokens){ .now = clock_now(),
					  .projects = &x.parts[PROJECT_LIST].usage,
					  .sessions = &x.parts[SESSION_LIST].usage,
					  .days = &x.parts[DAY_LIST].usage });
	return TT_OK;
}
