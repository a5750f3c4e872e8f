/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "sharing.h"
#include "vcs/repo.h"

/* The way to it, links resolved, when it is there; else as it is written. */
static enum tt_code find_path(struct strbuf *out, const char *wanted, struct tt_error *err)
{
	_autofree_ char *real = realpath(wanted, NULL);
	_autofree_ char *here = getcwd(NULL, 0);

	if (!*wanted)
		return tt_fail(err, TT_EUSAGE, "--shared: which directory?");
	if (real)
		strbuf_addstr(out, real);
	else if (wanted[0] == '/')
		strbuf_addstr(out, wanted);
	else if (here)
		strbuf_addf(out, "%s/%s", here, wanted);
	else
		return tt_fail_errno(err, "cannot tell where '%s' is", wanted);
	while (out->len > 1 && out->buf[out->len - 1] == '/')
		strbuf_setlen(out, out->len - 1);
	return TT_OK;
}

static enum tt_code check_dir(const char *dir, const struct stat *st, struct tt_error *err)
{
	_autofree_ char *shown = text_visible(dir);

	if (!S_ISDIR(st->st_mode))
		return tt_fail(err, TT_EINPUT, "'%s' is not a directory", shown);
	if (access(dir, R_OK | W_OK | X_OK) != 0)
		return tt_fail_errno(err, "cannot publish into '%s'", shown);
	return TT_OK;
}

enum tt_code sharing_plan(
	struct sharing_setup *out, struct strbuf *dir, const char *wanted, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf present = STRBUF_INIT;
	struct stat st;

	if (find_path(dir, wanted, err) != TT_OK)
		return err->code;
	out->make_dir = stat(dir->buf, &st) != 0;
	if (!out->make_dir && check_dir(dir->buf, &st, err) != TT_OK)
		return err->code;
	out->set_config = !sharing_dir(&present) || strcmp(present.buf, dir->buf) != 0;
	return TT_OK;
}

/* As open as the one it is in, and as there nobody may delete another's files. */
static enum tt_code make_dir(const char *dir, struct tt_error *err)
{
	_autofree_ char *shown = text_visible(dir), *parent = xasprintf("%s/..", dir);
	struct stat st;

	if (mkdir(dir, 0700) != 0)
		return tt_fail_errno(err, "cannot make the directory '%s'", shown);
	if (stat(parent, &st) != 0 || chmod(dir, 0700 | (st.st_mode & 03077)) != 0)
		return tt_fail_errno(err, "cannot set the mode of '%s'", shown);
	return TT_OK;
}

enum tt_code sharing_set_up(const struct sharing_setup *todo, const char *dir, struct tt_error *err)
{
	const struct vcs_setting setting = { SHARING_DIR_KEY, dir };
	_cleanup_(user_state_close) struct user_state state = USER_STATE_INIT;

	if (todo->make_dir && make_dir(dir, err) != TT_OK)
		return err->code;
	if (todo->set_config && vcs_user_config_set(&setting, 1, err) != TT_OK)
		return err->code;
	if (user_state_open(&state, true, err) != TT_OK)
		return err->code;
	sharing_mark(&state);
	return TT_OK;
}
