/* SPDX-License-Identifier: MIT */
#include "vcs_world.h"

static const struct {
	const char *url, *name; /* NULL: names no repository that others could know */
} urls[] = {
	{ "https://github.com/acme/app.git", "github.com/acme/app" },
	{ "https://github.com/acme/app", "github.com/acme/app" },
	{ "https://github.com/acme/app/", "github.com/acme/app" },
	{ "https://github.com/acme/app.git/", "github.com/acme/app" },
	{ "HTTPS://GitHub.com/Acme/App.git", "github.com/acme/app" },
	{ "https://user:secret@github.com/acme/app", "github.com/acme/app" },
	{ "https://x-access-token:a@b@github.com/acme/app", "github.com/acme/app" },
	{ "https://github.com:443/acme/app", "github.com/acme/app" },
	{ "https://github.com./acme/app", "github.com/acme/app" },
	{ "https://github.com//acme//app", "github.com/acme/app" },
	{ "http://github.com/acme/app", "github.com/acme/app" },
	{ "git://github.com/acme/app.git", "github.com/acme/app" },
	{ "ssh://git@github.com/acme/app.git", "github.com/acme/app" },
	{ "ssh://git@github.com:22/acme/app.git", "github.com/acme/app" },
	{ "ssh://git@ssh.github.com:443/acme/app.git", "github.com/acme/app" },
	{ "git+ssh://git@github.com/acme/app.git", "github.com/acme/app" },
	{ "git@github.com:acme/app.git", "github.com/acme/app" },
	{ "git@GitHub.com:Acme/App", "github.com/acme/app" },
	{ "github.com:acme/app.git", "github.com/acme/app" },
	{ "git@gitlab.com:Group/Sub/App.git", "gitlab.com/group/sub/app" },
	{ "git@bitbucket.org:Acme/App.git", "bitbucket.org/acme/app" },
	{ "git@Git.Acme.example:Team/App.git", "git.acme.example/Team/App" },
	{ "ssh://git@git.acme.example:7999/Team/App.git", "git.acme.example/Team/App" },
	{ "git@host.example:/srv/git/app.git", "host.example/srv/git/app" },
	{ "ssh://[2001:db8::1]:22/app.git", "[2001:db8::1]/app" },
	{ "[2001:db8::1]:app.git", "[2001:db8::1]/app" },
	{ "https://dev.azure.com/Acme/My%20Project/_git/app",
		"dev.azure.com/Acme/My%20Project/_git/app" },
	{ "https://host.example/app/.git", "host.example/app" },
	{ "/srv/git/app.git", NULL },
	{ "../app.git", NULL },
	{ "app.git", NULL },
	{ "file:///srv/git/app.git", NULL },
	{ "./a:b", NULL },
	{ "C:/git/app.git", NULL },
	{ "c:app", NULL },
	{ "ext::sh -c evil", NULL },
	{ "codecommit::eu-west-1://app", NULL },
	{ "https://github.com", NULL },
	{ "https://github.com/", NULL },
	{ "https:///acme/app", NULL },
	{ "https://github.com/.git", NULL },
	{ "git@github.com:", NULL },
	{ "https://github.com/acme/app\n::error::x", NULL },
	{ "", NULL },
};

static void vcs_canonical_url__names_a_repository_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

		if (vcs_canonical_url(&out, urls[i].url) != (urls[i].name != NULL))
			fail_msg("'%s' gave '%s'", urls[i].url, out.buf);
		assert_string_equal(out.buf, urls[i].name ? urls[i].name : "");
	}
}

static void assert_name(const char *path, const char *expected)
{
	_cleanup_(vcs_closep) struct vcs_repo *repo = open_at(path);
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;
	struct tt_error err = TT_ERROR_INIT;

	if (vcs_repository_name(&name, repo, &err) != TT_OK)
		fail_msg("no name: %s", err.msg);
	assert_string_equal(name.buf, expected);
}

static void vcs_repository_name__is_that_of_origin(void **state)
{
	(void)state;
	make_repo("r");
	sh("cd r && git remote add other git@github.com:fork/app.git && "
	   "git remote add origin git@github.com:acme/app.git");
	assert_name("r", "github.com/acme/app");
}

static void vcs_repository_name__is_that_of_the_only_remote(void **state)
{
	(void)state;
	make_repo("r");
	sh("git -C r remote add upstream https://github.com/acme/app");
	assert_name("r", "github.com/acme/app");
}

static void vcs_repository_name__does_not_choose_among_several(void **state)
{
	_autofree_ char *root = NULL, *expected = NULL;

	(void)state;
	make_repo("r");
	sh("cd r && git remote add one git@github.com:acme/one && "
	   "git remote add two git@github.com:acme/two");
	root = sh_line("git -C r rev-parse HEAD");
	expected = xasprintf("root:%s", root);
	assert_name("r", expected);
	sh("git -C r remote add origin git@github.com:acme/three");
	assert_name("r", "github.com/acme/three");
}

static void vcs_repository_name__applies_insteadof(void **state)
{
	(void)state;
	make_repo("r");
	sh("cd r && git config url.https://token@github.com/.insteadOf gh: && "
	   "git config url.https://wrong.example/.insteadOf g && "
	   "git remote add origin gh:acme/app");
	assert_name("r", "github.com/acme/app");
}

static void vcs_repository_name__is_the_oldest_root_without_a_remote(void **state)
{
	_autofree_ char *root = NULL, *expected = NULL;

	(void)state;
	sh("git init -q -b main r && cd r && "
	   "GIT_COMMITTER_DATE=2020-01-01T00:00:00Z git commit -q --allow-empty -m old");
	root = sh_line("git -C r rev-parse HEAD");
	expected = xasprintf("root:%s", root);
	assert_name("r", expected);
	sh("cd r && git switch -q --orphan joined && git commit -q --allow-empty -m new && "
	   "git merge -q --allow-unrelated-histories -m join main && "
	   "git remote add origin ../elsewhere.git");
	assert_name("r", expected);
}

static void vcs_repository_name__is_not_found_before_the_first_commit(void **state)
{
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;
	_cleanup_(vcs_closep) struct vcs_repo *repo = NULL;
	struct tt_error err = TT_ERROR_INIT;

	(void)state;
	sh("git init -q r");
	repo = open_at("r");
	assert_int_equal(vcs_repository_name(&name, repo, &err), TT_ENOTFOUND);
	assert_string_equal(err.msg, "the repository has no name yet: no remote and no commit");
	assert_string_equal(name.buf, "");
}

static void vcs_repository_name__does_not_take_a_shallow_end_for_the_root(void **state)
{
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;
	_cleanup_(vcs_closep) struct vcs_repo *repo = NULL;
	struct tt_error err = TT_ERROR_INIT;

	(void)state;
	make_repo("r");
	sh("git -C r commit -q --allow-empty -m two && git clone -q --depth=1 \"file://$PWD/r\" s");
	repo = open_at("s");
	assert_int_equal(vcs_repository_name(&name, repo, &err), TT_ENOTFOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vcs_canonical_url__names_a_repository_once),
		world_test(vcs_repository_name__is_that_of_origin),
		world_test(vcs_repository_name__is_that_of_the_only_remote),
		world_test(vcs_repository_name__does_not_choose_among_several),
		world_test(vcs_repository_name__applies_insteadof),
		world_test(vcs_repository_name__is_the_oldest_root_without_a_remote),
		world_test(vcs_repository_name__is_not_found_before_the_first_commit),
		world_test(vcs_repository_name__does_not_take_a_shallow_end_for_the_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
