/* SPDX-License-Identifier: MIT */
#include "capture/earlier_file.h"
#include "fuzz.h"

static enum tt_code add_entry(
	void *ctx, const char *branch, const struct entry *e, struct tt_error *err)
{
	must(entry_check(e, err) == TT_OK);
	must(branch[0] != '\0');
	strbuf_addf(ctx, "%s %s\n", branch, e->id);
	return TT_OK;
}

static enum tt_code add_usage(void *ctx, const struct earlier_usage *u, struct tt_error *err)
{
	char id[ENTRY_ID_TEXT];
	int64_t total;

	(void)err;
	must(usage_total(&total, &u->usage) && total >= 0 && total <= USAGE_MAX);
	must(entry_time_is_valid(u->time));
	must(u->what != EARLIER_WINDOW || u->from.ms < u->until.ms);
	must(u->what != EARLIER_WINDOW || (u->time.ms >= u->from.ms && u->time.ms < u->until.ms));
	must(u->requests >= 0 && u->messages >= 0);
	must((u->what < EARLIER_SESSION) == (u->session == NULL));
	earlier_usage_id(id, u);
	must(entry_id_is_valid(id));
	strbuf_addf(ctx, "%s\n", id);
	return TT_OK;
}

/* What may be kept of the client's own file gives the same as all of it. */
static void check_extract(const char *text, size_t len, const char *expected)
{
	_cleanup_(strbuf_release) struct strbuf copy = STRBUF_INIT, out = STRBUF_INIT;
	const struct earlier_file_sink sink = { { &out, add_entry }, add_usage, &out };
	struct earlier_file_skipped skipped;
	struct tt_error err;
	struct earlier_file file;

	must(earlier_client_extract(&copy, text, len, &err) == TT_OK);
	must(earlier_file_sniff(copy.buf, copy.len) == EARLIER_FILE_CLIENT);
	file = (struct earlier_file){ .text = copy.buf, .len = copy.len };
	must(earlier_file_read(&skipped, &file, &sink, &err) == TT_OK);
	must(strcmp(out.buf, expected) == 0);
}

/* Whatever is recognised is read whole or refused whole with a harmless message, and
 * what is read passes every check, the same each time. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT, once = STRBUF_INIT,
						twice = STRBUF_INIT;
	const struct earlier_file_sink first = { { &once, add_entry }, add_usage, &once };
	const struct earlier_file_sink second = { { &twice, add_entry }, add_usage, &twice };
	struct earlier_file_skipped skipped = { 0 };
	struct earlier_file file = { 0 };
	struct tt_error err;

	if (earlier_file_is_database((const char *)data, size)) {
		strbuf_add(&text, data, size);
	} else if (earlier_text_decode(&text, (const char *)data, size, &err) != TT_OK) {
		must(is_harmless(err.msg));
		return 0;
	}
	file.text = text.buf;
	file.len = text.len;
	if (earlier_file_read(&skipped, &file, &first, &err) != TT_OK) {
		must(err.msg[0] != '\0' && is_harmless(err.msg));
		return 0;
	}
	must(skipped.lines >= 0 && skipped.rows >= 0);
	must(earlier_file_read(&skipped, &file, &second, &err) == TT_OK);
	must(strcmp(once.buf, twice.buf) == 0);
	if (earlier_file_sniff(text.buf, text.len) == EARLIER_FILE_CLIENT)
		check_extract(text.buf, text.len, once.buf);
	return 0;
}
