/* SPDX-License-Identifier: MIT */
#include "import_page.h"

#include "base/cleanup.h"
#include "base/mem.h"
#include "report/html_report.h"
#include "report/openmetrics.h"

struct part {
	struct report_usage usage;
	struct report_usage_group *groups;
};

static void part_release(struct part *part)
{
	freep(&part->groups);
}

static void part_init(struct part *part, const struct report *report, const char *key_title,
	const struct rollup_list *list)
{
	part->groups = xcalloc(list->count + 1, sizeof *part->groups);
	for (size_t i = 0; i < list->count; i++) {
		part->groups[i].name = list->items[i].name;
		part->groups[i].total = &list->items[i];
	}
	part->usage = (struct report_usage){ .report = "branches",
		.key_title = key_title,
		.groups = part->groups,
		.count = list->count,
		.sessions = report->totals->all.sessions,
		.totals = report->totals,
		.prices = report->prices };
}

void import_page_html(struct strbuf *out, const struct report *report)
{
	_cleanup_(part_release) struct part days = { 0 }, branches = { 0 }, models = { 0 };
	const struct html_report page = {
		.scope = report->repository,
		.now = report->now,
		.parts = { [HTML_DAYS] = &days.usage,
			[HTML_BRANCHES] = &branches.usage,
			[HTML_MODELS] = &models.usage },
		.totals = report->totals,
		.sessions = report->totals->all.sessions,
		.prices = report->prices,
	};

	part_init(&days, report, "Date", &report->totals->days);
	part_init(&branches, report, "Branch", &report->totals->branches);
	part_init(&models, report, "Model", &report->totals->models);
	report_html(out, &page);
}

void import_page_metrics(struct strbuf *out, const struct report *report, bool openmetrics)
{
	_cleanup_(part_release) struct part branches = { 0 };

	part_init(&branches, report, "Branch", &report->totals->branches);
	for (size_t i = 0; i < branches.usage.count; i++) {
		branches.groups[i].project = report->repository;
		branches.groups[i].branch = branches.groups[i].name;
	}
	report_usage_metrics(
		out, &branches.usage, openmetrics ? METRICS_OPENMETRICS : METRICS_PROMETHEUS);
}
