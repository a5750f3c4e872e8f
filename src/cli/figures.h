/* SPDX-License-Identifier: MIT */
#ifndef CLI_FIGURES_H
#define CLI_FIGURES_H

#include "base/error.h"
#include "base/strbuf.h"
#include "cli/options.h"
#include "model/entry.h"

/*
 * The figures of `add` and `amend`, in every form in which people and programs
 * have them: a total, input and output, kinds by option, a pasted "Token usage:
 * N/M" line, the usage object of an API answer.
 */
struct figure_options {
	int64_t input, output, cache_read, cache_write_5m, cache_write_1h; /* -1: not given */
	const char *model, *date, *message;
	const char *from_message, *usage_json;
};

#define FIGURE_OPTIONS_INIT                                                        \
	{                                                                          \
		.input = -1, .output = -1, .cache_read = -1, .cache_write_5m = -1, \
		.cache_write_1h = -1                                               \
	}

/* Rows for the option table of a command whose values begin with a struct
 * figure_options. */
#define FIGURE_ROWS                                                                               \
	{ "input", 0, OPTION_COUNT, "N", "input tokens that no cache was involved in",            \
		offsetof(struct figure_options, input), false },                                  \
		{ "output", 0, OPTION_COUNT, "N", "output tokens",                                \
			offsetof(struct figure_options, output), false },                         \
		{ "cache-read", 0, OPTION_COUNT, "N", "tokens read from the cache",               \
			offsetof(struct figure_options, cache_read), false },                     \
		{ "cache-write-5m", 0, OPTION_COUNT, "N", "tokens written to the 5-minute cache", \
			offsetof(struct figure_options, cache_write_5m), false },                 \
		{ "cache-write", 0, OPTION_COUNT, "N", "",                                        \
			offsetof(struct figure_options, cache_write_5m), true },                  \
		{ "cache-write-1h", 0, OPTION_COUNT, "N", "tokens written to the 1-hour cache",   \
			offsetof(struct figure_options, cache_write_1h), false },                 \
		{ "model", 0, OPTION_TEXT, "NAME", "the model that was used",                     \
			offsetof(struct figure_options, model), false },                          \
		{ "date", 0, OPTION_TEXT, "WHEN", "when it was: 2026-11-23, or an RFC 3339 time", \
			offsetof(struct figure_options, date), false },                           \
		{ "message", 'm', OPTION_TEXT, "NOTE", "a note, also one that is a number",       \
			offsetof(struct figure_options, message), false },                        \
		{ "from-message", 0, OPTION_TEXT, "TEXT",                                         \
			"read a pasted 'Token usage: 54161/200000; ...' line",                    \
			offsetof(struct figure_options, from_message), false },                   \
	{                                                                                         \
		"usage-json", 0, OPTION_TEXT, "FILE",                                             \
			"read the usage object of an API answer; '-': standard input",            \
			offsetof(struct figure_options, usage_json), false                        \
	}

/* What was given.  Strings lie in the arena or are borrowed from argv. */
struct figures {
	bool has_usage;
	bool split[USAGE_KINDS]; /* kinds that were given one by one */
	bool by_kind;		 /* only the kinds in `split` were given */
	struct usage usage;
	enum entry_kind kind;
	const char *source;
	const char *model; /* NULL: not given; likewise below */
	const char *price_class;
	const char *notes;
	int64_t requests, web_searches;
	bool has_when;
	struct instant when;
	struct day day;
};

/* Operands: "<total> [note...]", "<in> <out> [note...]", "-" (standard input),
 * or, when the figures come from options, "[note...]".  TT_EUSAGE when they
 * contradict each other, TT_EINPUT when one is no count, or is zero. */
enum tt_code figures_read(struct figures *out, struct arena *arena,
	const struct figure_options *options, int argc, char **argv, struct tt_error *err);

#endif
