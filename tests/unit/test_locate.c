/* SPDX-License-Identifier: MIT */
#include <sys/stat.h>

#include "vcs/head_log.h"
#include "vcs_world.h"

/* Which repository a directory belongs to, beside what the git command says of it. */

/* All paths are below the world; top "" is a bare repository's. */
static void assert_located(
	const char *dir, const char *git_dir, const char *common_dir, const char *top, bool exact)
{
	_autofree_ char *path = xasprintf("%s/%s", world_dir, dir);
	_cleanup_(vcs_location_release) struct vcs_location at = VCS_LOCATION_INIT;
	struct stat st;

	if (!vcs_locate(&at, path))
		fail_msg("no repository at %s", dir);
	assert_path(at.git_dir.buf, git_dir);
	assert_path(at.common_dir.buf, common_dir);
	if (*top)
		assert_path(at.worktree.buf, top);
	else
		assert_int_equal(at.worktree.len, 0);
	assert_int_equal(at.exact, exact);
	assert_int_equal(stat(at.common_dir.buf, &st), 0);
	assert_int_equal(at.device, st.st_dev);
	assert_int_equal(at.inode, st.st_ino);
}

/* The same, and git agrees. */
static void assert_as_git(
	const char *dir, const char *git_dir, const char *common_dir, const char *top)
{
	_autofree_ char *own = sh_line("git -C %s rev-parse --absolute-git-dir", dir);
	_autofree_ char *common =
		sh_line("cd %s && realpath \"$(git rev-parse --git-common-dir)\"", dir);

	assert_path(own, git_dir);
	assert_path(common, common_dir);
	assert_located(dir, git_dir, common_dir, top, true);
}

static void assert_nowhere(const char *path, bool exact)
{
	_cleanup_(vcs_location_release) struct vcs_location at = VCS_LOCATION_INIT;

	assert_false(vcs_locate(&at, path));
	assert_int_equal(at.exact, exact);
	assert_int_equal(at.git_dir.len + at.common_dir.len + at.worktree.len, 0);
}

static void vcs_locate__finds_a_worktree_from_its_top_and_below(void **state)
{
	(void)state;
	make_repo("r");
	sh("mkdir -p r/a/b");
	assert_as_git("r", "r/.git", "r/.git", "r");
	assert_as_git("r/a/b", "r/.git", "r/.git", "r");
	assert_located("r/a/", "r/.git", "r/.git", "r", true);
	assert_located("r/./a/../a/b", "r/.git", "r/.git", "r", true);
}

static void vcs_locate__finds_the_repository_of_a_linked_worktree(void **state)
{
	(void)state;
	make_repo("r");
	sh("git -C r worktree add -q ../linked && mkdir linked/deep");
	sh("git -C r worktree add -q .claude/worktrees/x");
	assert_as_git("linked", "r/.git/worktrees/linked", "r/.git", "linked");
	assert_as_git("linked/deep", "r/.git/worktrees/linked", "r/.git", "linked");
	assert_as_git(
		"r/.claude/worktrees/x", "r/.git/worktrees/x", "r/.git", "r/.claude/worktrees/x");
	assert_as_git("r/.claude", "r/.git", "r/.git", "r");
}

static void vcs_locate__takes_a_submodule_for_a_repository_of_its_own(void **state)
{
	(void)state;
	make_repo("lib");
	make_repo("r");
	sh("git -C r -c protocol.file.allow=always submodule --quiet add ../lib sub 2>/dev/null");
	sh("mkdir r/sub/deep");
	assert_as_git("r/sub", "r/.git/modules/sub", "r/.git/modules/sub", "r/sub");
	assert_as_git("r/sub/deep", "r/.git/modules/sub", "r/.git/modules/sub", "r/sub");
	assert_as_git("r", "r/.git", "r/.git", "r");
}

static void vcs_locate__finds_a_bare_repository_and_its_worktrees(void **state)
{
	(void)state;
	make_repo("r");
	sh("git clone -q --bare r bare.git && git -C bare.git worktree add -q ../w main");
	assert_as_git("bare.git", "bare.git", "bare.git", "");
	assert_as_git("bare.git/refs/heads", "bare.git", "bare.git", "");
	assert_as_git("w", "bare.git/worktrees/w", "bare.git", "w");
}

static void vcs_locate__follows_a_separate_git_directory(void **state)
{
	(void)state;
	sh("git init -q --separate-git-dir=real r && mkdir r/a");
	assert_as_git("r/a", "real", "real", "r");
	sh("echo 'gitdir: ../real' >r/.git");
	assert_as_git("r/a", "real", "real", "r");
}

static void vcs_locate__goes_where_a_link_leads(void **state)
{
	(void)state;
	make_repo("r");
	make_repo("other");
	sh("mkdir r/a && ln -s ../r/a other/into && ln -s r alias");
	sh("mkdir via && ln -s ../r/.git via/.git");
	assert_as_git("alias", "r/.git", "r/.git", "r");
	assert_as_git("other/into", "r/.git", "r/.git", "r");
	assert_located("via", "r/.git", "r/.git", "via", true);
}

static void vcs_locate__knows_the_repository_from_inside_its_git_directory(void **state)
{
	(void)state;
	make_repo("r");
	sh("mkdir -p r/.git/hooks/deep");
	assert_located("r/.git", "r/.git", "r/.git", "r", true);
	assert_located("r/.git/hooks/deep", "r/.git", "r/.git", "r", true);
}

static void vcs_locate__asks_the_nearest_ancestor_of_what_is_gone(void **state)
{
	(void)state;
	make_repo("r");
	sh("git -C r worktree add -q ../linked && echo text >r/file");
	assert_located("r/gone", "r/.git", "r/.git", "r", false);
	assert_located("r/gone/deep/down", "r/.git", "r/.git", "r", false);
	assert_located("linked/gone", "r/.git/worktrees/linked", "r/.git", "linked", false);
	assert_located("r/file", "r/.git", "r/.git", "r", false);
	sh("ln -s nowhere r/dangling");
	assert_located("r/dangling", "r/.git", "r/.git", "r", false);
}

static void vcs_locate__passes_over_what_is_no_git_directory(void **state)
{
	(void)state;
	make_repo("r");
	sh("mkdir -p r/a/.git r/b/.git/objects r/b/.git/refs");
	assert_as_git("r/a", "r/.git", "r/.git", "r");
	assert_as_git("r/b", "r/.git", "r/.git", "r");
}

/* git refuses to work there: whose it was, nobody can say for sure. */
static void vcs_locate__only_guesses_where_a_worktree_lost_its_repository(void **state)
{
	(void)state;
	make_repo("r");
	sh("git -C r worktree add -q .claude/worktrees/x && mkdir r/.claude/worktrees/x/deep");
	sh("rm -r r/.git/worktrees/x");
	assert_located("r/.claude/worktrees/x", "r/.git", "r/.git", "r", false);
	assert_located("r/.claude/worktrees/x/deep", "r/.git", "r/.git", "r", false);
	sh("echo nonsense >r/.claude/worktrees/x/.git");
	assert_located("r/.claude/worktrees/x", "r/.git", "r/.git", "r", false);
	assert_located("r/.claude", "r/.git", "r/.git", "r", true);
}

static void vcs_locate__finds_none_outside_of_repositories(void **state)
{
	_autofree_ char *gone = xasprintf("%s/gone/deep", world_dir);

	(void)state;
	assert_nowhere(world_dir, true);
	assert_nowhere(gone, false);
	assert_nowhere("/", true);
	make_repo("r");
	assert_nowhere("r", false);
	assert_nowhere("", false);
}

static void vcs_locate__does_not_ask_the_environment(void **state)
{
	(void)state;
	make_repo("r");
	make_repo("other");
	setenv("GIT_DIR", "other/.git", 1);
	assert_located("r", "r/.git", "r/.git", "r", true);
	unsetenv("GIT_DIR");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		world_test(vcs_locate__finds_a_worktree_from_its_top_and_below),
		world_test(vcs_locate__finds_the_repository_of_a_linked_worktree),
		world_test(vcs_locate__takes_a_submodule_for_a_repository_of_its_own),
		world_test(vcs_locate__finds_a_bare_repository_and_its_worktrees),
		world_test(vcs_locate__follows_a_separate_git_directory),
		world_test(vcs_locate__goes_where_a_link_leads),
		world_test(vcs_locate__knows_the_repository_from_inside_its_git_directory),
		world_test(vcs_locate__asks_the_nearest_ancestor_of_what_is_gone),
		world_test(vcs_locate__passes_over_what_is_no_git_directory),
		world_test(vcs_locate__only_guesses_where_a_worktree_lost_its_repository),
		world_test(vcs_locate__finds_none_outside_of_repositories),
		world_test(vcs_locate__does_not_ask_the_environment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
