/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/json.h"
#include "base/json_writer.h"
#include "base/mem.h"
#include "setup.h"

/*
 * {"format_version":1,"made":[
 *  {"kind":"file","base":"worktree","path":"temp/.gitkeep","hash":"…","text":""}]}
 */
#define DIRECTORY "track-tokens"
#define NAME "init.json"

enum { RECORD_MAX = 1024 * 1024, HASH_TEXT = 17 };

static const char *const kinds[] = { "directory", "file", "lines", "hook", "claude" };
static const char *const bases[] = { "worktree", "ledger" };

static int index_of(const char *const *words, int count, const char *word)
{
	for (int i = 0; word && i < count; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return -1;
}

/* What a later version made is left to it. */
static void add_decoded(struct setup_list *list, const struct json *node)
{
	const char *path = json_text(json_get(node, "path"));
	const char *text = json_text(json_get(node, "text"));
	const char *hash = json_text(json_get(node, "hash"));
	int kind = index_of(kinds, 5, json_text(json_get(node, "kind")));
	int base = index_of(bases, 2, json_text(json_get(node, "base")));

	if (!path || kind < 0 || base < 0)
		return;
	setup_add(list, (enum setup_kind)kind, (enum setup_base)base, path, text ? text : "", 0);
	if (hash)
		list->items[list->count - 1].hash = strtoull(hash, NULL, 16);
}

enum tt_code setup_load(struct setup_list *out, const struct vcs_repo *repo, struct tt_error *err)
{
	_autofree_ char *path = xasprintf("%s/" DIRECTORY "/" NAME, vcs_git_dir(repo));
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	_cleanup_(json_freep) struct json *root = NULL;
	struct tt_error problem = TT_ERROR_INIT;

	if (fs_read(&text, AT_FDCWD, path, RECORD_MAX, path, &problem) != TT_OK) {
		if (problem.code == TT_ENOTFOUND)
			return TT_OK;
		*err = problem;
		return err->code;
	}
	if (json_parse(&root, text.buf, text.len, err) != TT_OK)
		return tt_context(err, "'%s'", path);
	for (const struct json *node = json_first(json_get(root, "made")); node;
		node = json_next(node))
		add_decoded(out, node);
	return TT_OK;
}

static void encode(struct strbuf *out, const struct setup_list *made)
{
	struct json_writer w = { .out = out };

	json_open(&w, '{');
	json_put_int(&w, "format_version", 1);
	json_key(&w, "made");
	json_open(&w, '[');
	for (size_t i = 0; i < made->count; i++) {
		const struct setup_item *item = &made->items[i];
		char hash[HASH_TEXT];

		(void)snprintf(hash, sizeof hash, "%016" PRIx64, item->hash);
		json_open(&w, '{');
		json_put_string(&w, "kind", kinds[item->kind]);
		json_put_string(&w, "base", bases[item->base]);
		json_put_string(&w, "path", item->path);
		json_put_string(&w, "hash", hash);
		if (item->kind == SETUP_LINES)
			json_put_string(&w, "text", item->text);
		json_close(&w, '}');
	}
	json_close(&w, ']');
	json_close(&w, '}');
	strbuf_addch(out, '\n');
}

enum tt_code setup_save(
	const struct setup_list *made, const struct vcs_repo *repo, struct tt_error *err)
{
	const char *root = vcs_git_dir(repo);
	_autofree_ char *dir = xasprintf("%s/" DIRECTORY, root);
	_autofree_ char *path = xasprintf("%s/" NAME, dir);
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	_autoclose_ int fd = -1;

	if (!made->count && !fs_exists(AT_FDCWD, dir))
		return TT_OK;
	if (fs_open_dir(&fd, root, DIRECTORY, true, 0700, err) != TT_OK)
		return err->code;
	if (made->count) {
		encode(&text, made);
		return fs_replace(fd, NAME, text.buf, text.len, 0600, path, err);
	}
	if (fs_remove(fd, NAME, path, err) != TT_OK)
		return err->code;
	/* Others may keep files there. */
	if (rmdir(dir) != 0 && errno != ENOTEMPTY && errno != EEXIST)
		return tt_fail_errno(err, "cannot remove '%s'", dir);
	return TT_OK;
}
