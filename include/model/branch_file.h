/* SPDX-License-Identifier: MIT */
#ifndef MODEL_BRANCH_FILE_H
#define MODEL_BRANCH_FILE_H

#include <stdbool.h>

#include "base/strbuf.h"

/*
 * The file name of a branch: "tokens_" + the branch with every byte outside
 * [A-Za-z0-9._-] as %XX + ".json".  Injective.  Longer than 180 bytes: cut,
 * then "~" and 16 hex digits of the branch's SHA-1, as is the `twin` name,
 * which is used when another branch's ledger has the plain one (a disk that
 * folds case).
 */
void branch_file_add_name(struct strbuf *out, const char *branch, bool twin);
/* The encoded branch without "tokens_" and ".json": for other file names. */
void branch_file_add_encoded(struct strbuf *out, const char *branch);
/* Is this the name of a ledger ("tokens_....json")? */
bool branch_file_is_ledger(const char *name);

#endif
