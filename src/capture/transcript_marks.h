/* SPDX-License-Identifier: MIT */
#ifndef CAPTURE_TRANSCRIPT_MARKS_H
#define CAPTURE_TRANSCRIPT_MARKS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Most of a transcript is text that says nothing about usage.  The few lines of
 * interest hold one of two marks, whatever the order and spacing of their members:
 * "usage" with its quotes, or -state" (of "cost-state" and "worktree-state").
 *
 * Returns the first mark in [p, end), or end; adds the newlines before it to
 * *newlines.
 */
const char *transcript_next_mark(const char *p, const char *end, int64_t *newlines);

enum { TRANSCRIPT_MARK = 7 }; /* the length of both marks */

#endif
