/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/json.h"

static struct json *parse(const char *text)
{
	struct tt_error err = TT_ERROR_INIT;
	struct json *root = NULL;

	if (json_parse(&root, text, strlen(text), &err) != TT_OK)
		fail_msg("%s: %s", text, err.msg);
	return root;
}

static void json_parse__keeps_every_digit_of_a_number(void **state)
{
	static const char *const numbers[] = {
		"0",
		"-0",
		"9007199254740993",
		"123456789012345678901234567890",
		"3e-06",
		"1E+400",
		"0.1000",
	};

	(void)state;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		_cleanup_(json_freep) struct json *root = parse(numbers[i]);

		assert_int_equal(json_typeof(root), JSON_NUMBER);
		assert_string_equal(json_number(root), numbers[i]);
		assert_null(json_text(root));
	}
}

static void json_parse__leaves_digits_inside_strings_alone(void **state)
{
	_cleanup_(json_freep) struct json *root =
		parse("\xef\xbb\xbf{\"a 1\":\"\\\"2\\\\\",\"b\":[-3,\"4\"]}");
	const struct json *first = json_first(root);
	const struct json *second = json_next(first);

	(void)state;
	assert_string_equal(json_name(first), "a 1");
	assert_string_equal(json_text(first), "\"2\\");
	assert_string_equal(json_number(json_first(second)), "-3");
	assert_string_equal(json_text(json_next(json_first(second))), "4");
	assert_null(json_next(second));
}

static void json_parse__is_strict(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "", "line 1, column 1: the text ends too early" },
		{ "{\"a\":1}x", "line 1, column 8: text after the end of the document" },
		{ "{\n\"a\":01}", "line 2, column 5: malformed number" },
		{ "\"\xff\"", "line 1, column 2: control or non-UTF-8 byte in a string" },
		{ "\"\\u0000\"", "line 1, column 2: invalid escape in a string" },
		{ "NaN", "line 1, column 1: not JSON" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tt_error err = TT_ERROR_INIT;
		struct json *root = NULL;

		assert_int_equal(
			json_parse(&root, cases[i].text, strlen(cases[i].text), &err), TT_EINPUT);
		assert_string_equal(err.msg, cases[i].message);
		assert_null(root);
	}
}

static void json_get__compares_case(void **state)
{
	_cleanup_(json_freep) struct json *root = parse("{\"Tokens\":1,\"tokens\":2}");

	(void)state;
	assert_string_equal(json_number(json_get(root, "tokens")), "2");
	assert_null(json_get(root, "TOKENS"));
	assert_null(json_get(json_get(root, "tokens"), "tokens"));
	assert_null(json_get(NULL, "tokens"));
}

static void json_integer__takes_whole_numbers_only(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		int64_t value;
	} cases[] = {
		{ "9223372036854775807", true, INT64_MAX },
		{ "-9223372036854775808", true, INT64_MIN },
		{ "9223372036854775808", false, 0 },
		{ "5e2", true, 500 },
		{ "5.0", false, 0 },
		{ "\"5\"", false, 0 },
		{ "null", false, 0 },
		{ "[5]", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(json_freep) struct json *root = parse(cases[i].text);
		int64_t value = 0;

		assert_int_equal(json_integer(root, &value), cases[i].ok);
		assert_true(value == cases[i].value);
	}
}

static void json_typeof__tells_all_types_apart(void **state)
{
	_cleanup_(json_freep) struct json *root = parse("[{},[],\"\",1,true,false,null]");
	static const enum json_type types[] = { JSON_OBJECT, JSON_ARRAY, JSON_STRING, JSON_NUMBER,
		JSON_BOOL, JSON_BOOL, JSON_NULL };
	const struct json *item = json_first(root);

	(void)state;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++, item = json_next(item)) {
		assert_int_equal(json_typeof(item), types[i]);
		assert_int_equal(json_is_true(item), i == 4);
	}
	assert_null(item);
	assert_int_equal(json_typeof(NULL), JSON_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_parse__keeps_every_digit_of_a_number),
		cmocka_unit_test(json_parse__leaves_digits_inside_strings_alone),
		cmocka_unit_test(json_parse__is_strict),
		cmocka_unit_test(json_get__compares_case),
		cmocka_unit_test(json_integer__takes_whole_numbers_only),
		cmocka_unit_test(json_typeof__tells_all_types_apart),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
