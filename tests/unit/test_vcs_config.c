/* SPDX-License-Identifier: MIT */
#include "vcs_world.h"

static void assert_config(const char *key, const char *expected)
{
	_cleanup_(vcs_closep) struct vcs_repo *repo = open_at("r");
	_cleanup_(strbuf_release) struct strbuf value = STRBUF_INIT;

	if (vcs_config_get(&value, repo, key) != (expected != NULL))
		fail_msg("%s is '%s'", key, value.buf);
	assert_string_equal(value.buf, expected ? expected : "");
}

static void vcs_config_get__lets_the_nearest_level_win(void **state)
{
	(void)state;
	make_repo("r");
	sh("git config --file system track-tokens.plan system && "
	   "git config --file global track-tokens.plan global");
	unsetenv("GIT_CONFIG_NOSYSTEM");
	setenv("GIT_CONFIG_SYSTEM", "system", 1);
	assert_config("track-tokens.plan", "system");
	setenv("GIT_CONFIG_GLOBAL", "global", 1);
	assert_config("track-tokens.plan", "global");
	sh("git -C r config track-tokens.plan local");
	assert_config("track-tokens.plan", "local");
	sh("cd r && git config extensions.worktreeConfig true && "
	   "git config --worktree track-tokens.plan own");
	assert_config("track-tokens.plan", "own");
	setenv("GIT_CONFIG_PARAMETERS", "'a.b'='c' 'Track-Tokens.Plan'='it'\\''s me' 'x.y'=", 1);
	assert_config("track-tokens.plan", "it's me");
	setenv("GIT_CONFIG_PARAMETERS", "'track-tokens.plan=old style'", 1);
	assert_config("track-tokens.plan", "old style");
	unsetenv("GIT_CONFIG_PARAMETERS");
	setenv("GIT_CONFIG_COUNT", "1", 1);
	setenv("GIT_CONFIG_KEY_0", "track-tokens.plan", 1);
	setenv("GIT_CONFIG_VALUE_0", "counted", 1);
	assert_config("track-tokens.plan", "counted");
	unsetenv("GIT_CONFIG_COUNT");
	unsetenv("GIT_CONFIG_SYSTEM");
	assert_config("track-tokens.none", NULL);
}

static void vcs_config_get__does_without_files_that_are_not_there(void **state)
{
	(void)state;
	make_repo("r");
	sh("git -C r config track-tokens.plan local");
	setenv("GIT_CONFIG_GLOBAL", "/no/such/file", 1);
	assert_config("track-tokens.plan", "local");
	setenv("GIT_CONFIG_GLOBAL", "", 1);
	assert_config("track-tokens.plan", "local");
}

static void assert_global(const char *file)
{
	_autofree_ char *command = xasprintf("git config --file %s --list", file);
	_autofree_ char *said = sh_line("%s | LC_ALL=C sort | tr '\\n' ' '", command);

	assert_string_equal(
		said, "track-tokens.plan.tokens=1 track-tokens.plan=max5x user.name=Dev ");
}

static void vcs_user_config_set__changes_the_file_that_git_would(void **state)
{
	static const struct vcs_setting settings[] = { { "track-tokens.plan", "max5x" },
		{ "track-tokens.plan.tokens", "1" }, { "track-tokens.server", NULL },
		{ "track-tokens.none", NULL } };
	_autofree_ char *home = xasprintf("%s/home", world_dir);
	_autofree_ char *file = xasprintf("%s/home/.gitconfig", world_dir);
	_cleanup_(strbuf_release) struct strbuf value = STRBUF_INIT;
	struct tt_error err = TT_ERROR_INIT;

	(void)state;
	sh("mkdir home && git config --file home/.gitconfig user.name Dev && "
	   "git config --file home/.gitconfig track-tokens.server here");
	setenv("GIT_CONFIG_GLOBAL", file, 1);
	setenv("HOME", home, 1);
	assert_int_equal(vcs_user_config_set(settings, 4, &err), TT_OK);
	assert_global("home/.gitconfig");
	assert_true(vcs_config_get(&value, NULL, "track-tokens.plan"));
	assert_string_equal(value.buf, "max5x");
}

/* A pipe stands for a device: a test that fails must not take one away. */
static void vcs_user_config_set__leaves_devices_alone(void **state)
{
	static const struct vcs_setting settings[] = { { "track-tokens.plan", "max5x" } };
	struct tt_error err = TT_ERROR_INIT;

	(void)state;
	sh("mkfifo device");
	setenv("GIT_CONFIG_GLOBAL", "device", 1);
	assert_int_equal(vcs_user_config_set(settings, 1, &err), TT_EIO);
	assert_string_equal(err.msg, "git's configuration 'device' is no regular file: "
				     "unset GIT_CONFIG_GLOBAL to write your own");
	sh("test -p device");
	unsetenv("GIT_CONFIG_GLOBAL");
}

static void vcs_user_config_set__changes_all_or_nothing(void **state)
{
	static const struct vcs_setting settings[] = { { "track-tokens.plan", "max5x" },
		{ "not a key", "1" } };
	_autofree_ char *file = xasprintf("%s/global", world_dir);
	struct tt_error err = TT_ERROR_INIT;

	(void)state;
	sh("git config --file global user.name Dev && cp global before");
	setenv("GIT_CONFIG_GLOBAL", file, 1);
	assert_int_not_equal(vcs_user_config_set(settings, 2, &err), TT_OK);
	sh("cmp global before && test ! -e global.lock");
}

static void vcs_user_config_set__follows_a_link(void **state)
{
	static const struct vcs_setting setting = { "track-tokens.plan", "max5x" };
	_autofree_ char *file = xasprintf("%s/link", world_dir);
	struct tt_error err = TT_ERROR_INIT;

	(void)state;
	sh("touch dotfile && ln -s dotfile link");
	setenv("GIT_CONFIG_GLOBAL", file, 1);
	assert_int_equal(vcs_user_config_set(&setting, 1, &err), TT_OK);
	sh("test -L link && test \"$(git config --file dotfile track-tokens.plan)\" = max5x");
}

static void vcs_config_get__names_a_file_that_is_broken(void **state)
{
	_autofree_ char *start = xasprintf("%s/r", world_dir);
	_autofree_ char *begin =
		xasprintf("cannot read git's configuration '%s/r/.git/config': ", world_dir);
	struct tt_error err = TT_ERROR_INIT;
	struct vcs_repo *repo = NULL;

	(void)state;
	make_repo("r");
	sh("echo '[core' >>r/.git/config");
	assert_int_equal(vcs_open(&repo, start, &err), TT_EIO);
	assert_memory_equal(err.msg, begin, strlen(begin));
	assert_null(repo);
}

static void vcs_config_get__reads_conditional_includes(void **state)
{
	(void)state;
	make_repo("r");
	sh("git config --file global includeIf.gitdir:\"$PWD/r/\".path \"$PWD/work\" && "
	   "git config --file work track-tokens.author hash");
	setenv("GIT_CONFIG_GLOBAL", "global", 1);
	assert_config("track-tokens.author", "hash");
}

static void vcs_config_bool__knows_gits_words(void **state)
{
	static const struct {
		const char *text;
		bool value;
	} cases[] = { { "true", true }, { "yes", true }, { "on", true }, { "1", true },
		{ "false", false }, { "no", false }, { "off", false }, { "0", false },
		{ "", false }, { "banana", true } };

	(void)state;
	make_repo("r");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(vcs_closep) struct vcs_repo *repo = NULL;

		sh("git -C r config track-tokens.requireTracking '%s'", cases[i].text);
		repo = open_at("r");
		assert_int_equal(vcs_config_bool(repo, "track-tokens.requireTracking", true),
			cases[i].value);
	}
}

static void vcs_is_shared__reads_every_spelling(void **state)
{
	static const struct {
		const char *text;
		bool shared;
	} cases[] = { { "group", true }, { "true", true }, { "1", true }, { "2", true },
		{ "all", true }, { "0660", true }, { "umask", false }, { "false", false },
		{ "0", false } };

	(void)state;
	make_repo("r");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(vcs_closep) struct vcs_repo *repo = NULL;

		sh("git -C r config core.sharedRepository %s", cases[i].text);
		repo = open_at("r");
		if (vcs_is_shared(repo) != cases[i].shared)
			fail_msg("%s", cases[i].text);
	}
}

static void vcs_author_email__prefers_the_environment(void **state)
{
	static const char *const variables[] = { "GIT_AUTHOR_EMAIL=env@example.com", NULL };
	_cleanup_(vcs_closep) struct vcs_repo *repo = NULL;
	_cleanup_(strbuf_release) struct strbuf email = STRBUF_INIT;

	(void)state;
	make_repo("r");
	repo = open_at("r");
	assert_false(vcs_author_email(&email, repo, world_getenv));
	sh("git -C r config user.email user@example.com");
	assert_true(vcs_author_email(&email, repo, world_getenv));
	assert_string_equal(email.buf, "user@example.com");
	world_variables = variables;
	strbuf_reset(&email);
	assert_true(vcs_author_email(&email, repo, world_getenv));
	assert_string_equal(email.buf, "env@example.com");
}

static void assert_hooks(const char *at, const char *expected, bool expected_inside)
{
	_cleanup_(vcs_closep) struct vcs_repo *repo = open_at(at);
	_cleanup_(strbuf_release) struct strbuf path = STRBUF_INIT;
	struct tt_error err = TT_ERROR_INIT;
	bool inside = !expected_inside;

	if (vcs_hooks_dir(&path, &inside, repo, &err) != TT_OK)
		fail_msg("%s", err.msg);
	assert_path(path.buf, expected);
	assert_int_equal(inside, expected_inside);
}

static void vcs_hooks_dir__is_where_git_looks(void **state)
{
	(void)state;
	make_repo("r");
	sh("git -C r worktree add -q -b side ../w && mkdir r/sub");
	assert_hooks("r/sub", "r/.git/hooks", true);
	assert_hooks("w", "r/.git/hooks", true);
	sh("git -C r config core.hooksPath .husky/_");
	assert_hooks("r/sub", "r/.husky/_", true);
	assert_hooks("w", "w/.husky/_", true);
	sh("git -C r config core.hooksPath '~/mine'");
	assert_hooks("r", "mine", false);
	sh("git -C r config core.hooksPath ../r2/hooks");
	assert_hooks("r", "r2/hooks", false);
	sh("git -C r config core.hooksPath \"$PWD/r/hooks\"");
	assert_hooks("r", "r/hooks", true);
}

static void vcs_hooks_dir__sees_through_links(void **state)
{
	(void)state;
	make_repo("r");
	sh("mkdir far && rm -rf r/.git/hooks && ln -s ../../far r/.git/hooks");
	assert_hooks("r", "far", false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		world_test(vcs_config_get__lets_the_nearest_level_win),
		world_test(vcs_config_get__does_without_files_that_are_not_there),
		world_test(vcs_user_config_set__changes_the_file_that_git_would),
		world_test(vcs_user_config_set__leaves_devices_alone),
		world_test(vcs_user_config_set__changes_all_or_nothing),
		world_test(vcs_user_config_set__follows_a_link),
		world_test(vcs_config_get__names_a_file_that_is_broken),
		world_test(vcs_config_get__reads_conditional_includes),
		world_test(vcs_config_bool__knows_gits_words),
		world_test(vcs_is_shared__reads_every_spelling),
		world_test(vcs_author_email__prefers_the_environment),
		world_test(vcs_hooks_dir__is_where_git_looks),
		world_test(vcs_hooks_dir__sees_through_links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
