/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "exchange/export_file.h"

#define ENTRY(n, tokens, more)                                                          \
	"{\"id\":\"0123abcd-0123-4123-8123-00000000000" n                               \
	"\",\"revision\":1,\"kind\":\"manual\",\"timestamp\":\"2026-11-23T09:00:00Z\"," \
	"\"day\":\"2026-11-23\",\"tokens\":" tokens ",\"usage\":{\"unsplit\":" tokens "}" more "}"
#define META "\"export_metadata\":{\"export_version\":\"2.0\"}"
#define DATA(sessions) "\"token_data\":{\"branch\":\"b\",\"sessions\":[" sessions "]}"

/* Writes "branch id-digit tokens;" for every entry. */
static enum tt_code list(void *ctx, const char *branch, const struct entry *e, struct tt_error *err)
{
	(void)err;
	strbuf_addf(ctx, "%s %c %lld;", branch, e->id[35], (long long)entry_tokens(e));
	return TT_OK;
}

static enum tt_code read_text(const char *text, struct strbuf *out, struct tt_error *err)
{
	struct entry_sink sink = { out, list };

	return export_read(text, strlen(text), &sink, err);
}

static void assert_reads(const char *text, const char *expected)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct tt_error err = TT_ERROR_INIT;

	if (read_text(text, &out, &err) != TT_OK)
		fail_msg("%s", err.msg);
	assert_string_equal(out.buf, expected);
	assert_int_equal(export_read(text, strlen(text), NULL, &err), TT_OK);
	assert_true(export_sniff(text, strlen(text)));
}

static struct entry sample(const char *id, int64_t tokens)
{
	struct entry e = ENTRY_INIT;

	memcpy(e.id, id, ENTRY_ID_TEXT);
	e.kind = ENTRY_MANUAL;
	e.source = "manual";
	(void)instant_parse(&e.timestamp, "2026-11-23T09:00:00Z");
	(void)day_parse(&e.day, "2026-11-23");
	e.usage.unsplit = tokens;
	e.history = "[1]";
	return e;
}

static void export_file_name__is_safe_and_dated(void **state)
{
	_cleanup_(strbuf_release) struct strbuf name = STRBUF_INIT;
	struct instant now;

	(void)state;
	assert_true(instant_parse(&now, "2026-11-23T09:08:07.654Z"));
	export_file_name(&name, "feature/login", now, 0xbeef);
	assert_string_equal(name.buf, "tokens_feature%2Flogin_20261123_090807_0000beef.json");
}

static void export_entry__writes_the_documented_layout(void **state)
{
	static const char expected[] =
		"{\"export_metadata\":{\"export_version\":\"2.0\","
		"\"exported_at\":\"2026-11-23T09:00:00Z\",\"exported_by\":\"dev@example.com\","
		"\"repository\":null,\"branch\":\"feature/x\",\"commit\":null,"
		"\"tool_version\":\"0.1.0\"},\"token_data\":{\"branch\":\"feature/x\","
		"\"total_tokens\":45000,\"sessions\":[\n"
		"{\"id\":\"0123abcd-0123-4123-8123-000000000001\",\"revision\":1,"
		"\"kind\":\"manual\",\"source\":\"manual\","
		"\"timestamp\":\"2026-11-23T09:00:00Z\",\"day\":\"2026-11-23\","
		"\"tokens\":45000,\"usage\":{\"input\":0,\"output\":0,\"cache_read\":0,"
		"\"cache_write_5m\":0,\"cache_write_1h\":0,\"unsplit\":45000},\"requests\":0,"
		"\"web_searches\":0,\"model\":null,\"price_class\":\"standard\","
		"\"session_id\":null,\"last_activity\":null,\"cost_nano_usd\":null,"
		"\"notes\":\"\",\"commit\":null,\"author\":null,\"host\":null,\"void\":false}\n"
		"]}}\n";
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct entry e = sample("0123abcd-0123-4123-8123-000000000001", 45000);
	struct export_meta meta = { .exported_at = e.timestamp,
		.exported_by = "dev@example.com",
		.branch = "feature/x",
		.tool_version = "0.1.0" };
	struct export_writer w;

	(void)state;
	export_begin(&w, &out, &meta);
	export_branch(&w, "feature/x", 45000);
	export_entry(&w, &e);
	export_end(&w);
	assert_string_equal(out.buf, expected);
	assert_reads(out.buf, "feature/x 1 45000;");
}

static void export_read__reads_back_several_branches(void **state)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct export_meta meta = { .exported_at = { 0 } };
	struct entry e = sample("0123abcd-0123-4123-8123-000000000001", 1);
	struct export_writer w;

	(void)state;
	export_begin(&w, &out, &meta);
	export_branch(&w, "a", 1);
	export_entry(&w, &e);
	export_branch(&w, "empty", 0);
	export_branch(&w, "\xc3\xa9/\"", 5);
	e.id[35] = '2';
	export_entry(&w, &e);
	e.id[35] = '3';
	e.usage.unsplit = 4;
	export_entry(&w, &e);
	export_end(&w);
	assert_reads(out.buf, "a 1 1;\xc3\xa9/\" 2 1;\xc3\xa9/\" 3 4;");
}

static void export_read__takes_members_in_any_order(void **state)
{
	(void)state;
	assert_reads("{\"token_data\":{\"sessions\":[" ENTRY("1", "5", "") "],\"total_tokens\":5,"
									   "\"branch\":\"b\"}," META
									   "}",
		"b 1 5;");
	assert_reads(
		"\xef\xbb\xbf{\"x\":[{}],\r\n" META ",\"token_data\":[{\"y\":1,\"sessions\":["
		"],\"branch\":\"a\"},{\"total_tokens\":null,\"branch\":\"b\",\"sessions\":[" ENTRY(
			"1", "5", "") "]}]}\r\n",
		"b 1 5;");
}

static void export_read__sums_what_counts(void **state)
{
	(void)state;
	assert_reads("{" META
		     ",\"token_data\":{\"branch\":\"b\",\"total_tokens\":5,\"sessions\":[" ENTRY(
			     "1", "5", "") "," ENTRY("2", "7", ",\"void\":true") "]}}",
		"b 1 5;b 2 7;");
}

static void export_read__says_what_is_wrong(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "[]", "line 1, column 1: expected an object" },
		{ "{" META "}", "line 1, column 1: the document has no 'token_data'" },
		{ "{" DATA("") "}", "line 1, column 1: the document has no 'export_metadata'" },
		{ "{\"export_metadata\":{},\"token_data\":{}}",
			"line 1, column 20: export_metadata has no 'export_version'" },
		{ "{\"export_metadata\":{\"export_version\":\"3.0\\u001b\"},\"token_data\":{}}",
			"line 1, column 38: export_version '3.0\\x1b' cannot be read, only '2.0': "
			"update import-tokens, or export again with this version of track-tokens" },
		{ "{" META ",\"token_data\":{\"sessions\":[]}}",
			"line 1, column 58: token_data has no 'branch'" },
		{ "{" META ",\"token_data\":{\"branch\":\"b\"}}",
			"line 1, column 58: token_data has no 'sessions'" },
		{ "{" META ",\"token_data\":{\"branch\":\"\"}}",
			"line 1, column 68: 'branch' is empty or has more than 1024 bytes" },
		{ "{" META ",\"token_data\":{\"branch\":null}}",
			"line 1, column 68: expected a string" },
		{ "{" META
		  ",\"token_data\":{\"branch\":\"b\",\"total_tokens\":6,\"sessions\":[" ENTRY(
			  "1", "5", "") "]}}",
			"line 1, column 58: 'total_tokens' is 6, but the sessions add up to 5" },
		{ "{" META ",\n\"token_data\":{\"sessions\":[{}],\"branch\":\"b\"}}",
			"line 2, column 27: the entry has no 'id'" },
		{ "{" META "," META "}", "line 1, column 45: 'export_metadata' appears twice" },
		{ "{" META "," DATA("") "," DATA("") "}",
			"line 1, column 87: 'token_data' appears twice" },
		{ "{" META ",\"token_data\":{\"branch\":\"b\",\"branch\":\"b\"}}",
			"line 1, column 72: 'branch' appears twice" },
		{ "{" META "," DATA("") "}x",
			"line 1, column 87: text after the end of the document" },
		{ "{" META "," DATA("{\"id\":\"0123"),
			"line 1, column 97: the text ends inside a string" },
		{ "{" META "," DATA(ENTRY("1", "9007199254740991", "") "," ENTRY("2", "1", "")) "}",
			"line 1, column 276: the sessions add up to more than 9007199254740991 "
			"tokens" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
		struct tt_error err = TT_ERROR_INIT;

		assert_int_equal(read_text(cases[i].text, &out, &err), TT_EINPUT);
		assert_string_equal(err.msg, cases[i].message);
	}
}

static enum tt_code refuse(
	void *ctx, const char *branch, const struct entry *e, struct tt_error *err)
{
	(void)branch;
	(void)e;
	++*(int *)ctx;
	return tt_fail(err, TT_EUNAVAILABLE, "the database is away");
}

static void export_read__stops_where_the_sink_fails(void **state)
{
	static const char *const texts[] = {
		"{" META "," DATA(ENTRY("1", "5", "") "," ENTRY("2", "5", "")) "}",
		"{\"token_data\":{\"sessions\":[" ENTRY("1", "5", "") "," ENTRY(
			"2", "5", "") "],\"branch\":\"b\"}," META "}",
	};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct tt_error err = TT_ERROR_INIT;
		int calls = 0;
		struct entry_sink sink = { &calls, refuse };

		assert_int_equal(
			export_read(texts[i], strlen(texts[i]), &sink, &err), TT_EUNAVAILABLE);
		assert_string_equal(err.msg, "the database is away");
		assert_int_equal(calls, 1);
	}
}

static void export_sniff__knows_version_2_and_later_only(void **state)
{
	static const struct {
		const char *text;
		bool ours;
	} cases[] = {
		{ "{" META ",\"token_data\":{\"torn", true },
		{ "{\"export_metadata\":{\"x\":[],\"export_version\":\"3.1\"}}", true },
		{ "{\"export_metadata\":{\"export_version\":\"1.0\"},\"token_data\":{}}", false },
		{ "{\"export_metadata\":{},\"token_data\":{}}", false },
		{ "{\"export_metadata\":[],\"token_data\":{}}", false },
		{ "{\"branch\":\"b\",\"sessions\":[]}", false },
		{ "[" META "]", false },
		{ "", false },
		{ "\x1f\x8b", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_int_equal(export_sniff(cases[i].text, strlen(cases[i].text)), cases[i].ours);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(export_file_name__is_safe_and_dated),
		cmocka_unit_test(export_entry__writes_the_documented_layout),
		cmocka_unit_test(export_read__reads_back_several_branches),
		cmocka_unit_test(export_read__takes_members_in_any_order),
		cmocka_unit_test(export_read__sums_what_counts),
		cmocka_unit_test(export_read__says_what_is_wrong),
		cmocka_unit_test(export_read__stops_where_the_sink_fails),
		cmocka_unit_test(export_sniff__knows_version_2_and_later_only),
	};

	return cmocka_run_group_tests_name("export_file", tests, NULL, NULL);
}
