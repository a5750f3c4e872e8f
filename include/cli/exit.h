/* SPDX-License-Identifier: MIT */
#ifndef CLI_EXIT_H
#define CLI_EXIT_H

#include "base/error.h"

/* Exit statuses.  Never 2: a Claude Code hook that exits 2 blocks the user. */
enum exit_status {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,
	EXIT_REJECTED = 3,    /* some files were rejected, the rest imported */
	EXIT_UNAVAILABLE = 4, /* database not reachable */
	EXIT_SCHEMA = 5,      /* schema of another version */
	EXIT_BUDGET = 6,      /* over budget */
	EXIT_USAGE = 64,
	EXIT_INPUT = 65,
	EXIT_NOT_FOUND = 66,
	EXIT_BUG = 70,
	EXIT_CANNOT_WRITE = 73,
	EXIT_BUSY = 75,
};

enum exit_status exit_status_of(enum tt_code code);

#endif
