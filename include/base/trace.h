/* SPDX-License-Identifier: MIT */
#ifndef BASE_TRACE_H
#define BASE_TRACE_H

#include <stdbool.h>

/*
 * What is done, step by step, for whoever asked to see it: the files that are
 * read and replaced, the locks that are waited for, the branch and why it is
 * that one.  Every layer may tell; where it goes is decided once, by cli:
 *
 *	trace_to(write_line) -> trace("read '%s'", path) ... -> trace_to(NULL)
 *
 * Lines hold names and numbers, never the content of a file, a note or a
 * message.  Without a listener a call costs one test, but its arguments are
 * evaluated all the same: ask trace_wanted() before anything dear.
 */
typedef void (*trace_fn)(const char *line);

void trace_to(trace_fn listener); /* NULL: nobody listens, as at the start */
bool trace_wanted(void);
/* One line, without its newline; errno stays as it is. */
__attribute__((format(printf, 1, 2))) void trace(const char *fmt, ...);

#endif
