/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "model/rollup.h"

static struct prices *table;

static int load_table(void **state)
{
	struct tt_error err = TT_ERROR_INIT;

	(void)state;
	return prices_builtin(&table, &err);
}

static int free_table(void **state)
{
	(void)state;
	prices_free(table);
	return 0;
}

static struct entry an_entry(const char *time, const char *model, struct usage usage)
{
	struct entry e = ENTRY_INIT;

	assert_true(instant_parse(&e.timestamp, time));
	e.day = instant_utc_day(e.timestamp);
	e.kind = ENTRY_MEASURED;
	e.model = model;
	e.usage = usage;
	e.requests = 2;
	return e;
}

static void add(struct rollup *r, const char *branch, const struct entry *e)
{
	struct tt_error err = TT_ERROR_INIT;

	assert_int_equal(rollup_add(r, branch, e, &err), TT_OK);
}

static void rollup_add__agrees_in_every_grouping(void **state)
{
	_cleanup_(rollup_freep) struct rollup *r = rollup_new(table);
	struct entry one = an_entry("2026-11-20T10:00:00Z", "claude-opus-5",
		(struct usage){ .input = 10, .output = 20 });
	struct entry two = an_entry("2026-11-21T10:00:00Z", "us.anthropic.claude-opus-5",
		(struct usage){ .cache_read = 300 });
	struct entry three =
		an_entry("2026-11-19T10:00:00Z", NULL, (struct usage){ .unsplit = 77 });
	int64_t sums[3] = { 0 };

	(void)state;
	three.kind = ENTRY_MANUAL;
	add(r, "a", &one);
	add(r, "b", &two);
	add(r, "a", &three);
	rollup_finish(r);
	for (size_t i = 0; i < r->branches.count; i++)
		sums[0] += r->branches.items[i].tokens;
	for (size_t i = 0; i < r->models.count; i++)
		sums[1] += r->models.items[i].tokens;
	for (size_t i = 0; i < r->days.count; i++)
		sums[2] += r->days.items[i].tokens;
	assert_int_equal(r->all.tokens, 407);
	for (int i = 0; i < 3; i++)
		assert_int_equal(sums[i], 407);
	assert_int_equal(r->all.sessions, 3);
	assert_int_equal(r->all.requests, 6);
	assert_int_equal(r->all.manual_tokens, 77);
	assert_true(r->all.cost.assumed_model);
	assert_int_equal(r->all.first.ms, three.timestamp.ms);
	assert_int_equal(r->all.last.ms, two.timestamp.ms);
	assert_int_equal(r->models.count, 2); /* both spellings are one model */
	assert_int_equal(rollup_branch(r, "a")->tokens, 107);
	assert_null(rollup_branch(r, "c"));
}

static void rollup_finish__sorts_by_cost_then_tokens_then_name(void **state)
{
	_cleanup_(rollup_freep) struct rollup *r = rollup_new(table);
	static const struct {
		const char *branch, *model;
		int64_t output;
	} rows[] = {
		{ "cheap", "claude-haiku-4-5", 1000 },
		{ "unknown-b", "gpt", 7 },
		{ "dear", "claude-opus-4-1", 1000 },
		{ "unknown-a", "gpt", 7 },
		{ "unknown-big", "gpt", 9000 },
	};
	static const char *const order[] = { "dear", "cheap", "unknown-big", "unknown-a",
		"unknown-b" };

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct entry e = an_entry("2026-11-20T10:00:00Z", rows[i].model,
			(struct usage){ .output = rows[i].output });

		add(r, rows[i].branch, &e);
	}
	rollup_finish(r);
	assert_int_equal(r->branches.count, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(r->branches.items[i].name, order[i]);
}

static void rollup_finish__puts_the_newest_day_first(void **state)
{
	_cleanup_(rollup_freep) struct rollup *r = rollup_new(table);
	static const char *const times[] = { "2026-11-20T10:00:00Z", "2026-11-22T10:00:00Z",
		"2026-11-21T10:00:00Z" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct entry e = an_entry(times[i], NULL, (struct usage){ .input = 1 });

		add(r, "a", &e);
	}
	rollup_finish(r);
	assert_string_equal(r->days.items[0].name, "2026-11-22");
	assert_string_equal(r->days.items[1].name, "2026-11-21");
	assert_string_equal(r->days.items[2].name, "2026-11-20");
}

static void rollup_add__keeps_context_readings_out_of_every_total(void **state)
{
	_cleanup_(rollup_freep) struct rollup *r = rollup_new(table);
	struct entry e = an_entry("2026-11-20T10:00:00Z", NULL, (struct usage){ .unsplit = 54161 });

	(void)state;
	e.kind = ENTRY_CONTEXT_READING;
	add(r, "a", &e);
	rollup_finish(r);
	assert_int_equal(r->all.tokens, 0);
	assert_int_equal(r->all.sessions, 0);
	assert_true(r->all.cost.high.pico == 0);
	assert_int_equal(r->all.readings, 1);
	assert_int_equal(r->all.reading_tokens, 54161);
	assert_int_equal(rollup_branch(r, "a")->readings, 1);
	assert_int_equal(r->days.count, 0);
	assert_int_equal(r->models.count, 0);
}

static void rollup_add__leaves_void_entries_out(void **state)
{
	_cleanup_(rollup_freep) struct rollup *r = rollup_new(table);
	struct entry e = an_entry("2026-11-20T10:00:00Z", NULL, (struct usage){ .unsplit = 9 });

	(void)state;
	e.is_void = true;
	add(r, "a", &e);
	rollup_finish(r);
	assert_int_equal(r->all.sessions, 0);
	assert_int_equal(r->branches.count, 0);
}

static void rollup_add__names_what_has_no_price(void **state)
{
	_cleanup_(rollup_freep) struct rollup *r = rollup_new(table);
	struct entry gpt = an_entry("2026-11-20T10:00:00Z", "gpt-6", (struct usage){ .input = 5 });
	struct entry fast =
		an_entry("2026-11-20T10:00:00Z", "claude-opus-4-5", (struct usage){ .input = 6 });
	struct entry priced =
		an_entry("2026-11-20T10:00:00Z", "claude-opus-4-5", (struct usage){ .input = 7 });

	(void)state;
	fast.price_class = "fast";
	add(r, "a", &gpt);
	add(r, "a", &fast);
	add(r, "a", &priced);
	rollup_finish(r);
	assert_int_equal(r->unpriced.count, 2);
	assert_string_equal(r->unpriced.items[0].name, "claude-opus-4-5 (fast)");
	assert_int_equal(r->unpriced.items[0].tokens, 6);
	assert_string_equal(r->unpriced.items[1].name, "gpt-6");
	assert_int_equal(r->all.cost.unpriced_tokens, 11);
	assert_int_equal(r->all.tokens, 18);
}

static void rollup_add_cell__gives_what_its_entries_would(void **state)
{
	_cleanup_(rollup_freep) struct rollup *r = rollup_new(table);
	struct tt_error err = TT_ERROR_INIT;
	struct rollup_cell cell = {
		.branch = "a",
		.model = "claude-opus-5",
		.price_class = "us",
		.kind = ENTRY_ESTIMATED,
		.day = instant_utc_day((struct instant){ INT64_C(1795000000000) }),
		.usage = { .input = 1000 },
		.sessions = 40,
		.requests = 50,
		.web_searches = 3,
	};

	(void)state;
	assert_int_equal(rollup_add_cell(r, &cell, &err), TT_OK);
	assert_int_equal(r->all.sessions, 40);
	assert_int_equal(r->all.requests, 50);
	assert_int_equal(r->all.estimated_tokens, 1000);
	assert_true(r->all.cost.low.pico == INT64_C(35500000000));
}

static void rollup_add__reports_overflow(void **state)
{
	_cleanup_(rollup_freep) struct rollup *r = rollup_new(table);
	struct tt_error err = TT_ERROR_INIT;
	struct rollup_cell cell = { .branch = "a",
		.price_class = "standard",
		.kind = ENTRY_MANUAL,
		.usage = { .unsplit = INT64_MAX } };

	(void)state;
	assert_int_equal(rollup_add_cell(r, &cell, &err), TT_OK);
	assert_int_equal(rollup_add_cell(r, &cell, &err), TT_EINPUT);
	assert_string_equal(err.msg, "the token counts add up to more than 9223372036854775807");
}

static void rollup__holds_many_names(void **state)
{
	_cleanup_(rollup_freep) struct rollup *r = rollup_new(table);
	struct entry e = an_entry("2026-11-20T10:00:00Z", NULL, (struct usage){ .unsplit = 1 });

	(void)state;
	for (int i = 0; i < 5000; i++) {
		char branch[32];

		(void)snprintf(branch, sizeof branch, "feature/%d", i % 2500);
		add(r, branch, &e);
	}
	rollup_finish(r);
	assert_int_equal(r->branches.count, 2500);
	assert_int_equal(rollup_branch(r, "feature/2499")->tokens, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rollup_add__agrees_in_every_grouping),
		cmocka_unit_test(rollup_finish__sorts_by_cost_then_tokens_then_name),
		cmocka_unit_test(rollup_finish__puts_the_newest_day_first),
		cmocka_unit_test(rollup_add__keeps_context_readings_out_of_every_total),
		cmocka_unit_test(rollup_add__leaves_void_entries_out),
		cmocka_unit_test(rollup_add__names_what_has_no_price),
		cmocka_unit_test(rollup_add_cell__gives_what_its_entries_would),
		cmocka_unit_test(rollup_add__reports_overflow),
		cmocka_unit_test(rollup__holds_many_names),
	};

	return cmocka_run_group_tests_name("rollup", tests, load_table, free_table);
}
