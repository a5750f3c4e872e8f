/* SPDX-License-Identifier: MIT */
#ifndef CLI_WATCH_STATUS_H
#define CLI_WATCH_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/instant.h"
#include "base/strbuf.h"

/*
 * What a watcher tells of itself, in watch.json of the user's state.  Whether one runs is
 * asked of its lock, not of this.
 */
enum { WATCH_SOURCES_MAX = 8 };
struct watch_source_status {
	const char *name;    /* "transcripts" */
	const char *where;   /* or NULL */
	const char *how;     /* "inotify", "polling" */
	const char *trouble; /* why not otherwise; or NULL */
	int64_t directories; /* that are watched; 0 none */
};
struct watch_status {
	int64_t pid;
	struct instant since, updated; /* updated: when this was written */
	struct watch_source_status sources[WATCH_SOURCES_MAX];
	size_t count;
	/* Since it runs. */
	int64_t rounds, responses, transcripts, answers, requests, snapshots, estimates;
	struct instant last; /* when something was taken last; 0 never */
	bool at_work;
	int64_t clients;     /* processes of the client; -1 nobody asked for them */
	int64_t failures;    /* in a row */
	const char *trouble; /* NULL: none */
	struct instant trouble_since;
};

void watch_status_encode(struct strbuf *out, const struct watch_status *s);
/* Strings go to arena. */
enum tt_code watch_status_parse(struct watch_status *out, struct arena *arena, const char *json,
	size_t len, struct tt_error *err);
/* For people; what is zero is not known. */
void watch_status_show(struct strbuf *out, const struct watch_status *s);

/* Written whole or not at all. */
enum tt_code watch_status_write(const struct watch_status *s, struct tt_error *err);
void watch_status_remove(void);
/* That of the watcher `pid`; TT_ENOTFOUND when there is none of it. */
enum tt_code watch_status_read(
	struct watch_status *out, struct arena *arena, int64_t pid, struct tt_error *err);

#endif
