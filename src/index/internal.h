/* SPDX-License-Identifier: MIT */
#ifndef INDEX_INTERNAL_H
#define INDEX_INTERNAL_H

#include <sqlite3.h>

#include "base/text_cache.h"
#include "index/usage_index.h"

/* What the modules of this layer share. */

enum { INDEX_VERSION = 2, QUARTER_MS = 900000 };
#define INDEX_FILE "usage.db"
#define INDEX_NEW "usage.db-new" /* takes the place of a damaged one */
#define INDEX_SUSPECT "-suspect" /* behind the path: damage was met, look closely */

/* Statements are prepared when they are first wanted, and kept. */
enum statement {
	STMT_TEXT_FIND,
	STMT_TEXT_ADD,
	STMT_TEXT_OF,
	STMT_TEXT_ALL,
	STMT_TRANSCRIPTS,
	STMT_TRANSCRIPT_FIND,
	STMT_TRANSCRIPT_PUT,
	STMT_REPOSITORIES,
	STMT_REPOSITORY_FIND,
	STMT_REPOSITORY_ADD,
	STMT_REPOSITORY_SET,
	STMT_PLACE_FIND,
	STMT_PLACE_PUT,
	STMT_SIGHTING_PUT,
	STMT_SIGHTING_AFTER,
	STMT_SIGHTING_BEFORE,
	STMT_RESPONSE_FIND,
	STMT_RESPONSE_ADD,
	STMT_RESPONSE_PUT,
	STMT_COPY_PUT,
	STMT_COVERED,
	STMT_NEXT_ANSWER,
	STMT_TOTALS_DELETE,
	STMT_TOTAL_PUT,
	STMT_TOTALS,
	STMT_ENTRY_FIND,
	STMT_ENTRY_ADD,
	STMT_ENTRY_SET,
	STMT_ENTRY_SPAN,
	STMT_ENTRY_RECORDED,
	STMT_QUARTER_FIND,
	STMT_QUARTER_PUT,
	STMT_QUARTERS,
	STMT_WINDOW_RESPONSES,
	STMT_WINDOW_EVENTS,
	STMT_EVENT_PUT,
	STMT_EVENT_FIND,
	STMT_EVENTS,
	STMT_RESET_PUT,
	STMT_RESETS,
	STATEMENTS,
};

struct index_text;    /* texts.c */
struct index_delta;   /* entries.c */
struct index_quarter; /* quarters.c */

struct usage_index {
	sqlite3 *db;
	char *path, *shown; /* as it is; for messages */
	bool write, in_transaction, empty;
	sqlite3_stmt *statements[STATEMENTS];
	struct index_text *by_text, *by_id;
	struct text_cache texts;
	struct index_delta *deltas;
	struct index_quarter *quarters;
	struct arena arena; /* of the texts */
};

/* open.c: for writing, whatever is in the file of that name. */
enum tt_code index_open_once(struct usage_index **out, const char *dir, const char *file,
	int busy_ms, struct tt_error *err);

/* salvage.c: put a new database, with what can still be read of the damaged one, in
 * its place; finish: when that was stopped at its last step. */
enum tt_code index_begin_anew(
	const char *dir, int busy_ms, struct strbuf *set_aside, struct tt_error *err);
enum tt_code index_finish_anew(const char *dir, struct tt_error *err);

/* check.c: TT_EINPUT when SQLite finds fault with the file. */
enum tt_code index_check_pages(struct usage_index *index, struct tt_error *err);

/* statement.c */
enum tt_code index_fail_damaged(
	struct usage_index *index, const char *what, const char *why, struct tt_error *err);
/* The first row of a query that is asked once; zeros when there is none. */
enum tt_code index_read_number(
	struct usage_index *index, const char *sql, int64_t *out, struct tt_error *err);
enum tt_code index_read_numbers(struct usage_index *index, const char *sql, int64_t *out,
	int columns, struct tt_error *err);
/* The error that the database is in, as ours: "<what>: '<path>': <reason>". */
enum tt_code index_fail(struct usage_index *index, const char *what, struct tt_error *err);
/* The statement, reset and without bindings; NULL (and err) when it cannot be made. */
sqlite3_stmt *index_statement(
	struct usage_index *index, enum statement which, struct tt_error *err);
/* Step a statement that gives no rows. */
enum tt_code index_run(struct usage_index *index, sqlite3_stmt *stmt, struct tt_error *err);
/* One step: *row says whether there is a row. */
enum tt_code index_step(
	struct usage_index *index, sqlite3_stmt *stmt, bool *row, struct tt_error *err);
enum tt_code index_exec(struct usage_index *index, const char *sql, struct tt_error *err);
/* Bind ? number i..., from 1; NULL binds NULL.  The text must live until the step. */
void index_bind_text(sqlite3_stmt *stmt, int at, const char *text);
void index_bind_usage(sqlite3_stmt *stmt, int at, const struct usage *u); /* five columns */
void index_column_usage(struct usage *out, sqlite3_stmt *stmt, int at);
const char *index_column_text(sqlite3_stmt *stmt, int at, struct arena *arena); /* NULL of NULL */

/* texts.c: numbers of shared texts; NULL is 0.  Given texts live as long as the
 * index. */
enum tt_code index_text_id(
	struct usage_index *index, const char *text, int64_t *id, struct tt_error *err);
/* The number of a text that is there already; -1 (never a number) when it is not. */
enum tt_code index_find_text_id(
	struct usage_index *index, const char *text, int64_t *id, struct tt_error *err);
enum tt_code index_text_of(
	struct usage_index *index, int64_t id, const char **text, struct tt_error *err);
enum tt_code index_load_texts(struct usage_index *index, struct tt_error *err);
void index_texts_release(struct usage_index *index);

/* entries.c: what a response adds to (sign 1) or takes from (-1) its entry and its
 * quarter hour; both are written by index_flush_entries, which every reader of them
 * calls first. */
enum tt_code index_flush_entries(struct usage_index *index, struct tt_error *err);
/* Sums stay at the limit where they would overflow. */
void index_add_to_kind(struct usage *sum, int kind, int64_t more);
void index_deltas_release(struct usage_index *index);

/* The numbers of what a row names. */
struct index_ids {
	int64_t session, branch, cwd, git_branch, model, class;
};
void index_adjust_entry(struct usage_index *index, const struct index_ids *ids,
	const struct usage_row *row, int sign);

/* quarters.c */
void index_adjust_quarter(struct usage_index *index, const struct usage_row *row, int sign);
enum tt_code index_flush_quarters(struct usage_index *index, struct tt_error *err);
void index_quarters_release(struct usage_index *index);

/* responses.c: " WHERE ..." of a filter, and its values. */
void index_add_filter(struct strbuf *sql, const struct usage_filter *f, bool entries);
enum tt_code index_bind_filter(struct usage_index *index, sqlite3_stmt *stmt,
	const struct usage_filter *f, struct tt_error *err);

/* sql.c */
extern const char *const index_sql[STATEMENTS];

#endif
