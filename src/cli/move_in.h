/* SPDX-License-Identifier: MIT */
#ifndef CLI_MOVE_IN_H
#define CLI_MOVE_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "capture/earlier_file.h"
#include "cli/context.h"
#include "collect.h"
#include "model/earlier_usage.h"
#include "model/entry.h"

/*
 * Moving in from the earlier trackers.
 *
 *	move_add_file ... or move_add_known_places -> move_add_backups ->
 *	move_usage_settle, move_entries (dry) -> move_back_up ->
 *	move_entries -> move_usage_put -> collect_commit -> move_set_aside
 *
 * What knows its branch becomes entries of that branch's ledger; the rest becomes
 * events of the usage index.  All ids come from the content, so that doing it again,
 * or after a crash anywhere, changes nothing that is done.
 *
 * Every file that gave something is copied first, to migrated/ in the user's state
 * directory.  These copies are read again each time: what counts of a file depends on
 * what other files say of the same tokens (model/earlier_usage.h).
 */
struct move_skip {
	const char *why;
	int64_t count;
};
enum { MOVE_SKIPS_MAX = 12 };

struct move_file {
	const char *path, *shown; /* absolute; as it is shown */
	const char *name;	  /* the last part of the path */
	struct strbuf kept;	  /* what a copy of it holds */
	struct instant written;
	enum earlier_file_format format;
	const char *refused; /* why; NULL: it was read */
	bool is_backup;	     /* not shown */
	/* What becomes of it.  Tokens may be negative in sum: what was moved in before
	 * is told by a file of now. */
	int64_t found, fresh, there;	    /* entries: in it, moved in now, there already */
	int64_t tokens, unsplit, estimated; /* of the fresh ones */
	struct move_skip skips[MOVE_SKIPS_MAX];
	size_t skip_count, read_skips; /* the first ones come from reading it */
	bool is_beside;	       /* an old ledger among the present ones: renamed at the end */
	const char *set_aside; /* its new name */
};

struct move_entry {
	size_t file;
	const char *branch;
	struct entry entry;
	bool is_done; /* its branch was looked at */
};

struct moving {
	struct context *ctx;
	struct arena arena;
	struct move_file *files;
	size_t count, alloc;
	struct move_entry *entries;
	size_t entry_count, entry_alloc;
	struct earlier_usage *usages;
	struct earlier_verdict *verdicts; /* after move_usage_settle */
	size_t usage_count, usage_alloc;
	size_t reading; /* the file that is being read */
};
void moving_release(struct moving *m);

/* "counted" words for the summary. */
void move_skip(struct move_file *file, const char *why, int64_t count);

/* --- move_in_files.c ------------------------------------------------------------ */

/* A file that cannot be read, or is refused, is listed with its reason. */
void move_add_file(struct moving *m, const char *path);
/* Where the earlier trackers kept their files; what is nobody's is left out. */
void move_add_known_places(struct moving *m);
/* The copies of what was moved in before.  After the files, so that what both say is
 * told of these. */
void move_add_backups(struct moving *m, const struct user_state *state);
bool move_has_sessions(const struct moving *m);

/* --- move_in_usage.c -------------------------------------------------------------- */

/* Settle what counts, and note what of it is new to the index. */
enum tt_code move_usage_settle(struct moving *m, struct usage_index *index, struct tt_error *err);
/* Bring the index to that. */
enum tt_code move_usage_put(struct moving *m, struct usage_index *index, struct tt_error *err);

/* --- move_in_entries.c -------------------------------------------------------------- */

/* The ledgers of all branches that the files know; `write`: change them, else only note
 * what would be.  The files of a branch whose ledger cannot be read or written are
 * refused with that reason. */
void move_entries(struct moving *m, bool write);

/* --- move_in_backup.c ---------------------------------------------------------------- */

/* Copy every file that has something new. */
enum tt_code move_back_up(
	const struct moving *m, const struct user_state *state, struct tt_error *err);
/* Give old ledgers that lie among the present ones another name. */
enum tt_code move_set_aside(struct moving *m, struct tt_error *err);

/* --- move_in_report.c ------------------------------------------------------------------ */

enum move_report { MOVE_REPORT_DONE, MOVE_REPORT_DRY, MOVE_REPORT_STATUS };
/* Text for people, or with --json:
 *
 * {"version":1,"mode":"moved"|"dry-run"|"status","files":[{"path":text,"format":text,
 *  "state":"new"|"taken"|"nothing"|"refused","reason":text or null,"found":n,
 *  "entries":n,"tokens":n,"unsplit":n,"estimated":n,"skipped":[{"why":text,"count":n}]}],
 *  "entries":n,"tokens":n,"backups":path}
 */
void move_report(
	struct strbuf *out, const struct moving *m, enum move_report what, const char *backups);
/* How many were refused, and of how many that are shown. */
size_t move_refused(const struct moving *m, size_t *shown);

#endif
