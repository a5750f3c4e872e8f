/* SPDX-License-Identifier: MIT */
#include "../../src/ledger/internal.h"
#include "fuzz.h"

/* Every line of a ledger that was read is an entry, and the totals are theirs. */
static void check_entries(struct ledger *l)
{
	int64_t tokens = 0, sessions = 0;
	struct tt_error err;
	struct entry e;

	for (size_t i = 0; i < ledger_count(l); i++) {
		must(ledger_entry(l, i, &e, &err) == TT_OK);
		must(entry_check(&e, &err) == TT_OK);
		tokens += entry_counted_tokens(&e);
		sessions += ledger_counts_as_session(&e);
	}
	must(tokens == ledger_info(l)->total_tokens);
	must(sessions == ledger_info(l)->sessions);
	must(ledger_info(l)->format == 1 || ledger_info(l)->format == 2);
	must(ledger_info(l)->branch != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(ledger_freep) struct ledger *l = ledger_new();
	struct tt_error err;

	strbuf_add(&l->text, data, size);
	if (ledger_parse(l, &err) == TT_OK)
		check_entries(l);
	else
		must(is_harmless(err.msg));
	return 0;
}
