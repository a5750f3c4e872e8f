/* SPDX-License-Identifier: MIT */
#ifndef MODEL_ENTRY_H
#define MODEL_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/instant.h"
#include "base/json_reader.h"
#include "base/strbuf.h"
#include "model/usage.h"

/*
 * An entry: one row of a ledger ("session" on screen).  A manual add is one
 * entry; so are all responses of one (Claude session, branch, local day,
 * model, price class).
 *
 * Identity: `id`, a UUID.  An entry changes only by raising `revision`; of two
 * copies the higher revision counts, and between equal revisions with other
 * contents the one with the greater entry_hash(), so that the outcome does not
 * depend on the order of arrival.
 */
enum entry_kind {
	ENTRY_MEASURED,	       /* counted by the API */
	ENTRY_MANUAL,	       /* typed by a person */
	ENTRY_ESTIMATED,       /* derived from text */
	ENTRY_CONTEXT_READING, /* occupancy of the context window: never part of a total */
	ENTRY_AUXILIARY,       /* the client's own calls, known only from its totals */
};
enum { ENTRY_KINDS = 5 };

enum { ENTRY_ID_TEXT = 37 };
/* Bytes at most: notes; every other name; members of later versions; history. */
enum {
	ENTRY_NOTES_MAX = 64 * 1024,
	ENTRY_NAME_MAX = 1024,
	ENTRY_PRICE_CLASS_MAX = 64,
	ENTRY_UNKNOWN_MAX = 64 * 1024,
	ENTRY_HISTORY_MAX = 4 * 1024 * 1024,
};

/* Strings are borrowed: from the arena they were decoded into, or from the
 * caller.  NULL is "not known". */
struct entry {
	char id[ENTRY_ID_TEXT]; /* lower-case text of the UUID */
	int64_t revision;	/* from 1; 0 in what was converted without its time zone */
	enum entry_kind kind;
	const char *source;	  /* who made it: "manual", "message", "format-1", ... */
	struct instant timestamp; /* first activity */
	struct day day;		  /* in the author's zone */
	struct usage usage;
	int64_t requests;
	int64_t web_searches;
	const char *model;	 /* as reported, not normalised; NULL unknown */
	const char *price_class; /* "standard", or parts of "fast+us+long"; never NULL */
	const char *session_id;	 /* Claude session; NULL for manual ones */
	bool has_last_activity;
	struct instant last_activity;
	bool has_cost; /* the cost known at capture, kept beside the counts */
	int64_t cost_nano_usd;
	const char *notes; /* never NULL */
	const char *commit;
	const char *author;
	const char *host;
	bool is_void; /* removed: counts for nothing, kept for history */

	/* Members that this version does not know, as JSON text
	 * (`"x":1,"y":[2]`), written back as they were; NULL none. */
	const char *unknown;
	/* Earlier revisions, newest last, as a JSON array; only in ledgers. */
	const char *history;
};

#define ENTRY_INIT                                                    \
	{                                                             \
		.revision = 1, .price_class = "standard", .notes = "" \
	}

const char *entry_kind_name(enum entry_kind kind); /* "context-reading" */
bool entry_kind_parse(enum entry_kind *out, struct json_text text);

/* Tokens that count towards totals: 0 for void entries and context readings. */
int64_t entry_counted_tokens(const struct entry *e);
/* Sum of the kinds, whatever the entry is; cannot overflow for a checked entry. */
int64_t entry_tokens(const struct entry *e);
/* TT_OK when counts, lengths and names are in range; else what is wrong. */
enum tt_code entry_check(const struct entry *e, struct tt_error *err);
bool entry_price_class_is_valid(const char *price_class);
bool entry_time_is_valid(struct instant t); /* 1970 to 9999 */

/* --- identity -------------------------------------------------------- */

enum tt_code entry_new_id(char id[static ENTRY_ID_TEXT], struct tt_error *err); /* random */
/* UUIDv5 in this project's namespace, of the given parts (NULL-terminated
 * list; a part is separated from the next so that no two lists collide). */
void entry_derived_id(char id[static ENTRY_ID_TEXT], const char *const *parts);
bool entry_id_is_valid(const char *id); /* 36 characters, lower case */

/* --- JSON ------------------------------------------------------------ */

/* Which members entry_encode writes. */
enum entry_form {
	ENTRY_FORM_LEDGER, /* everything, history included */
	ENTRY_FORM_EXPORT, /* everything but history */
};

/* Append the entry as one line of JSON without a newline. */
void entry_encode(struct strbuf *out, const struct entry *e, enum entry_form form);
/*
 * Read one format-2 entry object; errors stick to r.  Strings go to arena.
 * What it accepts passes entry_check.  `id`, `revision`, `kind`, `timestamp`,
 * `day`, `tokens` and `usage` must be there, and `tokens` must be the sum of
 * `usage`; the rest may be absent or null.
 */
void entry_decode(struct json_reader *r, struct arena *arena, struct entry *out);
/* Hash of everything that is stored of an entry but its id, revision and
 * history: the same on every machine and in every release, since it is stored. */
int64_t entry_hash(const struct entry *e);

/*
 * Sessions of format 1 ({"timestamp":naive,"tokens":N,"notes":""}): one
 * conversion for ledgers, their exports and archives, so that the same session
 * gets the same id wherever it turns up.  `ordinal` counts earlier sessions of
 * the file with the same timestamp, tokens and notes (usually 0):
 * entry_v1_ordinal() counts them, in the order of the file.
 *
 * The times of format 1 carry no zone.  local: the file is on the machine that
 * wrote it, so they are read in the local zone, giving revision 1; otherwise
 * as UTC, giving revision 0, which a conversion that knew better replaces.
 * A time that does carry a zone is exact, and gives revision 1.  The day is the
 * one that was written.
 */
struct entry_v1 {
	const char *timestamp; /* as written */
	int64_t tokens;
	const char *notes;
};
void entry_v1_decode(struct json_reader *r, struct arena *arena, struct entry_v1 *out);
enum tt_code entry_from_v1(struct entry *out, const struct entry_v1 *v1, const char *branch,
	int ordinal, bool local, struct tt_error *err);

/* Sessions of one file so far; starts as NULL. */
struct entry_v1_seen;
int entry_v1_ordinal(struct entry_v1_seen **seen, const struct entry_v1 *v1);
void entry_v1_seen_freep(struct entry_v1_seen **seen);

/* Time, day and revision from a time of the earlier tracker, as above. */
enum tt_code entry_set_earlier_time(
	struct entry *e, const char *timestamp, bool local, struct tt_error *err);

/* --- sinks ----------------------------------------------------------- */

/* Where a reader of entries sends them.  The entry is borrowed for the call. */
struct entry_sink {
	void *ctx;
	enum tt_code (*entry)(
		void *ctx, const char *branch, const struct entry *e, struct tt_error *err);
};

#endif
