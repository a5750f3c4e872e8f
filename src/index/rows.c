/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "internal.h"

/* Transcripts, repositories, places, sightings: rows as they are. */

/* --- transcripts ----------------------------------------------------------------- */

enum { FIRST_SKIP_COLUMN = 11 };

/* Hashes and inode numbers use all 64 bits. */
static uint64_t column_bits(sqlite3_stmt *stmt, int at)
{
	return (uint64_t)sqlite3_column_int64(stmt, at);
}

static void read_transcript(struct transcript_row *row, sqlite3_stmt *stmt)
{
	*row = (struct transcript_row){
		.path = (const char *)sqlite3_column_text(stmt, 0),
		.device = column_bits(stmt, 1),
		.inode = column_bits(stmt, 2),
		.size = sqlite3_column_int64(stmt, 3),
		.mtime_ns = sqlite3_column_int64(stmt, 4),
		.position = { .offset = sqlite3_column_int64(stmt, 5),
			.tail_hash = column_bits(stmt, 6),
			.last_time = { sqlite3_column_int64(stmt, 7) } },
		.stats = { .bytes = sqlite3_column_int64(stmt, 8),
			.lines = sqlite3_column_int64(stmt, 9),
			.usages = sqlite3_column_int64(stmt, 10) },
	};
	for (int i = 0; i < TRANSCRIPT_SKIPS; i++)
		row->stats.skipped[i] = sqlite3_column_int64(stmt, FIRST_SKIP_COLUMN + i);
}

enum tt_code usage_index_transcripts(
	struct usage_index *index, transcript_visit visit, void *ctx, struct tt_error *err)
{
	sqlite3_stmt *stmt = index_statement(index, STMT_TRANSCRIPTS, err);
	bool row;

	if (!stmt)
		return err->code;
	while (index_step(index, stmt, &row, err) == TT_OK) {
		struct transcript_row found;
		enum tt_code code;

		if (!row) {
			(void)sqlite3_reset(stmt);
			return TT_OK;
		}
		read_transcript(&found, stmt);
		code = visit(ctx, &found, err);
		if (code != TT_OK) {
			(void)sqlite3_reset(stmt);
			return code;
		}
	}
	return err->code;
}

enum tt_code usage_index_find_transcript(struct usage_index *index, const char *path,
	struct arena *arena, struct transcript_row *out, struct tt_error *err)
{
	sqlite3_stmt *stmt = index_statement(index, STMT_TRANSCRIPT_FIND, err);
	bool row;

	if (!stmt)
		return err->code;
	index_bind_text(stmt, 1, path);
	if (index_step(index, stmt, &row, err) != TT_OK)
		return err->code;
	if (row) {
		read_transcript(out, stmt);
		out->path = arena_strdup(arena, out->path);
	}
	(void)sqlite3_reset(stmt);
	return row ? TT_OK : TT_ENOTFOUND;
}

enum tt_code usage_index_put_transcript(
	struct usage_index *index, const struct transcript_row *row, struct tt_error *err)
{
	sqlite3_stmt *stmt = index_statement(index, STMT_TRANSCRIPT_PUT, err);
	const int64_t numbers[] = { (int64_t)row->device, (int64_t)row->inode, row->size,
		row->mtime_ns, row->position.offset, (int64_t)row->position.tail_hash,
		row->position.last_time.ms, row->stats.bytes, row->stats.lines, row->stats.usages };

	if (!stmt)
		return err->code;
	index_bind_text(stmt, 1, row->path);
	for (int i = 0; i < (int)(sizeof numbers / sizeof *numbers); i++)
		(void)sqlite3_bind_int64(stmt, 2 + i, numbers[i]);
	for (int i = 0; i < TRANSCRIPT_SKIPS; i++)
		(void)sqlite3_bind_int64(stmt, 1 + FIRST_SKIP_COLUMN + i, row->stats.skipped[i]);
	return index_run(index, stmt, err);
}

/* --- repositories ------------------------------------------------------------------ */

static void read_repository(struct repository_row *row, sqlite3_stmt *stmt, struct arena *arena)
{
	*row = (struct repository_row){
		.id = sqlite3_column_int64(stmt, 0),
		.common_dir = index_column_text(stmt, 1, arena),
		.device = column_bits(stmt, 2),
		.inode = column_bits(stmt, 3),
		.name = index_column_text(stmt, 4, arena),
		.ledger_root = index_column_text(stmt, 5, arena),
		.ledger_relative = index_column_text(stmt, 6, arena),
		.ledger_shared = sqlite3_column_int(stmt, 7) != 0,
		.author = index_column_text(stmt, 8, arena),
		.host = index_column_text(stmt, 9, arena),
		.config_stamp = column_bits(stmt, 10),
	};
}

enum tt_code usage_index_repositories(
	struct usage_index *index, repository_visit visit, void *ctx, struct tt_error *err)
{
	struct arena arena = ARENA_INIT;
	sqlite3_stmt *stmt = index_statement(index, STMT_REPOSITORIES, err);
	enum tt_code code = stmt ? TT_OK : err->code;
	bool row = true;

	while (code == TT_OK && row) {
		code = index_step(index, stmt, &row, err);
		if (code == TT_OK && row) {
			struct repository_row found;

			arena_reset(&arena);
			read_repository(&found, stmt, &arena);
			code = visit(ctx, &found, err);
		}
	}
	(void)sqlite3_reset(stmt);
	arena_release(&arena);
	return code;
}

enum tt_code usage_index_find_repository(struct usage_index *index, int64_t id, struct arena *arena,
	struct repository_row *out, struct tt_error *err)
{
	sqlite3_stmt *stmt = index_statement(index, STMT_REPOSITORY_FIND, err);
	bool row;

	if (!stmt)
		return err->code;
	(void)sqlite3_bind_int64(stmt, 1, id);
	if (index_step(index, stmt, &row, err) != TT_OK)
		return err->code;
	if (row)
		read_repository(out, stmt, arena);
	(void)sqlite3_reset(stmt);
	return row ? TT_OK : TT_ENOTFOUND;
}

enum tt_code usage_index_put_repository(struct usage_index *index, const struct repository_row *row,
	int64_t *id, struct tt_error *err)
{
	sqlite3_stmt *stmt =
		index_statement(index, row->id ? STMT_REPOSITORY_SET : STMT_REPOSITORY_ADD, err);

	if (!stmt)
		return err->code;
	if (row->id)
		(void)sqlite3_bind_int64(stmt, 1, row->id);
	index_bind_text(stmt, 2, row->common_dir);
	(void)sqlite3_bind_int64(stmt, 3, (int64_t)row->device);
	(void)sqlite3_bind_int64(stmt, 4, (int64_t)row->inode);
	index_bind_text(stmt, 5, row->name);
	index_bind_text(stmt, 6, row->ledger_root);
	index_bind_text(stmt, 7, row->ledger_relative);
	(void)sqlite3_bind_int(stmt, 8, row->ledger_shared);
	index_bind_text(stmt, 9, row->author);
	index_bind_text(stmt, 10, row->host);
	(void)sqlite3_bind_int64(stmt, 11, (int64_t)row->config_stamp);
	if (index_run(index, stmt, err) != TT_OK)
		return err->code;
	*id = row->id ? row->id : sqlite3_last_insert_rowid(index->db);
	return TT_OK;
}

/* --- places --------------------------------------------------------------------------- */

enum tt_code usage_index_find_place(struct usage_index *index, const char *cwd, struct arena *arena,
	struct place_row *out, struct tt_error *err)
{
	sqlite3_stmt *stmt = index_statement(index, STMT_PLACE_FIND, err);
	bool row;

	if (!stmt)
		return err->code;
	index_bind_text(stmt, 1, cwd);
	if (index_step(index, stmt, &row, err) != TT_OK)
		return err->code;
	if (row)
		*out = (struct place_row){
			.cwd = index_column_text(stmt, 0, arena),
			.repository = sqlite3_column_int64(stmt, 1),
			.git_dir = index_column_text(stmt, 2, arena),
			.branch = index_column_text(stmt, 3, arena),
		};
	(void)sqlite3_reset(stmt);
	return row ? TT_OK : TT_ENOTFOUND;
}

enum tt_code usage_index_put_place(
	struct usage_index *index, const struct place_row *row, struct tt_error *err)
{
	sqlite3_stmt *stmt = index_statement(index, STMT_PLACE_PUT, err);

	if (!stmt)
		return err->code;
	index_bind_text(stmt, 1, row->cwd);
	(void)sqlite3_bind_int64(stmt, 2, row->repository);
	index_bind_text(stmt, 3, row->git_dir);
	index_bind_text(stmt, 4, row->branch);
	return index_run(index, stmt, err);
}

/* --- sightings ---------------------------------------------------------------------------- */

enum tt_code usage_index_put_sighting(struct usage_index *index, const char *session,
	struct instant time, int64_t repository, const char *branch, struct tt_error *err)
{
	sqlite3_stmt *stmt;
	int64_t session_id, branch_id;

	if (index_text_id(index, session, &session_id, err) != TT_OK ||
		index_text_id(index, branch, &branch_id, err) != TT_OK)
		return err->code;
	stmt = index_statement(index, STMT_SIGHTING_PUT, err);
	if (!stmt)
		return err->code;
	(void)sqlite3_bind_int64(stmt, 1, session_id);
	(void)sqlite3_bind_int64(stmt, 2, time.ms);
	(void)sqlite3_bind_int64(stmt, 3, repository);
	(void)sqlite3_bind_int64(stmt, 4, branch_id);
	return index_run(index, stmt, err);
}

struct sighting {
	int64_t repository, branch;
	bool found;
};

static enum tt_code find_sighting(struct sighting *out, struct usage_index *index,
	sqlite3_stmt *stmt, int64_t session, const int64_t span[2], struct tt_error *err)
{
	if (!stmt)
		return err->code;
	(void)sqlite3_bind_int64(stmt, 1, session);
	(void)sqlite3_bind_int64(stmt, 2, span[0]);
	(void)sqlite3_bind_int64(stmt, 3, span[1]);
	if (index_step(index, stmt, &out->found, err) != TT_OK)
		return err->code;
	if (out->found) {
		out->repository = sqlite3_column_int64(stmt, 0);
		out->branch = sqlite3_column_int64(stmt, 1);
	}
	(void)sqlite3_reset(stmt);
	return TT_OK;
}

enum tt_code usage_index_find_sighting(struct usage_index *index, const char *session,
	struct instant t, int64_t within_ms, struct arena *arena, int64_t *repository,
	const char **branch, struct tt_error *err)
{
	int64_t after[2] = { t.ms, t.ms + within_ms }, before[2] = { t.ms, t.ms - within_ms };
	struct sighting seen = { 0 };
	int64_t session_id;

	if (index_find_text_id(index, session, &session_id, err) != TT_OK ||
		find_sighting(&seen, index, index_statement(index, STMT_SIGHTING_AFTER, err),
			session_id, after, err) != TT_OK)
		return err->code;
	if (!seen.found &&
		find_sighting(&seen, index, index_statement(index, STMT_SIGHTING_BEFORE, err),
			session_id, before, err) != TT_OK)
		return err->code;
	if (!seen.found)
		return TT_ENOTFOUND;
	if (index_text_of(index, seen.branch, branch, err) != TT_OK)
		return err->code;
	*repository = seen.repository;
	if (*branch)
		*branch = arena_strdup(arena, *branch);
	return TT_OK;
}
