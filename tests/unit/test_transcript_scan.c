/* SPDX-License-Identifier: MIT */
#include "transcript_world.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "capture/scan_all.h"

/* Transcripts in a directory of their own. */
static char dir[] = "/tmp/transcript-test-XXXXXX";

static int make_dir(void **state)
{
	(void)state;
	return mkdtemp(dir) ? chdir(dir) : -1;
}

static int remove_dir(void **state)
{
	_autofree_ char *command = xasprintf("rm -rf '%s'", dir);

	(void)state;
	return chdir("/") || system(command) ? -1 : 0;
}

static void write_file(const char *name, const char *mode, const char *text)
{
	_autofclose_ FILE *file = fopen(name, mode);

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
}

#define LINE(id, output)                                                        \
	"{\"message\":{\"id\":\"" id "\",\"usage\":{\"output_tokens\":" #output \
	"}},\"timestamp\":\"2026-11-23T07:00:52Z\"}\n"

/* One run over a file: what it finds joins what was found. */
static enum tt_code scan(
	struct found *f, const char *path, struct transcript_position *position, bool *rewritten)
{
	struct transcript_sink sink = found_sink(f);
	struct tt_error err = TT_ERROR_INIT;

	f->stats = (struct transcript_stats){ 0 };
	return transcript_scan(path, position, rewritten, &sink, &f->stats, &err);
}

static void assert_scan(struct found *f, struct transcript_position *position, bool was_rewritten)
{
	bool rewritten = !was_rewritten;

	assert_int_equal(scan(f, "t.jsonl", position, &rewritten), TT_OK);
	assert_true(rewritten == was_rewritten);
}

static void transcript_scan__goes_on_where_it_left_off(void **state)
{
	struct transcript_position position = { 0 };
	struct found f;

	(void)state;
	found_begin(&f);
	write_file("t.jsonl", "w", LINE("a", 1) LINE("b", 2));
	assert_scan(&f, &position, false);
	assert_int_equal(f.stats.usages, 2);
	assert_int_equal(position.offset, strlen(LINE("a", 1) LINE("b", 2)));
	write_file("t.jsonl", "a", LINE("c", 3));
	assert_scan(&f, &position, false);
	assert_int_equal(f.stats.usages, 1);
	assert_int_equal(f.stats.lines, 1);
	assert_int_equal(f.stats.bytes, strlen(LINE("c", 3)));
	assert_int_equal(found_sum(&f).output, 6);
	assert_scan(&f, &position, false);
	assert_int_equal(f.stats.bytes, 0);
	found_release(&f);
}

static void transcript_scan__a_line_that_is_being_written_waits(void **state)
{
	static const char line[] = LINE("b", 2);
	struct transcript_position position = { 0 };
	struct found f;
	char *half = xstrndup(line, 40);

	(void)state;
	found_begin(&f);
	write_file("t.jsonl", "w", LINE("a", 1));
	write_file("t.jsonl", "a", half);
	assert_scan(&f, &position, false);
	assert_int_equal(position.offset, strlen(LINE("a", 1)));
	assert_int_equal(f.stats.skipped[SKIP_INVALID_JSON], 0);
	write_file("t.jsonl", "a", line + 40);
	assert_scan(&f, &position, false);
	assert_int_equal(found_sum(&f).output, 3);
	free(half);
	found_release(&f);
}

static void transcript_scan__a_whole_last_line_counts_without_its_newline(void **state)
{
	struct transcript_position position = { 0 };
	struct found f;

	(void)state;
	found_begin(&f);
	write_file("t.jsonl", "w", LINE("a", 1) "{\"message\":{\"id\":\"b\",\"usage\":{");
	write_file("t.jsonl", "a", "\"output_tokens\":2}},\"timestamp\":\"2026-11-23T07:00:52Z\"}");
	assert_scan(&f, &position, false);
	assert_int_equal(found_sum(&f).output, 3);
	assert_int_equal(position.offset, strlen(LINE("a", 1)));
	write_file("t.jsonl", "a", "\n" LINE("c", 4));
	assert_scan(&f, &position, false);
	assert_int_equal(found_sum(&f).output, 7);
	found_release(&f);
}

static void transcript_scan__a_shorter_file_is_read_from_the_start(void **state)
{
	struct transcript_position position = { 0 };
	struct found f;

	(void)state;
	found_begin(&f);
	write_file("t.jsonl", "w", LINE("a", 1) LINE("b", 2));
	assert_scan(&f, &position, false);
	write_file("t.jsonl", "w", LINE("c", 4));
	assert_scan(&f, &position, true);
	assert_int_equal(f.stats.usages, 1);
	assert_int_equal(found_sum(&f).output, 7);
	assert_int_equal(position.offset, strlen(LINE("c", 4)));
	found_release(&f);
}

static void transcript_scan__other_content_of_the_same_length_is_read_again(void **state)
{
	struct transcript_position position = { 0 };
	struct found f;

	(void)state;
	found_begin(&f);
	write_file("t.jsonl", "w", LINE("a", 1) LINE("b", 2));
	assert_scan(&f, &position, false);
	write_file("t.jsonl", "w", LINE("c", 3) LINE("d", 4) LINE("e", 5));
	assert_scan(&f, &position, true);
	assert_int_equal(f.stats.usages, 3);
	found_release(&f);
}

static void transcript_scan__a_position_that_cannot_be_is_not_believed(void **state)
{
	struct transcript_position position = { .offset = -5 };
	struct found f;

	(void)state;
	found_begin(&f);
	write_file("t.jsonl", "w", LINE("a", 1));
	assert_scan(&f, &position, true);
	assert_int_equal(found_sum(&f).output, 1);
	found_release(&f);
}

/* Lines of many lengths, so that the ends of buffers fall everywhere. */
static void transcript_scan__lines_across_buffers_are_whole(void **state)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct transcript_position position = { 0 };
	struct found f;
	uint64_t tail;

	(void)state;
	for (int i = 0; i < 3000; i++) {
		strbuf_addf(&text,
			"{\"x\":\"%0*d\",\"message\":{\"id\":\"m%d\",\"usage\":{"
			"\"input_tokens\":1}},\"timestamp\":\"2026-11-23T07:00:52Z\"}\n",
			i % 1777, 0, i);
		strbuf_addf(&text, "{\"y\":\"%0*d\"}\n", i * 7 % 1777, 0);
	}
	write_file("t.jsonl", "w", text.buf);
	found_begin(&f);
	assert_scan(&f, &position, false);
	assert_int_equal(f.stats.lines, 6000);
	assert_int_equal(f.stats.usages, 3000);
	assert_int_equal(found_sum(&f).input, 3000);
	assert_int_equal(position.offset, text.len);
	tail = text_hash(text.buf + text.len - TRANSCRIPT_TAIL, TRANSCRIPT_TAIL, 0);
	assert_true(position.tail_hash == tail);
	found_release(&f);
}

static void fill(int fd, size_t len)
{
	char block[1 << 16];

	memset(block, 'x', sizeof block);
	for (size_t done = 0; done < len; done += sizeof block)
		assert_int_equal(write(fd, block, sizeof block), sizeof block);
}

static void transcript_scan__a_line_over_the_limit_is_passed_over_and_counted(void **state)
{
	struct transcript_position position = { 0 };
	struct found f;
	int fd;

	(void)state;
	write_file("t.jsonl", "w", LINE("a", 1) "{\"message\":{\"usage\":{}}, \"x\":\"");
	fd = open("t.jsonl", O_WRONLY | O_APPEND);
	fill(fd, (size_t)TRANSCRIPT_LINE_MAX + (1 << 20));
	found_begin(&f);
	assert_scan(&f, &position, false);
	assert_int_equal(f.stats.skipped[SKIP_TOO_LONG], 0);
	assert_int_equal(position.offset, strlen(LINE("a", 1)));
	write_file("t.jsonl", "a", "\"}\n" LINE("b", 2));
	assert_scan(&f, &position, false);
	assert_int_equal(f.stats.skipped[SKIP_TOO_LONG], 1);
	assert_int_equal(f.stats.lines, 2);
	assert_int_equal(found_sum(&f).output, 3);
	write_file("t.jsonl", "a", LINE("c", 4));
	assert_scan(&f, &position, false);
	assert_int_equal(found_sum(&f).output, 7);
	close(fd);
	found_release(&f);
}

static void assert_refused(const char *path, enum tt_code code, const char *message)
{
	struct transcript_position position = { 0 };
	struct tt_error err = TT_ERROR_INIT;
	struct transcript_sink sink;
	struct found f;
	bool rewritten;

	found_begin(&f);
	sink = found_sink(&f);
	assert_int_equal(transcript_scan(path, &position, &rewritten, &sink, &f.stats, &err), code);
	assert_string_equal(err.msg, message);
	found_release(&f);
}

static void transcript_scan__reads_regular_files_only(void **state)
{
	(void)state;
	write_file("real.jsonl", "w", LINE("a", 1));
	assert_int_equal(symlink("real.jsonl", "link.jsonl"), 0);
	assert_int_equal(mkfifo("fifo.jsonl", 0600), 0);
	assert_refused("link.jsonl", TT_EINPUT, "'link.jsonl' is a symbolic link");
	assert_refused("fifo.jsonl", TT_EINPUT, "'fifo.jsonl' is not a regular file");
	assert_refused(".", TT_EINPUT, "'.' is not a regular file");
	assert_refused("none.jsonl", TT_ENOTFOUND, "'none.jsonl' is gone");
	assert_refused("none/t.jsonl", TT_ENOTFOUND, "'none/t.jsonl' is gone");
}

/* --- finding files ------------------------------------------------------------------- */

static void make_tree(void)
{
	static const char *const dirs[] = { "c", "c/projects", "c/projects/p", "c/projects/p/s1",
		"c/projects/p/s1/subagents", "c/projects/p/s1/subagents/workflows" };
	static const char *const files[] = { "c/projects/p/s1.jsonl", "c/projects/p/s2.jsonl",
		"c/projects/p/agent-1.jsonl", "c/projects/p/s1/subagents/agent-2.jsonl",
		"c/projects/p/s1/subagents/agent-2.meta.json",
		"c/projects/p/s1/subagents/workflows/agent-3.jsonl",
		"c/projects/p/s1/subagents/workflows/journal.jsonl",
		"c/projects/p/s3.orphaned.jsonl", "c/projects/p/s4.jsonl.superseded.1.jsonl",
		"c/history.jsonl" };

	for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++)
		assert_true(mkdir(dirs[i], 0700) == 0 || errno == EEXIST);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		write_file(files[i], "w", "{}\n");
	assert_true(symlink("s1.jsonl", "c/projects/p/link.jsonl") == 0 || errno == EEXIST);
	assert_true(symlink("p", "c/projects/linked") == 0 || errno == EEXIST);
}

static void assert_paths(
	const struct transcript_list *list, const char *const *expected, size_t count)
{
	assert_int_equal(list->count, count);
	for (size_t i = 0; i < count; i++) {
		_autofree_ char *path = xasprintf("%s/%s", dir, expected[i]);

		assert_string_equal(list->files[i].path, path);
		assert_int_equal(list->files[i].size, 3);
		assert_true(list->files[i].inode && list->files[i].mtime_ns);
	}
}

static void transcript_find__takes_every_depth_and_follows_no_link(void **state)
{
	static const char *const expected[] = { "c/projects/p/agent-1.jsonl",
		"c/projects/p/s1.jsonl", "c/projects/p/s1/subagents/agent-2.jsonl",
		"c/projects/p/s1/subagents/workflows/agent-3.jsonl", "c/projects/p/s2.jsonl" };
	_cleanup_(transcript_list_release) struct transcript_list list = TRANSCRIPT_LIST_INIT;
	_autofree_ char *config = xasprintf("%s/c", dir);
	struct tt_error err = TT_ERROR_INIT;

	(void)state;
	make_tree();
	assert_int_equal(transcript_find(&list, config, &err), TT_OK);
	assert_paths(&list, expected, 5);
	assert_int_equal(list.unreadable, 0);
}

static void transcript_find_session__takes_the_session_and_its_subagents(void **state)
{
	static const char *const expected[] = { "c/projects/p/s1.jsonl",
		"c/projects/p/s1/subagents/agent-2.jsonl",
		"c/projects/p/s1/subagents/workflows/agent-3.jsonl" };
	_cleanup_(transcript_list_release) struct transcript_list list = TRANSCRIPT_LIST_INIT;
	_autofree_ char *path = xasprintf("%s/c/projects/p/s1.jsonl", dir);
	struct tt_error err = TT_ERROR_INIT;

	(void)state;
	make_tree();
	assert_int_equal(transcript_find_session(&list, path, &err), TT_OK);
	assert_paths(&list, expected, 3);
}

static void transcript_find__a_directory_that_is_not_there_adds_nothing(void **state)
{
	_cleanup_(transcript_list_release) struct transcript_list list = TRANSCRIPT_LIST_INIT;
	struct tt_error err = TT_ERROR_INIT;

	(void)state;
	assert_int_equal(transcript_find(&list, "/nowhere/at/all", &err), TT_OK);
	assert_int_equal(transcript_find_session(&list, "/nowhere/s.jsonl", &err), TT_OK);
	assert_int_equal(transcript_find_session(&list, "/nowhere/s", &err), TT_OK);
	assert_int_equal(list.count, 0);
}

static void transcript_find__counts_directories_that_cannot_be_read(void **state)
{
	_cleanup_(transcript_list_release) struct transcript_list list = TRANSCRIPT_LIST_INIT;
	_autofree_ char *config = xasprintf("%s/c", dir);
	struct tt_error err = TT_ERROR_INIT;

	(void)state;
	if (geteuid() == 0)
		skip(); /* may read everything */
	make_tree();
	assert_int_equal(chmod("c/projects/p/s1", 0), 0);
	assert_int_equal(transcript_find(&list, config, &err), TT_OK);
	assert_int_equal(chmod("c/projects/p/s1", 0700), 0);
	assert_int_equal(list.count, 3);
	assert_int_equal(list.unreadable, 1);
}

/* --- many at once ----------------------------------------------------------------------- */

enum { FILES = 12 };

/* 36 MB in all, the same answers in several files. */
static void make_many(struct scan_job *jobs, char paths[FILES][32])
{
	_cleanup_(strbuf_release) struct strbuf pad = STRBUF_INIT;

	for (int i = 0; i < 3 * 1024; i++)
		strbuf_addf(&pad, "{\"x\":\"%01000d\"}\n", 0);
	for (int i = 0; i < FILES; i++) {
		_autofclose_ FILE *file = NULL;
		struct stat st;

		(void)snprintf(paths[i], 32, "many%d.jsonl", i);
		file = fopen(paths[i], "w");
		assert_non_null(file);
		for (int m = 0; m < 50; m++)
			(void)fprintf(file,
				"{\"message\":{\"id\":\"m%d\",\"usage\":{\"output_tokens\":%d}},"
				"\"timestamp\":\"2026-11-23T07:00:52Z\",\"sessionId\":\"s%d\","
				"\"requestSessionId\":\"s\",\"gitBranch\":\"b%d\"}\n",
				i * 10 + m, 1 + i % 3, i, i);
		(void)fprintf(file,
			"{\"type\":\"cost-state\",\"sessionId\":\"s%d\",\"modelUsage\":"
			"{\"m\":{\"costUSD\":1}},\"totalCostUSD\":1}\n",
			i);
		(void)fprintf(file,
			"{\"type\":\"worktree-state\",\"worktreeSession\":{"
			"\"worktreePath\":\"/w%d\"}}\n",
			i);
		assert_true(fputs(pad.buf, file) >= 0);
		assert_int_equal(fflush(file), 0);
		assert_int_equal(fstat(fileno(file), &st), 0);
		jobs[i] = (struct scan_job){ .path = paths[i], .size = st.st_size };
	}
}

static void assert_same_responses(struct response_set *a, struct response_set *b)
{
	const struct response *const *x = response_set_sorted(a), *const *y =
									  response_set_sorted(b);

	assert_int_equal(response_set_count(a), response_set_count(b));
	for (size_t i = 0; i < response_set_count(a); i++) {
		assert_string_equal(x[i]->key, y[i]->key);
		assert_string_equal(x[i]->git_branch, y[i]->git_branch);
		assert_int_equal(x[i]->usage.output, y[i]->usage.output);
	}
}

static void count_tick(void *ctx)
{
	++*(int *)ctx;
}

static void scan_all__finds_the_same_with_any_number_of_threads(void **state)
{
	_cleanup_(scan_result_release) struct scan_result alone = { 0 };
	struct scan_job jobs[FILES];
	char paths[FILES][32];
	atomic_llong done = 0;
	int64_t sizes = 0;

	(void)state;
	make_many(jobs, paths);
	scan_all(&alone, jobs, FILES, 1, &done, NULL, NULL);
	assert_int_equal(response_set_count(alone.responses), (FILES - 1) * 10 + 50);
	assert_int_equal(alone.cost_state_count, FILES);
	for (int i = 0; i < FILES; i++)
		sizes += jobs[i].size;
	assert_int_equal(atomic_load(&done), sizes);
	for (int threads = 0; threads < 6; threads++) {
		_cleanup_(scan_result_release) struct scan_result result = { 0 };
		int ticks = 0;

		for (int i = 0; i < FILES; i++)
			jobs[i].position = (struct transcript_position){ 0 };
		scan_all(&result, jobs, FILES, threads, NULL, threads % 2 ? count_tick : NULL,
			&ticks);
		assert_same_responses(alone.responses, result.responses);
		assert_int_equal(result.cost_state_count, FILES);
		assert_string_equal(result.cost_states[0].models[0].model, "m");
		assert_int_equal(result.worktree_count, FILES);
		assert_memory_equal(result.worktrees[FILES - 1].path, "/w", 2);
	}
}

static void scan_all__a_file_that_fails_does_not_stop_the_others(void **state)
{
	_cleanup_(scan_result_release) struct scan_result result = { 0 };
	struct scan_job jobs[2] = { { .path = "gone.jsonl" }, { .path = "t.jsonl" } };

	(void)state;
	write_file("t.jsonl", "w", LINE("a", 1));
	scan_all(&result, jobs, 2, 0, NULL, NULL, NULL);
	assert_int_equal(jobs[0].code, TT_ENOTFOUND);
	assert_string_equal(jobs[0].error.msg, "'gone.jsonl' is gone");
	assert_int_equal(jobs[1].code, TT_OK);
	assert_int_equal(response_set_count(result.responses), 1);
}

static void scan_all__nothing_to_do_is_an_empty_result(void **state)
{
	_cleanup_(scan_result_release) struct scan_result result = { 0 };

	(void)state;
	scan_all(&result, NULL, 0, 0, NULL, NULL, NULL);
	assert_int_equal(response_set_count(result.responses), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(transcript_scan__goes_on_where_it_left_off),
		cmocka_unit_test(transcript_scan__a_line_that_is_being_written_waits),
		cmocka_unit_test(transcript_scan__a_whole_last_line_counts_without_its_newline),
		cmocka_unit_test(transcript_scan__a_shorter_file_is_read_from_the_start),
		cmocka_unit_test(transcript_scan__other_content_of_the_same_length_is_read_again),
		cmocka_unit_test(transcript_scan__a_position_that_cannot_be_is_not_believed),
		cmocka_unit_test(transcript_scan__lines_across_buffers_are_whole),
		cmocka_unit_test(transcript_scan__a_line_over_the_limit_is_passed_over_and_counted),
		cmocka_unit_test(transcript_scan__reads_regular_files_only),
		cmocka_unit_test(transcript_find__takes_every_depth_and_follows_no_link),
		cmocka_unit_test(transcript_find_session__takes_the_session_and_its_subagents),
		cmocka_unit_test(transcript_find__a_directory_that_is_not_there_adds_nothing),
		cmocka_unit_test(transcript_find__counts_directories_that_cannot_be_read),
		cmocka_unit_test(scan_all__finds_the_same_with_any_number_of_threads),
		cmocka_unit_test(scan_all__a_file_that_fails_does_not_stop_the_others),
		cmocka_unit_test(scan_all__nothing_to_do_is_an_empty_result),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
