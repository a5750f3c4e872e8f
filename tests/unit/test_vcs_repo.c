/* SPDX-License-Identifier: MIT */
#include "vcs_world.h"

struct expected_paths {
	const char *at, *worktree, *main_worktree, *git_dir, *common_dir;
};

static void assert_paths(const struct expected_paths *expected)
{
	_cleanup_(vcs_closep) struct vcs_repo *repo = open_at(expected->at);

	assert_path(vcs_worktree(repo), expected->worktree);
	assert_path(vcs_main_worktree(repo), expected->main_worktree);
	assert_path(vcs_git_dir(repo), expected->git_dir);
	assert_path(vcs_common_dir(repo), expected->common_dir);
	assert_int_equal(
		vcs_is_linked_worktree(repo), strcmp(expected->git_dir, expected->common_dir) != 0);
}

static void vcs_open__knows_the_paths_of_a_plain_repository(void **state)
{
	(void)state;
	make_repo("r");
	sh("mkdir -p r/a/b && ln -s r link");
	assert_paths(&(struct expected_paths){ "r", "r", "r", "r/.git", "r/.git" });
	assert_paths(&(struct expected_paths){ "r/a/b", "r", "r", "r/.git", "r/.git" });
	assert_paths(&(struct expected_paths){ "link/a", "r", "r", "r/.git", "r/.git" });
}

static void vcs_open__knows_the_main_worktree_of_a_linked_one(void **state)
{
	(void)state;
	make_repo("r");
	sh("git -C r worktree add -q -b side ../w && mkdir w/sub");
	assert_paths(&(struct expected_paths){ "w/sub", "w", "r", "r/.git/worktrees/w", "r/.git" });
}

static void vcs_open__gives_a_bare_repository_no_main_worktree(void **state)
{
	(void)state;
	make_repo("r");
	sh("git clone -q --bare r b.git 2>/dev/null && git -C b.git worktree add -q ../w main");
	assert_paths(&(struct expected_paths){ "b.git", NULL, NULL, "b.git", "b.git" });
	assert_paths(&(struct expected_paths){ "w", "w", NULL, "b.git/worktrees/w", "b.git" });
	assert_branch("w", "main", VCS_BRANCH_HEAD);
}

static void vcs_open__finds_bare_where_only_config_worktree_says_so(void **state)
{
	(void)state;
	make_repo("r");
	sh("git clone -q --bare r b.git 2>/dev/null && cd b.git && git worktree add -q ../w main "
	   "&& "
	   "git config extensions.worktreeConfig true && git config --unset core.bare && "
	   "git config --file config.worktree core.bare true");
	assert_paths(&(struct expected_paths){ "w", "w", NULL, "b.git/worktrees/w", "b.git" });
}

static void vcs_open__takes_a_submodule_for_a_repository_of_its_own(void **state)
{
	(void)state;
	make_repo("lib");
	make_repo("super");
	sh("git -C super -c protocol.file.allow=always submodule --quiet add \"$PWD/lib\" lib");
	assert_paths(&(struct expected_paths){ "super/lib", "super/lib", "super/lib",
		"super/.git/modules/lib", "super/.git/modules/lib" });
}

static void vcs_open__follows_a_separate_git_directory(void **state)
{
	(void)state;
	sh("git init -q -b main --separate-git-dir=g w");
	assert_paths(&(struct expected_paths){ "w", "w", NULL, "g", "g" });
	assert_branch("w", "main", VCS_BRANCH_HEAD);
}

static void vcs_open__honours_what_git_tells_its_hooks(void **state)
{
	(void)state;
	make_repo("r");
	sh("git -C r worktree add -q -b side ../w && git init -q -b main --separate-git-dir=g s");
	setenv("GIT_DIR", "../r/.git/worktrees/w", 1);
	assert_paths(&(struct expected_paths){ "w", "w", "r", "r/.git/worktrees/w", "r/.git" });
	setenv("GIT_DIR", ".git", 1);
	assert_paths(&(struct expected_paths){ "r", "r", "r", "r/.git", "r/.git" });
	setenv("GIT_DIR", "../g", 1);
	assert_paths(&(struct expected_paths){ "s", "s", NULL, "g", "g" });
	setenv("GIT_WORK_TREE", "../other", 1);
	sh("mkdir other");
	assert_paths(&(struct expected_paths){ "s", "other", NULL, "g", "g" });
	unsetenv("GIT_DIR");
	unsetenv("GIT_WORK_TREE");
}

static void vcs_open__does_not_search_from_git_dir(void **state)
{
	_autofree_ char *start = xasprintf("%s/r", world_dir);
	struct tt_error err = TT_ERROR_INIT;
	struct vcs_repo *repo = NULL;

	(void)state;
	make_repo("r");
	setenv("GIT_DIR", "gone/.git", 1);
	assert_int_equal(vcs_open(&repo, start, &err), TT_ENOTFOUND);
	assert_string_equal(err.msg, "GIT_DIR 'gone/.git' is not a git repository");
	sh("mkdir -p r/gone/.git");
	assert_int_equal(vcs_open(&repo, start, &err), TT_ENOTFOUND);
	unsetenv("GIT_DIR");
}

static void assert_not_found(const char *path)
{
	_autofree_ char *full = xasprintf("%s/%s", world_dir, path);
	_autofree_ char *message = xasprintf("'%s' is not inside a git repository", full);
	struct tt_error err = TT_ERROR_INIT;
	struct vcs_repo *repo = NULL;

	assert_int_equal(vcs_open(&repo, full, &err), TT_ENOTFOUND);
	assert_string_equal(err.msg, message);
	assert_null(repo);
}

static void vcs_open__says_when_there_is_no_repository(void **state)
{
	(void)state;
	sh("mkdir -p none/.git gone");
	assert_not_found("none");
	assert_not_found("nowhere");
	make_repo("r");
	sh("git -C r worktree add -q -b side ../w && rm -rf r");
	assert_not_found("w");
}

/* Formats that this libgit2 refuses, each with the git directory it leaves. */
static const struct {
	const char *make;
	bool limited; /* even when its extension is declared known */
} refused[] = {
	{ "git config core.repositoryformatversion 1 && git config extensions.worktreeConfig true",
		false },
	{ "git config core.repositoryformatversion 1 && git config extensions.partialClone origin",
		false },
	{ "git config core.repositoryformatversion 1 && git config extensions.preciousObjects true",
		false },
	{ "git config core.repositoryformatversion 1 && "
	  "git config extensions.relativeWorktrees true",
		false },
	{ "git config core.repositoryformatversion 1 && git config extensions.fromTheFuture true",
		true },
	{ "git config core.repositoryformatversion 2", true },
	{ "git sparse-checkout init --cone >/dev/null 2>&1", false },
};

static void assert_limited(const char *path, bool expected)
{
	_cleanup_(vcs_closep) struct vcs_repo *repo = open_at(path);

	assert_int_equal(vcs_is_limited(repo), expected);
}

static void vcs_open__opens_what_libgit2_refuses(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		make_repo("r");
		sh("git -C r worktree add -q -b side ../w && cd r && %s", refused[i].make);
		assert_branch("r", "main", VCS_BRANCH_HEAD);
		assert_limited("r", refused[i].limited);
		assert_branch("w", "side", VCS_BRANCH_HEAD);
		assert_paths(&(struct expected_paths){ "r", "r", "r", "r/.git", "r/.git" });
		assert_paths(
			&(struct expected_paths){ "w", "w", "r", "r/.git/worktrees/w", "r/.git" });
		sh("rm -rf r w");
	}
}

static void vcs_open__reads_sha256_repositories(void **state)
{
	_autofree_ char *id = NULL, *expected = NULL, *root = NULL;
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	_cleanup_(vcs_closep) struct vcs_repo *repo = NULL;
	struct tt_error err = TT_ERROR_INIT;
	struct instant time = { 0 };

	(void)state;
	sh("git init -q -b main --object-format=sha256 r");
	assert_branch("r", "main", VCS_BRANCH_HEAD);
	sh("git -C r commit -q --allow-empty -m first --date=2026-01-02T03:04:05Z");
	repo = open_at("r");
	id = sh_line("git -C r rev-parse HEAD");
	assert_int_equal(vcs_head_commit(&text, &time, repo, &err), TT_OK);
	assert_string_equal(text.buf, id);
	assert_true(time.ms > 0);
	strbuf_reset(&text);
	root = xasprintf("root:%s", id);
	assert_int_equal(vcs_repository_name(&text, repo, &err), TT_OK);
	assert_string_equal(text.buf, root);
	sh("git -C r switch -q --detach");
	expected = xasprintf("HEAD@%.7s", id);
	assert_branch("r", expected, VCS_BRANCH_DETACHED);
}

static void vcs_open__asks_git_for_the_branch_of_a_reftable(void **state)
{
	_autofree_ char *path = xasprintf("%s/bin:%s", world_dir, getenv("PATH"));
	_autofree_ char *before = xstrdup(getenv("PATH"));

	(void)state;
	make_repo("r");
	sh("cd r && git config core.repositoryformatversion 1 && "
	   "git config extensions.refStorage reftable && "
	   "echo 'ref: refs/heads/.invalid' >.git/HEAD && mkdir ../bin && cd ../bin && "
	   "printf '#!/bin/sh\\necho \"$*\" >>../git.log\\necho refs/heads/from/table\\n' >git && "
	   "chmod +x git");
	setenv("PATH", path, 1);
	assert_branch("r", "from/table", VCS_BRANCH_HEAD);
	setenv("PATH", before, 1);
}

static void vcs_open__accepts_another_owner(void **state)
{
	(void)state;
	if (getuid() != 0)
		skip();
	make_repo("r");
	sh("chown -R 12345 r");
	assert_branch("r", "main", VCS_BRANCH_HEAD);
	assert_limited("r", false);
}

static void vcs_open__opens_shallow_and_partial_clones(void **state)
{
	(void)state;
	make_repo("r");
	sh("git -C r commit -q --allow-empty -m two && "
	   "git clone -q --depth=1 \"file://$PWD/r\" s && "
	   "git -C r config uploadpack.allowFilter true && "
	   "git clone -q --filter=blob:none \"file://$PWD/r\" p");
	assert_branch("s", "main", VCS_BRANCH_HEAD);
	assert_branch("p", "main", VCS_BRANCH_HEAD);
}

static void vcs_head_commit__gives_id_and_time(void **state)
{
	_cleanup_(strbuf_release) struct strbuf id = STRBUF_INIT;
	_cleanup_(vcs_closep) struct vcs_repo *repo = NULL;
	_autofree_ char *expected = NULL;
	struct tt_error err = TT_ERROR_INIT;
	struct instant time = { 7 };

	(void)state;
	sh("git init -q r");
	repo = open_at("r");
	assert_int_equal(vcs_head_commit(&id, &time, repo, &err), TT_ENOTFOUND);
	assert_string_equal(err.msg, "there is no commit yet");
	assert_int_equal(time.ms, 7);
	sh("GIT_COMMITTER_DATE=2026-01-02T03:04:05+0100 git -C r commit -q --allow-empty -m x");
	expected = sh_line("git -C r rev-parse HEAD");
	assert_int_equal(vcs_head_commit(&id, &time, repo, &err), TT_OK);
	assert_string_equal(id.buf, expected);
	assert_int_equal(time.ms, 1767319445000);
}

/* Are these revisions, as git names them, the recent heads? */
static void assert_recent(const char *revisions)
{
	_cleanup_(vcs_closep) struct vcs_repo *repo = open_at("r");
	_cleanup_(strbuf_release) struct strbuf heads = STRBUF_INIT;
	_autofree_ char *expected = NULL;

	assert_true(vcs_recent_heads(&heads, repo));
	for (char *end = strchr(heads.buf, '\n'); end; end = strchr(end, '\n'))
		*end = ' ';
	expected = sh_line("git -C r rev-parse %s | tr '\n' ' '", revisions);
	assert_string_equal(heads.buf, expected);
}

static void vcs_recent_heads__go_back_to_the_last_commit_made_here(void **state)
{
	_cleanup_(vcs_closep) struct vcs_repo *empty = NULL;
	_cleanup_(strbuf_release) struct strbuf none = STRBUF_INIT;

	(void)state;
	sh("git init -q empty");
	empty = open_at("empty");
	assert_false(vcs_recent_heads(&none, empty));
	make_repo("r");
	assert_recent("HEAD");
	sh("git -C r commit -q --allow-empty -m two");
	assert_recent("HEAD");
	sh("git -C r commit -q --allow-empty --amend -m two");
	assert_recent("HEAD");
	sh("git -C r reset -q --soft HEAD~1");
	assert_recent("HEAD HEAD@{1}");
	sh("git -C r switch -q -c side && git -C r commit -q --allow-empty -m side && "
	   "git -C r switch -q main && git -C r merge -q --ff-only side");
	assert_recent("main main@{1} main@{2}");
	sh("git -C r switch -q --detach && git -C r commit -q --allow-empty -m d");
	assert_recent("HEAD");
	sh("git -C r switch -q main && rm -r r/.git/logs");
	assert_recent("HEAD");
}

static void vcs_is_replaying__sees_rebase_and_cherry_pick(void **state)
{
	_cleanup_(vcs_closep) struct vcs_repo *repo = NULL;

	(void)state;
	make_repo("r");
	repo = open_at("r");
	assert_false(vcs_is_replaying(repo));
	sh("cd r && echo a >f && git add f && git commit -q -m a && git switch -q -c other HEAD~1 "
	   "&& "
	   "echo b >f && git add f && git commit -q -m b && ! git cherry-pick main >/dev/null "
	   "2>&1");
	assert_true(vcs_is_replaying(repo));
	sh("cd r && git cherry-pick --abort && ! git rebase main >/dev/null 2>&1");
	assert_true(vcs_is_replaying(repo));
	sh("cd r && git rebase --abort");
	assert_false(vcs_is_replaying(repo));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		world_test(vcs_open__knows_the_paths_of_a_plain_repository),
		world_test(vcs_open__knows_the_main_worktree_of_a_linked_one),
		world_test(vcs_open__gives_a_bare_repository_no_main_worktree),
		world_test(vcs_open__finds_bare_where_only_config_worktree_says_so),
		world_test(vcs_open__takes_a_submodule_for_a_repository_of_its_own),
		world_test(vcs_open__follows_a_separate_git_directory),
		world_test(vcs_open__honours_what_git_tells_its_hooks),
		world_test(vcs_open__does_not_search_from_git_dir),
		world_test(vcs_open__says_when_there_is_no_repository),
		world_test(vcs_open__opens_what_libgit2_refuses),
		world_test(vcs_open__reads_sha256_repositories),
		world_test(vcs_open__asks_git_for_the_branch_of_a_reftable),
		world_test(vcs_open__accepts_another_owner),
		world_test(vcs_open__opens_shallow_and_partial_clones),
		world_test(vcs_head_commit__gives_id_and_time),
		world_test(vcs_recent_heads__go_back_to_the_last_commit_made_here),
		world_test(vcs_is_replaying__sees_rebase_and_cherry_pick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
