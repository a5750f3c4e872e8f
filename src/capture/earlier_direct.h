/* SPDX-License-Identifier: MIT */
#ifndef CAPTURE_EARLIER_DIRECT_H
#define CAPTURE_EARLIER_DIRECT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/json_reader.h"
#include "model/entry.h"

/* The `notes` of a direct record that sums up a ledger. */
bool earlier_notes_are_aggregate(const char *notes);

/* Read one direct record, or row of the team's database (whose time is `created_at`):
 * its entry and *branch, in arena.  Errors stick to r.  local: see earlier_read. */
void earlier_direct_decode(struct json_reader *r, struct arena *arena, bool local,
	struct entry *out, const char **branch);

#endif
