/* SPDX-License-Identifier: MIT */
#ifndef SRC_REPORT_SECTIONS_H
#define SRC_REPORT_SECTIONS_H

#include "table.h"

/* The tables of a report, the same for every format that shows tables.  Each
 * function starts the table; the caller releases it. */

enum { REPORT_TOP = 10, REPORT_DAYS = 7 };

/* Tokens by kind, without the empty ones; a total when there are several. */
void section_kinds(struct table *t, const struct rollup_total *total, enum report_glyphs glyphs);
/* Branches from..to - 1 of the list; the current one is marked. */
void section_branches(struct table *t, const struct rollup_list *branches, size_t from, size_t to,
	const char *current, enum report_glyphs glyphs);
/* Days of the last seven that have entries, newest first, and their sum. */
void section_days(struct table *t, const struct report *report, enum report_glyphs glyphs);
void section_models(struct table *t, const struct rollup_list *models, size_t from, size_t to,
	enum report_glyphs glyphs);
/* wide: with models. */
void section_recent(
	struct table *t, const struct report *report, bool wide, enum report_glyphs glyphs);
/* Files with that verdict, and the reason or the number of entries. */
void section_files(struct table *t, const struct report *report, enum report_verdict verdict,
	enum report_glyphs glyphs);

#endif
