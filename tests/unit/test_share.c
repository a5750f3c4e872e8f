/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../src/share/internal.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "share/share.h"

/* Servers that publish into one directory, and what the others read of it. */

#define FIRST "11111111-1111-4111-8111-111111111111"
#define SECOND "22222222-2222-4222-8222-222222222222"
#define FIRST_FILE "LXC115~11111111.json"
#define QUARTER INT64_C(900000)

static char dir[] = "/tmp/tt-share.XXXXXX";
static struct window_event rows[4];
static struct window_reset resets[1];

static int begin(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof dir, "/tmp/tt-share.XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int end(void **state)
{
	_autofree_ char *command = xasprintf("rm -rf '%s'", dir);

	(void)state;
	return system(command);
}

static struct instant at(const char *time)
{
	struct instant t;

	assert_true(instant_parse(&t, time));
	return t;
}

static struct share_server server(const char *name, const char *installation)
{
	return (struct share_server){ .name = name,
		.installation = installation,
		.published_at = at("2026-11-23T12:00:00Z") };
}

/* With something of everything. */
static struct share_server busy_server(void)
{
	struct share_server s = server("LXC115", FIRST);

	rows[0] = (struct window_event){ .time = { 1795420800000 },
		.kind = ENTRY_MEASURED,
		.usage = { 1, 2, 3, 4, 5, 0 },
		.requests = 6,
		.messages = 7 };
	rows[1] = (struct window_event){ .time = { 1795420800000 + QUARTER },
		.kind = ENTRY_MANUAL,
		.usage = { .unsplit = USAGE_MAX } };
	resets[0] = (struct window_reset){ WINDOW_WEEKLY, at("2026-11-23T09:00:00Z") };
	s.last_activity = at("2026-11-23T11:59:58.123Z");
	s.lifetime = (struct share_total){ { 10, 20, 30, 40, 50, 60 }, 70, 80 };
	s.reports[WINDOW_FIVE_HOUR] = (struct window_report){ .known = true,
		.used_permille = 374,
		.has_reset = true,
		.resets_at = at("2026-11-23T15:00:00Z"),
		.reported_at = at("2026-11-23T11:30:00Z") };
	s.rows = rows;
	s.row_count = 2;
	s.resets = resets;
	s.reset_count = 1;
	return s;
}

static bool publish(const struct share_server *s)
{
	struct tt_error err = TT_ERROR_INIT;
	bool written = false;

	if (share_publish(dir, s, &written, &err) != TT_OK)
		fail_msg("%s", err.msg);
	return written;
}

static struct share_list load(void)
{
	struct tt_error err = TT_ERROR_INIT;
	struct share_list list;

	if (share_load(&list, dir, (struct instant){ 0 }, &err) != TT_OK)
		fail_msg("%s", err.msg);
	return list;
}

static void put_file(const char *name, const char *text)
{
	_autofree_ char *path = xasprintf("%s/%s", dir, name);
	_autofclose_ FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
}

static size_t count_files(void)
{
	DIR *stream = opendir(dir);
	size_t count = 0;

	assert_non_null(stream);
	while (readdir(stream))
		count++;
	(void)closedir(stream);
	return count - 2;
}

/* --- publishing -------------------------------------------------------------------- */

static void publish__comes_back_as_it_was(void **state)
{
	struct share_server s = busy_server();
	_cleanup_(share_list_release) struct share_list list = SHARE_LIST_INIT;
	const struct share_server *got;

	(void)state;
	assert_true(publish(&s));
	list = load();
	assert_int_equal(list.problem_count, 0);
	assert_int_equal(list.count, 1);
	got = &list.servers[0];
	assert_string_equal(got->name, "LXC115");
	assert_string_equal(got->label, "LXC115");
	assert_string_equal(got->installation, FIRST);
	assert_int_equal(got->published_at.ms, s.published_at.ms);
	assert_int_equal(got->last_activity.ms, s.last_activity.ms);
	assert_memory_equal(&got->lifetime, &s.lifetime, sizeof s.lifetime);
	assert_true(got->reports[WINDOW_FIVE_HOUR].known);
	assert_int_equal(got->reports[WINDOW_FIVE_HOUR].used_permille, 374);
	assert_true(got->reports[WINDOW_FIVE_HOUR].has_reset);
	assert_int_equal(
		got->reports[WINDOW_FIVE_HOUR].resets_at.ms, at("2026-11-23T15:00:00Z").ms);
	assert_int_equal(
		got->reports[WINDOW_FIVE_HOUR].reported_at.ms, at("2026-11-23T11:30:00Z").ms);
	assert_false(got->reports[WINDOW_WEEKLY].known);
	assert_int_equal(got->reset_count, 1);
	assert_int_equal(got->resets[0].kind, WINDOW_WEEKLY);
	assert_int_equal(got->resets[0].time.ms, resets[0].time.ms);
	assert_int_equal(got->row_count, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(got->rows[i].time.ms, rows[i].time.ms);
		assert_int_equal(got->rows[i].kind, rows[i].kind);
		assert_memory_equal(&got->rows[i].usage, &rows[i].usage, sizeof rows[i].usage);
		assert_int_equal(got->rows[i].requests, rows[i].requests);
		assert_int_equal(got->rows[i].messages, rows[i].messages);
		assert_string_equal(got->rows[i].server, "LXC115");
	}
}

static void publish__writes_nothing_when_only_the_time_is_new(void **state)
{
	struct share_server s = busy_server();

	(void)state;
	assert_true(publish(&s));
	s.published_at = at("2026-11-23T12:00:01.5Z");
	assert_false(publish(&s));
	rows[1].usage.unsplit--;
	assert_true(publish(&s));
	s.row_count = 1;
	assert_true(publish(&s));
	assert_int_equal(count_files(), 1);
}

static void publish__replaces_what_is_torn(void **state)
{
	struct share_server s = busy_server();

	(void)state;
	put_file(FIRST_FILE, "{\"format_version\":1,\n\"publ");
	put_file(FIRST_FILE ".tmp", "{\"form");
	assert_true(publish(&s));
	assert_int_equal(count_files(), 1);
}

static void publish__never_overwrites_another_installation(void **state)
{
	struct share_server s = server("LXC115", "11111111-9999-4999-8999-999999999999"),
			    mine = busy_server();
	struct tt_error err = TT_ERROR_INIT;
	_autofree_ char *expected =
		xasprintf("'%s/" FIRST_FILE "' is another server's: name this one "
			  "with 'git config --global track-tokens.server NAME'",
			dir);
	bool written;

	(void)state;
	assert_true(publish(&s));
	assert_int_equal(share_publish(dir, &mine, &written, &err), TT_EBUSY);
	assert_string_equal(err.msg, expected);
}

static void publish__lets_those_read_who_may_read_the_directory(void **state)
{
	static const mode_t modes[][2] = { { 0700, 0600 }, { 0770, 0640 }, { 0755, 0644 },
		{ 0777, 0644 } };
	struct share_server s = busy_server();
	_autofree_ char *path = xasprintf("%s/" FIRST_FILE, dir);
	struct stat st;

	(void)state;
	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		assert_int_equal(chmod(dir, modes[i][0]), 0);
		rows[0].requests++;
		assert_true(publish(&s));
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 0777, modes[i][1]);
	}
}

static void publish__says_that_the_directory_is_away(void **state)
{
	struct share_server s = busy_server();
	struct tt_error err = TT_ERROR_INIT;
	bool written;

	(void)state;
	assert_int_equal(share_publish("/nonexistent/share", &s, &written, &err), TT_ENOTFOUND);
	assert_string_equal(err.msg, "'/nonexistent/share' does not exist");
	assert_int_equal(
		share_load(&(struct share_list){ 0 }, "/nonexistent/share", SHARE_NO_ROWS, &err),
		TT_ENOTFOUND);
}

static void rename__takes_the_file_of_the_same_installation(void **state)
{
	struct share_server s = busy_server(), other = server("other", SECOND);
	_cleanup_(share_list_release) struct share_list list = SHARE_LIST_INIT;
	struct tt_error err = TT_ERROR_INIT;

	(void)state;
	publish(&s);
	publish(&other);
	assert_int_equal(share_rename(dir, FIRST_FILE, "MAIN~11111111.json", FIRST, &err), TT_OK);
	assert_int_equal(share_rename(dir, FIRST_FILE, "MAIN~11111111.json", FIRST, &err), TT_OK);
	assert_int_equal(
		share_rename(dir, "other~22222222.json", "MAIN~11111111.json", FIRST, &err), TT_OK);
	s.name = "MAIN";
	publish(&s);
	list = load();
	assert_int_equal(list.count, 2);
	assert_int_equal(list.problem_count, 0);
	assert_string_equal(list.servers[0].name, "MAIN");
	assert_string_equal(list.servers[1].name, "other");
}

/* --- names ---------------------------------------------------------------------------- */

static void name__is_escaped_in_the_file_name(void **state)
{
	static const char *const cases[][2] = {
		{ "LXC115", "LXC115~11111111.json" },
		{ "dev.example.com", "dev.example.com~11111111.json" },
		{ "../../etc", "%2E.%2F..%2Fetc~11111111.json" },
		{ "a b~c", "a%20b%7Ec~11111111.json" },
		{ "h\xc3\xa4", "h%C3%A4~11111111.json" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;

		share_add_file_name(&name, cases[i][0], FIRST);
		assert_string_equal(name.buf, cases[i][1]);
	}
}

static void name__is_refused_where_nobody_could_read_it(void **state)
{
	static const char *const bad[] = { "", "a\nb", "\x7f", "\xff",
		"12345678901234567890123456789012345678901234567890123456789012345" };
	struct tt_error err = TT_ERROR_INIT;
	bool written;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct share_server s = server(bad[i], FIRST);

		assert_int_equal(share_publish(dir, &s, &written, &err), TT_EINPUT);
	}
	assert_string_equal(err.msg, "the name of a server is longer than 64 bytes");
	assert_int_equal(count_files(), 0);
}

static void name__of_two_servers_is_told_and_both_count(void **state)
{
	struct share_server a = busy_server(), b = server("LXC115", SECOND),
			    c = server("MAIN", SECOND);
	_cleanup_(share_list_release) struct share_list list = SHARE_LIST_INIT;

	(void)state;
	c.installation = "33333333-3333-4333-8333-333333333333";
	publish(&a);
	publish(&b);
	publish(&c);
	list = load();
	assert_int_equal(list.count, 3);
	assert_string_equal(list.servers[0].label, "LXC115~11111111");
	assert_string_equal(list.servers[0].rows[0].server, "LXC115~11111111");
	assert_string_equal(list.servers[1].label, "LXC115~22222222");
	assert_true(list.servers[0].name_is_claimed_twice && list.servers[1].name_is_claimed_twice);
	assert_string_equal(list.servers[2].label, "MAIN");
	assert_false(list.servers[2].name_is_claimed_twice);
}

static void installation__counts_once_by_its_newest_file(void **state)
{
	struct share_server a = busy_server(), b = server("MAIN", FIRST);
	_cleanup_(share_list_release) struct share_list list = SHARE_LIST_INIT;

	(void)state;
	b.published_at = at("2026-11-23T12:00:00.001Z");
	publish(&a);
	publish(&b);
	list = load();
	assert_int_equal(list.count, 1);
	assert_string_equal(list.servers[0].label, "MAIN");
	assert_int_equal(list.problem_count, 1);
	assert_string_equal(list.problems[0].file, FIRST_FILE);
	assert_string_equal(list.problems[0].reason,
		"it is of the same installation as 'MAIN', which is newer and counts; when one is "
		"a "
		"copy of the other, remove share.json from the state directory of one of them");
}

/* --- what else lies there -------------------------------------------------------------- */

static void assert_problem(const struct share_list *list, const char *file, const char *reason)
{
	for (size_t i = 0; i < list->problem_count; i++)
		if (strcmp(list->problems[i].file, file) == 0) {
			assert_string_equal(list->problems[i].reason, reason);
			return;
		}
	fail_msg("nothing is said of %s", file);
}

static void put_litter(void)
{
	_autofree_ char *link = xasprintf("%s/link.json", dir),
			*pipe = xasprintf("%s/pipe.json", dir),
			*huge = xasprintf("%s/huge.json", dir),
			*sub = xasprintf("%s/sub.json", dir);

	assert_int_equal(symlink("/etc/passwd", link), 0);
	assert_int_equal(mkfifo(pipe, 0600), 0);
	assert_int_equal(mkdir(sub, 0700), 0);
	put_file("huge.json", "");
	assert_int_equal(truncate(huge, SHARE_FILE_MAX + 1), 0);
	put_file("empty.json", "");
	put_file("usage-tracking.json", "{\"version\":\"2.0\"}");
	put_file("newer.json", "{\"format_version\":2,\"servers\":7}");
	put_file("notes.txt", "not even asked");
	put_file(".hidden.json", "nor this");
}

static void load__leaves_out_what_is_no_servers_file_and_says_why(void **state)
{
	struct share_server s = busy_server();
	_cleanup_(share_list_release) struct share_list list = SHARE_LIST_INIT;

	(void)state;
	publish(&s);
	put_litter();
	list = load();
	assert_int_equal(list.count, 1);
	assert_int_equal(list.problem_count, 7);
	assert_problem(&list, "link.json", "'link.json' is not a regular file");
	assert_problem(&list, "pipe.json", "'pipe.json' is not a regular file");
	assert_problem(&list, "sub.json", "'sub.json' is not a regular file");
	assert_problem(&list, "huge.json", "'huge.json' is larger than 4194304 bytes");
	assert_problem(
		&list, "usage-tracking.json", "it is not a file of a server of track-tokens");
	assert_problem(&list, "newer.json",
		"line 1, column 19: a newer version of track-tokens wrote this: update it here");
}

static void load__leaves_out_copies(void **state)
{
	struct share_server s = busy_server();
	_cleanup_(share_list_release) struct share_list list = SHARE_LIST_INIT;
	_autofree_ char *command = xasprintf("cp %s/" FIRST_FILE " %s/copy.json", dir, dir);

	(void)state;
	publish(&s);
	assert_int_equal(system(command), 0);
	list = load();
	assert_int_equal(list.count, 1);
	assert_problem(&list, "copy.json", "it is a copy of '" FIRST_FILE "'");
}

static void parse__refuses_what_was_cut_off(void **state)
{
	struct share_server s = busy_server();
	_cleanup_(strbuf_release) struct strbuf fetched = STRBUF_INIT;
	struct tt_error err = TT_ERROR_INIT;
	struct share_list list;

	(void)state;
	publish(&s);
	assert_int_equal(share_fetch(&fetched, dir, &err), TT_OK);
	for (size_t len = 1; len < fetched.len; len++) {
		assert_int_equal(share_parse(&list, (struct json_text){ fetched.buf, len },
					 (struct instant){ 0 }, &err),
			TT_EIO);
		assert_string_equal(err.msg, "what the servers published was cut off");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(publish__comes_back_as_it_was, begin, end),
		cmocka_unit_test_setup_teardown(
			publish__writes_nothing_when_only_the_time_is_new, begin, end),
		cmocka_unit_test_setup_teardown(publish__replaces_what_is_torn, begin, end),
		cmocka_unit_test_setup_teardown(
			publish__never_overwrites_another_installation, begin, end),
		cmocka_unit_test_setup_teardown(
			publish__lets_those_read_who_may_read_the_directory, begin, end),
		cmocka_unit_test_setup_teardown(
			publish__says_that_the_directory_is_away, begin, end),
		cmocka_unit_test_setup_teardown(
			rename__takes_the_file_of_the_same_installation, begin, end),
		cmocka_unit_test(name__is_escaped_in_the_file_name),
		cmocka_unit_test_setup_teardown(
			name__is_refused_where_nobody_could_read_it, begin, end),
		cmocka_unit_test_setup_teardown(
			name__of_two_servers_is_told_and_both_count, begin, end),
		cmocka_unit_test_setup_teardown(
			installation__counts_once_by_its_newest_file, begin, end),
		cmocka_unit_test_setup_teardown(
			load__leaves_out_what_is_no_servers_file_and_says_why, begin, end),
		cmocka_unit_test_setup_teardown(load__leaves_out_copies, begin, end),
		cmocka_unit_test_setup_teardown(parse__refuses_what_was_cut_off, begin, end),
	};

	return cmocka_run_group_tests_name("share", tests, NULL, NULL);
}
