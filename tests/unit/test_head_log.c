/* SPDX-License-Identifier: MIT */
#include "vcs/head_log.h"
#include "vcs_world.h"

/*
 * The branch at a time, from logs that are written here line by line: "100 commit:
 * x" stands for a line of the second 100 whose ids go on from the line before.
 * "0100" begins with nothing before it (the old id is all zeros), and "!100"
 * with an id that no line before had.  The new id of line n is n, in hex, 40
 * times over: HEAD@1111111.
 */
struct line_ids {
	char old_id[41], new_id[41];
	int n;
};

static void add_line(struct strbuf *log, struct line_ids *ids, const char *line)
{
	const char *digits = line + strcspn(line, "123456789");
	size_t len = strcspn(digits, " ");

	memset(ids->old_id,
		line[0] == '0' || !ids->n ? '0'
		: line[0] == '!'	  ? 'f'
					  : ids->new_id[0],
		40);
	ids->n++;
	memset(ids->new_id, "0123456789abcdef"[ids->n], 40);
	strbuf_addf(log, "%s %s A U Thor <a@example.com> %.*s +0100", ids->old_id, ids->new_id,
		(int)len, digits);
	if (digits[len])
		strbuf_addf(log, "\t%s", digits + len + 1);
	strbuf_addch(log, '\n');
}

static struct head_log *log_of(const char *head, const char *const *lines)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct line_ids ids = { .n = 0 };

	for (; *lines; lines++)
		add_line(&text, &ids, *lines);
	return head_log_parse(text.buf, text.len, head);
}
#define LOG(head, ...) log_of((head), (const char *const[]){ __VA_ARGS__, NULL })
#define ON_MAIN "ref: refs/heads/main\n"
#define DETACHED "9999999999999999999999999999999999999999\n"

static void assert_at(
	const struct head_log *log, int64_t seconds, enum head_answer expected, const char *branch)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	const struct instant t = { seconds * 1000 + 999 };
	enum head_answer answer = head_log_branch(&out, log, t);

	if (answer != expected || strcmp(out.buf, branch) != 0)
		fail_msg("at %d: %d '%s', not %d '%s'", (int)seconds, answer, out.buf, expected,
			branch);
}

/* --- without a switch ----------------------------------------------------------- */

static void head_log_branch__without_a_log_is_that_of_head_now(void **state)
{
	_cleanup_(head_log_freep) struct head_log *log = head_log_parse("", 0, ON_MAIN);
	_cleanup_(head_log_freep) struct head_log *detached = head_log_parse("", 0, DETACHED);
	_cleanup_(head_log_freep) struct head_log *none = head_log_parse("", 0, "");

	(void)state;
	assert_at(log, 100, HEAD_UNLOGGED, "main");
	assert_at(detached, 100, HEAD_UNLOGGED, "HEAD@9999999");
	assert_at(none, 100, HEAD_UNKNOWN, "");
}

static void head_log_branch__without_a_switch_is_heads_from_the_first_line_on(void **state)
{
	_cleanup_(head_log_freep) struct head_log *log =
		LOG(ON_MAIN, "100 clone: from https://example.com/x", "200 commit: second");

	(void)state;
	assert_at(log, 99, HEAD_UNKNOWN, "");
	assert_at(log, 100, HEAD_CERTAIN, "main");
	assert_at(log, 500, HEAD_CERTAIN, "main");
}

static void head_log_branch__reaches_back_before_the_first_commit(void **state)
{
	_cleanup_(head_log_freep) struct head_log *log = LOG("ref: refs/heads/x\n",
		"100 commit (initial): first", "200 checkout: moving from trunk to x");

	(void)state;
	assert_at(log, 1, HEAD_CERTAIN, "trunk");
	assert_at(log, 100, HEAD_CERTAIN, "trunk");
	assert_at(log, 300, HEAD_CERTAIN, "x");
}

static void head_log_branch__of_a_new_worktree_is_that_of_its_head(void **state)
{
	_cleanup_(head_log_freep) struct head_log *log =
		LOG("ref: refs/heads/w\n", "100", "100 reset: moving to HEAD");
	_cleanup_(head_log_freep) struct head_log *detached = LOG(DETACHED, "100", "200 commit: x");

	(void)state;
	assert_at(log, 100, HEAD_CERTAIN, "w");
	assert_at(detached, 150, HEAD_CERTAIN, "HEAD@1111111");
	assert_at(detached, 250, HEAD_CERTAIN, "HEAD@2222222");
}

/* --- switches ------------------------------------------------------------------------- */

static void head_log_branch__follows_checkouts(void **state)
{
	_cleanup_(head_log_freep) struct head_log *log =
		LOG(ON_MAIN, "100 clone: from x", "200 checkout: moving from main to feature/x",
			"300 commit: more", "400 checkout: moving from feature/x to main");

	(void)state;
	assert_at(log, 199, HEAD_CERTAIN, "main");
	assert_at(log, 200, HEAD_SWITCHING, "feature/x");
	assert_at(log, 201, HEAD_CERTAIN, "feature/x");
	assert_at(log, 300, HEAD_CERTAIN, "feature/x");
	assert_at(log, 399, HEAD_CERTAIN, "feature/x");
	assert_at(log, 400, HEAD_SWITCHING, "main");
	assert_at(log, 401, HEAD_CERTAIN, "main");
}

static void head_log_branch__takes_a_checkout_of_itself_for_no_switch(void **state)
{
	_cleanup_(head_log_freep) struct head_log *log =
		LOG(ON_MAIN, "100 clone: from x", "200 checkout: moving from main to main");

	(void)state;
	assert_at(log, 200, HEAD_CERTAIN, "main");
}

static void head_log_branch__of_several_switches_in_a_second_is_the_last(void **state)
{
	_cleanup_(head_log_freep) struct head_log *log = LOG(ON_MAIN, "100 clone: from x",
		"200 checkout: moving from main to a", "200 checkout: moving from a to b",
		"200 commit: on b", "300 checkout: moving from b to main");

	(void)state;
	assert_at(log, 200, HEAD_SWITCHING, "b");
	assert_at(log, 201, HEAD_CERTAIN, "b");
}

static void head_log_branch__is_unknown_before_a_log_that_begins_with_a_switch(void **state)
{
	_cleanup_(head_log_freep) struct head_log *log =
		LOG(ON_MAIN, "200 checkout: moving from a to main");

	(void)state;
	assert_at(log, 199, HEAD_UNKNOWN, "");
	assert_at(log, 200, HEAD_SWITCHING, "main");
	assert_at(log, 201, HEAD_CERTAIN, "main");
}

/* The words of a checkout do not tell; the checkout that follows does. */
static void head_log_branch__is_detached_where_the_next_checkout_leaves_an_id(void **state)
{
	static const char *const words[] = { "v1.0", "HEAD", "feature", "refs/heads/feature",
		"heads/feature", "HEAD~1", "main@{1}", "origin/main", ":/some words to find",
		"2222222222222222222222222222222222222222", "2222222" };

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		_autofree_ char *move = xasprintf("200 checkout: moving from main to %s", words[i]);
		_cleanup_(head_log_freep) struct head_log *left =
			LOG(ON_MAIN, "100 clone: from x", move, "300 commit: detached",
				"400 checkout: moving from "
				"3333333333333333333333333333333333333333 to main");
		_cleanup_(head_log_freep) struct head_log *still =
			LOG(DETACHED, "100 clone: from x", move, "300 commit: detached");

		assert_at(left, 200, HEAD_SWITCHING, "HEAD@2222222");
		assert_at(left, 250, HEAD_CERTAIN, "HEAD@2222222");
		assert_at(left, 350, HEAD_CERTAIN, "HEAD@3333333");
		assert_at(left, 450, HEAD_CERTAIN, "main");
		assert_at(still, 250, HEAD_CERTAIN, "HEAD@2222222");
	}
}

static void head_log_branch__is_a_branch_that_looks_like_an_id_where_it_is_left_as_one(void **state)
{
	_cleanup_(head_log_freep) struct head_log *log =
		LOG(ON_MAIN, "100 clone: from x", "200 checkout: moving from main to deadbee",
			"300 checkout: moving from deadbee to main");

	(void)state;
	assert_at(log, 250, HEAD_CERTAIN, "deadbee");
}

static void head_log_branch__knows_what_was_detached_before_the_first_switch(void **state)
{
	_cleanup_(head_log_freep) struct head_log *log = LOG(ON_MAIN, "100 clone: from x",
		"200 checkout: moving from 1111111111111111111111111111111111111111 to main");

	(void)state;
	assert_at(log, 150, HEAD_CERTAIN, "HEAD@1111111");
	assert_at(log, 250, HEAD_CERTAIN, "main");
}

/* --- renamed branches -------------------------------------------------------------------- */

static void head_log_branch__gives_a_renamed_branch_the_name_that_it_had(void **state)
{
	_cleanup_(head_log_freep) struct head_log *log = LOG(ON_MAIN, "100 commit (initial): first",
		"200 Branch: renamed refs/heads/master to refs/heads/main",
		"200 Branch: renamed refs/heads/master to refs/heads/main");

	(void)state;
	assert_at(log, 50, HEAD_CERTAIN, "master");
	assert_at(log, 150, HEAD_CERTAIN, "master");
	assert_at(log, 200, HEAD_SWITCHING, "main");
	assert_at(log, 250, HEAD_CERTAIN, "main");
}

/* --- rebases ---------------------------------------------------------------------------------- */

static void head_log_branch__is_the_rebased_one_while_it_is_rebased(void **state)
{
	static const char *const commands[] = { "rebase", "rebase -i", "pull -q --rebase",
		"pull --rebase https://example.com/x main:main" };
	static const char *const ends[] = { "finish", "abort" };

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		_autofree_ char *start =
			xasprintf("300 %s (start): checkout main", commands[i / 2]);
		_autofree_ char *end = xasprintf(
			"500 %s (%s): returning to refs/heads/topic", commands[i / 2], ends[i % 2]);
		_cleanup_(head_log_freep) struct head_log *log = LOG("ref: refs/heads/topic\n",
			"100 clone: from x", "200 checkout: moving from main to topic", start,
			"400 rebase (pick): returning to refs/heads/evil", end, "600 commit: x");

		assert_at(log, 250, HEAD_CERTAIN, "topic");
		assert_at(log, 300, HEAD_CERTAIN, "topic");
		assert_at(log, 400, HEAD_CERTAIN, "topic");
		assert_at(log, 500, HEAD_CERTAIN, "topic");
		assert_at(log, 700, HEAD_CERTAIN, "topic");
	}
}

/* `git rebase main topic`, while on another branch. */
static void head_log_branch__is_the_rebased_one_though_another_was_left_for_it(void **state)
{
	_cleanup_(head_log_freep) struct head_log *log = LOG("ref: refs/heads/topic\n",
		"100 clone: from x", "200 checkout: moving from main to other",
		"300 rebase (start): checkout main", "400 rebase (pick): x",
		"500 rebase (finish): returning to refs/heads/topic");

	(void)state;
	assert_at(log, 250, HEAD_CERTAIN, "other");
	assert_at(log, 300, HEAD_SWITCHING, "topic");
	assert_at(log, 450, HEAD_CERTAIN, "topic");
	assert_at(log, 500, HEAD_CERTAIN, "topic");
}

static void head_log_branch__of_a_rebase_that_was_left_alone_is_the_one_before(void **state)
{
	_cleanup_(head_log_freep) struct head_log *log = LOG(ON_MAIN, "100 clone: from x",
		"200 checkout: moving from main to topic", "300 rebase (start): checkout main",
		"400 checkout: moving from 3333333333333333333333333333333333333333 to main");

	(void)state;
	assert_at(log, 350, HEAD_CERTAIN, "topic");
	assert_at(log, 450, HEAD_CERTAIN, "main");
}

static void head_log_branch__reads_rebases_of_elder_gits(void **state)
{
	_cleanup_(head_log_freep) struct head_log *log = LOG("ref: refs/heads/topic\n",
		"100 clone: from x", "200 checkout: moving from main to topic",
		"300 rebase: checkout main", "400 rebase: some change",
		"500 rebase finished: returning to refs/heads/topic");

	(void)state;
	assert_at(log, 250, HEAD_CERTAIN, "topic");
	assert_at(log, 350, HEAD_CERTAIN, "topic");
	assert_at(log, 550, HEAD_CERTAIN, "topic");
}

static void head_log_branch__follows_a_rebase_that_only_goes_to_its_branch(void **state)
{
	_cleanup_(head_log_freep) struct head_log *log =
		LOG(ON_MAIN, "100 clone: from x", "200 checkout: moving from main to other",
			"300 rebase: checkout topic", "400 checkout: moving from topic to main");

	(void)state;
	assert_at(log, 250, HEAD_CERTAIN, "other");
	assert_at(log, 350, HEAD_CERTAIN, "topic");
}

/* --- what was never logged, or is dropped ------------------------------------------------- */

static void head_log_branch__finds_an_orphan_branch_by_its_first_commit(void **state)
{
	_cleanup_(head_log_freep) struct head_log *log =
		LOG(ON_MAIN, "100 clone: from x", "200 checkout: moving from x to main",
			"300 commit: on main", "0400 commit (initial): on orphan",
			"500 commit: on orphan", "600 checkout: moving from orphan to main");

	(void)state;
	assert_at(log, 250, HEAD_CERTAIN, "main");
	assert_at(log, 300, HEAD_CERTAIN, "main");
	assert_at(log, 350, HEAD_UNKNOWN, "");
	assert_at(log, 401, HEAD_CERTAIN, "orphan");
	assert_at(log, 550, HEAD_CERTAIN, "orphan");
	assert_at(log, 650, HEAD_CERTAIN, "main");
}

/* git drops the lines of commits that nothing reaches any more. */
static void head_log_branch__is_unknown_where_lines_were_dropped(void **state)
{
	_cleanup_(head_log_freep) struct head_log *log =
		LOG("ref: refs/heads/next\n", "100 clone: from x",
			"200 checkout: moving from main to gone", "!300 commit: which one?",
			"400 commit: which one?", "500 checkout: moving from main to next");
	_cleanup_(head_log_freep) struct head_log *whole = LOG("ref: refs/heads/next\n",
		"100 clone: from x", "200 checkout: moving from main to gone",
		"300 commit: which one?", "500 checkout: moving from main to next");

	(void)state;
	assert_at(log, 200, HEAD_SWITCHING, "gone");
	assert_at(log, 250, HEAD_UNKNOWN, "");
	assert_at(log, 350, HEAD_CERTAIN, "main");
	assert_at(log, 550, HEAD_CERTAIN, "next");
	assert_at(whole, 200, HEAD_SWITCHING, "gone");
	assert_at(whole, 350, HEAD_UNKNOWN, "");
}

static void head_log_branch__believes_no_line_of_an_unborn_branch(void **state)
{
	_cleanup_(head_log_freep) struct head_log *log =
		LOG(ON_MAIN, "100 clone: from x", "200 checkout: moving from x to main",
			"300 commit: on main", "0400 checkout: moving from newborn to main");

	(void)state;
	assert_at(log, 250, HEAD_CERTAIN, "main");
	assert_at(log, 300, HEAD_CERTAIN, "main");
	assert_at(log, 350, HEAD_UNKNOWN, "");
	assert_at(log, 450, HEAD_CERTAIN, "main");
}

static void head_log_branch__is_not_moved_by_subjects_of_commits(void **state)
{
	_cleanup_(head_log_freep) struct head_log *log =
		LOG(ON_MAIN, "100 clone: from x", "200 commit: checkout: moving from main to evil",
			"300 merge x: rebase (finish): returning to refs/heads/evil",
			"400 revert: Branch: renamed refs/heads/main to refs/heads/evil");

	(void)state;
	for (int64_t t = 150; t < 500; t += 50)
		assert_at(log, t, HEAD_CERTAIN, "main");
}

static void head_log_branch__passes_over_what_is_no_line(void **state)
{
	static const char text[] =
		"0000000000000000000000000000000000000000 "
		"1111111111111111111111111111111111111111 A <a@b> 100 +0000\tclone: from x\n"
		"garbage\n"
		"\n"
		"1111111111111111111111111111111111111111 short A <a@b> 150 +0000\tx\n"
		"1111111111111111111111111111111111111111 "
		"2222222222222222222222222222222222222222 A <a@b> soon +0000\tx\n"
		"1111111111111111111111111111111111111111 "
		"2222222222222222222222222222222222222222 A <a@b> 200 "
		"+0000\tcheckout: moving from a to main\n"
		"1111111111111111111111111111111111111111 "
		"2222222222222222222222222222222222222222 A <a@b> 300 "
		"+0000\tcheckout: moving from main to fea";
	_cleanup_(head_log_freep) struct head_log *log =
		head_log_parse(text, sizeof text - 1, ON_MAIN);

	(void)state;
	assert_at(log, 120, HEAD_CERTAIN, "a");
	assert_at(log, 400, HEAD_CERTAIN, "main"); /* the last line is not whole yet */
}

/* --- times that run backwards --------------------------------------------------------------- */

static void head_log_branch__is_not_misled_by_one_time_of_the_past(void **state)
{
	_cleanup_(head_log_freep) struct head_log *log = LOG(ON_MAIN, "1000 clone: from x",
		"1100 checkout: moving from main to a", "5 commit: of long ago", "1200 commit: x",
		"1300 checkout: moving from a to main", "7 commit: of long ago, too");

	(void)state;
	assert_at(log, 50, HEAD_UNKNOWN, "");
	assert_at(log, 1050, HEAD_CERTAIN, "main");
	assert_at(log, 1150, HEAD_CERTAIN, "a");
	assert_at(log, 1250, HEAD_CERTAIN, "a");
	assert_at(log, 1350, HEAD_CERTAIN, "main");
}

static void head_log_branch__is_not_misled_by_one_time_of_the_future(void **state)
{
	_cleanup_(head_log_freep) struct head_log *log = LOG(ON_MAIN, "1000 clone: from x",
		"9000 commit: of a time to come", "1100 checkout: moving from main to a",
		"1200 commit: x", "1300 checkout: moving from a to main");

	(void)state;
	assert_at(log, 1050, HEAD_CERTAIN, "main");
	assert_at(log, 1150, HEAD_CERTAIN, "a");
	assert_at(log, 1350, HEAD_CERTAIN, "main");
	assert_at(log, 9999, HEAD_CERTAIN, "main");
}

static void head_log_branch__is_unknown_around_a_switch_whose_time_is_wrong(void **state)
{
	_cleanup_(head_log_freep) struct head_log *log = LOG(ON_MAIN, "1000 clone: from x",
		"1100 commit: x", "5 checkout: moving from main to a", "1200 commit: x",
		"1250 commit: x", "1300 checkout: moving from a to main");
	_cleanup_(head_log_freep) struct head_log *last = LOG("ref: refs/heads/a\n",
		"1000 clone: from x", "1100 commit: x", "5 checkout: moving from main to a");

	(void)state;
	assert_at(log, 1050, HEAD_CERTAIN, "main");
	assert_at(log, 1100, HEAD_CERTAIN, "main");
	assert_at(log, 1150, HEAD_UNKNOWN, "");
	assert_at(log, 1200, HEAD_SWITCHING, "a");
	assert_at(log, 1225, HEAD_CERTAIN, "a");
	assert_at(log, 1350, HEAD_CERTAIN, "main");
	assert_at(last, 1050, HEAD_CERTAIN, "main");
	assert_at(last, 1500, HEAD_UNKNOWN, "");
}

static void head_log_parse__takes_no_placeholder_for_a_branch(void **state)
{
	_cleanup_(head_log_freep) struct head_log *log =
		head_log_parse("", 0, "ref: refs/heads/.invalid\n");

	(void)state;
	assert_at(log, 100, HEAD_UNKNOWN, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(head_log_branch__without_a_log_is_that_of_head_now),
		cmocka_unit_test(head_log_branch__without_a_switch_is_heads_from_the_first_line_on),
		cmocka_unit_test(head_log_branch__reaches_back_before_the_first_commit),
		cmocka_unit_test(head_log_branch__of_a_new_worktree_is_that_of_its_head),
		cmocka_unit_test(head_log_branch__follows_checkouts),
		cmocka_unit_test(head_log_branch__takes_a_checkout_of_itself_for_no_switch),
		cmocka_unit_test(head_log_branch__of_several_switches_in_a_second_is_the_last),
		cmocka_unit_test(
			head_log_branch__is_unknown_before_a_log_that_begins_with_a_switch),
		cmocka_unit_test(head_log_branch__is_detached_where_the_next_checkout_leaves_an_id),
		cmocka_unit_test(
			head_log_branch__is_a_branch_that_looks_like_an_id_where_it_is_left_as_one),
		cmocka_unit_test(head_log_branch__knows_what_was_detached_before_the_first_switch),
		cmocka_unit_test(head_log_branch__gives_a_renamed_branch_the_name_that_it_had),
		cmocka_unit_test(head_log_branch__is_the_rebased_one_while_it_is_rebased),
		cmocka_unit_test(
			head_log_branch__is_the_rebased_one_though_another_was_left_for_it),
		cmocka_unit_test(
			head_log_branch__of_a_rebase_that_was_left_alone_is_the_one_before),
		cmocka_unit_test(head_log_branch__reads_rebases_of_elder_gits),
		cmocka_unit_test(head_log_branch__follows_a_rebase_that_only_goes_to_its_branch),
		cmocka_unit_test(head_log_branch__finds_an_orphan_branch_by_its_first_commit),
		cmocka_unit_test(head_log_branch__is_unknown_where_lines_were_dropped),
		cmocka_unit_test(head_log_branch__believes_no_line_of_an_unborn_branch),
		cmocka_unit_test(head_log_branch__is_not_moved_by_subjects_of_commits),
		cmocka_unit_test(head_log_branch__passes_over_what_is_no_line),
		cmocka_unit_test(head_log_branch__is_not_misled_by_one_time_of_the_past),
		cmocka_unit_test(head_log_branch__is_not_misled_by_one_time_of_the_future),
		cmocka_unit_test(head_log_branch__is_unknown_around_a_switch_whose_time_is_wrong),
		cmocka_unit_test(head_log_parse__takes_no_placeholder_for_a_branch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
