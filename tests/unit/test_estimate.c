/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/strbuf.h"
#include "model/estimate.h"

static int64_t s0(const char *text)
{
	const struct estimate_s0 how = ESTIMATE_S0_INIT;

	return estimate_by_s0(text, strlen(text), &how);
}

/* Text, so many times over. */
static int64_t s0_of(const char *text, int times, const char *then)
{
	_cleanup_(strbuf_release) struct strbuf all = STRBUF_INIT;

	for (int i = 0; i < times; i++)
		strbuf_addstr(&all, text);
	strbuf_addstr(&all, then);
	return s0(all.buf);
}

static void estimate_by_s0__gives_the_documented_values(void **state)
{
	(void)state;
	assert_int_equal(s0(""), 0);
	assert_int_equal(s0("Hello world"), 3);
	assert_int_equal(s0("hello"), 1);
	assert_int_equal(s0_of("a", 40, ""), 11);
	assert_int_equal(s0("def f(x): return {x[0];}"), 7);
	assert_int_equal(s0("<<<>>>$$$"), 2);
	assert_int_equal(s0_of("\xed\x95\x9c", 10, ""), 2);
	assert_int_equal(s0_of("x", 100, "(){}(){}(){}"), 36);
	assert_int_equal(s0("it's, a. b; c"), 4);
}

static void estimate_by_s0__takes_other_numbers(void **state)
{
	const struct estimate_s0 how = { .chars_per_token = 2500, .buffer = 1000 };

	(void)state;
	assert_int_equal(estimate_by_s0("aaaaaaaaaa", 10, &how), 4);
}

static void assert_profile(const char *text, const struct text_profile *expected)
{
	struct text_profile p = { 0 };

	text_profile_add(&p, text, strlen(text));
	for (int kind = 0; kind < TEXT_KINDS; kind++)
		if (p.chars[kind] != expected->chars[kind])
			fail_msg("'%s': %s is %d, not %d", text, text_kind_names[kind],
				(int)p.chars[kind], (int)expected->chars[kind]);
}

static void text_profile_add__tells_kinds_apart(void **state)
{
	(void)state;
	assert_profile("Gr\xc3\xbc\xc3\x9f Gott, um 7.",
		&(struct text_profile){ .chars = { [TEXT_PROSE] = 10,
						[TEXT_SPACE] = 3,
						[TEXT_MARK] = 2,
						[TEXT_DIGIT] = 1 } });
	assert_profile("if (a[1])\n", &(struct text_profile){ .chars = { [TEXT_CODE] = 3,
								      [TEXT_SPACE] = 2,
								      [TEXT_MARK] = 4,
								      [TEXT_DIGIT] = 1 } });
	assert_profile("\xd0\xbf\xd1\x80 \xe4\xb8\xad\xf0\x9f\x9a\x80",
		&(struct text_profile){
			.chars = { [TEXT_ALPHABET] = 2, [TEXT_SPACE] = 1, [TEXT_WIDE] = 2 } });
}

static void text_profile_add__judges_each_line_by_itself(void **state)
{
	(void)state;
	assert_profile(
		"words and words\nf(x);", &(struct text_profile){ .chars = { [TEXT_PROSE] = 13,
									  [TEXT_SPACE] = 3,
									  [TEXT_CODE] = 2,
									  [TEXT_MARK] = 3 } });
}

static void text_profile_add__counts_bytes_that_are_no_utf8(void **state)
{
	(void)state;
	assert_profile("\xff\xc3(\xe4\xb8", &(struct text_profile){ .chars = { [TEXT_MARK] = 5 } });
}

static void estimate_by_kinds__rounds_up(void **state)
{
	const struct text_profile none = { 0 }, one = { .chars = { [TEXT_SPACE] = 1 } };
	const struct text_profile wide = { .chars = { [TEXT_WIDE] = 3 } };

	(void)state;
	assert_int_equal(estimate_by_kinds(&none, &estimate_default_rates), 0);
	assert_int_equal(estimate_by_kinds(&one, &estimate_default_rates), 1);
	assert_int_equal(estimate_by_kinds(&wide, &estimate_default_rates), 3);
}

/* --- learning ----------------------------------------------------------------------- */

enum { SAMPLES = 400 };

static uint64_t seed = 20261124;

static int64_t below(int64_t limit)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int64_t)((seed >> 16) % (uint64_t)limit);
}

static const struct estimate_rates truth = { .per_million = { 180000, 320000, 40000, 700000, 600000,
						     500000, 1300000 } };

/* Texts of every mixture and length. */
static void make_samples(struct estimate_sample *samples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int64_t length = 20 + below(3000);

		samples[i] = (struct estimate_sample){ 0 };
		for (int kind = 0; kind < TEXT_KINDS; kind++)
			samples[i].profile.chars[kind] = below(3) ? below(length) : 0;
		samples[i].profile.chars[TEXT_PROSE] += 20;
		samples[i].tokens = estimate_by_kinds(&samples[i].profile, &truth);
	}
}

static void estimate_fit__finds_the_rates_that_made_the_samples(void **state)
{
	static struct estimate_sample samples[SAMPLES];
	struct estimate_fitted f;

	(void)state;
	make_samples(samples, SAMPLES);
	assert_true(estimate_fit(&f, samples, SAMPLES));
	assert_int_equal(f.learned_from, SAMPLES * 4 / 5);
	assert_int_equal(f.held_out.samples, SAMPLES / 5);
	assert_in_range(f.held_out.mean_absolute_permille, 0, 20);
	assert_true(f.by_default.mean_absolute_permille > 50);
	for (int kind = 0; kind < TEXT_KINDS; kind++)
		assert_in_range(f.rates.per_million[kind], truth.per_million[kind] * 9 / 10,
			truth.per_million[kind] * 11 / 10);
}

static void estimate_fit__needs_enough_samples(void **state)
{
	static struct estimate_sample samples[ESTIMATE_SAMPLES_MIN];
	struct estimate_fitted f;

	(void)state;
	make_samples(samples, ESTIMATE_SAMPLES_MIN);
	assert_false(estimate_fit(&f, samples, ESTIMATE_SAMPLES_MIN - 1));
	assert_true(estimate_fit(&f, samples, ESTIMATE_SAMPLES_MIN));
}

static void estimate_fit__leaves_alone_what_it_never_saw(void **state)
{
	static struct estimate_sample samples[100];
	struct estimate_fitted f;

	(void)state;
	for (size_t i = 0; i < 100; i++)
		samples[i] = (struct estimate_sample){
			.profile = { .chars = { [TEXT_PROSE] = 100 + (int64_t)i } },
			.tokens = (100 + (int64_t)i) / 2,
		};
	assert_true(estimate_fit(&f, samples, 100));
	assert_in_range(f.rates.per_million[TEXT_PROSE], 490000, 500000);
	assert_int_equal(
		f.rates.per_million[TEXT_WIDE], estimate_default_rates.per_million[TEXT_WIDE]);
}

static void estimate_sample_is_plausible__knows_answers_with_more_than_text(void **state)
{
	struct estimate_sample s = { .profile = { .chars = { [TEXT_PROSE] = 100 } } };

	(void)state;
	s.tokens = 216;
	assert_true(estimate_sample_is_plausible(&s));
	s.tokens = 217;
	assert_false(estimate_sample_is_plausible(&s));
	s.tokens = 4;
	assert_true(estimate_sample_is_plausible(&s));
	s.tokens = 3;
	assert_false(estimate_sample_is_plausible(&s));
	s.profile.chars[TEXT_PROSE] = 0;
	assert_false(estimate_sample_is_plausible(&s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(estimate_by_s0__gives_the_documented_values),
		cmocka_unit_test(estimate_by_s0__takes_other_numbers),
		cmocka_unit_test(text_profile_add__tells_kinds_apart),
		cmocka_unit_test(text_profile_add__judges_each_line_by_itself),
		cmocka_unit_test(text_profile_add__counts_bytes_that_are_no_utf8),
		cmocka_unit_test(estimate_by_kinds__rounds_up),
		cmocka_unit_test(estimate_fit__finds_the_rates_that_made_the_samples),
		cmocka_unit_test(estimate_fit__needs_enough_samples),
		cmocka_unit_test(estimate_fit__leaves_alone_what_it_never_saw),
		cmocka_unit_test(estimate_sample_is_plausible__knows_answers_with_more_than_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
