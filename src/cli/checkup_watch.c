/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "base/cleanup.h"
#include "checkup.h"
#include "watch_instance.h"
#include "watch_status.h"

void checkup_watch(struct checkup *checkup)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct tt_error problem = TT_ERROR_INIT;
	struct watch_status s;
	pid_t pid;

	if (!watch_instance_find(&pid))
		checkup_add(checkup, "watcher", VERDICT_OK, NULL,
			"none is running ('track-tokens watch start' collects without hooks)");
	else if (watch_status_read(&s, &arena, pid, &problem) != TT_OK)
		checkup_add(checkup, "watcher", VERDICT_WARNING, NULL,
			"process %jd is running, but cannot tell of itself: %s", (intmax_t)pid,
			problem.msg);
	else if (s.trouble)
		checkup_add(checkup, "watcher", VERDICT_WARNING, "track-tokens watch status",
			"process %jd is running, and has trouble: %s", (intmax_t)pid, s.trouble);
	else
		checkup_add(checkup, "watcher", VERDICT_OK, NULL,
			"process %jd is running and took %" PRId64 " answers", (intmax_t)pid,
			s.responses);
}
