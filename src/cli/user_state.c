/* SPDX-License-Identifier: MIT */
#include "user_state.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "cli/context.h"

#define LOCK_FILE "usage.lock"
#define QUEUE_FILE "queue"
#define TAKEN_FILE "queue.taken"

enum {
	FILE_MODE = 0600,
	DIR_MODE = 0700,
	QUEUE_MAX = 64 * 1024 * 1024,
};

/* --- where it is -------------------------------------------------------- */

bool user_home(struct strbuf *out)
{
	const char *home = context_env("HOME");
	const struct passwd *user;

	if (!home || home[0] != '/') {
		user = getpwuid(getuid());
		home = user ? user->pw_dir : NULL;
	}
	if (!home || home[0] != '/')
		return false;
	strbuf_addstr(out, home);
	return true;
}

enum tt_code user_state_path(struct strbuf *out, struct tt_error *err)
{
	const char *state = context_env("XDG_STATE_HOME");
	_cleanup_(strbuf_release) struct strbuf home = STRBUF_INIT;

	/* The standard says that relative paths are to be ignored. */
	if (state && state[0] == '/') {
		strbuf_addf(out, "%s/track-tokens", state);
		return TT_OK;
	}
	if (!user_home(&home))
		return tt_fail(err, TT_ENOTFOUND,
			"there is no home directory: set HOME or XDG_STATE_HOME");
	strbuf_addf(out, "%s/.local/state/track-tokens", home.buf);
	return TT_OK;
}

enum tt_code user_make_dirs(const char *path, struct tt_error *err)
{
	_autofree_ char *part = xstrdup(path);

	for (char *slash = strchr(part + 1, '/');; slash = strchr(slash + 1, '/')) {
		struct stat st;

		if (slash)
			*slash = '\0';
		if (stat(part, &st) != 0 && mkdir(part, DIR_MODE) != 0 && stat(part, &st) != 0)
			return tt_fail_errno(err, "cannot make the directory '%s'", part);
		if (!slash)
			return TT_OK;
		*slash = '/';
	}
}

enum tt_code user_state_open(struct user_state *out, bool create, struct tt_error *err)
{
	struct user_state state = USER_STATE_INIT;
	enum tt_code code = user_state_path(&state.dir, err);

	if (code == TT_OK && create)
		code = user_make_dirs(state.dir.buf, err);
	if (code == TT_OK)
		code = fs_open_dir(&state.dirfd, state.dir.buf, "", false, 0, err);
	if (code != TT_OK)
		user_state_close(&state);
	else
		*out = state;
	return code;
}

void user_state_close(struct user_state *state)
{
	user_state_unlock(state);
	strbuf_release(&state->dir);
	closep(&state->dirfd);
	state->dirfd = -1;
}

/* --- one collector at a time --------------------------------------------- */

enum tt_code user_state_lock(struct user_state *state, int wait_ms, struct tt_error *err)
{
	_autofree_ char *shown = xasprintf("%s/" LOCK_FILE, state->dir.buf);

	return fs_lock(&state->lock, state->dirfd, LOCK_FILE, wait_ms, FILE_MODE, shown, err);
}

void user_state_unlock(struct user_state *state)
{
	fs_unlock(&state->lock);
}

/* --- the queue ------------------------------------------------------------ */

static int open_append(int dirfd, const char *name)
{
	int flags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;

	return openat(dirfd, name, flags, FILE_MODE);
}

/* Not for long: a process that was stopped with the lock must not stop the others. */
static void lock_briefly(int fd)
{
	const struct timespec pause = { .tv_nsec = 2000000 };
	int tries = 0;

	while (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK && tries++ < 250)
		(void)nanosleep(&pause, NULL);
}

static bool is_still_named(int fd, int dirfd, const char *name)
{
	struct stat mine, named;

	return fstat(fd, &mine) == 0 && fstatat(dirfd, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	       mine.st_ino == named.st_ino && mine.st_dev == named.st_dev;
}

/* The queue, locked: whoever takes it away afterwards waits for us before reading. */
static int open_queue(int dirfd)
{
	for (int tries = 0; tries < 100; tries++) {
		int fd = open_append(dirfd, QUEUE_FILE);

		if (fd < 0)
			return fd;
		lock_briefly(fd);
		if (is_still_named(fd, dirfd, QUEUE_FILE))
			return fd;
		(void)close(fd);
	}
	errno = EAGAIN;
	return -1;
}

/* One write: lines of several processes do not mix. */
enum tt_code user_state_enqueue(struct user_state *state, const char *line, struct tt_error *err)
{
	_autoclose_ int fd = open_queue(state->dirfd);
	_autofree_ char *text = xasprintf("%s\n", line);
	size_t len = strlen(text);

	if (fd < 0 || write(fd, text, len) != (ssize_t)len)
		return tt_fail_errno(err, "cannot write '%s/" QUEUE_FILE "'", state->dir.buf);
	return TT_OK;
}

bool user_state_has_queue(const struct user_state *state)
{
	return fs_exists(state->dirfd, QUEUE_FILE) || fs_exists(state->dirfd, TAKEN_FILE);
}

static enum tt_code read_taken(struct strbuf *out, struct user_state *state, struct tt_error *err)
{
	_autoclose_ int fd =
		openat(state->dirfd, TAKEN_FILE, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	enum tt_code code;

	if (fd >= 0)
		lock_briefly(fd);
	code = fs_read(out, state->dirfd, TAKEN_FILE, QUEUE_MAX, state->dir.buf, err);
	return code == TT_ENOTFOUND ? TT_OK : code;
}

enum tt_code user_state_take_queue(
	struct strbuf *out, struct user_state *state, struct tt_error *err)
{
	/* One that a collector had taken when it died comes first. */
	if (!fs_exists(state->dirfd, TAKEN_FILE) && fs_exists(state->dirfd, QUEUE_FILE) &&
		renameat(state->dirfd, QUEUE_FILE, state->dirfd, TAKEN_FILE) != 0)
		return tt_fail_errno(err, "cannot rename '%s/" QUEUE_FILE "'", state->dir.buf);
	return read_taken(out, state, err);
}

enum tt_code user_state_done(struct user_state *state, struct tt_error *err)
{
	if (!fs_exists(state->dirfd, TAKEN_FILE))
		return TT_OK;
	return fs_remove(state->dirfd, TAKEN_FILE, state->dir.buf, err);
}
