/* SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "model/entry.h"

static bool decode(const char *text, size_t len, struct arena *arena, struct entry *e)
{
	struct json_reader r;

	json_reader_init(&r, text, len);
	entry_decode(&r, arena, e);
	json_reader_end(&r);
	must(!r.failed || is_harmless(r.error.msg));
	return !r.failed;
}

/* What is decoded is in range, and survives being written and read again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	_cleanup_(strbuf_release) struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT;
	struct tt_error err;
	struct entry e, again;

	if (!decode((const char *)data, size, &arena, &e))
		return 0;
	must(entry_check(&e, &err) == TT_OK);
	entry_encode(&once, &e, ENTRY_FORM_LEDGER);
	must(strchr(once.buf, '\n') == NULL);
	must(decode(once.buf, once.len, &arena, &again));
	entry_encode(&twice, &again, ENTRY_FORM_LEDGER);
	must(strcmp(once.buf, twice.buf) == 0);
	must(entry_hash(&e) == entry_hash(&again));
	must(entry_tokens(&e) == entry_tokens(&again));
	must(entry_tokens(&e) >= 0 && entry_tokens(&e) <= USAGE_MAX);
	return 0;
}
