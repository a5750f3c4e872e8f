/* SPDX-License-Identifier: MIT */
#ifndef CLI_BUNDLE_H
#define CLI_BUNDLE_H

#include <stdbool.h>

#include "checkup.h"

/*
 * What somebody who is to help needs to know, in one text file: the system, what
 * was checked, what is configured, and the end of the log; without what is the
 * user's own (disguise.h).  names: with the names of branches and repositories.
 */
void bundle_add(struct strbuf *out, const struct checkup *checkup, bool names);

#endif
