/* SPDX-License-Identifier: MIT */
#include "user_file.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"

/* Readable by all, as an editor would make it. */
enum { USER_FILE_MODE = 0644 };

/* The directory of a path, followed as the user wrote it, and the name in it. */
static enum tt_code open_parent(int *dir, const char **name, const char *file, struct tt_error *err)
{
	const char *slash = strrchr(file, '/');
	_autofree_ char *parent = NULL;

	*name = slash ? slash + 1 : file;
	if (!**name)
		return tt_fail(err, TT_EUSAGE, "'%s' is a directory: name a file", file);
	parent = slash == file ? xstrdup("/")
		 : slash       ? xstrndup(file, (size_t)(slash - file))
			       : xstrdup(".");
	return fs_open_dir(dir, parent, "", false, 0, err);
}

enum tt_code user_file_write(
	const char *file, const struct strbuf *text, bool replace, struct tt_error *err)
{
	_autoclose_ int dir = -1;
	const char *name;

	if (open_parent(&dir, &name, file, err) != TT_OK)
		return err->code;
	if (replace)
		return fs_replace(dir, name, text->buf, text->len, USER_FILE_MODE, file, err);
	if (fs_create(dir, name, text->buf, text->len, USER_FILE_MODE, file, err) == TT_OK)
		return TT_OK;
	if (err->code == TT_EBUSY)
		return tt_fail(err, TT_EUSAGE, "'%s' exists already: -f replaces it", file);
	return err->code;
}
