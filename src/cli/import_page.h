/* SPDX-License-Identifier: MIT */
#ifndef CLI_IMPORT_PAGE_H
#define CLI_IMPORT_PAGE_H

#include "report/report.h"

/* The team's figures by the writers of one's own: a page of days, branches and models, and
 * metrics of each branch. */
void import_page_html(struct strbuf *out, const struct report *report);
void import_page_metrics(struct strbuf *out, const struct report *report, bool openmetrics);

#endif
