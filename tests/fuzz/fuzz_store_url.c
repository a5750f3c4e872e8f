/* SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "store/store.h"

/* In whatever place the password stands, it does not show. */
static void check_hidden(const char *before, const char *password, const char *after)
{
	_autofree_ char *url = xasprintf("%s%s%s", before, password, after);
	_autofree_ char *expected = xasprintf("%s***%s", before, after);
	_cleanup_(strbuf_release) struct strbuf masked = STRBUF_INIT;

	store_mask_url(&masked, url);
	must(strcmp(masked.buf, expected) == 0);
}

static void check_found(const char *password)
{
	_autofree_ char *url = xasprintf("postgres://u:%s@h/db", password);
	_cleanup_(strbuf_release) struct strbuf raw = STRBUF_INIT, decoded = STRBUF_INIT;

	must(store_url_password(&raw, &decoded, url));
	must(strcmp(raw.buf, password) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_autofree_ char *text = input_text(data, size);
	_cleanup_(strbuf_release) struct strbuf masked = STRBUF_INIT;
	_cleanup_(strbuf_release) struct strbuf raw = STRBUF_INIT, decoded = STRBUF_INIT;
	size_t len = strlen(text);

	store_mask_url(&masked, text);
	(void)store_url_password(&raw, &decoded, text);
	if (len == 0 || strcspn(text, " \t\r\n") != len)
		return 0;
	check_hidden("postgresql://u:", text, "@h:5432/db");
	check_hidden("see 'postgres://u:***@h/x', then postgresql://u:", text, "@h/db");
	check_found(text);
	if (strcspn(text, "&") != len || *text == '\'' || strstr(text, "://"))
		return 0;
	check_hidden("postgresql://h/db?password=", text, "&sslmode=require");
	check_hidden("host=h password = ", text, " dbname=x");
	return 0;
}
