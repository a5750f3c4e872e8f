/* SPDX-License-Identifier: MIT */
#include "cli/exit.h"

enum exit_status exit_status_of(enum tt_code code)
{
	switch (code) {
	case TT_OK:
		return EXIT_DONE;
	case TT_EUSAGE:
		return EXIT_USAGE;
	case TT_EINPUT:
		return EXIT_INPUT;
	case TT_ENOTFOUND:
		return EXIT_NOT_FOUND;
	case TT_EBUSY:
		return EXIT_BUSY;
	case TT_EIO:
		return EXIT_CANNOT_WRITE;
	case TT_EUNAVAILABLE:
		return EXIT_UNAVAILABLE;
	case TT_ESCHEMA:
		return EXIT_SCHEMA;
	case TT_EBUG:
		return EXIT_BUG;
	case TT_EFAILED:
	case TT_ESTORE:
		break;
	}
	return EXIT_FAILED;
}
