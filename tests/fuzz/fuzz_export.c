/* SPDX-License-Identifier: MIT */
#include "exchange/export_file.h"
#include "fuzz.h"

/* Writes what it is sent as an export of many branches, one section an entry,
 * and as a list to compare. */
struct copy {
	struct export_writer writer;
	struct strbuf text, list;
	int64_t sum;
};

static enum tt_code add(void *ctx, const char *branch, const struct entry *e, struct tt_error *err)
{
	struct copy *copy = ctx;

	must(entry_check(e, err) == TT_OK);
	must(branch[0] != '\0');
	copy->sum += entry_counted_tokens(e);
	export_branch(&copy->writer, branch, entry_counted_tokens(e));
	export_entry(&copy->writer, e);
	strbuf_addf(&copy->list, "%s\n", branch);
	entry_encode(&copy->list, e, ENTRY_FORM_EXPORT);
	return TT_OK;
}

static bool read_into(struct copy *copy, const char *text, size_t len)
{
	struct entry_sink sink = { copy, add };
	struct export_meta meta = { .exported_at = { 0 } };
	struct tt_error err;
	enum tt_code code;

	export_begin(&copy->writer, &copy->text, &meta);
	code = export_read(text, len, &sink, &err);
	export_end(&copy->writer);
	must(code == TT_OK || is_harmless(err.msg));
	must(export_read(text, len, NULL, &err) == code);
	must(code != TT_OK || export_sniff(text, len));
	return code == TT_OK;
}

static void copy_release(struct copy *copy)
{
	strbuf_release(&copy->text);
	strbuf_release(&copy->list);
}

/* Validating and reading agree; what was read can be written and read again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(copy_release) struct copy once = { .text = STRBUF_INIT, .list = STRBUF_INIT };
	_cleanup_(copy_release) struct copy twice = { .text = STRBUF_INIT, .list = STRBUF_INIT };

	if (!read_into(&once, (const char *)data, size))
		return 0;
	must(read_into(&twice, once.text.buf, once.text.len));
	must(strcmp(once.list.buf, twice.list.buf) == 0);
	must(once.sum == twice.sum);
	return 0;
}
