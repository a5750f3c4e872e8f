/* SPDX-License-Identifier: MIT */
#ifndef SRC_REPORT_PHRASES_H
#define SRC_REPORT_PHRASES_H

#include "report/report.h"

/*
 * The sentences of a report, written once for Markdown and for terminals, so
 * that both say the same with the same figures.
 */
struct pen {
	struct strbuf *out;
	enum report_glyphs glyphs;
	bool markdown;
};

/* Figures and words. */
void pen_text(const struct pen *pen, const char *text);
/* Text from outside: a code span, or made visible. */
void pen_name(const struct pen *pen, const char *text);
void pen_count(const struct pen *pen, int64_t count);
/* "1 session", "2 sessions". */
void pen_plural(const struct pen *pen, int64_t count, const char *one, const char *many);
void pen_cost(const struct pen *pen, const struct rollup_total *total);
void pen_range(const struct pen *pen, struct money low, struct money high);
/* "12.3%" of the whole. */
void pen_share(const struct pen *pen, int64_t part, int64_t whole);
void pen_day(const struct pen *pen, struct day day);

/* Whole sentences; those that have nothing to say write nothing and return
 * false. */
void phrase_headline(const struct pen *pen, const struct report *report);
bool phrase_rejected(const struct pen *pen, const struct report *report);
void phrase_total(const struct pen *pen, const struct rollup_total *total);
bool phrase_sources(const struct pen *pen, const struct rollup_total *total);
bool phrase_readings(const struct pen *pen, const struct rollup_total *total);
void phrase_prices(const struct pen *pen, const struct prices *prices);
bool phrase_ranges(
	const struct pen *pen, const struct rollup_total *total, const struct prices *prices);
bool phrase_unpriced(const struct pen *pen, const struct rollup_list *unpriced);
void phrase_import(const struct pen *pen, const struct report *report);
void phrase_nothing(const struct pen *pen);
void phrase_budget(const struct pen *pen, const struct budget_state *budget);

/* Text from outside as one line for a terminal; escaped down to ASCII with those glyphs. */
void report_add_visible(struct strbuf *out, const char *text, enum report_glyphs glyphs);
bool report_is_empty(const struct rollup *totals);
size_t report_files(const struct report *report, enum report_verdict verdict);

/* What the current branch gained since the last import. */
struct change {
	int64_t tokens, sessions;
	struct money low, high;
	int64_t unpriced; /* tokens without a price; low and high are without them */
};
/* False when the report is not one of an import, or has no current branch. */
bool report_change(struct change *out, const struct report *report);
/* The current branch; NULL when it is unknown or has nothing recorded. */
const struct rollup_total *report_branch(const struct report *report);

#endif
