/* SPDX-License-Identifier: MIT */
#ifndef CLI_REPORT_PAGE_H
#define CLI_REPORT_PAGE_H

#include "report_query.h"

/* Write the whole page that is asked for: days, weeks, branches, models and projects of
 * what `query` selects.  `all` is the same read before, in whatever groups. */
enum tt_code report_page_write(struct strbuf *out, const struct report_query *query,
	const struct usage_rows *all, struct usage_index *index, struct tt_error *err);

#endif
