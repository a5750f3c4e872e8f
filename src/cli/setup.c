/* SPDX-License-Identifier: MIT */
#include "setup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/record.h"

enum { TEXT_MAX = 4 * 1024 * 1024 };

/* --- the list ----------------------------------------------------------- */

void setup_release(struct setup_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].path);
		free(list->items[i].text);
	}
	free(list->items);
	*list = (struct setup_list)SETUP_LIST_INIT;
}

void setup_add(struct setup_list *list, enum setup_kind kind, enum setup_base base,
	const char *path, const char *text, mode_t mode)
{
	list->items = xreallocarray(list->items, list->count + 1, sizeof *list->items);
	list->items[list->count++] = (struct setup_item){
		.kind = kind,
		.base = base,
		.path = xstrdup(path),
		.text = xstrdup(text),
		.hash = text_hash(text, strlen(text), 0),
		.mode = mode,
	};
}

const struct setup_item *setup_find(const struct setup_list *list, const struct setup_item *like)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct setup_item *item = &list->items[i];

		if (item->kind == like->kind && item->base == like->base &&
			strcmp(item->path, like->path) == 0)
			return item;
	}
	return NULL;
}

void setup_add_ledger_dir(struct setup_list *list, const struct vcs_repo *repo)
{
	struct ledger_place place = record_place(repo);
	_autofree_ char *parent = xstrdup(place.relative);
	_autofree_ char *ignore = xasprintf("%s/.gitignore", place.relative);

	*strchr(parent, '/') = '\0';
	setup_add(list, SETUP_DIRECTORY, SETUP_LEDGER, parent, "", 0755);
	setup_add(list, SETUP_DIRECTORY, SETUP_LEDGER, place.relative, "",
		place.shared ? 02770 : 0700);
	if (vcs_main_worktree(repo))
		setup_add(list, SETUP_FILE, SETUP_LEDGER, ignore, "*\n", 0644);
}

enum tt_code setup_lock(int *out, const struct vcs_repo *repo, struct tt_error *err)
{
	int fd = open(vcs_common_dir(repo), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return tt_fail_errno(err, "cannot open '%s'", vcs_common_dir(repo));
	/* Where directories cannot be locked, the last one wins, in whole files. */
	if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
		(void)close(fd);
		return tt_fail(err, TT_EBUSY,
			"another track-tokens is setting up this repository: try again");
	}
	*out = fd;
	return TT_OK;
}

/* --- where an item is --------------------------------------------------- */

struct spot {
	int dir;
	const char *name; /* in dir, borrowed from the item */
	char *shown;
};

#define SPOT_INIT                     \
	{                             \
		.dir = -1, .name = "" \
	}

static void spot_release(struct spot *spot)
{
	closep(&spot->dir);
	free(spot->shown);
}

static const char *root_of(const struct setup_item *item, const struct vcs_repo *repo)
{
	return item->base == SETUP_WORKTREE ? vcs_worktree(repo) : record_place(repo).root;
}

/* Its directory, open; TT_ENOTFOUND when there is none. */
static enum tt_code open_spot(struct spot *out, const struct setup_item *item,
	const struct vcs_repo *repo, struct tt_error *err)
{
	const char *root = root_of(item, repo);
	const char *slash = strrchr(item->path, '/');
	_autofree_ char *dir = xstrndup(item->path, slash ? (size_t)(slash - item->path) : 0);

	if (!root)
		return tt_fail(err, TT_ENOTFOUND, "a bare repository has no '%s'", item->path);
	if (fs_open_dir(&out->dir, root, dir, false, 0, err) != TT_OK)
		return err->code;
	out->name = slash ? slash + 1 : item->path;
	out->shown = xasprintf("%s/%s", root, item->path);
	return TT_OK;
}

/* The content of a file, "" and *found = false when there is none. */
static enum tt_code read_spot(
	struct strbuf *out, bool *found, const struct spot *spot, struct tt_error *err)
{
	struct tt_error problem = TT_ERROR_INIT;

	*found = fs_read(out, spot->dir, spot->name, TEXT_MAX, spot->shown, &problem) == TT_OK;
	if (*found || problem.code == TT_ENOTFOUND)
		return TT_OK;
	*err = problem;
	return err->code;
}

/* --- look and make ------------------------------------------------------ */

static enum tt_code look_at_dir(
	enum setup_state *out, const struct spot *spot, struct tt_error *err)
{
	struct stat st;

	if (fstatat(spot->dir, spot->name, &st, AT_SYMLINK_NOFOLLOW) != 0) {
		*out = SETUP_MISSING;
		return TT_OK;
	}
	if (!S_ISDIR(st.st_mode))
		return tt_fail(
			err, TT_EINPUT, "'%s' is in the way: it is not a directory", spot->shown);
	*out = SETUP_THERE;
	return TT_OK;
}

static enum setup_state judge_text(const struct setup_item *item, const struct setup_item *made,
	const struct strbuf *text, bool found)
{
	uint64_t hash = text_hash(text->buf, text->len, 0);

	if (item->kind == SETUP_LINES)
		return strstr(text->buf, item->text) ? SETUP_THERE : SETUP_MISSING;
	if (!found)
		return SETUP_MISSING;
	if (hash == item->hash)
		return SETUP_THERE;
	return made && made->hash == hash ? SETUP_EARLIER : SETUP_CHANGED;
}

enum tt_code setup_look(enum setup_state *out, const struct setup_item *item,
	const struct setup_item *made, const struct vcs_repo *repo, struct tt_error *err)
{
	_cleanup_(spot_release) struct spot spot = SPOT_INIT;
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct tt_error problem = TT_ERROR_INIT;
	bool found;

	if (open_spot(&spot, item, repo, &problem) != TT_OK) {
		if (problem.code == TT_ENOTFOUND) {
			*out = SETUP_MISSING;
			return TT_OK;
		}
		*err = problem;
		return err->code;
	}
	if (item->kind == SETUP_DIRECTORY)
		return look_at_dir(out, &spot, err);
	if (read_spot(&text, &found, &spot, err) != TT_OK)
		return err->code;
	*out = judge_text(item, made, &text, found);
	return TT_OK;
}

static enum tt_code append_lines(
	const struct setup_item *item, const struct spot *spot, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct stat st = { .st_mode = item->mode };
	bool found;

	if (read_spot(&text, &found, spot, err) != TT_OK)
		return err->code;
	if (strstr(text.buf, item->text))
		return TT_OK;
	if (found && fstatat(spot->dir, spot->name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return tt_fail_errno(err, "cannot look at '%s'", spot->shown);
	if (text.len && text.buf[text.len - 1] != '\n')
		strbuf_addch(&text, '\n');
	strbuf_addstr(&text, item->text);
	return fs_replace(
		spot->dir, spot->name, text.buf, text.len, st.st_mode & 07777, spot->shown, err);
}

enum tt_code setup_make(
	const struct setup_item *item, const struct vcs_repo *repo, struct tt_error *err)
{
	_cleanup_(spot_release) struct spot spot = SPOT_INIT;
	_autoclose_ int made = -1;

	if (item->kind == SETUP_DIRECTORY)
		return fs_open_dir(&made, root_of(item, repo), item->path, true, item->mode, err);
	if (open_spot(&spot, item, repo, err) != TT_OK)
		return err->code;
	if (item->kind == SETUP_LINES)
		return append_lines(item, &spot, err);
	return fs_replace(
		spot.dir, spot.name, item->text, strlen(item->text), item->mode, spot.shown, err);
}

/* --- take back ---------------------------------------------------------- */

static enum tt_code take_dir(
	enum setup_outcome *out, const struct spot *spot, bool dry, struct tt_error *err)
{
	if (!fs_exists(spot->dir, spot->name)) {
		*out = SETUP_GONE;
	} else if (dry || unlinkat(spot->dir, spot->name, AT_REMOVEDIR) == 0) {
		*out = SETUP_TAKEN;
	} else if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR || errno == EBUSY) {
		*out = SETUP_LEFT;
	} else {
		return tt_fail_errno(err, "cannot remove '%s'", spot->shown);
	}
	return TT_OK;
}

static enum tt_code take_lines(const struct setup_item *item, const struct spot *spot,
	const char *text, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf rest = STRBUF_INIT;
	const char *at = strstr(text, item->text);
	struct stat st;

	if (fstatat(spot->dir, spot->name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return tt_fail_errno(err, "cannot look at '%s'", spot->shown);
	strbuf_add(&rest, text, (size_t)(at - text));
	strbuf_addstr(&rest, at + strlen(item->text));
	if (!rest.len)
		return fs_remove(spot->dir, spot->name, spot->shown, err);
	return fs_replace(
		spot->dir, spot->name, rest.buf, rest.len, st.st_mode & 07777, spot->shown, err);
}

static enum tt_code take_text(enum setup_outcome *out, const struct setup_item *item,
	const struct spot *spot, bool dry, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	bool found, same;

	if (read_spot(&text, &found, spot, err) != TT_OK)
		return err->code;
	same = item->kind == SETUP_LINES ? strstr(text.buf, item->text) != NULL
					 : text_hash(text.buf, text.len, 0) == item->hash;
	*out = !found ? SETUP_GONE : same ? SETUP_TAKEN : SETUP_LEFT;
	if (dry || *out != SETUP_TAKEN)
		return TT_OK;
	if (item->kind == SETUP_LINES)
		return take_lines(item, spot, text.buf, err);
	return fs_remove(spot->dir, spot->name, spot->shown, err);
}

enum tt_code setup_take_back(enum setup_outcome *out, const struct setup_item *item,
	const struct vcs_repo *repo, bool dry, struct tt_error *err)
{
	_cleanup_(spot_release) struct spot spot = SPOT_INIT;
	struct tt_error problem = TT_ERROR_INIT;

	if (open_spot(&spot, item, repo, &problem) != TT_OK) {
		if (problem.code == TT_ENOTFOUND) {
			*out = SETUP_GONE;
			return TT_OK;
		}
		*err = problem;
		return err->code;
	}
	if (item->kind == SETUP_DIRECTORY)
		return take_dir(out, &spot, dry, err);
	return take_text(out, item, &spot, dry, err);
}
