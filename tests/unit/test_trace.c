/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/trace.h"

static struct strbuf heard = STRBUF_INIT;

static void hear(const char *line)
{
	strbuf_addf(&heard, "%s\n", line);
	errno = EPIPE;
}

static int forget(void **state)
{
	(void)state;
	trace_to(NULL);
	strbuf_release(&heard);
	return 0;
}

static void trace__is_silent_without_a_listener(void **state)
{
	(void)state;
	assert_false(trace_wanted());
	trace("nobody %d", 1);
	assert_string_equal(heard.buf, "");
}

static void trace__gives_the_listener_each_line(void **state)
{
	(void)state;
	trace_to(hear);
	assert_true(trace_wanted());
	trace("read '%s' (%d bytes)", "a", 7);
	trace("exit");
	trace_to(NULL);
	trace("too late");
	assert_string_equal(heard.buf, "read 'a' (7 bytes)\nexit\n");
}

static void trace__leaves_errno_alone(void **state)
{
	(void)state;
	trace_to(hear);
	errno = ENOENT;
	trace("x");
	assert_int_equal(errno, ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(trace__is_silent_without_a_listener, forget),
		cmocka_unit_test_teardown(trace__gives_the_listener_each_line, forget),
		cmocka_unit_test_teardown(trace__leaves_errno_alone, forget),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
