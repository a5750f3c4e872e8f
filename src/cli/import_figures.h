/* SPDX-License-Identifier: MIT */
#ifndef CLI_IMPORT_FIGURES_H
#define CLI_IMPORT_FIGURES_H

#include "base/arena.h"
#include "report/report.h"
#include "store/store.h"

/* What the database says about a repository, ready for report_*(). */
struct import_figures {
	struct rollup *totals;
	struct rollup *before; /* of the current branch, before the import; or NULL */
	struct report_record *recent;
	size_t recent_count;
	struct arena arena; /* holds the strings of recent */
};
#define IMPORT_FIGURES_INIT \
	{                   \
		0           \
	}
void import_figures_release(struct import_figures *f);

/* Before the import. */
enum tt_code import_figures_read_before(struct import_figures *f, struct store *store,
	const char *repository, const char *branch, const struct prices *prices,
	struct tt_error *err);
/* After it. */
enum tt_code import_figures_read(struct import_figures *f, struct store *store,
	const char *repository, const struct prices *prices, struct tt_error *err);
/* Let the report borrow them. */
void import_figures_fill(struct report *report, const struct import_figures *f);

#endif
