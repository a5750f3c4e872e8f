/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/mem.h"
#include "pg_store.h"

enum { PAUSE_MIN_MS = 50, PAUSE_MAX_MS = 2000, LOCK_MAX_MS = 10 * 1000 };

/* Between the shortest pause and three times the last one, by chance, so that
 * many importers do not come back together. */
static int next_pause(int last)
{
	struct tt_error ignored;
	unsigned random = 0;
	int span = last * 3 - PAUSE_MIN_MS;
	int pause;

	(void)fs_random(&random, sizeof random, &ignored);
	pause = PAUSE_MIN_MS + (int)(random % (unsigned)(span > 0 ? span : 1));
	return pause < PAUSE_MAX_MS ? pause : PAUSE_MAX_MS;
}

static void pause_ms(int ms)
{
	int64_t end = store_ticks() + ms;

	while (store_ticks() < end)
		(void)poll(NULL, 0, (int)(end - store_ticks()) + 1);
}

static void tell(const struct pg_store *pg, const struct tt_error *err, int pause)
{
	_autofree_ char *text = NULL;

	if (!pg->options.notice)
		return;
	text = xasprintf(
		"%s: trying again in %d.%02d s", err->msg, pause / 1000, pause % 1000 / 10);
	pg->options.notice(pg->options.notice_ctx, text);
}

enum tt_code pg_retry(struct pg_store *pg, pg_body body, void *ctx, struct tt_error *err)
{
	int64_t give_up = 0;
	int pause = PAUSE_MIN_MS;

	for (;;) {
		pg->again = false;
		pg->sqlstate[0] = '\0';
		if (pg_connect(pg, err) == TT_OK && body(pg, ctx, err) == TT_OK)
			return TT_OK;
		pg_disconnect(pg); /* whatever was open is rolled back */
		if (!pg->again)
			return err->code;
		if (!give_up)
			give_up = store_ticks() + pg->options.retry_ms;
		pause = next_pause(pause);
		if (store_ticks() + pause > give_up)
			return err->code;
		tell(pg, err, pause);
		pause_ms(pause);
	}
}

enum tt_code pg_begin(
	struct pg_store *pg, const char *first, PGresult **result, struct tt_error *err)
{
	int limit = pg->options.statement_timeout_ms;
	int lock = limit / 2 < LOCK_MAX_MS ? limit / 2 : LOCK_MAX_MS;
	_autofree_ char *sql = xasprintf("BEGIN;"
					 "SET LOCAL client_min_messages = error;"
					 "SET LOCAL idle_in_transaction_session_timeout = %d;"
					 "SET LOCAL lock_timeout = %d;"
					 "SET LOCAL statement_timeout = %d;"
					 "%s",
		limit, lock, limit, first);

	return pg_run(pg, sql, NULL, result, err);
}
