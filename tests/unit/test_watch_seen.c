/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../src/cli/watch_seen.h"
#include "../../src/cli/watch_tree.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"

/* --- what was seen ------------------------------------------------------------------------ */

static void watch_paths_add__keeps_each_once(void **state)
{
	struct watch_paths paths = { 0 };

	(void)state;
	assert_true(watch_paths_is_empty(&paths));
	watch_paths_add(&paths, "/a");
	watch_paths_add(&paths, "/b");
	watch_paths_add(&paths, "/a");
	assert_int_equal(paths.count, 2);
	watch_paths_clear(&paths);
	assert_true(watch_paths_is_empty(&paths));
}

static void watch_paths_add__means_all_where_there_is_no_room_for_more(void **state)
{
	struct watch_paths paths = { 0 };

	(void)state;
	for (int i = 0; i <= WATCH_PATHS; i++) {
		_autofree_ char *path = xasprintf("/%d", i);

		assert_false(paths.all);
		watch_paths_add(&paths, path);
	}
	assert_true(paths.all);
	assert_int_equal(paths.count, 0);
	watch_paths_add(&paths, "/x");
	assert_int_equal(paths.count, 0);
	assert_false(watch_paths_is_empty(&paths));
	watch_paths_clear(&paths);
}

static void watch_seen_merge__forgets_nothing_and_leaves_nothing(void **state)
{
	struct watch_seen into = { 0 }, from = { .client_state = true, .clipboard = true };

	(void)state;
	into.requests = true;
	watch_paths_add(&into.transcripts, "/a");
	watch_paths_add(&from.transcripts, "/b");
	watch_paths_add_all(&from.answers);
	watch_seen_merge(&into, &from);
	assert_true(watch_seen_is_empty(&from));
	assert_int_equal(into.transcripts.count, 2);
	assert_true(into.answers.all && into.requests && into.client_state && into.clipboard);
	watch_seen_clear(&into);
	assert_true(watch_seen_is_empty(&into));
}

/* --- directories ---------------------------------------------------------------------------- */

struct told {
	struct strbuf files; /* names, with a space behind each */
	int lost;
};

static void on_file(void *ctx, const char *path)
{
	struct told *told = ctx;
	_autofree_ char *name = xasprintf("%s ", strrchr(path, '/') + 1);

	/* inotify tells that it is there, and that it was written. */
	if (!text_ends_with(told->files.buf, name))
		strbuf_addstr(&told->files, name);
}

static void on_lost(void *ctx)
{
	struct told *told = ctx;

	told->lost++;
}

/* What a look tells: the names of files, or "lost". */
static char *look(struct watch_tree *tree)
{
	struct told told = { .files = STRBUF_INIT };
	const struct watch_sink sink = { &told, on_file, on_lost };

	watch_tree_look(tree, &sink);
	if (told.lost)
		strbuf_addstr(&told.files, "lost");
	return strbuf_detach(&told.files);
}

static void assert_told(struct watch_tree *tree, const char *want)
{
	_autofree_ char *got = look(tree);

	assert_string_equal(got, want);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "a");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void watches(bool by_polling, bool deep)
{
	char dir[] = "/tmp/tt-watch.XXXXXX";
	const char *top = dir;
	const struct watch_tree_options options = {
		.tops = &top, .count = 1, .deep = deep, .suffix = ".jsonl", .by_polling = by_polling
	};
	struct watch_tree *tree;

	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	write_file("old.jsonl", "1");
	tree = watch_tree_new(&options);
	assert_told(tree, "lost");
	assert_told(tree, "");
	write_file("old.jsonl", "2");
	assert_told(tree, "old.jsonl ");
	write_file("other.txt", "1");
	write_file(".hidden.jsonl", "1");
	assert_int_equal(mkdir("below", 0700), 0);
	assert_told(tree, "");
	write_file("below/new.jsonl", "1");
	assert_told(tree, deep ? "new.jsonl " : "");
	assert_int_equal(unlink("old.jsonl"), 0);
	assert_told(tree, "");
	assert_int_equal(unlink("below/new.jsonl"), 0);
	assert_int_equal(rmdir("below"), 0);
	assert_int_equal(unlink("other.txt"), 0);
	assert_int_equal(unlink(".hidden.jsonl"), 0);
	assert_told(tree, "");
	assert_int_equal(rmdir(dir), 0);
	assert_told(tree, "lost");
	assert_false(watch_tree_is_there(tree));
	assert_int_equal(mkdir(dir, 0700), 0);
	assert_told(tree, "lost");
	assert_true(watch_tree_is_there(tree));
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(dir), 0);
	watch_tree_free(tree);
}

static void watch_tree__polling_tells_what_is_new_or_has_grown(void **state)
{
	(void)state;
	watches(true, true);
	watches(true, false);
}

static void watch_tree__tells_what_is_new_or_has_grown(void **state)
{
	(void)state;
	watches(false, true);
	watches(false, false);
}

static void watch_tree__names_the_tops_that_are_there(void **state)
{
	const char *const tops[] = { "/nowhere/a", "/tmp", "/", "/nowhere/b" };
	const struct watch_tree_options options = { .tops = tops, .count = 4, .suffix = ".jsonl" };
	_cleanup_(strbuf_release) struct strbuf before = STRBUF_INIT, after = STRBUF_INIT;
	struct watch_tree *tree = watch_tree_new(&options);

	(void)state;
	watch_tree_add_places(&before, tree);
	assert_string_equal(before.buf, "/nowhere/a");
	assert_told(tree, "lost");
	watch_tree_add_places(&after, tree);
	assert_string_equal(after.buf, "/tmp, /");
	watch_tree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(watch_paths_add__keeps_each_once),
		cmocka_unit_test(watch_paths_add__means_all_where_there_is_no_room_for_more),
		cmocka_unit_test(watch_seen_merge__forgets_nothing_and_leaves_nothing),
		cmocka_unit_test(watch_tree__polling_tells_what_is_new_or_has_grown),
		cmocka_unit_test(watch_tree__tells_what_is_new_or_has_grown),
		cmocka_unit_test(watch_tree__names_the_tops_that_are_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
