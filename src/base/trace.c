/* SPDX-License-Identifier: MIT */
#include "base/trace.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"

static trace_fn listener;

void trace_to(trace_fn to)
{
	listener = to;
}

bool trace_wanted(void)
{
	return listener != NULL;
}

void trace(const char *fmt, ...)
{
	int reason = errno;
	_autofree_ char *line = NULL;
	va_list ap;

	if (!listener)
		return;
	va_start(ap, fmt);
	if (vasprintf(&line, fmt, ap) < 0)
		mem_exhausted();
	va_end(ap);
	listener(line);
	errno = reason;
}
