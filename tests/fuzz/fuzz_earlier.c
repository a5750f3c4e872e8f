/* SPDX-License-Identifier: MIT */
#include "capture/earlier.h"
#include "fuzz.h"

static enum tt_code add(void *ctx, const char *branch, const struct entry *e, struct tt_error *err)
{
	must(entry_check(e, err) == TT_OK);
	must(branch[0] != '\0');
	must(entry_id_is_valid(e->id));
	must(e->revision == 0 || e->revision == 1);
	strbuf_addf(ctx, "%s\n", e->id);
	return TT_OK;
}

/* One id a line. */
static void check_distinct(const char *ids)
{
	for (; *ids; ids += ENTRY_ID_TEXT) {
		char id[ENTRY_ID_TEXT] = { 0 };

		memcpy(id, ids, ENTRY_ID_TEXT - 1);
		must(strstr(ids + 1, id) == NULL);
	}
}

/* Reading gives entries that pass every check, the same ones each time, no id
 * twice; and only what was recognised is read. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(strbuf_release) struct strbuf once = STRBUF_INIT, twice = STRBUF_INIT;
	const char *text = (const char *)data;
	struct entry_sink first = { &once, add }, second = { &twice, add };
	enum earlier_format format = earlier_sniff(text, size);
	struct tt_error err;

	if (earlier_read(text, size, false, &first, &err) != TT_OK) {
		must(is_harmless(err.msg));
		return 0;
	}
	must(format != EARLIER_NONE);
	must(format != EARLIER_AGGREGATE || once.len == 0);
	must(earlier_read(text, size, false, NULL, &err) == TT_OK);
	must(earlier_read(text, size, false, &second, &err) == TT_OK);
	must(strcmp(once.buf, twice.buf) == 0);
	check_distinct(once.buf);
	return 0;
}
