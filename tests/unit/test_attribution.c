/* SPDX-License-Identifier: MIT */
#include <time.h>

#include "cli/attribution.h"
#include "vcs_world.h"

/* Where answers belong: which witness is heard first, and what is known of
 * directories that have moved or are gone. */

enum { EPOCH = 1700000000 };

static struct usage_index *usage;
static struct attribution *a;
static struct prices *prices;
static struct tt_error err;

#define assert_ok(call)                                     \
	do {                                                \
		if ((call) != TT_OK)                        \
			fail_msg("%s: %s", #call, err.msg); \
	} while (0)

static struct instant at(int seconds)
{
	return (struct instant){ (EPOCH + seconds) * INT64_C(1000) + 500 };
}

static int attribution_setup(void **state)
{
	_autofree_ char *dir = NULL;

	if (world_setup(state) != 0)
		return -1;
	setenv("TZ", "UTC", 1);
	tzset();
	err = (struct tt_error)TT_ERROR_INIT;
	dir = xasprintf("%s/state", world_dir);
	sh("mkdir state");
	assert_ok(prices_builtin(&prices, &err));
	assert_ok(usage_index_open(&usage, dir, true, 0, NULL, &err));
	assert_ok(usage_index_begin(usage, &err));
	a = attribution_new(usage, prices);
	return 0;
}

static int attribution_teardown(void **state)
{
	attribution_free(steal(&a));
	usage_index_close(steal(&usage));
	prices_free(steal(&prices));
	return world_teardown(state);
}

/* The next run: what was looked up is looked up again. */
static void next_run(void)
{
	attribution_free(a);
	a = attribution_new(usage, prices);
}

/* Run a shell command as if it were so many seconds after the epoch. */
static void sh_at(int seconds, const char *command)
{
	_autofree_ char *date = xasprintf("%d +0000", EPOCH + seconds);

	setenv("GIT_COMMITTER_DATE", date, 1);
	setenv("GIT_AUTHOR_DATE", date, 1);
	sh("%s", command);
	unsetenv("GIT_COMMITTER_DATE");
	unsetenv("GIT_AUTHOR_DATE");
}

/* On main since 10, on topic since 100. */
static void make_switched(const char *name)
{
	_autofree_ char *first = xasprintf("git init -q -b main %s && cd %s && echo %s >f && "
					   "git add f && git commit -qm first",
		name, name, name);
	_autofree_ char *then = xasprintf("git -C %s switch -q -c topic", name);

	sh_at(10, first);
	sh_at(100, then);
}

/* As where git has expired what the log began with. */
static void cut_log(const char *name)
{
	sh("sed -i '1s/^0*/1111111111111111111111111111111111111111/; 1s/ (initial)//' "
	   "%s/.git/logs/HEAD",
		name);
}

static void forget_log(const char *name)
{
	sh("rm %s/.git/logs/HEAD && git -C %s config core.logAllRefUpdates false", name, name);
}

/* What an answer in `cwd` below the world is counted for; cwd NULL: not known. */
static struct placement decide(const char *cwd, int seconds, const char *git_branch)
{
	_autofree_ char *path = cwd ? xasprintf("%s/%s", world_dir, cwd) : NULL;
	const struct response r = { .key = "k",
		.session = "s1",
		.cwd = path,
		.model = "claude-opus-4-5",
		.git_branch = git_branch,
		.time = at(seconds) };
	struct placement got;

	assert_ok(attribution_decide(a, &r, &got, &err));
	return got;
}

static void assert_decided(const char *cwd, int seconds, const char *git_branch, const char *branch,
	enum branch_reason reason)
{
	const struct placement got = decide(cwd, seconds, git_branch);

	if (!branch)
		assert_null(got.branch);
	else if (!got.branch || strcmp(got.branch, branch) != 0)
		fail_msg("%s at %d: '%s', not '%s'", cwd, seconds, got.branch ? got.branch : "-",
			branch);
	assert_string_equal(branch_reason_name(got.reason), branch_reason_name(reason));
}

static int64_t repository_of(const char *dir)
{
	_autofree_ char *path = xasprintf("%s/%s", world_dir, dir);
	int64_t repository;

	assert_ok(attribution_repository(a, path, &repository, NULL, &err));
	return repository;
}

static void add_worktree(const char *path, const char *branch, const char *original)
{
	_autofree_ char *from = xasprintf("%s/%s", world_dir, path);
	_autofree_ char *to = xasprintf("%s/%s", world_dir, original);
	const struct worktree_record w = { from, branch, to };

	assert_ok(attribution_add_worktree(a, &w, &err));
}

/* As the settling of a ledger notes it. */
static void name_repository(int64_t id, const char *name)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct repository_row row;

	assert_ok(usage_index_find_repository(usage, id, &arena, &row, &err));
	row.name = name;
	assert_ok(usage_index_put_repository(usage, &row, &id, &err));
}

/* --- the order of witnesses ----------------------------------------------------------- */

static void attribution_decide__believes_the_log_before_the_line(void **state)
{
	(void)state;
	make_switched("r");
	assert_decided("r", 50, "else", "main", BRANCH_BY_REFLOG);
	assert_decided("r", 150, "else", "topic", BRANCH_BY_REFLOG);
	assert_decided("r", 150, NULL, "topic", BRANCH_BY_REFLOG);
}

static void attribution_decide__believes_the_line_within_the_second_of_a_switch(void **state)
{
	(void)state;
	make_switched("r");
	assert_decided("r", 100, "main", "main", BRANCH_BY_RECORD);
	assert_decided("r", 100, NULL, "topic", BRANCH_BY_REFLOG);
}

static void attribution_decide__believes_the_line_before_the_log_began(void **state)
{
	(void)state;
	make_switched("r");
	cut_log("r");
	assert_decided("r", 0, "earlier", "earlier", BRANCH_BY_RECORD);
	assert_decided("r", 0, NULL, NULL, BRANCH_UNKNOWN);
}

static void attribution_decide__asks_a_sighting_after_the_line(void **state)
{
	int64_t r;

	(void)state;
	make_switched("r");
	cut_log("r");
	r = repository_of("r");
	assert_ok(usage_index_put_sighting(usage, "s1", at(-5), r, "seen", &err));
	assert_decided("r", -10, "line", "line", BRANCH_BY_RECORD);
	assert_decided("r", -10, NULL, "seen", BRANCH_BY_SIGHTING);
	assert_decided("r", 150, NULL, "topic", BRANCH_BY_REFLOG);
	assert_decided("r", -10 - 15 * 60, NULL, NULL, BRANCH_UNKNOWN);
}

static void attribution_decide__takes_no_sighting_of_another_repository(void **state)
{
	(void)state;
	make_switched("r");
	cut_log("r");
	make_switched("other");
	assert_ok(usage_index_put_sighting(
		usage, "s1", at(-5), repository_of("other"), "seen", &err));
	assert_decided("r", -10, NULL, NULL, BRANCH_UNKNOWN);
}

static void attribution_decide__takes_head_where_nothing_was_logged(void **state)
{
	int64_t r;

	(void)state;
	make_switched("r");
	forget_log("r");
	r = repository_of("r");
	assert_decided("r", 50, "line", "line", BRANCH_BY_RECORD);
	assert_decided("r", 50, NULL, "topic", BRANCH_BY_HEAD);
	assert_ok(usage_index_put_sighting(usage, "s1", at(55), r, "seen", &err));
	assert_decided("r", 50, NULL, "seen", BRANCH_BY_SIGHTING);
}

static void attribution_decide__takes_no_branch_that_no_ledger_can_have(void **state)
{
	(void)state;
	make_switched("r");
	cut_log("r");
	assert_decided("r", 0, "", NULL, BRANCH_UNKNOWN);
	assert_decided("r", 0, "a\nb", NULL, BRANCH_UNKNOWN);
	assert_decided("r", 0, "a\x7f", NULL, BRANCH_UNKNOWN);
	assert_decided("r", 0, "a\xff", NULL, BRANCH_UNKNOWN);
	assert_decided("r", 100, "a\x1b[0m", "topic", BRANCH_BY_REFLOG);
	assert_decided("r", 0, "feature/\xc3\xa9", "feature/\xc3\xa9", BRANCH_BY_RECORD);
}

static void attribution_decide__has_no_branch_outside_of_repositories(void **state)
{
	(void)state;
	sh("mkdir plain");
	assert_int_equal(decide("plain", 50, "main").repository, REPOSITORY_UNKNOWN);
	assert_decided("plain", 50, "main", NULL, BRANCH_UNKNOWN);
	assert_decided("gone", 50, "main", NULL, BRANCH_UNKNOWN);
	assert_decided(NULL, 50, "main", NULL, BRANCH_UNKNOWN);
}

static void attribution_decide__gives_the_day_of_the_users_zone(void **state)
{
	const int midnight = 86400 - EPOCH % 86400;

	(void)state;
	sh("mkdir plain");
	assert_int_equal(decide("plain", midnight - 1, NULL).day.number, EPOCH / 86400);
	assert_int_equal(decide("plain", midnight, NULL).day.number, EPOCH / 86400 + 1);
	setenv("TZ", "XXX-5:45", 1);
	tzset();
	next_run();
	assert_int_equal(decide("plain", midnight - 20701, NULL).day.number, EPOCH / 86400);
	assert_int_equal(decide("plain", midnight - 20700, NULL).day.number, EPOCH / 86400 + 1);
	setenv("TZ", "UTC", 1);
	tzset();
}

/* --- worktrees ------------------------------------------------------------------------ */

static void attribution_decide__reads_the_log_of_each_worktree(void **state)
{
	(void)state;
	make_switched("r");
	sh_at(200, "git -C r worktree add -q -b side ../linked && git -C r switch -q main");
	assert_int_equal(repository_of("linked"), repository_of("r"));
	assert_decided("linked", 300, "else", "side", BRANCH_BY_REFLOG);
	assert_decided("r", 300, "else", "main", BRANCH_BY_REFLOG);
}

static void attribution_decide__remembers_a_worktree_that_was_removed(void **state)
{
	int64_t r;

	(void)state;
	make_switched("r");
	sh_at(200, "git -C r worktree add -q -b side ../linked");
	r = repository_of("linked");
	sh("git -C r worktree remove linked");
	next_run();
	assert_int_equal(repository_of("linked"), r);
	assert_decided("linked", 300, "line", "line", BRANCH_BY_RECORD);
	assert_decided("linked", 300, NULL, NULL, BRANCH_UNKNOWN);
}

static void attribution_decide__knows_a_removed_worktree_from_the_client(void **state)
{
	(void)state;
	make_switched("r");
	add_worktree("away/x", "told", "r");
	assert_decided("away/x/deep", 150, NULL, "told", BRANCH_BY_RECORD);
	assert_decided("away/x", 150, "line", "line", BRANCH_BY_RECORD);
	assert_decided("away/xy", 150, NULL, NULL, BRANCH_UNKNOWN);
	assert_int_equal(repository_of("away/x"), repository_of("r"));
	next_run(); /* in which the client does not say it again */
	assert_decided("away/x", 150, NULL, "told", BRANCH_BY_RECORD);
}

static void attribution_decide__hears_the_clients_last_word_on_a_worktree(void **state)
{
	(void)state;
	make_switched("r");
	make_switched("other");
	add_worktree("away/x", "one", "r");
	add_worktree("away/x", "two", "other");
	add_worktree("away/x", "two", "other");
	assert_decided("away/x", 150, NULL, "two", BRANCH_BY_RECORD);
	assert_int_equal(repository_of("away/x"), repository_of("other"));
}

static void attribution_decide__survives_a_worktree_that_came_from_itself(void **state)
{
	(void)state;
	add_worktree("away/x", "b", "away/x");
	add_worktree("away/y", "b", "away/z");
	add_worktree("away/z", "b", "gone");
	assert_decided("away/x", 150, "main", NULL, BRANCH_UNKNOWN);
	assert_decided("away/y", 150, "main", NULL, BRANCH_UNKNOWN);
}

/* --- directories that are gone --------------------------------------------------------- */

static void attribution_decide__only_guesses_the_branch_of_a_gone_directory(void **state)
{
	(void)state;
	make_switched("r");
	assert_int_equal(decide("r/gone", 150, NULL).repository, repository_of("r"));
	assert_decided("r/gone", 150, "line", "line", BRANCH_BY_RECORD);
	assert_decided("r/gone", 150, NULL, "topic", BRANCH_BY_REFLOG);
}

static void attribution_decide__believes_the_line_in_a_worktree_without_its_repository(void **state)
{
	(void)state;
	make_switched("r");
	sh("git -C r worktree add -q -b x .claude/worktrees/x && rm -r r/.git/worktrees/x");
	assert_int_equal(repository_of("r/.claude/worktrees/x"), repository_of("r"));
	assert_decided("r/.claude/worktrees/x", 150, "x", "x", BRANCH_BY_RECORD);
}

static void attribution_repository__forgets_no_directory_that_was_one(void **state)
{
	int64_t r;

	(void)state;
	make_switched("r");
	r = repository_of("r");
	assert_true(r > 0);
	sh("rm -rf r");
	next_run();
	assert_int_equal(repository_of("r"), r);
	assert_decided("r", 150, "line", "line", BRANCH_BY_RECORD);
}

/* --- repositories that move ------------------------------------------------------------- */

static void attribution_repository__knows_one_that_was_moved(void **state)
{
	int64_t r;

	(void)state;
	make_switched("r");
	r = repository_of("r");
	sh("mv r elsewhere");
	next_run();
	assert_int_equal(repository_of("elsewhere"), r);
	assert_int_equal(repository_of("r"), r); /* answers of before */
	next_run();
	assert_int_equal(repository_of("elsewhere"), r);
}

static void attribution_repository__knows_one_that_was_cloned_anew(void **state)
{
	int64_t r;

	(void)state;
	make_switched("r");
	sh("git -C r remote add origin https://example.com/acme/app.git");
	r = repository_of("r");
	name_repository(r, "example.com/acme/app");
	sh("mv r kept && git clone -q kept anew && rm -rf kept");
	sh("git -C anew remote set-url origin git@example.com:acme/app");
	next_run();
	assert_int_equal(repository_of("anew"), r);
}

static void attribution_repository__tells_two_clones_apart(void **state)
{
	int64_t r;

	(void)state;
	make_switched("r");
	sh("git -C r remote add origin https://example.com/acme/app.git");
	r = repository_of("r");
	name_repository(r, "example.com/acme/app");
	sh("cp -r r copy");
	next_run();
	assert_int_not_equal(repository_of("copy"), r);
	assert_int_equal(repository_of("r"), r);
}

static void attribution_repository__keeps_one_that_was_cloned_again_in_its_place(void **state)
{
	int64_t r;

	(void)state;
	make_switched("r");
	sh("git -C r remote add origin https://example.com/acme/app.git");
	r = repository_of("r");
	name_repository(r, "example.com/acme/app");
	sh("cp -r r copy && rm -rf r && mv copy r");
	next_run();
	assert_int_equal(repository_of("r"), r);
}

static void attribution_repository__tells_another_one_in_the_same_place(void **state)
{
	int64_t r, other;

	(void)state;
	make_switched("r");
	sh("git -C r remote add origin https://example.com/acme/app.git");
	r = repository_of("r");
	name_repository(r, "example.com/acme/app");
	make_switched("new");
	sh("git -C new remote add origin https://example.com/acme/else.git");
	sh("mv r away && mv new r");
	next_run();
	other = repository_of("r");
	assert_int_not_equal(other, r);
	assert_int_equal(repository_of("away"), r);
	next_run();
	assert_int_equal(repository_of("r"), other);
	assert_int_equal(repository_of("away"), r);
}

#define attribution_test(f) \
	cmocka_unit_test_setup_teardown(f, attribution_setup, attribution_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		attribution_test(attribution_decide__believes_the_log_before_the_line),
		attribution_test(
			attribution_decide__believes_the_line_within_the_second_of_a_switch),
		attribution_test(attribution_decide__believes_the_line_before_the_log_began),
		attribution_test(attribution_decide__asks_a_sighting_after_the_line),
		attribution_test(attribution_decide__takes_no_sighting_of_another_repository),
		attribution_test(attribution_decide__takes_head_where_nothing_was_logged),
		attribution_test(attribution_decide__takes_no_branch_that_no_ledger_can_have),
		attribution_test(attribution_decide__has_no_branch_outside_of_repositories),
		attribution_test(attribution_decide__gives_the_day_of_the_users_zone),
		attribution_test(attribution_decide__reads_the_log_of_each_worktree),
		attribution_test(attribution_decide__remembers_a_worktree_that_was_removed),
		attribution_test(attribution_decide__knows_a_removed_worktree_from_the_client),
		attribution_test(attribution_decide__hears_the_clients_last_word_on_a_worktree),
		attribution_test(attribution_decide__survives_a_worktree_that_came_from_itself),
		attribution_test(attribution_decide__only_guesses_the_branch_of_a_gone_directory),
		attribution_test(
			attribution_decide__believes_the_line_in_a_worktree_without_its_repository),
		attribution_test(attribution_repository__forgets_no_directory_that_was_one),
		attribution_test(attribution_repository__knows_one_that_was_moved),
		attribution_test(attribution_repository__knows_one_that_was_cloned_anew),
		attribution_test(attribution_repository__tells_two_clones_apart),
		attribution_test(
			attribution_repository__keeps_one_that_was_cloned_again_in_its_place),
		attribution_test(attribution_repository__tells_another_one_in_the_same_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
