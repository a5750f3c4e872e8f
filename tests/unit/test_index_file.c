/* SPDX-License-Identifier: MIT */
#include "index_world.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

enum { NOBODY = 65534 };

/* --- the file -------------------------------------------------------------------------- */

static void open__makes_a_directory_and_a_file_of_the_user_alone(void **state)
{
	struct world *w = *state;
	_autofree_ char *dir = xasprintf("%s/new", w->dir);
	_autofree_ char *path = xasprintf("%s/usage.db", dir);
	_autofree_ char *wal = xasprintf("%s-wal", path);
	struct stat st;

	assert_ok(w, usage_index_open(&w->index, dir, true, 0, NULL, &w->err));
	assert_true(usage_index_is_empty(w->index));
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(wal, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void open__to_read_says_when_there_is_none_yet(void **state)
{
	struct world *w = *state;

	assert_message(w, open_to_read(w), TT_ENOTFOUND,
		"there is no usage index '%s' yet: run 'track-tokens sync'", w->path);
	assert_int_equal(access(w->path, F_OK), -1);
	overwrite(w->path, 0, "", 0);
	assert_message(w, open_to_read(w), TT_ENOTFOUND,
		"there is no usage index '%s' yet: run 'track-tokens sync'", w->path);
}

static void open__takes_a_directory_that_is_reached_by_a_link(void **state)
{
	struct world *w = *state;
	_autofree_ char *link = xasprintf("%s/link", w->dir);
	_autofree_ char *real = xasprintf("%s/real", w->dir);

	assert_int_equal(mkdir(real, 0700), 0);
	assert_int_equal(symlink("real", link), 0);
	assert_ok(w, usage_index_open(&w->index, link, true, 0, NULL, &w->err));
}

static void open__refuses_what_is_no_regular_file(void **state)
{
	struct world *w = *state;

	assert_int_equal(symlink("/dev/null", w->path), 0);
	assert_message(w, usage_index_open(&w->index, w->dir, true, 0, NULL, &w->err), TT_EIO,
		"cannot write the usage index: '%s' is a symbolic link", w->path);
	assert_int_equal(unlink(w->path), 0);
	assert_int_equal(mkfifo(w->path, 0600), 0);
	assert_message(w, open_to_read(w), TT_EIO,
		"cannot read the usage index: '%s' is not a regular file", w->path);
}

static void open__leaves_one_of_a_newer_version_alone(void **state)
{
	struct world *w = *state;

	fill(w, 3);
	free(ask(w, "PRAGMA user_version = 99"));
	assert_message(w, usage_index_open(&w->index, w->dir, true, 0, NULL, &w->err), TT_ESCHEMA,
		"the usage index '%s' was made by a newer track-tokens: use that one", w->path);
	assert_message(w, open_to_read(w), TT_ESCHEMA,
		"the usage index '%s' was made by a newer track-tokens: use that one", w->path);
	assert_int_equal(count_responses(w), 3);
}

/* --- transactions ------------------------------------------------------------------------- */

static void close__undoes_what_is_not_committed(void **state)
{
	struct world *w = *state;
	struct usage_row a = a_row("a", 1000);

	world_open(w);
	put(w, &a);
	world_close(w);
	assert_int_equal(count_responses(w), 0);
	world_open(w);
	assert_true(usage_index_is_empty(w->index));
	assert_entries(w, ALL, "");
}

static void is_empty__until_there_is_a_response(void **state)
{
	struct world *w = *state;
	struct usage_row a = a_row("a", 1000);

	world_open(w);
	world_reopen(w);
	assert_true(usage_index_is_empty(w->index));
	put(w, &a);
	world_commit(w);
	assert_false(usage_index_is_empty(w->index));
	world_reopen(w);
	assert_false(usage_index_is_empty(w->index));
}

static void readers__see_what_is_committed_while_another_writes(void **state)
{
	struct world *w = *state;
	struct usage_row a = a_row("a", 1000), b = a_row("b", 2000), got;
	struct world reader = { .arena = ARENA_INIT };

	world_open(w);
	put(w, &a);
	world_commit(w);
	put(w, &b);
	assert_entries(w, ALL, "s1 1 main claude-opus-5 standard: 20/2 in 2, 1000-2000 changed\n");
	assert_ok(&reader, usage_index_open(&reader.index, w->dir, false, 0, NULL, &reader.err));
	assert_entries(
		&reader, ALL, "s1 1 main claude-opus-5 standard: 10/1 in 1, 1000-1000 changed\n");
	assert_ok(&reader,
		usage_index_find_response(reader.index, "a", &reader.arena, &got, &reader.err));
	world_commit(w);
	assert_entries(
		&reader, ALL, "s1 1 main claude-opus-5 standard: 20/2 in 2, 1000-2000 changed\n");
	usage_index_close(reader.index);
	arena_release(&reader.arena);
}

static void begin__says_that_another_writes(void **state)
{
	struct world *w = *state;
	struct usage_index *other = NULL;

	world_open(w);
	assert_ok(w, usage_index_open(&other, w->dir, true, 0, NULL, &w->err));
	assert_message(w, usage_index_begin(other, &w->err), TT_EBUSY,
		"cannot use the usage index: '%s' is in use by another program: try again",
		w->path);
	world_commit(w);
	usage_index_close(other);
}

static void a_reader__may_not_write(void **state)
{
	struct world *w = *state;
	struct usage_row a = a_row("a", 1000);

	fill(w, 1);
	assert_ok(w, open_to_read(w));
	assert_ok(w, usage_index_begin(w->index, &w->err));
	assert_int_equal(usage_index_put_response(w->index, NULL, &a, &w->err), TT_EIO);
}

/* Run it as somebody who may read and not write. */
static bool become_nobody(void)
{
	return geteuid() == 0 ? seteuid(NOBODY) == 0 : true;
}

static void come_back(void)
{
	if (getuid() == 0)
		assert_int_equal(seteuid(0), 0);
}

static void open__reads_in_a_directory_that_may_not_be_written(void **state)
{
	struct world *w = *state;
	enum tt_code code;

	fill(w, 3);
	assert_int_equal(chmod(w->path, 0444), 0);
	assert_int_equal(chmod(w->dir, 0555), 0);
	assert_true(become_nobody());
	code = open_to_read(w);
	come_back();
	assert_int_equal(chmod(w->dir, 0755), 0);
	assert_ok(w, code);
	assert_responses(w, ALL, "msg_000000 msg_000001 msg_000002 ");
}

static void open__to_write_names_the_file_that_may_not_be_written(void **state)
{
	struct world *w = *state;
	enum tt_code code;

	fill(w, 3);
	assert_int_equal(chmod(w->path, 0444), 0);
	assert_int_equal(chmod(w->dir, 0555), 0);
	assert_true(become_nobody());
	code = usage_index_open(&w->index, w->dir, true, 0, NULL, &w->err);
	come_back();
	assert_int_equal(chmod(w->dir, 0755), 0);
	assert_message(
		w, code, TT_EIO, "cannot write the usage index '%s': Permission denied", w->path);
}

static int allow_few_pages(
	sqlite3 *db, const char **message, const struct sqlite3_api_routines *api)
{
	(void)message;
	(void)api;
	return sqlite3_exec(db, "PRAGMA max_page_count = 60", NULL, NULL, NULL);
}

static enum tt_code put_many(struct world *w, int count)
{
	enum tt_code code = TT_OK;
	char key[32];

	for (int i = 0; i < count && code == TT_OK; i++) {
		struct usage_row row = a_row(key, 5000);

		(void)snprintf(key, sizeof key, "new_%06d", i);
		code = usage_index_put_response(w->index, NULL, &row, &w->err);
	}
	return code;
}

static void a_full_disk__is_named_and_leaves_what_was_there(void **state)
{
	struct world *w = *state;

	fill(w, 3);
	assert_int_equal(sqlite3_auto_extension((void (*)(void))allow_few_pages), SQLITE_OK);
	world_open(w);
	sqlite3_reset_auto_extension();
	assert_message(w, put_many(w, 10000), TT_EIO,
		"cannot write the usage index: no space is left for '%s': free some, then run "
		"'track-tokens sync'",
		w->path);
	world_close(w);
	assert_int_equal(count_responses(w), 3);
}

/* A quota, or the limit of the process, is not what SQLite calls full. */
static void a_file_that_may_not_grow__is_an_error_and_leaves_what_was_there(void **state)
{
	struct world *w = *state;
	struct rlimit before, small = { 300 * 1024, 0 };
	enum tt_code code;

	fill(w, 3);
	world_open(w);
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small.rlim_max = before.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	code = put_many(w, 10000);
	if (code == TT_OK)
		code = usage_index_commit(w->index, &w->err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_message(
		w, code, TT_EIO, "cannot use the usage index: '%s': disk I/O error", w->path);
	world_close(w);
	assert_int_equal(count_responses(w), 3);
	world_open(w);
	assert_ok(w, usage_index_verify(w->index, &w->err));
}

/* --- soundness ------------------------------------------------------------------------------- */

static void verify__finds_entries_that_are_not_the_sums(void **state)
{
	static const char *const wrongs[] = { "UPDATE entries SET output = output + 1",
		"UPDATE responses SET input = 11", "DELETE FROM entries", "DELETE FROM responses",
		"UPDATE entries SET requests = 0", "UPDATE entries SET first = 1" };
	struct world *w = *state;
	struct usage_row a = a_row("a", 1000);

	for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
		world_open(w);
		put(w, &a);
		world_commit(w);
		assert_ok(w, usage_index_verify(w->index, &w->err));
		world_close(w);
		free(ask(w, wrongs[i]));
		assert_ok(w, open_to_read(w));
		assert_message(w, usage_index_verify(w->index, &w->err), TT_EINPUT,
			"the usage index '%s' does not add up: 1 entries are not the sums of "
			"their responses",
			w->path);
		world_close(w);
		assert_int_equal(unlink(w->path), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(open__makes_a_directory_and_a_file_of_the_user_alone),
		TEST(open__to_read_says_when_there_is_none_yet),
		TEST(open__takes_a_directory_that_is_reached_by_a_link),
		TEST(open__refuses_what_is_no_regular_file),
		TEST(open__leaves_one_of_a_newer_version_alone),
		TEST(close__undoes_what_is_not_committed),
		TEST(is_empty__until_there_is_a_response),
		TEST(readers__see_what_is_committed_while_another_writes),
		TEST(begin__says_that_another_writes),
		TEST(a_reader__may_not_write),
		TEST(open__reads_in_a_directory_that_may_not_be_written),
		TEST(open__to_write_names_the_file_that_may_not_be_written),
		TEST(a_full_disk__is_named_and_leaves_what_was_there),
		TEST(a_file_that_may_not_grow__is_an_error_and_leaves_what_was_there),
		TEST(verify__finds_entries_that_are_not_the_sums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
