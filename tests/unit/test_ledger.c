/* SPDX-License-Identifier: MIT */
#include "ledger_world.h"

/* --- reading and writing ------------------------------------------------- */

static void ledger_save__writes_the_documented_layout(void **state)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	static const char start[] = "{\"format_version\":2,\"repository\":\"github.com/acme/app\","
				    "\"branch\":\"feature/"
				    "login\",\"total_tokens\":77000,\"total_cost_nano_usd\":null,\n"
				    " \"created_at\":\"2026-01-02T12:00:00Z\",\"last_updated\":"
				    "\"2026-01-02T12:00:00Z\","
				    "\"session_count\":2,\"sessions_checksum\":\"";
	static const char line[] =
		"\"sessions\":[\n{\"id\":\"aaaaaaaa-0000-4000-8000-000000000000\","
		"\"revision\":1,\"kind\":\"manual\"";

	(void)state;
	record_tokens("feature/login", "aaaaaaaa", 45000);
	record_tokens("feature/login", "bbbbbbbb", 32000);
	read_file(&text, "tokens_feature%2Flogin.json");
	assert_memory_equal(text.buf, start, sizeof start - 1);
	assert_non_null(strstr(text.buf, line));
	assert_non_null(strstr(text.buf, "},\n{\"id\":\"bbbbbbbb-"));
	assert_string_equal(text.buf + text.len - 5, "}\n]}\n");
	assert_totals("feature/login", 77000, 2);
}

static void ledger_lock__keeps_ledgers_private_and_out_of_git(void **state)
{
	_autofree_ char *path = path_of("tokens_main.json");
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	struct stat st;

	(void)state;
	record_tokens("main", "aaaaaaaa", 1);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	read_file(&text, ".gitignore");
	assert_string_equal(text.buf, "*\n");
}

static void ledger_read__says_when_nothing_was_recorded(void **state)
{
	_cleanup_(ledger_freep) struct ledger *l = NULL;
	struct tt_error err = TT_ERROR_INIT;

	(void)state;
	assert_int_equal(ledger_read(&l, &place, "none", &err), TT_ENOTFOUND);
	assert_string_equal(err.msg, "nothing was recorded on branch 'none'");
}

/* The first line of the sessions. */
static const char *first_line(const struct strbuf *text)
{
	return strstr(text->buf, "\"sessions\":[\n") + strlen("\"sessions\":[\n");
}

static void ledger_save__copies_lines_it_does_not_change(void **state)
{
	_cleanup_(strbuf_release) struct strbuf before = STRBUF_INIT, after = STRBUF_INIT;
	size_t len;

	(void)state;
	record_tokens("main", "aaaaaaaa", 5);
	read_file(&before, "tokens_main.json");
	record_tokens("main", "bbbbbbbb", 6);
	read_file(&after, "tokens_main.json");
	len = strcspn(first_line(&before), "\n");
	assert_memory_equal(first_line(&after), first_line(&before), len);
}

static void ledger_read__accepts_edits_by_hand_and_counts_anew(void **state)
{
	static const char edited[] =
		"{ \"sessions\": [\n\n  {\"usage\": {\"input\": 10, \"unsplit\": 5}, \"tokens\": "
		"15,\n"
		"  \"id\": \"aaaaaaaa-0000-4000-8000-000000000000\", \"revision\": 1,\n"
		"  \"kind\": \"manual\", \"timestamp\": \"2026-01-02T12:00:00Z\",\n"
		"  \"day\": \"2026-01-02\", \"mood\": \"good\"} ],\r\n"
		"  \"x-extra\": {\"kept\": [1.50]}, \"total_tokens\": 999,\n"
		"  \"branch\": \"main\", \"format_version\": 2 }\n";
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;

	(void)state;
	write_file("tokens_main.json", edited, sizeof edited - 1);
	assert_totals("main", 15, 1);
	record_tokens("main", "bbbbbbbb", 1);
	assert_totals("main", 16, 2);
	read_file(&text, "tokens_main.json");
	assert_non_null(strstr(text.buf, "\"x-extra\":{\"kept\": [1.50]},\"sessions\":[\n"));
	assert_non_null(strstr(text.buf, "\"mood\":\"good\"}"));
}

static void ledger_read__notices_a_total_that_was_edited(void **state)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	char *total;

	(void)state;
	record_tokens("main", "aaaaaaaa", 500);
	read_file(&text, "tokens_main.json");
	total = strstr(text.buf, "\"total_tokens\":500");
	assert_non_null(total);
	memcpy(total, "\"total_tokens\":900", 18);
	write_file("tokens_main.json", text.buf, text.len);
	assert_totals("main", 500, 1);
}

static void ledger_lock__never_writes_over_what_it_cannot_read(void **state)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT, after = STRBUF_INIT;

	(void)state;
	record_tokens("main", "aaaaaaaa", 500);
	read_file(&text, "tokens_main.json");
	/* Cut anywhere before the last line feed, it is no JSON. */
	for (size_t len = 0; len < text.len - 1; len++) {
		write_file("tokens_main.json", text.buf, len);
		assert_refused("main", "tokens_main.json");
		read_file(&after, "tokens_main.json");
		assert_int_equal(after.len, len);
	}
	write_file("tokens_main.json", text.buf, text.len - 1);
	assert_totals("main", 500, 1);
}

static void ledger_read__names_the_place_of_damage_and_the_remedy(void **state)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	char *tokens;

	(void)state;
	record_tokens("main", "aaaaaaaa", 500);
	read_file(&text, "tokens_main.json");
	tokens = strstr(text.buf, "\"tokens\":500");
	memcpy(tokens, "\"tokens\":5x0", 12);
	write_file("tokens_main.json", text.buf, text.len);
	assert_refused("main", "tokens_main.json': line 3, column ");
	assert_refused("main", "the file was left as it is: mend that place");
}

static void ledger_read__refuses_what_is_no_ledger_or_from_the_future(void **state)
{
	static const struct {
		const char *text, *reason;
	} cases[] = {
		{ "", "the text ends too early" },
		{ "[]", "expected an object" },
		{ "{}", "it has no 'sessions'" },
		{ "{\"sessions\":[]}", "it has no 'branch'" },
		{ "{\"format_version\":3,\"branch\":\"main\",\"sessions\":[]}",
			"written by a newer track-tokens" },
		{ "{\"format_version\":2,\"branch\":\"main\",\"sessions\":[{}]}",
			"the entry has no 'id'" },
		{ "{\"format_version\":2,\"branch\":\"main\",\"sessions\":[],\"sessions\":[]}",
			"'sessions' appears twice" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		write_file("tokens_main.json", cases[i].text, strlen(cases[i].text));
		assert_refused("main", cases[i].reason);
	}
}

/* --- two branches, one name ------------------------------------------------ */

static void ledger_lock__uses_another_file_when_the_name_is_taken(void **state)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT, after = STRBUF_INIT;

	(void)state;
	/* A disk that folds case: "tokens_Main.json" opens the ledger of "main". */
	record_tokens("main", "aaaaaaaa", 5);
	read_file(&text, "tokens_main.json");
	write_file("tokens_Main.json", text.buf, text.len);
	record_tokens("Main", "bbbbbbbb", 7);
	assert_totals("Main", 7, 1);
	read_file(&after, "tokens_Main.json");
	assert_string_equal(after.buf, text.buf);
	assert_totals("main", 5, 1);
}

static void ledger_lock__follows_no_symbolic_link(void **state)
{
	_autofree_ char *link = xasprintf("%s/token_metrics", root);
	_cleanup_(ledger_freep) struct ledger *l = NULL;
	struct tt_error err = TT_ERROR_INIT;

	(void)state;
	assert_int_equal(symlink("/tmp", link), 0);
	assert_int_equal(ledger_lock(&l, &place, "main", NULL, 100, &err), TT_EINPUT);
	assert_non_null(strstr(err.msg, "symbolic links are not followed"));
}

/* --- format 1 ------------------------------------------------------------------- */

static const char format_1[] =
	"{\n  \"branch\": \"main\",\n  \"total_tokens\": 86161,\n  \"sessions\": [\n"
	"    {\n      \"timestamp\": \"2025-11-05T00:11:39.123456\",\n      \"tokens\": 54161,\n"
	"      \"notes\": \"one\"\n    },\n    {\n"
	"      \"timestamp\": \"2025-11-05T01:11:39.123456\",\n      \"tokens\": 32000,\n"
	"      \"notes\": \"\"\n    }\n  ],\n  \"created_at\": \"2025-11-05T00:11:39.123456\",\n"
	"  \"last_updated\": \"2025-11-05T01:11:39.123456\"\n}";

static void ledger_save__migrates_format_1_and_keeps_the_old_file(void **state)
{
	_cleanup_(strbuf_release) struct strbuf text = STRBUF_INIT;
	_cleanup_(ledger_freep) struct ledger *l = NULL;
	struct tt_error err = TT_ERROR_INIT;

	(void)state;
	write_file("tokens_main.json", format_1, sizeof format_1 - 1);
	assert_totals("main", 86161, 2);
	record_tokens("main", "aaaaaaaa", 1);
	assert_totals("main", 86162, 3);
	read_file(&text, "tokens_main.json.v1");
	assert_string_equal(text.buf, format_1);
	assert_int_equal(ledger_read(&l, &place, "main", &err), TT_OK);
	assert_int_equal(ledger_info(l)->format, 2);
	assert_int_equal(ledger_pending_count(l), 3);
}

/* --- archive and walk -------------------------------------------------------------- */

static void ledger_archive__starts_empty_and_keeps_the_old_ledger(void **state)
{
	_cleanup_(ledger_freep) struct ledger *l = NULL;
	_autofree_ char *archived = NULL;
	struct tt_error err = TT_ERROR_INIT;

	(void)state;
	record_tokens("main", "aaaaaaaa", 5);
	assert_int_equal(ledger_lock(&l, &place, "main", NULL, 1000, &err), TT_OK);
	assert_int_equal(ledger_archive(l, noon, &archived, &err), TT_OK);
	assert_non_null(strstr(archived, "/archive/tokens_main_20260102_120000.json"));
	assert_int_equal(access(archived, R_OK), 0);
	assert_int_equal(ledger_count(l), 0);
	ledger_free(steal(&l));
	assert_int_equal(ledger_read(&l, &place, "main", &err), TT_ENOTFOUND);
	record_tokens("main", "bbbbbbbb", 7);
	assert_totals("main", 7, 1);
}

static enum tt_code note_visit(void *ctx, struct ledger *l, const char *path,
	const struct tt_error *problem, struct tt_error *err)
{
	struct strbuf *seen = ctx;

	(void)err;
	strbuf_addf(
		seen, "%s%s;", l ? ledger_info(l)->branch : "!", problem ? strrchr(path, '/') : "");
	return TT_OK;
}

static void ledger_each__visits_all_and_reports_the_damaged(void **state)
{
	_cleanup_(strbuf_release) struct strbuf seen = STRBUF_INIT;
	struct tt_error err = TT_ERROR_INIT;

	(void)state;
	assert_int_equal(ledger_each(&place, note_visit, &seen, &err), TT_OK);
	assert_string_equal(seen.buf, "");
	record_tokens("b", "aaaaaaaa", 1);
	record_tokens("a/x", "bbbbbbbb", 1);
	write_file("tokens_c.json", "{", 1);
	assert_int_equal(ledger_each(&place, note_visit, &seen, &err), TT_OK);
	assert_string_equal(seen.buf, "a/x;b;!/tokens_c.json;");
}

/* --- many writers --------------------------------------------------------------------- */

static void ledger_lock__loses_nothing_between_processes(void **state)
{
	enum { WRITERS = 8, ADDS = 10 };
	pid_t pids[WRITERS];

	(void)state;
	for (int w = 0; w < WRITERS; w++) {
		pids[w] = fork();
		if (pids[w] != 0)
			continue;
		for (int i = 0; i < ADDS; i++) {
			char id[9];

			(void)snprintf(id, sizeof id, "%04x%04x", (unsigned)w, (unsigned)i);
			record_tokens("main", id, 3);
		}
		_exit(0);
	}
	for (int w = 0; w < WRITERS; w++) {
		int status;

		assert_int_equal(waitpid(pids[w], &status, 0), pids[w]);
		assert_int_equal(status, 0);
	}
	assert_totals("main", WRITERS * ADDS * 3, WRITERS * ADDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(ledger_save__writes_the_documented_layout),
		TEST(ledger_lock__keeps_ledgers_private_and_out_of_git),
		TEST(ledger_read__says_when_nothing_was_recorded),
		TEST(ledger_save__copies_lines_it_does_not_change),
		TEST(ledger_read__accepts_edits_by_hand_and_counts_anew),
		TEST(ledger_read__notices_a_total_that_was_edited),
		TEST(ledger_lock__never_writes_over_what_it_cannot_read),
		TEST(ledger_read__names_the_place_of_damage_and_the_remedy),
		TEST(ledger_read__refuses_what_is_no_ledger_or_from_the_future),
		TEST(ledger_lock__uses_another_file_when_the_name_is_taken),
		TEST(ledger_lock__follows_no_symbolic_link),
		TEST(ledger_save__migrates_format_1_and_keeps_the_old_file),
		TEST(ledger_archive__starts_empty_and_keeps_the_old_ledger),
		TEST(ledger_each__visits_all_and_reports_the_damaged),
		TEST(ledger_lock__loses_nothing_between_processes),
	};

	return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
