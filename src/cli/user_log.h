/* SPDX-License-Identifier: MIT */
#ifndef CLI_USER_LOG_H
#define CLI_USER_LOG_H

#include <stdbool.h>

#include "base/strbuf.h"

/*
 * The one log: what went wrong where nobody looks on (hooks, the status line),
 * and what was captured.  It lies with the usage index as track-tokens.log, one
 * line each:
 *
 *	2026-11-24T00:20:00Z warning hook: ...
 *
 * Names and numbers only: no message, no note, no password.  At 256 KiB it is
 * renamed to track-tokens.log.1, over the one before, so that the two never
 * take more than half a megabyte.
 */
enum user_log_level {
	USER_LOG_ERROR,	  /* something was not done */
	USER_LOG_WARNING, /* it was done, but not as it should be */
	USER_LOG_INFO,	  /* what was done */
	USER_LOG_DEBUG,	  /* how: every line of the trace */
	USER_LOG_LEVELS,
};
extern const char *const user_log_names[USER_LOG_LEVELS];

/* "error" ... "debug"; false when it is none of them. */
bool user_log_parse_level(enum user_log_level *out, const char *text);
/* From here on, keep what is at least as grave; at first: info. */
void user_log_set_level(enum user_log_level level);

/* Never fails: whoever logs has no other way to speak.  Only a warning or an
 * error makes the directory where there is none yet. */
__attribute__((format(printf, 2, 3))) void user_log(
	enum user_log_level level, const char *fmt, ...);
/* The last `lines` warnings and errors of the log, oldest first; "" without any. */
void user_log_read_trouble(struct strbuf *out, int lines);
/* The last `lines` lines, whatever their level. */
void user_log_read(struct strbuf *out, int lines);

#endif
