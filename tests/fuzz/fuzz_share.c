/* SPDX-License-Identifier: MIT */
#include "../../src/share/internal.h"
#include "fuzz.h"

/* What is taken of a server's file is possible, and writing it gives a file that says
 * the same. */
static void check(const struct share_server *s)
{
	_cleanup_(strbuf_release) struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct share_server again;
	struct tt_error err;

	must(share_check_name(s->name, &err) == TT_OK);
	must(entry_id_is_valid(s->installation));
	must(s->row_count <= SHARE_ROWS_MAX && s->reset_count <= SHARE_RESETS_MAX);
	for (size_t i = 0; i < s->row_count; i++) {
		must(entry_time_is_valid(s->rows[i].time));
		must(s->rows[i].kind != ENTRY_CONTEXT_READING);
		for (int kind = 0; kind < USAGE_KINDS; kind++)
			must(usage_get(&s->rows[i].usage, kind) >= 0 &&
				usage_get(&s->rows[i].usage, kind) <= USAGE_MAX);
	}
	share_encode(&first, s);
	must(share_decode(&again, &arena, (struct json_text){ first.buf, first.len },
		     (struct instant){ 0 }, &err) == TT_OK);
	share_encode(&second, &again);
	must(first.len == second.len && memcmp(first.buf, second.buf, first.len) == 0);
	must(share_says_the_same(&first, &second));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	const struct json_text text = { (const char *)data, size };
	struct share_server s;
	struct tt_error err;

	if (share_decode(&s, &arena, text, (struct instant){ 0 }, &err) != TT_OK) {
		must(is_harmless(err.msg));
		return 0;
	}
	check(&s);
	/* What the rows stand before is not seen then. */
	if (share_decode(&s, &arena, text, SHARE_NO_ROWS, &err) == TT_OK)
		must(s.row_count == 0);
	return 0;
}
