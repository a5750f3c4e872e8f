/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../src/cli/suggest.h"

static const char *best_for(const char *typed)
{
	static const char *const known[] = { "add", "show", "amend", "remove", "export", "submit",
		"reset", "init", "deinit" };
	struct suggestion s = SUGGESTION_INIT(typed);

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		suggest(&s, known[i]);
	return s.best;
}

static void suggest__finds_what_was_probably_meant(void **state)
{
	static const struct {
		const char *typed, *meant;
	} cases[] = {
		{ "shwo", "show" },
		{ "sohw", "show" },
		{ "ad", "add" },
		{ "addd", "add" },
		{ "exprot", "export" },
		{ "remvoe", "remove" },
		{ "re", "remove" },
		{ "submitt", "submit" },
		{ "initt", "init" },
		{ "deiint", "deinit" },
		{ "ammend", "amend" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(best_for(cases[i].typed), cases[i].meant);
}

static void suggest__stays_silent_when_nothing_is_close(void **state)
{
	static const char *const typed[] = { "", "x", "frobnicate", "dashboard", "54161",
		"a-word-that-is-much-longer-than-any-command-of-ours" };

	(void)state;
	for (size_t i = 0; i < sizeof typed / sizeof *typed; i++)
		assert_null(best_for(typed[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(suggest__finds_what_was_probably_meant),
		cmocka_unit_test(suggest__stays_silent_when_nothing_is_close),
	};

	return cmocka_run_group_tests_name("suggest", tests, NULL, NULL);
}
