/* SPDX-License-Identifier: MIT */
#ifndef CLI_DISGUISE_H
#define CLI_DISGUISE_H

#include <stdbool.h>

#include "base/strbuf.h"

/*
 * Text for strangers: what doctor and the log say, without what is the user's
 * own.  Our messages put names in 'single quotes', and that is what is gone by:
 *
 *	paths		"~/..." below the home directory, else only where a
 *			system directory is the first part: "/usr/...", "/..."
 *	addresses	"<...>" for whatever has an @, "scheme://..." for a URL
 *	names		'...' for what is in quotes, unless it is a command of
 *			ours or git's, and "..." for words with a slash;
 *			kept with `names`
 *
 * Where the quotes of a line are not in order, the rest of it is left out.
 */
struct disguise {
	const char *home; /* NULL: none */
	bool names;	  /* of branches, repositories and the like */
};
void disguise_add(struct strbuf *out, const struct disguise *d, const char *line);

#endif
