/* SPDX-License-Identifier: MIT */
#ifndef CAPTURE_LENIENT_H
#define CAPTURE_LENIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/json_reader.h"

/* Members of documents that the client writes, and may write otherwise tomorrow:
 * a value of another type than expected counts as absent. */

/* NULL when it is no string. */
const char *lenient_text(struct json_reader *r, struct arena *arena);
/* True only for true. */
bool lenient_bool(struct json_reader *r);
/* Enter the object, or pass what is there and say false. */
bool lenient_object(struct json_reader *r);
bool lenient_array(struct json_reader *r);

/*
 * The number scaled by 10^scale, exactly from its digits: 0.0348 with scale 9 is
 * 34800000.  What is beyond is rounded half to even, and *exact (may be NULL) says
 * whether nothing was.  False when there is no number (absent, null) or it does
 * not fit.
 */
bool lenient_decimal(struct json_reader *r, int scale, int64_t *out, bool *exact);

#endif
