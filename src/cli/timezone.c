/* SPDX-License-Identifier: MIT */
#include "timezone.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "cli/context.h"

/* A file below the zones, and no way out of there. */
static bool is_known(const char *zone)
{
	const char *root = context_env("TZDIR");
	_cleanup_(strbuf_release) struct strbuf path = STRBUF_INIT;
	struct stat st;

	if (strcmp(zone, "UTC") == 0)
		return true;
	if (!*zone || *zone == '/' || strstr(zone, ".."))
		return false;
	strbuf_addf(&path, "%s/%s", root ? root : "/usr/share/zoneinfo", zone);
	return stat(path.buf, &st) == 0 && S_ISREG(st.st_mode);
}

enum tt_code timezone_use(const char *zone, struct tt_error *err)
{
	if (!is_known(zone))
		return tt_fail(err, TT_EUSAGE,
			"this machine knows no time zone '%s': one is called like Europe/Berlin, "
			"or UTC",
			zone);
	if (setenv("TZ", zone, 1) != 0)
		return tt_fail_errno(err, "cannot set the time zone");
	tzset();
	return TT_OK;
}
