/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "model/entry.h"

#define ID "0123abcd-0123-4123-8123-0123456789ab"
#define IDENTITY "\"id\":\"" ID "\",\"revision\":1"
#define HEAD                                                   \
	IDENTITY ",\"kind\":\"manual\",\"source\":\"manual\"," \
		 "\"timestamp\":\"2026-11-23T09:00:00Z\",\"day\":\"2026-11-23\""
#define USAGE                                                                    \
	"\"tokens\":45000,\"usage\":{\"input\":0,\"output\":0,\"cache_read\":0," \
	"\"cache_write_5m\":0,\"cache_write_1h\":0,\"unsplit\":45000}"
#define TAIL                                                                             \
	"\"requests\":0,\"web_searches\":0,\"model\":null,\"price_class\":\"standard\"," \
	"\"session_id\":null,\"last_activity\":null,\"cost_nano_usd\":null,"             \
	"\"notes\":\"Implemented user authentication\",\"commit\":null,\"author\":null," \
	"\"host\":null,\"void\":false"
#define FULL                                                                                    \
	"{" IDENTITY ",\"kind\":\"measured\",\"source\":\"transcript\","                        \
	"\"timestamp\":\"2026-11-23T09:00:00.250Z\",\"day\":\"2026-11-24\",\"tokens\":21,"      \
	"\"usage\":{\"input\":1,\"output\":2,\"cache_read\":3,\"cache_write_5m\":4,"            \
	"\"cache_write_1h\":5,\"unsplit\":6},\"requests\":7,\"web_searches\":8,"                \
	"\"model\":\"claude-opus-5\",\"price_class\":\"fast+us\",\"session_id\":\"s\","         \
	"\"last_activity\":\"2026-11-23T10:00:00Z\",\"cost_nano_usd\":9,"                       \
	"\"notes\":\"a\\n\\u001b\\\"\xc3\xa9\",\"commit\":\"c0ffee\",\"author\":\"dev@example." \
	"com\","                                                                                \
	"\"host\":\"laptop\",\"void\":true,\"x\":[1,\"b c\\\"\"],\"y\":{\"tokens\":5}"
#define HISTORY ",\"history\":[{\"revision\":1}]"

static bool decode(const char *json, struct arena *arena, struct entry *e, struct tt_error *err)
{
	struct json_reader r;

	json_reader_init(&r, json, strlen(json));
	entry_decode(&r, arena, e);
	json_reader_end(&r);
	return json_reader_error(&r, err) == TT_OK;
}

static void assert_round_trip(const char *json, enum entry_form form, const char *expected)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct tt_error err = TT_ERROR_INIT;
	struct entry e;

	if (!decode(json, &arena, &e, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(entry_check(&e, &err), TT_OK);
	entry_encode(&out, &e, form);
	assert_string_equal(out.buf, expected);
}

static void entry_encode__writes_what_entry_decode_read(void **state)
{
	static const char manual[] = "{" HEAD "," USAGE "," TAIL "}";

	(void)state;
	assert_round_trip(manual, ENTRY_FORM_LEDGER, manual);
	assert_round_trip(manual, ENTRY_FORM_EXPORT, manual);
	assert_round_trip(FULL HISTORY "}", ENTRY_FORM_LEDGER, FULL HISTORY "}");
	assert_round_trip(FULL HISTORY "}", ENTRY_FORM_EXPORT, FULL "}");
}

static void entry_decode__takes_any_order_and_absent_members(void **state)
{
	(void)state;
	assert_round_trip("{ " USAGE
			  ",\n\"notes\":\"Implemented user authentication\",\"history\":null,"
			  "\"requests\":null,\"void\":null,\"price_class\":null," HEAD "}",
		ENTRY_FORM_LEDGER, "{" HEAD "," USAGE "," TAIL "}");
}

static void entry_decode__keeps_unknown_members_on_one_line(void **state)
{
	(void)state;
	assert_round_trip("{\"x\" : { \"a b\" :\n [ 1 , \" \\\" \" ]\r} ," HEAD "," USAGE "," TAIL
			  ",\n\"y\": null}",
		ENTRY_FORM_EXPORT,
		"{" HEAD "," USAGE "," TAIL ",\"x\":{\"a b\":[1,\" \\\" \"]},\"y\":null}");
}

static void entry_decode__says_what_is_wrong_and_where(void **state)
{
	static const struct {
		const char *json, *message;
	} cases[] = {
		{ "[]", "line 1, column 1: expected an object" },
		{ "{}", "line 1, column 1: the entry has no 'id'" },
		{ "{" HEAD "," TAIL "}", "line 1, column 1: the entry has no 'tokens'" },
		{ "{" HEAD "," USAGE ",\n\"tokens\":45000}",
			"line 2, column 1: 'tokens' appears twice" },
		{ "{\n\"notes\":null,\"notes\":null}", "line 2, column 14: 'notes' appears twice" },
		{ "{" HEAD ",\"tokens\":5,\"usage\":{\"input\":4}}",
			"line 1, column 1: 'tokens' is 5, but 'usage' adds up to 4" },
		{ "{\"usage\":{\"input\":4,\"input\":4}}",
			"line 1, column 21: 'input' appears twice" },
		{ "{\"usage\":{\"thinking\":4}}",
			"line 1, column 11: a kind of usage that this version does not know" },
		{ "{\"usage\":{\"input\":-1}}",
			"line 1, column 19: -1 is outside 0 to 9007199254740991" },
		{ "{\"tokens\":9007199254740992}",
			"line 1, column 11: 9007199254740992 is outside 0 to 9007199254740991" },
		{ "{\"tokens\":1.5}",
			"line 1, column 11: not a whole number that fits in 64 bits" },
		{ "{\"tokens\":\"5\"}", "line 1, column 11: expected a whole number" },
		{ "{\"revision\":null}", "line 1, column 13: expected a whole number" },
		{ "{\"id\":\"a\"}", "line 1, column 7: 'id' is not a UUID in lower case" },
		{ "{\"id\":null}", "line 1, column 7: expected a string" },
		{ "{\"kind\":\"x\"}", "line 1, column 9: 'kind' is none that this version knows" },
		{ "{\"timestamp\":\"2026-11-23\"}",
			"line 1, column 14: 'timestamp' is not a time like 2026-11-23T09:00:00Z" },
		{ "{\"last_activity\":\"9999-12-31T23:59:59-01:00\"}",
			"line 1, column 18: 'last_activity' is not a time like "
			"2026-11-23T09:00:00Z" },
		{ "{\"day\":\"2026-02-30\"}",
			"line 1, column 8: 'day' is not a day like 2026-11-23" },
		{ "{\"price_class\":\"A\"}", "line 1, column 16: 'price_class' is not made of "
					     "lower-case words and '+'" },
		{ "{\"history\":{}}", "line 1, column 12: expected an array" },
		{ "{\"void\":0}", "line 1, column 9: expected true or false" },
		{ "{\"x\":[1,}", "line 1, column 9: not JSON" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(arena_release) struct arena arena = ARENA_INIT;
		struct tt_error err = TT_ERROR_INIT;
		struct entry e = ENTRY_INIT;

		assert_false(decode(cases[i].json, &arena, &e, &err));
		assert_string_equal(err.msg, cases[i].message);
		assert_string_equal(e.id, "");
	}
}

/* {"<member>":"xxx..."} with n times x */
static char *long_member(const char *member, int n)
{
	_autofree_ char *text = xmalloc((size_t)n + 1);

	memset(text, 'x', (size_t)n);
	text[n] = '\0';
	return xasprintf("{\"%s\":\"%s\"}", member, text);
}

static void entry_decode__caps_lengths(void **state)
{
	static const struct {
		const char *member;
		int len;
		const char *message;
	} cases[] = {
		{ "notes", ENTRY_NOTES_MAX, "line 1, column 1: the entry has no 'id'" },
		{ "notes", ENTRY_NOTES_MAX + 1,
			"line 1, column 10: 'notes' has more than 65536 bytes" },
		{ "model", ENTRY_NAME_MAX + 1,
			"line 1, column 10: 'model' has more than 1024 bytes" },
		{ "x", ENTRY_UNKNOWN_MAX,
			"line 1, column 6: the members that this version does not know have more "
			"than 65536 bytes" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(arena_release) struct arena arena = ARENA_INIT;
		_autofree_ char *json = long_member(cases[i].member, cases[i].len);
		struct tt_error err = TT_ERROR_INIT;
		struct entry e = ENTRY_INIT;

		assert_false(decode(json, &arena, &e, &err));
		assert_string_equal(err.msg, cases[i].message);
	}
}

static int64_t hash_of(const char *json)
{
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct tt_error err = TT_ERROR_INIT;
	struct entry e;

	if (!decode(json, &arena, &e, &err))
		fail_msg("%s", err.msg);
	return entry_hash(&e);
}

/* The hash is stored and compared between machines and releases. */
static void entry_hash__never_changes(void **state)
{
	(void)state;
	assert_true(hash_of("{" HEAD "," USAGE "," TAIL "}") == INT64_C(-1053212201610036985));
	assert_true(hash_of(FULL "}") == INT64_C(-2289155403045223973));
}

static void entry_hash__sees_content_but_not_identity_or_history(void **state)
{
	int64_t hash = hash_of(FULL "}");

	(void)state;
	assert_true(hash_of(FULL HISTORY "}") == hash);
	assert_true(hash_of(FULL ",\"z\":1}") != hash);
	assert_true(hash_of("{" HEAD "," USAGE "," TAIL "}") != hash);
	assert_true(
		hash_of("{" HEAD "," USAGE "}") != hash_of("{" HEAD "," USAGE ",\"void\":true}"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entry_encode__writes_what_entry_decode_read),
		cmocka_unit_test(entry_decode__takes_any_order_and_absent_members),
		cmocka_unit_test(entry_decode__keeps_unknown_members_on_one_line),
		cmocka_unit_test(entry_decode__says_what_is_wrong_and_where),
		cmocka_unit_test(entry_decode__caps_lengths),
		cmocka_unit_test(entry_hash__never_changes),
		cmocka_unit_test(entry_hash__sees_content_but_not_identity_or_history),
	};

	return cmocka_run_group_tests_name("entry_json", tests, NULL, NULL);
}
