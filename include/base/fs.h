/* SPDX-License-Identifier: MIT */
#ifndef BASE_FS_H
#define BASE_FS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/strbuf.h"

/*
 * Files that must not be lost, in directories that may be hostile.
 *
 * Every open is O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC and accepts regular files
 * only: a symbolic link, FIFO, device, socket or directory is refused at once
 * and named.  Paths in messages are made visible (text_add_visible).
 *
 * Functions take a directory descriptor `dirfd` (or AT_FDCWD) and a name in
 * it; `shown` is the path that messages print.
 */

/* Open the directory `relative` below `root`, following no symbolic link
 * below root.  create: make what is missing, with `mode` (made durable).
 * TT_ENOTFOUND when it does not exist and create is false. */
enum tt_code fs_open_dir(int *out, const char *root, const char *relative, bool create, mode_t mode,
	struct tt_error *err);

/* Append the file's content to out.  TT_ENOTFOUND when it does not exist;
 * TT_EINPUT when it is not a regular file or larger than `cap` bytes (checked
 * before reading). */
enum tt_code fs_read(struct strbuf *out, int dirfd, const char *name, size_t cap, const char *shown,
	struct tt_error *err);

/* Replace (or create) a file atomically and durably: "<name>.tmp" in the same
 * directory, fsync, rename, fsync of the directory.  Only under a lock of the
 * caller's: the temporary name is fixed, so that a crash leaves at most one
 * and the next writer takes it over.  On failure the file is as it was. */
enum tt_code fs_replace(int dirfd, const char *name, const char *data, size_t len, mode_t mode,
	const char *shown, struct tt_error *err);

/* The same with content in pieces, for one that is mostly unchanged and lies in
 * memory already. */
struct fs_part {
	const char *data;
	size_t len;
};
enum tt_code fs_replace_parts(int dirfd, const char *name, const struct fs_part *parts,
	size_t count, mode_t mode, const char *shown, struct tt_error *err);

/* Create a new file, durably and all at once: readers never see a part of it.
 * TT_EBUSY when the name exists. */
enum tt_code fs_create(int dirfd, const char *name, const char *data, size_t len, mode_t mode,
	const char *shown, struct tt_error *err);

/* Remove a file durably; one that is not there is no error. */
enum tt_code fs_remove(int dirfd, const char *name, const char *shown, struct tt_error *err);
/* Rename within dirfd durably, never over an existing file (TT_EBUSY). */
enum tt_code fs_rename_new(int dirfd, const char *from, int todirfd, const char *to,
	const char *shown, struct tt_error *err);

bool fs_exists(int dirfd, const char *name);

/*
 * Take the lock `name` (a file that is created once and never removed): flock,
 * exclusive, waiting up to wait_ms with growing, random pauses.  The lock ends
 * with fs_unlock or with the process, however it dies.  TT_EBUSY when time is
 * up.
 */
enum tt_code fs_lock(int *out, int dirfd, const char *name, int wait_ms, mode_t mode,
	const char *shown, struct tt_error *err);
void fs_unlock(int *lock); /* sets *lock to -1; -1 is fine */

/* Exactly len random bytes from the kernel. */
enum tt_code fs_random(void *out, size_t len, struct tt_error *err);

#endif
