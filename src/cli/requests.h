/* SPDX-License-Identifier: MIT */
#ifndef CLI_REQUESTS_H
#define CLI_REQUESTS_H

#include <stddef.h>

#include "base/strbuf.h"
#include "capture/request.h"
#include "cli/context.h"
#include "cli/record.h"

/*
 * Requests wait in the directory `requests` of the user's state, a file each.  Whoever
 * records, or shows what was used, takes them.  An entry counts once, however many
 * take it at the same time, and wherever one of them dies: ledger and index know its
 * id, and the file goes last.
 */

/* Where `add` would record it: the repository that ctx has open, or can, and its author.
 * branch NULL: the present one.  What r gets lives as long as the record and ctx. */
enum tt_code request_place(struct request *r, struct record *record, struct context *ctx,
	const char *branch, struct tt_error *err);
/* Durable when it returns TT_OK. */
enum tt_code request_spool(const struct request *request, struct tt_error *err);

/* Record what waits, for half a second at most; what cannot be recorded now waits on.
 * Trouble goes to the log.  Costs nothing where nothing waits. */
void requests_take(const struct context *ctx);

/* For doctor: how many wait, and the names of those that cannot be read, a line each
 * with the reason. */
size_t requests_survey(struct strbuf *unreadable);

#endif
