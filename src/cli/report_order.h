/* SPDX-License-Identifier: MIT */
#ifndef CLI_REPORT_ORDER_H
#define CLI_REPORT_ORDER_H

#include "base/error.h"
#include "model/money.h"
#include "report/usage_report.h"
#include "usage_report.h"

/* Which groups of a report are shown, and in which order. */
enum report_order {
	ORDER_COST,	/* most expensive first */
	ORDER_TOKENS,	/* most first */
	ORDER_SESSIONS, /* most first */
	ORDER_TIME,	/* latest first */
	ORDER_NAME,
};
#define REPORT_ORDERS "cost|tokens|sessions|time|name" /* in the order of the above */

struct report_choice {
	enum report_order order;
	bool has_min_cost;
	struct money min_cost;
	int64_t rows; /* at most; 0: all */
};

/* sort and min_cost are the options' arguments; NULL leaves things as they are. */
enum tt_code report_choice_parse(
	struct report_choice *choice, const char *sort, const char *min_cost, struct tt_error *err);

struct report_groups {
	struct report_usage_group *items; /* borrow from the rows */
	size_t count, left_out;
	struct usage_rows models; /* of report_groups_read_models */
	struct report_usage_group *parts;
};
void report_groups_choose(struct report_groups *out, const struct usage_rows *rows,
	const struct report_choice *choice);
/* Read what each model had of each group: its parts. */
enum tt_code report_groups_read_models(struct report_groups *groups, struct usage_index *index,
	const struct usage_query *query, struct tt_error *err);
void report_groups_release(struct report_groups *groups);

#endif
