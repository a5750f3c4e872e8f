/* SPDX-License-Identifier: MIT */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* Where the buffer ended inside a character, end before it. */
static void end_whole(struct tt_error *err)
{
	size_t len = strlen(err->msg), from = len;

	while (from > 0 && len - from < 4 && ((unsigned char)err->msg[from - 1] & 0xc0) == 0x80)
		from--;
	if (from > 0 && !utf8_sequence(err->msg + from - 1, len - from + 1))
		err->msg[from - 1] = '\0';
}

enum tt_code tt_fail(struct tt_error *err, enum tt_code code, const char *fmt, ...)
{
	va_list ap;

	err->code = code;
	va_start(ap, fmt);
	(void)vsnprintf(err->msg, sizeof err->msg, fmt, ap);
	va_end(ap);
	end_whole(err);
	return code;
}

/* Append ": <tail>" to a message of n bytes, cut where the buffer ends. */
static void append(struct tt_error *err, int n, const char *tail)
{
	if (n >= 0 && (size_t)n + 3 < sizeof err->msg) {
		int room = (int)(sizeof err->msg) - n - 3;

		(void)snprintf(err->msg + n, sizeof err->msg - (size_t)n, ": %.*s", room, tail);
	}
	end_whole(err);
}

enum tt_code tt_fail_errno(struct tt_error *err, const char *fmt, ...)
{
	const char *reason = strerror(errno);
	va_list ap;
	int n;

	err->code = TT_EIO;
	va_start(ap, fmt);
	n = vsnprintf(err->msg, sizeof err->msg, fmt, ap);
	va_end(ap);
	append(err, n, reason);
	return TT_EIO;
}

enum tt_code tt_context(struct tt_error *err, const char *fmt, ...)
{
	char inner[sizeof err->msg];
	va_list ap;
	int n;

	memcpy(inner, err->msg, sizeof inner);
	va_start(ap, fmt);
	n = vsnprintf(err->msg, sizeof err->msg, fmt, ap);
	va_end(ap);
	append(err, n, inner);
	return err->code;
}
