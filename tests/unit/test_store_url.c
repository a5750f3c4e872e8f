/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/store/url.h"
#include "base/cleanup.h"
#include "store/store.h"

static void store_mask_url__hides_the_password_wherever_it_stands(void **state)
{
	static const char *const cases[][2] = {
		{ "postgresql://dev:hunter2@db.example.com/tokens",
			"postgresql://dev:***@db.example.com/tokens" },
		{ "postgres://dev:hun@ter/2?#@db/tokens", "postgres://dev:***@db/tokens" },
		{ "postgresql://dev:@db/tokens", "postgresql://dev:***@db/tokens" },
		{ "postgresql://dev@db:5432/tokens", "postgresql://dev@db:5432/tokens" },
		{ "postgresql://db/tokens?user=dev&password=hunter2&sslmode=require",
			"postgresql://db/tokens?user=dev&password=***&sslmode=require" },
		{ "postgresql://db/tokens?sslpassword=a&password=b",
			"postgresql://db/tokens?sslpassword=***&password=***" },
		{ "host=db password='hunter 2' user=dev", "host=db password=*** user=dev" },
		{ "host=db password = 'it\\'s hunter2' user=dev",
			"host=db password = *** user=dev" },
		{ "postgresql://dev:hun\"ter<2>@db/x", "postgresql://dev:***@db/x" },
		{ "'postgresql://a:hunter2@b' or 'postgresql://c:hunter2@d'",
			"'postgresql://a:***@b' or 'postgresql://c:***@d'" },
		{ "mysql://dev:hunter2@db/x", "mysql://dev:***@db/x" },
		{ "sqlite:token_metrics/tokens.db", "sqlite:token_metrics/tokens.db" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

		store_mask_url(&out, cases[i][0]);
		assert_string_equal(out.buf, cases[i][1]);
	}
}

static void store_url_password__is_given_raw_and_decoded(void **state)
{
	static const struct {
		const char *url, *raw, *decoded;
	} cases[] = {
		{ "postgresql://dev:hunter2@db/x", "hunter2", "hunter2" },
		{ "postgresql://dev:a%40b%2fc@db/x", "a%40b%2fc", "a@b/c" },
		{ "postgresql://dev:100%@db/x", "100%", "100%" },
		{ "postgresql://db/x?password=s%3Dt", "s%3Dt", "s=t" },
		{ "postgresql://dev@db/x", NULL, NULL },
		{ "sqlite:x@y:z", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(strbuf_release) struct strbuf raw = STRBUF_INIT, decoded = STRBUF_INIT;

		assert_int_equal(
			store_url_password(&raw, &decoded, cases[i].url), cases[i].raw != NULL);
		assert_string_equal(raw.buf, cases[i].raw ? cases[i].raw : "");
		assert_string_equal(decoded.buf, cases[i].raw ? cases[i].decoded : "");
	}
}

static void url_check_password__names_the_character_to_encode(void **state)
{
	static const struct {
		const char *url, *message;
	} cases[] = {
		{ "postgresql://dev:a@b@db/x",
			"the password in the database URL holds '@': write it as '%40'" },
		{ "postgresql://dev:a/b@db/x",
			"the password in the database URL holds '/': write it as '%2F'" },
		{ "postgresql://dev:a#b@db/x",
			"the password in the database URL holds '#': write it as '%23'" },
		{ "postgresql://dev:a%40b@db/x", NULL },
		{ "postgresql://db:5432/x?user=a@b", NULL },
		{ "postgresql://db/x", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tt_error err = TT_ERROR_INIT;

		assert_int_equal(url_check_password(cases[i].url, &err),
			cases[i].message ? TT_EUSAGE : TT_OK);
		assert_string_equal(err.msg, cases[i].message ? cases[i].message : "");
	}
}

static void url_strip_foreign_params__leaves_the_others_in_place(void **state)
{
	static const struct {
		const char *url, *kept, *left_out;
	} cases[] = {
		{ "postgresql://db/x?schema=public", "postgresql://db/x", "schema" },
		{ "postgresql://db/x?a=1&pgbouncer=true&schema=s&b=2", "postgresql://db/x?a=1&b=2",
			"pgbouncer, schema" },
		{ "postgresql://db/x?schemas=1", "postgresql://db/x?schemas=1", "" },
		{ "postgresql://db/x", "postgresql://db/x", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(strbuf_release) struct strbuf kept = STRBUF_INIT, left_out = STRBUF_INIT;

		url_strip_foreign_params(&kept, &left_out, cases[i].url);
		assert_string_equal(kept.buf, cases[i].kept);
		assert_string_equal(left_out.buf, cases[i].left_out);
	}
}

static void url_hide__replaces_every_occurrence(void **state)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	(void)state;
	strbuf_addstr(&text, "hunter2 is not hunter2");
	url_hide(&text, "hunter2");
	url_hide(&text, "no");
	url_hide(&text, "");
	assert_string_equal(text.buf, "*** is not ***");
}

static void store_open__refuses_other_schemes_without_showing_the_password(void **state)
{
	static const char *const cases[][2] = {
		{ "postgresql+psycopg2://dev:hunter2@db/x",
			"'postgresql+psycopg2://dev:***@db/x' is no database URL: "
			"it must begin with 'sqlite:' or 'postgresql://'" },
		{ "\x1b[31mmysql://db", "'\\x1b[31mmysql://db' is no database URL: "
					"it must begin with 'sqlite:' or 'postgresql://'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tt_error err = TT_ERROR_INIT;
		struct store *store = NULL;

		assert_int_equal(
			store_open(&store, cases[i][0], &(struct store_options){ 0 }, &err),
			TT_EUSAGE);
		assert_string_equal(err.msg, cases[i][1]);
		assert_null(store);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(store_mask_url__hides_the_password_wherever_it_stands),
		cmocka_unit_test(store_url_password__is_given_raw_and_decoded),
		cmocka_unit_test(url_check_password__names_the_character_to_encode),
		cmocka_unit_test(url_strip_foreign_params__leaves_the_others_in_place),
		cmocka_unit_test(url_hide__replaces_every_occurrence),
		cmocka_unit_test(store_open__refuses_other_schemes_without_showing_the_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
