/* SPDX-License-Identifier: MIT */
#include "ledger_world.h"

/* --- entries ---------------------------------------------------------------- */

static void ledger_put__keeps_the_history_of_an_amended_entry(void **state)
{
	_cleanup_(ledger_freep) struct ledger *l = NULL;
	struct entry e = manual("aaaaaaaa", 100, "first"), got;
	struct tt_error err = TT_ERROR_INIT;

	(void)state;
	record("main", &e);
	e.revision = 2;
	e.usage.unsplit = 250;
	e.notes = "second";
	record("main", &e);
	e.revision = 3;
	e.is_void = true;
	record("main", &e);
	assert_totals("main", 0, 0);
	assert_int_equal(ledger_read(&l, &place, "main", &err), TT_OK);
	assert_int_equal(ledger_count(l), 1);
	assert_int_equal(ledger_entry(l, 0, &got, &err), TT_OK);
	assert_non_null(strstr(got.history, "\"notes\":\"first\""));
	assert_non_null(strstr(got.history, "\"notes\":\"second\""));
}

static void ledger_put__refuses_a_revision_that_is_not_higher(void **state)
{
	_cleanup_(ledger_freep) struct ledger *l = NULL;
	struct entry e = manual("aaaaaaaa", 100, "first");
	struct tt_error err = TT_ERROR_INIT;

	(void)state;
	record("main", &e);
	assert_int_equal(ledger_lock(&l, &place, "main", NULL, 1000, &err), TT_OK);
	assert_int_equal(ledger_put(l, &e, &err), TT_EUSAGE);
	assert_string_equal(err.msg, "entry 'aaaaaaaa-0000-4000-8000-000000000000' has revision 1 "
				     "already, and 1 is not higher");
	assert_int_equal(ledger_info(l)->total_tokens, 100);
}

static void ledger_put__does_not_count_context_readings(void **state)
{
	struct entry e = manual("aaaaaaaa", 54161, "");

	(void)state;
	e.kind = ENTRY_CONTEXT_READING;
	record("main", &e);
	assert_totals("main", 0, 0);
}

static void ledger_find__wants_a_unique_prefix(void **state)
{
	_cleanup_(ledger_freep) struct ledger *l = NULL;
	struct tt_error err = TT_ERROR_INIT;
	size_t i = 9;

	(void)state;
	record_tokens("main", "aaaabbbb", 1);
	record_tokens("main", "aaaacccc", 2);
	assert_int_equal(ledger_read(&l, &place, "main", &err), TT_OK);
	assert_int_equal(ledger_find(l, "AAAAc", &i, &err), TT_OK);
	assert_int_equal(i, 1);
	assert_int_equal(ledger_find(l, "aaaa", &i, &err), TT_EUSAGE);
	assert_string_equal(
		err.msg, "several entries begin with 'aaaa': aaaabbbb-0000, aaaacccc-0000");
	assert_int_equal(ledger_find(l, "dddd", &i, &err), TT_ENOTFOUND);
	assert_int_equal(ledger_find(l, "aaa", &i, &err), TT_EUSAGE);
}

/* --- exports ------------------------------------------------------------------ */

static void ledger_plan_export__is_remembered_until_confirmed(void **state)
{
	_cleanup_(ledger_freep) struct ledger *l = NULL, *again = NULL;
	struct entry e = manual("aaaaaaaa", 1, "");
	struct tt_error err = TT_ERROR_INIT;

	(void)state;
	assert_int_equal(ledger_lock(&l, &place, "main", NULL, 1000, &err), TT_OK);
	assert_int_equal(ledger_put(l, &e, &err), TT_OK);
	assert_null(ledger_pending_at(l, 0)->file);
	ledger_plan_export(l, "one.json");
	assert_int_equal(ledger_save(l, &err), TT_OK);
	ledger_free(steal(&l));

	assert_int_equal(ledger_lock(&again, &place, "main", NULL, 1000, &err), TT_OK);
	assert_int_equal(ledger_pending_count(again), 1);
	assert_string_equal(ledger_pending_at(again, 0)->id, e.id);
	assert_string_equal(ledger_pending_at(again, 0)->file, "one.json");
	ledger_confirm(again, 0);
	assert_int_equal(ledger_save(again, &err), TT_OK);
	ledger_free(steal(&again));

	assert_int_equal(ledger_read(&again, &place, "main", &err), TT_OK);
	assert_int_equal(ledger_pending_count(again), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ledger_put__keeps_the_history_of_an_amended_entry),
		TEST(ledger_put__refuses_a_revision_that_is_not_higher),
		TEST(ledger_put__does_not_count_context_readings),
		TEST(ledger_find__wants_a_unique_prefix),
		TEST(ledger_plan_export__is_remembered_until_confirmed),
	};

	return cmocka_run_group_tests_name("ledger_entries", tests, NULL, NULL);
}
