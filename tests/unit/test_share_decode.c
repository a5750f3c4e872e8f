/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../src/share/internal.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "share/share.h"

#define FIRST "11111111-1111-4111-8111-111111111111"

static enum tt_code decode(
	struct share_server *s, struct arena *arena, const char *text, struct tt_error *err)
{
	return share_decode(
		s, arena, (struct json_text){ text, strlen(text) }, (struct instant){ 0 }, err);
}

static void decode__takes_no_value_that_cannot_be(void **state)
{
	static const char *const bad[] = {
		"\"rows\":[[1,\"measured\",1,1,1,1,1,1,1]]",
		"\"rows\":[[1,\"measured\",-1,1,1,1,1,1,1,1]]",
		"\"rows\":[[1,\"measured\",9007199254740992,1,1,1,1,1,1,1]]",
		"\"rows\":[[1,\"context-reading\",1,1,1,1,1,1,1,1]]",
		"\"rows\":[[1,\"guessed\",1,1,1,1,1,1,1,1]]",
		"\"rows\":[[253402300800000,\"measured\",1,1,1,1,1,1,1,1]]",
		"\"limits\":[{\"window\":\"day\"}]",
		"\"resets\":[{\"window\":\"seven_day\",\"time\":\"yesterday\"}]",
		"\"lifetime\":{\"input\":1.5}",
		"\"server\":\"a\\u0007\"",
		"\"installation\":\"../../x\"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		_autofree_ char *text =
			xasprintf("{\"format_version\":1,\"published_at\":\"2026-11-23T12:00:00Z\","
				  "\"server\":\"x\",\"installation\":\"" FIRST "\",%s}",
				bad[i]);
		_cleanup_(arena_release) struct arena arena = ARENA_INIT;
		struct tt_error err = TT_ERROR_INIT;
		struct share_server s;

		assert_int_equal(decode(&s, &arena, text, &err), TT_EINPUT);
	}
}

static void decode__passes_over_what_a_later_version_adds(void **state)
{
	static const char text[] =
		"{\"format_version\":1,\"published_at\":\"2026-11-23T12:00:00Z\",\"server\":\"x\","
		"\"installation\":\"" FIRST "\",\"plan\":{\"name\":\"pro\"},\"rows\":[[900000,"
		"\"measured\",1,0,0,0,0,0,1,1,\"more\",[2]]],\"lifetime\":{\"cost\":1}}";
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct tt_error err = TT_ERROR_INIT;
	struct share_server s;

	(void)state;
	assert_int_equal(decode(&s, &arena, text, &err), TT_OK);
	assert_int_equal(s.row_count, 1);
	assert_int_equal(s.rows[0].usage.input, 1);
	assert_int_equal(s.rows[0].messages, 1);
}

static void decode__leaves_out_rows_from_before(void **state)
{
	static const char text[] =
		"{\"format_version\":1,\"published_at\":\"2026-11-23T12:00:00Z\",\"server\":\"x\","
		"\"installation\":\"" FIRST "\",\"rows\":["
		"[900000,\"measured\",1,0,0,0,0,0,1,1],[1800000,\"manual\",2,0,0,0,0,0,1,1,[\"]\"]]"
		","
		"[900001,\"measured\",3,0,0,0,0,0,1,1],[2700000,\"measured\",4,0,0,0,0,0,1,1]]}";
	const struct json_text all = { text, sizeof text - 1 };
	_cleanup_(arena_release) struct arena arena = ARENA_INIT;
	struct tt_error err = TT_ERROR_INIT;
	struct share_server s;

	(void)state;
	assert_int_equal(share_decode(&s, &arena, all, (struct instant){ 1800000 }, &err), TT_OK);
	assert_int_equal(s.row_count, 2);
	assert_int_equal(s.rows[0].usage.input, 2);
	assert_int_equal(s.rows[1].usage.input, 4);
	assert_int_equal(share_decode(&s, &arena, all, SHARE_NO_ROWS, &err), TT_OK);
	assert_int_equal(s.row_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decode__takes_no_value_that_cannot_be),
		cmocka_unit_test(decode__passes_over_what_a_later_version_adds),
		cmocka_unit_test(decode__leaves_out_rows_from_before),
	};

	return cmocka_run_group_tests_name("share_decode", tests, NULL, NULL);
}
