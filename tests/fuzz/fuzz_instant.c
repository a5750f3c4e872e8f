/* SPDX-License-Identifier: MIT */
#include "base/instant.h"
#include "fuzz.h"

static void check(struct instant t)
{
	char text[INSTANT_TEXT], day[DAY_TEXT];
	struct instant again;
	struct day back;

	/* The last hours of 9999 may be in the year 10000 of UTC. */
	if (t.ms >= INT64_C(253402300800000))
		return;
	instant_format(text, t);
	must(instant_parse(&again, text));
	must(t.ms == again.ms);
	day_format(day, instant_utc_day(t));
	must(strncmp(day, text, 10) == 0);
	must(day_parse(&back, day));
	must(back.number == instant_utc_day(t).number);
	instant_format_stamp(text, t);
	instant_format_local(text, t);
	(void)instant_local_day(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_autofree_ char *text = input_text(data, size);
	struct instant exact = { -1 }, naive = { -1 };
	struct day day;

	if (instant_parse(&exact, text)) {
		check(exact);
		must(instant_parse_naive(&naive, text, true) && naive.ms == exact.ms);
	} else {
		must(exact.ms == -1);
	}
	for (int utc = 0; utc < 2; utc++)
		if (instant_parse_naive(&naive, text, utc))
			check(naive);
	if (day_parse(&day, text)) {
		char again[DAY_TEXT];

		day_format(again, day);
		must(strcmp(again, text) == 0);
		(void)day_noon(day);
	}
	return 0;
}
