/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/store/pg_store.h"
#include "base/cleanup.h"

static const char *value(const struct pg_params *p, const char *keyword)
{
	for (size_t i = 0; i < p->count; i++)
		if (strcmp(p->keywords[i], keyword) == 0)
			return p->values[i];
	return "-";
}

static void forget_environment(void)
{
	static const char *const names[] = { "PGHOST", "PGHOSTADDR", "PGSSLMODE", "PGSSLROOTCERT",
		"PGSERVICE" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unsetenv(names[i]);
}

static void read_params(struct pg_params *p, const char *url, bool insecure)
{
	_cleanup_(strbuf_release) struct strbuf left_out = STRBUF_INIT;
	struct tt_error err = TT_ERROR_INIT;

	assert_int_equal(pg_params_read(p, url, insecure, &left_out, &err), TT_OK);
}

static void pg_params_read__verifies_servers_elsewhere_unless_told_otherwise(void **state)
{
	static const struct {
		const char *url, *mode;
		bool insecure;
	} cases[] = {
		{ "postgresql://db.example.com/x", "verify-full", false },
		{ "postgresql://db.example.com/x", "require", true },
		{ "postgresql://db.example.com/x?sslmode=prefer", "prefer", false },
		{ "postgresql://db.example.com/x?sslmode=disable", "disable", true },
		{ "postgresql://db.example.com/x?sslmode=verify-ca", "verify-ca", false },
		{ "postgresql://db.example.com/x?sslmode=verify-full", "require", true },
		{ "postgresql://localhost,db.example.com/x", "verify-full", false },
		{ "postgresql://localhost.example.com/x", "verify-full", false },
		{ "postgresql:///x?hostaddr=192.0.2.1&host=localhost", "verify-full", false },
		{ "postgresql://localhost/x", "-", false },
		{ "postgresql://127.0.0.1,[::1]/x", "-", false },
		{ "postgresql:///x?host=/run/postgresql", "-", false },
		{ "postgresql:", "-", false },
	};

	(void)state;
	forget_environment();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(pg_params_release) struct pg_params p = { 0 };

		read_params(&p, cases[i].url, cases[i].insecure);
		assert_string_equal(value(&p, "sslmode"), cases[i].mode);
		assert_string_equal(value(&p, "client_encoding"), "UTF8");
	}
}

static void pg_params_read__takes_what_libpq_finds_in_the_environment(void **state)
{
	_cleanup_(pg_params_release) struct pg_params there = { 0 }, said = { 0 };

	(void)state;
	forget_environment();
	setenv("PGHOST", "db.example.com", 1);
	read_params(&there, "postgresql:", false);
	assert_string_equal(value(&there, "sslmode"), "verify-full");
	setenv("PGSSLMODE", "require", 1);
	read_params(&said, "postgresql:", false);
	assert_string_equal(value(&said, "sslmode"), "-");
	forget_environment();
}

static void pg_params_read__trusts_the_system_when_no_root_certificate_is_named(void **state)
{
	_cleanup_(pg_params_release) struct pg_params named = { 0 }, open = { 0 };

	(void)state;
	forget_environment();
	read_params(&named, "postgresql://db.example.com/x?sslrootcert=/my.crt", false);
	assert_string_equal(value(&named, "sslrootcert"), "/my.crt");
	read_params(&open, "postgresql://db.example.com/x", true);
	assert_string_equal(value(&open, "sslrootcert"), "-");
}

static void pg_params_read__says_what_is_wrong_without_the_password(void **state)
{
	static const struct {
		const char *url, *message;
	} cases[] = {
		{ "postgresql:db",
			"the database URL is wrong: write 'postgresql://user@host/database'" },
		{ "postgresql://dev:hunter2@db/x?hunter2=1",
			"the database URL is wrong: invalid URI query parameter: \"***\"" },
		{ "postgresql://dev:hunter2@db/x?sslmode=hunter2%",
			"the database URL is wrong: invalid percent-encoded token: \"***%\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(strbuf_release) struct strbuf left_out = STRBUF_INIT;
		_cleanup_(pg_params_release) struct pg_params p = { 0 };
		struct tt_error err = TT_ERROR_INIT;

		assert_int_equal(
			pg_params_read(&p, cases[i].url, false, &left_out, &err), TT_EUSAGE);
		assert_string_equal(err.msg, cases[i].message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pg_params_read__verifies_servers_elsewhere_unless_told_otherwise),
		cmocka_unit_test(pg_params_read__takes_what_libpq_finds_in_the_environment),
		cmocka_unit_test(
			pg_params_read__trusts_the_system_when_no_root_certificate_is_named),
		cmocka_unit_test(pg_params_read__says_what_is_wrong_without_the_password),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
