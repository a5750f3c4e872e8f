/* SPDX-License-Identifier: MIT */
#include <limits.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "internal.h"

/* Which column of a response is which: the order of RESPONSE_COLUMNS. */
enum column {
	COLUMN_KEY,
	COLUMN_SESSION,
	COLUMN_REPOSITORY,
	COLUMN_BRANCH,
	COLUMN_REASON,
	COLUMN_CWD,
	COLUMN_GIT_BRANCH,
	COLUMN_MODEL,
	COLUMN_CLASS,
	COLUMN_KIND,
	COLUMN_DAY,
	COLUMN_TIME,
	COLUMN_LAST_TIME,
	COLUMN_USAGE,
	COLUMN_SEARCHES = COLUMN_USAGE + 5,
	COLUMN_FLAGS,
	COLUMN_COST,
	COLUMNS,
};

/* Stored: append only. */
enum flag {
	FLAG_COPY = 1 << 0,
	FLAG_SIDECHAIN = 1 << 1,
	FLAG_FAST = 1 << 2,
	FLAG_US = 1 << 3,
	FLAG_SPLIT = 1 << 4,
	FLAG_PART = 1 << 5,
	FLAG_ENDS_TURN = 1 << 6,
};

static int flags_of(const struct response *r)
{
	return (r->is_copy ? FLAG_COPY : 0) | (r->sidechain ? FLAG_SIDECHAIN : 0) |
	       (r->fast ? FLAG_FAST : 0) | (r->geo_us ? FLAG_US : 0) |
	       (r->is_split ? FLAG_SPLIT : 0) | (r->is_part ? FLAG_PART : 0) |
	       (r->ends_turn ? FLAG_ENDS_TURN : 0);
}

static void set_flags(struct response *r, int flags)
{
	r->is_copy = flags & FLAG_COPY;
	r->sidechain = flags & FLAG_SIDECHAIN;
	r->fast = flags & FLAG_FAST;
	r->geo_us = flags & FLAG_US;
	r->is_split = flags & FLAG_SPLIT;
	r->is_part = flags & FLAG_PART;
	r->ends_turn = flags & FLAG_ENDS_TURN;
}

/* --- reading -------------------------------------------------------------------- */

/* The key is borrowed from the statement. */
static enum tt_code read_row(
	struct usage_row *row, struct usage_index *index, sqlite3_stmt *stmt, struct tt_error *err)
{
	const struct {
		const char **text;
		enum column column;
	} texts[] = {
		{ &row->response.session, COLUMN_SESSION },
		{ &row->response.cwd, COLUMN_CWD },
		{ &row->response.git_branch, COLUMN_GIT_BRANCH },
		{ &row->response.model, COLUMN_MODEL },
		{ &row->placement.branch, COLUMN_BRANCH },
		{ &row->placement.price_class, COLUMN_CLASS },
	};

	*row = (struct usage_row){ .kind = (enum entry_kind)sqlite3_column_int(stmt, COLUMN_KIND) };
	row->response.key = (const char *)sqlite3_column_text(stmt, COLUMN_KEY);
	row->response.time.ms = sqlite3_column_int64(stmt, COLUMN_TIME);
	row->response.last_time.ms = sqlite3_column_int64(stmt, COLUMN_LAST_TIME);
	index_column_usage(&row->response.usage, stmt, COLUMN_USAGE);
	row->response.web_searches = sqlite3_column_int64(stmt, COLUMN_SEARCHES);
	set_flags(&row->response, sqlite3_column_int(stmt, COLUMN_FLAGS));
	row->placement.repository = sqlite3_column_int64(stmt, COLUMN_REPOSITORY);
	row->placement.reason = (enum branch_reason)sqlite3_column_int(stmt, COLUMN_REASON);
	row->placement.day.number = sqlite3_column_int(stmt, COLUMN_DAY);
	row->has_cost = sqlite3_column_type(stmt, COLUMN_COST) != SQLITE_NULL;
	row->cost_nano_usd = sqlite3_column_int64(stmt, COLUMN_COST);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (index_text_of(index, sqlite3_column_int64(stmt, texts[i].column), texts[i].text,
			    err) != TT_OK)
			return err->code;
	return TT_OK;
}

enum tt_code usage_index_find_response(struct usage_index *index, const char *key,
	struct arena *arena, struct usage_row *out, struct tt_error *err)
{
	sqlite3_stmt *stmt;
	enum tt_code code = TT_OK;
	bool found;

	/* Of a first, long run nothing is there to be found but what it put itself,
	 * and it joins equal keys before. */
	if (index->empty)
		return TT_ENOTFOUND;
	stmt = index_statement(index, STMT_RESPONSE_FIND, err);
	if (!stmt)
		return err->code;
	index_bind_text(stmt, 1, key);
	if (index_step(index, stmt, &found, err) != TT_OK)
		return err->code;
	if (found) {
		code = read_row(out, index, stmt, err);
		out->response.key = arena_strdup(arena, out->response.key);
	}
	(void)sqlite3_reset(stmt);
	return found ? code : TT_ENOTFOUND;
}

static enum tt_code visit_rows(struct usage_index *index, sqlite3_stmt *stmt, usage_visit visit,
	void *ctx, struct tt_error *err)
{
	enum tt_code code = TT_OK;
	bool found = true;

	while (code == TT_OK && found) {
		code = index_step(index, stmt, &found, err);
		if (code == TT_OK && found) {
			struct usage_row row;

			code = read_row(&row, index, stmt, err);
			if (code == TT_OK)
				code = visit(ctx, &row, err);
		}
	}
	(void)sqlite3_reset(stmt);
	return code;
}

enum tt_code usage_index_covered(struct usage_index *index, const char *session,
	struct instant until, usage_visit visit, void *ctx, struct tt_error *err)
{
	sqlite3_stmt *stmt;
	int64_t id;

	if (index_find_text_id(index, session, &id, err) != TT_OK)
		return err->code;
	stmt = index_statement(index, STMT_COVERED, err);
	if (!stmt)
		return err->code;
	(void)sqlite3_bind_int64(stmt, 1, id);
	(void)sqlite3_bind_int64(stmt, 2, until.ms);
	return visit_rows(index, stmt, visit, ctx, err);
}

enum tt_code usage_index_next_answer(struct usage_index *index, const char *session,
	struct instant after, bool *found, struct instant *time, struct tt_error *err)
{
	sqlite3_stmt *stmt;
	int64_t id;

	if (index_find_text_id(index, session, &id, err) != TT_OK)
		return err->code;
	stmt = index_statement(index, STMT_NEXT_ANSWER, err);
	if (!stmt)
		return err->code;
	(void)sqlite3_bind_int64(stmt, 1, id);
	(void)sqlite3_bind_int64(stmt, 2, after.ms);
	(void)sqlite3_bind_int(stmt, 3, FLAG_COPY | FLAG_SIDECHAIN);
	if (index_step(index, stmt, found, err) != TT_OK)
		return err->code;
	if (*found)
		time->ms = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_reset(stmt);
	return TT_OK;
}

/* --- reading by a filter ----------------------------------------------------------- */

enum tt_code index_bind_filter(struct usage_index *index, sqlite3_stmt *stmt,
	const struct usage_filter *f, struct tt_error *err)
{
	int64_t branch, session;
	int at = 1;

	if (index_find_text_id(index, f->branch, &branch, err) != TT_OK ||
		index_find_text_id(index, f->session, &session, err) != TT_OK)
		return err->code;
	if (f->has_repository)
		(void)sqlite3_bind_int64(stmt, at++, f->repository);
	if (f->branch)
		(void)sqlite3_bind_int64(stmt, at++, branch);
	if (f->session)
		(void)sqlite3_bind_int64(stmt, at++, session);
	if (f->since.ms)
		(void)sqlite3_bind_int64(stmt, at++, f->since.ms);
	if (f->until.ms)
		(void)sqlite3_bind_int64(stmt, at++, f->until.ms);
	if (f->has_since_day)
		(void)sqlite3_bind_int(stmt, at++, f->since_day.number);
	if (f->has_until_day)
		(void)sqlite3_bind_int(stmt, at++, f->until_day.number);
	return TT_OK;
}

void index_add_filter(struct strbuf *sql, const struct usage_filter *f, bool entries)
{
	strbuf_addstr(sql, " WHERE 1");
	if (f->has_repository)
		strbuf_addstr(sql, " AND repository = ?");
	if (f->no_branch)
		strbuf_addstr(sql, " AND branch = 0");
	if (f->branch)
		strbuf_addstr(sql, " AND branch = ?");
	if (f->session)
		strbuf_addstr(sql, " AND session = ?");
	if (f->since.ms)
		strbuf_addstr(sql, entries ? " AND last >= ?" : " AND time >= ?");
	if (f->until.ms)
		strbuf_addstr(sql, entries ? " AND first < ?" : " AND time < ?");
	if (f->has_since_day)
		strbuf_addstr(sql, " AND day >= ?");
	if (f->has_until_day)
		strbuf_addstr(sql, " AND day <= ?");
	if (f->changed && entries)
		strbuf_addstr(sql, " AND changed = 1");
}

/* The last two parameters. */
static enum tt_code bind_branch(struct usage_index *index, sqlite3_stmt *stmt,
	const struct usage_filter *f, struct tt_error *err)
{
	int last = sqlite3_bind_parameter_count(stmt);
	int64_t branch;

	if (index_find_text_id(index, f->branch, &branch, err) != TT_OK)
		return err->code;
	(void)sqlite3_bind_int64(stmt, last - 1, f->repository);
	(void)sqlite3_bind_int64(stmt, last, branch);
	return TT_OK;
}

enum tt_code usage_index_responses(struct usage_index *index, const struct usage_filter *filter,
	usage_visit visit, void *ctx, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf sql = STRBUF_INIT;
	bool of_branch = filter->has_repository && filter->branch;
	sqlite3_stmt *stmt;
	enum tt_code code;

	if (index_flush_entries(index, err) != TT_OK)
		return err->code;
	strbuf_addstr(&sql,
		"SELECT key, session, repository, branch, reason, cwd, git_branch, model, class,"
		" kind, day, time, last_time, input, output, cache_read, cache_write_5m,"
		" cache_write_1h, web_searches, flags, cost FROM responses");
	index_add_filter(&sql, filter, false);
	/* Its sessions are few: the plus sign keeps SQLite from reading all by their time. */
	if (of_branch)
		strbuf_addstr(&sql, " AND session IN (SELECT session FROM entries"
				    " WHERE repository = ? AND branch = ?) ORDER BY +time, key");
	else if (!filter->unsorted)
		strbuf_addstr(&sql, " ORDER BY time, key");
	if (sqlite3_prepare_v2(index->db, sql.buf, -1, &stmt, NULL) != SQLITE_OK)
		return index_fail(index, "cannot read the usage index", err);
	code = index_bind_filter(index, stmt, filter, err);
	if (code == TT_OK && of_branch)
		code = bind_branch(index, stmt, filter, err);
	if (code == TT_OK)
		code = visit_rows(index, stmt, visit, ctx, err);
	(void)sqlite3_finalize(stmt);
	return code;
}

/* --- writing -------------------------------------------------------------------------- */

static enum tt_code find_ids(struct index_ids *out, struct usage_index *index,
	const struct usage_row *row, struct tt_error *err)
{
	const struct {
		const char *text;
		int64_t *id;
	} texts[] = {
		{ row->response.session, &out->session },
		{ row->placement.branch, &out->branch },
		{ row->response.cwd, &out->cwd },
		{ row->response.git_branch, &out->git_branch },
		{ row->response.model, &out->model },
		{ row->placement.price_class, &out->class },
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (index_text_id(index, texts[i].text, texts[i].id, err) != TT_OK)
			return err->code;
	return TT_OK;
}

/* What is stored of a row beside its key. */
struct stored {
	int64_t column[COLUMNS]; /* COLUMN_KEY is not used */
	int64_t has_cost;
};

static void make_stored(
	struct stored *out, const struct usage_row *row, const struct index_ids *ids)
{
	*out = (struct stored){ .column = {
			[COLUMN_SESSION] = ids->session,
			[COLUMN_REPOSITORY] = row->placement.repository,
			[COLUMN_BRANCH] = ids->branch,
			[COLUMN_REASON] = row->placement.reason,
			[COLUMN_CWD] = ids->cwd,
			[COLUMN_GIT_BRANCH] = ids->git_branch,
			[COLUMN_MODEL] = ids->model,
			[COLUMN_CLASS] = ids->class,
			[COLUMN_KIND] = row->kind,
			[COLUMN_DAY] = row->placement.day.number,
			[COLUMN_TIME] = row->response.time.ms,
			[COLUMN_LAST_TIME] = row->response.last_time.ms,
			[COLUMN_SEARCHES] = row->response.web_searches,
			[COLUMN_FLAGS] = flags_of(&row->response),
			[COLUMN_COST] = row->has_cost ? row->cost_nano_usd : 0,
		}, .has_cost = row->has_cost };
	for (int kind = 0; kind < USAGE_KINDS - 1; kind++)
		out->column[COLUMN_USAGE + kind] = usage_get(&row->response.usage, kind);
}

static enum tt_code store(struct usage_index *index, enum statement which, const char *key,
	const struct stored *row, struct tt_error *err)
{
	sqlite3_stmt *stmt = index_statement(index, which, err);

	if (!stmt)
		return err->code;
	index_bind_text(stmt, 1 + COLUMN_KEY, key);
	for (int i = COLUMN_KEY + 1; i < COLUMNS; i++)
		if (i != COLUMN_COST || row->has_cost)
			(void)sqlite3_bind_int64(stmt, 1 + i, row->column[i]);
	return index_run(index, stmt, err);
}

static enum tt_code add(
	struct usage_index *index, const struct usage_row *row, struct tt_error *err)
{
	struct index_ids ids;
	struct stored stored;

	if (find_ids(&ids, index, row, err) != TT_OK)
		return err->code;
	make_stored(&stored, row, &ids);
	if (store(index, STMT_RESPONSE_ADD, row->response.key, &stored, err) != TT_OK)
		return err->code;
	index_adjust_entry(index, &ids, row, 1);
	return TT_OK;
}

static enum tt_code change(struct usage_index *index, const struct usage_row *old,
	const struct usage_row *row, struct tt_error *err)
{
	struct index_ids ids, old_ids;
	struct stored stored, old_stored;

	if (find_ids(&ids, index, row, err) != TT_OK ||
		find_ids(&old_ids, index, old, err) != TT_OK)
		return err->code;
	make_stored(&stored, row, &ids);
	make_stored(&old_stored, old, &old_ids);
	if (memcmp(&stored, &old_stored, sizeof stored) == 0)
		return TT_OK;
	if (store(index, STMT_RESPONSE_PUT, row->response.key, &stored, err) != TT_OK)
		return err->code;
	index_adjust_entry(index, &old_ids, old, -1);
	index_adjust_entry(index, &ids, row, 1);
	return TT_OK;
}

enum tt_code usage_index_put_response(struct usage_index *index, const struct usage_row *old,
	const struct usage_row *row, struct tt_error *err)
{
	return old ? change(index, old, row, err) : add(index, row, err);
}

enum tt_code usage_index_put_copy(
	struct usage_index *index, const char *session, const char *key, struct tt_error *err)
{
	sqlite3_stmt *stmt;
	int64_t id;

	if (index_text_id(index, session, &id, err) != TT_OK)
		return err->code;
	stmt = index_statement(index, STMT_COPY_PUT, err);
	if (!stmt)
		return err->code;
	(void)sqlite3_bind_int64(stmt, 1, id);
	index_bind_text(stmt, 2, key);
	return index_run(index, stmt, err);
}
