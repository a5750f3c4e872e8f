/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/capture/lenient.h"
#include "base/cleanup.h"

static struct json_reader reader(const char *text)
{
	struct json_reader r;

	json_reader_init(&r, text, strlen(text));
	r.lenient = true;
	return r;
}

/* The whole text was passed, and no more. */
static void assert_passed(struct json_reader *r)
{
	struct tt_error err = TT_ERROR_INIT;

	json_reader_end(r);
	assert_int_equal(json_reader_error(r, &err), TT_OK);
}

static void lenient_text__is_null_for_what_is_no_string(void **state)
{
	static const char *const others[] = { "1", "true", "null", "[\"a\"]", "{\"a\":\"b\"}" };
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct json_reader r = reader("\"a\\u00e9\"");

	(void)state;
	assert_string_equal(lenient_text(&r, &arena), "a\303\251");
	assert_passed(&r);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		r = reader(others[i]);
		assert_null(lenient_text(&r, &arena));
		assert_passed(&r);
	}
}

static void lenient_bool__is_true_only_for_true(void **state)
{
	static const char *const others[] = { "false", "1", "\"true\"", "null", "[true]", "{}" };
	struct json_reader r = reader("true");

	(void)state;
	assert_true(lenient_bool(&r));
	assert_passed(&r);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		r = reader(others[i]);
		assert_false(lenient_bool(&r));
		assert_passed(&r);
	}
}

static void lenient_object__and_array_pass_what_is_another(void **state)
{
	struct json_reader r = reader("[{}]");

	(void)state;
	assert_false(lenient_object(&r));
	assert_passed(&r);
	r = reader("{\"a\":[]}");
	assert_false(lenient_array(&r));
	assert_passed(&r);
	r = reader("[1]");
	assert_true(lenient_array(&r));
	assert_true(json_next_element(&r));
	assert_int_equal(json_read_int(&r, 1, 1), 1);
	assert_false(json_next_element(&r));
	assert_passed(&r);
	r = reader("{}");
	assert_true(lenient_object(&r));
}

/* --- decimals ------------------------------------------------------------------------- */

static void lenient_decimal__is_exact_from_the_digits(void **state)
{
	static const struct {
		const char *text;
		int scale;
		int64_t value;
	} cases[] = {
		{ "0", 9, 0 },
		{ "-0", 9, 0 },
		{ "7", 0, 7 },
		{ "0.0348", 9, 34800000 },
		{ "-1.5", 1, -15 },
		{ "1.2345e3", 1, 12345 },
		{ "12345E-4", 4, 12345 },
		{ "1e+2", 0, 100 },
		{ "0.000000001", 9, 1 },
		{ "100000000000000000000e-20", 0, 1 },
		{ "0e99999999999999999999", 0, 0 },
		{ "0.0e-99999999999999999999", 9, 0 },
		{ "9223372036854775807", 0, INT64_MAX },
		{ "-9223372036854775807", 0, -INT64_MAX },
		{ "9.223372036854775807e18", 0, INT64_MAX },
		{ "0.000", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct json_reader r = reader(cases[i].text);
		int64_t value = 99;
		bool exact = false;

		assert_true(lenient_decimal(&r, cases[i].scale, &value, &exact));
		assert_passed(&r);
		assert_true(value == cases[i].value);
		assert_true(exact || strstr(cases[i].text, "00e-20"));
	}
}

static void lenient_decimal__rounds_half_to_even(void **state)
{
	static const struct {
		const char *text;
		int64_t value;
	} cases[] = {
		{ "0.4", 0 },
		{ "0.5", 0 },
		{ "0.50", 0 },
		{ "0.500000000000000000001", 1 },
		{ "0.51", 1 },
		{ "0.6", 1 },
		{ "1.5", 2 },
		{ "2.5", 2 },
		{ "-2.5", -2 },
		{ "-3.5", -4 },
		{ "2.49999999999999999999", 2 },
		{ "0.99", 1 },
		{ "0.09", 0 },
		{ "99e-3", 0 },
		{ "5e-1", 0 },
		{ "15e-1", 2 },
		{ "9e-9999999999", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct json_reader r = reader(cases[i].text);
		int64_t value = 99;
		bool exact = true;

		assert_true(lenient_decimal(&r, 0, &value, &exact));
		assert_int_equal(value, cases[i].value);
		assert_false(exact);
	}
}

static void lenient_decimal__refuses_what_does_not_fit_or_is_no_number(void **state)
{
	static const char *const cases[] = { "9223372036854775808", "-9223372036854775808",
		"9223372036854775807.5", "1e19", "1e99999999999", "null", "\"1\"", "[1]",
		"{\"a\":1}", "true" };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct json_reader r = reader(cases[i]);
		int64_t value = 99;
		bool exact = true;

		assert_false(lenient_decimal(&r, 0, &value, &exact));
		assert_int_equal(value, 99);
		assert_true(exact);
		assert_passed(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lenient_text__is_null_for_what_is_no_string),
		cmocka_unit_test(lenient_bool__is_true_only_for_true),
		cmocka_unit_test(lenient_object__and_array_pass_what_is_another),
		cmocka_unit_test(lenient_decimal__is_exact_from_the_digits),
		cmocka_unit_test(lenient_decimal__rounds_half_to_even),
		cmocka_unit_test(lenient_decimal__refuses_what_does_not_fit_or_is_no_number),
	};

	return cmocka_run_group_tests_name("lenient", tests, NULL, NULL);
}
