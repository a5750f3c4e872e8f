/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json_reader.h"
#include "base/json_writer.h"

/* Reads one value of any type as a whole document: NULL, or the error. */
static const char *read_document(const char *text, size_t len)
{
	static struct tt_error err;
	struct json_reader r;

	json_reader_init(&r, text, len);
	json_skip(&r);
	json_reader_end(&r);
	return json_reader_error(&r, &err) == TT_OK ? NULL : err.msg;
}

static void json_skip__accepts_what_rfc_8259_allows(void **state)
{
	static const char *const valid[] = { "null", "true", "false", "0", "-0", "1e5", "1.5E-3",
		"\"\"", "\"\\u0041\\n\\/\"", "\"\\ud83d\\ude00\"", "[]", "{}", "[1,[2,{\"a\":3}]]",
		" \t\r\n[ 1 , 2 ] \n", "\xef\xbb\xbf{\"a\":1}", "\"caf\xc3\xa9\"" };

	(void)state;
	for (size_t i = 0; i < sizeof valid / sizeof *valid; i++)
		assert_null(read_document(valid[i], strlen(valid[i])));
}

static void json_skip__refuses_everything_else(void **state)
{
	static const char *const invalid[] = { "", " ", "nul", "tru", "NaN", "Infinity", "01", "+1",
		".5", "5.", "1e", "0x10", "--1", "'a'", "\"", "\"a", "\"\\x\"", "\"\\u12G4\"",
		"\"\\u0000\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\udc00\\ud800\"", "\"a\x01\"",
		"\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xff\"", "[", "[1",
		"[1,", "[1,]", "[1 2]", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "[1}",
		"{\"a\":1]", "1 2", "{}x", "/*x*/1", "\xff\xfe" };

	(void)state;
	for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++)
		if (!read_document(invalid[i], strlen(invalid[i])))
			fail_msg("accepted: %s", invalid[i]);
}

static void json_skip__refuses_a_nul_byte_after_the_document(void **state)
{
	(void)state;
	assert_string_equal(
		read_document("{}\0x", 4), "line 1, column 3: text after the end of the document");
}

static void json_skip__refuses_every_prefix_of_a_document(void **state)
{
	static const char text[] = "{\"a\":[1,-2.5e3,\"x\\u00e9\",true,null],\"b\":{}}";

	(void)state;
	for (size_t len = 0; len < sizeof text - 1; len++)
		assert_non_null(read_document(text, len));
	assert_null(read_document(text, sizeof text - 1));
}

static void json_skip__stops_at_the_depth_limit(void **state)
{
	char text[2 * (JSON_MAX_DEPTH + 1)];

	(void)state;
	memset(text, '[', JSON_MAX_DEPTH + 1);
	memset(text + JSON_MAX_DEPTH + 1, ']', JSON_MAX_DEPTH + 1);
	assert_string_equal(
		read_document(text, sizeof text), "line 1, column 65: nested too deeply");
	assert_null(read_document(text + 1, sizeof text - 2));
}

static void json_read_int__is_exact_or_refuses(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t value;
	} cases[] = {
		{ "0", true, 0 },
		{ "-0", true, 0 },
		{ "9007199254740993", true, INT64_C(9007199254740993) },
		{ "9223372036854775807", true, INT64_MAX },
		{ "-9223372036854775808", true, INT64_MIN },
		{ "9223372036854775808", false, 0 },
		{ "18446744073709551616", false, 0 },
		{ "5e0", true, 5 },
		{ "5E+3", true, 5000 },
		{ "0e999", true, 0 },
		{ "1e400", false, 0 },
		{ "5e-1", false, 0 },
		{ "1.5", false, 0 },
		{ "1.0", false, 0 },
		{ "\"5\"", false, 0 },
		{ "null", false, 0 },
		{ "[5]", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct json_reader r;
		int64_t value;

		json_reader_init(&r, cases[i].text, strlen(cases[i].text));
		value = json_read_int(&r, INT64_MIN, INT64_MAX);
		json_reader_end(&r);
		if (r.failed == cases[i].ok || value != cases[i].value)
			fail_msg("%s gave %lld, %s", cases[i].text, (long long)value, r.error.msg);
	}
}

static void json_read_ints__reads_what_is_there_and_no_more(void **state)
{
	static const struct {
		const char *text;
		size_t count;
	} cases[] = {
		{ "[1,22,333]", 3 },
		{ "[1,22,333,4]", 3 },
		{ "[1, 22 ,\n333]", 3 },
		{ "[1,22e0,333]", 3 },
		{ "[1,22]", 2 },
		{ "[]", 0 },
		{ "[1,22,-3]", 0 },
		{ "[1,22,1001]", 0 },
		{ "[1,022,3]", 0 },
		{ "[1,,3]", 0 },
		{ "[1,\"2\",3]", 0 },
		{ "[1,22", 0 },
		{ "[1,22,", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t out[4] = { 0 };
		struct json_reader r;

		json_reader_init(&r, cases[i].text, strlen(cases[i].text));
		json_enter_array(&r);
		assert_int_equal(json_read_ints(&r, out, 3, 0, 1000), cases[i].count);
		if (cases[i].count > 1)
			assert_int_equal(out[1], 22);
		if (cases[i].count > 2)
			assert_int_equal(out[2], 333);
	}
}

static void json_read_int__names_place_and_range(void **state)
{
	struct tt_error err = TT_ERROR_INIT;
	struct json_text key;
	struct json_reader r;

	(void)state;
	json_reader_init(&r, "{\n  \"tokens\": -5}", 17);
	json_enter_object(&r);
	assert_true(json_next_key(&r, &key));
	assert_true(json_text_is(key, "tokens"));
	assert_int_equal(json_read_int(&r, 0, 10), 0);
	assert_false(json_next_key(&r, &key));
	assert_int_equal(json_reader_error(&r, &err), TT_EINPUT);
	assert_string_equal(err.msg, "line 2, column 13: -5 is outside 0 to 10");
}

static void json_read_string__undoes_escapes(void **state)
{
	static const char text[] = "\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u20ac\\ud83d\\ude00\"";
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct json_reader r;

	(void)state;
	json_reader_init(&r, text, sizeof text - 1);
	assert_string_equal(json_read_string(&r, &arena),
		"a\"\\/\b\f\n\r\t\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
	json_reader_end(&r);
	assert_false(r.failed);
}

static void json_read_raw__gives_the_value_as_written(void **state)
{
	static const char text[] = "[ {\"a\" : 1.50} , 2]";
	struct json_text raw;
	struct json_reader r;

	(void)state;
	json_reader_init(&r, text, sizeof text - 1);
	json_enter_array(&r);
	assert_true(json_next_element(&r));
	raw = json_read_raw(&r);
	assert_int_equal(raw.len, 12);
	assert_memory_equal(raw.at, "{\"a\" : 1.50}", 12);
	assert_true(json_next_element(&r));
	assert_int_equal(json_read_int(&r, 0, 9), 2);
	assert_false(json_next_element(&r));
	json_reader_end(&r);
	assert_false(r.failed);
}

static void json_reader_fail__keeps_the_first_error(void **state)
{
	struct tt_error err = TT_ERROR_INIT;
	struct json_reader r;

	(void)state;
	json_reader_init(&r, "5", 1);
	(void)json_read_int(&r, 0, 9);
	json_reader_fail(&r, "first");
	json_reader_fail(&r, "second");
	assert_int_equal(json_read_int(&r, 0, 9), 0);
	(void)json_reader_error(&r, &err);
	assert_string_equal(err.msg, "line 1, column 1: first");
}

static void json_writer__writes_what_the_reader_reads(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct json_writer w = { .out = &out };

	(void)state;
	json_open(&w, '{');
	json_put_int(&w, "big", INT64_MAX);
	json_put_string(&w, "text", "a\"\\\n\x01\x7f\xc3\xa9\xff");
	json_put_string(&w, "hidden", "\xc2\x9b\xe2\x80\xae\xf3\xa0\x80\x81\xf0\x9f\x98\x80");
	json_put_string(&w, "none", NULL);
	json_key(&w, "list");
	json_open(&w, '[');
	json_bool(&w, true);
	json_open(&w, '{');
	json_close(&w, '}');
	json_int(&w, -1);
	json_int(&w, 0);
	json_int(&w, INT64_MIN);
	json_close(&w, ']');
	json_close(&w, '}');
	assert_string_equal(out.buf, "{\"big\":9223372036854775807,\"text\":"
				     "\"a\\\"\\\\\\n\\u0001\\u007f\xc3\xa9\xef\xbf\xbd\","
				     "\"hidden\":\"\\u009b\\u202e\\udb40\\udc01\xf0\x9f\x98\x80\","
				     "\"none\":null,\"list\":[true,{},-1,0,-9223372036854775808]}");
	assert_null(read_document(out.buf, out.len));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_skip__accepts_what_rfc_8259_allows),
		cmocka_unit_test(json_skip__refuses_everything_else),
		cmocka_unit_test(json_skip__refuses_a_nul_byte_after_the_document),
		cmocka_unit_test(json_skip__refuses_every_prefix_of_a_document),
		cmocka_unit_test(json_skip__stops_at_the_depth_limit),
		cmocka_unit_test(json_read_int__is_exact_or_refuses),
		cmocka_unit_test(json_read_int__names_place_and_range),
		cmocka_unit_test(json_read_ints__reads_what_is_there_and_no_more),
		cmocka_unit_test(json_read_string__undoes_escapes),
		cmocka_unit_test(json_read_raw__gives_the_value_as_written),
		cmocka_unit_test(json_reader_fail__keeps_the_first_error),
		cmocka_unit_test(json_writer__writes_what_the_reader_reads),
	};
	return cmocka_run_group_tests_name("json_reader", tests, NULL, NULL);
}
