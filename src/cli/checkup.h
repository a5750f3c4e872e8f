/* SPDX-License-Identifier: MIT */
#ifndef CLI_CHECKUP_H
#define CLI_CHECKUP_H

#include <stddef.h>

#include "base/strbuf.h"
#include "cli/context.h"

/* What doctor looks at.  Every check adds at least one finding, also when all
 * is well, so that what was not checked is seen by its absence. */
enum verdict { VERDICT_OK, VERDICT_WARNING, VERDICT_PROBLEM };

struct finding {
	const char *about;
	enum verdict verdict;
	struct strbuf detail;
	struct strbuf mend; /* the command that mends it, or "" */
};

struct checkup {
	struct context *ctx;
	struct finding *findings;
	size_t count;
};

/* Add a finding; mend may be NULL. */
__attribute__((format(printf, 5, 6))) void checkup_add(struct checkup *checkup, const char *about,
	enum verdict verdict, const char *mend, const char *fmt, ...);
/* The repository: branch, ledgers, exports, hook.  Opens it. */
void checkup_repository(struct checkup *checkup);
/* Capture: the client's hooks, its transcripts, the usage index, the log. */
void checkup_capture(struct checkup *checkup);
/* What is kept for the user: its directory, locks, what is not read yet. */
void checkup_state(struct checkup *checkup);
/* The plan's windows: what is configured, and whether what is reported is old. */
void checkup_plan(struct checkup *checkup);
/* The directory by which the user's servers share the plan. */
void checkup_share(struct checkup *checkup);
/* Whether one watches in the background, and how it does. */
void checkup_watch(struct checkup *checkup);
/* The rest: import-tokens, prices, libraries, locale. */
void checkup_machine(struct checkup *checkup);
void checkup_release(struct checkup *checkup);

#endif
