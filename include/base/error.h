/* SPDX-License-Identifier: MIT */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

/*
 * How a failure travels.
 *
 * A function that can fail for more than one reason returns `enum tt_code` and
 * takes `struct tt_error *err` last.  On success err and every out parameter
 * of a failed sibling are untouched; on failure err holds a message about the
 * user's world ("'temp/a.json': line 7: ..."), and out parameters are left
 * alone.  Callers add what they know with tt_context().  Nothing below cli
 * prints.
 */

/* Why an operation failed: what a caller may branch on.  Anything finer is
 * message text.  cli/exit.h maps these to exit statuses. */
enum tt_code {
	TT_OK = 0,
	TT_EFAILED,	 /* it did not work, for no reason listed below */
	TT_EUSAGE,	 /* the caller asked for something impossible */
	TT_EINPUT,	 /* a file, row or argument is malformed */
	TT_ENOTFOUND,	 /* expected absence: no ledger, no such branch, no repository */
	TT_EBUSY,	 /* a lock is held by somebody else: try again */
	TT_EIO,		 /* the operating system said no */
	TT_ESTORE,	 /* the database said no, for good */
	TT_EUNAVAILABLE, /* the database cannot be reached, or gave up after retries */
	TT_ESCHEMA,	 /* the database has another schema version than this program */
	TT_EBUG,	 /* we broke a promise to ourselves */
};

/* Lives on the caller's stack and never allocates, so that reporting an error
 * cannot itself fail. */
struct tt_error {
	enum tt_code code;
	char msg[1024];
};

#define TT_ERROR_INIT         \
	{                     \
		.code = TT_OK \
	}

/* Record a failure and return its code: `return tt_fail(err, TT_EIO, ...)`. */
__attribute__((format(printf, 3, 4))) enum tt_code tt_fail(
	struct tt_error *err, enum tt_code code, const char *fmt, ...);

/* tt_fail(TT_EIO) with ": " and the text of errno behind the message. */
__attribute__((format(printf, 2, 3))) enum tt_code tt_fail_errno(
	struct tt_error *err, const char *fmt, ...);

/* Put "<context>: " before the message already held in err; returns its code. */
__attribute__((format(printf, 2, 3))) enum tt_code tt_context(
	struct tt_error *err, const char *fmt, ...);

#endif
