/* SPDX-License-Identifier: MIT */
#include "report_page.h"

#include "base/cleanup.h"
#include "report/html_report.h"

struct part {
	struct usage_rows rows;
	struct report_groups groups;
	struct report_usage usage;
};

struct page {
	struct part parts[HTML_PARTS];
	struct html_report report;
};

static void page_release(struct page *page)
{
	for (int i = 0; i < HTML_PARTS; i++) {
		report_groups_release(&page->parts[i].groups);
		usage_rows_release(&page->parts[i].rows);
	}
}

static const struct {
	const char *name, *key_title;
	enum usage_grouping by;
	enum report_order order;
} parts[] = {
	[HTML_DAYS] = { "daily", "Date", USAGE_BY_DAY, ORDER_TIME },
	[HTML_WEEKS] = { "weekly", "Week of", USAGE_BY_WEEK, ORDER_TIME },
	[HTML_BRANCHES] = { "branches", "Branch", USAGE_BY_BRANCH, ORDER_COST },
	[HTML_MODELS] = { "models", "Model", USAGE_BY_MODEL, ORDER_COST },
	[HTML_PROJECTS] = { "summary", "Project", USAGE_BY_PROJECT, ORDER_COST },
};

static enum tt_code read_part(struct page *page, enum html_part which,
	const struct report_query *query, struct usage_index *index, struct tt_error *err)
{
	struct part *part = &page->parts[which];
	const struct report_choice choice = { .order = parts[which].order };
	struct usage_query asked = query->usage;

	asked.by = parts[which].by;
	if (usage_rows_read(&part->rows, index, &asked, err) != TT_OK)
		return err->code;
	report_groups_choose(&part->groups, &part->rows, &choice);
	if ((which == HTML_DAYS || which == HTML_WEEKS) &&
		report_groups_read_models(&part->groups, index, &asked, err) != TT_OK)
		return err->code;
	part->usage = (struct report_usage){ .report = parts[which].name,
		.key_title = parts[which].key_title,
		.groups = part->groups.items,
		.count = part->groups.count,
		.sessions = part->rows.sessions,
		.totals = part->rows.totals,
		.prices = query->prices };
	page->report.parts[which] = &part->usage;
	return TT_OK;
}

enum tt_code report_page_write(struct strbuf *out, const struct report_query *query,
	const struct usage_rows *all, struct usage_index *index, struct tt_error *err)
{
	_cleanup_(page_release) struct page page = {
		.report = { .scope = query->scope.len ? query->scope.buf : NULL,
			.now = clock_now(),
			.totals = all->totals,
			.sessions = all->sessions,
			.prices = query->prices },
	};

	if (query->options->budget) {
		if (!money_parse_dollars(&page.report.budget, query->options->budget))
			return tt_fail(err, TT_EUSAGE,
				"--budget: '%s' is not an amount of dollars such as 200",
				query->options->budget);
		page.report.has_budget = true;
	}
	for (int i = 0; i < HTML_PARTS; i++)
		if (read_part(&page, (enum html_part)i, query, index, err) != TT_OK)
			return err->code;
	report_html(out, &page.report);
	return TT_OK;
}
