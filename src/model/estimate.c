/* SPDX-License-Identifier: MIT */
#include "model/estimate.h"

#include <string.h>

#include "base/text.h"

#define MILLION INT64_C(1000000)

const char *const text_kind_names[TEXT_KINDS] = { "prose", "code", "space", "digit", "mark",
	"alphabet", "wide" };

const struct estimate_rates estimate_default_rates = { .per_million = {
							       [TEXT_PROSE] = 215000,
							       [TEXT_CODE] = 255000,
							       [TEXT_SPACE] = 60000,
							       [TEXT_DIGIT] = 450000,
							       [TEXT_MARK] = 550000,
							       [TEXT_ALPHABET] = 450000,
							       [TEXT_WIDE] = 1000000,
						       } };

/* --- characters --------------------------------------------------------------------- */

static bool is_latin(uint32_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == 0xaa || c == 0xb5 ||
	       c == 0xba || (c >= 0xc0 && c <= 0x24f && c != 0xd7 && c != 0xf7) ||
	       (c >= 0x1e00 && c <= 0x1eff);
}

static enum text_kind kind_of(uint32_t c)
{
	if (is_latin(c))
		return TEXT_PROSE;
	if (c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0)
		return TEXT_SPACE;
	if (c >= '0' && c <= '9')
		return TEXT_DIGIT;
	if (c < 0x250 || (c >= 0x2000 && c < 0x2e80))
		return TEXT_MARK;
	return c < 0x1100 || (c >= 0x1200 && c < 0x2000) ? TEXT_ALPHABET : TEXT_WIDE;
}

/* The next code point; a byte that is no UTF-8 stands for itself, as a mark. */
static uint32_t next_char(const char **text, const char *end)
{
	const unsigned char first = (unsigned char)**text;
	size_t len = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	uint32_t c = first & (0x7fU >> len);

	if (first < 0x80 || len > (size_t)(end - *text) || !utf8_is_valid(*text, len)) {
		++*text;
		return first < 0x80 ? first : 0xa4;
	}
	for (size_t i = 1; i < len; i++)
		c = c << 6 | ((unsigned char)(*text)[i] & 0x3f);
	*text += len;
	return c;
}

/* --- the profile ----------------------------------------------------------------------- */

/* Code has a mark in fewer than five characters; prose has one in ten or twenty. */
static bool reads_like_code(const struct text_profile *line)
{
	return line->chars[TEXT_MARK] * 5 > text_profile_chars(line) - line->chars[TEXT_SPACE];
}

static void add_line(struct text_profile *profile, const char *text, const char *end)
{
	struct text_profile line = { 0 };

	while (text < end)
		line.chars[kind_of(next_char(&text, end))]++;
	if (reads_like_code(&line)) {
		line.chars[TEXT_CODE] = line.chars[TEXT_PROSE];
		line.chars[TEXT_PROSE] = 0;
	}
	for (int kind = 0; kind < TEXT_KINDS; kind++)
		profile->chars[kind] += line.chars[kind];
}

void text_profile_add(struct text_profile *profile, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *feed = memchr(text, '\n', (size_t)(end - text));
		const char *next = feed ? feed + 1 : end;

		add_line(profile, text, next);
		text = next;
	}
}

int64_t text_profile_chars(const struct text_profile *profile)
{
	int64_t sum = 0;

	for (int kind = 0; kind < TEXT_KINDS; kind++)
		sum += profile->chars[kind];
	return sum;
}

/* --- the estimate ------------------------------------------------------------------------ */

/* Millionths of tokens. */
static __int128 weigh(const struct text_profile *profile, const struct estimate_rates *rates)
{
	__int128 sum = 0;

	for (int kind = 0; kind < TEXT_KINDS; kind++)
		sum += (__int128)profile->chars[kind] * rates->per_million[kind];
	return sum;
}

int64_t estimate_by_kinds(const struct text_profile *profile, const struct estimate_rates *rates)
{
	return (int64_t)((weigh(profile, rates) + MILLION - 1) / MILLION);
}

/* --- learning ------------------------------------------------------------------------------- */

struct estimate_error estimate_error_of(
	const struct estimate_sample *samples, size_t count, const struct estimate_rates *rates)
{
	struct estimate_error e = { .samples = count };
	__int128 permille = 0;

	for (size_t i = 0; i < count; i++) {
		int64_t estimated = estimate_by_kinds(&samples[i].profile, rates);
		int64_t off = estimated - samples[i].tokens;

		e.measured += samples[i].tokens;
		e.estimated += estimated;
		permille += (__int128)(off < 0 ? -off : off) * 1000 / samples[i].tokens;
	}
	if (count)
		e.mean_absolute_permille = (int64_t)(permille / (__int128)count);
	return e;
}

bool estimate_sample_is_plausible(const struct estimate_sample *sample)
{
	int64_t chars = text_profile_chars(&sample->profile);

	return chars > 0 && sample->tokens > 0 && sample->tokens <= 2 * chars + 16 &&
	       (sample->tokens + 1) * 20 >= chars;
}

/* Every fifth sample judges what the others taught. */
static bool is_held_out(size_t i)
{
	return i % 5 == 4;
}

/*
 * One round: each kind's rate is scaled by how much more its characters cost than was
 * thought, in the texts where they are.  Rates stay positive, and the sum of squares
 * never grows (multiplicative updates for non-negative least squares; Lee and Seung,
 * "Algorithms for non-negative matrix factorization", 2001).  Each sample counts by the
 * inverse of its length, so that long answers do not drown the others.
 */
static void improve(
	struct estimate_rates *rates, const struct estimate_sample *samples, size_t count)
{
	__int128 wanted[TEXT_KINDS] = { 0 }, given[TEXT_KINDS] = { 0 };

	for (size_t i = 0; i < count; i++) {
		const struct estimate_sample *s = &samples[i];
		int64_t chars = text_profile_chars(&s->profile);
		__int128 estimated = weigh(&s->profile, rates);

		if (is_held_out(i))
			continue;
		for (int kind = 0; kind < TEXT_KINDS; kind++) {
			__int128 share = (__int128)s->profile.chars[kind] * MILLION / chars;

			wanted[kind] += share * (s->tokens * MILLION) / chars;
			given[kind] += share * estimated / chars;
		}
	}
	for (int kind = 0; kind < TEXT_KINDS; kind++) {
		__int128 rate = rates->per_million[kind];

		if (given[kind] > 0)
			rate = rate * wanted[kind] / given[kind];
		if (rate >= 1 && rate <= ESTIMATE_RATE_MAX)
			rates->per_million[kind] = (int32_t)rate;
	}
}

static struct estimate_error judge(
	const struct estimate_sample *samples, size_t count, const struct estimate_rates *rates)
{
	struct estimate_error sum = { 0 };
	int64_t permille = 0;

	for (size_t i = 0; i < count; i++) {
		struct estimate_error one;

		if (!is_held_out(i))
			continue;
		one = estimate_error_of(&samples[i], 1, rates);
		sum.samples++;
		sum.measured += one.measured;
		sum.estimated += one.estimated;
		permille += one.mean_absolute_permille;
	}
	if (sum.samples)
		sum.mean_absolute_permille = permille / (int64_t)sum.samples;
	return sum;
}

bool estimate_fit(struct estimate_fitted *out, const struct estimate_sample *samples, size_t count)
{
	enum { ROUNDS = 200 };
	struct estimate_rates rates = estimate_default_rates;

	if (count < ESTIMATE_SAMPLES_MIN)
		return false;
	for (int round = 0; round < ROUNDS; round++)
		improve(&rates, samples, count);
	*out = (struct estimate_fitted){ .rates = rates,
		.held_out = judge(samples, count, &rates),
		.by_default = judge(samples, count, &estimate_default_rates) };
	out->learned_from = count - out->held_out.samples;
	return true;
}

/* --- the documented formula ------------------------------------------------------------------ */

int64_t estimate_by_s0(const char *text, size_t len, const struct estimate_s0 *how)
{
	const char *end = text + len;
	int64_t chars = 0, brackets = 0, signs = 0;
	__int128 tokens, divisor = how->chars_per_token;

	while (text < end) {
		uint32_t c = next_char(&text, end);

		chars++;
		brackets += c && c < 0x80 && strchr("{}()[];,.", (int)c) != NULL;
		signs += c && c < 0x80 && strchr("<>@#$%^&*+=|\\", (int)c) != NULL;
	}
	tokens = (__int128)chars * how->buffer;
	if (brackets * 10 > chars) {
		tokens *= 12;
		divisor *= 10;
	}
	if (signs * 20 > chars) {
		tokens *= 11;
		divisor *= 10;
	}
	return (int64_t)(tokens / divisor);
}
