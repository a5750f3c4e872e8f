/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "capture/text_samples.h"

/* A line of an answer: content and stop_reason are JSON. */
static void add_line(struct strbuf *out, const char *id, const char *content, int tokens,
	const char *stop_reason)
{
	strbuf_addf(out,
		"{\"type\":\"assistant\",\"message\":{\"id\":\"%s\",\"content\":%s,"
		"\"stop_reason\":%s,\"usage\":{\"input_tokens\":3,\"output_tokens\":%d}}}\n",
		id, content, stop_reason, tokens);
}

static struct text_samples read_samples(const struct strbuf *text)
{
	struct text_samples samples = { 0 };

	text_samples_read_text(&samples, text->buf, text->len);
	return samples;
}

#define TEXT(words) "[{\"type\":\"text\",\"text\":\"" words "\"}]"

static void text_samples__take_answers_that_are_text_alone(void **state)
{
	_cleanup_(strbuf_release) struct strbuf lines = STRBUF_INIT;
	_cleanup_(text_samples_release) struct text_samples samples = { 0 };

	(void)state;
	add_line(&lines, "a", TEXT("twelve chars"), 4, "\"end_turn\"");
	add_line(&lines, "b", "[{\"type\":\"tool_use\",\"input\":{}}]", 4, "\"tool_use\"");
	add_line(&lines, "c", "[{\"type\":\"thinking\",\"thinking\":\"\"}]", 4, "null");
	add_line(&lines, "c", TEXT("twelve chars"), 4, "\"end_turn\"");
	add_line(&lines, "d", "\"text as it is\"", 4, "\"end_turn\"");
	add_line(&lines, "e", TEXT("not whole"), 4, "null");
	strbuf_addstr(&lines, "{\"output_tokens\": torn\n");
	samples = read_samples(&lines);
	assert_int_equal(samples.answers, 5);
	assert_int_equal(samples.count, 1);
	assert_int_equal(samples.items[0].tokens, 4);
	assert_int_equal(samples.items[0].profile.chars[TEXT_PROSE], 11);
	assert_int_equal(samples.items[0].profile.chars[TEXT_SPACE], 1);
}

static void text_samples__join_the_lines_of_an_answer(void **state)
{
	_cleanup_(strbuf_release) struct strbuf lines = STRBUF_INIT;
	_cleanup_(text_samples_release) struct text_samples samples = { 0 };

	(void)state;
	add_line(&lines, "a", TEXT("one"), 1, "null");
	add_line(&lines, "a", TEXT("two"), 3, "\"end_turn\"");
	samples = read_samples(&lines);
	assert_int_equal(samples.count, 1);
	assert_int_equal(samples.items[0].tokens, 3);
	assert_int_equal(samples.items[0].profile.chars[TEXT_PROSE], 6);
}

static void text_samples__count_a_line_that_is_written_again_once(void **state)
{
	_cleanup_(strbuf_release) struct strbuf lines = STRBUF_INIT;
	_cleanup_(text_samples_release) struct text_samples samples = { 0 };
	static const char line[] =
		"{\"type\":\"assistant\",\"uuid\":\"u1\",\"message\":{\"id\":\"a\","
		"\"content\":" TEXT(
			"one") ",\"stop_reason\":\"end_turn\",\"usage\":{\"output_tokens\":1}}}\n";

	(void)state;
	strbuf_addstr(&lines, line);
	strbuf_addstr(&lines, line);
	samples = read_samples(&lines);
	assert_int_equal(samples.count, 1);
	assert_int_equal(samples.items[0].profile.chars[TEXT_PROSE], 3);
}

static void text_samples__leave_out_counts_that_cannot_be_of_the_text(void **state)
{
	_cleanup_(strbuf_release) struct strbuf lines = STRBUF_INIT;
	_cleanup_(text_samples_release) struct text_samples samples = { 0 };

	(void)state;
	add_line(&lines, "a", TEXT("thought about for long"), 5000, "\"end_turn\"");
	add_line(&lines, "b", TEXT("nothing counted"), 0, "\"end_turn\"");
	samples = read_samples(&lines);
	assert_int_equal(samples.answers, 2);
	assert_int_equal(samples.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_samples__take_answers_that_are_text_alone),
		cmocka_unit_test(text_samples__join_the_lines_of_an_answer),
		cmocka_unit_test(text_samples__count_a_line_that_is_written_again_once),
		cmocka_unit_test(text_samples__leave_out_counts_that_cannot_be_of_the_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
