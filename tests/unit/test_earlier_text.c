/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "capture/earlier_file.h"

/* --- encodings ------------------------------------------------------------------------ */

static void check_decoded(const char *bytes, size_t len, const char *text)
{
	_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
	struct tt_error err = TT_ERROR_INIT;

	if (earlier_text_decode(&out, bytes, len, &err) != TT_OK)
		fail_msg("%s", err.msg);
	assert_string_equal(out.buf, text);
}

static void earlier_text_decode__takes_what_powershell_writes(void **state)
{
	(void)state;
	check_decoded("", 0, "");
	check_decoded("{}", 2, "{}");
	check_decoded("\xef\xbb\xbf{}", 5, "{}");
	check_decoded("\xff\xfe{\0}\0", 6, "{}");
	check_decoded("\xfe\xff\0{\0}", 6, "{}");
	check_decoded("{\0}\0", 4, "{}");
	check_decoded("\0{\0}", 4, "{}");
	check_decoded("\xff\xfe\xe4\0\xac\x20\x3d\xd8\x00\xde", 10, "ä€😀");
}

static void earlier_text_decode__refuses_half_characters(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *says;
	} cases[] = {
		{ "\xff\xfe{\0}", 5, "it is cut off inside a character of UTF-16" },
		{ "\xff\xfe{\0\x3d\xd8", 6, "byte 4: half a character of UTF-16" },
		{ "\xff\xfe{\0\x3d\xd8{\0", 8, "byte 4: half a character of UTF-16" },
		{ "{\x80}", 3, "it is neither UTF-8 nor UTF-16" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		_cleanup_(strbuf_release) struct strbuf out = STRBUF_INIT;
		struct tt_error err = TT_ERROR_INIT;

		assert_int_equal(
			earlier_text_decode(&out, cases[i].bytes, cases[i].len, &err), TT_EINPUT);
		assert_string_equal(err.msg, cases[i].says);
		assert_string_equal(out.buf, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(earlier_text_decode__takes_what_powershell_writes),
		cmocka_unit_test(earlier_text_decode__refuses_half_characters),
	};

	(void)setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
