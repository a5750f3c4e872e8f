/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/cli/disguise.h"
#include "base/cleanup.h"

static const struct disguise strict = { .home = "/home/ada" },
			     named = { .home = "/home/ada", .names = true };

static void assert_disguised(const struct disguise *d, const char *line, const char *expected)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;

	disguise_add(&out, d, line);
	assert_string_equal(out.buf, expected);
}

static void disguise_add__shows_no_path_below_home(void **state)
{
	(void)state;
	assert_disguised(&strict, "'/home/ada/secret plan/x' can be read by others (mode 755)",
		"'~/...' can be read by others (mode 755)");
	assert_disguised(&strict, "/home/ada /home/ada/x", "~ ~/...");
	assert_disguised(&strict, "rm /home/ada/.local/x (once)", "rm ~/... (once)");
	assert_disguised(&strict, "file=/home/ada/x", "file=~/...");
	assert_disguised(&strict, "(/home/ada/x", "(~/...");
	assert_disguised(&strict, "'~/secret'", "'/...'");
	assert_disguised(&named, "'/home/ada/secret'", "'~/...'");
}

static void disguise_add__keeps_the_first_part_of_a_systems_path(void **state)
{
	(void)state;
	assert_disguised(&strict, "'/mnt/share/claude', '/srv' and '/acme/app'",
		"'/mnt/...', '/srv' and '/...'");
	assert_disguised(&strict, "/usr/bin/import-tokens", "/usr/...");
	assert_disguised(&strict, "'/home/adam/x'", "'/home/...'");
}

static void disguise_add__shows_no_address(void **state)
{
	(void)state;
	assert_disguised(&strict, "by ada@example.com", "by <...>");
	assert_disguised(&named, "'ada@example.com'", "'<...>'");
	assert_disguised(&named, "'postgresql://u:geheim@db.example.com/x' is not there",
		"'postgresql://...' is not there");
	assert_disguised(&strict, "at https://git.example.com/x?token=1", "at https://...");
}

static void disguise_add__shows_names_only_when_asked(void **state)
{
	(void)state;
	assert_disguised(&strict, "added 7 tokens on 'feature-x'", "added 7 tokens on '...'");
	assert_disguised(&named, "added 7 tokens on 'feature-x'", "added 7 tokens on 'feature-x'");
	assert_disguised(&strict, "github.com/acme/app in '/x'", "... in '/...'");
	assert_disguised(&named, "github.com/acme/app in '/x'", "github.com/acme/app in '/...'");
}

static void disguise_add__keeps_commands(void **state)
{
	(void)state;
	assert_disguised(&strict, "none ('track-tokens sync' makes it)",
		"none ('track-tokens sync' makes it)");
	assert_disguised(&strict, "'git add temp/secret'", "'...'");
}

static void disguise_add__is_not_led_astray_by_apostrophes(void **state)
{
	(void)state;
	assert_disguised(&strict, "'/home/ada/it's mine/x' is", "'~/...' is");
	assert_disguised(&strict, "the plan's limits of 'x'", "the plan's limits of '...'");
	assert_disguised(&strict, "'/home/ada/open", "...");
	assert_disguised(&strict, "", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(disguise_add__shows_no_path_below_home),
		cmocka_unit_test(disguise_add__keeps_the_first_part_of_a_systems_path),
		cmocka_unit_test(disguise_add__shows_no_address),
		cmocka_unit_test(disguise_add__shows_names_only_when_asked),
		cmocka_unit_test(disguise_add__keeps_commands),
		cmocka_unit_test(disguise_add__is_not_led_astray_by_apostrophes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
