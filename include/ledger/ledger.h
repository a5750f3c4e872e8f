/* SPDX-License-Identifier: MIT */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/instant.h"
#include "model/entry.h"

/*
 * The ledger of a branch: token_metrics/local_tracking/tokens_<branch>.json.
 *
 * Reading takes no lock: a reader always sees a whole document.
 *
 *	ledger_read -> ledger_info, ledger_entry, ledger_find -> ledger_free
 *
 * Changing:
 *
 *	ledger_lock -> ledger_put ... -> ledger_plan_export -> ledger_save
 *	-> ledger_free (which also unlocks)
 *
 * When ledger_save returns TT_OK, the change is on stable storage.  When it
 * fails, or when the process dies anywhere, the file is as before or as after,
 * and nobody is blocked.  A ledger that does not parse is never written: every
 * call on it fails with the file, the position and how to recover.
 *
 * One entry per line.  A line that did not change is copied, not parsed; the
 * header keeps a checksum of the lines, and when it (or the layout) does not
 * match, the whole document is parsed and checked first.  Format 1 is read,
 * and rewritten as format 2 on the first change, with the old file kept beside
 * it as "<file>.v1".
 */
struct ledger;

/* Where the ledgers of a repository live: `relative` below `root` (no symbolic
 * link is followed below root). */
struct ledger_place {
	const char *root;
	const char *relative; /* "token_metrics/local_tracking" */
	bool shared;	      /* others of the group may read and write (0660/2770) */
};

struct ledger_info {
	const char *branch;
	const char *repository; /* NULL unknown */
	const char *path;	/* for messages, absolute */
	int64_t total_tokens;	/* see entry_counted_tokens; at most USAGE_MAX */
	int64_t sessions;	/* entries, without void ones and context readings */
	struct instant created_at, last_updated;
	int format; /* of the file as it was read; 0: no file yet */
};

/* TT_ENOTFOUND: nothing was recorded on this branch. */
enum tt_code ledger_read(struct ledger **out, const struct ledger_place *place, const char *branch,
	struct tt_error *err);
/* Lock, then read; an absent ledger starts empty (and is created by save).
 * repository goes into the header when the ledger has none; it may be NULL. */
enum tt_code ledger_lock(struct ledger **out, const struct ledger_place *place, const char *branch,
	const char *repository, int wait_ms, struct tt_error *err);
void ledger_free(struct ledger *ledger); /* NULL is fine; unlocks without saving */
void ledger_freep(struct ledger **ledger);

const struct ledger_info *ledger_info(const struct ledger *ledger);
size_t ledger_count(const struct ledger *ledger); /* entries, void ones included */
/* Decode entry i; its strings are valid until ledger_free. */
enum tt_code ledger_entry(struct ledger *ledger, size_t i, struct entry *out, struct tt_error *err);
/* The entry whose id begins with `prefix` (4 characters or more, case-folded).
 * TT_ENOTFOUND, or TT_EUSAGE naming the candidates when several match. */
enum tt_code ledger_find(
	struct ledger *ledger, const char *prefix, size_t *i, struct tt_error *err);

/* --- changing, after ledger_lock ------------------------------------- */

/* Put the name into the header of a ledger that has none. */
void ledger_name_repository(struct ledger *ledger, const char *repository);

/* Add the entry, or, when its id is known, replace it: the new revision must
 * be higher, and the earlier state joins the entry's history.  In memory; the
 * entry becomes pending. */
enum tt_code ledger_put(struct ledger *ledger, const struct entry *e, struct tt_error *err);

/*
 * Exports.  An entry is pending from ledger_put until an export of it is known
 * to exist.  The name of the export is written into the ledger before the
 * export itself (an export of an entry that was never recorded would be
 * counted twice): so a pending item has a file name that must be checked:
 * exists -> ledger_confirm, missing -> it is exported again, harmlessly.
 */
struct ledger_pending {
	char id[ENTRY_ID_TEXT];
	int64_t revision;
	const char *file; /* planned name, or NULL: never exported */
};
size_t ledger_pending_count(const struct ledger *ledger);
const struct ledger_pending *ledger_pending_at(const struct ledger *ledger, size_t i);
void ledger_confirm(struct ledger *ledger, size_t i); /* later items move down by one */
/* All that is still pending will be in the export `file`. */
void ledger_plan_export(struct ledger *ledger, const char *file);

enum tt_code ledger_save(struct ledger *ledger, struct tt_error *err);
/* Move the saved ledger to archive/<name>_<stamp>.json and start empty;
 * *archived is the new path, the caller's to free.  Unsaved changes are lost. */
enum tt_code ledger_archive(
	struct ledger *ledger, struct instant now, char **archived, struct tt_error *err);

/* --- all branches ----------------------------------------------------- */

/* Call fn for every ledger, in the order of file names; no ledger at all is
 * no error.  A ledger that
 * cannot be read is passed as NULL with its path and the error in `problem`;
 * fn decides whether that ends the walk. */
typedef enum tt_code (*ledger_visit)(void *ctx, struct ledger *ledger, const char *path,
	const struct tt_error *problem, struct tt_error *err);
enum tt_code ledger_each(
	const struct ledger_place *place, ledger_visit fn, void *ctx, struct tt_error *err);

#endif
