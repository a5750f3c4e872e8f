/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "pg_error.h"
#include "pg_store.h"

/* How much longer than the server we wait, so that its own word about a time
 * limit arrives; and how many results are read after a failure. */
enum { GRACE_MS = 2000, DRAIN_MAX = 16 };

void pg_clearp(PGresult **result)
{
	PQclear(*result);
}

void pg_disconnect(struct pg_store *pg)
{
	PQfinish(steal(&pg->conn));
}

/* --- waiting ------------------------------------------------------------ */

/* False when the time is over.  *readable says what woke us. */
static bool wait_for(struct pg_store *pg, short events, int64_t deadline, bool *readable)
{
	struct pollfd fd = { .fd = PQsocket(pg->conn), .events = events };

	for (;;) {
		int64_t left = deadline - store_ticks();
		int n = poll(&fd, 1, left > 0 ? (int)left : 0);

		if (n == 0)
			return false;
		if (n < 0 && errno == EINTR)
			continue;
		/* Errors of the socket are told by the libpq call that follows. */
		*readable = n < 0 || (fd.revents & ~POLLOUT) != 0;
		return true;
	}
}

static int64_t answer_deadline(const struct pg_store *pg)
{
	return store_ticks() + pg->options.statement_timeout_ms + GRACE_MS;
}

/* --- connecting --------------------------------------------------------- */

static void ignore_notice(void *ctx, const char *message)
{
	(void)ctx;
	(void)message;
}

static enum tt_code poll_connection(struct pg_store *pg, struct tt_error *err)
{
	int64_t deadline = store_ticks() + pg->options.connect_timeout_ms;
	PostgresPollingStatusType state = PGRES_POLLING_WRITING;
	bool readable;

	while (PQstatus(pg->conn) != CONNECTION_BAD) {
		short events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;

		if (!wait_for(pg, events, deadline, &readable))
			return pg_fail_time(pg, pg->options.connect_timeout_ms, err);
		state = PQconnectPoll(pg->conn);
		if (state == PGRES_POLLING_OK)
			return TT_OK;
		if (state == PGRES_POLLING_FAILED)
			break;
	}
	return pg_fail_connect(pg, err);
}

enum tt_code pg_connect(struct pg_store *pg, struct tt_error *err)
{
	if (pg->conn)
		return TT_OK;
	pg->conn = PQconnectStartParams((const char *const *)pg->params.keywords,
		(const char *const *)pg->params.values, 0);
	if (!pg->conn)
		mem_exhausted();
	PQsetNoticeProcessor(pg->conn, ignore_notice, NULL);
	/* The only way to the SQLSTATE of a refused connection. */
	(void)PQsetErrorVerbosity(pg->conn, PQERRORS_VERBOSE);
	if (poll_connection(pg, err) != TT_OK) {
		pg_disconnect(pg);
		return tt_context(err, "cannot connect to the database");
	}
	(void)PQsetErrorVerbosity(pg->conn, PQERRORS_DEFAULT);
	return PQsetnonblocking(pg->conn, 1) == 0 ? TT_OK : pg_fail_lost(pg, err);
}

/* --- sending and answers ------------------------------------------------ */

enum tt_code pg_send(
	struct pg_store *pg, const char *sql, const struct pg_values *v, struct tt_error *err)
{
	int sent = v ? PQsendQueryParams(pg->conn, sql, v->count, v->types, v->values, v->lengths,
			       v->formats, 0)
		     : PQsendQuery(pg->conn, sql);

	return sent ? TT_OK : pg_fail_lost(pg, err);
}

/* Wait until PQgetResult() would not block. */
static enum tt_code await_answer(struct pg_store *pg, struct tt_error *err)
{
	int64_t deadline = answer_deadline(pg);
	bool readable;

	for (;;) {
		int unsent = PQflush(pg->conn);

		if (!PQisBusy(pg->conn))
			return TT_OK;
		if (unsent < 0 && PQstatus(pg->conn) == CONNECTION_BAD)
			return pg_fail_lost(pg, err);
		if (!wait_for(pg, unsent > 0 ? POLLIN | POLLOUT : POLLIN, deadline, &readable))
			return pg_fail_time(pg, pg->options.statement_timeout_ms, err);
		if (readable && !PQconsumeInput(pg->conn) && PQisBusy(pg->conn))
			return pg_fail_lost(pg, err);
	}
}

static bool is_failure(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE ||
	       status == PGRES_NONFATAL_ERROR;
}

/* After a failure: the results up to the end, of which a dead connection gives
 * some without an end. */
static void drain(struct pg_store *pg)
{
	struct tt_error ignored;

	for (int i = 0; i < DRAIN_MAX && await_answer(pg, &ignored) == TT_OK; i++) {
		_cleanup_(pg_clearp) PGresult *result = PQgetResult(pg->conn);

		if (!result)
			return;
	}
}

enum tt_code pg_next(struct pg_store *pg, PGresult **out, struct tt_error *err)
{
	_cleanup_(pg_clearp) PGresult *result = NULL;

	if (await_answer(pg, err) != TT_OK)
		return err->code;
	result = PQgetResult(pg->conn);
	if (result && is_failure(result)) {
		(void)pg_fail_result(pg, result, err);
		if (PQstatus(pg->conn) == CONNECTION_OK)
			drain(pg);
		return err->code;
	}
	*out = steal(&result);
	return TT_OK;
}

enum tt_code pg_run(struct pg_store *pg, const char *sql, const struct pg_values *values,
	PGresult **last, struct tt_error *err)
{
	_cleanup_(pg_clearp) PGresult *kept = NULL;

	if (pg_send(pg, sql, values, err) != TT_OK)
		return err->code;
	for (;;) {
		PGresult *result;

		if (pg_next(pg, &result, err) != TT_OK)
			return err->code;
		if (!result)
			break;
		PQclear(kept);
		kept = result;
	}
	if (last)
		*last = steal(&kept);
	return TT_OK;
}

enum tt_code pg_commit(struct pg_store *pg, struct tt_error *err)
{
	_cleanup_(pg_clearp) PGresult *result = NULL;

	if (pg_run(pg, "COMMIT", NULL, &result, err) != TT_OK)
		return err->code;
	if (!result || strcmp(PQcmdStatus(result), "COMMIT") != 0)
		return tt_fail(err, TT_ESTORE, "the database rolled the transaction back");
	return TT_OK;
}

int64_t pg_integer(const PGresult *result, int column)
{
	if (PQntuples(result) == 0)
		return 0;
	return strtoll(PQgetvalue(result, 0, column), NULL, 10);
}

/* --- COPY --------------------------------------------------------------- */

enum tt_code pg_copy_begin(struct pg_store *pg, const char *sql, struct tt_error *err)
{
	if (pg_send(pg, sql, NULL, err) != TT_OK)
		return err->code;
	for (;;) {
		_cleanup_(pg_clearp) PGresult *result = NULL;

		if (pg_next(pg, &result, err) != TT_OK)
			return err->code;
		if (!result)
			return tt_fail(err, TT_EBUG, "the statement begins no COPY");
		if (PQresultStatus(result) == PGRES_COPY_IN)
			return TT_OK;
	}
}

/* The server is silent during COPY (messages below errors are switched off),
 * so that anything it says is a failure.  PQputCopyData() never tells. */
static enum tt_code copy_interrupted(struct pg_store *pg, struct tt_error *err)
{
	_cleanup_(pg_clearp) PGresult *result = NULL;

	(void)PQputCopyEnd(pg->conn, "the client stopped");
	if (pg_next(pg, &result, err) != TT_OK)
		return err->code;
	return pg_fail_lost(pg, err);
}

/* Wait until everything is out: libpq would else keep it all in memory. */
static enum tt_code flush_copy(struct pg_store *pg, struct tt_error *err)
{
	int64_t deadline = answer_deadline(pg);
	bool readable;

	for (;;) {
		int unsent = PQflush(pg->conn);

		if (unsent == 0)
			return TT_OK;
		if (unsent < 0)
			return copy_interrupted(pg, err);
		if (!wait_for(pg, POLLIN | POLLOUT, deadline, &readable))
			return pg_fail_time(pg, pg->options.statement_timeout_ms, err);
		if (readable)
			return copy_interrupted(pg, err);
	}
}

enum tt_code pg_copy_send(struct pg_store *pg, const char *data, size_t len, struct tt_error *err)
{
	bool readable;

	if (wait_for(pg, POLLIN, store_ticks(), &readable) && readable)
		return copy_interrupted(pg, err);
	while (len > 0) {
		size_t part = len < 1024 * 1024 ? len : 1024 * 1024;
		int sent = PQputCopyData(pg->conn, data, (int)part);

		if (sent < 0)
			return copy_interrupted(pg, err);
		if (sent > 0) {
			data += part;
			len -= part;
		}
		if (flush_copy(pg, err) != TT_OK)
			return err->code;
	}
	return TT_OK;
}

enum tt_code pg_copy_end(struct pg_store *pg, struct tt_error *err)
{
	if (PQputCopyEnd(pg->conn, NULL) < 0)
		return copy_interrupted(pg, err);
	for (;;) {
		_cleanup_(pg_clearp) PGresult *result = NULL;

		if (pg_next(pg, &result, err) != TT_OK)
			return err->code;
		if (!result)
			return TT_OK;
	}
}
