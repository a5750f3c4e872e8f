/* SPDX-License-Identifier: MIT */
#ifndef SHARE_SHARE_H
#define SHARE_SHARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/instant.h"
#include "base/json_reader.h"
#include "base/strbuf.h"
#include "model/window.h"

/*
 * What the user's machines tell one another: one file each in a directory that all
 * of them see.
 *
 * A server writes its own file and no other, atomically, and reads all of them.
 * There is no lock, so that nobody is ever blocked by one who died, and nothing is
 * lost when the directory is away: each file holds all that its server knows of the
 * last days, and the next publication brings everything.
 *
 *	publishing:	share_publish
 *	reading:	share_load, or share_fetch -> share_parse where the directory may
 *			be slow: the first only reads files, the second touches none
 *
 * The name of a file is that of the server, bytes outside [A-Za-z0-9._-] as %XX, then
 * "~", eight digits of the installation and ".json": two servers that claim one name
 * have two files.
 *
 * An installation is one usage index, whatever its server is called.  When two files
 * are of one installation (a server that was renamed, a home directory that several
 * machines share), only the newer one counts: they tell of the same usage.
 */
enum {
	SHARE_NAME_MAX = 64, /* bytes of a server's name */
	SHARE_DAYS = 15,     /* of usage that a file holds */
	SHARE_ROWS_MAX = 16384,
	SHARE_RESETS_MAX = 1024,
	SHARE_FILES_MAX = 1000,
	SHARE_FILE_MAX = 4 * 1024 * 1024,
};

struct share_total {
	struct usage usage;
	int64_t requests, messages;
};

/* What one server publishes.  All pointers are borrowed. */
struct share_server {
	const char *name;
	const char *installation; /* a UUID */
	struct instant published_at;
	struct instant last_activity; /* 0: nothing was ever used */
	struct share_total lifetime;
	struct window_report reports[WINDOW_KINDS];
	const struct window_reset *resets;
	size_t reset_count;
	/* Usage, summed by quarter hour and kind, and by hour what is older than a day:
	 * time is when the (quarter) hour begins, or a moment within it that divides it.
	 * When read, server is `label`. */
	const struct window_event *rows;
	size_t row_count;
	/* Only when read: the name, with "~" and eight digits of the installation behind
	 * it where several servers claim it. */
	const char *label;
	bool name_is_claimed_twice;
};

/* 1 to SHARE_NAME_MAX bytes of UTF-8 without control characters. */
enum tt_code share_check_name(const char *name, struct tt_error *err);
void share_add_file_name(struct strbuf *out, const char *name, const char *installation);

/*
 * Write the server's file; *written says whether there was anything new.  For one
 * process of an installation at a time: the caller has a lock of its own machine.
 * TT_ENOTFOUND: there is no such directory (now).  TT_EBUSY: the file is of another
 * installation with the same name and digits.
 */
enum tt_code share_publish(
	const char *dir, const struct share_server *s, bool *written, struct tt_error *err);
/* The server was renamed: its file takes the new name, unless it is no longer there, or
 * another installation's. */
enum tt_code share_rename(const char *dir, const char *from, const char *to,
	const char *installation, struct tt_error *err);

/* A file that was left out, and why. */
struct share_problem {
	const char *file;
	const char *reason;
};

struct share_list {
	struct share_server *servers; /* by name, then installation */
	size_t count;
	struct share_problem *problems;
	size_t problem_count;
	struct arena arena;
};
#define SHARE_LIST_INIT    \
	{                  \
		.count = 0 \
	}

/* Every server's file, but for the rows from before `since`; SHARE_NO_ROWS: no row is
 * looked at.  What is foreign, torn, too large, unreadable or of a newer version is a problem
 * in the list, and no failure.  TT_ENOTFOUND: no such directory. */
#define SHARE_NO_ROWS     \
	(struct instant)  \
	{                 \
		INT64_MAX \
	}
enum tt_code share_load(
	struct share_list *out, const char *dir, struct instant since, struct tt_error *err);
void share_list_release(struct share_list *list);

/* The two halves of share_load.  The bytes are for a process of the same program. */
enum tt_code share_fetch(struct strbuf *out, const char *dir, struct tt_error *err);
enum tt_code share_parse(struct share_list *out, struct json_text fetched, struct instant since,
	struct tt_error *err);

#endif
