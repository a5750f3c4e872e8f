/* SPDX-License-Identifier: MIT */
#include "phrases.h"

#include <string.h>

#include "base/cleanup.h"

enum { UNPRICED_NAMED = 20 };

static void add_emphasis(const struct pen *pen)
{
	if (pen->markdown)
		pen_text(pen, "**");
}

static void add_signed_count(
	const struct pen *pen, int64_t count, const char *one, const char *many)
{
	pen_text(pen, count < 0 ? "-" : "+");
	pen_plural(pen, count < 0 ? -count : count, one, many);
}

static struct money negated(struct money m)
{
	return (struct money){ -m.pico };
}

/* "+$1.20", "+$0.06–$0.32", "-$0.06–$0.32"; "-$0.10 to +$0.20" when a
 * correction moved the ends apart. */
static void add_signed_range(const struct pen *pen, struct money a, struct money b)
{
	struct money low = money_compare(a, b) <= 0 ? a : b;
	struct money high = money_compare(a, b) <= 0 ? b : a;

	if (low.pico >= 0) {
		pen_text(pen, "+");
		pen_range(pen, low, high);
	} else if (high.pico <= 0) {
		pen_text(pen, "-");
		pen_range(pen, negated(high), negated(low));
	} else {
		pen_text(pen, "-");
		pen_range(pen, negated(low), negated(low));
		pen_text(pen, " to +");
		pen_range(pen, high, high);
	}
}

static void add_change_of_cost(const struct pen *pen, const struct change *change)
{
	bool priced = change->low.pico != 0 || change->high.pico != 0;

	if (change->unpriced < 0 || (change->unpriced > 0 && !priced)) {
		pen_text(pen, "at unknown cost");
		return;
	}
	if (change->unpriced > 0)
		pen_text(pen, pen->glyphs == REPORT_UTF8 ? "\xe2\x89\xa5 " : ">= ");
	add_signed_range(pen, change->low, change->high);
}

static void add_change(const struct pen *pen, const struct change *change)
{
	if (change->tokens == 0 && change->sessions == 0) {
		pen_text(pen, "nothing new since the last import");
		return;
	}
	add_change_of_cost(pen, change);
	pen_text(pen, ", ");
	add_signed_count(pen, change->tokens, "token", "tokens");
	pen_text(pen, ", ");
	add_signed_count(pen, change->sessions, "session", "sessions");
	pen_text(pen, " since the last import");
}

static void add_tokens_in_sessions(const struct pen *pen, const struct rollup_total *total)
{
	pen_plural(pen, total->tokens, "token", "tokens");
	pen_text(pen, " in ");
	pen_plural(pen, total->sessions, "session", "sessions");
}

static void add_strong_cost(const struct pen *pen, const struct rollup_total *total)
{
	add_emphasis(pen);
	pen_cost(pen, total);
	add_emphasis(pen);
}

static void add_branch_headline(
	const struct pen *pen, const struct report *report, const struct rollup_total *branch)
{
	struct change change;

	add_strong_cost(pen, branch);
	pen_text(pen, " on ");
	pen_name(pen, report->current_branch);
	pen_text(pen, ": ");
	add_tokens_in_sessions(pen, branch);
	if (report_change(&change, report)) {
		pen_text(pen, " (");
		add_change(pen, &change);
		pen_text(pen, ")");
	}
	pen_text(pen, ".");
}

void phrase_headline(const struct pen *pen, const struct report *report)
{
	const struct rollup_total *branch = report_branch(report);

	if (branch && branch->sessions > 0) {
		add_branch_headline(pen, report, branch);
		return;
	}
	if (report->current_branch) {
		pen_text(pen, "Nothing was recorded on ");
		pen_name(pen, report->current_branch);
		pen_text(pen, " yet. ");
	}
	add_strong_cost(pen, &report->totals->all);
	pen_text(pen, " on all branches: ");
	add_tokens_in_sessions(pen, &report->totals->all);
	pen_text(pen, ".");
}

static void add_period(const struct pen *pen, const struct rollup_total *total)
{
	struct day first = instant_local_day(total->first), last = instant_local_day(total->last);

	if (first.number == last.number) {
		pen_text(pen, " on ");
		pen_day(pen, first);
		return;
	}
	pen_text(pen, ", ");
	pen_day(pen, first);
	pen_text(pen, " to ");
	pen_day(pen, last);
}

void phrase_total(const struct pen *pen, const struct rollup_total *total)
{
	add_strong_cost(pen, total);
	pen_text(pen, ", ");
	add_tokens_in_sessions(pen, total);
	if (total->sessions > 0)
		add_period(pen, total);
	pen_text(pen, ".");
}

static bool add_source(const struct pen *pen, bool begun, int64_t tokens, const char *what)
{
	if (tokens == 0)
		return begun;
	pen_text(pen, begun ? ", " : "Recorded: ");
	pen_count(pen, tokens);
	pen_text(pen, " ");
	pen_text(pen, what);
	return true;
}

bool phrase_sources(const struct pen *pen, const struct rollup_total *total)
{
	int64_t measured = total->tokens - total->manual_tokens - total->estimated_tokens -
			   total->auxiliary_tokens;
	bool begun = false;

	if (measured == total->tokens)
		return false;
	begun = add_source(pen, begun, measured, "measured");
	begun = add_source(pen, begun, total->manual_tokens, "entered by hand");
	begun = add_source(pen, begun, total->estimated_tokens, "estimated from text");
	begun = add_source(pen, begun, total->auxiliary_tokens, "auxiliary");
	if (begun)
		pen_text(pen, ".");
	return begun;
}

bool phrase_readings(const struct pen *pen, const struct rollup_total *total)
{
	if (total->readings == 0)
		return false;
	pen_text(pen, "Context readings: ");
	pen_plural(pen, total->reading_tokens, "token", "tokens");
	pen_text(pen, " in ");
	pen_plural(pen, total->readings, "reading", "readings");
	pen_text(pen, " (occupancy, not counted).");
	return true;
}

void phrase_prices(const struct pen *pen, const struct prices *prices)
{
	pen_text(pen, "Costs are estimates at list price; price table of ");
	pen_day(pen, prices->as_of);
	pen_text(pen, ".");
}

bool phrase_ranges(
	const struct pen *pen, const struct rollup_total *total, const struct prices *prices)
{
	bool said = false;

	if (total->usage.unsplit > 0) {
		pen_text(pen, "Ranges run from all input to all output: the split of ");
		pen_plural(pen, total->usage.unsplit, "token", "tokens");
		pen_text(pen, " is unknown.");
		said = true;
	}
	if (total->cost.assumed_model) {
		pen_text(pen, said ? " Where no model was given, " : "Where no model was given, ");
		pen_name(pen, prices->default_model);
		pen_text(pen, " was assumed.");
		said = true;
	}
	return said;
}

bool phrase_unpriced(const struct pen *pen, const struct rollup_list *unpriced)
{
	size_t named = unpriced->count < UNPRICED_NAMED ? unpriced->count : UNPRICED_NAMED;

	if (unpriced->count == 0)
		return false;
	pen_text(pen, "Without a price: ");
	for (size_t i = 0; i < named; i++) {
		const struct rollup_total *model = &unpriced->items[i];

		pen_text(pen, i ? ", " : "");
		pen_name(pen, *model->name ? model->name : "(no model)");
		pen_text(pen, " (");
		pen_plural(pen, model->tokens, "token", "tokens");
		pen_text(pen, ")");
	}
	if (named < unpriced->count) {
		pen_text(pen, " and ");
		pen_plural(pen, (int64_t)(unpriced->count - named), "other", "others");
	}
	pen_text(pen, ".");
	return true;
}

/* --- the import ------------------------------------------------------------- */

static void add_entries(const struct pen *pen, const struct report *report)
{
	int64_t entries = report->inserted + report->updated + report->unchanged;

	pen_text(pen, " with ");
	pen_plural(pen, entries, "entry", "entries");
	if (report->checked_only || entries == 0)
		return;
	pen_text(pen, " (");
	pen_count(pen, report->inserted);
	pen_text(pen, " new, ");
	pen_count(pen, report->updated);
	pen_text(pen, " changed, ");
	pen_count(pen, report->unchanged);
	pen_text(pen, " already known)");
}

static void add_files(const struct pen *pen, const struct report *report)
{
	int64_t imported = (int64_t)report_files(report, REPORT_IMPORTED);

	pen_plural(pen, imported, "file", "files");
	pen_text(pen, report->checked_only ? " checked"
		      : report->dry_run	   ? " would be imported"
					   : " imported");
	add_entries(pen, report);
	pen_text(pen, ", ");
	pen_count(pen, (int64_t)report_files(report, REPORT_SKIPPED));
	pen_text(pen, " skipped, ");
	pen_count(pen, (int64_t)report_files(report, REPORT_REJECTED));
	pen_text(pen, " rejected.");
}

void phrase_import(const struct pen *pen, const struct report *report)
{
	add_files(pen, report);
	if (report->checked_only) {
		pen_text(pen, " No database was used: these are the figures of the files alone.");
		return;
	}
	if (report->dry_run)
		pen_text(pen, " This was a dry run: nothing was stored.");
	if (report->database) {
		pen_text(pen, " Database: ");
		pen_name(pen, report->database);
		pen_text(pen, ".");
	}
}

bool phrase_rejected(const struct pen *pen, const struct report *report)
{
	size_t count = report_files(report, REPORT_REJECTED);

	if (count == 0)
		return false;
	add_emphasis(pen);
	pen_plural(pen, (int64_t)count, "file was", "files were");
	pen_text(pen, " rejected");
	add_emphasis(pen);
	pen_text(pen, ": the figures are without what is in them.");
	return true;
}

void phrase_nothing(const struct pen *pen)
{
	pen_text(pen, "No token usage was recorded yet. Record some with ");
	pen_text(pen, pen->markdown ? "`" : "'");
	pen_text(pen, "track-tokens add 54161 \"note\"");
	pen_text(pen, pen->markdown ? "`." : "'.");
}

/* --- budgets ----------------------------------------------------------------- */

static void add_dollars(const struct pen *pen, struct money m)
{
	money_add_dollars(pen->out, m);
}

/* In whole percent, rounded down: 100% is never said of what is not all spent. */
static void add_spent_share(const struct pen *pen, const struct budget_state *b)
{
	if (b->limit.pico > 0)
		strbuf_addf(pen->out, " (%d%%)", (int)(b->spent.high.pico * 100 / b->limit.pico));
}

void phrase_budget(const struct pen *pen, const struct budget_state *b)
{
	static const char *const whose[] = { [BUDGET_BRANCH] = "this branch",
		[BUDGET_DAY] = "today",
		[BUDGET_MONTH] = "this month" };
	bool is_over = b->verdict == BUDGET_OVER;

	if (is_over)
		add_emphasis(pen);
	pen_text(pen, is_over ? "Over the budget of " : "Budget of ");
	pen_text(pen, whose[b->scope]);
	if (is_over)
		add_emphasis(pen);
	pen_text(pen, ": ");
	report_cost(pen->out, &b->spent, b->tokens, pen->glyphs);
	pen_text(pen, " of ");
	add_dollars(pen, b->limit);
	if (is_over) {
		pen_text(pen, ", ");
		add_dollars(pen, money_sub(b->spent.low, b->limit));
		pen_text(pen, " too much");
	} else if (b->verdict == BUDGET_UNKNOWN) {
		pen_text(pen, "; nobody can say whether it is kept");
	} else {
		add_spent_share(pen, b);
	}
	pen_text(pen, ".");
}
