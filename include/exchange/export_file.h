/* SPDX-License-Identifier: MIT */
#ifndef EXCHANGE_EXPORT_FILE_H
#define EXCHANGE_EXPORT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/instant.h"
#include "base/strbuf.h"
#include "model/entry.h"

/*
 * The export file: immutable, written by track-tokens, committed to temp/,
 * read by import-tokens.
 *
 * {"export_metadata":{"export_version":"2.0","exported_at":...,"exported_by":...,
 *  "repository":...,"branch":...,"commit":...,"tool_version":...},
 *  "token_data":{"branch":...,"total_tokens":N,"sessions":[
 * <one entry per line>
 * ]}}
 *
 * token_data may also be an array of such objects (export --all-branches).
 *
 * Writing: export_begin -> (export_branch -> export_entry ...) ... -> export_end.
 */
struct export_meta {
	struct instant exported_at;
	const char *exported_by; /* NULL unknown; likewise below */
	const char *repository;
	const char *branch; /* NULL: several branches, token_data is an array */
	const char *commit;
	const char *tool_version;
};

struct export_writer {
	struct strbuf *out;
	bool many;	 /* token_data is an array */
	size_t branches; /* begun so far */
	size_t entries;	 /* of the present branch */
};

#define EXPORT_VERSION "2.0"
enum { EXPORT_SIZE_MAX = 64 * 1024 * 1024 };

/* "tokens_<branch>_<YYYYMMDD_HHMMSS>_<8 hex>.json" */
void export_file_name(struct strbuf *out, const char *branch, struct instant now, uint32_t nonce);

void export_begin(struct export_writer *w, struct strbuf *out, const struct export_meta *meta);
void export_branch(struct export_writer *w, const char *branch, int64_t total_tokens);
void export_entry(struct export_writer *w, const struct entry *e);
void export_end(struct export_writer *w);

/* Is this text an export of version 2, or of a later one (which export_read
 * refuses, saying what to do)?  It need not be valid to its end. */
bool export_sniff(const char *text, size_t len);
/*
 * Read a whole export: every entry goes to the sink, which may be NULL: then
 * the text is only validated.  Validate first, send after: a file that is bad
 * at its end must not have been half sent.  TT_EINPUT with line and column; or
 * what the sink answered, at its first answer that is not TT_OK.
 *
 * Members may come in any order, and those of later minor versions are passed
 * over.  One id may come twice: the revision decides, as between files.
 * total_tokens may be absent; when it is there, it must be the sum of what
 * entry_counted_tokens() says of the sessions.
 */
enum tt_code export_read(
	const char *text, size_t len, const struct entry_sink *sink, struct tt_error *err);

#endif
