/* SPDX-License-Identifier: MIT */
#ifndef CAPTURE_CLIENT_ACCOUNT_H
#define CAPTURE_CLIENT_ACCOUNT_H

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

/*
 * The kind of account that the client noted in its .claude.json (`oauthAccount`).  No
 * credential stands there; e-mail address and names are passed over.
 */
struct client_account {
	const char *rate_limit_tier;   /* of the user, else of the organization; or NULL */
	const char *organization_type; /* "claude_pro", "claude_max", ...; or NULL */
};
/* TT_EINPUT when the text is no JSON object.  Strings go to arena. */
enum tt_code client_account_parse(struct client_account *out, struct arena *arena, const char *json,
	size_t len, struct tt_error *err);

#endif
