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

/* The frame of what follows it, to the end. */
static void set_frame(struct strbuf *out, size_t at, size_t name_len, bool is_problem)
{
	struct share_frame frame;

	memset(&frame, 0, sizeof frame);
	frame.name_len = name_len;
	frame.text_len = out->len - at - sizeof frame - name_len;
	frame.is_problem = is_problem;
	memcpy(out->buf + at, &frame, sizeof frame);
}

/* Where it begins. */
static size_t begin_frame(struct strbuf *out, const char *name)
{
	const struct share_frame unknown = { 0 };
	size_t at = out->len;

	strbuf_add(out, &unknown, sizeof unknown);
	strbuf_addstr(out, name);
	return at;
}

static void add_problem(struct strbuf *out, const char *name, const char *reason)
{
	size_t at = begin_frame(out, name);

	strbuf_addstr(out, reason);
	set_frame(out, at, strlen(name), true);
}

static void fetch_file(struct strbuf *out, int dirfd, const char *name)
{
	size_t at = begin_frame(out, name);
	struct tt_error err = TT_ERROR_INIT;
	enum tt_code code = fs_read(out, dirfd, name, SHARE_FILE_MAX, name, &err);

	if (code == TT_OK && out->len <= FETCH_MAX) {
		set_frame(out, at, strlen(name), false);
		return;
	}
	strbuf_setlen(out, at);
	if (code == TT_OK)
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

enum tt_code share_load(
	struct share_list *out, const char *dir, struct instant since, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf fetched = STRBUF_INIT;

	if (share_fetch(&fetched, dir, err) != TT_OK)
		return err->code;
	return share_parse(out, (struct json_text){ fetched.buf, fetched.len }, since, err);
}
