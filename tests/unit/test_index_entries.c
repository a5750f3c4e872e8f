/* SPDX-License-Identifier: MIT */
#include "index_world.h"

static const struct usage_filter changed = { .changed = true };

/* --- sums ----------------------------------------------------------------------------- */

static void entries__are_the_sums_of_the_responses(void **state)
{
	struct world *w = *state;
	struct usage_row a = a_row("a", 2000), b = a_row("b", 1000), other = a_row("c", 500);

	other.placement.branch = "dev";
	world_open(w);
	put(w, &a);
	put(w, &b);
	put(w, &other);
	assert_entries(w, ALL,
		"s1 1 dev claude-opus-5 standard: 10/1 in 1, 500-500 changed\n"
		"s1 1 main claude-opus-5 standard: 20/2 in 2, 1000-2000 changed\n");
}

static void entries__are_one_for_each_of_the_seven_things_that_tell_them_apart(void **state)
{
	struct world *w = *state;
	struct usage_row rows[8];

	for (int i = 0; i < 8; i++)
		rows[i] =
			a_row((const char *[]){ "0", "1", "2", "3", "4", "5", "6", "7" }[i], 1000);
	rows[1].response.session = "s2";
	rows[2].placement.repository = 2;
	rows[3].placement.branch = NULL;
	rows[4].placement.day.number++;
	rows[5].response.model = NULL;
	rows[6].placement.price_class = "fast+us";
	rows[7].kind = ENTRY_AUXILIARY;
	world_open(w);
	for (int i = 0; i < 8; i++)
		put(w, &rows[i]);
	world_reopen(w);
	assert_answer(w, "SELECT count(*) FROM entries", "8\n");
	assert_entries(w, ((struct usage_filter){ .session = "s2" }),
		"s2 1 main claude-opus-5 standard: 10/1 in 1, 1000-1000 changed\n");
	assert_ok(w, usage_index_verify(w->index, &w->err));
}

static void entries__count_iterations_instead_of_the_answer_they_make_up(void **state)
{
	struct world *w = *state;
	struct usage_row whole = a_row("a", 1000), part = a_row("a#1", 1000);

	whole.response.is_split = true;
	part.response.is_part = true;
	part.response.usage.input = 7;
	world_open(w);
	put(w, &whole);
	put(w, &part);
	assert_entries(w, ALL, "s1 1 main claude-opus-5 standard: 7/1 in 1, 1000-1000 changed\n");
	assert_ok(w, usage_index_verify(w->index, &w->err));
	world_reopen(w);
	assert_answer(w, "SELECT sum(input), sum(output) FROM usage", "7|1\n");
}

static void entries__of_the_client_s_own_calls_count_no_requests_and_have_its_cost(void **state)
{
	struct world *w = *state;
	struct usage_row a = a_row("auxiliary:s1:1000:claude-haiku", 1000);

	a.kind = ENTRY_AUXILIARY;
	a.has_cost = true;
	a.cost_nano_usd = 12345;
	world_open(w);
	put(w, &a);
	assert_entries(w, ALL,
		"s1 1 main claude-opus-5 standard auxiliary: 10/1 in 0, 1000-1000 changed\n");
	world_reopen(w);
	assert_answer(w, "SELECT kind, requests, reported_cost_nano_usd FROM usage_entries",
		"auxiliary|0|12345\n");
}

static void entries__never_stop_the_rest_when_counts_are_absurd(void **state)
{
	struct world *w = *state;
	struct usage_row row = a_row("a", 1000);

	row.response.usage.input = USAGE_MAX;
	world_open(w);
	put(w, &row);
	row.response.key = "b";
	put(w, &row);
	world_commit(w);
	assert_entries(w, ALL,
		"s1 1 main claude-opus-5 standard: 9007199254740991/2 in 2, 1000-1000 changed\n");
	row.response.usage.input = 5;
	put(w, &row);
	assert_entries(w, ALL,
		"s1 1 main claude-opus-5 standard: 9007199254740991/2 in 2, 1000-1000 changed\n");
	world_reopen(w);
	assert_answer(w, "SELECT input - 9007199254740991 FROM entries", "5\n");
}

/* --- changes --------------------------------------------------------------------------- */

static void entries__follow_a_response_that_grows(void **state)
{
	struct world *w = *state;
	struct usage_row a = a_row("a", 1000);

	world_open(w);
	put(w, &a);
	world_reopen(w);
	a.response.usage.output = 90;
	a.response.last_time.ms = 1500;
	put(w, &a);
	assert_entries(w, ALL, "s1 1 main claude-opus-5 standard: 10/90 in 1, 1000-1500 changed\n");
}

static void entries__give_and_take_when_a_response_moves(void **state)
{
	struct world *w = *state;
	struct usage_row a = a_row("a", 1000), b = a_row("b", 2000);

	world_open(w);
	put(w, &a);
	put(w, &b);
	world_reopen(w);
	a.placement.branch = "dev";
	put(w, &a);
	assert_entries(w, ALL,
		"s1 1 dev claude-opus-5 standard: 10/1 in 1, 1000-1000 changed\n"
		"s1 1 main claude-opus-5 standard: 10/1 in 1, 2000-2000 changed\n");
}

static void entries__that_no_ledger_has_vanish_when_they_are_empty(void **state)
{
	struct world *w = *state;
	struct usage_row a = a_row("a", 1000);

	world_open(w);
	put(w, &a);
	world_reopen(w);
	a.placement.branch = "dev";
	put(w, &a);
	assert_entries(w, ALL, "s1 1 dev claude-opus-5 standard: 10/1 in 1, 1000-1000 changed\n");
	assert_ok(w, usage_index_verify(w->index, &w->err));
}

static void record_all(struct world *w, int64_t revision)
{
	for (int64_t row = 1; row <= 2; row++)
		assert_ok(w, usage_index_recorded(w->index, row, revision, &w->err));
}

static void entries__that_a_ledger_has_are_given_when_they_are_empty(void **state)
{
	struct world *w = *state;
	struct usage_row a = a_row("a", 1000);

	world_open(w);
	put(w, &a);
	world_commit(w);
	record_all(w, 1);
	assert_entries(w, changed, "");
	a.placement.branch = "dev";
	put(w, &a);
	assert_entries(w, changed,
		"s1 1 dev claude-opus-5 standard: 10/1 in 1, 1000-1000 changed\n"
		"s1 1 main claude-opus-5 standard: 0/0 in 0, 1000-1000 changed\n");
}

static void entries__that_are_empty_are_left_out_of_the_filled_ones(void **state)
{
	struct world *w = *state;
	struct usage_row was = a_row("a", 1000), now = a_row("a", 1000);

	now.placement.branch = "dev";
	world_open(w);
	put(w, &was);
	world_commit(w);
	record_all(w, 1);
	put(w, &now);
	assert_entries(w, ((struct usage_filter){ .filled = true }),
		"s1 1 dev claude-opus-5 standard: 10/1 in 1, 1000-1000 changed\n");
}

static void entries__are_chosen_by_their_days_and_given_as_they_lie_there(void **state)
{
	struct world *w = *state;
	struct usage_row rows[3] = { a_row("a", 3000), a_row("b", 2000), a_row("c", 1000) };

	for (int i = 0; i < 3; i++)
		rows[i].placement.day.number = 100 + i;
	rows[1].placement.branch = "a/branch";
	world_open(w);
	for (int i = 0; i < 3; i++)
		put(w, &rows[i]);
	assert_entries(w,
		((struct usage_filter){ .unsorted = true,
			.has_since_day = true,
			.since_day = { 101 },
			.has_until_day = true,
			.until_day = { 101 } }),
		"s1 1 a/branch claude-opus-5 standard: 10/1 in 1, 2000-2000 changed\n");
	assert_entries(w,
		((struct usage_filter){
			.unsorted = true, .has_until_day = true, .until_day = { 101 } }),
		"s1 1 main claude-opus-5 standard: 10/1 in 1, 3000-3000 changed\n"
		"s1 1 a/branch claude-opus-5 standard: 10/1 in 1, 2000-2000 changed\n");
}

static void entries__take_their_times_from_what_comes_into_an_empty_one(void **state)
{
	struct world *w = *state;
	struct usage_row a = a_row("a", 1000), b = a_row("b", 5000);

	world_open(w);
	put(w, &a);
	world_commit(w);
	record_all(w, 1);
	a.placement.branch = "dev";
	put(w, &a);
	world_commit(w);
	put(w, &b);
	assert_entries(w, ((struct usage_filter){ .branch = "main" }),
		"s1 1 main claude-opus-5 standard: 10/1 in 1, 5000-5000 changed\n");
	assert_ok(w, usage_index_verify(w->index, &w->err));
}

/* --- the ledgers ------------------------------------------------------------------------- */

static void recorded__clears_changed_until_the_sums_differ(void **state)
{
	struct world *w = *state;
	struct usage_row a = a_row("a", 1000), b = a_row("b", 1000);

	world_open(w);
	put(w, &a);
	world_commit(w);
	record_all(w, 7);
	assert_entries(w, ALL, "s1 1 main claude-opus-5 standard: 10/1 in 1, 1000-1000\n");
	assert_answer(w, "SELECT count(*) FROM entries", "1\n");
	put(w, &b);
	assert_entries(
		w, changed, "s1 1 main claude-opus-5 standard: 20/2 in 2, 1000-1000 changed\n");
}

static void recorded__is_not_undone_by_what_comes_back_as_it_was(void **state)
{
	struct world *w = *state;
	struct usage_row a = a_row("a", 1000), b = a_row("b", 2000);

	world_open(w);
	put(w, &a);
	put(w, &b);
	world_commit(w);
	record_all(w, 1);
	put(w, &a);
	assert_entries(w, changed, "");
	b.placement.branch = "dev";
	put(w, &b);
	b.placement.branch = "main";
	put(w, &b);
	assert_entries(w, changed, "");
}

static void forget_recorded__marks_those_of_the_filter_and_keeps_their_revisions(void **state)
{
	struct world *w = *state;
	struct usage_row a = a_row("a", 1000), b = a_row("b", 2000);
	const struct usage_filter first = { .has_repository = true, .repository = 1 };

	b.placement.repository = 2;
	world_open(w);
	put(w, &a);
	put(w, &b);
	world_commit(w);
	record_all(w, 3);
	assert_ok(w, usage_index_forget_recorded(w->index, &first, &w->err));
	assert_entries(
		w, changed, "s1 1 main claude-opus-5 standard: 10/1 in 1, 1000-1000 changed\n");
	world_reopen(w);
	assert_answer(w, "SELECT recorded_revision FROM entries", "3\n3\n");
}

/* --- filters ------------------------------------------------------------------------------- */

static void entries__are_chosen_by_place_session_and_time(void **state)
{
	struct world *w = *state;
	struct usage_row a = a_row("a", 1000), b = a_row("b", 2000), c = a_row("c", 3000);

	b.placement.repository = REPOSITORY_UNKNOWN;
	b.placement.branch = NULL;
	c.placement.branch = "no";
	world_open(w);
	put(w, &a);
	put(w, &b);
	put(w, &c);
	world_commit(w);
	assert_entries(w, ((struct usage_filter){ .has_repository = true }),
		"s1 0 ? claude-opus-5 standard: 10/1 in 1, 2000-2000 changed\n");
	assert_entries(w, ((struct usage_filter){ .no_branch = true }),
		"s1 0 ? claude-opus-5 standard: 10/1 in 1, 2000-2000 changed\n");
	assert_entries(w, ((struct usage_filter){ .branch = "no" }),
		"s1 1 no claude-opus-5 standard: 10/1 in 1, 3000-3000 changed\n");
	assert_entries(w, ((struct usage_filter){ .since = { 1001 }, .until = { 3000 } }),
		"s1 0 ? claude-opus-5 standard: 10/1 in 1, 2000-2000 changed\n");
	assert_entries(w, ((struct usage_filter){ .branch = "never seen" }), "");
	assert_entries(w, ((struct usage_filter){ .session = "never seen" }), "");
}

static void entries__come_by_repository_name_of_the_branch_and_time(void **state)
{
	struct world *w = *state;
	struct usage_row rows[] = { a_row("a", 4000), a_row("b", 3000), a_row("c", 2000),
		a_row("d", 1000) };

	rows[0].placement.repository = 2;
	rows[1].placement.branch = "z";
	rows[2].placement.branch = "b";
	rows[3].placement.branch = "b";
	rows[3].response.session = "s2";
	world_open(w);
	for (int i = 0; i < 4; i++)
		put(w, &rows[i]);
	assert_entries(w, ALL,
		"s2 1 b claude-opus-5 standard: 10/1 in 1, 1000-1000 changed\n"
		"s1 1 b claude-opus-5 standard: 10/1 in 1, 2000-2000 changed\n"
		"s1 1 z claude-opus-5 standard: 10/1 in 1, 3000-3000 changed\n"
		"s1 2 main claude-opus-5 standard: 10/1 in 1, 4000-4000 changed\n");
}

static void plan_is(struct world *w, const char *where, const char *expected)
{
	_autofree_ char *sql =
		xasprintf("EXPLAIN QUERY PLAN SELECT * FROM entries WHERE %s", where);
	_autofree_ char *plan = ask(w, sql);

	if (!strstr(plan, expected))
		fail_msg("%s: %s", where, plan);
}

static void entries__of_a_branch_and_changed_ones_are_found_by_an_index(void **state)
{
	struct world *w = *state;

	world_open(w);
	world_reopen(w);
	plan_is(w, "repository = 1 AND branch = 2", "USING INDEX entries_branch");
	plan_is(w, "repository = 1 AND changed = 1", "USING INDEX entries_changed");
	plan_is(w, "changed = 1", "USING INDEX entries_changed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(entries__are_the_sums_of_the_responses),
		TEST(entries__are_one_for_each_of_the_seven_things_that_tell_them_apart),
		TEST(entries__count_iterations_instead_of_the_answer_they_make_up),
		TEST(entries__of_the_client_s_own_calls_count_no_requests_and_have_its_cost),
		TEST(entries__never_stop_the_rest_when_counts_are_absurd),
		TEST(entries__follow_a_response_that_grows),
		TEST(entries__give_and_take_when_a_response_moves),
		TEST(entries__that_no_ledger_has_vanish_when_they_are_empty),
		TEST(entries__that_a_ledger_has_are_given_when_they_are_empty),
		TEST(entries__take_their_times_from_what_comes_into_an_empty_one),
		TEST(entries__that_are_empty_are_left_out_of_the_filled_ones),
		TEST(entries__are_chosen_by_their_days_and_given_as_they_lie_there),
		TEST(recorded__clears_changed_until_the_sums_differ),
		TEST(recorded__is_not_undone_by_what_comes_back_as_it_was),
		TEST(forget_recorded__marks_those_of_the_filter_and_keeps_their_revisions),
		TEST(entries__are_chosen_by_place_session_and_time),
		TEST(entries__come_by_repository_name_of_the_branch_and_time),
		TEST(entries__of_a_branch_and_changed_ones_are_found_by_an_index),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
