/* SPDX-License-Identifier: MIT */
#ifndef CLI_REPORT_QUERY_H
#define CLI_REPORT_QUERY_H

#include "cli/context.h"
#include "report/usage_report.h"
#include "report_order.h"
#include "usage_report.h"

/*
 * From the command line of a report to what is asked of the usage index.
 *
 *	report_query_build -> usage_rows_read(&query.usage) -> report_query_release
 */
enum { REPORT_UNSET = -1 }; /* of the numbers */

struct report_options {
	const char *since, *until, *project, *branch, *model, *min_cost, *sort, *prices, *format,
		*compat, *budget, *timezone;
	int64_t days, number;
	bool all, no_sync;
};

/* What the word after the report's name is. */
enum report_operand { NO_OPERAND, DAYS, ROWS, PROJECT, SESSION };

struct report_kind {
	const char *name, *key_title;
	enum usage_grouping by;
	enum report_order order;
	int days, rows; /* unless told otherwise; 0: all */
	enum report_operand operand;
	void (*text)(struct strbuf *out, const struct report_usage *report,
		const struct report_style *style);
};

struct report_query {
	const struct context *ctx; /* these four are given */
	const struct report_kind *kind;
	const struct report_options *options;
	const char *operand; /* or NULL */

	struct usage_query usage;
	struct prices *prices;
	struct strbuf scope; /* "Last 7 days", or "" */
	int64_t rows;	     /* to be shown at most; 0: all */
	struct strbuf common_dir;
};
#define REPORT_QUERY_INIT                                       \
	{                                                       \
		.scope = STRBUF_INIT, .common_dir = STRBUF_INIT \
	}

enum tt_code report_query_build(struct report_query *query, struct tt_error *err);
void report_query_release(struct report_query *query);

#endif
