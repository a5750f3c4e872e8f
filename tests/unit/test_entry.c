/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "model/entry.h"

#define ID "0123abcd-0123-4123-8123-0123456789ab"

static struct entry sample(void)
{
	struct entry e = ENTRY_INIT;

	memcpy(e.id, ID, sizeof ID);
	e.kind = ENTRY_MANUAL;
	e.source = "manual";
	(void)instant_parse(&e.timestamp, "2026-11-23T09:00:00Z");
	(void)day_parse(&e.day, "2026-11-23");
	e.usage.unsplit = 45000;
	return e;
}

static void entry_kind_parse__reads_what_entry_kind_name_writes(void **state)
{
	(void)state;
	for (int i = 0; i < ENTRY_KINDS; i++) {
		const char *name = entry_kind_name((enum entry_kind)i);
		enum entry_kind kind;

		assert_true(entry_kind_parse(&kind, (struct json_text){ name, strlen(name) }));
		assert_int_equal(kind, i);
	}
	assert_string_equal(entry_kind_name(ENTRY_CONTEXT_READING), "context-reading");
}

static void entry_counted_tokens__leaves_out_void_entries_and_readings(void **state)
{
	struct entry e = sample();

	(void)state;
	assert_int_equal(entry_counted_tokens(&e), 45000);
	e.is_void = true;
	assert_int_equal(entry_counted_tokens(&e), 0);
	e.is_void = false;
	e.kind = ENTRY_CONTEXT_READING;
	assert_int_equal(entry_counted_tokens(&e), 0);
	assert_int_equal(entry_tokens(&e), 45000);
}

static void assert_refused(const struct entry *e, const char *message)
{
	struct tt_error err = TT_ERROR_INIT;

	assert_int_equal(entry_check(e, &err), TT_EINPUT);
	assert_string_equal(err.msg, message);
}

static void entry_check__refuses_counts_out_of_range(void **state)
{
	struct tt_error err = TT_ERROR_INIT;
	struct entry e = sample();

	(void)state;
	assert_int_equal(entry_check(&e, &err), TT_OK);
	e.usage.unsplit = -1;
	assert_refused(&e, "'unsplit' is -1, outside 0 to 9007199254740991");
	e.usage.unsplit = USAGE_MAX;
	assert_int_equal(entry_check(&e, &err), TT_OK);
	e.usage.input = 1;
	assert_refused(&e, "the kinds of tokens add up to more than 9007199254740991");
	e = sample();
	e.cost_nano_usd = -5;
	assert_int_equal(entry_check(&e, &err), TT_OK);
	e.has_cost = true;
	assert_refused(&e, "'cost_nano_usd' is -5, outside 0 to 9007199254740991");
}

static void entry_check__refuses_texts_that_do_not_fit(void **state)
{
	_autofree_ char *notes = malloc(ENTRY_NOTES_MAX + 2);
	struct tt_error err = TT_ERROR_INIT;
	struct entry e = sample();

	(void)state;
	assert_non_null(notes);
	memset(notes, 'n', ENTRY_NOTES_MAX + 1);
	notes[ENTRY_NOTES_MAX + 1] = '\0';
	e.notes = notes;
	assert_refused(&e, "'notes' has 65537 bytes, more than 65536");
	notes[ENTRY_NOTES_MAX] = '\0';
	assert_int_equal(entry_check(&e, &err), TT_OK);
	e.model = "\xff";
	assert_refused(&e, "'model' is not UTF-8");
	e = sample();
	e.price_class = "Fast";
	assert_refused(&e, "the price class is not made of lower-case words, digits and '+'");
	e = sample();
	e.id[0] = 'A';
	assert_refused(&e, "the id is not a UUID in lower case");
}

static void entry_new_id__is_a_random_uuid(void **state)
{
	struct tt_error err = TT_ERROR_INIT;
	char a[ENTRY_ID_TEXT], b[ENTRY_ID_TEXT];

	(void)state;
	assert_int_equal(entry_new_id(a, &err), TT_OK);
	assert_int_equal(entry_new_id(b, &err), TT_OK);
	assert_true(entry_id_is_valid(a));
	assert_int_equal(a[14], '4');
	assert_non_null(strchr("89ab", a[19]));
	assert_string_not_equal(a, b);
}

/* Ids are stored: a change here would count everything twice. */
static void entry_derived_id__never_changes(void **state)
{
	char id[ENTRY_ID_TEXT];

	(void)state;
	entry_derived_id(id, (const char *const[]){ "format-1", "main", NULL });
	assert_string_equal(id, "9289d211-bcd1-57e7-9f01-f22f78829cda");
}

static void entry_derived_id__keeps_parts_apart(void **state)
{
	static const char *const lists[][3] = {
		{ "ab", "c", NULL },
		{ "a", "bc", NULL },
		{ "abc", NULL, NULL },
		{ "abc", "", NULL },
		{ "1:a2:bc", NULL, NULL },
	};
	char ids[5][ENTRY_ID_TEXT];

	(void)state;
	for (int i = 0; i < 5; i++) {
		entry_derived_id(ids[i], lists[i]);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(ids[i], ids[k]);
	}
}

static void entry_id_is_valid__wants_36_characters_in_lower_case(void **state)
{
	(void)state;
	assert_true(entry_id_is_valid(ID));
	assert_false(entry_id_is_valid(""));
	assert_false(entry_id_is_valid(ID "0"));
	assert_false(entry_id_is_valid("0123ABCD-0123-4123-8123-0123456789ab"));
	assert_false(entry_id_is_valid("0123abcd001230412308123-0123456789ab"));
	assert_false(entry_id_is_valid("0123abcd-0123-4123-8123-0123456789a"));
}

/* --- format 1 --------------------------------------------------------- */

static const struct entry_v1 session = { "2025-11-05T00:11:39.123456", 54161, "Fixed it" };

static void entry_from_v1__is_exact_where_the_zone_is_known(void **state)
{
	struct tt_error err = TT_ERROR_INIT;
	struct entry far, near;
	char text[INSTANT_TEXT], day[DAY_TEXT];

	(void)state;
	setenv("TZ", "America/Denver", 1);
	assert_int_equal(entry_from_v1(&far, &session, "main", 0, false, &err), TT_OK);
	assert_int_equal(entry_from_v1(&near, &session, "main", 0, true, &err), TT_OK);
	assert_string_equal(far.id, near.id);
	assert_int_equal(far.revision, 0);
	assert_int_equal(near.revision, 1);
	instant_format(text, far.timestamp);
	assert_string_equal(text, "2025-11-05T00:11:39.123Z");
	instant_format(text, near.timestamp);
	assert_string_equal(text, "2025-11-05T07:11:39.123Z");
	day_format(day, near.day);
	assert_string_equal(day, "2025-11-05");
	assert_int_equal(near.day.number, far.day.number);
	assert_int_equal(near.usage.unsplit, 54161);
	assert_int_equal(near.kind, ENTRY_MANUAL);
	assert_string_equal(near.source, "format-1");
}

static void entry_from_v1__gives_every_session_its_own_id(void **state)
{
	static const struct entry_v1 sessions[] = {
		{ "2025-11-05T00:11:39.123456", 54161, "Fixed it" },
		{ "2025-11-05T00:11:39.123457", 54161, "Fixed it" },
		{ "2025-11-05T00:11:39.123456", 54162, "Fixed it" },
		{ "2025-11-05T00:11:39.123456", 54161, "Fixed it." },
	};
	struct tt_error err = TT_ERROR_INIT;
	struct entry first, other;

	(void)state;
	assert_int_equal(entry_from_v1(&first, &session, "main", 0, false, &err), TT_OK);
	assert_string_equal(first.id, "1886bb51-cbe1-5ce1-b7da-a2ac2d9ba542");
	for (int i = 0; i < 4; i++) {
		assert_int_equal(
			entry_from_v1(&other, &sessions[i], "main", 0, false, &err), TT_OK);
		assert_int_equal(strcmp(first.id, other.id) == 0, i == 0);
	}
	assert_int_equal(entry_from_v1(&other, &session, "main", 1, false, &err), TT_OK);
	assert_string_not_equal(first.id, other.id);
	assert_int_equal(entry_from_v1(&other, &session, "dev", 0, false, &err), TT_OK);
	assert_string_not_equal(first.id, other.id);
}

static void entry_from_v1__refuses_a_time_it_cannot_read(void **state)
{
	struct entry_v1 bad = { "yester\x1b"
				"day",
		1, "" };
	struct tt_error err = TT_ERROR_INIT;
	struct entry e;

	(void)state;
	assert_int_equal(entry_from_v1(&e, &bad, "main", 0, false, &err), TT_EINPUT);
	assert_string_equal(err.msg, "'yester\\x1bday' is not a time like 2026-11-23T09:00:00");
}

static void entry_v1_ordinal__counts_equal_sessions_only(void **state)
{
	_cleanup_(entry_v1_seen_freep) struct entry_v1_seen *seen = NULL;
	struct entry_v1 other = session;

	(void)state;
	other.tokens++;
	assert_int_equal(entry_v1_ordinal(&seen, &session), 0);
	assert_int_equal(entry_v1_ordinal(&seen, &other), 0);
	assert_int_equal(entry_v1_ordinal(&seen, &session), 1);
	assert_int_equal(entry_v1_ordinal(&seen, &session), 2);
	assert_int_equal(entry_v1_ordinal(&seen, &other), 1);
}

static void entry_v1_decode__says_what_is_wrong(void **state)
{
	static const struct {
		const char *json, *message;
	} cases[] = {
		{ "{\"timestamp\":\"t\",\"tokens\":5,\"notes\":null,\"x\":[1]}", NULL },
		{ "{\"tokens\":5}", "line 1, column 11: a session has no 'timestamp'" },
		{ "{\"timestamp\":\"t\"}", "line 1, column 14: a session has no 'tokens'" },
		{ "{\"timestamp\":\"t\",\"tokens\":-1}",
			"line 1, column 27: -1 is outside 0 to 9007199254740991" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(arena_release) struct arena arena = ARENA_INIT;
		struct json_reader r;
		struct entry_v1 v1;

		json_reader_init(&r, cases[i].json, strlen(cases[i].json));
		entry_v1_decode(&r, &arena, &v1);
		assert_int_equal(r.failed, cases[i].message != NULL);
		if (r.failed)
			assert_string_equal(r.error.msg, cases[i].message);
		else
			assert_string_equal(v1.notes, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entry_kind_parse__reads_what_entry_kind_name_writes),
		cmocka_unit_test(entry_counted_tokens__leaves_out_void_entries_and_readings),
		cmocka_unit_test(entry_check__refuses_counts_out_of_range),
		cmocka_unit_test(entry_check__refuses_texts_that_do_not_fit),
		cmocka_unit_test(entry_new_id__is_a_random_uuid),
		cmocka_unit_test(entry_derived_id__never_changes),
		cmocka_unit_test(entry_derived_id__keeps_parts_apart),
		cmocka_unit_test(entry_id_is_valid__wants_36_characters_in_lower_case),
		cmocka_unit_test(entry_from_v1__is_exact_where_the_zone_is_known),
		cmocka_unit_test(entry_from_v1__gives_every_session_its_own_id),
		cmocka_unit_test(entry_from_v1__refuses_a_time_it_cannot_read),
		cmocka_unit_test(entry_v1_ordinal__counts_equal_sessions_only),
		cmocka_unit_test(entry_v1_decode__says_what_is_wrong),
	};

	return cmocka_run_group_tests_name("entry", tests, NULL, NULL);
}
