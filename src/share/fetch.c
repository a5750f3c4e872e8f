/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"
#include "internal.h"

enum { FETCH_MAX = 64 * 1024 * 1024 };

static void add_frame(
	struct strbuf *out, const char *name, const struct strbuf *text, bool is_problem)
{
	struct share_frame frame;

	memset(&frame, 0, sizeof frame);
	frame.name_len = strlen(name);
	frame.text_len = text->len;
	frame.is_problem = is_problem;
	strbuf_add(out, &frame, sizeof frame);
	strbuf_add(out, name, frame.name_len);
	strbuf_add(out, text->buf, text->len);
}

static void add_problem(struct strbuf *out, const char *name, const char *reason)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	strbuf_addstr(&text, reason);
	add_frame(out, name, &text, true);
}

static void fetch_file(struct strbuf *out, int dirfd, const char *name)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct tt_error err = TT_ERROR_INIT;
	enum tt_code code = fs_read(&text, dirfd, name, SHARE_FILE_MAX, name, &err);

	if (code == TT_OK && out->len + text.len <= FETCH_MAX)
		add_frame(out, name, &text, false);
	else if (code == TT_OK)
		add_problem(out, name, "the files before it are too much to read");
	else if (code != TT_ENOTFOUND) /* renamed or removed just now */
		add_problem(out, name, err.msg);
}

/* --- the directory --------------------------------------------------------------------- */

struct names {
	char **items;
	size_t count, alloc;
};

static void names_release(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->items[i]);
	free(names->items);
}

/* Temporary files of a writer are hidden, or end otherwise. */
static bool is_wanted(const char *name)
{
	return name[0] != '.' && text_ends_with(name, ".json");
}

static void add_name(struct names *names, const char *name)
{
	if (names->count == names->alloc) {
		names->alloc = names->alloc ? 2 * names->alloc : 32;
		names->items = xreallocarray(names->items, names->alloc, sizeof *names->items);
	}
	names->items[names->count++] = xstrdup(name);
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list(struct names *out, DIR *stream)
{
	const struct dirent *entry;

	while ((entry = readdir(stream)))
		if (is_wanted(entry->d_name))
			add_name(out, entry->d_name);
	if (out->count)
		qsort(out->items, out->count, sizeof *out->items, compare);
}

enum tt_code share_fetch(struct strbuf *out, const char *dir, struct tt_error *err)
{
	_cleanup_(names_release) struct names names = { 0 };
	_autofree_ char *shown = text_visible(dir);
	int dirfd;
	DIR *stream;

	if (fs_open_dir(&dirfd, dir, "", false, 0, err) != TT_OK)
		return err->code;
	stream = fdopendir(dirfd);
	if (!stream) {
		(void)close(dirfd);
		return tt_fail_errno(err, "cannot read the directory '%s'", shown);
	}
	list(&names, stream);
	for (size_t i = 0; i < names.count; i++)
		if (i < SHARE_FILES_MAX)
			fetch_file(out, dirfd, names.items[i]);
		else
			add_problem(out, names.items[i], "there are too many files before it");
	(void)closedir(stream);
	return TT_OK;
}

enum tt_code share_load(struct share_list *out, const char *dir, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf fetched = STRBUF_INIT;

	if (share_fetch(&fetched, dir, err) != TT_OK)
		return err->code;
	return share_parse(out, fetched.buf, fetched.len, err);
}
