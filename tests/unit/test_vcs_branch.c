/* SPDX-License-Identifier: MIT */
#include "vcs_world.h"

static void vcs_branch__is_what_head_names(void **state)
{
	(void)state;
	make_repo("r");
	assert_branch("r", "main", VCS_BRANCH_HEAD);
	sh("git -C r switch -q -c feature/login");
	assert_branch("r", "feature/login", VCS_BRANCH_HEAD);
	sh("mkdir -p r/a/b");
	assert_branch("r/a/b", "feature/login", VCS_BRANCH_HEAD);
}

static void vcs_branch__has_a_name_before_the_first_commit(void **state)
{
	(void)state;
	sh("git init -q -b trunk r");
	assert_branch("r", "trunk", VCS_BRANCH_HEAD);
}

static void vcs_branch__follows_a_branch_of_packed_refs(void **state)
{
	(void)state;
	make_repo("r");
	sh("git -C r switch -q -c packed/one && git -C r pack-refs --all");
	assert_branch("r", "packed/one", VCS_BRANCH_HEAD);
}

static void vcs_branch__is_the_short_id_when_nothing_names_it(void **state)
{
	_autofree_ char *id = NULL, *expected = NULL;

	(void)state;
	make_repo("r");
	sh("git -C r switch -q --detach");
	id = sh_line("git -C r rev-parse HEAD");
	expected = xasprintf("HEAD@%.7s", id);
	assert_branch("r", expected, VCS_BRANCH_DETACHED);
}

/* Two branches that change the same line, so that a rebase stops. */
static void make_conflict(void)
{
	make_repo("r");
	sh("cd r && echo a >f && git add f && git commit -q -m a && git switch -q -c topic/x && "
	   "echo b >f && git commit -q -a -m b && git switch -q main && echo c >f && "
	   "git commit -q -a -m c && git switch -q topic/x");
}

static void vcs_branch__is_the_one_being_rebased(void **state)
{
	(void)state;
	make_conflict();
	sh("cd r && ! git rebase main >/dev/null 2>&1 && test -f .git/rebase-merge/head-name");
	assert_branch("r", "topic/x", VCS_BRANCH_REBASE);
}

static void vcs_branch__is_the_one_being_rebased_by_patches(void **state)
{
	(void)state;
	make_conflict();
	sh("cd r && ! git rebase --apply main >/dev/null 2>&1 && "
	   "test -f .git/rebase-apply/head-name");
	assert_branch("r", "topic/x", VCS_BRANCH_REBASE);
}

static void vcs_branch__is_no_branch_when_a_detached_head_is_rebased(void **state)
{
	_autofree_ char *id = NULL, *expected = NULL;

	(void)state;
	make_conflict();
	sh("cd r && git switch -q --detach && ! git rebase main >/dev/null 2>&1");
	id = sh_line("git -C r rev-parse HEAD");
	expected = xasprintf("HEAD@%.7s", id);
	assert_branch("r", expected, VCS_BRANCH_DETACHED);
}

struct ci_case {
	const char *name;
	const char *variables[5];
};

static const struct ci_case ci_cases[] = {
	{ "feature/x", { "GITHUB_HEAD_REF=feature/x", "GITHUB_REF_NAME=7/merge",
			       "GITHUB_REF_TYPE=branch" } },
	{ "release", { "GITHUB_HEAD_REF=", "GITHUB_REF_NAME=release", "GITHUB_REF_TYPE=branch" } },
	{ "topic", { "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME=topic",
			   "CI_COMMIT_REF_NAME=refs/merge-requests/1/head" } },
	{ "lab", { "CI_COMMIT_REF_NAME=lab" } },
	{ "bucket", { "BITBUCKET_BRANCH=bucket" } },
	{ "azure/pr", { "SYSTEM_PULLREQUEST_SOURCEBRANCH=refs/heads/azure/pr",
			      "BUILD_SOURCEBRANCH=refs/pull/1/merge" } },
	{ "azure/push", { "BUILD_SOURCEBRANCH=refs/heads/azure/push" } },
	/* tags and merge references name no branch */
	{ NULL, { "GITHUB_REF_NAME=v1.0", "GITHUB_REF_TYPE=tag" } },
	{ NULL, { "CI_COMMIT_TAG=v1.0", "CI_COMMIT_REF_NAME=v1.0" } },
	{ NULL, { "BUILD_SOURCEBRANCH=refs/tags/v1.0" } },
	{ NULL, { "BUILD_SOURCEBRANCH=refs/pull/1/merge" } },
};

static void vcs_branch__is_what_the_ci_system_says_when_detached(void **state)
{
	_autofree_ char *id = NULL, *nameless = NULL;

	(void)state;
	make_repo("r");
	sh("git -C r switch -q --detach");
	id = sh_line("git -C r rev-parse HEAD");
	nameless = xasprintf("HEAD@%.7s", id);
	for (size_t i = 0; i < sizeof ci_cases / sizeof *ci_cases; i++) {
		const struct ci_case *c = &ci_cases[i];

		world_variables = c->variables;
		assert_branch("r", c->name ? c->name : nameless,
			c->name ? VCS_BRANCH_CI : VCS_BRANCH_DETACHED);
	}
}

static void vcs_branch__is_head_even_in_ci(void **state)
{
	static const char *const variables[] = { "GITHUB_HEAD_REF=other", NULL };

	(void)state;
	make_repo("r");
	world_variables = variables;
	assert_branch("r", "main", VCS_BRANCH_HEAD);
}

static void vcs_branch__is_kept_byte_for_byte(void **state)
{
	FILE *names = open_fixture("evil_branches.txt");
	_autofree_ char *line = NULL;
	size_t room = 0, kept = 0;

	(void)state;
	assert_non_null(names);
	make_repo("r");
	while (getline(&line, &room, names) > 0) {
		line[strcspn(line, "\n")] = '\0';
		setenv("NAME", line, 1);
		if (system("git check-ref-format --branch \"$NAME\" >/dev/null 2>&1") != 0)
			continue;
		/* The reference need not exist: names differ by more than a disk can tell. */
		sh("git -C r symbolic-ref HEAD \"refs/heads/$NAME\"");
		assert_branch("r", line, VCS_BRANCH_HEAD);
		kept++;
	}
	fclose(names);
	assert_true(kept > 15);
}

static void vcs_branch__may_be_long_or_not_utf8(void **state)
{
	char name[901];

	(void)state;
	make_repo("r");
	for (size_t i = 0; i < sizeof name - 1; i++)
		name[i] = i % 200 == 199 ? '/' : 'a';
	name[sizeof name - 1] = '\0';
	sh("git -C r symbolic-ref HEAD refs/heads/%s", name);
	assert_branch("r", name, VCS_BRANCH_HEAD);
	sh("git -C r symbolic-ref HEAD \"$(printf 'refs/heads/b\\377\\376')\"");
	assert_branch("r", "b\377\376", VCS_BRANCH_HEAD);
}

static void vcs_branch__of_a_linked_worktree_is_its_own(void **state)
{
	(void)state;
	make_repo("r");
	sh("git -C r worktree add -q -b side ../w");
	assert_branch("w", "side", VCS_BRANCH_HEAD);
	assert_branch("r", "main", VCS_BRANCH_HEAD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		world_test(vcs_branch__is_what_head_names),
		world_test(vcs_branch__has_a_name_before_the_first_commit),
		world_test(vcs_branch__follows_a_branch_of_packed_refs),
		world_test(vcs_branch__is_the_short_id_when_nothing_names_it),
		world_test(vcs_branch__is_the_one_being_rebased),
		world_test(vcs_branch__is_the_one_being_rebased_by_patches),
		world_test(vcs_branch__is_no_branch_when_a_detached_head_is_rebased),
		world_test(vcs_branch__is_what_the_ci_system_says_when_detached),
		world_test(vcs_branch__is_head_even_in_ci),
		world_test(vcs_branch__is_kept_byte_for_byte),
		world_test(vcs_branch__may_be_long_or_not_utf8),
		world_test(vcs_branch__of_a_linked_worktree_is_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
