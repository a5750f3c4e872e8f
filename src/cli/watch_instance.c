/* SPDX-License-Identifier: MIT */
#include "watch_instance.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "user_state.h"

#define LOCK_FILE "watch.lock"

enum { FILE_MODE = 0600, PID_TEXT = 32, TRIES = 100, PAUSE_NS = 10000000 };

static void write_pid(int lock, pid_t pid)
{
	char text[PID_TEXT];
	int len = pid ? snprintf(text, sizeof text, "%jd\n", (intmax_t)pid) : 0;

	if (ftruncate(lock, 0) != 0 || pwrite(lock, text, (size_t)len, 0) != len)
		return; /* on a full disk: `stop` says that it cannot tell who it is */
}

enum tt_code watch_instance_take(int *lock, int wait_ms, struct tt_error *err)
{
	_cleanup_(user_state_close) struct user_state state = USER_STATE_INIT;
	_autofree_ char *shown = NULL;
	int taken;

	if (user_state_open(&state, true, err) != TT_OK)
		return err->code;
	shown = xasprintf("%s/" LOCK_FILE, state.dir.buf);
	if (fs_lock(&taken, state.dirfd, LOCK_FILE, wait_ms, FILE_MODE, shown, err) != TT_OK)
		return err->code;
	write_pid(taken, getpid());
	*lock = taken;
	return TT_OK;
}

/* What was written before is nobody's process id any more. */
void watch_instance_release(int *lock)
{
	if (*lock >= 0)
		write_pid(*lock, 0);
	fs_unlock(lock);
}

static int open_lock(void)
{
	_cleanup_(user_state_close) struct user_state state = USER_STATE_INIT;
	struct tt_error ignored = TT_ERROR_INIT;

	if (user_state_open(&state, false, &ignored) != TT_OK)
		return -1;
	return openat(state.dirfd, LOCK_FILE, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
}

bool watch_instance_is_current(int lock)
{
	_autoclose_ int named = open_lock();
	struct stat mine, there;

	return named >= 0 && fstat(lock, &mine) == 0 && fstat(named, &there) == 0 &&
	       mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
}

/* --- who holds it ------------------------------------------------------------------------ */

static void pause_briefly(void)
{
	const struct timespec nap = { .tv_nsec = PAUSE_NS };

	(void)nanosleep(&nap, NULL);
}

/* Shared, so that two who ask do not see one another, and only for the moment. */
static bool is_held(int fd)
{
	if (flock(fd, LOCK_SH | LOCK_NB) != 0)
		return errno == EWOULDBLOCK;
	(void)flock(fd, LOCK_UN);
	return false;
}

/* 0: it has not written it yet. */
static pid_t read_pid(int fd)
{
	char text[PID_TEXT] = "";
	ssize_t n = pread(fd, text, sizeof text - 1, 0);
	long pid = n > 0 ? strtol(text, NULL, 10) : 0;

	return pid > 1 && (long)(pid_t)pid == pid ? (pid_t)pid : 0;
}

static bool find(int fd, pid_t *pid)
{
	*pid = 0;
	for (int tries = 0; tries < TRIES && *pid == 0; tries++) {
		if (!is_held(fd))
			return false;
		*pid = read_pid(fd);
		if (*pid == 0)
			pause_briefly();
	}
	return true;
}

bool watch_instance_find(pid_t *pid)
{
	_autoclose_ int fd = open_lock();

	return fd >= 0 && find(fd, pid);
}

/* --- ending it ----------------------------------------------------------------------------- */

/* Signal the process that this number means now, if it still is the one that holds the
 * lock: a number is given again when its process has ended. */
static bool signal_holder(int fd, pid_t pid)
{
	bool sent;
#ifdef SYS_pidfd_open
	_autoclose_ int process = (int)syscall(SYS_pidfd_open, pid, 0);

	if (process < 0 && errno != ENOSYS)
		return false;
	if (!is_held(fd) || read_pid(fd) != pid)
		return false;
	if (process >= 0)
		return syscall(SYS_pidfd_send_signal, process, SIGTERM, NULL, 0) == 0;
#endif
	sent = is_held(fd) && read_pid(fd) == pid && kill(pid, SIGTERM) == 0;
	return sent;
}

enum tt_code watch_instance_stop(int wait_ms, struct tt_error *err)
{
	_autoclose_ int fd = open_lock();
	int64_t waited = 0;
	pid_t pid = 0;

	if (fd < 0 || !find(fd, &pid))
		return tt_fail(err, TT_ENOTFOUND, "no watcher is running");
	if (pid == 0)
		return tt_fail(err, TT_EIO,
			"a watcher is running, but did not write down which process it is");
	if (!signal_holder(fd, pid) && is_held(fd))
		return tt_fail_errno(err, "cannot signal process %jd", (intmax_t)pid);
	for (; is_held(fd); waited += PAUSE_NS / 1000000) {
		if (waited >= wait_ms)
			return tt_fail(err, TT_EBUSY,
				"process %jd was told to end, and has not yet", (intmax_t)pid);
		pause_briefly();
	}
	return TT_OK;
}
