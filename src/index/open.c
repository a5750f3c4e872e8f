/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/embedded.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/trace.h"
#include "internal.h"

/* What makes each version of the one before. */
static const char *const steps[INDEX_VERSION] = { "src/index/sql/schema.sql",
	"src/index/sql/windows.sql" };

/* An index over all rows at once costs less than one that grows with them. */
static const char late_indexes[] =
	"CREATE INDEX IF NOT EXISTS responses_session ON responses(session, time);"
	"CREATE INDEX IF NOT EXISTS responses_time ON responses(time)";

enum { FILE_MODE = 0600, DIR_MODE = 0700, SMALL_WAL = 1024 * 1024 };

/* --- closing ----------------------------------------------------------------------- */

/* Whoever closes a database last moves its log into it, which costs two syncs of the
 * disk: not worth it after every answer.  A long log must go, since the next one to
 * open the database would read it all. */
static void keep_small_log(const struct usage_index *index)
{
	_autofree_ char *wal = xasprintf("%s-wal", index->path);
	struct stat st;

	if (index->write && stat(wal, &st) == 0 && st.st_size <= SMALL_WAL)
		(void)sqlite3_db_config(
			index->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
}

void usage_index_close(struct usage_index *index)
{
	if (!index)
		return;
	for (int i = 0; i < STATEMENTS; i++)
		(void)sqlite3_finalize(index->statements[i]);
	if (index->in_transaction)
		(void)sqlite3_exec(index->db, "ROLLBACK", NULL, NULL, NULL);
	if (index->db)
		keep_small_log(index);
	(void)sqlite3_close(index->db);
	index_texts_release(index);
	index_deltas_release(index);
	index_quarters_release(index);
	arena_release(&index->arena);
	free(index->path);
	free(index->shown);
	free(index);
}

enum tt_code usage_index_version(struct usage_index *index, int64_t *version, struct tt_error *err)
{
	return index_read_number(index, "PRAGMA data_version", version, err);
}

void usage_index_closep(struct usage_index **index)
{
	usage_index_close(*index);
}

/* --- the file ---------------------------------------------------------------------- */

static enum tt_code fail_file(
	const struct usage_index *index, const char *what, struct tt_error *err)
{
	if (errno == ENOENT)
		return tt_fail(err, TT_ENOTFOUND,
			"there is no usage index '%s' yet: run 'track-tokens sync'", index->shown);
	if (errno == ELOOP)
		return tt_fail(err, TT_EIO, "%s the usage index: '%s' is a symbolic link", what,
			index->shown);
	return tt_fail_errno(err, "%s the usage index '%s'", what, index->shown);
}

/* SQLite makes files with the mode that the process allows, opens what is no regular
 * file, and takes pages of a log over whatever else the file holds: the file is made
 * and looked at here. */
static enum tt_code check_file(struct usage_index *index, struct tt_error *err)
{
	static const char magic[] = "SQLite format 3";
	const char *what = index->write ? "cannot write" : "cannot read";
	int flags = index->write ? O_RDWR | O_CREAT : O_RDONLY;
	_autoclose_ int fd =
		open(index->path, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, FILE_MODE);
	char start[sizeof magic];
	struct stat st;
	ssize_t got;

	if (fd < 0 || fstat(fd, &st) != 0)
		return fail_file(index, what, err);
	if (!S_ISREG(st.st_mode))
		return tt_fail(err, TT_EIO, "%s the usage index: '%s' is not a regular file", what,
			index->shown);
	got = pread(fd, start, sizeof start, 0);
	if (got < 0)
		return fail_file(index, what, err);
	if (st.st_size > 0 && (got != sizeof start || memcmp(start, magic, sizeof magic) != 0))
		return index_fail_damaged(index, what, "it is no SQLite database", err);
	return TT_OK;
}

static enum tt_code connect_to(struct usage_index *index, const char *name, struct tt_error *err)
{
	int flags = index->write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;

	flags |= SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
	if (sqlite3_open_v2(name, &index->db, flags, NULL) == SQLITE_OK)
		return TT_OK;
	if (!index->db)
		mem_exhausted();
	return index_fail(index, "cannot open the usage index", err);
}

/* --- the schema --------------------------------------------------------------------- */

static enum tt_code take_step(struct usage_index *index, int64_t version, struct tt_error *err)
{
	const struct embedded *sql = embedded_find(steps[version]);

	if (!sql)
		return tt_fail(err, TT_EBUG, "this program was built without '%s'", steps[version]);
	return index_exec(index, sql->text, err);
}

/* Asked again under the lock: another may have done it. */
static enum tt_code make_schema(struct usage_index *index, struct tt_error *err)
{
	int64_t found, version;

	if (usage_index_begin(index, err) != TT_OK ||
		index_read_number(index, "PRAGMA user_version", &found, err) != TT_OK)
		return err->code;
	for (version = found; version < INDEX_VERSION; version++)
		if (take_step(index, version, err) != TT_OK)
			return err->code;
	if (found > 0 && index_exec(index, late_indexes, err) != TT_OK)
		return err->code;
	return usage_index_commit(index, err);
}

static enum tt_code check_version(struct usage_index *index, struct tt_error *err)
{
	int64_t version, tables;

	if (index_read_number(index, "PRAGMA user_version", &version, err) != TT_OK ||
		index_read_number(index, "SELECT count(*) FROM sqlite_schema", &tables, err) !=
			TT_OK)
		return err->code;
	if (version > INDEX_VERSION)
		return tt_fail(err, TT_ESCHEMA,
			"the usage index '%s' was made by a newer track-tokens: use that one",
			index->shown);
	if (version == INDEX_VERSION)
		return TT_OK;
	if (tables > 0 && version == 0)
		return index_fail_damaged(
			index, "cannot open the usage index", "it is of another program", err);
	if (!index->write) {
		errno = ENOENT;
		return fail_file(index, "cannot read", err);
	}
	return make_schema(index, err);
}

static enum tt_code check_suspect(struct usage_index *index, struct tt_error *err)
{
	_autofree_ char *mark = xasprintf("%s" INDEX_SUSPECT, index->path);

	if (!index->write || access(mark, F_OK) != 0)
		return TT_OK;
	if (index_check_pages(index, err) != TT_OK)
		return err->code;
	(void)unlink(mark);
	return TT_OK;
}

static enum tt_code prepare(
	struct usage_index *index, const char *journal, int busy_ms, struct tt_error *err)
{
	int64_t any = 1;

	(void)sqlite3_busy_timeout(index->db, busy_ms);
	if ((index->write && index_exec(index, journal, err) != TT_OK) ||
		index_exec(index,
			index->write ? "PRAGMA synchronous=NORMAL;"
				       "PRAGMA wal_autocheckpoint=256; PRAGMA cache_size=-16000;"
				       "PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=1;"
				       "PRAGMA trusted_schema=0"
				     : "PRAGMA query_only=1; PRAGMA trusted_schema=0",
			err) != TT_OK ||
		check_version(index, err) != TT_OK || check_suspect(index, err) != TT_OK)
		return err->code;
	if (index->write && index_read_number(index, "SELECT EXISTS(SELECT 1 FROM responses)", &any,
				    err) != TT_OK)
		return err->code;
	index->empty = !any;
	return TT_OK;
}

/* --- opening ------------------------------------------------------------------------ */

static bool is_empty_or_gone(const char *path)
{
	struct stat st;

	return stat(path, &st) != 0 || st.st_size == 0;
}

/* "file:...?immutable=1": reads a database without writing anything beside it. */
static void add_immutable_uri(struct strbuf *out, const char *path)
{
	strbuf_addstr(out, "file:");
	for (; *path; path++) {
		if (strchr("?#%", *path))
			strbuf_addf(out, "%%%02X", *path);
		else
			strbuf_addch(out, *path);
	}
	strbuf_addstr(out, "?immutable=1");
}

/* Readers share memory with writers, in a file beside the database.  Where none can
 * be made, nobody writes either; but a log that is left there must be read. */
static enum tt_code read_unshared(struct usage_index *index, int busy_ms, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf uri = STRBUF_INIT;
	_autofree_ char *wal = xasprintf("%s-wal", index->path);
	_autofree_ char *dir =
		xstrndup(index->path, (size_t)(strrchr(index->path, '/') - index->path));

	if (index->write || err->code != TT_EIO ||
		faccessat(AT_FDCWD, dir, W_OK, AT_EACCESS) == 0 || !is_empty_or_gone(wal))
		return err->code;
	(void)sqlite3_close(index->db);
	index->db = NULL;
	add_immutable_uri(&uri, index->path);
	if (connect_to(index, uri.buf, err) != TT_OK)
		return err->code;
	return prepare(index, "", busy_ms, err);
}

/* Network and user-space file systems share no memory. */
static bool lacks_shared_memory(const struct usage_index *index)
{
	switch (sqlite3_extended_errcode(index->db)) {
	case SQLITE_IOERR_SHMOPEN:
	case SQLITE_IOERR_SHMSIZE:
	case SQLITE_IOERR_SHMLOCK:
	case SQLITE_IOERR_SHMMAP:
		return true;
	default:
		return false;
	}
}

/* Readers beside a writer need a log, and shared memory for it.  Without, they wait for
 * each other; a log that is there already is read alone, and moved into the database. */
static const char with_log[] = "PRAGMA journal_mode=WAL";
static const char without_log[] = "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=DELETE;"
				  "PRAGMA locking_mode=NORMAL";

static enum tt_code write_unshared(struct usage_index *index, int busy_ms, struct tt_error *err)
{
	if (!index->write || !lacks_shared_memory(index))
		return err->code;
	(void)sqlite3_close(index->db);
	index->db = NULL;
	if (connect_to(index, index->path, err) != TT_OK)
		return err->code;
	return prepare(index, without_log, busy_ms, err);
}

/* The directory with all links resolved: SQLite is to follow none. */
static struct usage_index *new_index(const char *dir, const char *file, bool write)
{
	struct usage_index *index = xcalloc(1, sizeof *index);
	_autofree_ char *real = realpath(dir, NULL);

	index->path = xasprintf("%s/%s", real ? real : dir, file);
	index->shown = text_visible(index->path);
	index->write = write;
	return index;
}

static enum tt_code open_new(
	struct usage_index **out, struct usage_index *given, int busy_ms, struct tt_error *err)
{
	_cleanup_(usage_index_closep) struct usage_index *index = given;

	if (check_file(index, err) != TT_OK)
		return err->code;
	if ((connect_to(index, index->path, err) != TT_OK ||
		    prepare(index, with_log, busy_ms, err) != TT_OK) &&
		read_unshared(index, busy_ms, err) != TT_OK &&
		write_unshared(index, busy_ms, err) != TT_OK)
		return err->code;
	trace("opened the usage index '%s' for %s", index->path,
		index->write ? "writing" : "reading");
	*out = steal(&index);
	return TT_OK;
}

enum tt_code index_open_once(struct usage_index **out, const char *dir, const char *file,
	int busy_ms, struct tt_error *err)
{
	return open_new(out, new_index(dir, file, true), busy_ms, err);
}

static enum tt_code make_dir(const char *dir, struct tt_error *err)
{
	_autofree_ char *shown = text_visible(dir);

	if (mkdir(dir, DIR_MODE) == 0 || errno == EEXIST)
		return TT_OK;
	return tt_fail_errno(err, "cannot make the directory '%s'", shown);
}

enum tt_code usage_index_open(struct usage_index **out, const char *dir, bool write, int busy_ms,
	struct strbuf *set_aside, struct tt_error *err)
{
	enum tt_code code;

	if (!write)
		return open_new(out, new_index(dir, INDEX_FILE, false), busy_ms, err);
	if (make_dir(dir, err) != TT_OK || index_finish_anew(dir, err) != TT_OK)
		return err->code;
	code = index_open_once(out, dir, INDEX_FILE, busy_ms, err);
	if (code != TT_EINPUT)
		return code;
	if (index_begin_anew(dir, busy_ms, set_aside, err) != TT_OK)
		return err->code;
	return index_open_once(out, dir, INDEX_FILE, busy_ms, err);
}

/* --- transactions ----------------------------------------------------------------------- */

enum tt_code usage_index_begin(struct usage_index *index, struct tt_error *err)
{
	if (index_exec(index, index->write ? "BEGIN IMMEDIATE" : "BEGIN", err) != TT_OK)
		return err->code;
	index->in_transaction = true;
	return TT_OK;
}

enum tt_code usage_index_commit(struct usage_index *index, struct tt_error *err)
{
	if (index_flush_entries(index, err) != TT_OK || index_exec(index, "COMMIT", err) != TT_OK)
		return err->code;
	index->in_transaction = false;
	return TT_OK;
}

bool usage_index_is_empty(const struct usage_index *index)
{
	return index->empty;
}

enum tt_code usage_index_filled(struct usage_index *index, struct tt_error *err)
{
	if (!index->empty)
		return TT_OK;
	index->empty = false;
	return index_exec(index, late_indexes, err);
}
