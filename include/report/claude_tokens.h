/* SPDX-License-Identifier: MIT */
#ifndef REPORT_CLAUDE_TOKENS_H
#define REPORT_CLAUDE_TOKENS_H

#include "report/usage_report.h"

/*
 * What the earlier tracker claude-tokens exported, under its names, so that scripts
 * which read its file go on:
 *
 * {"exportDate":time,
 *  "projects":[{"project_path","session_count","total_input","total_output",CACHE,
 *	"total_cost","last_activity","is_placeholder":0}],
 *  "recentSessions":[{"id","project_path","started_at","ended_at","total_input_tokens",
 *	"total_output_tokens",CACHE,"total_cost_usd"}],
 *  "dailyStats":[{"date","session_count","daily_input","daily_output",CACHE,
 *	"daily_cost"}]}
 *
 * CACHE is added: "cache_creation_tokens" and "cache_read_tokens".  Times are UTC,
 * "2026-11-23 09:00:00", as SQLite writes them.  A cost is in dollars, with all nine
 * decimals; null where it is not known, or not one figure.  A total whose split into
 * input and output is not known has "unsplit_tokens" as well.
 */
struct report_claude_tokens {
	struct instant now;
	const struct report_usage *projects, *sessions, *days; /* in the order to be written */
};
void report_claude_tokens(struct strbuf *out, const struct report_claude_tokens *report);

#endif
