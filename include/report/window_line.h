/* SPDX-License-Identifier: MIT */
#ifndef REPORT_WINDOW_LINE_H
#define REPORT_WINDOW_LINE_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "model/window.h"
#include "report/report.h"

/*
 * What is left of the plan, in one line without a line feed:
 *
 *	tokens		🟢 87k (3h45m)		what remains, and until when
 *	messages	🟢 44msg (4h34m)	🔴 LIMIT (0h12m) when none remains
 *	percent		🟢5h:37.4% 🟢W:74.1%	what is used, of both windows
 *	s0		🟢 99.0% (217.7K) [4h59m]	what remains
 *
 * All but "percent" show the window that is used up furthest.  Icons:
 *	tokens, messages	🟢 up to 60 percent used, 🟡 up to 80, 🔴 above
 *	percent			🟢 up to 75, 🟡 up to 90, 🔴 above
 *	s0			🟢 from 80 percent remaining, 🟡 from 50, 🟠 from 20, 🔴
 *below decided by the exact ratio, not by the figure as shown.  Without UTF-8 they are [ok],
 *[watch], [low] and [stop].
 *
 * A figure from a stale report is marked: "~87k".  Where a share is reported and the
 * plan has no figure in that unit, the share that remains is shown: "59.0%".  Where no
 * limit is known, what is used: "12k used".
 */
enum window_style { WINDOW_TOKENS, WINDOW_MESSAGES, WINDOW_PERCENT, WINDOW_S0 };

/* False, and *out unchanged: no style is called that. */
bool window_style_parse(enum window_style *out, const char *name);
void report_window_line(struct strbuf *out, const struct windows *windows, enum window_style style,
	enum report_glyphs glyphs);

/* "3h45m", "45m", and, when days are wanted and there are any, "2d3h"; whole minutes,
 * rounded down; nothing below zero. */
void report_duration(struct strbuf *out, int64_t ms, bool days);

#endif
