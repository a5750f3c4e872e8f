/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/cleanup.h"
#include "cli/command.h"
#include "index/sql_query.h"
#include "report/query.h"
#include "report_index.h"

struct query_options {
	const char *format;
	bool no_sync;
};

static const struct option_row query_rows[] = {
	{ "format", 'f', OPTION_WORD, "text|csv|json", "how to write it (default: text)",
		offsetof(struct query_options, format), false },
	{ "no-sync", 0, OPTION_FLAG, NULL, "do not look for new transcripts before",
		offsetof(struct query_options, no_sync), false },
	{ 0 },
};

static const struct query_options query_defaults = { .format = "text" };

static enum query_format format_of(const struct context *ctx, const struct query_options *o)
{
	if (ctx->common.json || strcmp(o->format, "json") == 0)
		return QUERY_JSON;
	return strcmp(o->format, "csv") == 0 ? QUERY_CSV : QUERY_TEXT;
}

static enum tt_code run(
	struct context *ctx, const void *values, int argc, char **argv, struct tt_error *err)
{
	_cleanup_(usage_index_closep) struct usage_index *index = NULL;
	_cleanup_(query_writer_freep) struct query_writer *writer = NULL;
	const struct query_options *o = values;
	struct sql_sink sink;

	if (argc != 1)
		return tt_fail(err, TT_EUSAGE,
			"one query, in quotes, for example: track-tokens query 'select branch, "
			"sum(output) from usage group by branch'");
	if (report_index_open(&index, ctx, !o->no_sync, err) != TT_OK)
		return err->code;
	writer = query_writer_new(ctx->out, format_of(ctx, o), &ctx->style);
	sink = query_writer_sink(writer);
	if (usage_index_query(index, argv[0], &sink, err) != TT_OK)
		return err->code;
	query_writer_end(writer);
	return TT_OK;
}

const struct command command_query = {
	.name = "query",
	.synopsis = "'select ...'",
	.summary = "Ask the usage index in SQL",
	.details =
		"One statement in SQLite's SQL that reads; whatever would write is refused. New "
		"transcripts are read first. Text is cut where the terminal is narrow; CSV and "
		"JSON have all of it.\n"
		"\n"
		"The views: usage (an answer a row), usage_entries (sums by session, repository, "
		"branch, day and model), and, as an earlier tracker named them, sessions, "
		"conversations and session_snapshots. 'select * from usage limit 1' shows the "
		"columns; the manual page says what they are. What usage costs depends on the "
		"price table, not on the index: 'track-tokens report' tells it.",
	.examples = "track-tokens query 'select branch, sum(output) from usage group by branch'\n"
		    "track-tokens query -f csv 'select * from usage_entries' >entries.csv\n"
		    "track-tokens query 'select id, total_input_tokens from sessions limit 5'",
	.options = query_rows,
	.values_size = sizeof(struct query_options),
	.defaults = &query_defaults,
	.needs = PAGED,
	.run = run,
};
