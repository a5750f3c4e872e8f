/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "internal.h"

static void config_freep(git_config **config)
{
	git_config_free(*config);
}

static enum tt_code add_level(git_config *config, const char *path, git_config_level_t level,
	const struct vcs_repo *repo, struct tt_error *err)
{
	_autofree_ char *shown = text_visible(path);

	/* A file that is not there is an empty one. */
	if (git_config_add_file_ondisk(config, path, level, repo ? repo->git : NULL, 1) < 0)
		return vcs_fail_git(err, "cannot read git's configuration '%s'", shown);
	return TT_OK;
}

/* One of the user's files: where `variable` says, else where libgit2 finds it.
 * One that may not be read counts as empty, as it does for git: a home
 * directory is regularly another user's in containers. */
static enum tt_code add_found(git_config *config, const char *variable, int (*find)(git_buf *),
	git_config_level_t level, const struct vcs_repo *repo, struct tt_error *err)
{
	_cleanup_(vcs_buf_release) git_buf found = GIT_BUF_INIT;
	const char *path = getenv(variable);

	if (!path && find(&found) == 0)
		path = found.ptr;
	if (!path || !*path || access(path, R_OK) != 0)
		return TT_OK;
	return add_level(config, path, level, repo, err);
}

static bool is_set(const char *variable)
{
	const char *text = getenv(variable);
	int value = 0;

	return text && git_config_parse_bool(&value, text) == 0 && value;
}

static enum tt_code add_own(git_config *config, const struct vcs_repo *repo, struct tt_error *err)
{
	_autofree_ char *local = vcs_path_join(repo->common_dir, "config");
	_autofree_ char *own = vcs_path_join(repo->git_dir, "config.worktree");
	int has_own = 0;

	if (add_level(config, local, GIT_CONFIG_LEVEL_LOCAL, repo, err) != TT_OK)
		return err->code;
	if (git_config_get_bool(&has_own, config, "extensions.worktreeconfig") == 0 && has_own)
		return add_level(config, own, GIT_CONFIG_LEVEL_APP, repo, err);
	return TT_OK;
}

enum tt_code vcs_config_open(git_config **out, const struct vcs_repo *repo, struct tt_error *err)
{
	_cleanup_(config_freep) git_config *config = NULL;

	if (git_config_new(&config) < 0)
		mem_exhausted();
	if (!is_set("GIT_CONFIG_NOSYSTEM") &&
		add_found(config, "GIT_CONFIG_SYSTEM", git_config_find_system,
			GIT_CONFIG_LEVEL_SYSTEM, repo, err) != TT_OK)
		return err->code;
	if (!getenv("GIT_CONFIG_GLOBAL") &&
		add_found(config, "GIT_CONFIG_GLOBAL", git_config_find_xdg, GIT_CONFIG_LEVEL_XDG,
			repo, err) != TT_OK)
		return err->code;
	if (add_found(config, "GIT_CONFIG_GLOBAL", git_config_find_global, GIT_CONFIG_LEVEL_GLOBAL,
		    repo, err) != TT_OK ||
		(repo && add_own(config, repo, err) != TT_OK))
		return err->code;
	*out = steal(&config);
	return TT_OK;
}

/* What holds outside of every repository; NULL when it cannot be read. */
static const git_config *user_config(void)
{
	static git_config *config;
	struct tt_error ignored = TT_ERROR_INIT;

	if (!config && vcs_start_library(&ignored) == TT_OK)
		(void)vcs_config_open(&config, NULL, &ignored);
	return config;
}

bool vcs_config_get(struct strbuf *out, const struct vcs_repo *repo, const char *key)
{
	_cleanup_(vcs_buf_release) git_buf found = GIT_BUF_INIT;
	_autofree_ char *given = vcs_environment_value(key);

	if (!given) {
		const git_config *config = repo ? repo->config : user_config();

		if (!config || git_config_get_string_buf(&found, config, key) != 0)
			return false;
	}
	strbuf_addstr(out, given ? given : found.ptr);
	return true;
}

bool vcs_config_bool(const struct vcs_repo *repo, const char *key, bool otherwise)
{
	_autofree_ char *given = vcs_environment_value(key);
	int value = 0, rc;

	rc = given ? git_config_parse_bool(&value, given)
		   : git_config_get_bool(&value, repo->config, key);
	return rc == 0 ? value != 0 : otherwise;
}

/* --- the user's own file ------------------------------------------------------ */

/* The one that `git config --global` writes: where GIT_CONFIG_GLOBAL says, else
 * ~/.gitconfig, else the one below ~/.config when only that is there. */
static bool find_user_file(struct strbuf *out)
{
	_cleanup_(vcs_buf_release) git_buf found = GIT_BUF_INIT;
	const char *given = getenv("GIT_CONFIG_GLOBAL"), *home = getenv("HOME");

	if (given && *given)
		strbuf_addstr(out, given);
	else if (git_config_find_global(&found) == 0 || git_config_find_xdg(&found) == 0)
		strbuf_addstr(out, found.ptr);
	else if (home && *home)
		strbuf_addf(out, "%s/.gitconfig", home);
	return out->len > 0;
}

/* Writing puts a new file in the place of the old one: never in that of a device, as
 * /dev/null, which is how the user says to have no such file. */
static enum tt_code check_user_file(const char *path, struct tt_error *err)
{
	struct stat st;

	if (stat(path, &st) != 0 || S_ISREG(st.st_mode))
		return TT_OK;
	return tt_fail(err, TT_EIO,
		"git's configuration '%s' is no regular file: "
		"unset GIT_CONFIG_GLOBAL to write your own",
		path);
}

static int change_settings(git_config *config, const struct vcs_setting *settings, size_t count)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < count; i++) {
		rc = settings[i].value
			     ? git_config_set_string(config, settings[i].key, settings[i].value)
			     : git_config_delete_entry(config, settings[i].key);
		if (rc == GIT_ENOTFOUND && !settings[i].value)
			rc = 0;
	}
	return rc;
}

/* Giving up a transaction frees the configuration too in some versions of libgit2, and
 * does not in others: it is left alone here. */
static int change_at_once(git_config **config, const struct vcs_setting *settings, size_t count)
{
	git_transaction *transaction;
	int rc = git_config_lock(&transaction, *config);

	if (rc < 0)
		return rc;
	rc = change_settings(*config, settings, count);
	if (rc == 0)
		rc = git_transaction_commit(transaction);
	if (rc < 0)
		*config = NULL;
	git_transaction_free(transaction);
	return rc;
}

enum tt_code vcs_user_config_set(
	const struct vcs_setting *settings, size_t count, struct tt_error *err)
{
	_cleanup_(config_freep) git_config *config = NULL;
	_cleanup_(strbuf_release) struct strbuf path = STRBUF_INIT;

	if (vcs_start_library(err) != TT_OK)
		return err->code;
	if (!find_user_file(&path))
		return tt_fail(err, TT_ENOTFOUND,
			"there is no home directory for git's configuration: set HOME");
	if (check_user_file(path.buf, err) != TT_OK)
		return err->code;
	if (git_config_open_ondisk(&config, path.buf) < 0)
		return vcs_fail_git(err, "cannot read git's configuration '%s'", path.buf);
	if (change_at_once(&config, settings, count) < 0)
		return vcs_fail_git(err, "cannot write git's configuration '%s'", path.buf);
	return TT_OK;
}

/* core.sharedRepository is a word, a boolean, a digit or an octal mode. */
bool vcs_is_shared(const struct vcs_repo *repo)
{
	_cleanup_(strbuf_release) struct strbuf value = STRBUF_INIT;
	int truth = 0;

	if (!vcs_config_get(&value, repo, "core.sharedRepository") ||
		strcasecmp(value.buf, "umask") == 0)
		return false;
	if (git_config_parse_bool(&truth, value.buf) == 0)
		return truth != 0;
	return true;
}

bool vcs_author_email(
	struct strbuf *out, const struct vcs_repo *repo, const char *(*getenv_fn)(const char *name))
{
	const char *given = getenv_fn ? getenv_fn("GIT_AUTHOR_EMAIL") : NULL;

	if (given && *given) {
		strbuf_addstr(out, given);
		return true;
	}
	return vcs_config_get(out, repo, "author.email") || vcs_config_get(out, repo, "user.email");
}
