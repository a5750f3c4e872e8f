/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "sqlite_store.h"

enum { WAIT_MS = 60 * 1000, MEMORY_KIB = 8 * 1024 };

static void sqlite_close_store(struct store *store)
{
	struct sqlite_store *s = (struct sqlite_store *)store;

	sqlite3_close_v2(s->db);
	free(s->shown);
	free(s);
}

static void sqlite_close_storep(struct sqlite_store **s)
{
	if (*s)
		sqlite_close_store(&(*s)->base);
}

/* --- queries ------------------------------------------------------------ */

static const char *row_text(const struct store_row *row, int column)
{
	return (const char *)sqlite3_column_text(row->handle, column);
}

static int64_t row_integer(const struct store_row *row, int column)
{
	return sqlite3_column_int64(row->handle, column);
}

static enum tt_code bind_params(struct sqlite_store *s, sqlite3_stmt *stmt,
	const struct store_query *q, struct tt_error *err)
{
	for (int i = 0; i < q->param_count; i++)
		if (sqlite3_bind_text(stmt, i + 1, q->params[i], -1, SQLITE_STATIC) != SQLITE_OK)
			return sqlite_fail(s, err);
	return TT_OK;
}

static enum tt_code sqlite_query(
	struct store *store, const struct store_query *q, struct tt_error *err)
{
	struct sqlite_store *s = (struct sqlite_store *)store;
	_cleanup_(sqlite_finalizep) sqlite3_stmt *stmt = NULL;
	struct store_row row = { .text = row_text, .integer = row_integer };

	if (sqlite_prepare(s, &stmt, store_sql("sqlite", q->name), err) != TT_OK ||
		bind_params(s, stmt, q, err) != TT_OK)
		return err->code;
	row.handle = stmt;
	for (;;) {
		if (sqlite_step(s, stmt, err) != TT_OK)
			return err->code;
		if (!sqlite3_data_count(stmt))
			return TT_OK;
		if (q->row(q->ctx, &row, err) != TT_OK)
			return err->code;
	}
}

static const struct store_ops sqlite_ops = {
	.kind = "sqlite",
	.close = sqlite_close_store,
	.version = sqlite_version,
	.migrate = sqlite_migrate,
	.import = sqlite_import,
	.query = sqlite_query,
};

/* --- opening ------------------------------------------------------------ */

/* SQLITE_OPEN_NOFOLLOW refuses a symbolic link anywhere in the path.  Only the
 * last part is ours to judge, so the directories before it are resolved. */
static enum tt_code resolve(char **out, const char *path, const char *shown, struct tt_error *err)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	_autofree_ char *dir =
		slash ? xstrndup(path, slash > path ? (size_t)(slash - path) : 1) : xstrdup(".");
	_autofree_ char *real = realpath(dir, NULL);

	if (!real && errno == ENOENT)
		return tt_fail(err, TT_ENOTFOUND, "the directory of '%s' does not exist", shown);
	if (!real)
		return tt_fail_errno(err, "cannot open '%s'", shown);
	if (*name == '\0')
		return tt_fail(err, TT_EUSAGE, "'%s' names no file", shown);
	*out = xasprintf("%s/%s", strcmp(real, "/") == 0 ? "" : real, name);
	return TT_OK;
}

/* Make the file, for its owner only, and refuse what is no regular file
 * before SQLite touches it: opening a FIFO would wait for ever. */
static enum tt_code make_file(
	const char *path, const char *shown, bool create, struct tt_error *err)
{
	int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | (create ? O_CREAT : 0);
	_autoclose_ int fd = open(path, flags, 0600);
	struct stat st;

	if (fd < 0 && errno == ENOENT)
		return tt_fail(err, TT_ENOTFOUND, "the database '%s' does not exist", shown);
	if (fd < 0 && errno == ELOOP)
		return tt_fail(err, TT_EINPUT, "'%s' is a symbolic link, not a database", shown);
	if (fd < 0)
		return tt_fail_errno(err, "cannot open '%s'", shown);
	if (fstat(fd, &st) != 0)
		return tt_fail_errno(err, "cannot open '%s'", shown);
	if (!S_ISREG(st.st_mode))
		return tt_fail(err, TT_EINPUT, "'%s' is not a regular file", shown);
	return TT_OK;
}

static enum tt_code connect_file(
	struct sqlite_store *s, const char *path, bool create, struct tt_error *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX;
	_autofree_ char *real = NULL;

	if (strcmp(path, ":memory:") == 0) {
		real = xstrdup(path);
	} else if (resolve(&real, path, s->shown, err) != TT_OK ||
		   make_file(real, s->shown, create, err) != TT_OK) {
		return err->code;
	}
	if (sqlite3_open_v2(real, &s->db, flags, NULL) != SQLITE_OK) {
		if (!s->db)
			mem_exhausted();
		return sqlite_fail(s, err);
	}
	return TT_OK;
}

/* A commit survives a power cut only with EXTRA (the journal's removal is
 * synced too).  The rollback journal is kept, and not WAL: an import is one
 * large transaction, which WAL would write twice, and the database stays one
 * file that can be copied, cached and kept on any file system. */
static enum tt_code set_up(
	struct sqlite_store *s, const struct store_options *options, struct tt_error *err)
{
	_autofree_ char *sql = xasprintf("PRAGMA synchronous = EXTRA;"
					 "PRAGMA cache_size = -%d;"
					 "PRAGMA trusted_schema = OFF;"
					 "PRAGMA cell_size_check = ON;",
		MEMORY_KIB);

	(void)sqlite3_extended_result_codes(s->db, 1);
	(void)sqlite3_busy_timeout(s->db, options->retry_ms ? options->retry_ms : WAIT_MS);
	return sqlite_exec(s, sql, err);
}

enum tt_code sqlite_store_open(struct store **out, const char *path,
	const struct store_options *options, struct tt_error *err)
{
	_cleanup_(sqlite_close_storep) struct sqlite_store *s = xcalloc(1, sizeof *s);
	int from, to;

	s->base.ops = &sqlite_ops;
	s->shown = text_visible(path);
	if (text_starts_with(path, "//") && !text_starts_with(path, "///"))
		return tt_fail(
			err, TT_EUSAGE, "'sqlite:%s' names no file: write 'sqlite:PATH'", s->shown);
	if (connect_file(s, path, options->create, err) != TT_OK ||
		set_up(s, options, err) != TT_OK)
		return err->code;
	if (options->create && sqlite_migrate(&s->base, &from, &to, err) != TT_OK)
		return err->code;
	if (sqlite_version(&s->base, &from, err) != TT_OK)
		return err->code;
	*out = &steal(&s)->base;
	return TT_OK;
}
