/* SPDX-License-Identifier: MIT */
#include "index_world.h"

/* --- responses ----------------------------------------------------------------------- */

static void find_response__gives_back_what_was_put(void **state)
{
	struct world *w = *state;
	struct usage_row row = {
		.response = {
			.key = "msg_1#2", .session = "s", .model = "m[1m]", .cwd = "/w/\xff\n",
			.git_branch = "a\"b", .time = { 1001 }, .last_time = { 2002 },
			.usage = { 1, 2, 3, 4, 5, 0 }, .web_searches = 6, .is_copy = true,
			.sidechain = true, .fast = true, .geo_us = true, .is_split = true,
			.is_part = true,
		},
		.placement = { .repository = 3, .branch = "feature/\xc3\xa9", .day = { 20780 },
			.reason = BRANCH_BY_SIGHTING, .price_class = "fast+us" },
		.kind = ENTRY_AUXILIARY, .has_cost = true, .cost_nano_usd = 99,
	};
	struct usage_row got;

	world_open(w);
	put(w, &row);
	world_reopen(w);
	got = find(w, "msg_1#2");
	assert_string_equal(got.response.key, "msg_1#2");
	assert_string_equal(got.response.session, "s");
	assert_string_equal(got.response.model, "m[1m]");
	assert_string_equal(got.response.cwd, "/w/\xff\n");
	assert_string_equal(got.response.git_branch, "a\"b");
	assert_int_equal(got.response.time.ms, 1001);
	assert_int_equal(got.response.last_time.ms, 2002);
	assert_memory_equal(&got.response.usage, &row.response.usage, sizeof(struct usage));
	assert_int_equal(got.response.web_searches, 6);
	assert_true(got.response.is_copy && got.response.sidechain && got.response.fast);
	assert_true(got.response.geo_us && got.response.is_split && got.response.is_part);
	assert_int_equal(got.placement.repository, 3);
	assert_string_equal(got.placement.branch, "feature/\xc3\xa9");
	assert_int_equal(got.placement.day.number, 20780);
	assert_int_equal(got.placement.reason, BRANCH_BY_SIGHTING);
	assert_string_equal(got.placement.price_class, "fast+us");
	assert_int_equal(got.kind, ENTRY_AUXILIARY);
	assert_true(got.has_cost);
	assert_int_equal(got.cost_nano_usd, 99);
}

static void find_response__keeps_what_is_not_known_unknown(void **state)
{
	struct world *w = *state;
	struct usage_row row = { .response = { .key = "k", .time = { 1 }, .last_time = { 1 } },
		.placement = { .price_class = "standard" } };
	struct usage_row got;

	world_open(w);
	put(w, &row);
	world_reopen(w);
	got = find(w, "k");
	assert_null(got.response.session);
	assert_null(got.response.model);
	assert_null(got.response.cwd);
	assert_null(got.response.git_branch);
	assert_null(got.placement.branch);
	assert_false(got.has_cost);
}

static void find_response__says_nothing_of_a_new_key(void **state)
{
	struct world *w = *state;
	struct usage_row a = a_row("a", 1), out;

	world_open(w);
	put(w, &a);
	world_commit(w);
	assert_failed(w, usage_index_find_response(w->index, "b", &w->arena, &out, &w->err),
		TT_ENOTFOUND, "");
}

static void put_response__refuses_a_second_one_of_a_key_instead_of_counting_it_twice(void **state)
{
	struct world *w = *state;
	struct usage_row a = a_row("a", 1);

	world_open(w);
	put(w, &a);
	assert_int_equal(usage_index_put_response(w->index, NULL, &a, &w->err), TT_EBUG);
	assert_entries(w, ALL, "s1 1 main claude-opus-5 standard: 10/1 in 1, 1-1 changed\n");
}

static void responses__come_in_the_order_of_time_and_by_a_filter(void **state)
{
	struct world *w = *state;
	struct usage_row a = a_row("a", 3000), b = a_row("b", 1000), c = a_row("c", 2000);

	b.response.session = "s2";
	c.placement.branch = NULL;
	c.placement.repository = 2;
	world_open(w);
	put(w, &a);
	put(w, &b);
	put(w, &c);
	world_commit(w);
	assert_responses(w, ALL, "b c a ");
	assert_responses(w, ((struct usage_filter){ .session = "s1" }), "c a ");
	assert_responses(w, ((struct usage_filter){ .branch = "main" }), "b a ");
	assert_responses(w, ((struct usage_filter){ .no_branch = true }), "c ");
	assert_responses(
		w, ((struct usage_filter){ .has_repository = true, .repository = 2 }), "c ");
	assert_responses(w, ((struct usage_filter){ .since = { 2000 }, .until = { 3000 } }), "c ");
}

/* --- what a session's files hold -------------------------------------------------------- */

static void covered__is_the_session_s_own_and_its_copies_up_to_a_time(void **state)
{
	struct world *w = *state;
	struct usage_row own = a_row("own", 2000), late = a_row("late", 2001);
	struct usage_row copied = a_row("copied", 1000), strange = a_row("strange", 1000);
	struct usage_row extra = a_row("extra", 1000);
	_cleanup_(strbuf_release) struct strbuf keys = STRBUF_INIT;

	copied.response.session = strange.response.session = "parent";
	extra.kind = ENTRY_AUXILIARY;
	world_open(w);
	put(w, &own);
	put(w, &late);
	put(w, &copied);
	put(w, &strange);
	put(w, &extra);
	world_commit(w);
	assert_ok(w, usage_index_put_copy(w->index, "s1", "copied", &w->err));
	assert_ok(w, usage_index_put_copy(w->index, "s1", "copied", &w->err));
	assert_ok(w, usage_index_put_copy(w->index, "s1", "own", &w->err));
	assert_ok(w, usage_index_put_copy(w->index, "s1", "not there", &w->err));
	assert_ok(w, usage_index_covered(w->index, "s1", (struct instant){ 2000 }, add_key_text,
			     &keys, &w->err));
	assert_string_equal(keys.buf, "own copied ");
}

static enum tt_code add_total_text(void *ctx, const struct cost_state *c, struct tt_error *err)
{
	(void)err;
	strbuf_addf(ctx, "%s %" PRId64 " %" PRId64 "%s:", c->session, c->time.ms, c->cost_nano_usd,
		c->has_unknown_cost ? "?" : "");
	for (size_t i = 0; i < c->count; i++)
		strbuf_addf(ctx, " %s %" PRId64 " %" PRId64 " %" PRId64, c->models[i].model,
			c->models[i].usage.output, c->models[i].web_searches,
			c->models[i].cost_nano_usd);
	strbuf_addch(ctx, '\n');
	return TT_OK;
}

static void put_total(struct world *w, int64_t time, int64_t cost, int64_t output)
{
	const struct model_total models[] = {
		{ "opus", { .output = output }, 3, 40 },
		{ "haiku", { .output = 1 }, 0, 2 },
	};
	const struct cost_state total = { "s1", { time }, cost, cost > 100, models, 2 };

	assert_ok(w, usage_index_put_cost_state(w->index, &total, &w->err));
}

static char *totals_text(struct world *w, const char *session)
{
	struct strbuf text = STRBUF_INIT;

	assert_ok(w, usage_index_cost_states(w->index, session, add_total_text, &text, &w->err));
	return text.len ? strbuf_detach(&text) : xstrdup("");
}

static void cost_states__come_in_the_order_of_time_the_last_of_a_time_counts(void **state)
{
	struct world *w = *state;
	const struct cost_state none = { "s1", { 500 }, 7, false, NULL, 0 };
	_autofree_ char *text = NULL, *nothing = NULL;

	world_open(w);
	put_total(w, 2000, 200, 20);
	put_total(w, 1000, 90, 9);
	put_total(w, 1000, 100, 10);
	assert_ok(w, usage_index_put_cost_state(w->index, &none, &w->err));
	world_reopen(w);
	text = totals_text(w, "s1");
	assert_string_equal(text, "s1 500 7:\n"
				  "s1 1000 100: opus 10 3 40 haiku 1 0 2\n"
				  "s1 2000 200?: opus 20 3 40 haiku 1 0 2\n");
	nothing = totals_text(w, "s2");
	assert_string_equal(nothing, "");
}

static void cost_states__that_name_a_model_twice_take_the_last(void **state)
{
	struct world *w = *state;
	const struct model_total models[] = { { "m", { .output = 1 }, 0, 1 },
		{ "m", { .output = 2 }, 0, 2 } };
	const struct cost_state total = { "s1", { 1 }, 3, false, models, 2 };
	_autofree_ char *text = NULL;

	world_open(w);
	assert_ok(w, usage_index_put_cost_state(w->index, &total, &w->err));
	text = totals_text(w, "s1");
	assert_string_equal(text, "s1 1 3: m 2 0 2\n");
}

/* --- transcripts, repositories, places, sightings ------------------------------------------- */

static enum tt_code add_path(void *ctx, const struct transcript_row *row, struct tt_error *err)
{
	(void)err;
	strbuf_addf(ctx, "%s %" PRId64 "\n", row->path, row->position.offset);
	return TT_OK;
}

static void transcripts__come_back_whole_and_sorted(void **state)
{
	struct world *w = *state;
	struct transcript_row row = { .path = "/b",
		.device = UINT64_MAX,
		.inode = UINT64_MAX - 1,
		.size = 3,
		.mtime_ns = 4,
		.position = { 5, UINT64_MAX - 2, { 6 } },
		.stats = { 7, 8, 9, { 10, 11, 12, 13, 14, 15 } } };
	struct transcript_row got;
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	world_open(w);
	assert_ok(w, usage_index_put_transcript(w->index, &row, &w->err));
	row.path = "/a";
	row.position.offset = 1;
	assert_ok(w, usage_index_put_transcript(w->index, &row, &w->err));
	row.position.offset = 2;
	assert_ok(w, usage_index_put_transcript(w->index, &row, &w->err));
	world_reopen(w);
	assert_ok(w, usage_index_transcripts(w->index, add_path, &text, &w->err));
	assert_string_equal(text.buf, "/a 2\n/b 5\n");
	assert_ok(w, usage_index_find_transcript(w->index, "/a", &w->arena, &got, &w->err));
	assert_string_equal(got.path, "/a");
	got.path = row.path;
	assert_memory_equal(&got, &row, sizeof got);
	assert_failed(w, usage_index_find_transcript(w->index, "/c", &w->arena, &got, &w->err),
		TT_ENOTFOUND, "");
}

static enum tt_code add_repository(
	void *ctx, const struct repository_row *row, struct tt_error *err)
{
	(void)err;
	strbuf_addf(
		ctx, "%" PRId64 " %s %s\n", row->id, row->common_dir, row->name ? row->name : "?");
	return TT_OK;
}

static void repositories__are_numbered_once_and_may_move(void **state)
{
	struct world *w = *state;
	struct repository_row one = { .common_dir = "/one/.git",
		.device = 1,
		.inode = UINT64_MAX,
		.name = "github.com/acme/app",
		.ledger_root = "/one",
		.ledger_relative = "x",
		.ledger_shared = true,
		.author = "a",
		.host = "h",
		.config_stamp = UINT64_MAX };
	struct repository_row two = { .common_dir = "/two/.git" }, got;
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	int64_t id;

	world_open(w);
	assert_ok(w, usage_index_put_repository(w->index, &one, &one.id, &w->err));
	assert_ok(w, usage_index_put_repository(w->index, &two, &two.id, &w->err));
	one.common_dir = "/two/.git"; /* it was moved to where another one was */
	assert_ok(w, usage_index_put_repository(w->index, &one, &id, &w->err));
	assert_int_equal(id, one.id);
	world_reopen(w);
	assert_ok(w, usage_index_find_repository(w->index, id, &w->arena, &got, &w->err));
	assert_string_equal(got.ledger_root, "/one");
	assert_string_equal(got.ledger_relative, "x");
	assert_true(got.ledger_shared && got.inode == UINT64_MAX);
	assert_true(got.config_stamp == UINT64_MAX);
	assert_string_equal(got.author, "a");
	assert_string_equal(got.host, "h");
	assert_ok(w, usage_index_repositories(w->index, add_repository, &text, &w->err));
	assert_string_equal(text.buf, "1 /two/.git github.com/acme/app\n2 /two/.git ?\n");
	assert_failed(w, usage_index_find_repository(w->index, 9, &w->arena, &got, &w->err),
		TT_ENOTFOUND, "");
}

static void places__are_remembered_by_directory(void **state)
{
	struct world *w = *state;
	struct place_row row = { "/w", 4, "/w/.git", NULL }, got;

	world_open(w);
	assert_ok(w, usage_index_put_place(w->index, &row, &w->err));
	row.branch = "main";
	assert_ok(w, usage_index_put_place(w->index, &row, &w->err));
	world_reopen(w);
	assert_ok(w, usage_index_find_place(w->index, "/w", &w->arena, &got, &w->err));
	assert_int_equal(got.repository, 4);
	assert_string_equal(got.cwd, "/w");
	assert_string_equal(got.git_dir, "/w/.git");
	assert_string_equal(got.branch, "main");
	assert_failed(w, usage_index_find_place(w->index, "/x", &w->arena, &got, &w->err),
		TT_ENOTFOUND, "");
}

static const char *sighted(struct world *w, const char *session, int64_t time)
{
	const char *branch = NULL;
	int64_t repository;
	enum tt_code code = usage_index_find_sighting(w->index, session, (struct instant){ time },
		100, &w->arena, &repository, &branch, &w->err);

	if (code == TT_ENOTFOUND)
		return "none";
	assert_ok(w, code);
	assert_int_equal(repository, 1);
	return branch ? branch : "?";
}

static void find_sighting__prefers_the_next_one_and_looks_only_so_far(void **state)
{
	struct world *w = *state;

	world_open(w);
	assert_ok(w, usage_index_put_sighting(
			     w->index, "s1", (struct instant){ 1000 }, 1, "a", &w->err));
	assert_ok(w, usage_index_put_sighting(
			     w->index, "s1", (struct instant){ 1050 }, 1, "b", &w->err));
	assert_ok(w, usage_index_put_sighting(
			     w->index, "s2", (struct instant){ 5000 }, 1, NULL, &w->err));
	world_reopen(w);
	assert_string_equal(sighted(w, "s1", 899), "none");
	assert_string_equal(sighted(w, "s1", 900), "a");
	assert_string_equal(sighted(w, "s1", 1000), "a");
	assert_string_equal(sighted(w, "s1", 1001), "b");
	assert_string_equal(sighted(w, "s1", 1051), "b");
	assert_string_equal(sighted(w, "s1", 1150), "b");
	assert_string_equal(sighted(w, "s1", 1151), "none");
	assert_string_equal(sighted(w, "s2", 5000), "?");
	assert_string_equal(sighted(w, "s3", 5000), "none");
}

/* --- figures ------------------------------------------------------------------------------- */

static void figures__sum_up_what_is_there(void **state)
{
	struct world *w = *state;
	struct usage_index_figures f;
	struct usage_row a = a_row("a", 1000), b = a_row("b", 3000), c = a_row("c", 2000);
	struct transcript_row t = { .path = "/a", .stats = { 7, 8, 9, { 1, 2, 3, 4, 5, 6 } } };

	b.response.session = "s2";
	b.placement.repository = REPOSITORY_UNKNOWN;
	b.placement.branch = NULL;
	c.placement.branch = NULL;
	world_open(w);
	assert_ok(w, usage_index_figures(w->index, &f, &w->err));
	assert_int_equal(f.responses, 0);
	put(w, &a);
	put(w, &b);
	put(w, &c);
	assert_ok(w, usage_index_put_transcript(w->index, &t, &w->err));
	t.path = "/b";
	assert_ok(w, usage_index_put_transcript(w->index, &t, &w->err));
	assert_ok(w, usage_index_figures(w->index, &f, &w->err));
	assert_int_equal(f.transcripts, 2);
	assert_int_equal(f.responses, 3);
	assert_int_equal(f.sessions, 2);
	assert_int_equal(f.no_repository, 1);
	assert_int_equal(f.no_branch, 1);
	assert_int_equal(f.first.ms, 1000);
	assert_int_equal(f.last.ms, 3000);
	assert_int_equal(f.stats.bytes, 14);
	assert_int_equal(f.stats.skipped[SKIP_SYNTHETIC], 12);
}

/* --- views ------------------------------------------------------------------------------------ */

static void fill_views(struct world *w)
{
	struct usage_row a = a_row("a", INT64_C(1795426200123));
	const struct model_total model = { "m", { 1, 2, 3, 4, 5, 0 }, 6, 1500000000 };
	const struct cost_state total = { "s1", { INT64_C(1795426201000) }, 2500000000, false,
		&model, 1 };
	const struct repository_row repository = { .common_dir = "/w/.git" };
	int64_t id;

	a.response.usage = (struct usage){ 1, 2, 3, 4, 5, 0 };
	a.response.web_searches = 6;
	a.response.last_time.ms += 2000;
	world_open(w);
	assert_ok(w, usage_index_put_repository(w->index, &repository, &id, &w->err));
	put(w, &a);
	assert_ok(w, usage_index_put_cost_state(w->index, &total, &w->err));
	world_reopen(w);
}

static void views__show_responses_and_entries_as_text(void **state)
{
	struct world *w = *state;

	fill_views(w);
	assert_answer(w,
		"SELECT key, session, repository, directory, branch, branch_reason, day, time,"
		" model, price_class, kind, input, output, cache_read, cache_write_5m,"
		" cache_write_1h, web_searches FROM usage",
		"a|s1|/w/.git|/w|main|reflog|2026-11-23|2026-11-23T09:30:00.123Z|claude-opus-5|"
		"standard|measured|1|2|3|4|5|6\n");
	assert_answer(w,
		"SELECT session, repository, branch, day, model, price_class, kind, requests,"
		" input, output, cache_read, cache_write_5m, cache_write_1h, web_searches"
		" FROM usage_entries",
		"s1|/w/.git|main|2026-11-23|claude-opus-5|standard|measured|1|1|2|3|4|5|6\n");
}

static void views__of_the_earlier_tracker_have_exactly_its_columns(void **state)
{
	struct world *w = *state;

	fill_views(w);
	assert_answer(w,
		"SELECT group_concat(name, ' ') FROM pragma_table_info('sessions')"
		" UNION ALL SELECT group_concat(name, ' ') FROM pragma_table_info('conversations')"
		" UNION ALL SELECT group_concat(name, ' ')"
		" FROM pragma_table_info('session_snapshots')",
		"id project_path started_at ended_at total_input_tokens total_output_tokens"
		" total_cache_creation_tokens total_cache_read_tokens total_cost_usd"
		" api_duration_ms total_duration_ms lines_added lines_removed"
		" web_search_requests\n"
		"id session_id conversation_index started_at ended_at input_tokens output_tokens"
		" cache_creation_tokens cache_read_tokens cost_usd\n"
		"id session_id project_path timestamp raw_data input_tokens output_tokens"
		" cache_creation_tokens cache_read_tokens cost_usd\n");
	assert_answer(w, "SELECT * FROM sessions",
		"s1|/w|2026-11-23 09:30:00|2026-11-23 09:30:02|1|2|9|3|2.5|0|2000|0|0|6\n");
	assert_answer(w, "SELECT * FROM conversations",
		"1|s1|1|2026-11-23 09:30:00|2026-11-23 09:30:02|1|2|9|3|NULL\n");
	assert_answer(w, "SELECT * FROM session_snapshots",
		"1|s1|/w|2026-11-23 09:30:01|{\"totalCostUSD\":2.5,\"modelUsage\":{\"m\":{"
		"\"inputTokens\":1,\"outputTokens\":2,\"cacheReadInputTokens\":3,"
		"\"cacheCreationInputTokens\":9,\"webSearchRequests\":6,\"costUSD\":1.5}}}"
		"|1|2|9|3|2.5\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(find_response__gives_back_what_was_put),
		TEST(find_response__keeps_what_is_not_known_unknown),
		TEST(find_response__says_nothing_of_a_new_key),
		TEST(put_response__refuses_a_second_one_of_a_key_instead_of_counting_it_twice),
		TEST(responses__come_in_the_order_of_time_and_by_a_filter),
		TEST(covered__is_the_session_s_own_and_its_copies_up_to_a_time),
		TEST(cost_states__come_in_the_order_of_time_the_last_of_a_time_counts),
		TEST(cost_states__that_name_a_model_twice_take_the_last),
		TEST(transcripts__come_back_whole_and_sorted),
		TEST(repositories__are_numbered_once_and_may_move),
		TEST(places__are_remembered_by_directory),
		TEST(find_sighting__prefers_the_next_one_and_looks_only_so_far),
		TEST(figures__sum_up_what_is_there),
		TEST(views__show_responses_and_entries_as_text),
		TEST(views__of_the_earlier_tracker_have_exactly_its_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
