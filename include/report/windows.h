/* SPDX-License-Identifier: MIT */
#ifndef REPORT_WINDOWS_H
#define REPORT_WINDOWS_H

#include "base/strbuf.h"
#include "model/window.h"
#include "report/report.h"

/*
 * The plan's windows in full: what was used of each, by kind and by server, what is
 * left, and where each figure comes from.
 */
struct report_windows {
	const struct window_input *input; /* what the windows were read from */
	const struct windows *windows;
	const char *line; /* report_window_line() of it, for the JSON */
};

void report_windows_text(
	struct strbuf *out, const struct report_windows *report, const struct report_style *style);
/* Version 1; times are RFC 3339, shares are permille, what is not known is null. */
void report_windows_json(struct strbuf *out, const struct report_windows *report);

#endif
