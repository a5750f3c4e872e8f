/* SPDX-License-Identifier: MIT */
#include "model/money.h"

enum { PICO_PLACES = 12, DIGITS_MAX = 40 };

static const __int128 one_cent = (__int128)10 * 1000 * 1000 * 1000;
static const __int128 pico_per_nano = 1000;

static __int128 power_of_ten(int exponent)
{
	__int128 power = 1;

	while (exponent-- > 0)
		power *= 10;
	return power;
}

static __int128 divide_half_even(__int128 n, __int128 d)
{
	__int128 quotient = n / d, rest = n % d;
	__int128 twice = 2 * (rest < 0 ? -rest : rest);

	if (twice > d || (twice == d && quotient % 2 != 0))
		quotient += n < 0 ? -1 : 1;
	return quotient;
}

struct money money_cost(int64_t tokens, struct rate rate)
{
	return (struct money){ (__int128)tokens * rate.micro_per_mtok };
}

struct money money_from_nano(int64_t nano)
{
	return (struct money){ nano * pico_per_nano };
}

bool money_add(struct money *sum, struct money m)
{
	__int128 total;

	if (__builtin_add_overflow(sum->pico, m.pico, &total))
		return false;
	sum->pico = total;
	return true;
}

struct money money_sub(struct money a, struct money b)
{
	return (struct money){ a.pico - b.pico };
}

int money_compare(struct money a, struct money b)
{
	return (a.pico > b.pico) - (a.pico < b.pico);
}

bool money_nano(int64_t *out, struct money m)
{
	__int128 nano = divide_half_even(m.pico, pico_per_nano);

	if (nano > INT64_MAX || nano < INT64_MIN)
		return false;
	*out = (int64_t)nano;
	return true;
}

/* Digits of n >= 0 with at least `places` + 1 of them, so that a point fits. */
static void add_digits(struct strbuf *out, __int128 n, int places, bool grouped)
{
	char digits[DIGITS_MAX];
	int count = 0;

	while (n > 0 || count <= places) {
		digits[count++] = (char)('0' + (int)(n % 10));
		n /= 10;
	}
	while (count > 0) {
		strbuf_addch(out, digits[--count]);
		if (count == places && places > 0)
			strbuf_addch(out, '.');
		else if (grouped && count > places && (count - places) % 3 == 0)
			strbuf_addch(out, ',');
	}
}

void money_add_text(struct strbuf *out, struct money m, int places)
{
	__int128 scaled = divide_half_even(m.pico, power_of_ten(PICO_PLACES - places));

	if (scaled < 0)
		strbuf_addch(out, '-');
	add_digits(out, scaled < 0 ? -scaled : scaled, places, false);
}

void money_add_dollars(struct strbuf *out, struct money m)
{
	__int128 amount = m.pico < 0 ? -m.pico : m.pico;
	int places = amount > 0 && amount < one_cent ? 4 : 2;
	__int128 scaled = divide_half_even(amount, power_of_ten(PICO_PLACES - places));

	if (m.pico < 0)
		strbuf_addch(out, '-');
	if (amount > 0 && scaled == 0) {
		strbuf_addstr(out, "<$0.0001");
		return;
	}
	strbuf_addch(out, '$');
	add_digits(out, scaled, places, true);
}

/* --- reading decimals -------------------------------------------------- */

struct decimal {
	int64_t digits; /* without trailing zeros */
	int exponent;	/* value = digits * 10^exponent */
	int pending;	/* zeros seen, not yet known to be trailing */
};

static bool append_digit(struct decimal *d, char c)
{
	if (c == '0') {
		d->pending++;
		return d->pending < 1000;
	}
	for (; d->pending > 0; d->pending--)
		if (__builtin_mul_overflow(d->digits, 10, &d->digits))
			return false;
	return !__builtin_mul_overflow(d->digits, 10, &d->digits) &&
	       !__builtin_add_overflow(d->digits, c - '0', &d->digits);
}

static const char *read_digits(struct decimal *d, const char *at, bool fraction)
{
	const char *from = at;

	for (; *at >= '0' && *at <= '9'; at++) {
		if (!append_digit(d, *at))
			return NULL;
		if (fraction)
			d->exponent--;
	}
	return at > from ? at : NULL;
}

static bool read_exponent(struct decimal *d, const char *at)
{
	bool negative = *at == '-';
	int exponent = 0;

	if (*at == '-' || *at == '+')
		at++;
	if (!*at)
		return false;
	for (; *at; at++) {
		if (*at < '0' || *at > '9' || exponent > 1000)
			return false;
		exponent = exponent * 10 + (*at - '0');
	}
	d->exponent += negative ? -exponent : exponent;
	return true;
}

static bool read_decimal(struct decimal *d, const char *text)
{
	const char *at = read_digits(d, text, false);

	if (at && *at == '.')
		at = read_digits(d, at + 1, true);
	if (!at)
		return false;
	if (*at == 'e' || *at == 'E')
		return read_exponent(d, at + 1);
	return *at == '\0';
}

bool money_parse_scaled(int64_t *out, const char *text, int scale)
{
	struct decimal d = { 0 };

	if (!read_decimal(&d, text))
		return false;
	d.exponent += d.pending + scale;
	if (d.digits == 0)
		d.exponent = 0;
	if (d.exponent < 0)
		return false;
	for (; d.exponent > 0; d.exponent--)
		if (__builtin_mul_overflow(d.digits, 10, &d.digits))
			return false;
	*out = d.digits;
	return true;
}

bool money_parse_dollars(struct money *out, const char *text)
{
	enum { MICRO_DIGITS = 6, PICO_PER_MICRO = 1000000 };
	int64_t micro;

	if (!money_parse_scaled(&micro, *text == '$' ? text + 1 : text, MICRO_DIGITS))
		return false;
	out->pico = (__int128)micro * PICO_PER_MICRO;
	return true;
}
