/* SPDX-License-Identifier: MIT */
#ifndef CLI_SYNC_REPORT_H
#define CLI_SYNC_REPORT_H

#include "base/strbuf.h"
#include "collect.h"

/* What `sync` shows: the branches of one repository, or of all. */
struct sync_scope {
	bool all;
	int64_t repository;
	bool has_since;
	struct day since;
};

/* Text for people, or with --json:
 *
 * {"version":1,"dry_run":bool,
 *  "transcripts":{"files":n,"read":n,"failed":n,"bytes":n,"lines":n},
 *  "skipped":{"invalid JSON":n,...},"responses":{"total":n,"new":n},
 *  "branches":[{"repository":text or null,"path":text or null,"branch":text or null,
 *	and the members of a TOTAL, see src/report/totals_json.h}],
 *  "total":TOTAL,"prices":{...}}
 *
 * bytes, lines and skipped are those of this run. */
enum tt_code sync_report(struct strbuf *out, struct collector *c, const struct sync_scope *scope,
	struct tt_error *err);

#endif
