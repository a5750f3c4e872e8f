/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "model/money.h"

#define ROWS(table) (sizeof(table) / sizeof *(table))

static void money_cost__is_exact_in_pico_dollars(void **state)
{
	static const struct {
		int64_t tokens, micro;
		int64_t pico;
	} rows[] = {
		{ 1, 3000000, 3000000 },
		{ 1000000, 3000000, INT64_C(3000000000000) },
		{ 1, 37500, 37500 },
		{ 0, 75000000, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct money m = money_cost(rows[i].tokens, (struct rate){ rows[i].micro });

		assert_true(m.pico == rows[i].pico);
	}
}

static void money_nano__rounds_half_to_even(void **state)
{
	static const struct {
		int64_t pico, nano;
	} rows[] = {
		{ 499, 0 },
		{ 500, 0 },
		{ 501, 1 },
		{ 1499, 1 },
		{ 1500, 2 },
		{ 2500, 2 },
		{ -500, 0 },
		{ -501, -1 },
		{ -1500, -2 },
		{ -2500, -2 },
		{ 3000, 3 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		int64_t nano = -99;

		assert_true(money_nano(&nano, (struct money){ rows[i].pico }));
		assert_int_equal(nano, rows[i].nano);
	}
}

static void money_nano__refuses_what_does_not_fit_and_keeps_the_target(void **state)
{
	int64_t nano = 7;
	struct money m = money_from_nano(INT64_MAX);

	(void)state;
	assert_true(money_nano(&nano, m));
	assert_true(nano == INT64_MAX);
	nano = 7;
	assert_true(money_add(&m, (struct money){ 1000 }));
	assert_false(money_nano(&nano, m));
	assert_int_equal(nano, 7);
}

static void money_add__refuses_overflow_and_keeps_the_sum(void **state)
{
	const __int128 most = ((__int128)1 << 126) - 1 + ((__int128)1 << 126);
	struct money sum = { most };

	(void)state;
	assert_false(money_add(&sum, (struct money){ 1 }));
	assert_true(sum.pico == most);
}

static void money_add_text__has_exactly_the_places_asked_for(void **state)
{
	static const struct {
		int64_t pico;
		int places;
		const char *text;
	} rows[] = {
		{ INT64_C(12345678901000), 4, "12.3457" },
		{ INT64_C(-12345678901000), 6, "-12.345679" },
		{ INT64_C(1234567890123), 12, "1.234567890123" },
		{ 5, 12, "0.000000000005" },
		{ 0, 0, "0" },
		{ 0, 2, "0.00" },
		{ INT64_C(2500000000000), 0, "2" },
		{ INT64_C(3500000000000), 0, "4" },
		{ -1, 2, "0.00" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

		money_add_text(&out, (struct money){ rows[i].pico }, rows[i].places);
		assert_string_equal(out.buf, rows[i].text);
	}
}

static void money_add_dollars__shows_cents_or_four_places(void **state)
{
	static const struct {
		int64_t nano;
		const char *text;
	} rows[] = {
		{ 0, "$0.00" },
		{ 10000000, "$0.01" },
		{ 9999999, "$0.0100" },
		{ 1234567, "$0.0012" },
		{ 49999, "<$0.0001" },
		{ 1, "<$0.0001" },
		{ INT64_C(1234500000000), "$1,234.50" },
		{ INT64_C(999995000000), "$1,000.00" },
		{ INT64_C(1234567890000000), "$1,234,567.89" },
		{ INT64_C(-1200000000), "-$1.20" },
		{ -1234567, "-$0.0012" },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

		money_add_dollars(&out, money_from_nano(rows[i].nano));
		assert_string_equal(out.buf, rows[i].text);
	}
}

static void money_parse_scaled__reads_decimals_exactly(void **state)
{
	static const struct {
		const char *text;
		int scale;
		int64_t value;
	} rows[] = {
		{ "3", 6, 3000000 },
		{ "0.375", 6, 375000 },
		{ "12.5", 6, 12500000 },
		{ "0.000001", 6, 1 },
		{ "0.0000010000", 6, 1 },
		{ "0", 6, 0 },
		{ "0.0", 6, 0 },
		{ "0e-99", 6, 0 },
		{ "0.1", 1, 1 },
		{ "3e-06", 12, 3000000 },
		{ "1.25e-07", 12, 125000 },
		{ "3E+2", 0, 300 },
		{ "30000000000000000000e-19", 0, 3 },
		{ "9223372036854775807", 0, INT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		int64_t value = -1;

		assert_true(money_parse_scaled(&value, rows[i].text, rows[i].scale));
		assert_int_equal(value, rows[i].value);
	}
}

static void money_parse_scaled__refuses_everything_else(void **state)
{
	static const struct {
		const char *text;
		int scale;
	} rows[] = {
		{ "", 6 },
		{ "-1", 6 },
		{ "+1", 6 },
		{ ".5", 6 },
		{ "1.", 6 },
		{ "1e", 6 },
		{ "1e+", 6 },
		{ "1x", 6 },
		{ "1 ", 6 },
		{ " 1", 6 },
		{ "0.0000001", 6 },
		{ "9223372036854775808", 0 },
		{ "1e19", 0 },
		{ "1e99999999999", 0 },
		{ "1e-1", 0 },
		{ "0x10", 6 },
		{ "nan", 6 },
		{ "1,5", 6 },
	};

	(void)state;
	for (size_t i = 0; i < ROWS(rows); i++) {
		int64_t value = -1;

		assert_false(money_parse_scaled(&value, rows[i].text, rows[i].scale));
		assert_int_equal(value, -1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(money_cost__is_exact_in_pico_dollars),
		cmocka_unit_test(money_nano__rounds_half_to_even),
		cmocka_unit_test(money_nano__refuses_what_does_not_fit_and_keeps_the_target),
		cmocka_unit_test(money_add__refuses_overflow_and_keeps_the_sum),
		cmocka_unit_test(money_add_text__has_exactly_the_places_asked_for),
		cmocka_unit_test(money_add_dollars__shows_cents_or_four_places),
		cmocka_unit_test(money_parse_scaled__reads_decimals_exactly),
		cmocka_unit_test(money_parse_scaled__refuses_everything_else),
	};

	return cmocka_run_group_tests_name("money", tests, NULL, NULL);
}
