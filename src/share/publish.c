/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"
#include "internal.h"

static enum tt_code check(const struct share_server *s, struct tt_error *err)
{
	if (share_check_name(s->name, err) != TT_OK)
		return err->code;
	if (!entry_id_is_valid(s->installation) || s->row_count > SHARE_ROWS_MAX ||
		s->reset_count > SHARE_RESETS_MAX)
		return tt_fail(err, TT_EBUG, "nobody could read what '%s' publishes", s->name);
	return TT_OK;
}

/* As open to read as the directory is. */
static mode_t file_mode(int dirfd)
{
	struct stat st;

	return 0600 | (fstat(dirfd, &st) == 0 ? st.st_mode & 0044 : 0);
}

/* Is it of another installation?  What does not parse is nobody's. */
static bool is_of_another(const struct strbuf *text, const char *installation)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct tt_error ignored = TT_ERROR_INIT;
	struct share_server other;

	return share_decode(&other, &arena, (struct json_text){ text->buf, text->len },
		       SHARE_NO_ROWS, &ignored) == TT_OK &&
	       strcmp(other.installation, installation) != 0;
}

/* What is there under the name; nothing where it cannot be read: it is replaced. */
static void read_present(struct strbuf *out, int dirfd, const char *name)
{
	struct tt_error ignored = TT_ERROR_INIT;

	(void)fs_read(out, dirfd, name, SHARE_FILE_MAX, name, &ignored);
}

static enum tt_code write_file(int dirfd, const char *dir, const struct share_server *s,
	bool *written, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT, present = STRBUF_INIT,
						text = STRBUF_INIT;
	_autofree_ char *path = NULL, *shown = NULL;

	share_add_file_name(&name, s->name, s->installation);
	path = xasprintf("%s/%s", dir, name.buf);
	share_encode(&text, s);
	read_present(&present, dirfd, name.buf);
	*written = !share_says_the_same(&present, &text);
	if (!*written)
		return TT_OK;
	shown = text_visible(path);
	if (present.len && is_of_another(&present, s->installation))
		return tt_fail(err, TT_EBUSY,
			"'%s' is another server's: name this one with "
			"'git config --global track-tokens.server NAME'",
			shown);
	return fs_replace(dirfd, name.buf, text.buf, text.len, file_mode(dirfd), path, err);
}

enum tt_code share_publish(
	const char *dir, const struct share_server *s, bool *written, struct tt_error *err)
{
	_autoclose_ int dirfd = -1;

	if (check(s, err) != TT_OK || fs_open_dir(&dirfd, dir, "", false, 0, err) != TT_OK)
		return err->code;
	return write_file(dirfd, dir, s, written, err);
}

enum tt_code share_rename(const char *dir, const char *from, const char *to,
	const char *installation, struct tt_error *err)
{
	_cleanup_(strbuf_release) struct strbuf present = STRBUF_INIT;
	_autoclose_ int dirfd = -1;

	if (fs_open_dir(&dirfd, dir, "", false, 0, err) != TT_OK)
		return err->code;
	read_present(&present, dirfd, from);
	if (!present.len || is_of_another(&present, installation))
		return TT_OK;
	if (renameat(dirfd, from, dirfd, to) != 0 && errno != ENOENT) {
		int reason = errno;
		_autofree_ char *shown = text_visible(from);

		errno = reason;
		return tt_fail_errno(err, "cannot rename '%s'", shown);
	}
	return TT_OK;
}
