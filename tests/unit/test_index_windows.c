/* SPDX-License-Identifier: MIT */
#include "index_world.h"

/* What windows are reckoned from: the same tokens in every span between two moments
 * that were asked for, whichever rows they are given in. */

#define MINUTE INT64_C(60000)
#define QUARTER (15 * MINUTE)
enum { ROWS = 400, POINTS = 6 };
static const int64_t begin = INT64_C(1795426200000); /* on the half hour */

static uint64_t seed;

static int64_t below(int64_t limit)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int64_t)((seed >> 16) % (uint64_t)limit);
}

/* --- sums between moments ------------------------------------------------------------ */

struct sums {
	const int64_t *points; /* ascending */
	int64_t tokens[POINTS + 1], requests[POINTS + 1], messages[POINTS + 1];
};

static size_t span_of(const struct sums *s, int64_t time)
{
	size_t i = 0;

	while (i < POINTS && time >= s->points[i])
		i++;
	return i;
}

static enum tt_code add_event(void *ctx, const struct window_event *e, struct tt_error *err)
{
	struct sums *s = ctx;
	size_t i = span_of(s, e->time.ms);
	int64_t tokens;

	(void)err;
	assert_null(e->server);
	assert_true(usage_total(&tokens, &e->usage));
	s->tokens[i] += tokens;
	s->requests[i] += e->requests;
	s->messages[i] += e->messages;
	return TT_OK;
}

static enum tt_code add_response(void *ctx, const struct usage_row *row, struct tt_error *err)
{
	const struct response *r = &row->response;
	const struct window_event e = { .time = r->time,
		.usage = response_counted(r),
		.requests = response_requests(r),
		.messages = response_messages(r) };

	return add_event(ctx, &e, err);
}

static void put_random(struct world *w)
{
	for (int i = 0; i < ROWS; i++) {
		_autofree_ char *key = xasprintf("msg_%d", i);
		struct usage_row row = a_row(key, begin + below(4 * 60 * MINUTE));

		row.response.usage.cache_read = below(1000);
		row.response.ends_turn = below(3) == 0;
		row.response.sidechain = below(4) == 0;
		row.response.is_split = below(10) == 0;
		row.response.is_part = below(10) == 0;
		put(w, &row);
	}
}

static int compare(const void *a, const void *b)
{
	int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;

	return (left > right) - (left < right);
}

static void compare_sums(struct world *w)
{
	int64_t points[POINTS];
	struct instant exact[POINTS];
	struct sums given = { .points = points }, expected = { .points = points };
	struct usage_window_query query = { .exact = exact, .exact_count = POINTS };
	struct usage_filter filter = { 0 };

	for (size_t i = 0; i < POINTS; i++)
		points[i] = begin + below(5 * 60 * MINUTE);
	points[1] = points[0] / QUARTER * QUARTER; /* both in one, and on its edge */
	points[2] = points[1] + 1;
	qsort(points, POINTS, sizeof *points, compare);
	for (size_t i = 0; i < POINTS; i++)
		exact[i].ms = points[i];
	query.since.ms = filter.since.ms = below(2) ? points[1] : begin + below(QUARTER);
	assert_ok(w, usage_index_windows(w->index, &query, add_event, &given, &w->err));
	assert_ok(w, usage_index_responses(w->index, &filter, add_response, &expected, &w->err));
	assert_memory_equal(&given, &expected, sizeof given);
}

static void windows__give_every_span_what_was_used_in_it(void **state)
{
	struct world *w = *state;

	seed = 20261123;
	world_open(w);
	put_random(w);
	world_commit(w);
	assert_ok(w, usage_index_verify(w->index, &w->err));
	for (int i = 0; i < 200; i++)
		compare_sums(w);
}

static enum tt_code count_events(void *ctx, const struct window_event *e, struct tt_error *err)
{
	(void)e;
	(void)err;
	++*(int *)ctx;
	return TT_OK;
}

static void windows__are_read_from_few_rows(void **state)
{
	struct world *w = *state;
	struct usage_window_query query = { .since = { begin } };
	int events = 0;

	seed = 1;
	world_open(w);
	put_random(w);
	world_commit(w);
	assert_ok(w, usage_index_windows(w->index, &query, count_events, &events, &w->err));
	assert_int_equal(events, 16);
}

/* --- an index of before ----------------------------------------------------------------- */

static void make_first_version(struct world *w)
{
	sqlite3 *db;

	world_close(w);
	assert_int_equal(sqlite3_open(w->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
				 "DROP VIEW quarter_sums; DROP TABLE quarters; DROP TABLE events;"
				 "DROP TABLE resets; DROP INDEX responses_time;"
				 "PRAGMA user_version = 1",
				 NULL, NULL, NULL),
		SQLITE_OK);
	(void)sqlite3_close(db);
}

static void open__brings_the_first_version_up_to_date(void **state)
{
	struct world *w = *state;
	_cleanup_(strbuf_release) struct strbuf set_aside = STRBUF_INIT;

	seed = 7;
	world_open(w);
	put_random(w);
	world_reopen(w);
	make_first_version(w);
	assert_failed(w, usage_index_open(&w->index, w->dir, false, 0, NULL, &w->err), TT_ENOTFOUND,
		xasprintf("there is no usage index '%s' yet: run 'track-tokens sync'", w->path));
	assert_ok(w, usage_index_open(&w->index, w->dir, true, 0, &set_aside, &w->err));
	assert_int_equal(set_aside.len, 0);
	assert_ok(w, usage_index_verify(w->index, &w->err));
	compare_sums(w);
}

/* --- events and resets --------------------------------------------------------------------- */

static void put_event(struct world *w, const char *id, int64_t time, int64_t unsplit, bool is_void)
{
	const struct usage_event e = { .id = id,
		.time = { time },
		.kind = ENTRY_MANUAL,
		.usage = { .input = 5, .unsplit = unsplit },
		.messages = 1,
		.branch = "main",
		.source = "manual",
		.notes = "a note",
		.is_void = is_void };

	assert_ok(w, usage_index_put_event(w->index, &e, &w->err));
}

static enum tt_code add_event_text(void *ctx, const struct usage_event *e, struct tt_error *err)
{
	(void)err;
	strbuf_addf(ctx, "%s %" PRId64 " %" PRId64 "+%" PRId64 " %s %s %s %s%s\n", e->id,
		e->time.ms - begin, e->usage.input, e->usage.unsplit, e->branch,
		e->model ? e->model : "?", e->source, e->notes, e->is_void ? " void" : "");
	return TT_OK;
}

static void events__are_counted_once_by_their_id(void **state)
{
	struct world *w = *state;
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	bool found;

	world_open(w);
	put_event(w, "b", begin + 2, 10, false);
	put_event(w, "a", begin + 1, 20, false);
	put_event(w, "b", begin + 3, 30, false);
	world_reopen(w);
	assert_ok(w, usage_index_events(
			     w->index, (struct instant){ begin }, add_event_text, &text, &w->err));
	assert_string_equal(text.buf, "a 1 5+20 main ? manual a note\n"
				      "b 3 5+30 main ? manual a note\n");
	assert_ok(w, usage_index_has_event(w->index, "a", &found, &w->err));
	assert_true(found);
	assert_ok(w, usage_index_has_event(w->index, "c", &found, &w->err));
	assert_false(found);
}

static void windows__count_events_that_are_not_void(void **state)
{
	struct world *w = *state;
	int64_t points[POINTS] = { begin, begin + 2, begin + 3, begin + 4, begin + 5, begin + 6 };
	struct sums s = { .points = points };
	struct usage_window_query query = { .since = { begin + 1 } };

	world_open(w);
	put_event(w, "early", begin, 1, false);
	put_event(w, "a", begin + 2, 10, false);
	put_event(w, "gone", begin + 2, 100, true);
	put_event(w, "b", begin + 4, 1000, false);
	assert_ok(w, usage_index_windows(w->index, &query, add_event, &s, &w->err));
	assert_int_equal(s.tokens[0] + s.tokens[1], 0);
	assert_int_equal(s.tokens[2], 15);
	assert_int_equal(s.messages[2], 1);
	assert_int_equal(s.tokens[4], 1005);
}

static enum tt_code add_reset_text(void *ctx, const struct window_reset *r, struct tt_error *err)
{
	(void)err;
	strbuf_addf(ctx, "%d@%" PRId64 " ", r->kind, r->time.ms - begin);
	return TT_OK;
}

static void resets__are_kept_each_once_in_the_order_of_time(void **state)
{
	struct world *w = *state;
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	static const struct window_reset resets[] = { { WINDOW_WEEKLY, { begin + 5 } },
		{ WINDOW_FIVE_HOUR, { begin + 1 } }, { WINDOW_WEEKLY, { begin + 5 } },
		{ WINDOW_FIVE_HOUR, { begin - 1 } } };

	world_open(w);
	for (size_t i = 0; i < sizeof resets / sizeof *resets; i++)
		assert_ok(w, usage_index_put_reset(w->index, &resets[i], &w->err));
	world_reopen(w);
	assert_ok(w, usage_index_resets(
			     w->index, (struct instant){ begin }, add_reset_text, &text, &w->err));
	assert_string_equal(text.buf, "0@1 1@5 ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(windows__give_every_span_what_was_used_in_it),
		TEST(windows__are_read_from_few_rows),
		TEST(open__brings_the_first_version_up_to_date),
		TEST(events__are_counted_once_by_their_id),
		TEST(windows__count_events_that_are_not_void),
		TEST(resets__are_kept_each_once_in_the_order_of_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
