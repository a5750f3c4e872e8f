/* SPDX-License-Identifier: MIT */
#ifndef INDEX_SQL_QUERY_H
#define INDEX_SQL_QUERY_H

#include "index/usage_index.h"
#include "model/sql_rows.h"

/*
 * The user's own SQL on the usage index.  It can only read: whatever would write, attach
 * another database or change how this one is used is refused before it runs.  Any number
 * of rows is handed over one by one and none of them kept.
 *
 * What is promised to stay as it is are the views: usage, usage_entries, sessions,
 * conversations and session_snapshots.
 *
 * TT_EUSAGE: it is no single statement that reads, and what is wrong with it.  Rows may
 * have been given by then.
 */
enum tt_code usage_index_query(struct usage_index *index, const char *sql,
	const struct sql_sink *sink, struct tt_error *err);

#endif
