/* SPDX-License-Identifier: MIT */
#ifndef CLI_WATCH_INSTANCE_H
#define CLI_WATCH_INSTANCE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

/*
 * One watcher for a user: it holds the lock of watch.lock in the user's state, which ends
 * with it however it dies.  Its process id stands in the file, for `stop`; who does not
 * hold the lock is not believed.
 */

/* TT_EBUSY: one is at work.  Makes the directory when it is missing. */
enum tt_code watch_instance_take(int *lock, int wait_ms, struct tt_error *err);
/* False when the file was removed, so that another could take a lock of the same name. */
bool watch_instance_is_current(int lock);
void watch_instance_release(int *lock);

/* The one that is at work now; false: there is none. */
bool watch_instance_find(pid_t *pid);
/* Tell it to end, and wait for that.  TT_ENOTFOUND: there is none.  TT_EBUSY: it has not
 * ended yet. */
enum tt_code watch_instance_stop(int wait_ms, struct tt_error *err);

#endif
