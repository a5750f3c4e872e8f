/* SPDX-License-Identifier: MIT */
#ifndef CAPTURE_EARLIER_H
#define CAPTURE_EARLIER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "model/entry.h"

/*
 * Files of the earlier branch tracker, recognised by content, never by name:
 *
 *	ledger, archive		{"branch":...,"sessions":[...]}
 *	export wrapper 1.0	{"export_metadata":...,"token_data":{...}}
 *	direct record		{"git_branch":...,"timestamp":...,"prompt_tokens":...}
 *
 * Wrappers are cumulative: every export repeats the whole history.  Ids are
 * derived from the content of each session, so repeated sessions are the same
 * entry and collapse.
 *
 * A direct record written by the old `submit` ("Accumulated from N sessions")
 * is the sum of a ledger that was archived at the same moment; counting both
 * would double it: it is recognised (EARLIER_AGGREGATE) so that the importer
 * can skip it and say why.
 */
enum earlier_format {
	EARLIER_NONE, /* not one of these */
	EARLIER_LEDGER,
	EARLIER_EXPORT,
	EARLIER_DIRECT,
	EARLIER_AGGREGATE, /* a direct record that sums up a ledger: to be skipped */
};

/* The text need not be valid to its end: earlier_read says where it is not. */
enum earlier_format earlier_sniff(const char *text, size_t len);
const char *earlier_format_name(enum earlier_format format); /* for people */

/*
 * Send every entry to the sink (NULL: only validate); of an EARLIER_AGGREGATE
 * none.  TT_EINPUT with line and column; or what the sink answered, at its
 * first answer that is not TT_OK.  Ledgers and wrappers give totals without a
 * split (`usage.unsplit`), direct records give input and output, unless the
 * tracker made their split up.  local: the
 * file was written on this machine; otherwise times without a zone are read as
 * UTC and give revision 0: see entry_from_v1.
 */
enum tt_code earlier_read(const char *text, size_t len, bool local, const struct entry_sink *sink,
	struct tt_error *err);
/* Is this entry such a sum? */
bool earlier_is_aggregate(const struct entry *e);
/* The one entry of an EARLIER_AGGREGATE: for those who do not have the ledger that it
 * sums up. */
enum tt_code earlier_read_aggregate(const char *text, size_t len, bool local,
	const struct entry_sink *sink, struct tt_error *err);

#endif
