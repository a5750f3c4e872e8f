/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"
#include "capture/transcript.h"
#include "checkup.h"
#include "claude_dirs.h"
#include "cli/record.h"
#include "index/usage_index.h"
#include "requests.h"
#include "shell_word.h"
#include "user_state.h"

/* --- the directory --------------------------------------------------------------- */

static void check_mode(struct checkup *checkup, const char *path, mode_t mode, mode_t wanted)
{
	_cleanup_(strbuf_release) struct strbuf mend = STRBUF_INIT;

	strbuf_addf(&mend, "chmod %o ", (unsigned int)wanted);
	shell_add_word(&mend, path);
	checkup_add(checkup, "state directory", VERDICT_WARNING, mend.buf,
		"'%s' can be read by others (mode %03o)", path, (unsigned int)(mode & 0777));
}

static void check_owner(struct checkup *checkup, const char *path)
{
	_cleanup_(strbuf_release) struct strbuf mend = STRBUF_INIT;

	strbuf_addf(&mend, "sudo chown -R %ld ", (long)getuid());
	shell_add_word(&mend, path);
	checkup_add(checkup, "state directory", VERDICT_PROBLEM, mend.buf,
		"'%s' cannot be written by this user", path);
}

/* Our files in it; how many are not as they should be. */
static int check_files(struct checkup *checkup, const char *dir)
{
	static const char *const names[] = { "usage.db", "usage.lock", "track-tokens.log" };
	int found = 0;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		_autofree_ char *path = xasprintf("%s/%s", dir, names[i]);
		struct stat st;

		if (lstat(path, &st) != 0)
			continue;
		if (access(path, R_OK | W_OK) != 0 && ++found)
			check_owner(checkup, path);
		else if ((st.st_mode & 077) && ++found)
			check_mode(checkup, path, st.st_mode, 0600);
	}
	return found;
}

static void check_directory(struct checkup *checkup)
{
	_cleanup_(strbuf_release) struct strbuf dir = STRBUF_INIT;
	struct tt_error problem = TT_ERROR_INIT;
	struct stat st;

	if (user_state_path(&dir, &problem) != TT_OK)
		checkup_add(checkup, "state directory", VERDICT_PROBLEM, "export HOME=<directory>",
			"%s", problem.msg);
	else if (stat(dir.buf, &st) != 0 && errno == ENOENT)
		checkup_add(checkup, "state directory", VERDICT_OK, NULL,
			"'%s' will be made when it is needed", dir.buf);
	else if (stat(dir.buf, &st) != 0 || !S_ISDIR(st.st_mode))
		checkup_add(checkup, "state directory", VERDICT_PROBLEM, NULL,
			"'%s' is not a directory", dir.buf);
	else if (access(dir.buf, R_OK | W_OK | X_OK) != 0)
		check_owner(checkup, dir.buf);
	else if (st.st_mode & 077)
		check_mode(checkup, dir.buf, st.st_mode, 0700);
	else if (check_files(checkup, dir.buf) == 0)
		checkup_add(checkup, "state directory", VERDICT_OK, NULL, "'%s'", dir.buf);
}

/* --- locks ---------------------------------------------------------------------------- */

struct locks {
	struct checkup *checkup;
	size_t free, held;
};

/* "1: FLOCK  ADVISORY  WRITE 4711 fe:00:8150 0 EOF": the process, if the line is
 * about this file; 0: another one, or somebody who waits ("1: -> FLOCK ..."). */
static long holder_in(const char *line, ino_t file)
{
	char *end;
	const char *inode;
	long pid;

	for (int word = 0; word < 4; word++) {
		line += strcspn(line, " ");
		line += strspn(line, " ");
	}
	pid = strtol(line, &end, 10);
	if (pid <= 0 || *end != ' ')
		return 0;
	inode = strchr(end, ':');
	inode = inode ? strchr(inode + 1, ':') : NULL;
	return inode && strtoull(inode + 1, NULL, 10) == (unsigned long long)file ? pid : 0;
}

/* Who holds the lock on this file, by the kernel's list; 0: nobody that it tells
 * of, -1: there is no such list. */
static long find_holder(const struct stat *file)
{
	FILE *list = fopen("/proc/locks", "re");
	char line[256];
	long holder = 0;

	if (!list)
		return -1;
	while (!holder && fgets(line, sizeof line, list))
		holder = holder_in(line, file->st_ino);
	(void)fclose(list);
	return holder;
}

static void report_held(struct checkup *checkup, const char *path, const struct stat *st)
{
	long holder = find_holder(st);
	_autofree_ char *mend = holder > 0 ? xasprintf("kill %ld (if it hangs)", holder) : NULL;
	_autofree_ char *who =
		holder > 0 ? xasprintf("process %ld", holder) : xstrdup("another process");

	checkup_add(checkup, "locks", VERDICT_WARNING, mend,
		"'%s' is held by %s; it ends with that process, and removing the file would "
		"let two in at once",
		path, who);
}

/* A hook that meets a collector leaves it the work and goes: the collector's lock
 * must not be taken, not even for a look, where the kernel can be asked. */
static bool is_held(int fd, const char *name, const struct stat *st)
{
	long holder = strcmp(name, "usage.lock") == 0 ? find_holder(st) : -1;

	if (holder >= 0)
		return holder > 0;
	return flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

/* A command holds one for milliseconds: what is held for a second is told. */
static void check_lock(struct locks *locks, int dirfd, const char *name, const char *path)
{
	_autoclose_ int fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return;
	for (int tries = 0; is_held(fd, name, &st); tries++) {
		if (tries == 10) {
			locks->held++;
			report_held(locks->checkup, path, &st);
			return;
		}
		(void)usleep(100000);
	}
	locks->free++;
}

static void check_locks_in(struct locks *locks, const char *dir)
{
	DIR *d = opendir(dir);

	for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
		_autofree_ char *path = xasprintf("%s/%s", dir, e->d_name);

		if (text_ends_with(e->d_name, ".lock"))
			check_lock(locks, dirfd(d), e->d_name, path);
	}
	if (d)
		(void)closedir(d);
}

static void check_locks(struct checkup *checkup)
{
	struct locks locks = { .checkup = checkup };
	_cleanup_(strbuf_release) struct strbuf state = STRBUF_INIT;
	struct tt_error ignored = TT_ERROR_INIT;

	if (user_state_path(&state, &ignored) == TT_OK)
		check_locks_in(&locks, state.buf);
	if (checkup->ctx->repo) {
		struct ledger_place place = record_place(checkup->ctx->repo);
		_autofree_ char *ledgers = xasprintf("%s/%s", place.root, place.relative);

		check_locks_in(&locks, ledgers);
	}
	if (!locks.held)
		checkup_add(checkup, "locks", VERDICT_OK, NULL,
			"none is held (%zu lock %s; they stay, and block nobody)", locks.free,
			locks.free == 1 ? "file" : "files");
}

/* --- what is not read yet ------------------------------------------------------------- */

/* A session that is at work grows all the time; its hook reads it at each pause. */
enum { AT_WORK_MS = 10 * 60 * 1000 };

struct unread {
	size_t files, at_work;
	int64_t bytes;
};

static void note_unread(struct unread *u, const struct transcript_file *file, int64_t offset)
{
	if (clock_now().ms - file->mtime_ns / 1000000 < AT_WORK_MS) {
		u->at_work++;
		return;
	}
	u->files++;
	u->bytes += file->size > offset ? file->size - offset : file->size;
}

static enum tt_code count_unread(struct unread *u, struct usage_index *index,
	const struct transcript_list *list, struct tt_error *err)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;

	for (size_t i = 0; i < list->count; i++) {
		const struct transcript_file *file = &list->files[i];
		struct transcript_row row = { 0 };
		enum tt_code code =
			index ? usage_index_find_transcript(index, file->path, &arena, &row, err)
			      : TT_ENOTFOUND;

		if (code != TT_OK && code != TT_ENOTFOUND)
			return code;
		if (code == TT_ENOTFOUND)
			note_unread(u, file, 0);
		else if (file->size != row.size || file->mtime_ns != row.mtime_ns)
			note_unread(u, file, row.position.offset);
	}
	return TT_OK;
}

static enum tt_code find_unread(struct unread *u, size_t *all, struct tt_error *err)
{
	_cleanup_(transcript_list_release) struct transcript_list list = TRANSCRIPT_LIST_INIT;
	_cleanup_(claude_dirs_release) struct claude_dirs dirs = { 0 };
	_cleanup_(usage_index_closep) struct usage_index *index = NULL;
	_cleanup_(strbuf_release) struct strbuf state = STRBUF_INIT;
	enum tt_code code;

	claude_dirs_find(&dirs);
	for (size_t i = 0; i < dirs.count; i++)
		if (transcript_find(&list, dirs.paths[i], err) != TT_OK)
			return err->code;
	*all = list.count;
	if (user_state_path(&state, err) != TT_OK)
		return err->code;
	code = usage_index_open(&index, state.buf, false, 1000, NULL, err);
	if (code != TT_OK && code != TT_ENOTFOUND)
		return code;
	return count_unread(u, index, &list, err);
}

static void check_unread(struct checkup *checkup)
{
	struct unread u = { 0 };
	struct tt_error problem = TT_ERROR_INIT;
	size_t all = 0;

	/* An index that cannot be read is told by its own check. */
	if (find_unread(&u, &all, &problem) != TT_OK || !all)
		return;
	if (u.files)
		checkup_add(checkup, "reading", VERDICT_WARNING, "track-tokens sync",
			"%zu of %zu transcripts have something new that was not read yet (%" PRId64
			" kB)",
			u.files, all, (u.bytes + 999) / 1000);
	else
		checkup_add(checkup, "reading", VERDICT_OK, NULL, "all %zu transcripts are read%s",
			all, u.at_work ? " but for sessions that are at work" : "");
}

static void check_queue(struct checkup *checkup)
{
	_cleanup_(user_state_close) struct user_state state = USER_STATE_INIT;
	struct tt_error ignored = TT_ERROR_INIT;

	if (user_state_open(&state, false, &ignored) == TT_OK && user_state_has_queue(&state))
		checkup_add(checkup, "reading", VERDICT_OK, NULL,
			"events of hooks wait for the next one; 'track-tokens sync' reads what "
			"they are about");
}

static void check_requests(struct checkup *checkup)
{
	_cleanup_(strbuf_release) struct strbuf unreadable = STRBUF_INIT;
	size_t waiting = requests_survey(&unreadable);

	if (unreadable.len)
		checkup_add(checkup, "requests", VERDICT_WARNING, "rm <that file>",
			"one cannot be read, and is left alone: %.*s",
			(int)strcspn(unreadable.buf, "\n"), unreadable.buf);
	else if (waiting)
		checkup_add(checkup, "requests", VERDICT_OK, "track-tokens sync",
			"%zu %s for the next command that records", waiting,
			waiting == 1 ? "waits" : "wait");
}

/* --- the client ------------------------------------------------------------------------- */

/* Beside the directory ~/.claude, and inside of one that CLAUDE_CONFIG_DIR names. */
static bool find_client_file(struct strbuf *out)
{
	_cleanup_(strbuf_release) struct strbuf home = STRBUF_INIT;
	const char *given = context_env("CLAUDE_CONFIG_DIR");

	if (given)
		strbuf_addf(out, "%.*s/.claude.json", (int)strcspn(given, ","), given);
	else if (user_home(&home))
		strbuf_addf(out, "%s/.claude.json", home.buf);
	return out->len > 0;
}

static void check_client(struct checkup *checkup)
{
	_cleanup_(strbuf_release) struct strbuf path = STRBUF_INIT;
	struct stat st;
	char day[DAY_TEXT];

	if (!find_client_file(&path))
		return;
	if (stat(path.buf, &st) != 0) {
		checkup_add(checkup, "client", VERDICT_OK, NULL,
			"Claude Code has not run here as this user: there is no '%s'", path.buf);
		return;
	}
	day_format(day, instant_local_day((struct instant){ (int64_t)st.st_mtime * 1000 }));
	if (access(path.buf, R_OK) != 0)
		checkup_add(checkup, "client", VERDICT_WARNING, NULL,
			"'%s' cannot be read by this user", path.buf);
	else
		checkup_add(checkup, "client", VERDICT_OK, NULL, "'%s', last written on %s",
			path.buf, day);
}

void checkup_state(struct checkup *checkup)
{
	check_client(checkup);
	check_unread(checkup);
	check_queue(checkup);
	check_requests(checkup);
	check_directory(checkup);
	check_locks(checkup);
}
