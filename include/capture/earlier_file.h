/* SPDX-License-Identifier: MIT */
#ifndef CAPTURE_EARLIER_FILE_H
#define CAPTURE_EARLIER_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "model/earlier_usage.h"
#include "model/entry.h"

/*
 * The files of all earlier trackers, recognised by content, never by name:
 *
 *	earlier_text_decode -> earlier_file_sniff -> earlier_file_read
 *
 * Those that know branches give entries; the others give what earlier_settle
 * (model/earlier_usage.h) makes sense of.  A file is read whole or refused whole,
 * with line and column; a log loses only the lines that are cut off or malformed,
 * and says how many.
 */
enum earlier_file_format {
	EARLIER_FILE_UNKNOWN,
	/* with branches */
	EARLIER_FILE_BRANCH, /* what capture/earlier.h reads */
	EARLIER_FILE_AGGREGATE,
	EARLIER_FILE_CSV,
	EARLIER_FILE_ROWS, /* of the team's database, as JSON */
	/* without */
	EARLIER_FILE_CYCLE,	  /* token_usage.json */
	EARLIER_FILE_REQUEST,	  /* token_update_request.json */
	EARLIER_FILE_CYCLE_LOG,	  /* claude_usage.log */
	EARLIER_FILE_MONITOR_LOG, /* token_monitor.log */
	EARLIER_FILE_WINDOW_1,	  /* usage-tracking.json without a version */
	EARLIER_FILE_WINDOW_DUAL, /* the same with a week */
	EARLIER_FILE_WINDOW_2_0,
	EARLIER_FILE_WINDOW_2_0_ENHANCED,
	EARLIER_FILE_WINDOW_2_1,
	EARLIER_FILE_TOKEN_LOG,	   /* token-usage.log */
	EARLIER_FILE_HOOK_LOG,	   /* hook-tracking.log */
	EARLIER_FILE_DATABASE,	   /* tokens.db */
	EARLIER_FILE_SESSION_LIST, /* claude-usage-export.json */
	EARLIER_FILE_CLIENT,	   /* ~/.claude.json */
	/* recognised, and refused */
	EARLIER_FILE_GUESSES,	/* claude-usage-cache.json */
	EARLIER_FILE_CORRECTED, /* token_status_corrected.json */
	EARLIER_FILE_PRESENT,	/* a ledger or an export of today */
};
enum { EARLIER_FILE_FORMATS = EARLIER_FILE_PRESENT + 1 };

/* UTF-8 without a byte-order mark, from UTF-8 or UTF-16 of either order, with or
 * without one (PowerShell writes both).  TT_EINPUT for what is neither. */
enum tt_code earlier_text_decode(
	struct strbuf *out, const char *bytes, size_t len, struct tt_error *err);
bool earlier_file_is_database(const char *bytes, size_t len); /* not to be decoded */

enum earlier_file_format earlier_file_sniff(const char *text, size_t len);
const char *earlier_file_format_name(enum earlier_file_format format); /* for people */
bool earlier_file_has_branches(enum earlier_file_format format);
/* Why it is not read; NULL: it is. */
const char *earlier_file_refusal(enum earlier_file_format format);

struct earlier_file_sink {
	struct entry_sink entries;
	enum tt_code (*usage)(void *ctx, const struct earlier_usage *u, struct tt_error *err);
	void *ctx; /* of usage */
};

/* What was passed over, for the summary. */
struct earlier_file_skipped {
	int64_t lines; /* cut off or malformed */
	int64_t rows;  /* placeholders, sums of other rows, and those without a time */
};

struct earlier_file {
	const char *text; /* decoded; of a database its bytes */
	size_t len;
	struct instant written; /* when the file was last changed */
};
/* Strings that the sink gets are borrowed for the call.  Times without a zone are
 * those of this machine's zone. */
enum tt_code earlier_file_read(struct earlier_file_skipped *skipped,
	const struct earlier_file *file, const struct earlier_file_sink *sink,
	struct tt_error *err);

/* What of the client's own file matters here, as a file of the same format: the rest
 * is secret (accounts, keys). */
enum tt_code earlier_client_extract(
	struct strbuf *out, const char *text, size_t len, struct tt_error *err);

#endif
