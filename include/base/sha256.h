/* SPDX-License-Identifier: MIT */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>

/* SHA-256 (FIPS 180-4) of data, as 64 lower-case hex digits: which bytes a
 * file held when it was imported. */
enum { SHA256_TEXT = 65 };
void sha256_hex(char out[static SHA256_TEXT], const void *data, size_t len);

#endif
