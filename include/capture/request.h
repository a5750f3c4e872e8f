/* SPDX-License-Identifier: MIT */
#ifndef CAPTURE_REQUEST_H
#define CAPTURE_REQUEST_H

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "model/entry.h"

/*
 * A request: an entry that could not, or should not, be recorded at once, in a file of
 * its own, until a command has the time.
 *
 *	{"format_version":1,"repository":"/home/dev/app/.git","branch":"main",
 *	 "entry":{...as in an export...}}
 *
 * The entry's id is what makes it count once, however often the file is taken.
 */
struct request {
	const char *repository; /* its common directory; NULL: in none */
	const char *branch;	/* NULL exactly where repository is */
	struct entry entry;
};

/* Append the document, with a newline. */
void request_encode(struct strbuf *out, const struct request *r);
/* Strings go to arena.  TT_EINPUT with line and column, TT_ESCHEMA for the document of a
 * newer version; out is then as before. */
enum tt_code request_parse(struct request *out, struct arena *arena, const char *json, size_t len,
	struct tt_error *err);

#endif
