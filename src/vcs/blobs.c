/* SPDX-License-Identifier: MIT */
#include "vcs/blobs.h"

#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "internal.h"

/* Contents that were told already. */
struct seen_blob {
	git_oid id;
	UT_hash_handle hh;
};

struct walk {
	const struct vcs_repo *repo;
	char *directory;
	struct seen_blob *seen;
	vcs_blob_fn fn;
	void *ctx;
};

static void walk_release(struct walk *w)
{
	struct seen_blob *item, *next;

	HASH_ITER (hh, w->seen, item, next) {
		HASH_DEL(w->seen, item);
		free(item);
	}
	free(w->directory);
}

static bool is_new(struct walk *w, const git_oid *id)
{
	struct seen_blob *found;

	HASH_FIND(hh, w->seen, id, sizeof *id, found);
	if (found)
		return false;
	found = xcalloc(1, sizeof *found);
	found->id = *id;
	HASH_ADD(hh, w->seen, id, sizeof found->id, found);
	return true;
}

static enum tt_code tell_delta(struct walk *w, const git_diff_delta *delta, struct tt_error *err)
{
	const git_diff_file *file = &delta->new_file;
	char hex[GIT_OID_HEXSZ + 1];

	/* Links and submodules are no files to import. */
	if (delta->status == GIT_DELTA_DELETED ||
		(file->mode != GIT_FILEMODE_BLOB && file->mode != GIT_FILEMODE_BLOB_EXECUTABLE) ||
		!is_new(w, &file->id))
		return TT_OK;
	return w->fn(w->ctx, file->path, git_oid_tostr(hex, sizeof hex, &file->id), err);
}

/* What a commit has that its first parent has not. */
static enum tt_code walk_commit(struct walk *w, const git_oid *id, struct tt_error *err)
{
	_cleanup_(commit_freep) git_commit *commit = NULL, *parent = NULL;
	_cleanup_(tree_freep) git_tree *before = NULL, *after = NULL;
	_cleanup_(diff_freep) git_diff *diff = NULL;
	git_diff_options options;

	(void)git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
	options.pathspec.strings = &w->directory;
	options.pathspec.count = 1;
	options.flags = GIT_DIFF_DISABLE_PATHSPEC_MATCH;
	if (git_commit_lookup(&commit, w->repo->git, id) < 0 || git_commit_tree(&after, commit) < 0)
		return vcs_fail_git(err, "cannot read a commit");
	/* In a shallow clone the parent may be missing: everything is new then. */
	if (git_commit_parentcount(commit) > 0 && git_commit_parent(&parent, commit, 0) == 0 &&
		git_commit_tree(&before, parent) < 0)
		return vcs_fail_git(err, "cannot read a commit");
	if (git_diff_tree_to_tree(&diff, w->repo->git, before, after, &options) < 0)
		return vcs_fail_git(err, "cannot compare two commits");
	for (size_t i = 0; i < git_diff_num_deltas(diff); i++)
		if (tell_delta(w, git_diff_get_delta(diff, i), err) != TT_OK)
			return err->code;
	return TT_OK;
}

static int push_range(git_revwalk *walk, git_repository *git, const char *range)
{
	git_object *object = NULL;
	int rc;

	if (strstr(range, ".."))
		return git_revwalk_push_range(walk, range);
	if (git_revparse_single(&object, git, range) < 0)
		return -1;
	rc = git_revwalk_push(walk, git_object_id(object));
	git_object_free(object);
	return rc;
}

enum tt_code vcs_blobs_added(const struct vcs_repo *repo, const char *range, const char *directory,
	vcs_blob_fn fn, void *ctx, struct tt_error *err)
{
	_cleanup_(revwalk_freep) git_revwalk *walk = NULL;
	_cleanup_(walk_release) struct walk w = {
		.repo = repo, .directory = xstrdup(directory), .fn = fn, .ctx = ctx
	};
	_autofree_ char *shown = text_visible(range);
	git_oid id;

	if (!repo->git)
		return tt_fail(err, TT_EFAILED,
			"the commits of this repository cannot be read by this libgit2");
	if (git_revwalk_new(&walk, repo->git) < 0)
		return vcs_fail_git(err, "cannot walk the history");
	if (push_range(walk, repo->git, range) < 0)
		return tt_fail(err, TT_EUSAGE,
			"'%s' names no commits of this repository (give <from>..<to>; in CI, fetch "
			"the history: fetch-depth: 0)",
			shown);
	while (git_revwalk_next(&id, walk) == 0)
		if (walk_commit(&w, &id, err) != TT_OK)
			return err->code;
	return TT_OK;
}

enum tt_code vcs_blob_read(struct strbuf *out, const struct vcs_repo *repo, const char *id,
	size_t cap, struct tt_error *err)
{
	_cleanup_(blob_freep) git_blob *blob = NULL;
	git_oid oid;

	if (git_oid_fromstr(&oid, id) < 0 || git_blob_lookup(&blob, repo->git, &oid) < 0)
		return vcs_fail_git(err, "cannot read the file of a commit");
	if ((uint64_t)git_blob_rawsize(blob) > cap)
		return tt_fail(err, TT_EINPUT, "it is larger than %zu bytes", cap);
	strbuf_add(out, git_blob_rawcontent(blob), (size_t)git_blob_rawsize(blob));
	return TT_OK;
}
