/* SPDX-License-Identifier: MIT */
#ifndef MODEL_SQL_ROWS_H
#define MODEL_SQL_ROWS_H

#include <stddef.h>

/* The answer to a query of the user's own: between the index, which reads the rows, and
 * reports, which write them. */
enum sql_kind { SQL_NULL, SQL_NUMBER, SQL_TEXT };

/* A number is text too, as SQLite writes it: an integer, or a real ("0.25", "Inf").  Of a
 * blob, its bytes in hexadecimal. */
struct sql_value {
	enum sql_kind kind;
	const char *text; /* "" of NULL; until the call returns */
};

struct sql_sink {
	void *ctx;
	/* Once, before the first row, also where there is none. */
	void (*columns)(void *ctx, const char *const *names, size_t count);
	void (*row)(void *ctx, const struct sql_value *values, size_t count);
};

#endif
