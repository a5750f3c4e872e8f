/* SPDX-License-Identifier: MIT */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/instant.h"
#include "base/strbuf.h"
#include "model/budget.h"
#include "model/entry.h"
#include "model/rollup.h"
#include "model/transcript.h"

/*
 * The report of an import (and of `import-tokens report`), in several formats
 * from the same figures: Markdown for the job summary, text for a terminal,
 * JSON and CSV for programs.
 */
struct report_record { /* one of the most recent entries */
	const char *branch;
	struct entry entry;
	struct cost cost;
};

struct report_file { /* what became of one input file */
	const char *name;
	enum report_verdict { REPORT_IMPORTED, REPORT_SKIPPED, REPORT_REJECTED } verdict;
	int64_t entries;
	const char *reason; /* why it was skipped or rejected; NULL otherwise */
};

struct report {
	const char *repository;
	const char *current_branch; /* NULL unknown */
	struct instant now;
	const struct prices *prices;
	const struct rollup *totals;
	/* The current branch as it was before this import; NULL: not an import,
	 * or nothing was there. */
	bool has_before;
	const struct rollup_total *before;
	const struct report_record *recent;
	size_t recent_count;
	/* The import itself; imported = false in `import-tokens report`. */
	bool imported, dry_run, checked_only;
	int64_t inserted, updated, unchanged;
	const struct report_file *files;
	size_t file_count;
	const char *database;		    /* masked URL; NULL with --check */
	const struct budget_state *budgets; /* those that are set */
	size_t budget_count;
};

enum report_glyphs { REPORT_ASCII, REPORT_UTF8 };

struct report_style {
	enum report_glyphs glyphs;
	bool colour;
	int width; /* columns; 0: 80 */
};

/* GitHub-flavoured Markdown of at most `limit` bytes: whole sections, then
 * whole rows are left out, and said so. */
enum { REPORT_SUMMARY_MAX = 1000000 };
void report_markdown(struct strbuf *out, const struct report *report, size_t limit);
void report_text(struct strbuf *out, const struct report *report, const struct report_style *style);
void report_json(struct strbuf *out, const struct report *report);
void report_csv(struct strbuf *out, const struct report *report); /* branches, models, days */

/* --- the ledger on screen: track-tokens show -------------------------- */

struct report_ledger {
	const char *branch;
	bool current;
	const struct rollup_total *total;
	const struct rollup_list *models, *unpriced;
	struct instant created_at, last_updated; /* 0: nothing was recorded yet */
	const struct report_record *recent;	 /* newest first */
	size_t recent_count;
	size_t sessions;
	const struct prices *prices;
	size_t pending;			   /* entries not exported yet */
	const struct budget_state *budget; /* of the branch; NULL: it has none */
};
void report_ledger_text(
	struct strbuf *out, const struct report_ledger *ledger, const struct report_style *style);
void report_ledger_json(struct strbuf *out, const struct report_ledger *ledger);
/* show --all: one row for each branch. */
struct report_branches {
	const struct rollup *totals;
	const char *current_branch;
	const struct prices *prices;
};
void report_branches_text(struct strbuf *out, const struct report_branches *branches,
	const struct report_style *style);
void report_branches_json(struct strbuf *out, const struct report_branches *branches);

/* --- what was captured: track-tokens sync ------------------------------ */

struct report_sync_branch {
	const char *label;			/* its name in `totals` */
	const char *repository, *path, *branch; /* NULL: not known */
};
struct report_sync {
	bool dry_run;
	int64_t files, read, failed;
	const struct transcript_stats *stats; /* of this run */
	int64_t responses;		      /* of what is shown */
	int64_t new_responses;
	const struct report_sync_branch *branches;
	size_t count;
	const struct rollup *totals;
	const struct prices *prices;
};
void report_sync_json(struct strbuf *out, const struct report_sync *report);

/* --- cost per commit: track-tokens log ---------------------------------- */

struct report_commit {
	const char *id, *summary; /* NULL: no commit, but what `label` says */
	const char *label;
	struct instant time;
	const struct rollup_total *total; /* NULL: nothing was used */
};
struct report_log {
	const char *branch;
	const struct report_commit *commits; /* newest first */
	size_t count;
	const struct rollup *totals;
	const struct prices *prices;
};
void report_log_text(
	struct strbuf *out, const struct report_log *log, const struct report_style *style);
void report_log_json(struct strbuf *out, const struct report_log *log);

/* "Over the budget of this month: $61.20 of $50.00, $11.20 too much." */
void report_budget(
	struct strbuf *out, const struct budget_state *budget, enum report_glyphs glyphs);

/* --- shared by the formats -------------------------------------------- */

/* "$12.34", "$0.16–$0.81", "≥ $1.20", "unpriced": never $0 for the unknown. */
void report_cost(
	struct strbuf *out, const struct cost *cost, int64_t tokens, enum report_glyphs glyphs);
/* The same with this many decimals: "$5.2341". */
void report_cost_to(struct strbuf *out, const struct cost *cost, int64_t tokens,
	enum report_glyphs glyphs, int decimals);

#endif
