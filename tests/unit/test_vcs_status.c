/* SPDX-License-Identifier: MIT */
#include "vcs_world.h"

static size_t unstaged(const char *path)
{
	_cleanup_(vcs_closep) struct vcs_repo *repo = open_at(path);
	struct tt_error err = TT_ERROR_INIT;
	size_t count = 0;

	if (vcs_unstaged_below(&count, repo, "temp/", &err) != TT_OK)
		fail_msg("%s", err.msg);
	return count;
}

static void vcs_unstaged_below__counts_new_and_changed_files(void **state)
{
	(void)state;
	make_repo("r");
	assert_int_equal(unstaged("r"), 0);
	sh("cd r && mkdir -p temp/deep && touch temp/a.json temp/b.json temp/deep/c.json other");
	assert_int_equal(unstaged("r"), 3);
	sh("git -C r add temp/a.json");
	assert_int_equal(unstaged("r"), 2);
	sh("git -C r add temp");
	assert_int_equal(unstaged("r"), 0);
	sh("echo x >>r/temp/a.json");
	assert_int_equal(unstaged("r"), 1);
	sh("git -C r add temp && git -C r commit -qm x && touch -d 2020-01-01 r/temp/a.json");
	assert_int_equal(unstaged("r"), 0);
}

static void vcs_unstaged_below__leaves_out_ignored_and_dot_files(void **state)
{
	(void)state;
	make_repo("r");
	sh("cd r && mkdir temp && touch temp/.gitkeep temp/.x.tmp temp/a.log temp/a.json && "
	   "echo '*.log' >.gitignore");
	assert_int_equal(unstaged("r"), 1);
}

static void vcs_unstaged_below__does_not_follow_links(void **state)
{
	(void)state;
	make_repo("r");
	sh("mkdir r/temp far && touch far/x && ln -s ../../far r/temp/far && mkfifo r/temp/pipe");
	assert_int_equal(unstaged("r"), 0);
}

static void vcs_unstaged_below__counts_what_no_index_holds(void **state)
{
	(void)state;
	make_repo("r");
	sh("cd r && mkdir temp && touch temp/a.json && git add temp && cp .git/index ../full && "
	   "git rm -q --cached temp/a.json && touch temp/b.json && git add temp/b.json");
	assert_int_equal(unstaged("r"), 1);
	setenv("GIT_INDEX_FILE", "../full", 1);
	assert_int_equal(unstaged("r"), 0);
	sh("touch r/temp/c.json");
	assert_int_equal(unstaged("r"), 1);
	unsetenv("GIT_INDEX_FILE");
}

static void vcs_unstaged_below__works_where_libgit2_does_not(void **state)
{
	(void)state;
	sh("git init -q --object-format=sha256 r && cd r && mkdir temp && "
	   "touch temp/a.json temp/b.json temp/.gitkeep && git add temp/a.json");
	assert_int_equal(unstaged("r"), 1);
}

static void vcs_is_ignored__answers_for_any_path(void **state)
{
	static const struct {
		const char *path;
		bool ignored;
	} cases[] = {
		{ "temp/x.json", true },
		{ "temp", true },
		{ "deep/temp/x.json", false },
		{ "a.log", true },
		{ "deep/a.log", true },
		{ "keep.log", false },
		{ "a", false },
	};

	(void)state;
	for (int sha256 = 0; sha256 < 2; sha256++) {
		_cleanup_(vcs_closep) struct vcs_repo *repo = NULL;
		_autofree_ char *inside = xasprintf("%s/r/temp/x.json", world_dir);

		sh("git init -q %s r && mkdir r/temp && cd r && "
		   "printf '/temp/\\n*.log\\n!keep.log\\n' >.gitignore",
			sha256 ? "--object-format=sha256" : "");
		repo = open_at("r");
		for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
			if (vcs_is_ignored(repo, cases[i].path) != cases[i].ignored)
				fail_msg("%s", cases[i].path);
		assert_true(vcs_is_ignored(repo, inside));
		assert_false(vcs_is_ignored(repo, "/etc/passwd"));
		sh("rm -rf r");
	}
}

static void vcs_is_ignored__reads_the_users_own_excludes(void **state)
{
	_cleanup_(vcs_closep) struct vcs_repo *repo = NULL;

	(void)state;
	make_repo("r");
	sh("git config --file gitconfig core.excludesFile \"$PWD/mine\" && echo temp/ >mine");
	setenv("GIT_CONFIG_GLOBAL", "gitconfig", 1);
	repo = open_at("r");
	assert_true(vcs_is_ignored(repo, "temp/x.json"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		world_test(vcs_unstaged_below__counts_new_and_changed_files),
		world_test(vcs_unstaged_below__leaves_out_ignored_and_dot_files),
		world_test(vcs_unstaged_below__does_not_follow_links),
		world_test(vcs_unstaged_below__counts_what_no_index_holds),
		world_test(vcs_unstaged_below__works_where_libgit2_does_not),
		world_test(vcs_is_ignored__answers_for_any_path),
		world_test(vcs_is_ignored__reads_the_users_own_excludes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
