/* SPDX-License-Identifier: MIT */
#include "totals_json.h"

/*
 * {"version":1,"repository":text or null,"current_branch":text or null,
 *  "generated_at":time,"prices":{"as_of":day,"default_model":text},
 *  "total":TOTAL,"branch":TOTAL or null,"change":CHANGE or null,
 *  "branches":[TOTAL],"models":[TOTAL],"days":[TOTAL],"unpriced":[TOTAL],
 *  "recent":[RECORD],"import":IMPORT or null}
 *
 * CHANGE {"tokens":n,"sessions":n,"cost_nano_usd":COST,"unpriced_tokens":n}: the
 * current branch since the last import; a correction makes it negative.
 * IMPORT {"dry_run":bool,"checked_only":bool,"inserted":n,"updated":n,
 *	"unchanged":n,"database":text or null,
 *	"files":[{"name":text,"verdict":"imported", "skipped" or "rejected",
 *		"entries":n,"reason":text or null}]}
 *
 * TOTAL, COST and RECORD are in totals_json.h.  Members may be added within
 * version 1, never renamed or removed.
 */
static void put_change(struct json_writer *w, const struct report *report)
{
	struct change change;

	if (!report_change(&change, report)) {
		json_put_null(w, "change");
		return;
	}
	json_key(w, "change");
	json_open(w, '{');
	json_put_int(w, "tokens", change.tokens);
	json_put_int(w, "sessions", change.sessions);
	json_put_range(w, "cost_nano_usd", change.low, change.high);
	json_put_int(w, "unpriced_tokens", change.unpriced);
	json_close(w, '}');
}

static void put_file(struct json_writer *w, const struct report_file *file)
{
	static const char *const verdicts[] = {
		[REPORT_IMPORTED] = "imported",
		[REPORT_SKIPPED] = "skipped",
		[REPORT_REJECTED] = "rejected",
	};

	json_open(w, '{');
	json_put_string(w, "name", file->name);
	json_put_string(w, "verdict", verdicts[file->verdict]);
	json_put_int(w, "entries", file->entries);
	json_put_string(w, "reason", file->reason);
	json_close(w, '}');
}

static void put_import(struct json_writer *w, const struct report *report)
{
	if (!report->imported) {
		json_put_null(w, "import");
		return;
	}
	json_key(w, "import");
	json_open(w, '{');
	json_put_bool(w, "dry_run", report->dry_run);
	json_put_bool(w, "checked_only", report->checked_only);
	json_put_int(w, "inserted", report->inserted);
	json_put_int(w, "updated", report->updated);
	json_put_int(w, "unchanged", report->unchanged);
	json_put_string(w, "database", report->database);
	json_key(w, "files");
	json_open(w, '[');
	for (size_t i = 0; i < report->file_count; i++)
		put_file(w, &report->files[i]);
	json_close(w, ']');
	json_close(w, '}');
}

void report_json(struct strbuf *out, const struct report *report)
{
	struct json_writer w = { .out = out };

	json_open(&w, '{');
	json_put_int(&w, "version", 1);
	json_put_string(&w, "repository", report->repository);
	json_put_string(&w, "current_branch", report->current_branch);
	json_put_time(&w, "generated_at", report->now);
	json_put_prices(&w, report->prices);
	json_put_total(&w, "total", &report->totals->all);
	json_put_total(&w, "branch", report_branch(report));
	put_change(&w, report);
	json_put_totals(&w, "branches", &report->totals->branches);
	json_put_totals(&w, "models", &report->totals->models);
	json_put_totals(&w, "days", &report->totals->days);
	json_put_totals(&w, "unpriced", &report->totals->unpriced);
	json_put_records(&w, "recent", report->recent, report->recent_count);
	json_put_budgets(&w, report->budgets, report->budget_count);
	put_import(&w, report);
	json_close(&w, '}');
	strbuf_addch(out, '\n');
}
