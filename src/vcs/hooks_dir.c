/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "internal.h"

static bool is_inside(const struct vcs_repo *repo, const char *path)
{
	return vcs_path_is_below(path, repo->common_dir) ||
	       vcs_path_is_below(path, repo->git_dir) || vcs_path_is_below(path, repo->worktree) ||
	       vcs_path_is_below(path, repo->main_worktree);
}

/* git runs hooks at the top of the worktree: there relative paths begin. */
static enum tt_code configured_dir(
	char **out, const struct vcs_repo *repo, const char *value, struct tt_error *err)
{
	const char *top = repo->worktree ? repo->worktree : repo->git_dir;
	const char *home = getenv("HOME");

	if (text_starts_with(value, "~/") && home && *home) {
		*out = vcs_path_join(home, value + 2);
	} else if (*value == '~' || *value == '%') {
		_autofree_ char *shown = text_visible(value);

		return tt_fail(err, TT_EFAILED, "cannot tell where core.hooksPath '%s' is", shown);
	} else {
		*out = vcs_path_join(top, value);
	}
	return TT_OK;
}

enum tt_code vcs_hooks_dir(
	struct strbuf *out, bool *inside, const struct vcs_repo *repo, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf value = STRBUF_INIT;
	_autofree_ char *joined = NULL, *path = NULL;

	if (!vcs_config_get(&value, repo, "core.hooksPath") || !value.len)
		joined = vcs_path_join(repo->common_dir, "hooks");
	else if (configured_dir(&joined, repo, value.buf, err) != TT_OK)
		return err->code;
	path = vcs_path_resolve(joined);
	*inside = is_inside(repo, path);
	strbuf_addstr(out, path);
	return TT_OK;
}
