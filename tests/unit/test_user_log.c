/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../src/cli/user_log.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/instant.h"

static char root[] = "/tmp/tt-log.XXXXXX";

static char *path_of(const char *name)
{
	static char path[128];

	(void)snprintf(path, sizeof path, "%s/track-tokens/%s", root, name);
	return path;
}

static int make_root(void **state)
{
	(void)state;
	clock_set((struct instant){ 1767323045000 });
	memcpy(root, "/tmp/tt-log.XXXXXX", sizeof root);
	user_log_set_level(USER_LOG_INFO);
	return mkdtemp(root) ? setenv("XDG_STATE_HOME", root, 1) : -1;
}

static int remove_root(void **state)
{
	static const char *const names[] = { "track-tokens.log", "track-tokens.log.1", "" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		(void)remove(path_of(names[i]));
	return rmdir(root);
}

static void assert_file(const char *name, const char *expected)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct tt_error err = TT_ERROR_INIT;

	assert_int_equal(fs_read(&text, AT_FDCWD, path_of(name), 1 << 20, name, &err), TT_OK);
	assert_string_equal(text.buf, expected);
}

static void write_file(const char *name, const char *text)
{
	FILE *file = fopen(path_of(name), "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void user_log__writes_time_level_and_visible_text(void **state)
{
	struct stat st;

	(void)state;
	user_log(USER_LOG_ERROR, "hook: %s", "'\033[31m' is\nred");
	user_log(USER_LOG_INFO, "%d new", 3);
	assert_file("track-tokens.log", "2026-01-02T03:04:05Z error hook: '\\x1b[31m' is\\x0ared\n"
					"2026-01-02T03:04:05Z info 3 new\n");
	assert_int_equal(stat(path_of("track-tokens.log"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void user_log__keeps_what_is_at_least_as_grave_as_the_level(void **state)
{
	enum user_log_level level;

	(void)state;
	assert_true(user_log_parse_level(&level, "warning"));
	assert_false(user_log_parse_level(&level, "loud"));
	user_log_set_level(level);
	user_log(USER_LOG_DEBUG, "d");
	user_log(USER_LOG_INFO, "i");
	user_log(USER_LOG_WARNING, "w");
	user_log(USER_LOG_ERROR, "e");
	assert_file("track-tokens.log",
		"2026-01-02T03:04:05Z warning w\n2026-01-02T03:04:05Z error e\n");
}

static void user_log__makes_its_directory_only_for_trouble(void **state)
{
	(void)state;
	user_log(USER_LOG_INFO, "i");
	assert_int_equal(access(path_of(""), F_OK), -1);
	user_log(USER_LOG_WARNING, "w");
	assert_file("track-tokens.log", "2026-01-02T03:04:05Z warning w\n");
}

static void user_log__cuts_a_line_that_is_too_long(void **state)
{
	_autofree_ char *text = calloc(1, 10001);
	struct stat st;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', 10000);
	user_log(USER_LOG_ERROR, "%s", text);
	assert_int_equal(stat(path_of("track-tokens.log"), &st), 0);
	assert_int_equal(st.st_size, 4001);
}

static void user_log__turns_a_full_log_over_and_keeps_one(void **state)
{
	(void)state;
	user_log(USER_LOG_ERROR, "first");
	write_file("track-tokens.log.1", "older\n");
	write_file("track-tokens.log", "full\n");
	assert_int_equal(truncate(path_of("track-tokens.log"), 256 * 1024), 0);
	user_log(USER_LOG_ERROR, "not yet");
	assert_file("track-tokens.log.1", "older\n");
	user_log(USER_LOG_ERROR, "now");
	assert_file("track-tokens.log", "2026-01-02T03:04:05Z error now\n");
	assert_int_equal(access(path_of("track-tokens.log.2"), F_OK), -1);
}

/* Whatever the order, the first log is still there afterwards. */
static void user_log__loses_no_log_when_many_find_it_full(void **state)
{
	struct stat st;
	int status, left = 8;

	(void)state;
	user_log(USER_LOG_ERROR, "first");
	assert_int_equal(truncate(path_of("track-tokens.log"), 300 * 1024), 0);
	for (int i = 0; i < left; i++) {
		if (fork() == 0) {
			user_log(USER_LOG_ERROR, "child");
			_exit(0);
		}
	}
	for (; left > 0; left--)
		assert_true(wait(&status) > 0 && status == 0);
	assert_int_equal(stat(path_of("track-tokens.log.1"), &st), 0);
	assert_true(st.st_size >= 300 * 1024);
}

static void user_log_read_trouble__passes_over_what_is_none(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT, all = STRBUF_INIT;

	(void)state;
	user_log_read_trouble(&out, 2);
	assert_string_equal(out.buf, "");
	user_log(USER_LOG_ERROR, "x");
	write_file("track-tokens.log", "T error 1\nT info a\nT warning 2\nT debug b\n"
				       "T by an older version\nT info c");
	user_log_read_trouble(&out, 2);
	assert_string_equal(out.buf, "T warning 2\nT by an older version\n");
	user_log_read(&all, 2);
	assert_string_equal(all.buf, "T by an older version\nT info c");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_root, remove_root)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(user_log__writes_time_level_and_visible_text),
		TEST(user_log__keeps_what_is_at_least_as_grave_as_the_level),
		TEST(user_log__makes_its_directory_only_for_trouble),
		TEST(user_log__cuts_a_line_that_is_too_long),
		TEST(user_log__turns_a_full_log_over_and_keeps_one),
		TEST(user_log__loses_no_log_when_many_find_it_full),
		TEST(user_log_read_trouble__passes_over_what_is_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
