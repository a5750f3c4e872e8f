/* SPDX-License-Identifier: MIT */
#include "backend.h"

enum tt_code pg_store_open(struct store **out, const char *url, const struct store_options *options,
	struct tt_error *err)
{
	(void)out;
	(void)url;
	(void)options;
	return tt_fail(err, TT_EUNAVAILABLE, "PostgreSQL is not built in");
}
