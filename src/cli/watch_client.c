/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"
#include "capture/earlier_file.h"
#include "claude_dirs.h"
#include "user_state.h"
#include "watch_seen.h"

/*
 * The client notes in .claude.json what the last session of each directory used.  Copies
 * of these figures, and of nothing else in there (it holds prompts and an account), are
 * kept as snapshots/claude-<number>.json in the user's state: only when they have changed,
 * and the last ones only.
 */
#define DIRECTORY "snapshots"
#define NAME_FORMAT "claude-%06" PRIu64 ".json"

enum {
	FILE_MODE = 0600,
	DIR_MODE = 0700,
	SNAPSHOTS = 64,
	FILE_MAX = 64 * 1024 * 1024,
};

/* The files: in each configuration directory, and in the home directory. */
static void each_file(void (*fn)(void *ctx, const char *path), void *ctx)
{
	_cleanup_(claude_dirs_release) struct claude_dirs dirs = { 0 };
	_cleanup_(strbuf_release) struct strbuf home = STRBUF_INIT;

	claude_dirs_find(&dirs);
	for (size_t i = 0; i < dirs.count; i++) {
		_autofree_ char *path = xasprintf("%s/.claude.json", dirs.paths[i]);

		fn(ctx, path);
	}
	if (user_home(&home)) {
		strbuf_addstr(&home, "/.claude.json");
		fn(ctx, home.buf);
	}
}

static void add_stamp(void *ctx, const char *path)
{
	uint64_t *stamp = ctx;
	struct stat st;

	if (stat(path, &st) == 0) {
		const uint64_t what[] = { (uint64_t)st.st_size, (uint64_t)st.st_mtim.tv_sec,
			(uint64_t)st.st_mtim.tv_nsec, (uint64_t)st.st_ino };

		*stamp = text_hash(what, sizeof what, *stamp);
	}
}

uint64_t watch_client_stamp(void)
{
	uint64_t stamp = 0;

	each_file(add_stamp, &stamp);
	return stamp;
}

/* --- a snapshot -------------------------------------------------------------------------- */

struct extraction {
	struct strbuf text; /* one line for each file */
	struct tt_error problem;
};

static void extract(void *ctx, const char *path)
{
	_cleanup_(strbuf_release) struct strbuf file = STRBUF_INIT;
	struct extraction *x = ctx;
	struct tt_error problem = TT_ERROR_INIT;

	if (fs_read(&file, AT_FDCWD, path, FILE_MAX, path, &problem) == TT_OK &&
		earlier_client_extract(&x->text, file.buf, file.len, &problem) == TT_OK)
		strbuf_addch(&x->text, '\n');
	else if (problem.code != TT_ENOTFOUND && x->problem.code == TT_OK)
		(void)tt_fail(&x->problem, problem.code, "'%s': %s", path, problem.msg);
}

/* Numbers of the first and the last that are there; false when there is none. */
static bool find_numbers(uint64_t *first, uint64_t *last, size_t *count, int dirfd)
{
	int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	*first = UINT64_MAX;
	*last = *count = 0;
	if (!dir) {
		closep(&fd);
		return false;
	}
	while ((entry = readdir(dir))) {
		uint64_t number;

		if (!text_starts_with(entry->d_name, "claude-") ||
			!text_ends_with(entry->d_name, ".json"))
			continue;
		number = strtoull(entry->d_name + strlen("claude-"), NULL, 10);
		if (number < *first)
			*first = number;
		if (number > *last)
			*last = number;
		++*count;
	}
	(void)closedir(dir);
	return *count > 0;
}

static bool is_last(int dirfd, uint64_t number, const struct strbuf *text)
{
	_cleanup_(strbuf_release) struct strbuf there = STRBUF_INIT;
	_autofree_ char *name = xasprintf(NAME_FORMAT, number);
	struct tt_error ignored = TT_ERROR_INIT;

	return fs_read(&there, dirfd, name, FILE_MAX, name, &ignored) == TT_OK &&
	       there.len == text->len && memcmp(there.buf, text->buf, text->len) == 0;
}

static enum tt_code keep(bool *taken, int dirfd, const struct strbuf *text, struct tt_error *err)
{
	uint64_t first, last;
	size_t count;
	bool any = find_numbers(&first, &last, &count, dirfd);
	_autofree_ char *name = xasprintf(NAME_FORMAT, any ? last + 1 : 1);

	if (any && is_last(dirfd, last, text))
		return TT_OK;
	if (fs_create(dirfd, name, text->buf, text->len, FILE_MODE, name, err) != TT_OK)
		return err->code;
	*taken = true;
	for (; any && count >= SNAPSHOTS && first < last; first++) {
		_autofree_ char *old = xasprintf(NAME_FORMAT, first);

		if (!fs_exists(dirfd, old))
			continue;
		if (fs_remove(dirfd, old, old, err) != TT_OK)
			return err->code;
		count--;
	}
	return TT_OK;
}

enum tt_code watch_snapshot(bool *taken, struct tt_error *err)
{
	_cleanup_(user_state_close) struct user_state state = USER_STATE_INIT;
	struct extraction x = { .text = STRBUF_INIT, .problem = TT_ERROR_INIT };
	_autoclose_ int dirfd = -1;
	enum tt_code code = TT_OK;

	each_file(extract, &x);
	if (x.text.len && (user_state_open(&state, true, err) != TT_OK ||
				  fs_open_dir(&dirfd, state.dir.buf, DIRECTORY, true, DIR_MODE,
					  err) != TT_OK ||
				  keep(taken, dirfd, &x.text, err) != TT_OK))
		code = err->code;
	strbuf_release(&x.text);
	if (code == TT_OK && x.problem.code != TT_OK)
		return tt_fail(err, x.problem.code, "%s", x.problem.msg);
	return code;
}
