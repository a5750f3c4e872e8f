/* SPDX-License-Identifier: MIT */
#ifndef CLI_STATUSLINE_H
#define CLI_STATUSLINE_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "capture/client_event.h"
#include "model/prices.h"
#include "report/report.h"

/* What one line can show; parts that are not known are left out. */
struct statusline {
	struct client_status status;
	const char *branch; /* NULL unknown */
	bool has_branch_cost;
	struct cost branch_cost;
	int64_t branch_tokens;
	const struct report_style *style;
};

/* style: "full", "compact" or "cost". */
void statusline_add_style(struct strbuf *out, const struct statusline *line, const char *style);
/* "{branch} {branch_cost} {branch_tokens} {session_cost} {context} {context_tokens}
 * {five_hour} {five_hour_reset} {seven_day} {seven_day_reset} {model} {directory}": what
 * is not known is "?", other names stay as they are. */
void statusline_add_format(struct strbuf *out, const struct statusline *line, const char *format);

#endif
