/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "report/report.h"
#include "totals_json.h"

static const struct report_sync_branch *find_branch(
	const struct report_sync *report, const char *label)
{
	for (size_t i = 0; i < report->count; i++)
		if (strcmp(report->branches[i].label, label) == 0)
			return &report->branches[i];
	return NULL;
}

static void put_transcripts(struct json_writer *w, const struct report_sync *report)
{
	json_key(w, "transcripts");
	json_open(w, '{');
	json_put_int(w, "files", report->files);
	json_put_int(w, "read", report->read);
	json_put_int(w, "failed", report->failed);
	json_put_int(w, "bytes", report->stats->bytes);
	json_put_int(w, "lines", report->stats->lines);
	json_close(w, '}');
	json_key(w, "skipped");
	json_open(w, '{');
	for (int i = 0; i < TRANSCRIPT_SKIPS; i++)
		json_put_int(w, transcript_skip_names[i], report->stats->skipped[i]);
	json_close(w, '}');
	json_key(w, "responses");
	json_open(w, '{');
	json_put_int(w, "total", report->responses);
	json_put_int(w, "new", report->new_responses);
	json_close(w, '}');
}

static void put_branches(struct json_writer *w, const struct report_sync *report)
{
	const struct rollup_list *list = &report->totals->branches;

	json_key(w, "branches");
	json_open(w, '[');
	for (size_t i = 0; i < list->count; i++) {
		const struct report_sync_branch *branch = find_branch(report, list->items[i].name);

		json_open(w, '{');
		json_put_string(w, "repository", branch ? branch->repository : NULL);
		json_put_string(w, "path", branch ? branch->path : NULL);
		json_put_string(w, "branch", branch ? branch->branch : NULL);
		json_put_total_members(w, &list->items[i]);
		json_close(w, '}');
	}
	json_close(w, ']');
}

void report_sync_json(struct strbuf *out, const struct report_sync *report)
{
	struct json_writer w = { .out = out };

	json_open(&w, '{');
	json_put_int(&w, "version", 1);
	json_put_bool(&w, "dry_run", report->dry_run);
	put_transcripts(&w, report);
	put_branches(&w, report);
	json_put_total(&w, "total", &report->totals->all);
	json_put_prices(&w, report->prices);
	json_close(&w, '}');
	strbuf_addch(out, '\n');
}
