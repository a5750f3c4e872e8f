/* SPDX-License-Identifier: MIT */
#ifndef REPORT_BUDGETS_H
#define REPORT_BUDGETS_H

#include "model/budget.h"
#include "report/report.h"

/* What one may spend, and has spent. */
struct report_budgets {
	const char *branch; /* that the budget of a branch is about; NULL not known */
	const struct budget_state *states;
	size_t count;
	const struct prices *prices;
};
void report_budgets_text(
	struct strbuf *out, const struct report_budgets *report, const struct report_style *style);
/* {"version":1,"report":"budgets","branch":text or null,"budgets":[{"scope":
 * "branch|day|month","limit_nano_usd":n,"spent_nano_usd":COST,"unpriced_tokens":n,
 * "tokens":n,"verdict":"kept|near|over|unknown"}],"prices":...} */
void report_budgets_json(struct strbuf *out, const struct report_budgets *report);

#endif
