/* SPDX-License-Identifier: MIT */
#ifndef CLI_USER_FILE_H
#define CLI_USER_FILE_H

#include <stdbool.h>

#include "base/error.h"
#include "base/strbuf.h"

/* Write a file that the user named, in a directory that exists, completely or
 * not at all.  TT_EUSAGE when it exists and `replace` is false. */
enum tt_code user_file_write(
	const char *file, const struct strbuf *text, bool replace, struct tt_error *err);

#endif
