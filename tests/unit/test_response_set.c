/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "model/response_set.h"

static struct response a_response(const char *key, int64_t output)
{
	return (struct response){
		.key = key,
		.session = "s1",
		.cwd = "/home/dev/app",
		.git_branch = "main",
		.time = { 5 },
		.last_time = { 5 },
		.usage = { .output = output },
	};
}

static void response_set_add__joins_lines_of_one_key(void **state)
{
	_cleanup_(response_set_freep) struct response_set *set = response_set_new();
	struct response one = a_response("msg_1", 5), grown = a_response("msg_1", 90);

	(void)state;
	response_set_add(set, &one, "s1");
	response_set_add(set, &grown, "s1");
	response_set_add(set, &one, "s1");
	assert_int_equal(response_set_count(set), 1);
	assert_int_equal(response_set_sorted(set)[0]->usage.output, 90);
}

static void response_set_add__copies_its_strings(void **state)
{
	_cleanup_(response_set_freep) struct response_set *set = response_set_new();
	char key[] = "msg_1", branch[] = "main";
	struct response r = a_response(key, 5);

	(void)state;
	r.git_branch = branch;
	response_set_add(set, &r, "s1");
	memset(key, 'x', strlen(key));
	memset(branch, 'x', strlen(branch));
	assert_string_equal(response_set_sorted(set)[0]->key, "msg_1");
	assert_string_equal(response_set_sorted(set)[0]->git_branch, "main");
}

static void response_set_sorted__is_in_the_order_of_the_keys_after_each_change(void **state)
{
	_cleanup_(response_set_freep) struct response_set *set = response_set_new();
	struct response b = a_response("b", 1), a = a_response("a", 1), c = a_response("B", 1);

	(void)state;
	response_set_add(set, &b, NULL);
	assert_string_equal(response_set_sorted(set)[0]->key, "b");
	response_set_add(set, &a, NULL);
	response_set_add(set, &c, NULL);
	assert_string_equal(response_set_sorted(set)[0]->key, "B");
	assert_string_equal(response_set_sorted(set)[1]->key, "a");
	assert_string_equal(response_set_sorted(set)[2]->key, "b");
}

static void response_set_add__keeps_many(void **state)
{
	_cleanup_(response_set_freep) struct response_set *set = response_set_new();
	const struct response *const *all;

	(void)state;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 20000; i++) {
			char key[32], cwd[32];
			struct response r = a_response(key, i);

			(void)snprintf(key, sizeof key, "msg_%05d", i);
			(void)snprintf(cwd, sizeof cwd, "/d%d", i % 3000);
			r.cwd = cwd;
			response_set_add(set, &r, "s1");
		}
	assert_int_equal(response_set_count(set), 20000);
	all = response_set_sorted(set);
	for (int i = 0; i < 20000; i++) {
		assert_int_equal(all[i]->usage.output, i);
		assert_int_equal(strtol(all[i]->cwd + 2, NULL, 10), i % 3000);
	}
}

static void response_set_copies__tells_who_holds_what_it_did_not_ask_for(void **state)
{
	_cleanup_(response_set_freep) struct response_set *set = response_set_new();
	struct response own = a_response("msg_1", 1), copied = a_response("msg_2", 1);
	const struct response_copy *copies;
	size_t count;

	(void)state;
	copied.is_copy = true;
	response_set_add(set, &own, "s1");
	response_set_add(set, &copied, "fork");
	response_set_add(set, &copied, "fork");
	copies = response_set_copies(set, &count);
	assert_int_equal(count, 1);
	assert_string_equal(copies[0].session, "fork");
	assert_string_equal(copies[0].key, "msg_2");
}

/* Clients before requestSessionId rewrote the session of what they copied. */
static void response_set_copies__tells_of_a_session_that_was_not_heard(void **state)
{
	static const char *const sessions[] = { "s1", "fork" };

	(void)state;
	for (int first = 0; first < 2; first++) {
		_cleanup_(response_set_freep) struct response_set *set = response_set_new();
		_cleanup_(response_set_freep) struct response_set *from = response_set_new();
		struct response one = a_response("msg_1", 1), other = a_response("msg_1", 1);
		const struct response_copy *copies;
		size_t count;

		one.session = sessions[first];
		other.session = sessions[1 - first];
		response_set_add(set, &one, one.session);
		response_set_add(from, &other, other.session);
		response_set_join(set, from);
		assert_string_equal(response_set_sorted(set)[0]->session, "fork");
		copies = response_set_copies(set, &count);
		assert_int_equal(count, 1);
		assert_string_equal(copies[0].session, "s1");
		assert_string_equal(copies[0].key, "msg_1");
	}
}

static void response_set_join__takes_everything_and_leaves_an_empty_set(void **state)
{
	_cleanup_(response_set_freep) struct response_set *set = response_set_new();
	_cleanup_(response_set_freep) struct response_set *from = response_set_new();
	struct response one = a_response("msg_1", 1), two = a_response("msg_2", 2);
	struct response grown = a_response("msg_1", 9);
	size_t count;

	(void)state;
	response_set_add(set, &one, "s1");
	response_set_add(from, &grown, "s1");
	response_set_add(from, &two, "fork");
	response_set_join(set, from);
	assert_int_equal(response_set_count(from), 0);
	(void)response_set_copies(from, &count);
	assert_int_equal(count, 0);
	assert_int_equal(response_set_count(set), 2);
	assert_int_equal(response_set_sorted(set)[0]->usage.output, 9);
	assert_string_equal(response_set_copies(set, &count)[0].key, "msg_2");
	response_set_add(from, &one, "s1");
	assert_int_equal(response_set_count(from), 1);
}

/* Three forks hold copies of an answer whose own file is gone. */
static void response_set_add__hears_equal_witnesses_whatever_the_order(void **state)
{
	static const char *const branches[] = { "c", "a", "b" };

	(void)state;
	for (int first = 0; first < 3; first++) {
		_cleanup_(response_set_freep) struct response_set *set = response_set_new();

		for (int i = 0; i < 3; i++) {
			struct response r = a_response("msg_1", 1);

			r.is_copy = true;
			r.git_branch = branches[(first + i) % 3];
			response_set_add(set, &r, branches[(first + i) % 3]);
		}
		assert_string_equal(response_set_sorted(set)[0]->git_branch, "a");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(response_set_add__joins_lines_of_one_key),
		cmocka_unit_test(response_set_add__copies_its_strings),
		cmocka_unit_test(
			response_set_sorted__is_in_the_order_of_the_keys_after_each_change),
		cmocka_unit_test(response_set_add__keeps_many),
		cmocka_unit_test(response_set_copies__tells_who_holds_what_it_did_not_ask_for),
		cmocka_unit_test(response_set_copies__tells_of_a_session_that_was_not_heard),
		cmocka_unit_test(response_set_join__takes_everything_and_leaves_an_empty_set),
		cmocka_unit_test(response_set_add__hears_equal_witnesses_whatever_the_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
