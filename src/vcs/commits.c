/* SPDX-License-Identifier: MIT */
#include "vcs/commits.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "internal.h"

static void object_freep(git_object **object)
{
	git_object_free(*object);
}

static enum tt_code find_commit(
	git_commit **out, const struct vcs_repo *repo, const char *revision, struct tt_error *err)
{
	_cleanup_(object_freep) git_object *object = NULL, *commit = NULL;
	_autofree_ char *shown = text_visible(revision);

	if (!repo->git)
		return tt_fail(err, TT_ENOTFOUND,
			"the commits of this repository cannot be read (its format is not known "
			"to this libgit2)");
	if (git_revparse_single(&object, repo->git, revision) < 0 ||
		git_object_peel(&commit, object, GIT_OBJECT_COMMIT) < 0)
		return tt_fail(err, TT_ENOTFOUND, "there is no commit '%s'", shown);
	*out = (git_commit *)steal(&commit);
	return TT_OK;
}

/* Where the line of `tip` meets what `base` has. */
static bool find_end(
	git_oid *out, const struct vcs_repo *repo, const git_commit *tip, const git_commit *base)
{
	return base && git_merge_base(out, repo->git, git_commit_id(tip), git_commit_id(base)) == 0;
}

static enum tt_code visit_commit(git_commit *commit, bool is_end, vcs_commit_visit visit, void *ctx,
	bool *stop, struct tt_error *err)
{
	char hex[GIT_OID_HEXSZ + 1];
	const char *summary = git_commit_summary(commit);
	const struct vcs_commit seen = {
		.id = git_oid_tostr(hex, sizeof hex, git_commit_id(commit)),
		.summary = summary ? summary : "",
		.authored = { git_commit_author(commit)->when.time * 1000 },
		.committed = { git_commit_time(commit) * 1000 },
		.is_end = is_end,
	};

	return visit(ctx, &seen, stop, err);
}

enum tt_code vcs_first_parents(const struct vcs_repo *repo, const char *tip, const char *base,
	vcs_commit_visit visit, void *ctx, struct tt_error *err)
{
	_cleanup_(commit_freep) git_commit *at = NULL, *from = NULL;
	bool stop = false, has_end;
	git_oid end;

	if (find_commit(&at, repo, tip, err) != TT_OK ||
		(base && find_commit(&from, repo, base, err) != TT_OK))
		return err->code;
	has_end = find_end(&end, repo, at, from);
	while (at && !stop) {
		bool is_end = has_end && git_oid_equal(git_commit_id(at), &end);
		git_commit *parent = NULL;

		if (visit_commit(at, is_end, visit, ctx, &stop, err) != TT_OK)
			return err->code;
		if (is_end)
			break;
		/* the end of the line, or of what a shallow clone has */
		if (git_commit_parent(&parent, at, 0) < 0)
			parent = NULL;
		git_commit_free(at);
		at = parent;
	}
	return TT_OK;
}
