/* SPDX-License-Identifier: MIT */
#ifndef LEDGER_INTERNAL_H
#define LEDGER_INTERNAL_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "ledger/ledger.h"

/* Inside the ledger: place.c finds the file, parse.c reads it, ledger.c holds
 * and changes it, save.c writes it. */

enum { LEDGER_SIZE_MAX = 256 * 1024 * 1024 };

/* One entry as JSON on one line, beginning {"id":"<uuid>"; borrowed from the
 * file's text or from the arena. */
struct ledger_line {
	const char *at;
	size_t len;
};

struct ledger {
	struct ledger_info info;   /* strings in arena */
	struct ledger_place place; /* likewise */
	char *name;		   /* of the file, in its directory */
	int dirfd, lock;	   /* -1: none */
	struct strbuf text;	   /* the file as it was read */
	struct arena arena;
	struct ledger_line *lines;
	size_t count, alloc;
	uint64_t chain; /* hash of the first `chained` lines */
	size_t chained;
	struct ledger_pending *pending; /* file names in arena */
	size_t pending_count, pending_alloc;
	const char *unknown; /* header members of other versions, as JSON; or NULL */
};

enum { LINE_ID_OFFSET = 7, LINE_START = 44 }; /* {"id":"<36 characters>", */

struct ledger *ledger_new(void);
void ledger_forget(struct ledger *l); /* all that was read; name, place and lock stay */
void ledger_add_line(struct ledger *l, const char *at, size_t len);
void ledger_add_pending(struct ledger *l, const char *id, int64_t revision, const char *file);

/* Parse l->text: TT_EINPUT names the place in the text.  An empty ledger comes
 * from no text at all. */
enum tt_code ledger_parse(struct ledger *l, struct tt_error *err);
/* The checksum of the lines and of the totals that were derived from them. */
uint64_t ledger_checksum(struct ledger *l);
/* How an entry counts in total_tokens and in session_count. */
int ledger_counts_as_session(const struct entry *e);

/* --- place.c ----------------------------------------------------------- */

mode_t ledger_file_mode(const struct ledger *l);
mode_t ledger_dir_mode(const struct ledger_place *place);
/* Keep a copy of place, and open its directory. */
enum tt_code ledger_enter(
	struct ledger *l, const struct ledger_place *place, bool create, struct tt_error *err);
void ledger_set_name(struct ledger *l, const char *name);
/* Read and parse the file l->name; TT_ENOTFOUND when there is none. */
enum tt_code ledger_load(struct ledger *l, struct tt_error *err);

#endif
