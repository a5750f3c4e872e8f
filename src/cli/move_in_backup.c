/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "move_in.h"

enum { FILE_MODE = 0600, DIR_MODE = 0700, NAME_MAX_BYTES = 180 };
#define DIRECTORY "migrated"

static bool holds(int dir, const char *name, const struct strbuf *content)
{
	_cleanup_(strbuf_release) struct strbuf there = STRBUF_INIT;
	struct tt_error ignored = TT_ERROR_INIT;

	return fs_read(&there, dir, name, content->len, name, &ignored) == TT_OK &&
	       there.len == content->len && memcmp(there.buf, content->buf, there.len) == 0;
}

/* When the client's own file was written says when its sessions were: so that a copy
 * says the same. */
static void keep_time(int dir, const char *name, struct instant written)
{
	const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT },
		{ .tv_sec = (time_t)(written.ms / 1000), .tv_nsec = written.ms % 1000 * 1000000 } };

	(void)utimensat(dir, name, times, AT_SYMLINK_NOFOLLOW);
}

/* "20260102_030405-token_usage.json"; then with ".2" and so on. */
static enum tt_code copy(int dir, const struct move_file *file, struct tt_error *err)
{
	char stamp[INSTANT_TEXT];

	instant_format_stamp(stamp, clock_now());
	for (int n = 1;; n++) {
		_autofree_ char *suffix = n > 1 ? xasprintf(".%d", n) : xstrdup("");
		_autofree_ char *name =
			xasprintf("%s-%.*s%s", stamp, NAME_MAX_BYTES, file->name, suffix);
		enum tt_code code;

		if (holds(dir, name, &file->kept))
			return TT_OK;
		code = fs_create(dir, name, file->kept.buf, file->kept.len, FILE_MODE, name, err);
		if (code == TT_OK)
			keep_time(dir, name, file->written);
		if (code != TT_EBUSY)
			return code;
	}
}

static enum tt_code open_directory(int *out, const struct user_state *state, struct tt_error *err)
{
	return fs_open_dir(out, state->dir.buf, DIRECTORY, true, DIR_MODE, err);
}

enum tt_code move_back_up(
	const struct moving *m, const struct user_state *state, struct tt_error *err)
{
	_autoclose_ int dir = -1;

	for (size_t i = 0; i < m->count; i++) {
		const struct move_file *file = &m->files[i];

		if (file->is_backup || file->refused || (file->fresh == 0 && file->tokens == 0))
			continue;
		if (dir < 0 && open_directory(&dir, state, err) != TT_OK)
			return err->code;
		if (copy(dir, file, err) != TT_OK)
			return tt_context(err, "copying '%s' first", file->shown);
	}
	return TT_OK;
}

/* "tokens_feature_x.json.v1", as a ledger's own old file is called; then ".v1.2". */
static enum tt_code set_aside(struct move_file *file, struct arena *arena, struct tt_error *err)
{
	_autofree_ char *parent = xstrndup(file->path, (size_t)(file->name - file->path));
	_autoclose_ int dir = -1;

	if (fs_open_dir(&dir, parent, "", false, 0, err) != TT_OK)
		return err->code;
	for (int n = 1;; n++) {
		_autofree_ char *name = n == 1 ? xasprintf("%s.v1", file->name)
					       : xasprintf("%s.v1.%d", file->name, n);
		enum tt_code code = fs_rename_new(dir, file->name, dir, name, file->shown, err);

		if (code == TT_OK)
			file->set_aside = arena_strdup(arena, name);
		if (code != TT_EBUSY)
			return code;
	}
}

enum tt_code move_set_aside(struct moving *m, struct tt_error *err)
{
	for (size_t i = 0; i < m->count; i++)
		if (m->files[i].is_beside && !m->files[i].refused &&
			set_aside(&m->files[i], &m->arena, err) != TT_OK)
			return err->code;
	return TT_OK;
}
