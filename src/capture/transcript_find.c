/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "capture/transcript.h"

enum { DEPTH_MAX = 32 };

static const char suffix[] = ".jsonl";

static void closedirp(DIR **dir)
{
	if (*dir)
		(void)closedir(*dir);
}

void transcript_list_release(struct transcript_list *list)
{
	arena_release(&list->arena);
	free(list->files);
	*list = (struct transcript_list)TRANSCRIPT_LIST_INIT;
}

bool transcript_is_name(const char *name)
{
	return text_ends_with(name, suffix) && strcmp(name, "journal.jsonl") != 0 &&
	       !strstr(name, ".orphaned") && !strstr(name, ".superseded");
}

static void add_file(struct transcript_list *list, const char *path, const struct stat *st)
{
	if (list->count == list->alloc) {
		list->alloc = list->alloc ? 2 * list->alloc : 256;
		list->files = xreallocarray(list->files, list->alloc, sizeof *list->files);
	}
	list->files[list->count++] = (struct transcript_file){
		.path = arena_strdup(&list->arena, path),
		.device = (uint64_t)st->st_dev,
		.inode = (uint64_t)st->st_ino,
		.size = (int64_t)st->st_size,
		.mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec,
	};
}

/* One entry of a directory that is open; path is its full name. */
static void look_at(struct transcript_list *list, int dirfd, const struct dirent *entry,
	struct strbuf *path, int depth);

static void walk(struct transcript_list *list, int fd, struct strbuf *path, int depth)
{
	_cleanup_(closedirp) DIR *dir = fdopendir(fd);
	const struct dirent *entry;
	size_t len = path->len;

	if (!dir) {
		(void)close(fd);
		list->unreadable++;
		return;
	}
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		strbuf_addf(path, "/%s", entry->d_name);
		look_at(list, dirfd(dir), entry, path, depth);
		strbuf_setlen(path, len);
	}
}

static void look_at(struct transcript_list *list, int dirfd, const struct dirent *entry,
	struct strbuf *path, int depth)
{
	bool wanted = transcript_is_name(entry->d_name);
	struct stat st;
	int fd;

	if (entry->d_type == DT_REG ? !wanted
				    : (entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN))
		return;
	if (entry->d_type != DT_DIR && fstatat(dirfd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return;
	if (entry->d_type != DT_DIR && S_ISREG(st.st_mode)) {
		if (wanted)
			add_file(list, path->buf, &st);
		return;
	}
	if ((entry->d_type != DT_DIR && !S_ISDIR(st.st_mode)) || depth == DEPTH_MAX)
		return;
	fd = openat(dirfd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		list->unreadable += errno != ENOENT;
	else
		walk(list, fd, path, depth + 1);
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(((const struct transcript_file *)a)->path,
		((const struct transcript_file *)b)->path);
}

/* Links are followed up to here: people keep their configuration elsewhere. */
static enum tt_code walk_below(struct transcript_list *list, const char *top, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf path = STRBUF_INIT;
	_autofree_ char *shown = text_visible(top);
	int fd = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return TT_OK;
	if (fd < 0)
		return tt_fail_errno(err, "cannot read the directory '%s'", shown);
	strbuf_addstr(&path, top);
	walk(list, fd, &path, 0);
	if (list->count)
		qsort(list->files, list->count, sizeof *list->files, compare_paths);
	return TT_OK;
}

enum tt_code transcript_find(
	struct transcript_list *list, const char *config_dir, struct tt_error *err)
{
	_autofree_ char *top = xasprintf("%s/projects", config_dir);

	return walk_below(list, top, err);
}

enum tt_code transcript_find_session(
	struct transcript_list *list, const char *path, struct tt_error *err)
{
	size_t len = strlen(path);
	struct stat st;

	if (!text_ends_with(path, suffix))
		return TT_OK;
	if (lstat(path, &st) == 0 && S_ISREG(st.st_mode))
		add_file(list, path, &st);
	{
		_autofree_ char *dir = xstrndup(path, len - strlen(suffix));

		return walk_below(list, dir, err);
	}
}
