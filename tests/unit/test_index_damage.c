/* SPDX-License-Identifier: MIT */
#include "index_world.h"

#define ASIDE "%s/usage.db.damaged-20261123_093000"

static void open__sets_aside_what_is_no_database(void **state)
{
	struct world *w = *state;
	_autofree_ char *expected = xasprintf(ASIDE, w->dir), *aside = NULL;

	overwrite(w->path, 0, "{\"not\": \"a database, and long enough to be looked at\"}", 52);
	assert_message(w, open_to_read(w), TT_EINPUT,
		"cannot read: '%s' is damaged (it is no SQLite database): the next "
		"'track-tokens sync' sets it aside and builds it anew",
		w->path);
	aside = open_aside(w);
	assert_string_equal(aside, expected);
	assert_int_equal(size_of(aside), 52);
	assert_true(usage_index_is_empty(w->index));
}

static void open__sets_aside_the_database_of_another_program(void **state)
{
	struct world *w = *state;
	_autofree_ char *expected = xasprintf(ASIDE, w->dir), *aside = NULL;

	overwrite(w->path, 0, "", 0);
	free(ask(w, "CREATE TABLE mine(x)"));
	aside = open_aside(w);
	assert_string_equal(aside, expected);
}

static void open__sets_two_aside_in_one_second(void **state)
{
	struct world *w = *state;
	_autofree_ char *expected = xasprintf(ASIDE "-2", w->dir), *first = NULL, *second = NULL;

	overwrite(w->path, 0, "junk", 4);
	first = open_aside(w);
	world_close(w);
	free(ask(w, "PRAGMA wal_checkpoint(TRUNCATE)"));
	overwrite(w->path, 0, "junk", 4);
	second = open_aside(w);
	assert_string_equal(second, expected);
	assert_int_equal(access(first, F_OK), 0);
}

static void open__does_not_mix_the_log_of_a_lost_database_with_junk(void **state)
{
	struct world *w = *state;
	_autofree_ char *aside = NULL, *wal = NULL;
	struct usage_row a = a_row("a", 1000);

	world_open(w);
	put(w, &a);
	world_commit(w);
	world_close(w); /* its log stays */
	overwrite(w->path, 0, "junk", 4);
	aside = open_aside(w);
	wal = xasprintf("%s-wal", aside);
	assert_true(size_of(wal) > 0);
	assert_ok(w, usage_index_verify(w->index, &w->err));
}

static void open__takes_over_what_a_truncated_one_still_has(void **state)
{
	struct world *w = *state;
	_autofree_ char *aside = NULL;
	int64_t left;

	fill(w, 3000);
	assert_int_equal(truncate(w->path, size_of(w->path) * 2 / 3), 0);
	aside = open_aside(w);
	assert_string_not_equal(aside, "");
	assert_ok(w, usage_index_verify(w->index, &w->err));
	world_commit(w);
	left = count_responses(w);
	if (left < 500 || left > 3000)
		fail_msg("%" PRId64 " responses are left", left);
	assert_answer(w, "SELECT count(*) FROM transcripts", "0\n");
}

static void spoil_pages(struct world *w, off_t first, off_t count)
{
	_autofree_ char *junk = xcalloc(1, 4096);

	memset(junk, 0xa5, 4096);
	for (off_t page = first; page < first + count; page++)
		overwrite(w->path, page * 4096, junk, 4096);
}

static void open__takes_over_what_lies_around_lost_pages(void **state)
{
	struct world *w = *state;
	_autofree_ char *aside = NULL;
	int64_t left;

	fill(w, 3000);
	spoil_pages(w, 25, 2);
	spoil_pages(w, 45, 2);
	/* It is met only where it is read, and the next one takes note. */
	world_open(w);
	assert_int_equal(usage_index_verify(w->index, &w->err), TT_EINPUT);
	world_close(w);
	aside = open_aside(w);
	assert_string_not_equal(aside, "");
	assert_ok(w, usage_index_verify(w->index, &w->err));
	world_commit(w);
	left = count_responses(w);
	if (left < 2600 || left > 2990)
		fail_msg("%" PRId64 " responses are left", left);
	(void)find(w, "msg_000000");
	(void)find(w, "msg_002999");
	/* Two gaps: what lies between them is there. */
	assert_answer(w,
		"SELECT count(*) FROM (SELECT CAST(substr(key, 5) AS INTEGER) AS n,"
		" lead(CAST(substr(key, 5) AS INTEGER)) OVER (ORDER BY key) AS next"
		" FROM responses) WHERE next > n + 1",
		"2\n");
}

static void open__looks_closely_once_and_not_for_ever(void **state)
{
	struct world *w = *state;
	_autofree_ char *mark = xasprintf("%s-suspect", w->path), *aside = NULL;

	fill(w, 3);
	overwrite(mark, 0, "", 0);
	aside = open_aside(w);
	assert_string_equal(aside, "");
	assert_int_equal(access(mark, F_OK), -1);
}

static void open__finishes_what_was_stopped_when_the_old_one_was_set_aside(void **state)
{
	struct world *w = *state;
	_autofree_ char *fresh = xasprintf("%s-new", w->path);

	fill(w, 3);
	assert_int_equal(rename(w->path, fresh), 0);
	world_open(w);
	assert_int_equal(access(fresh, F_OK), -1);
	assert_int_equal(count_responses(w), 3);
}

static void open__begins_again_when_it_was_stopped_earlier(void **state)
{
	struct world *w = *state;
	_autofree_ char *fresh = xasprintf("%s-new", w->path), *aside = NULL;

	fill(w, 3000);
	spoil_pages(w, 25, 2);
	overwrite(fresh, 0, "left by one that was killed", 27);
	world_open(w);
	assert_int_equal(usage_index_verify(w->index, &w->err), TT_EINPUT);
	world_close(w);
	aside = open_aside(w);
	assert_int_equal(access(fresh, F_OK), -1);
	assert_true(count_responses(w) > 2000);
	world_commit(w);
	assert_ok(w, usage_index_verify(w->index, &w->err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(open__sets_aside_what_is_no_database),
		TEST(open__sets_aside_the_database_of_another_program),
		TEST(open__sets_two_aside_in_one_second),
		TEST(open__does_not_mix_the_log_of_a_lost_database_with_junk),
		TEST(open__takes_over_what_a_truncated_one_still_has),
		TEST(open__takes_over_what_lies_around_lost_pages),
		TEST(open__finishes_what_was_stopped_when_the_old_one_was_set_aside),
		TEST(open__begins_again_when_it_was_stopped_earlier),
		TEST(open__looks_closely_once_and_not_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
