/* SPDX-License-Identifier: MIT */
#include "base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/trace.h"

enum { OPEN_SAFELY = O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC };

/* Fail with errno about a path, made visible. */
static enum tt_code fail_path(struct tt_error *err, const char *what, const char *shown)
{
	int reason = errno;
	_autofree_ char *visible = text_visible(shown);

	errno = reason;
	return tt_fail_errno(err, "cannot %s '%s'", what, visible);
}

static enum tt_code fail_kind(
	struct tt_error *err, enum tt_code code, const char *shown, const char *what)
{
	_autofree_ char *visible = text_visible(shown);

	return tt_fail(err, code, "'%s' %s", visible, what);
}

/* --- directories ------------------------------------------------------ */

static enum tt_code sync_dir(int dirfd, const char *shown, struct tt_error *err)
{
	/* Some file systems cannot sync a directory and say so with EINVAL. */
	if (fsync(dirfd) == 0 || errno == EINVAL)
		return TT_OK;
	return fail_path(err, "make durable the directory of", shown);
}

/* Create `name` with exactly `mode`, whatever the umask, and make it durable. */
static enum tt_code make_dir(
	int parent, const char *name, mode_t mode, const char *shown, struct tt_error *err)
{
	if (mkdirat(parent, name, mode) != 0)
		return errno == EEXIST ? TT_OK : fail_path(err, "create the directory", shown);
	if (fchmodat(parent, name, mode, 0) != 0)
		return fail_path(err, "set the mode of", shown);
	return sync_dir(parent, shown, err);
}

static enum tt_code open_one(
	int *out, int parent, const char *name, const char *shown, struct tt_error *err)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | OPEN_SAFELY);

	if (fd >= 0) {
		*out = fd;
		return TT_OK;
	}
	if (errno == ENOENT)
		return fail_kind(err, TT_ENOTFOUND, shown, "does not exist");
	if (errno == ELOOP || errno == ENOTDIR)
		return fail_kind(err, TT_EINPUT, shown,
			"is not a directory (symbolic links are not followed here)");
	return fail_path(err, "open the directory", shown);
}

enum tt_code fs_open_dir(int *out, const char *root, const char *relative, bool create, mode_t mode,
	struct tt_error *err)
{
	_autofree_ char *parts = xstrdup(relative);
	_cleanup_(strbuf_release) struct strbuf shown = STRBUF_INIT;
	_autoclose_ int dir = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char *rest = NULL;

	if (dir < 0)
		return errno == ENOENT ? fail_kind(err, TT_ENOTFOUND, root, "does not exist")
				       : fail_path(err, "open the directory", root);
	strbuf_addstr(&shown, root);
	for (char *part = strtok_r(parts, "/", &rest); part; part = strtok_r(NULL, "/", &rest)) {
		int next = -1;

		strbuf_addf(&shown, "/%s", part);
		if (strcmp(part, "..") == 0)
			return fail_kind(err, TT_EINPUT, shown.buf, "leaves its directory");
		if (create && make_dir(dir, part, mode, shown.buf, err) != TT_OK)
			return err->code;
		if (open_one(&next, dir, part, shown.buf, err) != TT_OK)
			return err->code;
		(void)close(dir);
		dir = next;
	}
	*out = dir;
	dir = -1;
	return TT_OK;
}

/* --- reading ---------------------------------------------------------- */

static enum tt_code open_regular(
	int *out, int dirfd, const char *name, off_t cap, const char *shown, struct tt_error *err)
{
	_autoclose_ int fd = openat(dirfd, name, O_RDONLY | OPEN_SAFELY);
	struct stat st;

	if (fd < 0 && errno == ENOENT)
		return fail_kind(err, TT_ENOTFOUND, shown, "does not exist");
	if (fd < 0 && (errno == ELOOP || errno == ENXIO))
		return fail_kind(err, TT_EINPUT, shown, "is not a regular file");
	if (fd < 0 || fstat(fd, &st) != 0)
		return fail_path(err, "open", shown);
	if (!S_ISREG(st.st_mode))
		return fail_kind(err, TT_EINPUT, shown, "is not a regular file");
	if (st.st_size > cap) {
		_autofree_ char *visible = text_visible(shown);

		return tt_fail(
			err, TT_EINPUT, "'%s' is larger than %lld bytes", visible, (long long)cap);
	}
	*out = fd;
	fd = -1;
	return TT_OK;
}

enum { READ_ROOM = 4096, LARGE_PAGE = 2 * 1024 * 1024 };

/* The first touch of each small page costs more than what is read into it. */
static void use_large_pages(char *buf, size_t size)
{
#ifdef MADV_HUGEPAGE
	uintptr_t skip = -(uintptr_t)buf & 4095;

	if (size >= 2 * (size_t)LARGE_PAGE)
		(void)madvise(buf + skip, size - skip, MADV_HUGEPAGE);
#else
	(void)buf;
	(void)size;
#endif
}

/* Read up to cap + 1 bytes: a file may have grown since its size was asked. */
static enum tt_code read_all(
	struct strbuf *out, int fd, size_t cap, const char *shown, struct tt_error *err)
{
	size_t before = out->len;
	struct stat st;

	/* With room for the read that finds the end: growing once more would copy
	 * the whole. */
	if (fstat(fd, &st) == 0 && st.st_size > 0) {
		strbuf_grow(out, (size_t)st.st_size + READ_ROOM);
		use_large_pages(out->buf, out->alloc);
	}
	for (;;) {
		ssize_t n;

		strbuf_grow(out, READ_ROOM);
		n = read(fd, out->buf + out->len, out->alloc - out->len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			strbuf_setlen(out, before);
			return fail_path(err, "read", shown);
		}
		if (n == 0)
			return TT_OK;
		out->len += (size_t)n;
		out->buf[out->len] = '\0';
		if (out->len - before > cap) {
			strbuf_setlen(out, before);
			return fail_kind(err, TT_EINPUT, shown, "grew while it was read");
		}
	}
}

enum tt_code fs_read(struct strbuf *out, int dirfd, const char *name, size_t cap, const char *shown,
	struct tt_error *err)
{
	_autoclose_ int fd = -1;
	size_t before = out->len;

	if (open_regular(&fd, dirfd, name, (off_t)cap, shown, err) != TT_OK ||
		read_all(out, fd, cap, shown, err) != TT_OK)
		return err->code;
	trace("read '%s' (%zu bytes)", shown, out->len - before);
	return TT_OK;
}

bool fs_exists(int dirfd, const char *name)
{
	struct stat st;

	return fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* --- writing ---------------------------------------------------------- */

static bool write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		if (n == 0) {
			errno = ENOSPC;
			return false;
		}
		data += n;
		len -= (size_t)n;
	}
	return true;
}

struct new_file {
	int dirfd;
	const char *name;
	const struct fs_part *parts;
	size_t count;
	mode_t mode;
	const char *shown;
};

static bool fill(int fd, const struct new_file *file)
{
	for (size_t i = 0; i < file->count; i++)
		if (!write_all(fd, file->parts[i].data, file->parts[i].len))
			return false;
	return fchmod(fd, file->mode) == 0 && fsync(fd) == 0;
}

/* Write a new file, complete and durable, or leave none. */
static enum tt_code write_new(const struct new_file *file, struct tt_error *err)
{
	int fd = openat(file->dirfd, file->name, O_WRONLY | O_CREAT | O_EXCL | OPEN_SAFELY, 0600);
	int reason;

	if (fd < 0)
		return fail_path(err, "create a file to write", file->shown);
	if (fill(fd, file)) {
		trace("wrote '%s'", file->shown);
		if (close(fd) == 0)
			return TT_OK;
		fd = -1;
	}
	reason = errno;
	if (fd >= 0)
		(void)close(fd);
	(void)unlinkat(file->dirfd, file->name, 0);
	errno = reason;
	return fail_path(err, "write", file->shown);
}

enum tt_code fs_replace(int dirfd, const char *name, const char *data, size_t len, mode_t mode,
	const char *shown, struct tt_error *err)
{
	return fs_replace_parts(dirfd, name, &(struct fs_part){ data, len }, 1, mode, shown, err);
}

enum tt_code fs_replace_parts(int dirfd, const char *name, const struct fs_part *parts,
	size_t count, mode_t mode, const char *shown, struct tt_error *err)
{
	_autofree_ char *temporary = xasprintf("%s.tmp", name);
	const struct new_file file = { dirfd, temporary, parts, count, mode, shown };

	/* One that a killed writer left; its lock, which we hold, died with it. */
	if (unlinkat(dirfd, temporary, 0) != 0 && errno != ENOENT)
		return fail_path(err, "remove the left-over temporary file of", shown);
	if (write_new(&file, err) != TT_OK)
		return err->code;
	if (renameat(dirfd, temporary, dirfd, name) != 0) {
		int reason = errno;

		(void)unlinkat(dirfd, temporary, 0);
		errno = reason;
		return fail_path(err, "replace", shown);
	}
	return sync_dir(dirfd, shown, err);
}

enum tt_code fs_rename_new(int dirfd, const char *from, int todirfd, const char *to,
	const char *shown, struct tt_error *err)
{
	/* link + unlink: unlike rename, link never replaces.  Where a file system
	 * has no links, the name is checked first instead. */
	if (linkat(dirfd, from, todirfd, to, 0) == 0) {
		if (sync_dir(todirfd, shown, err) != TT_OK)
			return err->code;
		if (unlinkat(dirfd, from, 0) != 0)
			return fail_path(err, "remove the old name of", shown);
		return sync_dir(dirfd, shown, err);
	}
	if (errno == EEXIST || (errno != ENOENT && fs_exists(todirfd, to)))
		return fail_kind(err, TT_EBUSY, shown, "exists already");
	if (errno != EPERM && errno != ENOTSUP && errno != ENOSYS && errno != EMLINK)
		return fail_path(err, "rename to", shown);
	if (renameat(dirfd, from, todirfd, to) != 0)
		return fail_path(err, "rename to", shown);
	if (sync_dir(todirfd, shown, err) != TT_OK)
		return err->code;
	return sync_dir(dirfd, shown, err);
}

/* A file without a name until it is complete: a crash leaves nothing behind.
 * *done stays false where the system or the file system has no such files. */
static enum tt_code create_unnamed(bool *done, const struct new_file *file, struct tt_error *err)
{
#ifdef O_TMPFILE
	_autofree_ char *proc = NULL;
	_autoclose_ int fd = openat(file->dirfd, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);

	if (fd < 0)
		return TT_OK;
	if (!fill(fd, file))
		return fail_path(err, "write", file->shown);
	proc = xasprintf("/proc/self/fd/%d", fd);
	if (linkat(AT_FDCWD, proc, file->dirfd, file->name, AT_SYMLINK_FOLLOW) == 0) {
		*done = true;
		trace("wrote '%s'", file->shown);
		return sync_dir(file->dirfd, file->shown, err);
	}
	if (errno == EEXIST)
		return fail_kind(err, TT_EBUSY, file->shown, "exists already");
#else
	(void)done, (void)file, (void)err;
#endif
	return TT_OK;
}

static enum tt_code create_named(const struct new_file *file, struct tt_error *err)
{
	_autofree_ char *temporary = NULL;
	struct new_file unfinished = *file;
	unsigned int nonce;

	if (fs_random(&nonce, sizeof nonce, err) != TT_OK)
		return err->code;
	temporary = xasprintf(".%08x.tmp", nonce);
	unfinished.name = temporary;
	if (write_new(&unfinished, err) != TT_OK)
		return err->code;
	if (fs_rename_new(file->dirfd, temporary, file->dirfd, file->name, file->shown, err) !=
		TT_OK) {
		(void)unlinkat(file->dirfd, temporary, 0);
		return err->code;
	}
	return TT_OK;
}

enum tt_code fs_create(int dirfd, const char *name, const char *data, size_t len, mode_t mode,
	const char *shown, struct tt_error *err)
{
	const struct fs_part all = { data, len };
	const struct new_file file = { dirfd, name, &all, 1, mode, shown };
	bool done = false;

	if (fs_exists(dirfd, name))
		return fail_kind(err, TT_EBUSY, shown, "exists already");
	if (create_unnamed(&done, &file, err) != TT_OK)
		return err->code;
	return done ? TT_OK : create_named(&file, err);
}

enum tt_code fs_remove(int dirfd, const char *name, const char *shown, struct tt_error *err)
{
	if (unlinkat(dirfd, name, 0) != 0)
		return errno == ENOENT ? TT_OK : fail_path(err, "remove", shown);
	return sync_dir(dirfd, shown, err);
}
