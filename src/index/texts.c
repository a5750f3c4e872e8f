/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "internal.h"

#define uthash_fatal(msg) mem_exhausted()
#define HASH_FUNCTION(key, len, hash) (hash) = (unsigned int)text_hash(key, len, 0)
#include <uthash.h>

/* What was looked up once is kept: both ways. */
struct index_text {
	int64_t id;
	const char *text;
	UT_hash_handle by_text, by_id;
};

static struct index_text *remember(struct usage_index *index, int64_t id, const char *text)
{
	struct index_text *node = xcalloc(1, sizeof *node);

	node->id = id;
	node->text = arena_strdup(&index->arena, text);
	HASH_ADD_KEYPTR(by_text, index->by_text, node->text, strlen(node->text), node);
	HASH_ADD(by_id, index->by_id, id, sizeof node->id, node);
	return node;
}

void index_texts_release(struct usage_index *index)
{
	struct index_text *node, *next;

	HASH_CLEAR(by_id, index->by_id);
	HASH_ITER (by_text, index->by_text, node, next) {
		HASH_DELETE(by_text, index->by_text, node);
		free(node);
	}
}

static enum tt_code look_up(
	struct usage_index *index, const char *text, int64_t *id, struct tt_error *err)
{
	sqlite3_stmt *stmt = index_statement(index, STMT_TEXT_FIND, err);
	bool found;

	if (!stmt)
		return err->code;
	index_bind_text(stmt, 1, text);
	if (index_step(index, stmt, &found, err) != TT_OK)
		return err->code;
	*id = found ? sqlite3_column_int64(stmt, 0) : -1;
	(void)sqlite3_reset(stmt);
	return TT_OK;
}

enum tt_code index_find_text_id(
	struct usage_index *index, const char *text, int64_t *id, struct tt_error *err)
{
	struct index_text *node;

	if (!text) {
		*id = 0;
		return TT_OK;
	}
	node = text_cache_get(&index->texts, text);
	if (!node)
		HASH_FIND(by_text, index->by_text, text, strlen(text), node);
	if (node) {
		text_cache_put(&index->texts, text, node->text, node);
		*id = node->id;
		return TT_OK;
	}
	if (look_up(index, text, id, err) != TT_OK)
		return err->code;
	if (*id >= 0)
		(void)remember(index, *id, text);
	return TT_OK;
}

enum tt_code index_text_id(
	struct usage_index *index, const char *text, int64_t *id, struct tt_error *err)
{
	sqlite3_stmt *stmt;

	if (index_find_text_id(index, text, id, err) != TT_OK)
		return err->code;
	if (*id >= 0)
		return TT_OK;
	stmt = index_statement(index, STMT_TEXT_ADD, err);
	if (!stmt)
		return err->code;
	index_bind_text(stmt, 1, text);
	if (index_run(index, stmt, err) != TT_OK)
		return err->code;
	*id = sqlite3_last_insert_rowid(index->db);
	(void)remember(index, *id, text);
	return TT_OK;
}

enum tt_code index_text_of(
	struct usage_index *index, int64_t id, const char **text, struct tt_error *err)
{
	struct index_text *node;
	sqlite3_stmt *stmt;
	bool found;

	*text = NULL;
	if (id == 0)
		return TT_OK;
	HASH_FIND(by_id, index->by_id, &id, sizeof id, node);
	if (node) {
		*text = node->text;
		return TT_OK;
	}
	stmt = index_statement(index, STMT_TEXT_OF, err);
	if (!stmt)
		return err->code;
	(void)sqlite3_bind_int64(stmt, 1, id);
	if (index_step(index, stmt, &found, err) != TT_OK)
		return err->code;
	if (found)
		*text = remember(index, id, (const char *)sqlite3_column_text(stmt, 0))->text;
	(void)sqlite3_reset(stmt);
	return TT_OK;
}

/* In one go, for who will ask for most of them. */
enum tt_code index_load_texts(struct usage_index *index, struct tt_error *err)
{
	sqlite3_stmt *stmt = index_statement(index, STMT_TEXT_ALL, err);
	bool found = true;

	if (!stmt)
		return err->code;
	while (found) {
		struct index_text *node;
		int64_t id;

		if (index_step(index, stmt, &found, err) != TT_OK)
			return err->code;
		id = found ? sqlite3_column_int64(stmt, 0) : 0;
		HASH_FIND(by_id, index->by_id, &id, sizeof id, node);
		if (found && !node)
			(void)remember(index, id, (const char *)sqlite3_column_text(stmt, 1));
	}
	(void)sqlite3_reset(stmt);
	return TT_OK;
}
