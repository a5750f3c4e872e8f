/* SPDX-License-Identifier: MIT */
#ifndef MODEL_SHA1_H
#define MODEL_SHA1_H

#include <stddef.h>

/* SHA-1 of a short text, for file names that git users can reproduce with
 * sha1sum.  Not for security. */
enum { SHA1_SIZE = 20 };

void sha1(unsigned char out[static SHA1_SIZE], const void *data, size_t len);

#endif
