/* SPDX-License-Identifier: MIT */
#ifndef CAPTURE_TRANSCRIPT_H
#define CAPTURE_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "model/response.h"
#include "model/transcript.h"

/*
 * Claude Code's transcripts: *.jsonl files at any depth below <config>/projects, one JSON object
 * a line, growing while the client runs.
 *
 *	transcript_find (the files) -> transcript_scan (each, from where it was
 *	left) -> the sink gets what was found
 *
 * The format is internal to the client and changes; what is read here is what
 * holds of every version seen, and what is not understood is counted, never
 * guessed.  No message content is kept.
 */

/* --- finding them ------------------------------------------------------------ */

struct transcript_file {
	const char *path; /* absolute, in the list's arena */
	uint64_t device, inode;
	int64_t size, mtime_ns;
};
struct transcript_list {
	struct arena arena;
	struct transcript_file *files; /* sorted by path */
	size_t count, alloc;
	size_t unreadable; /* directories that could not be read */
};
#define TRANSCRIPT_LIST_INIT \
	{                    \
		0            \
	}
/*
 * Add every "*.jsonl" below <config_dir>/projects, at any depth: but for
 * journal.jsonl and names with ".orphaned" or ".superseded" in them.  Symbolic
 * links are not followed, only regular files are taken.  A directory that is
 * not there adds nothing.
 */
enum tt_code transcript_find(
	struct transcript_list *list, const char *config_dir, struct tt_error *err);
/* Is this the name of one (without its directories)? */
bool transcript_is_name(const char *name);
/* The files of one session: <path> itself and everything below the directory of
 * the same name without ".jsonl" (its subagents). */
enum tt_code transcript_find_session(
	struct transcript_list *list, const char *path, struct tt_error *err);
void transcript_list_release(struct transcript_list *list);

/* --- reading one ------------------------------------------------------------- */

/* Lines longer than this are passed over and counted: none with usage comes
 * near. */
enum { TRANSCRIPT_LINE_MAX = 64 * 1024 * 1024 };

/* Called during the scan; strings live for the call only.  is_copy is set with
 * `session` the session that made the request; the session whose file holds the
 * copy is `holder` (equal to session otherwise). */
struct transcript_sink {
	void *ctx;
	void (*response)(void *ctx, const struct response *r, const char *holder);
	void (*cost_state)(void *ctx, const struct cost_state *c);
	void (*worktree)(void *ctx, const struct worktree_record *w); /* may be NULL */
	void (*progress)(void *ctx, int64_t bytes); /* so many more were read; may be NULL */
};

/*
 * Read on from *position up to the last complete line, and move *position
 * there.  A file whose bytes before position->offset are not those that were
 * read (shorter, or another tail hash) is read from the start; *rewritten says
 * so.  An unterminated last line counts when it is whole, and is read again the
 * next time.
 *
 * Streaming: a buffer of bounded size, no mapping.  Bytes that appear while it
 * reads may be read or not; a file that shrinks meanwhile ends early and is no
 * error.  TT_ENOTFOUND when it is gone, TT_EINPUT when it is not a regular file
 * or a symbolic link, TT_EIO on failing reads: *position and what the sink got
 * are then still consistent (whole lines).
 */
enum tt_code transcript_scan(const char *path, struct transcript_position *position,
	bool *rewritten, const struct transcript_sink *sink, struct transcript_stats *stats,
	struct tt_error *err);

/* The same rules on lines in memory, for tests and fuzzing: text need not end
 * with a newline. */
void transcript_scan_text(const char *text, size_t len, struct instant *last_time,
	const struct transcript_sink *sink, struct transcript_stats *stats);

/* One API response as JSON, from a file or a pipe: `.usage`, `.message.usage`,
 * `.response.usage`.  TT_EINPUT when it holds no usage.  Strings go to arena;
 * key, session and time may be missing (NULL, 0). */
enum tt_code transcript_read_response(struct response *out, struct arena *arena, const char *json,
	size_t len, struct tt_error *err);

#endif
