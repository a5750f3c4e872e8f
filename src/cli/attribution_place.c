/* SPDX-License-Identifier: MIT */
#include "attribution_place.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text_cache.h"
#include "vcs/head_log.h"
#include "vcs/repo.h"

#define uthash_fatal(msg) mem_exhausted()
#include <uthash.h>

struct place_node {
	char *cwd;
	struct place place;
	UT_hash_handle hh;
};

/* Repositories are few: all of them, as the index has them. */
struct known {
	int64_t id;
	const char *common_dir, *name;
	uint64_t device, inode;
};

struct places {
	struct usage_index *index;
	struct place_node *nodes;
	struct text_cache cache;
	struct known *known;
	size_t known_count;
	bool loaded;
	struct worktree_record *worktrees;
	size_t worktree_count;
	struct arena arena;
};

struct places *places_new(struct usage_index *index)
{
	struct places *p = xcalloc(1, sizeof *p);

	p->index = index;
	return p;
}

void places_free(struct places *p)
{
	struct place_node *node, *next;

	if (!p)
		return;
	HASH_ITER (hh, p->nodes, node, next) {
		HASH_DEL(p->nodes, node);
		free(node->cwd);
		free(node);
	}
	free(p->known);
	free(p->worktrees);
	arena_release(&p->arena);
	free(p);
}

static const char *keep(struct places *p, const char *text)
{
	return text ? arena_strdup(&p->arena, text) : NULL;
}

/* --- repositories --------------------------------------------------------------------- */

static void add_known(struct places *p, const struct repository_row *row)
{
	p->known = xreallocarray(p->known, p->known_count + 1, sizeof *p->known);
	p->known[p->known_count++] = (struct known){
		.id = row->id,
		.common_dir = keep(p, row->common_dir),
		.name = keep(p, row->name),
		.device = row->device,
		.inode = row->inode,
	};
}

static enum tt_code load_known(void *ctx, const struct repository_row *row, struct tt_error *err)
{
	(void)err;
	add_known(ctx, row);
	return TT_OK;
}

static enum tt_code load(struct places *p, struct tt_error *err)
{
	if (p->loaded)
		return TT_OK;
	p->loaded = true;
	return usage_index_repositories(p->index, load_known, p, err);
}

static bool is_gone(const struct known *k)
{
	struct stat st;

	return stat(k->common_dir, &st) != 0 || (uint64_t)st.st_dev != k->device ||
	       (uint64_t)st.st_ino != k->inode;
}

static struct known *find_by_path(struct places *p, const char *common_dir)
{
	for (size_t i = 0; i < p->known_count; i++)
		if (strcmp(p->known[i].common_dir, common_dir) == 0)
			return &p->known[i];
	return NULL;
}

static struct vcs_repo *open_located(const struct vcs_location *at)
{
	_cleanup_(vcs_closep) struct vcs_repo *repo = NULL;
	struct tt_error ignored = TT_ERROR_INIT;

	if (vcs_open(&repo, at->common_dir.buf, &ignored) != TT_OK ||
		strcmp(vcs_common_dir(repo), at->common_dir.buf) != 0)
		return NULL;
	return steal(&repo);
}

/* A path, and the number of an inode, are used again for something else: when both
 * names are known, they decide. */
static bool is_another(const struct known *k, const struct vcs_location *at)
{
	_cleanup_(vcs_closep) struct vcs_repo *repo = k->name ? open_located(at) : NULL;
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;
	struct tt_error ignored = TT_ERROR_INIT;

	return repo && vcs_repository_name(&name, repo, &ignored) == TT_OK &&
	       strcmp(name.buf, k->name) != 0;
}

/* Moved within its file system. */
static struct known *find_moved(struct places *p, const struct vcs_location *at)
{
	for (size_t i = 0; i < p->known_count; i++) {
		struct known *k = &p->known[i];

		if (k->device == at->device && k->inode == at->inode && is_gone(k) &&
			!is_another(k, at))
			return k;
	}
	return NULL;
}

static bool has_gone_name(const struct known *k)
{
	return k->name && is_gone(k);
}

/* Copied elsewhere, or cloned anew: the same remote, and the old one is gone. */
static struct known *find_renewed(struct places *p, const struct vcs_location *at)
{
	_cleanup_(vcs_closep) struct vcs_repo *repo = NULL;
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;
	size_t i = 0;

	while (i < p->known_count && !has_gone_name(&p->known[i]))
		i++;
	if (i == p->known_count)
		return NULL;
	repo = open_located(at);
	if (!repo || !vcs_remote_name(&name, repo))
		return NULL;
	for (; i < p->known_count; i++)
		if (has_gone_name(&p->known[i]) && strcmp(p->known[i].name, name.buf) == 0)
			return &p->known[i];
	return NULL;
}

/* Another repository lies where this one did: its path is free again. */
static enum tt_code give_up_path(struct places *p, struct known *k, struct tt_error *err)
{
	_autofree_ char *former = xasprintf(
		"%s (formerly, %" PRIu64 ":%" PRIu64 ")", k->common_dir, k->device, k->inode);
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct repository_row row;
	int64_t id;

	if (usage_index_find_repository(p->index, k->id, &arena, &row, err) != TT_OK)
		return err->code;
	row.common_dir = former;
	row.config_stamp = 0;
	k->common_dir = keep(p, former);
	return usage_index_put_repository(p->index, &row, &id, err);
}

/* It is where it was, or it is found again elsewhere, or it is new. */
static enum tt_code register_repository(
	struct places *p, const struct vcs_location *at, int64_t *id, struct tt_error *err)
{
	struct known *k = find_by_path(p, at->common_dir.buf);
	struct repository_row row = { 0 };
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;

	if (k && k->device == at->device && k->inode == at->inode) {
		*id = k->id;
		return TT_OK;
	}
	if (k && is_another(k, at)) {
		if (give_up_path(p, k, err) != TT_OK)
			return err->code;
		k = NULL;
	}
	if (!k)
		k = find_moved(p, at);
	if (!k)
		k = find_renewed(p, at);
	if (k && usage_index_find_repository(p->index, k->id, &arena, &row, err) != TT_OK)
		return err->code;
	row.common_dir = at->common_dir.buf;
	row.device = at->device;
	row.inode = at->inode;
	row.config_stamp = 0; /* its paths have changed: ask again */
	if (usage_index_put_repository(p->index, &row, id, err) != TT_OK)
		return err->code;
	row.id = *id;
	if (k) {
		k->common_dir = keep(p, row.common_dir);
		k->device = row.device;
		k->inode = row.inode;
	} else {
		add_known(p, &row);
	}
	return TT_OK;
}

static const char *common_dir_of(const struct places *p, int64_t id)
{
	for (size_t i = 0; i < p->known_count; i++)
		if (p->known[i].id == id)
			return p->known[i].common_dir;
	return NULL;
}

/* --- directories ------------------------------------------------------------------------- */

static enum tt_code remember(
	struct places *p, const char *cwd, const struct place *place, struct tt_error *err)
{
	const struct place_row row = { cwd, place->repository, place->git_dir, place->branch };

	return usage_index_put_place(p->index, &row, err);
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static enum tt_code describe(
	struct place *out, struct places *p, const struct vcs_location *at, struct tt_error *err)
{
	int64_t id;

	if (register_repository(p, at, &id, err) != TT_OK)
		return err->code;
	*out = (struct place){
		.repository = id,
		.git_dir = keep(p, at->git_dir.buf),
		.common_dir = common_dir_of(p, id),
	};
	return TT_OK;
}

/* A directory that is there: what the disk says, remembered for when it is gone. */
static enum tt_code take_from_disk(struct place *out, struct places *p, const char *cwd,
	const struct vcs_location *at, const struct place_row *known, struct tt_error *err)
{
	if (describe(out, p, at, err) != TT_OK)
		return err->code;
	out->branch = known ? known->branch : NULL;
	if (known && known->repository == out->repository && same(known->git_dir, out->git_dir))
		return TT_OK;
	return remember(p, cwd, out, err);
}

static bool is_below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	return strncmp(path, dir, len) == 0 && (path[len] == '/' || !path[len]);
}

/* The last word on it counts. */
static const struct worktree_record *find_worktree(const struct places *p, const char *cwd)
{
	for (size_t i = p->worktree_count; i-- > 0;)
		if (is_below(cwd, p->worktrees[i].path))
			return &p->worktrees[i];
	return NULL;
}

static void take_from_memory(struct place *out, struct places *p, const struct place_row *known)
{
	struct stat st;

	*out = (struct place){ .repository = known->repository, .branch = known->branch };
	out->common_dir = common_dir_of(p, out->repository);
	if (known->git_dir && out->common_dir && stat(known->git_dir, &st) == 0)
		out->git_dir = known->git_dir;
}

/* A directory that is gone: what is remembered of it, what the client said of the
 * worktree that it was, and last, what its nearest ancestor belongs to. */
static enum tt_code take_from_elsewhere(struct place *out, struct places *p, const char *cwd,
	const struct vcs_location *at, bool located, const struct place_row *known,
	struct tt_error *err)
{
	const struct worktree_record *w = find_worktree(p, cwd);
	const struct place *origin;

	if (known && known->repository) {
		take_from_memory(out, p, known);
		return TT_OK;
	}
	if (w && w->original_cwd && !is_below(w->original_cwd, w->path)) {
		if (places_find(p, w->original_cwd, &origin, err) != TT_OK)
			return err->code;
		if (origin->repository) {
			*out = (struct place){ .repository = origin->repository,
				.common_dir = origin->common_dir,
				.branch = w->branch };
			return remember(p, cwd, out, err);
		}
	}
	*out = (struct place){ 0 };
	if (!located || describe(out, p, at, err) != TT_OK)
		return located ? err->code : TT_OK;
	out->is_guess = true;
	return TT_OK;
}

static enum tt_code look_up(
	struct place *out, struct places *p, const char *cwd, struct tt_error *err)
{
	_cleanup_(vcs_location_release) struct vcs_location at = VCS_LOCATION_INIT;
	bool located = vcs_locate(&at, cwd);
	struct place_row row;
	const struct place_row *known = NULL;
	enum tt_code code = usage_index_find_place(p->index, cwd, &p->arena, &row, err);

	if (code != TT_OK && code != TT_ENOTFOUND)
		return code;
	if (code == TT_OK)
		known = &row;
	if (located && at.exact)
		return take_from_disk(out, p, cwd, &at, known, err);
	if (at.exact) {
		*out = (struct place){ 0 }; /* there, and in no repository */
		return TT_OK;
	}
	return take_from_elsewhere(out, p, cwd, &at, located, known, err);
}

enum tt_code places_find(
	struct places *p, const char *cwd, const struct place **out, struct tt_error *err)
{
	struct place_node *node = text_cache_get(&p->cache, cwd);
	struct place place = { 0 };

	if (!node)
		HASH_FIND_STR(p->nodes, cwd, node);
	if (!node) {
		if (load(p, err) != TT_OK || look_up(&place, p, cwd, err) != TT_OK)
			return err->code;
		node = xcalloc(1, sizeof *node);
		node->cwd = xstrdup(cwd);
		node->place = place;
		HASH_ADD_KEYPTR(hh, p->nodes, node->cwd, strlen(node->cwd), node);
	}
	text_cache_put(&p->cache, cwd, node->cwd, node);
	*out = &node->place;
	return TT_OK;
}

enum tt_code places_add_worktree(
	struct places *p, const struct worktree_record *w, struct tt_error *err)
{
	const struct worktree_record *last = find_worktree(p, w->path);

	(void)err;
	/* the client says it again and again */
	if (last && same(last->path, w->path) && same(last->branch, w->branch) &&
		same(last->original_cwd, w->original_cwd))
		return TT_OK;
	p->worktrees = xreallocarray(p->worktrees, p->worktree_count + 1, sizeof *p->worktrees);
	p->worktrees[p->worktree_count++] = (struct worktree_record){ keep(p, w->path),
		keep(p, w->branch), keep(p, w->original_cwd) };
	return TT_OK;
}
