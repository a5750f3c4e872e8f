/* SPDX-License-Identifier: MIT */
#ifndef VCS_HEAD_LOG_TIMES_H
#define VCS_HEAD_LOG_TIMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Which of the times belong to the longest row of them that never descends: a
 * flag for each.  The caller frees them. */
bool *times_ascending(const int64_t *times, size_t count);

#endif
