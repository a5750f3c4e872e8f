/* SPDX-License-Identifier: MIT */
#include "index_world.h"

/*
 * Thousands of responses that come, grow, move and come again, in random order:
 * the entries stay the sums, whatever happens in between.
 */
enum { KEYS = 150, STEPS = 6000 };

static uint64_t seed;

static unsigned int below(unsigned int limit)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned int)((seed >> 16) % limit);
}

static const char *one_of(const char *const *names, unsigned int count)
{
	return names[below(count)];
}

static struct usage_row any_row(const char *key)
{
	static const char *const sessions[] = { "s1", "s2", NULL };
	static const char *const branches[] = { "main", "dev", NULL };
	static const char *const models[] = { "claude-opus-5", "claude-haiku-4-5", NULL };
	static const char *const classes[] = { "standard", "fast" };
	struct usage_row row =
		a_row(key, 1000 + (int64_t)below(50) + INT64_C(900000) * (int64_t)below(3));

	row.response.session = one_of(sessions, 3);
	row.response.model = one_of(models, 3);
	row.response.last_time.ms = row.response.time.ms + (int64_t)below(3);
	row.response.usage.output = (int64_t)below(1000);
	row.response.usage.cache_write_1h = (int64_t)below(3);
	row.response.web_searches = (int64_t)below(2);
	row.response.is_split = below(10) == 0;
	row.response.is_part = below(10) == 0;
	row.response.ends_turn = below(2) == 0;
	row.response.sidechain = below(5) == 0;
	row.placement.repository = (int64_t)below(3);
	row.placement.branch = one_of(branches, 3);
	row.placement.day.number += (int32_t)below(2);
	row.placement.price_class = one_of(classes, 2);
	if (below(8) == 0) {
		row.kind = ENTRY_AUXILIARY;
		row.has_cost = true;
		row.cost_nano_usd = (int64_t)below(1000000);
	}
	return row;
}

/* Changes a part of what is there, or all of it. */
static void step(struct world *w)
{
	char key[16];
	struct usage_row old, row;
	enum tt_code code;

	(void)snprintf(key, sizeof key, "msg_%u", below(KEYS));
	row = any_row(key);
	code = usage_index_find_response(w->index, key, &w->arena, &old, &w->err);
	if (code == TT_OK && below(2) == 0) {
		struct usage_row grown = old;

		grown.response.usage.output += (int64_t)below(2);
		grown.response.last_time.ms += (int64_t)below(2);
		row = grown;
	}
	assert_ok(
		w, usage_index_put_response(w->index, code == TT_OK ? &old : NULL, &row, &w->err));
	arena_reset(&w->arena);
}

static enum tt_code add_tokens(void *ctx, const struct usage_entry *e, struct tt_error *err)
{
	int64_t tokens;

	(void)err;
	assert_true(usage_total(&tokens, &e->usage));
	assert_true(e->first.ms >= 1000 && e->first.ms <= e->last.ms);
	*(int64_t *)ctx += tokens;
	return TT_OK;
}

static enum tt_code add_counted(void *ctx, const struct usage_row *row, struct tt_error *err)
{
	const struct usage usage = response_counted(&row->response);
	int64_t tokens;

	(void)err;
	assert_true(usage_total(&tokens, &usage));
	*(int64_t *)ctx += tokens;
	return TT_OK;
}

static void check(struct world *w)
{
	const struct usage_filter all = { 0 };
	int64_t entries = 0, responses = 0;

	assert_ok(w, usage_index_entries(w->index, &all, add_tokens, &entries, &w->err));
	assert_ok(w, usage_index_responses(w->index, &all, add_counted, &responses, &w->err));
	assert_int_equal(entries, responses);
	assert_ok(w, usage_index_verify(w->index, &w->err));
}

static void disturb(struct world *w)
{
	switch (below(60)) {
	case 0:
		world_commit(w);
		break;
	case 1:
		world_reopen(w);
		break;
	case 2: /* killed: the last steps are undone */
		world_close(w);
		world_open(w);
		break;
	case 3:
		check(w);
		break;
	case 4:
		assert_ok(w, usage_index_recorded(w->index, 1 + (int64_t)below(50), 1, &w->err));
		break;
	default:
		break;
	}
}

static void entries__stay_the_sums_whatever_happens(void **state)
{
	struct world *w = *state;

	seed = 20261123;
	world_open(w);
	/* An index that is still empty looks nothing up. */
	assert_ok(w, usage_index_filled(w->index, &w->err));
	for (int i = 0; i < STEPS; i++) {
		step(w);
		disturb(w);
	}
	check(w);
	world_reopen(w);
	check(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(entries__stay_the_sums_whatever_happens) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
