/* SPDX-License-Identifier: MIT */
#include "capture/request.h"
#include "fuzz.h"

/* What is taken can be recorded, and writing it gives a file that says the same. */
static void check(const struct request *r)
{
	_cleanup_(strbuf_release) struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct tt_error err = TT_ERROR_INIT;
	struct request again;

	must(entry_check(&r->entry, &err) == TT_OK);
	must(!r->repository == !r->branch);
	request_encode(&first, r);
	must(request_parse(&again, &arena, first.buf, first.len, &err) == TT_OK);
	request_encode(&second, &again);
	must(first.len == second.len && memcmp(first.buf, second.buf, first.len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct tt_error err = TT_ERROR_INIT;
	struct request r;

	if (request_parse(&r, &arena, (const char *)data, size, &err) == TT_OK)
		check(&r);
	else
		must(is_harmless(err.msg));
	return 0;
}
