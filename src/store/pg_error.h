/* SPDX-License-Identifier: MIT */
#ifndef STORE_PG_ERROR_H
#define STORE_PG_ERROR_H

#include "pg_store.h"

/*
 * Failures of libpq as errors of ours.  Each sets pg->sqlstate and pg->again.
 * Passwords are taken out of whatever the server or libpq says.
 *
 * TT_EUNAVAILABLE: not reached, or given up; TT_ESTORE: refused for good.
 */
enum tt_code pg_fail_result(struct pg_store *pg, const PGresult *result, struct tt_error *err);
/* The connection broke: PQerrorMessage() has the reason. */
enum tt_code pg_fail_lost(struct pg_store *pg, struct tt_error *err);
/* It could not be made. */
enum tt_code pg_fail_connect(struct pg_store *pg, struct tt_error *err);
enum tt_code pg_fail_time(struct pg_store *pg, int limit_ms, struct tt_error *err);

#endif
