/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"

/* Every test works in an empty directory of its own, open as `dir`. */
static int dir = -1;
static char root[64];

static int enter(void **state)
{
	(void)state;
	(void)snprintf(root, sizeof root, "/tmp/test_fs.XXXXXX");
	if (!mkdtemp(root))
		return -1;
	dir = open(root, O_RDONLY | O_DIRECTORY);
	return dir < 0 ? -1 : 0;
}

static int leave(void **state)
{
	char rm[] = "rm", rf[] = "-rf";
	char *const argv[] = { rm, rf, root, NULL };
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		(void)execvp(rm, argv);
		_exit(1);
	}
	(void)close(dir);
	return waitpid(pid, NULL, 0) == pid ? 0 : -1;
}

static void assert_content(const char *name, const char *want)
{
	_cleanup_(strbuf_release) struct strbuf got = STRBUF_INIT;
	struct tt_error err;

	assert_int_equal(fs_read(&got, dir, name, 100, name, &err), TT_OK);
	assert_string_equal(got.buf, want);
}

static void fs_replace__writes_and_leaves_no_temporary(void **state)
{
	struct tt_error err;
	struct stat st;

	(void)state;
	assert_int_equal(fs_replace(dir, "a", "one", 3, 0640, "a", &err), TT_OK);
	assert_int_equal(fs_replace(dir, "a", "two", 3, 0600, "a", &err), TT_OK);
	assert_content("a", "two");
	assert_int_equal(fstatat(dir, "a", &st, 0), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_false(fs_exists(dir, "a.tmp"));
}

static void fs_replace__takes_over_what_a_crash_left(void **state)
{
	struct tt_error err;

	(void)state;
	assert_int_equal(symlinkat("victim", dir, "a.tmp"), 0);
	assert_int_equal(fs_replace(dir, "a", "new", 3, 0600, "a", &err), TT_OK);
	assert_content("a", "new");
	assert_false(fs_exists(dir, "victim"));
}

static void fs_create__never_replaces(void **state)
{
	struct tt_error err;

	(void)state;
	assert_int_equal(fs_create(dir, "a", "one", 3, 0644, "a", &err), TT_OK);
	assert_int_equal(fs_create(dir, "a", "two", 3, 0644, "a", &err), TT_EBUSY);
	assert_string_equal(err.msg, "'a' exists already");
	assert_content("a", "one");
}

static void fs_rename_new__never_replaces(void **state)
{
	struct tt_error err;

	(void)state;
	assert_int_equal(fs_create(dir, "a", "one", 3, 0644, "a", &err), TT_OK);
	assert_int_equal(fs_create(dir, "b", "two", 3, 0644, "b", &err), TT_OK);
	assert_int_equal(fs_rename_new(dir, "a", dir, "b", "b", &err), TT_EBUSY);
	assert_content("a", "one");
	assert_content("b", "two");
	assert_int_equal(fs_rename_new(dir, "a", dir, "c", "c", &err), TT_OK);
	assert_false(fs_exists(dir, "a"));
	assert_content("c", "one");
}

static void fs_read__refuses_all_but_regular_files(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct tt_error err;

	(void)state;
	assert_int_equal(mkfifoat(dir, "fifo", 0600), 0);
	assert_int_equal(symlinkat("/dev/zero", dir, "link"), 0);
	assert_int_equal(mkdirat(dir, "directory", 0700), 0);
	assert_int_equal(fs_read(&out, dir, "fifo", 100, "x/fifo", &err), TT_EINPUT);
	assert_string_equal(err.msg, "'x/fifo' is not a regular file");
	assert_int_equal(fs_read(&out, dir, "link", 100, "link", &err), TT_EINPUT);
	assert_int_equal(fs_read(&out, dir, "directory", 100, "directory", &err), TT_EINPUT);
	assert_int_equal(fs_read(&out, dir, "none", 100, "no\nne", &err), TT_ENOTFOUND);
	assert_string_equal(err.msg, "'no\\x0ane' does not exist");
	assert_int_equal(out.len, 0);
}

static void fs_read__checks_the_size_before_reading(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	_autoclose_ int fd = openat(dir, "big", O_WRONLY | O_CREAT, 0600);
	struct tt_error err;

	(void)state;
	assert_int_equal(ftruncate(fd, (off_t)1 << 40), 0);
	assert_int_equal(fs_read(&out, dir, "big", 64, "big", &err), TT_EINPUT);
	assert_string_equal(err.msg, "'big' is larger than 64 bytes");
}

static void fs_open_dir__follows_no_link_below_its_root(void **state)
{
	_autoclose_ int made = -1;
	int fd = -1;
	struct tt_error err;
	struct stat st;

	(void)state;
	assert_int_equal(fs_open_dir(&fd, root, "a/b", false, 0700, &err), TT_ENOTFOUND);
	assert_int_equal(fs_open_dir(&made, root, "a/b", true, 0700, &err), TT_OK);
	assert_int_equal(fstat(made, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(symlinkat("a", dir, "link"), 0);
	assert_int_equal(fs_open_dir(&fd, root, "link/b", true, 0700, &err), TT_EINPUT);
	assert_int_equal(fs_open_dir(&fd, root, "a/../a", true, 0700, &err), TT_EINPUT);
	assert_int_equal(fd, -1);
}

/* Exit status 0 when fn() in a process of its own is true. */
static int in_child(bool (*fn)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(fn() ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static bool take_and_die(void)
{
	struct tt_error err;
	int lock = -1;

	if (fs_lock(&lock, dir, "l", 1000, 0600, "l", &err) == TT_OK)
		(void)raise(SIGKILL);
	return false;
}

static bool finds_it_busy(void)
{
	struct tt_error err;
	int lock = -1;

	return fs_lock(&lock, dir, "l", 5, 0600, "l", &err) == TT_EBUSY;
}

static void fs_lock__excludes_and_dies_with_its_process(void **state)
{
	struct tt_error err;
	int lock = -1;

	(void)state;
	assert_true(WIFSIGNALED(in_child(take_and_die)));
	assert_int_equal(fs_lock(&lock, dir, "l", 1000, 0600, "l", &err), TT_OK);
	assert_int_equal(in_child(finds_it_busy), 0);
	fs_unlock(&lock);
	assert_int_equal(lock, -1);
	assert_int_equal(fs_lock(&lock, dir, "l", 0, 0600, "l", &err), TT_OK);
	fs_unlock(&lock);
}

#define FS_TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FS_TEST(fs_replace__writes_and_leaves_no_temporary),
		FS_TEST(fs_replace__takes_over_what_a_crash_left),
		FS_TEST(fs_create__never_replaces),
		FS_TEST(fs_rename_new__never_replaces),
		FS_TEST(fs_read__refuses_all_but_regular_files),
		FS_TEST(fs_read__checks_the_size_before_reading),
		FS_TEST(fs_open_dir__follows_no_link_below_its_root),
		FS_TEST(fs_lock__excludes_and_dies_with_its_process),
	};
	return cmocka_run_group_tests_name("fs", tests, NULL, NULL);
}
