/* SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "internal.h"

static enum tt_code no_commit(struct tt_error *err)
{
	return tt_fail(err, TT_ENOTFOUND, "there is no commit yet");
}

static enum tt_code head_by_command(
	struct strbuf *id, struct instant *time, const struct vcs_repo *repo, struct tt_error *err)
{
	static const char *const ask[] = { "log", "-1", "--no-show-signature", "--format=%H %ct",
		"HEAD", NULL };
	_cleanup_(strbuf_release) struct strbuf line = STRBUF_INIT;
	size_t len;

	if (!vcs_run_git(&line, repo, ask))
		return tt_fail(err, TT_ENOTFOUND, "the last commit is not known");
	len = strcspn(line.buf, " ");
	strbuf_add(id, line.buf, len);
	if (time)
		time->ms = strtoll(line.buf + len, NULL, 10) * 1000;
	return TT_OK;
}

enum tt_code vcs_head_commit(
	struct strbuf *id, struct instant *time, const struct vcs_repo *repo, struct tt_error *err)
{
	_cleanup_(commit_freep) git_commit *commit = NULL;
	char hex[GIT_OID_HEXSZ + 1];
	git_oid oid;
	int rc;

	if (!repo->git)
		return head_by_command(id, time, repo, err);
	rc = git_reference_name_to_id(&oid, repo->git, "HEAD");
	if (rc == GIT_ENOTFOUND || rc == GIT_EUNBORNBRANCH)
		return no_commit(err);
	if (rc < 0 || git_commit_lookup(&commit, repo->git, &oid) < 0)
		return vcs_fail_git(err, "cannot read the last commit");
	strbuf_addstr(id, git_oid_tostr(hex, sizeof hex, &oid));
	if (time)
		time->ms = git_commit_time(commit) * 1000;
	return TT_OK;
}

bool vcs_is_replaying(const struct vcs_repo *repo)
{
	static const char *const signs[] = { "rebase-merge", "rebase-apply", "CHERRY_PICK_HEAD",
		"REVERT_HEAD" };

	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		_autofree_ char *path = vcs_path_join(repo->git_dir, signs[i]);

		if (access(path, F_OK) == 0)
			return true;
	}
	return false;
}

/* The oldest of the commits without parents, so that histories that were
 * joined later keep one name. */
struct root {
	git_oid oid;
	git_time_t time;
	bool found;
};

static bool is_older(const struct root *best, const git_oid *oid, git_time_t time)
{
	if (!best->found || time != best->time)
		return !best->found || time < best->time;
	return git_oid_cmp(oid, &best->oid) < 0;
}

static bool walk_to_root(struct root *best, const struct vcs_repo *repo)
{
	_cleanup_(revwalk_freep) git_revwalk *walk = NULL;
	git_oid oid;

	if (git_revwalk_new(&walk, repo->git) < 0 || git_revwalk_push_head(walk) < 0)
		return false;
	while (git_revwalk_next(&oid, walk) == 0) {
		_cleanup_(commit_freep) git_commit *commit = NULL;

		if (git_commit_lookup(&commit, repo->git, &oid) < 0)
			return false;
		if (git_commit_parentcount(commit) == 0 &&
			is_older(best, &oid, git_commit_time(commit)))
			*best = (struct root){ oid, git_commit_time(commit), true };
	}
	return best->found;
}

static bool root_by_command(struct strbuf *out, const struct vcs_repo *repo)
{
	static const char *const ask[] = { "rev-list", "--max-parents=0", "--reverse", "HEAD",
		NULL };
	_cleanup_(strbuf_release) struct strbuf lines = STRBUF_INIT;

	if (!vcs_run_git(&lines, repo, ask) || !lines.len)
		return false;
	strbuf_add(out, lines.buf, strcspn(lines.buf, "\n"));
	return true;
}

bool vcs_root_commit(struct strbuf *out, const struct vcs_repo *repo)
{
	struct root root = { .found = false };
	char hex[GIT_OID_HEXSZ + 1];

	if (!repo->git)
		return root_by_command(out, repo);
	/* The end of a shallow clone is no root. */
	if (git_repository_is_shallow(repo->git) || !walk_to_root(&root, repo))
		return false;
	strbuf_addstr(out, git_oid_tostr(hex, sizeof hex, &root.oid));
	return true;
}
