/* SPDX-License-Identifier: MIT */
#ifndef INDEX_USAGE_INDEX_H
#define INDEX_USAGE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "model/entry.h"
#include "model/response.h"
#include "model/transcript.h"
#include "model/window.h"

/*
 * The usage index: the user's own database of every response, all repositories
 * (usage.db, SQLite, 0600, WAL).  It outlives the transcripts, which the client
 * deletes after 30 days: rows are added and corrected, never removed because a
 * file has gone.
 *
 * Writing, under the caller's lock (one writer at a time; readers never wait):
 *
 *	usage_index_open(write) -> usage_index_begin -> ..._put_... ->
 *	usage_index_commit -> usage_index_close (which undoes what is not committed)
 *
 * Two tables matter: `responses`, and `entries`, which is kept equal to the sum
 * of the responses grouped by (session, repository, branch, day, model, price
 * class, kind): the rows of the ledgers.  usage_index_put_response adjusts both.
 *
 * A database that is not one, or is damaged, is set aside as
 * "usage.db.damaged-<stamp>" (with its -wal and -shm) and a new one is begun, when
 * opened for writing; opened for reading it is TT_EINPUT.  What can still be read of
 * it is taken over, but not which transcripts were read, so that all that are left
 * are read again.  Damage that shows only later is TT_EINPUT too, and leaves a mark
 * ("usage.db-suspect"): the next who opens it for writing looks through all of it.
 * One of a newer version is TT_ESCHEMA and is left alone.  A full disk, a directory
 * that may not be written and a locked database are errors that say so.
 */
struct usage_index;

/* dir is made (0700) when it is missing and write is set.  write = false:
 * TT_ENOTFOUND when there is no index yet; works where nothing may be written, too.
 * *set_aside (may be NULL) gets the path of a damaged database that was set aside,
 * or is left alone.  busy_ms: how long to wait for another writer. */
enum tt_code usage_index_open(struct usage_index **out, const char *dir, bool write, int busy_ms,
	struct strbuf *set_aside, struct tt_error *err);
void usage_index_close(struct usage_index *index); /* NULL is fine */
void usage_index_closep(struct usage_index **index);
/* For a reader: everything until commit is read as of the first reading. */
enum tt_code usage_index_begin(struct usage_index *index, struct tt_error *err);
enum tt_code usage_index_commit(struct usage_index *index, struct tt_error *err);
/* Another number than before: somebody else has written meanwhile.  Not between begin and
 * commit. */
enum tt_code usage_index_version(struct usage_index *index, int64_t *version, struct tt_error *err);
/* No response yet.  Until usage_index_filled, responses are then put without being
 * looked for: the caller puts each key once, best in order. */
bool usage_index_is_empty(const struct usage_index *index);
enum tt_code usage_index_filled(struct usage_index *index, struct tt_error *err);

/* --- transcripts -------------------------------------------------------------- */

struct transcript_row {
	const char *path;
	uint64_t device, inode;
	int64_t size, mtime_ns; /* when it was read */
	struct transcript_position position;
	struct transcript_stats stats; /* of the whole file so far */
};
typedef enum tt_code (*transcript_visit)(
	void *ctx, const struct transcript_row *row, struct tt_error *err);
/* Every one, sorted by path (bytes). */
enum tt_code usage_index_transcripts(
	struct usage_index *index, transcript_visit visit, void *ctx, struct tt_error *err);
/* Strings go to arena; TT_ENOTFOUND (and no message) when it is new. */
enum tt_code usage_index_find_transcript(struct usage_index *index, const char *path,
	struct arena *arena, struct transcript_row *out, struct tt_error *err);
enum tt_code usage_index_put_transcript(
	struct usage_index *index, const struct transcript_row *row, struct tt_error *err);

/* --- repositories and places --------------------------------------------------- */

/* What a hook needs to know of a repository without asking libgit2. */
struct repository_row {
	int64_t id; /* 0 in a new one */
	const char *common_dir;
	uint64_t device, inode;			   /* of common_dir when it was last seen */
	const char *name;			   /* "github.com/acme/app", "root:<id>", or NULL */
	const char *ledger_root, *ledger_relative; /* as struct ledger_place; NULL not asked yet */
	bool ledger_shared;
	const char *author, *host; /* for entries; NULL none */
	uint64_t config_stamp;	   /* of what these came from; 0: ask again */
};
typedef enum tt_code (*repository_visit)(
	void *ctx, const struct repository_row *row, struct tt_error *err);
enum tt_code usage_index_repositories(
	struct usage_index *index, repository_visit visit, void *ctx, struct tt_error *err);
enum tt_code usage_index_find_repository(struct usage_index *index, int64_t id, struct arena *arena,
	struct repository_row *out, struct tt_error *err);
/* id 0: a new one; *id gets its number. */
enum tt_code usage_index_put_repository(struct usage_index *index, const struct repository_row *row,
	int64_t *id, struct tt_error *err);

/* A working directory of the client, and what is remembered of it. */
struct place_row {
	const char *cwd;
	int64_t repository;  /* 0: not inside one when it was last there */
	const char *git_dir; /* of its worktree; NULL unknown */
	const char *branch;  /* for when nothing else tells (a worktree that is gone); or NULL */
};
enum tt_code usage_index_find_place(struct usage_index *index, const char *cwd, struct arena *arena,
	struct place_row *out, struct tt_error *err);
enum tt_code usage_index_put_place(
	struct usage_index *index, const struct place_row *row, struct tt_error *err);

/* The branch that the hook saw: at `time`, in a session. */
enum tt_code usage_index_put_sighting(struct usage_index *index, const char *session,
	struct instant time, int64_t repository, const char *branch, struct tt_error *err);
/* The first sighting at or after t in the session, at most `within_ms` later (the hook
 * comes after the answer); else the last one before, within the same span. */
enum tt_code usage_index_find_sighting(struct usage_index *index, const char *session,
	struct instant t, int64_t within_ms, struct arena *arena, int64_t *repository,
	const char **branch, struct tt_error *err);

/* Texts of rows and entries stay until the index is closed, and equal ones are the same
 * pointer: who counts what is distinct need not compare them. */

/* --- responses ------------------------------------------------------------------ */

/* TT_ENOTFOUND (and no message) when the key is new.  Strings go to arena. */
enum tt_code usage_index_find_response(struct usage_index *index, const char *key,
	struct arena *arena, struct usage_row *out, struct tt_error *err);
/* old: what usage_index_find_response gave, or NULL for a new one (of a key that is
 * there: TT_EBUG, and nothing is changed).  Moves its tokens between entries as
 * needed; what is as it was is not written. */
enum tt_code usage_index_put_response(struct usage_index *index, const struct usage_row *old,
	const struct usage_row *row, struct tt_error *err);
/* The session's files hold a copy of this response (a fork). */
enum tt_code usage_index_put_copy(
	struct usage_index *index, const char *session, const char *key, struct tt_error *err);
typedef enum tt_code (*usage_visit)(void *ctx, const struct usage_row *row, struct tt_error *err);
/* Which responses; zeros and NULLs ask for no restriction. */
struct usage_filter {
	bool has_repository;
	int64_t repository; /* REPOSITORY_UNKNOWN: those without one */
	const char *branch;
	bool no_branch; /* only those whose branch is not known */
	const char *session;
	struct instant since, until; /* [since, until) by time; 0 none */
	/* Of the days of placements, both included. */
	bool has_since_day, has_until_day;
	struct day since_day, until_day;
	bool changed;  /* entries only: not yet as the ledger has them */
	bool filled;   /* entries only: not those that nothing is in any more */
	bool unsorted; /* as they lie there, which is fastest */
	/* entries only: those of a repository and branch together, else in any order */
	bool any_order;
};
/* In the order of time. */
enum tt_code usage_index_responses(struct usage_index *index, const struct usage_filter *filter,
	usage_visit visit, void *ctx, struct tt_error *err);

/* --- the client's own totals ----------------------------------------------------- */

enum tt_code usage_index_put_cost_state(
	struct usage_index *index, const struct cost_state *c, struct tt_error *err);
/* Of one session, in the order of time. */
typedef enum tt_code (*cost_state_visit)(
	void *ctx, const struct cost_state *c, struct tt_error *err);
enum tt_code usage_index_cost_states(struct usage_index *index, const char *session,
	cost_state_visit visit, void *ctx, struct tt_error *err);
/* When the main conversation of a session was answered next. */
enum tt_code usage_index_next_answer(struct usage_index *index, const char *session,
	struct instant after, bool *found, struct instant *time, struct tt_error *err);
/* Everything measured that a session's files hold, copies included, up to and
 * including `until`: what its cost-state covers.  Its own first, then the copies. */
enum tt_code usage_index_covered(struct usage_index *index, const char *session,
	struct instant until, usage_visit visit, void *ctx, struct tt_error *err);

/* --- entries ---------------------------------------------------------------------- */

struct usage_entry {
	int64_t row; /* its number in the index */
	const char *session;
	int64_t repository;
	const char *branch; /* NULL unknown */
	struct day day;
	const char *model, *price_class; /* model NULL unknown */
	enum entry_kind kind;
	struct usage usage;
	int64_t requests, web_searches;
	struct instant first, last;
	bool has_cost; /* auxiliary: as the client said */
	int64_t cost_nano_usd;
	/* The last revision that a ledger was given; 0: none.  Never lowered, so that
	 * what is written again wins over exports that are out. */
	int64_t recorded_revision;
	bool changed; /* since then */
};
typedef enum tt_code (*usage_entry_visit)(
	void *ctx, const struct usage_entry *e, struct tt_error *err);
/* Sorted by repository, name of the branch (unknown first), first, row.  The index
 * must not be changed meanwhile: collect first.  Counts are at most USAGE_MAX.  Those with nothing
 * in them are given when they were recorded (the ledger must be told). */
enum tt_code usage_index_entries(struct usage_index *index, const struct usage_filter *filter,
	usage_entry_visit visit, void *ctx, struct tt_error *err);
/* The ledger now holds this entry as it is, at this revision. */
enum tt_code usage_index_recorded(
	struct usage_index *index, int64_t row, int64_t revision, struct tt_error *err);
/* Write all of these entries again (the ledger is gone, or was reset). */
enum tt_code usage_index_forget_recorded(
	struct usage_index *index, const struct usage_filter *filter, struct tt_error *err);

/* --- the plan's windows --------------------------------------------------------------- */

/* What was used in a quarter hour, in one response or one event, in any order; time is
 * when the quarter hour begins, and server is NULL. */
typedef enum tt_code (*usage_window_visit)(
	void *ctx, const struct window_event *e, struct tt_error *err);
struct usage_window_query {
	struct instant since;
	/* Where a window may begin or end.  Quarter hours that one of these divides are
	 * given response by response. */
	const struct instant *exact;
	size_t exact_count;
};
enum tt_code usage_index_windows(struct usage_index *index, const struct usage_window_query *query,
	usage_window_visit visit, void *ctx, struct tt_error *err);

/* What is no response: adds by hand and what earlier trackers knew.  Those of a
 * repository stand in its ledger too, which is where reports take them from. */
struct usage_event {
	const char *id; /* of the entry, or of whatever is counted but once */
	struct instant time;
	enum entry_kind kind;
	struct usage usage;
	int64_t requests, messages;
	const char *repository; /* common directory of the one whose ledger has it; or NULL */
	const char *branch;	/* NULL none */
	const char *model;	/* NULL unknown */
	const char *source;	/* "manual", "request", ... */
	const char *notes;
	bool is_void; /* removed: counts no more */
};
/* New, or instead of the one of that id. */
enum tt_code usage_index_put_event(
	struct usage_index *index, const struct usage_event *e, struct tt_error *err);
enum tt_code usage_index_has_event(
	struct usage_index *index, const char *id, bool *found, struct tt_error *err);
/* From `since` on, in the order of time, the void ones too.  The id, source and notes
 * live for the call only. */
typedef enum tt_code (*usage_event_visit)(
	void *ctx, const struct usage_event *e, struct tt_error *err);
enum tt_code usage_index_events(struct usage_index *index, struct instant since,
	usage_event_visit visit, void *ctx, struct tt_error *err);

/* The user's resets, from `since` on, in the order of time.  Putting one again changes
 * nothing. */
enum tt_code usage_index_put_reset(
	struct usage_index *index, const struct window_reset *reset, struct tt_error *err);
typedef enum tt_code (*usage_reset_visit)(
	void *ctx, const struct window_reset *reset, struct tt_error *err);
enum tt_code usage_index_resets(struct usage_index *index, struct instant since,
	usage_reset_visit visit, void *ctx, struct tt_error *err);

/* --- for doctor -------------------------------------------------------------------- */

struct usage_index_figures {
	int64_t transcripts, responses, sessions, repositories;
	struct transcript_stats stats;	  /* sums over all transcripts */
	int64_t no_repository, no_branch; /* responses */
	struct instant first, last;
};
enum tt_code usage_index_figures(
	struct usage_index *index, struct usage_index_figures *out, struct tt_error *err);
/* Was any transcript ever read? */
enum tt_code usage_index_has_transcripts(
	struct usage_index *index, bool *any, struct tt_error *err);
/* Only how many responses there are. */
enum tt_code usage_index_count(struct usage_index *index, int64_t *responses, struct tt_error *err);
/* TT_OK when the entries are the sums of the responses and the database is
 * sound; otherwise what is wrong (TT_EINPUT).  Reads everything. */
enum tt_code usage_index_verify(struct usage_index *index, struct tt_error *err);

#endif
