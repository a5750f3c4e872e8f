/* SPDX-License-Identifier: MIT */
#include "vcs/head_log.h"
#include "vcs_world.h"

/* The branch at a time, from logs that the git command writes. */

enum { EPOCH = 1700000000 };

/* Run a git command in `dir` as if it were so many seconds after the epoch; its
 * failure is no matter: conflicts do so, and what counts is the log. */
static void git(int seconds, const char *dir, const char *command)
{
	_autofree_ char *date = xasprintf("%d +0000", EPOCH + seconds);
	_autofree_ char *line = xasprintf("cd %s && git %s >/dev/null 2>&1", dir, command);

	setenv("GIT_COMMITTER_DATE", date, 1);
	setenv("GIT_AUTHOR_DATE", date, 1);
	setenv("GIT_EDITOR", "true", 1);
	(void)!system(line);
	unsetenv("GIT_COMMITTER_DATE");
	unsetenv("GIT_AUTHOR_DATE");
}

static void write_and_commit(int seconds, const char *dir, const char *text)
{
	_autofree_ char *command = xasprintf("commit -qm %s", text);

	sh("echo %s > %s/file && git -C %s add file", text, dir, dir);
	git(seconds, dir, command);
}

/* On branch main with a commit at 10, and branch topic beside it with one at 30,
 * which are not to be brought together without a conflict; on main since 40. */
static void make_forked(void)
{
	sh("git init -q -b main r");
	write_and_commit(10, "r", "first");
	git(20, "r", "switch -q -c topic");
	write_and_commit(30, "r", "topic");
	git(40, "r", "switch -q main");
	write_and_commit(50, "r", "main");
}

static void assert_at(const char *dir, int seconds, enum head_answer expected, const char *branch)
{
	_autofree_ char *path = xasprintf("%s/%s", world_dir, dir);
	_cleanup_(vcs_location_release) struct vcs_location at = VCS_LOCATION_INIT;
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	_cleanup_(head_log_freep) struct head_log *log = NULL;
	const struct instant t = { (EPOCH + seconds) * INT64_C(1000) + 500 };
	enum head_answer answer;

	assert_true(vcs_locate(&at, path));
	log = head_log_load(at.git_dir.buf);
	answer = head_log_branch(&out, log, t);
	if (answer != expected || strcmp(out.buf, branch) != 0)
		fail_msg("%s at %d: %d '%s', not %d '%s'", dir, seconds, answer, out.buf, expected,
			branch);
}

static void assert_now(const char *dir, const char *branch)
{
	_autofree_ char *path = xasprintf("%s/%s", world_dir, dir);
	_cleanup_(vcs_location_release) struct vcs_location at = VCS_LOCATION_INIT;
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

	assert_true(vcs_locate(&at, path));
	assert_true(vcs_location_branch(&out, &at));
	assert_string_equal(out.buf, branch);
}

/* "HEAD@<7 digits>" of what a revision is. */
static char *detached_at(const char *dir, const char *revision)
{
	_autofree_ char *id = sh_line("git -C %s rev-parse %s", dir, revision);

	return xasprintf("HEAD@%.7s", id);
}

static void head_log_branch__follows_checkout_and_switch(void **state)
{
	(void)state;
	make_forked();
	git(60, "r", "switch -q -");
	git(70, "r", "checkout -q -");
	git(80, "r", "checkout -q -b feature/a");
	git(90, "r", "checkout -q -B topic main");
	assert_at("r", 5, HEAD_CERTAIN, "main");
	assert_at("r", 15, HEAD_CERTAIN, "main");
	assert_at("r", 20, HEAD_SWITCHING, "topic");
	assert_at("r", 35, HEAD_CERTAIN, "topic");
	assert_at("r", 45, HEAD_CERTAIN, "main");
	assert_at("r", 65, HEAD_CERTAIN, "topic");
	assert_at("r", 75, HEAD_CERTAIN, "main");
	assert_at("r", 85, HEAD_CERTAIN, "feature/a");
	assert_at("r", 95, HEAD_CERTAIN, "topic");
}

static void head_log_branch__tells_detached_heads_from_branches(void **state)
{
	static const char *const ways[] = { "checkout -q topic~0", "checkout -q refs/heads/topic",
		"switch -q --detach topic", "checkout -q v1",
		"checkout -q $(git rev-parse --short topic)",
		"checkout -q $(git rev-parse topic)" };

	(void)state;
	make_forked();
	sh("git -C r tag v1 topic");
	for (int i = 0; i < 6; i++) {
		git(100 + 20 * i, "r", ways[i]);
		git(110 + 20 * i, "r", "switch -q main");
	}
	for (int i = 0; i < 6; i++) {
		_autofree_ char *expected = detached_at("r", "topic");

		assert_at("r", 105 + 20 * i, HEAD_CERTAIN, expected);
		assert_at("r", 115 + 20 * i, HEAD_CERTAIN, "main");
	}
}

static void head_log_branch__follows_a_detached_head(void **state)
{
	_autofree_ char *before = NULL, *after = NULL;

	(void)state;
	make_forked();
	git(60, "r", "checkout -q --detach");
	write_and_commit(70, "r", "more");
	before = detached_at("r", "HEAD~1");
	after = detached_at("r", "HEAD");
	assert_at("r", 65, HEAD_CERTAIN, before);
	assert_at("r", 75, HEAD_CERTAIN, after);
	assert_now("r", after);
}

static void head_log_branch__is_the_rebased_branch_through_a_conflict(void **state)
{
	(void)state;
	make_forked();
	git(60, "r", "switch -q topic");
	git(70, "r", "rebase main");
	assert_at("r", 75, HEAD_CERTAIN, "topic");
	assert_now("r", "topic");
	sh("echo both > r/file && git -C r add file");
	git(80, "r", "rebase --continue");
	assert_at("r", 65, HEAD_CERTAIN, "topic");
	assert_at("r", 75, HEAD_CERTAIN, "topic");
	assert_at("r", 80, HEAD_CERTAIN, "topic");
	assert_at("r", 85, HEAD_CERTAIN, "topic");
}

static void head_log_branch__is_the_rebased_branch_until_it_is_given_up(void **state)
{
	static const char *const rebases[] = { "rebase main", "rebase --apply main",
		"rebase -i main", "rebase --onto main topic~1", "pull -q --rebase . main" };

	(void)state;
	make_forked();
	git(60, "r", "switch -q topic");
	for (int i = 0; i < 5; i++) {
		git(100 + 20 * i, "r", rebases[i]);
		git(110 + 20 * i, "r", "rebase --abort");
	}
	for (int i = 0; i < 5; i++) {
		assert_at("r", 100 + 20 * i, HEAD_CERTAIN, "topic");
		assert_at("r", 105 + 20 * i, HEAD_CERTAIN, "topic");
		assert_at("r", 115 + 20 * i, HEAD_CERTAIN, "topic");
	}
}

static void head_log_branch__is_the_rebased_branch_though_begun_elsewhere(void **state)
{
	(void)state;
	make_forked();
	git(60, "r", "rebase main topic");
	assert_at("r", 65, HEAD_CERTAIN, "topic");
	git(70, "r", "rebase --abort");
	git(80, "r", "switch -q -c third");
	git(90, "r", "rebase main third");
	assert_at("r", 55, HEAD_CERTAIN, "main");
	assert_at("r", 65, HEAD_CERTAIN, "topic");
	assert_at("r", 75, HEAD_CERTAIN, "topic");
	assert_at("r", 95, HEAD_CERTAIN, "third");
}

static void head_log_branch__of_a_rebase_that_was_left_is_the_one_before(void **state)
{
	(void)state;
	make_forked();
	git(60, "r", "switch -q topic");
	git(70, "r", "rebase main");
	git(80, "r", "rebase --quit");
	git(90, "r", "checkout -q -f main");
	assert_at("r", 75, HEAD_CERTAIN, "topic");
	assert_at("r", 95, HEAD_CERTAIN, "main");
}

static void head_log_branch__keeps_the_names_of_renamed_branches(void **state)
{
	(void)state;
	sh("git init -q -b master r");
	write_and_commit(10, "r", "first");
	git(20, "r", "branch -M main");
	git(30, "r", "switch -q -c a");
	git(40, "r", "branch -m b");
	git(50, "r", "branch -m main trunk");
	assert_at("r", 5, HEAD_CERTAIN, "master");
	assert_at("r", 15, HEAD_CERTAIN, "master");
	assert_at("r", 25, HEAD_CERTAIN, "main");
	assert_at("r", 35, HEAD_CERTAIN, "a");
	assert_at("r", 45, HEAD_CERTAIN, "b");
	assert_at("r", 55, HEAD_CERTAIN, "b");
}

static void head_log_branch__is_known_in_linked_worktrees(void **state)
{
	_autofree_ char *detached = NULL;

	(void)state;
	make_forked();
	detached = detached_at("r", "main");
	git(60, "r", "worktree add ../w -b linked");
	git(60, "r", "worktree add ../d --detach");
	git(70, "w", "switch -q -c other");
	git(80, "r", "branch -m other another");
	assert_at("w", 55, HEAD_UNKNOWN, "");
	assert_at("w", 65, HEAD_CERTAIN, "linked");
	assert_at("w", 75, HEAD_CERTAIN, "other");
	assert_at("w", 85, HEAD_CERTAIN, "another");
	assert_at("d", 65, HEAD_CERTAIN, detached);
	assert_at("r", 85, HEAD_CERTAIN, "main");
}

static void head_log_branch__is_known_from_the_clone_on(void **state)
{
	_autofree_ char *detached = NULL;

	(void)state;
	make_forked();
	sh("git -C r tag v1");
	git(100, ".", "clone -q r c");
	git(100, ".", "clone -q -b v1 r t");
	git(110, "c", "checkout -q topic");
	git(110, "t", "switch -q main");
	detached = detached_at("r", "v1");
	assert_at("c", 95, HEAD_UNKNOWN, "");
	assert_at("c", 105, HEAD_CERTAIN, "main");
	assert_at("c", 115, HEAD_CERTAIN, "topic");
	assert_at("t", 105, HEAD_CERTAIN, detached);
	assert_at("t", 115, HEAD_CERTAIN, "main");
}

static void head_log_branch__stays_through_everything_else(void **state)
{
	(void)state;
	make_forked();
	git(60, "r", "merge -q -s ours topic");
	git(70, "r", "reset -q --hard HEAD~1");
	git(80, "r", "commit -q --amend -m again");
	git(90, "r", "revert --no-edit HEAD");
	git(100, "r", "cherry-pick topic");
	git(110, "r", "cherry-pick --abort");
	sh("echo dirty > r/file");
	git(120, "r", "stash");
	git(130, "r", "pull -q --ff-only . main");
	for (int t = 60; t < 140; t += 5)
		assert_at("r", t, HEAD_CERTAIN, "main");
}

static void head_log_branch__is_detached_while_bisecting(void **state)
{
	_autofree_ char *middle = NULL;

	(void)state;
	make_forked();
	write_and_commit(52, "r", "second");
	write_and_commit(54, "r", "third");
	git(60, "r", "bisect start HEAD HEAD~3");
	middle = detached_at("r", "HEAD");
	git(70, "r", "bisect reset");
	assert_at("r", 65, HEAD_CERTAIN, middle);
	assert_at("r", 75, HEAD_CERTAIN, "main");
}

static void head_log_branch__finds_an_orphan_branch(void **state)
{
	(void)state;
	make_forked();
	git(60, "r", "checkout -q --orphan pages");
	write_and_commit(70, "r", "pages");
	assert_at("r", 55, HEAD_UNKNOWN, "");
	assert_at("r", 75, HEAD_CERTAIN, "pages");
	git(80, "r", "checkout -q main");
	assert_at("r", 45, HEAD_CERTAIN, "main");
	assert_at("r", 75, HEAD_CERTAIN, "pages");
	assert_at("r", 85, HEAD_CERTAIN, "main");
}

static void head_log_branch__is_unknown_where_git_has_dropped_lines(void **state)
{
	(void)state;
	make_forked();
	git(60, "r", "switch -q -c gone");
	write_and_commit(70, "r", "gone");
	git(80, "r", "switch -q main");
	git(90, "r", "branch -q -D gone");
	git(100, "r", "switch -q -c next");
	assert_at("r", 85, HEAD_CERTAIN, "main");
	sh("git -C r reflog expire --expire=never --expire-unreachable=all --all");
	assert_at("r", 75, HEAD_UNKNOWN, "");
	assert_at("r", 85, HEAD_UNKNOWN, "");
	assert_at("r", 105, HEAD_CERTAIN, "next");
}

static void head_log_branch__without_a_log_is_only_heads(void **state)
{
	(void)state;
	sh("git init -q -b trunk r");
	assert_at("r", 10, HEAD_UNLOGGED, "trunk");
	sh("git -C r config core.logAllRefUpdates false");
	write_and_commit(10, "r", "first");
	assert_at("r", 20, HEAD_UNLOGGED, "trunk");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		world_test(head_log_branch__follows_checkout_and_switch),
		world_test(head_log_branch__tells_detached_heads_from_branches),
		world_test(head_log_branch__follows_a_detached_head),
		world_test(head_log_branch__is_the_rebased_branch_through_a_conflict),
		world_test(head_log_branch__is_the_rebased_branch_until_it_is_given_up),
		world_test(head_log_branch__is_the_rebased_branch_though_begun_elsewhere),
		world_test(head_log_branch__of_a_rebase_that_was_left_is_the_one_before),
		world_test(head_log_branch__keeps_the_names_of_renamed_branches),
		world_test(head_log_branch__is_known_in_linked_worktrees),
		world_test(head_log_branch__is_known_from_the_clone_on),
		world_test(head_log_branch__stays_through_everything_else),
		world_test(head_log_branch__is_detached_while_bisecting),
		world_test(head_log_branch__finds_an_orphan_branch),
		world_test(head_log_branch__is_unknown_where_git_has_dropped_lines),
		world_test(head_log_branch__without_a_log_is_only_heads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
