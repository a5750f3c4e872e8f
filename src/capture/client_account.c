/* SPDX-License-Identifier: MIT */
#include "capture/client_account.h"

#include "lenient.h"

static void read_account(struct client_account *out, struct json_reader *r, struct arena *arena)
{
	const char *of_user = NULL;
	struct json_text key;

	*out = (struct client_account){ 0 };
	if (!lenient_object(r))
		return;
	while (json_next_key(r, &key)) {
		if (json_text_is(key, "userRateLimitTier"))
			of_user = lenient_text(r, arena);
		else if (json_text_is(key, "organizationRateLimitTier"))
			out->rate_limit_tier = lenient_text(r, arena);
		else if (json_text_is(key, "organizationType"))
			out->organization_type = lenient_text(r, arena);
		else
			json_skip(r);
	}
	if (of_user)
		out->rate_limit_tier = of_user;
}

enum tt_code client_account_parse(struct client_account *out, struct arena *arena, const char *json,
	size_t len, struct tt_error *err)
{
	struct client_account account = { 0 };
	struct json_reader r;
	struct json_text key;

	json_reader_init(&r, json, len);
	r.lenient = true;
	json_enter_object(&r);
	while (json_next_key(&r, &key)) {
		if (json_text_is(key, "oauthAccount"))
			read_account(&account, &r, arena);
		else
			json_skip(&r);
	}
	json_reader_end(&r);
	if (json_reader_error(&r, err) != TT_OK)
		return err->code;
	*out = account;
	return TT_OK;
}
