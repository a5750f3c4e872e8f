/* SPDX-License-Identifier: MIT */
#ifndef BASE_EMBEDDED_H
#define BASE_EMBEDDED_H

#include <stddef.h>

/*
 * Text files of the source tree that are compiled into the programs: SQL, the
 * price table, git hooks, the workflow.  The name is the path in the source
 * tree; the list is EMBED in the Makefile, the code is made by ci/embed.sh.
 */
struct embedded {
	const char *name;
	const char *text; /* NUL-terminated */
	size_t len;
};

/* The files, sorted by name, ended by a row whose name is NULL. */
extern const struct embedded embedded_files[];

/* NULL when there is no such file: a mistake in the caller. */
const struct embedded *embedded_find(const char *name);

#endif
