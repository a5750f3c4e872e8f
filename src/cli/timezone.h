/* SPDX-License-Identifier: MIT */
#ifndef CLI_TIMEZONE_H
#define CLI_TIMEZONE_H

#include "base/error.h"

/* From now on local time is that of this zone: "Europe/Berlin", "UTC".  TT_EUSAGE: this
 * machine knows none of that name; the C library would take it for UTC without a word. */
enum tt_code timezone_use(const char *zone, struct tt_error *err);

#endif
