/* SPDX-License-Identifier: MIT */
#ifndef CLI_EVENT_H
#define CLI_EVENT_H

#include "cli/record.h"
#include "index/usage_index.h"

/*
 * The usage index hears of what people record by hand, so that the plan's windows count
 * it.  The ledger comes first: what the index could not be told is in the log, and no
 * reason for a command to fail.
 */

/* Write it; TT_EBUSY when a collector is at work for longer than a moment. */
enum tt_code event_put(const struct usage_event *event, struct tt_error *err);
/* The same, but what is known by its id stays as it is. */
enum tt_code event_put_new(const struct usage_event *event, struct tt_error *err);
/* Write what an entry of a ledger became: put, changed or voided.  While the index is busy a
 * request does it; other trouble goes to the log. */
void event_note(const struct entry *e, const struct record *record);
/* The user begins a window anew. */
enum tt_code event_put_reset(const struct window_reset *reset, struct tt_error *err);

#endif
